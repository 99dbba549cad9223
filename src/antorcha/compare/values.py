"""Are two arrays of numbers equal within a tolerance, and if not, where and by how much?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from antorcha.course.model import Tolerance


@dataclass(frozen=True)
class Mismatch:
    """Elements that differ. `where` is the index of the first, in the order of a flattened array."""

    count: int
    total: int
    where: tuple[int, ...]
    expected: Any
    got: Any
    largest: float  # largest finite absolute difference; nan when only nan or inf are misplaced


def mismatch(expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance) -> Mismatch | None:
    """Compare two CPU tensors of one shape; `None` when they agree.

    Floating and complex numbers agree when `|got - expected| <= atol + rtol * |expected|`, computed in double
    precision; NaN agrees with NaN and an infinity with the same infinity. Integers and booleans agree when equal.
    """
    left, right = _widest(expected), _widest(got)
    if left.dtype != right.dtype:
        left, right = left.to(torch.complex128), right.to(torch.complex128)
    close = (
        torch.isclose(right, left, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
        if left.is_floating_point() or left.is_complex()
        else left == right
    )
    if bool(close.all()):
        return None
    first = tuple(int(index) for index in (~close).nonzero()[0])
    gaps = (right.to(torch.complex128) - left.to(torch.complex128)).abs()
    finite = gaps[~close & gaps.isfinite()]
    return Mismatch(
        count=int((~close).sum()),
        total=close.numel(),
        where=first,
        expected=expected[first].item(),
        got=got[first].item(),
        largest=float(finite.max()) if finite.numel() else float("nan"),
    )


def _widest(value: torch.Tensor) -> torch.Tensor:
    if value.is_complex():
        return value.to(torch.complex128)
    if value.is_floating_point():
        return value.to(torch.float64)
    # uint64 has no operators of its own in torch; values beyond 63 bits are not part of any exercise.
    return value.to(torch.int64) if value.dtype != torch.bool else value


def identical(left: torch.Tensor, right: torch.Tensor) -> bool:
    """The same dtype, shape and content, NaN included: for "was this argument changed?"."""
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    return mismatch(left, right, Tolerance(0.0, 0.0)) is None
