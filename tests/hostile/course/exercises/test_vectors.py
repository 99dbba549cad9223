"""Tests for `vectors.py` that you can read and run."""

import torch


def test_scale_of_two_numbers(agree):
    agree("scale", torch.tensor([1.0, 2.0]), 2.0)


def test_squares_of_four(agree):
    agree("squares", 4)


def test_summary_of_two_numbers(agree):
    agree("summary", torch.tensor([1.0, 2.0]))
