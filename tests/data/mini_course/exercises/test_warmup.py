"""Tests for `warmup.py` that you can read and run."""

import torch


def test_double_of_two_numbers(agree):
    agree("double", torch.tensor([1, 2]))


def test_average_of_two_numbers(agree):
    agree("average", torch.tensor([1, 2]))


def test_last_row_of_two(agree):
    agree("last_row", torch.tensor([[1, 2], [3, 4]]))
