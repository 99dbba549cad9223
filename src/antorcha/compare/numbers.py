"""Rules for Python's and NumPy's numbers: the kinds that are taken for each other, and equality within tolerance."""

from __future__ import annotations

import math
from typing import Any

import torch

from antorcha.compare.policy import Rules
from antorcha.compare.values import mismatch
from antorcha.worker.facts import ArrayFact, Tree

# A Python float usually left a float32 tensor through item(): it is no more exact than that.
_AS_EXACT_AS = "float32"


def as_number(tree: Tree, rules: Rules) -> Tree:
    """Return the Python number for a NumPy scalar where numbers are lenient, and anything else as it is."""
    if rules.policy.numbers == "lenient" and isinstance(tree, ArrayFact) and tree.scalar:
        return tree.data.item()
    return tree


def same_kind(expected: Any, got: Tree, rules: Rules) -> bool:
    """Return whether two numbers are taken for each other: a boolean is no number, and a complex one no real one."""
    if rules.policy.numbers == "strict":
        return type(got) is type(expected)
    return _kind(expected) == _kind(got)


def same_number(expected: Any, got: Any, rules: Rules) -> bool:
    """Return whether two numbers of the same kind agree.

    Where one is an int they agree only when their values are equal: what counts or numbers things has no rounding. A
    float that is expected is rounded before, unless the test sets a tolerance of its own.
    """
    if isinstance(expected, int):
        return bool(expected == got)  # Python compares an int with a float exactly, however large
    if isinstance(got, int) and rules.policy.rtol is None and rules.policy.atol is None:
        return math.isfinite(expected) and got == round(expected) and _close(expected, got, rules)
    return _close(expected, got, rules)


def _kind(number: Tree) -> type | None:
    """Return the type that stands for a kind of number; `None` for what is no number."""
    if isinstance(number, bool):  # asked before int, of which bool is a subclass
        return bool
    if isinstance(number, int | float):
        return float
    return complex if isinstance(number, complex) else None


def _close(expected: Any, got: Any, rules: Rules) -> bool:
    """Return whether two numbers agree within the tolerance, NaN with NaN."""
    dtype = torch.complex128 if isinstance(expected, complex) else torch.float64
    try:
        left, right = (torch.tensor(number, dtype=dtype) for number in (expected, got))
    except (OverflowError, RuntimeError):  # an int beyond what a float holds
        return False
    return mismatch(left, right, rules.tolerance(_AS_EXACT_AS)) is None
