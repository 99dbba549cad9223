"""Stand-ins for keys of dicts and items of sets: Python itself takes `True`, `1`, `1.0` and `1+0j` for one key.

A stand-in is hashable, and equal to another exactly where a course takes two things for the same.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import torch

from antorcha.worker.facts import ArrayFact, DeviceFact, RecordFact, TensorFact, Tree


def exact_key(tree: Tree) -> Hashable:
    """Return a key that tells an int from a float, a NumPy scalar from a number and a list from a tuple."""
    return _key(tree, lenient=False)


def lenient_key(tree: Tree) -> Hashable:
    """Return a key that takes an int, a float and a NumPy scalar of equal value for each other, but no boolean."""
    return _key(tree, lenient=True)


def device_name(text: str) -> str:
    """Return a device's full name: "cuda:0" for "cuda"."""
    return text if ":" in text or text == "cpu" else f"{text}:0"


def _key(tree: Tree, *, lenient: bool) -> Hashable:
    """Return the stand-in of a value: a tuple that begins with the kind of value, so that no two kinds are equal."""
    if lenient and isinstance(tree, ArrayFact) and tree.scalar:
        tree = tree.data.item()
    if isinstance(tree, bool | int | float | complex):
        return _number_key(tree, lenient=lenient)
    if isinstance(tree, TensorFact):
        return ("tensor", tree.dtype_name, tuple(tree.data.shape), _bytes_of(tree.data))
    if isinstance(tree, ArrayFact):
        return ("array", tree.scalar, tree.data.dtype.name, tree.data.shape, np.ascontiguousarray(tree.data).tobytes())
    if isinstance(tree, DeviceFact):
        return ("device", device_name(tree.text))
    if isinstance(tree, RecordFact):
        return ("record", *((name, _key(value, lenient=lenient)) for name, value in tree.fields))
    if isinstance(tree, tuple | list):
        return (type(tree).__name__, *(_key(item, lenient=lenient) for item in tree))
    if isinstance(tree, set | frozenset):
        return ("set", frozenset(_key(item, lenient=lenient) for item in tree))
    return (type(tree).__name__, tree)


def _number_key(number: Any, *, lenient: bool) -> Hashable:
    """Return the stand-in of a number; a boolean's is no other number's, however lenient."""
    if isinstance(number, complex):
        return ("complex", _number_key(number.real, lenient=True), _number_key(number.imag, lenient=True))
    kind = "number" if lenient and not isinstance(number, bool) else type(number).__name__
    return (kind, "nan" if number != number else number)  # NaN is not equal to itself


def _bytes_of(data: torch.Tensor) -> bytes:
    """Return a tensor's elements as bytes, in order."""
    # As uint8, since NumPy has no dtype for bfloat16 and its like.
    return data.contiguous().view(-1).view(torch.uint8).numpy().tobytes() if data.numel() else b""
