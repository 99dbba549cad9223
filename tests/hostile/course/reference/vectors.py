"""Vectors: eight short exercises, each of another kind.

Replace each `raise NotImplementedError` with your answer.
"""

from __future__ import annotations

import tempfile

import torch


def scale(x: torch.Tensor, factor: float) -> torch.Tensor:
    """Return a new tensor with every element of `x` times `factor`. `x` itself does not change."""
    return x * factor


def squares(n: int) -> torch.Tensor:
    """Return 0, 1, 4, 9, ...: the first `n` squares, as int64."""
    return torch.arange(n) ** 2


def weighted(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """Return the sum of `w` times the cube of `x`, as a tensor without axes that gradients can flow through."""
    return (w * x**3).sum()


class Running:
    """The mean of all numbers seen so far."""

    def __init__(self) -> None:
        self.total = torch.tensor(0.0)
        self.count = 0

    def add(self, values: torch.Tensor) -> None:
        """Take the numbers of `values` into account."""
        self.total = self.total + values.sum()
        self.count += values.numel()

    def mean(self) -> torch.Tensor:
        """Return the mean so far."""
        return self.total / self.count


def permutation(n: int) -> torch.Tensor:
    """Return the numbers 0 to `n` - 1 in a random order, as int64."""
    return torch.randperm(n)


def root(x: torch.Tensor) -> torch.Tensor:
    """Return the square root of each element. Raise `ValueError` when any element is negative."""
    if (x < 0).any():
        raise ValueError("a negative number has no real root")
    return x.sqrt()


def summary(x: torch.Tensor) -> dict[str, object]:
    """Return a dict: "largest" and "smallest" as Python numbers, "shape" as a tuple."""
    return {"largest": x.max().item(), "smallest": x.min().item(), "shape": tuple(x.shape)}


def kept(x: torch.Tensor) -> torch.Tensor:
    """Save `x` in a file, read the file and return what was in it."""
    with tempfile.TemporaryDirectory() as folder:
        torch.save(x, f"{folder}/x.pt")
        return torch.load(f"{folder}/x.pt", weights_only=True)
