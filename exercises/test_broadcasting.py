"""Tests for `broadcasting.py` that you can read and run: `pytest exercises/test_broadcasting.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, gradients, and whether an argument was changed.
"""

import torch


def test_broadcast_outcome_of_two_rows_and_one(agree):
    agree("broadcast_outcome", "a")


def test_broadcast_outcome_of_a_table_and_a_vector(agree):
    agree("broadcast_outcome", "b")


def test_common_shape_that_fits(agree):
    agree("common_shape", (4, 3, 2), (3, 1))


def test_common_shape_that_does_not_fit(agree):
    agree("common_shape", (3, 4), (3,))
    agree("common_shape", (3, 4), (3, 1))


def test_rescale_batch_of_two_rows(agree):
    batch = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    agree("rescale_batch", batch, torch.tensor([[1.0, 10.0, 100.0]]), torch.tensor([1.0, 2.0, 4.0]))


def test_rescale_batch_of_whole_numbers(agree):
    batch = torch.tensor([[1, 2], [3, 4], [5, 6]])
    agree("rescale_batch", batch, torch.tensor([[3, 1]]), torch.tensor([2, 4]))


def test_adjust_blocks_one_block(agree):
    blocks = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    agree("adjust_blocks", blocks, torch.ones(2, 3), torch.tensor([1.0, 10.0]), torch.tensor([0.0, 0.5, 0.25]))


def test_adjust_blocks_two_square_blocks(agree):
    blocks = torch.arange(8.0).reshape(2, 2, 2)
    background = torch.tensor([[1.0, 0.0], [2.0, 5.0]])
    agree("adjust_blocks", blocks, background, torch.tensor([2.0, 3.0]), torch.tensor([0.5, -0.5]))


def test_outer_sum_two_and_three(agree):
    agree("outer_sum", torch.tensor([10, 20]), torch.tensor([1, 2, 3]))


def test_outer_sum_of_one_length(agree):
    agree("outer_sum", torch.tensor([10.0, 20.0]), torch.tensor([1.0, 2.0]))


def test_pairwise_distances_of_right_triangles(agree):
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    others = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    agree.using(atol=2e-5)("pairwise_distances", points, others)


def test_pairwise_distances_of_points_on_a_line(agree):
    agree.using(atol=2e-5)("pairwise_distances", torch.tensor([[1.0], [5.0]]), torch.tensor([[2.0], [4.0]]))


def test_takings_in_euros_of_three_days(agree):
    takings = torch.tensor([[100.0, 50.0, 10.0], [200.0, 30.0, 40.0]])
    agree("takings_in_euros", takings, torch.tensor([1.0, 0.5]))


def test_takings_in_euros_of_as_many_shops_as_days(agree):
    takings = torch.tensor([[100.0, 50.0], [200.0, 30.0]])
    agree("takings_in_euros", takings, torch.tensor([1.0, 0.5]))


def test_mean_squared_loss_of_a_perfect_model(agree):
    agree("mean_squared_loss", torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0, 2.0, 3.0]))


def test_mean_squared_loss_of_two_columns(agree):
    prediction = torch.tensor([[1.0], [2.0], [4.0]])
    agree("mean_squared_loss", prediction, torch.tensor([[1.0], [4.0], [0.0]]))
    agree("mean_squared_loss", prediction, torch.tensor([1.0, 4.0, 0.0]))
