"""Hidden tests for `warmup`."""

import torch


# Trap: in place, on the caller's tensor.
def test_double_leaves_its_argument_alone(agree):
    agree("double", torch.tensor([[1.5, -2.0], [0.0, 4.0]]))


# Trap: a float where the input holds whole numbers.
def test_double_keeps_the_dtype(agree):
    agree("double", torch.tensor([3, -7, 11]))


# Trap: the mean of whole numbers raises.
def test_average_of_whole_numbers(agree):
    agree("average", torch.tensor([[1, 2, 4], [8, 16, 32]]))


# Trap: the mean of each column.
def test_average_is_one_number(agree):
    agree("average", torch.tensor([[1.0, 2.0], [3.0, 7.0]]))


# Trap: the lost axis, shape (columns,) instead of (1, columns).
def test_last_row_keeps_its_axis(agree):
    agree("last_row", torch.arange(12).reshape(4, 3))
