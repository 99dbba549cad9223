"""Hidden tests for `concepts`: a check for each situation, so that each wrong answer gets its own explanation."""

import pytest


# Trap: deep learning for whatever has data, be it thirty images or three rules.
@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_fits_deep_learning(agree, case):
    agree("fits_deep_learning", case)


# Trap: a good average taken for a promise about each answer.
def test_fatal_errors(agree):
    agree("fatal_errors")


# Trap: a network that learns by being used.
def test_moving_target(agree):
    agree("moving_target")


# Trap: whatever lies in a spreadsheet is structured, whatever is a recording of time is not.
@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_data_kind(agree, case):
    agree("data_kind", case)


# Trap: a network for everything, a table included.
@pytest.mark.parametrize("case", ["A", "B", "C"])
def test_first_method(agree, case):
    agree("first_method", case)


# Trap: groups that nobody named taken for labels; points of a game taken for labels.
@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_kind_of_learning(agree, case):
    agree("kind_of_learning", case)


# Trap: training everything anew on little data.
def test_few_photos(agree):
    agree("few_photos")


# Trap: memory saved for nothing.
def test_half_precision(agree):
    agree("half_precision")


# Trap: a GPU makes everything faster.
@pytest.mark.parametrize("case", ["A", "B", "C"])
def test_cpu_or_gpu(agree, case):
    agree("cpu_or_gpu", case)
