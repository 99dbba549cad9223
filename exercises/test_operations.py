"""Tests for `operations.py` that you can read and run: `pytest exercises/test_operations.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module.
"""

import torch


def test_elementwise_of_two_vectors(agree):
    agree("elementwise", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0]))


def test_elementwise_with_a_number(agree):
    agree("elementwise", torch.tensor([1.0, 2.0, 3.0]), 10)


def test_number_chain_of_2_rows_and_3_columns(agree):
    agree("number_chain", 2, 3)


def test_number_chain_ones_twos_and_threes(agree):
    def first_entries(module):
        chain = module.number_chain(2, 2)
        return {name: chain[name] for name in ("ones", "twos", "threes")}

    agree.scenario(first_entries)


def test_nudge_changes_its_weights(agree):
    agree("nudge", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 0.0, -2.0]), 0.5)


def test_nudge_is_seen_under_another_name(agree):
    def another_name(module):
        weights = torch.tensor([[8.0, 6.0]])
        other = weights
        answer = module.nudge(weights, torch.tensor([[4.0, 4.0]]), 0.25)
        return {"weights under their other name": other, "the weights themselves are returned": answer is weights}

    agree.scenario(another_name)


def test_held_afterwards_x_plus_10(agree):
    agree("held_afterwards", "a")


def test_held_afterwards_an_element(agree):
    agree("held_afterwards", "f")


def test_raise_marks_with_decimals(agree):
    agree("raise_marks", torch.tensor([4.0, 5.5, 9.0]), 1.5)


def test_raise_marks_whole_ones(agree):
    agree("raise_marks", torch.tensor([5, 9]), 1.5)


def test_raise_marks_twice(agree):
    def twice(module):
        marks = torch.tensor([4.0, 6.0])
        first = module.raise_marks(marks, 1.25).clone()
        return {"first call": first, "second call": module.raise_marks(marks, 1.25)}

    agree.scenario(twice)


def test_aggregates_of_0_to_9(agree):
    agree("aggregates", torch.arange(10))


def test_aggregates_of_each_row(agree):
    agree("aggregates", torch.tensor([[1.0, 2.0], [3.0, 5.0]]), dim=1, keepdim=True)


def test_row_shares_of_two_rows(agree):
    agree("row_shares", torch.tensor([[1.0, 1.0, 2.0], [6.0, 3.0, 3.0]]))


def test_row_shares_of_a_square(agree):
    agree("row_shares", torch.tensor([[1.0, 3.0], [4.0, 4.0]]))


def test_extreme_positions_of_the_tens(agree):
    agree("extreme_positions", torch.arange(10, 100, 10))


def test_extreme_positions_in_each_row(agree):
    agree("extreme_positions", torch.tensor([[0.5, 0.75, -1.0], [3.0, 1.0, 2.0]]), dim=1)


# The text lets small differences pass: four decimals count.
def test_standardise_columns_of_two_rows(agree):
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", torch.tensor([[1.0, 10.0], [3.0, 10.0]]))


def test_standardise_columns_of_four_rows(agree):
    x = torch.tensor([[1.0, -2.0], [3.0, 0.0], [3.0, 6.0], [5.0, 4.0]])
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", x)
