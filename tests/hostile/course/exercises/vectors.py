"""Vectors: eight short exercises, each of another kind.

Replace each `raise NotImplementedError` with your answer.
"""

from __future__ import annotations

import torch


def scale(x: torch.Tensor, factor: float) -> torch.Tensor:
    """Return a new tensor with every element of `x` times `factor`. `x` itself does not change."""
    raise NotImplementedError


def squares(n: int) -> torch.Tensor:
    """Return 0, 1, 4, 9, ...: the first `n` squares, as int64."""
    raise NotImplementedError


def weighted(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """Return the sum of `w` times the cube of `x`, as a tensor without axes that gradients can flow
    through.
    """
    raise NotImplementedError


class Running:
    """The mean of all numbers seen so far."""

    def __init__(self) -> None:
        raise NotImplementedError

    def add(self, values: torch.Tensor) -> None:
        """Take the numbers of `values` into account."""
        raise NotImplementedError

    def mean(self) -> torch.Tensor:
        """Return the mean so far."""
        raise NotImplementedError


def permutation(n: int) -> torch.Tensor:
    """Return the numbers 0 to `n` - 1 in a random order, as int64."""
    raise NotImplementedError


def root(x: torch.Tensor) -> torch.Tensor:
    """Return the square root of each element. Raise `ValueError` when any element is negative."""
    raise NotImplementedError


def summary(x: torch.Tensor) -> dict[str, object]:
    """Return a dict: "largest" and "smallest" as Python numbers, "shape" as a tuple."""
    raise NotImplementedError


def kept(x: torch.Tensor) -> torch.Tensor:
    """Save `x` in a file, read the file and return what was in it."""
    raise NotImplementedError
