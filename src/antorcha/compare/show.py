"""Facts as short text for a person. Trusted code over our own data: no student's `__repr__` ever runs."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from math import prod
from typing import Any

import torch

from antorcha.worker.facts import KINDS, NESTED_TENSOR, ArrayFact, DeviceFact, OpaqueFact, RecordFact, TensorFact, Tree

_MAX_TEXT = 200  # characters
_MAX_SHOWN_ELEMENTS = 24  # of a tensor or array; of a larger one the shape says more


def type_word(tree: Tree) -> str:
    """Return the name of a value's type as a Python programmer writes it: "torch.Tensor", "numpy.float32", "list"."""
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
        *(
            "Tensor",
            "Parameter",
            "ndarray",
            "Linear",
            "Sequential",
            "SGD",
            "Adam",
            "DataLoader",
            "Figure",
            NESTED_TENSOR,
        ),
    )
)


def public_type(name: str) -> str:
    """Return a well-known type's own name, and "object" for any other.

    A class of the student's own may have been named to carry a message.
    """
    builtin = isinstance(getattr(builtins, name, None), type) or name == "NoneType"
    return name if builtin or name in _KNOWN_TYPES | KINDS else "object"


def show_number(value: Any) -> str:
    """Return a number with at most six digits of a float, and the first 200 of an int."""
    if isinstance(value, float | complex):
        return f"{value:.6g}"
    return str(value)[:_MAX_TEXT]


def show_apart(expected: Any, got: Any) -> dict[str, str]:
    """Return two numbers that differ, "expected" and "got", with as many digits as it takes to see it."""
    short = {"expected": show_number(expected), "got": show_number(got)}
    # Beside an int, 100000.9 may not be written "100001".
    one_is_int = isinstance(expected, int) != isinstance(got, int)
    if short["expected"] != short["got"] and not (one_is_int and _loses_a_fraction(short, expected, got)):
        return short
    return {"expected": repr(expected)[:_MAX_TEXT], "got": repr(got)[:_MAX_TEXT]}


def show_tree(tree: Tree) -> str:
    """Return a value as a student would write it, cut to a line."""
    text = ""
    for piece in _pieces(tree):
        text += piece[:_MAX_TEXT]
        if len(text) >= _MAX_TEXT:  # an answer may be large: no more of it is looked at than is shown
            break
    return text[:_MAX_TEXT]


def _pieces(tree: Tree) -> Iterator[str]:
    """Yield the text of a value from left to right."""
    if isinstance(tree, dict):
        yield "{"
        for number, (key, value) in enumerate(tree.items()):
            yield ", " if number else ""
            yield from _pieces(key)
            yield ": "
            yield from _pieces(value)
        yield "}"
    elif isinstance(tree, list | tuple) and not isinstance(tree, torch.Size):
        yield "[" if isinstance(tree, list) else "("
        for number, item in enumerate(tree):
            yield ", " if number else ""
            yield from _pieces(item)
        yield "]" if isinstance(tree, list) else ",)" if len(tree) == 1 else ")"
    elif isinstance(tree, set | frozenset) and tree:
        yield "{" if isinstance(tree, set) else "frozenset({"
        for number, item in enumerate(tree):
            yield ", " if number else ""
            yield from _pieces(item)
        yield "}" if isinstance(tree, set) else "})"
    else:
        yield _leaf_text(tree)


def _leaf_text(leaf: Tree) -> str:
    """Return the text of a value that holds no other; whitespace in a tensor's own text shrinks to fit one line."""
    if isinstance(leaf, TensorFact):
        shape = tuple(leaf.data.shape)
        return " ".join(str(leaf.data).split()) if _is_small(shape) else f"tensor of shape {shape}"
    if isinstance(leaf, ArrayFact):
        return f"array({leaf.data.tolist()})" if _is_small(leaf.data.shape) else f"array of shape {leaf.data.shape}"
    if isinstance(leaf, DeviceFact):
        return f"torch.device('{leaf.text}')"
    if isinstance(leaf, RecordFact | OpaqueFact):
        return type_word(leaf)
    # Cut before it is written out: a text of megabytes would be escaped in full for 200 characters of it.
    return repr(leaf[:_MAX_TEXT] if isinstance(leaf, str | bytes) else leaf)


def _is_small(shape: tuple[int, ...]) -> bool:
    """Return whether all elements can be shown; of shape (10**9, 0) there are none, and yet a billion lists."""
    return prod(shape) <= _MAX_SHOWN_ELEMENTS and max(shape, default=0) <= _MAX_SHOWN_ELEMENTS


def _loses_a_fraction(short: dict[str, str], expected: Any, got: Any) -> bool:
    """Return whether the short text of the float of the two reads like a whole number, which it is not."""
    number, text = (got, short["got"]) if isinstance(expected, int) else (expected, short["expected"])
    return isinstance(number, float) and not number.is_integer() and "." not in text
