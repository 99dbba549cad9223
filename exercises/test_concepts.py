"""Tests for `concepts.py` that you can read and run. They check the form of an answer, and not whether it is right."""

import pytest

TWO, THREE, FOUR = ("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")


@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_fits_deep_learning_is_answered(agree, student, case):
    answer = student.fits_deep_learning(case)
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


def test_fatal_errors_is_answered(agree, student):
    answer = student.fatal_errors()
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


def test_moving_target_is_answered(agree, student):
    answer = student.moving_target()
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_data_kind_is_answered(agree, student, case):
    answer = student.data_kind(case)
    agree.that(answer in TWO, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


@pytest.mark.parametrize("case", ["A", "B", "C"])
def test_first_method_is_answered(agree, student, case):
    answer = student.first_method(case)
    agree.that(answer in THREE, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


@pytest.mark.parametrize("case", ["A", "B", "C", "D"])
def test_kind_of_learning_is_answered(agree, student, case):
    answer = student.kind_of_learning(case)
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


def test_few_photos_is_answered(agree, student):
    answer = student.few_photos()
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


def test_half_precision_is_answered(agree, student):
    answer = student.half_precision()
    agree.that(answer in FOUR, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')


@pytest.mark.parametrize("case", ["A", "B", "C"])
def test_cpu_or_gpu_is_answered(agree, student, case):
    answer = student.cpu_or_gpu(case)
    agree.that(answer in THREE, 'Return the letter of one of the options as text, in lower case, such as `"a"`.')
