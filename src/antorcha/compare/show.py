"""Facts as short text, for a person. Trusted code over our own data: no student's `__repr__` ever runs."""

from __future__ import annotations

import builtins
from typing import Any

import torch

from antorcha.worker.facts import KINDS, ArrayFact, DeviceFact, OpaqueFact, RecordFact, TensorFact, Tree

_MAX_TEXT = 200


def type_word(tree: Tree) -> str:
    """The word for what kind of thing this is, as a Python programmer says it."""
    if isinstance(tree, TensorFact):
        return "torch.Tensor"
    if isinstance(tree, ArrayFact):
        return f"numpy.{tree.data.dtype.name}" if tree.scalar else "numpy.ndarray"
    if isinstance(tree, DeviceFact):
        return "torch.device"
    if isinstance(tree, RecordFact | OpaqueFact):
        return public_type(tree.type_name)
    if isinstance(tree, torch.Size):
        return "torch.Size"
    if isinstance(tree, torch.dtype):
        return "torch.dtype"
    return "None" if tree is None else type(tree).__name__


_KNOWN_TYPES = frozenset(
    (
        *("function", "builtin_function_or_method", "method", "generator", "coroutine", "module", "iterator"),
        *("Tensor", "Parameter", "ndarray", "Linear", "Sequential", "SGD", "Adam", "DataLoader", "Figure"),
    )
)


def public_type(name: str) -> str:
    """Names of well-known types only: a class of the student's own may have been named to carry a message."""
    builtin = isinstance(getattr(builtins, name, None), type) or name == "NoneType"
    return name if builtin or name in _KNOWN_TYPES | KINDS else "object"


def is_public_error(name: str) -> bool:
    """Is this the name of a built-in exception? Other names are the student's to choose, and may carry a message."""
    return isinstance(found := getattr(builtins, name, None), type) and issubclass(found, BaseException)


def show_number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, complex):
        return f"{value:.6g}"
    return str(value)[:_MAX_TEXT]


def show_apart(expected: Any, got: Any) -> dict[str, str]:
    """Two numbers that differ, with as many digits as it takes to see it."""
    short = {"expected": show_number(expected), "got": show_number(got)}
    return short if short["expected"] != short["got"] else {"expected": repr(expected), "got": repr(got)}


def show_tree(tree: Tree) -> str:
    """A value as a student would write it, cut to a line."""
    return _shown(tree)[:_MAX_TEXT]


def _shown(tree: Tree) -> str:
    if isinstance(tree, TensorFact):
        return _one_line(str(tree.data)) if tree.data.numel() <= 24 else f"tensor of shape {tuple(tree.data.shape)}"
    if isinstance(tree, ArrayFact):
        small = tree.data.size <= 24 and max(tree.data.shape, default=0) <= 24  # (10**9, 0) has no elements either
        return f"array({tree.data.tolist()})" if small else f"array of shape {tree.data.shape}"
    if isinstance(tree, DeviceFact):
        return f"torch.device('{tree.text}')"
    if isinstance(tree, RecordFact | OpaqueFact):
        return type_word(tree)
    if isinstance(tree, torch.Size):
        return str(tree)
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_shown(key)}: {_shown(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_shown(item) for item in tree) + "]"
    if isinstance(tree, tuple):
        return "(" + ", ".join(_shown(item) for item in tree) + ("," if len(tree) == 1 else "") + ")"
    return repr(tree)


def _one_line(text: str) -> str:
    return " ".join(text.split())
