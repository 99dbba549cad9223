"""Tests for `operations.py` that you can read and run: `pytest exercises/test_operations.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module. With `memory="own"` the answer must not share memory with the argument.
"""

import torch


def test_elementwise_of_two_vectors(agree):
    agree("elementwise", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0]))
    agree("elementwise", torch.tensor([5, 12, 1]), torch.tensor([3, -8, 4]))
    x = torch.tensor([1.5, 6.0], requires_grad=True)
    agree("elementwise", x, torch.tensor([-2.5, 3.0], requires_grad=True))
    agree("elementwise", torch.tensor([0.3, 5.0]).double(), torch.tensor([1.7, 0.2]).double())


def test_elementwise_with_a_number(agree):
    agree("elementwise", torch.tensor([1.0, 2.0, 3.0]), 10)
    agree("elementwise", torch.tensor([8, 3]), 0.75)
    agree("elementwise", torch.tensor([6.0, 0.0, -9.0]), 0.0)


def test_number_chain_of_2_rows_and_3_columns(agree):
    agree("number_chain", 2, 3)


def test_number_chain_ones_twos_and_threes(agree):
    def first_entries(module):
        chain = module.number_chain(2, 2)
        return {name: chain[name] for name in ("ones", "twos", "threes")}

    agree.scenario(first_entries)


def test_number_chain_entries_can_be_written_into(agree):
    def written_into(module):
        chain = module.number_chain(2, 2)
        for number, name in enumerate(sorted(chain)):
            chain[name][1, 0] = number + 0.5
        return {"entries after writing into each": chain}

    agree.scenario(written_into)


def test_same_shape_chain_of_2_rows_and_2_columns(agree):
    agree("same_shape_chain", torch.tensor([[1, 2], [3, 4]]))


def test_same_shape_chain_of_one_row(agree):
    agree("same_shape_chain", torch.tensor([[3, 0, 2]]))


def test_same_shape_chain_of_3_rows_and_4_columns(agree):
    agree("same_shape_chain", torch.tensor([[4, 7, 1, 0], [2, 2, 5, 3], [9, 6, 0, 10]]))


def test_nudge_changes_its_weights(agree):
    agree("nudge", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 0.0, -2.0]), 0.5)
    agree("nudge", torch.tensor(6.0), torch.tensor(-5.0), 0.5)
    agree("nudge", torch.tensor([4.0]).double(), torch.tensor([1.0]).double(), 0.3)


def test_nudge_is_seen_under_another_name(agree):
    def another_name(module):
        weights = torch.tensor([[8.0, 6.0]])
        other = weights
        answer = module.nudge(weights, torch.tensor([[4.0, 4.0]]), 0.25)
        return {"weights under their other name": other, "the weights themselves are returned": answer is weights}

    agree.scenario(another_name)

    def corner_of_a_table(module):
        table = torch.arange(12.0).reshape(3, 4)
        module.nudge(table[:2, 2:], torch.tensor([[4.0, -8.0], [1.0, 2.0]]), 0.25)
        return {"the table that the weights are a part of": table}

    agree.scenario(corner_of_a_table)


def test_held_afterwards_x_plus_10(agree):
    agree("held_afterwards", "a")


def test_held_afterwards_an_element(agree):
    agree("held_afterwards", "f")


def test_raise_marks_with_decimals(agree):
    agree("raise_marks", torch.tensor([4.0, 5.5, 9.0]), 1.5)
    agree("raise_marks", torch.tensor([[6.3, 9.7]], dtype=torch.float64), 1.2)
    agree.using(memory="own")("raise_marks", torch.tensor([7.0, 3.5]), 1.0)


def test_raise_marks_whole_ones(agree):
    agree("raise_marks", torch.tensor([5, 9]), 1.5)
    agree("raise_marks", torch.tensor([], dtype=torch.int64), 1.5)


def test_raise_marks_twice(agree):
    def twice(module):
        marks = torch.tensor([4.0, 6.0])
        first = module.raise_marks(marks, 1.25).clone()
        return {"first call": first, "second call": module.raise_marks(marks, 1.25)}

    agree.scenario(twice)


def test_aggregates_of_0_to_9(agree):
    agree("aggregates", torch.arange(10))
    agree("aggregates", torch.tensor([[6, 2], [1, 8]]), keepdim=True)


def test_aggregates_of_each_row_and_column(agree):
    agree("aggregates", torch.tensor([[1.0, 2.0], [3.0, 5.0]]), dim=1, keepdim=True)
    agree("aggregates", torch.tensor([[130, 9], [4, 90], [250, 6]], dtype=torch.uint8), dim=0)
    x = torch.tensor([[0.3, 1.2, -4.0], [7.1, -0.6, 2.5]], dtype=torch.float64, requires_grad=True)
    agree("aggregates", x, dim=-1)
    agree("aggregates", torch.tensor([[3.0, 5.5]], dtype=torch.float16), dim=1)


def test_row_shares_of_two_rows(agree):
    agree("row_shares", torch.tensor([[1.0, 1.0, 2.0], [6.0, 3.0, 3.0]]))
    agree("row_shares", torch.tensor([[0.4, 1.3, 2.2], [5.0, 0.7, 0.2]], dtype=torch.float64))
    agree("row_shares", torch.tensor([[120, 250, 40], [9, 90, 1]], dtype=torch.uint8))


def test_row_shares_of_a_square(agree):
    agree("row_shares", torch.tensor([[1.0, 3.0], [4.0, 4.0]]))
    agree("row_shares", torch.tensor([[0.125, 0.25], [0.5, 0.25]]))


def test_extreme_positions_of_the_tens(agree):
    agree("extreme_positions", torch.arange(10, 100, 10))
    agree("extreme_positions", torch.tensor([[30, 80], [10, 20], [60, 50]]))
    agree("extreme_positions", torch.tensor([2**25 + 1, 2**25 + 3, 2**25]))


def test_extreme_positions_in_each_row_and_column(agree):
    agree("extreme_positions", torch.tensor([[0.5, 0.75, -1.0], [3.0, 1.0, 2.0]]), dim=1)
    agree("extreme_positions", torch.tensor([[7, -2], [0, 5], [3, 9]]), dim=0)


# The text lets small differences pass: four decimals count.
def test_standardise_columns_of_two_rows(agree):
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", torch.tensor([[1.0, 10.0], [3.0, 10.0]]))
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", torch.tensor([[2.0, -1.0], [2.25, 5.0]]))
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", torch.tensor([[6.0, -3.0]]))


def test_standardise_columns_of_four_rows(agree):
    x = torch.tensor([[1.0, -2.0], [3.0, 0.0], [3.0, 6.0], [5.0, 4.0]])
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", x)
    x = torch.tensor([[0.5, 8.0], [2.0, -1.0], [-3.5, 2.5], [7.0, 3.0]], dtype=torch.float64, requires_grad=True)
    agree.using(rtol=1e-4, atol=1e-4)("standardise_columns", x)
