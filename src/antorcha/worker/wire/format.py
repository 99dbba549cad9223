"""The bounds of the wire's format, its names of dtypes and layouts, and where the bytes of an array lie."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import torch

MAX_DEPTH = 64
MAX_NODES = 200_000
# Commas and opening brackets of a header, counted before it is parsed: a bound on what parsing can cost.
MAX_ITEMS = 10 * MAX_NODES
# Keys of dicts and items of sets that are no text: their hashes can be made to collide, at a quadratic price.
MAX_HASHED = 10_000
MAX_HEX = 3500  # Python itself writes no int of more than 4300 digits
MAX_DIMS = 64  # as in NumPy 2
LONGEST_NAME = 200  # characters of a type's, a field's, a setting's or an operation's name
LONGEST_KEY = 10_000  # characters of a dict's key
# Fields of one record: whoever rebuilds a named tuple compiles code for them.
MAX_FIELDS = 256
DEFAULT_LIMIT = 64 * 1024 * 1024  # bytes


class WireError(Exception):
    """A message that our encoder would not have written, or a value too large or too deep to travel."""


class TooLargeError(WireError):
    """A value beyond the size, depth or count that a message carries."""


_TORCH_NAMES = (
    *("bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"),
    *("complex32", "complex64", "complex128"),
)
TORCH_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _TORCH_NAMES if hasattr(torch, name)}
QUANTISED_DTYPES = ("qint8", "quint8", "qint32", "quint4x2", "quint2x4")  # their tensors travel as float32
TORCH_DTYPE_NAMES = {dtype: name for name, dtype in TORCH_DTYPES.items()}
_NUMPY_NAMES = (
    *("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
NUMPY_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(name) for name in _NUMPY_NAMES}
LAYOUTS: dict[str, torch.layout] = {
    name: getattr(torch, name)
    for name in ("strided", "sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc")
    if hasattr(torch, name)
}
LAYOUT_NAMES = {layout: name for name, layout in LAYOUTS.items()}


def header_and_buffers(message: bytes | memoryview) -> tuple[bytes, bytes | memoryview]:
    """Return the two parts of a message: its header's bytes and all buffers.

    Raises: `WireError` when it is shorter than its header says.
    """
    size = int.from_bytes(message[:4], "little")
    if len(message) < 4 or size > len(message) - 4:
        raise WireError("shorter than its header")
    return bytes(message[4 : 4 + size]), message[4 + size :]


def in_one_message(header: bytes, *buffers: bytes | memoryview) -> bytes:
    """Return the message that `header_and_buffers` takes apart."""
    return b"".join([len(header).to_bytes(4, "little"), header, *buffers])


def items_in(header: bytes) -> int:
    """Return an upper bound of the number of JSON items in a header, without parsing it."""
    return header.count(b",") + header.count(b"[") + header.count(b"{")


def countable_elements(shape: Any) -> int:
    """Return the number of elements, an axis of none counted as one: its other axes cost whoever walks along them."""
    return prod(max(size, 1) for size in shape)


def touched_bytes(address: int, shape: Any, strides: Any, itemsize: int) -> tuple[int, int]:
    """Return the addresses between which the bytes of an array lie. `strides`: in items."""
    if prod(shape) == 0:
        return (address, address)
    steps = [(size - 1) * step * itemsize for size, step in zip(shape, strides, strict=True)]
    low = address + sum(step for step in steps if step < 0)
    return (low, address + sum(step for step in steps if step > 0) + itemsize)
