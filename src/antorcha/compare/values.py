"""The comparison of two tensors of numbers within a tolerance: where they differ, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from antorcha.course.model import Tolerance

_EXACT = Tolerance(0.0, 0.0)
_SIGN_BIT = -(2**63)  # the highest of 64 bits, as int64 has it


@dataclass(frozen=True)
class Mismatch:
    """Elements that differ. `where` is the index of the first, in the order of a flattened array."""

    count: int
    total: int
    where: tuple[int, ...]
    expected: Any
    got: Any
    largest: float  # absolute difference, inf where an infinity is misplaced; nan when only NaN is


def mismatch(expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance) -> Mismatch | None:
    """Compare two CPU tensors of one shape, of any dtypes; return `None` when they agree.

    Floating and complex numbers agree when `|got - expected| <= atol + rtol * |expected|`, computed in double
    precision; NaN agrees with NaN and an infinity with the same infinity, each in its place. Whole numbers and
    booleans agree when equal, also with a floating number unless there is a tolerance for them.
    """
    agree = _agree(expected, got, tolerance)
    if bool(agree.all()):
        return None
    first = tuple(int(index) for index in (~agree).nonzero()[0])
    return Mismatch(
        count=int((~agree).sum()),
        total=agree.numel(),
        where=first,
        expected=expected[first].item(),
        got=got[first].item(),
        largest=_largest_gap(expected, got, ~agree),
    )


def differing(expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance, most: int) -> list[tuple[int, ...]]:
    """Return the indices of the first elements that differ, of two tensors of one shape; `most` at most."""
    places = (~_agree(expected, got, tolerance)).nonzero()[:most]
    return [tuple(int(index) for index in place) for place in places]


def identical(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Return whether dtype, shape and content are the same, NaN included: for "was this argument changed?"."""
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    return bool(_agree(left, right, _EXACT).all())


def all_zero(value: torch.Tensor) -> bool:
    """Return whether every element is zero. Not every dtype has `count_nonzero`."""
    return bool((value == 0).all())


def _agree(expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance) -> torch.Tensor:
    """Return where two tensors agree, as booleans of their shape."""
    # Whole numbers never go through floats: beyond 53 bits a double takes neighbours for one number.
    if _is_whole(expected) and _is_whole(got):
        return _same_whole_numbers(expected, got)
    if _is_whole(expected) and tolerance == _EXACT:
        return _is_exactly(got, expected)
    left, right = _as_float(expected), _as_float(got)
    if left.is_complex() or right.is_complex():
        return _close_complex(left.to(torch.complex128), right.to(torch.complex128), tolerance)
    # In this order: `isclose` measures the relative tolerance by its second argument.
    return torch.isclose(right, left, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)


def _is_whole(value: torch.Tensor) -> bool:
    """Return whether the dtype holds whole numbers or booleans."""
    return not value.is_floating_point() and not value.is_complex()


def _same_whole_numbers(expected: torch.Tensor, got: torch.Tensor) -> torch.Tensor:
    """Return where whole numbers of any two dtypes are equal, as booleans."""
    if expected.dtype == got.dtype:
        return expected == got
    same_bits = _as_int64(expected) == _as_int64(got)
    if (expected.dtype == torch.uint64) == (got.dtype == torch.uint64):
        return same_bits
    # Of the two only one can be beyond 63 bits, and what is there stands for a negative number here.
    return same_bits & (_as_int64(expected) >= 0)


def _is_exactly(got: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """Return where a floating or complex `got` is the whole number `expected`, also beyond 53 bits."""
    wide = _as_float(got)
    real = wide.real if wide.is_complex() else wide
    whole = real.isfinite() & (real == real.trunc())
    if wide.is_complex():
        whole &= wide.imag == 0
    unsigned = expected.dtype == torch.uint64
    low, high = (0.0, 2.0**64) if unsigned else (-(2.0**63), 2.0**63)
    whole &= (real >= low) & (real < high)
    within = torch.where(whole, real, 0.0)  # as int64 nothing else has a defined value
    beyond = within >= 2.0**63  # only of uint64: bring it into 63 bits and put the top bit back afterwards
    number = torch.where(beyond, within - 2.0**63, within).to(torch.int64)
    return whole & (torch.where(beyond, number + _SIGN_BIT, number) == _as_int64(expected))


def _close_complex(expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance) -> torch.Tensor:
    """Return where complex numbers agree; of what is not finite, real and imaginary part each in its place."""
    left, right = torch.view_as_real(expected), torch.view_as_real(got)
    same_parts = ((left == right) | (left.isnan() & right.isnan())).all(dim=-1)
    return same_parts | torch.isclose(got, expected, rtol=tolerance.rtol, atol=tolerance.atol)


def _largest_gap(expected: torch.Tensor, got: torch.Tensor, differ: torch.Tensor) -> float:
    """Return the largest absolute difference of the elements that `differ`; NaN where it is NaN in all of them."""
    left, right = (_as_float(value[differ]) for value in (expected, got))
    gaps = (right - left).abs()
    measured = gaps[~gaps.isnan()]
    return float(measured.max()) if measured.numel() else float("nan")


def _as_float(value: torch.Tensor) -> torch.Tensor:
    """Return a tensor in double precision: not every dtype has the operators that are needed."""
    return value.to(torch.complex128 if value.is_complex() else torch.float64)


def _as_int64(value: torch.Tensor) -> torch.Tensor:
    """Return whole numbers as int64; those of uint64 beyond 63 bits wrap around, each to a number of its own."""
    return value.to(torch.int64)
