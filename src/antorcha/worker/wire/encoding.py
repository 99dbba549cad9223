"""The encoder: from values to the bytes of one message. A value that defends itself becomes its type's name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch

from antorcha.worker.facts import NESTED_TENSOR, DeviceFact, OpaqueFact, RecordFact
from antorcha.worker.wire.format import (
    DEFAULT_LIMIT,
    LAYOUT_NAMES,
    LONGEST_KEY,
    LONGEST_NAME,
    MAX_DEPTH,
    MAX_FIELDS,
    MAX_HASHED,
    MAX_HEX,
    MAX_ITEMS,
    MAX_NODES,
    NUMPY_DTYPES,
    TORCH_DTYPE_NAMES,
    TooLargeError,
    countable_elements,
    in_one_message,
    items_in,
    touched_bytes,
)
from antorcha.worker.wire.live_objects import LiveRecord
from antorcha.worker.wire.memory import OutgoingLeaf, as_plain_tensor, copy_out, memory_span, storage_span


class _Encoder:
    """The writing of one message, counted as the decoder counts it. Every method may raise `TooLargeError`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit  # bytes
        self.nodes = 0
        self.dense = 0  # bytes of all tensors and arrays so far, written out densely
        self.hashed = 0  # keys that are not text
        self.leaves: list[OutgoingLeaf] = []

    def node(self, value: Any, depth: int = 0) -> Any:
        """Return `value` as a node; what fails while it is looked at (it may be anything) becomes its type's name."""
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise TooLargeError("nested too deeply or too many items")
        try:
            return self.known(value, depth)
        except TooLargeError:
            raise
        except Exception:
            return ["o", _type_name(value)]

    def known(self, value: Any, depth: int) -> Any:
        """Return a value's node, by the methods of the plain types: a subclass of the student's may have others."""
        if value is None or value is True or value is False:
            return value
        exactly = _OF_EXACTLY.get(type(value))  # most values, spared the questions that follow
        if exactly is not None:
            return exactly(value)
        if type(value) is dict or type(value) is list:
            return self.container(value, depth + 1)
        if isinstance(value, torch.Tensor):
            if value.is_nested:
                return ["o", NESTED_TENSOR]
            return self.tensor(value)
        if isinstance(value, np.ndarray | np.generic):
            return self.array(value)
        for kind, encode in _ATOMS:
            if isinstance(value, kind):
                return encode(value)
        return self.container(value, depth + 1)

    def container(self, value: Any, depth: int) -> Any:
        """Return the node of what holds other values, or of a fact; records come before tuples, as many are both."""
        if isinstance(value, dict):
            return ["d", [[self.key(key, depth), self.node(item, depth)] for key, item in dict.items(value)]]
        if type(value) is list:
            return ["l", [self.node(item, depth) for item in value]]
        if type(value) is OpaqueFact:
            return ["o", value.type_name[:LONGEST_NAME]]
        if type(value) is DeviceFact:
            return ["dv", value.text[:LONGEST_NAME]]
        record = _as_record(value)
        if record is not None:
            name, is_tuple, held = record
            if len(held) > MAX_FIELDS:
                return ["o", name]
            return ["r", name, is_tuple, [[key[:LONGEST_NAME], self.node(item, depth)] for key, item in held]]
        for tag, kind in (("S", torch.Size), ("t", tuple), ("l", list)):
            if isinstance(value, kind):
                return [tag, [self.node(item, depth) for item in kind.__iter__(value)]]  # type: ignore[arg-type]
        if isinstance(value, set | frozenset):
            return ["s", [self.key(item, depth) for item in value]]
        return ["o", _type_name(value)]

    def key(self, value: Any, depth: int) -> Any:
        """Return the node of a dict's key or a set's item, within the bounds that the decoder keeps."""
        self.hashed += not isinstance(value, str)
        if self.hashed > MAX_HASHED:
            raise TooLargeError(f"more than {MAX_HASHED} keys that are not text")
        if isinstance(value, str | bytes) and len(value) > LONGEST_KEY:
            raise TooLargeError(f"a key of more than {LONGEST_KEY} characters")
        return self.node(value, depth)

    def tensor(self, value: torch.Tensor, *, gradient: bool = True) -> Any:
        """Return a tensor's node; its type's name where its numbers have a dtype that does not travel."""
        self.measure(value.shape, value.element_size())
        plain = as_plain_tensor(value)
        name = TORCH_DTYPE_NAMES.get(plain.dtype)
        if name is None:
            return ["o", _type_name(value)]
        node: dict[str, Any] = {
            "dv": str(value.device),
            "rg": bool(value.requires_grad),
            "lf": bool(value.is_leaf),
            "fn": type(value.grad_fn).__name__[:LONGEST_NAME] if value.grad_fn is not None else None,
            "ly": LAYOUT_NAMES.get(value.layout, "other"),
            "ty": _type_name(value),
        }
        if value.is_quantized:
            node["qt"] = str(value.dtype).removeprefix("torch.")
        node |= {"dt": name, "sh": list(plain.shape), "st": list(plain.stride())}
        low, high = touched_bytes(plain.data_ptr(), plain.shape, plain.stride(), plain.element_size())
        home = storage_span(value) or storage_span(plain) or (low, high)
        self.leaves.append(OutgoingLeaf(node, plain, low, high, home, plain.element_size(), plain.numel()))
        if gradient and value.is_leaf and value.grad is not None:
            tag, inner = self.tensor(value.grad, gradient=False)
            node["gr"] = inner if tag == "T" else None
        return ["T", node]

    def measure(self, shape: Any, itemsize: int) -> None:
        """Count what a value would take when written out densely, as the decoder does."""
        self.dense += countable_elements(shape) * itemsize
        if self.dense > self.limit:
            raise TooLargeError(f"more than {self.limit} bytes of tensor data")

    def array(self, value: np.ndarray[Any, Any] | np.generic) -> Any:
        """Return an array's or a NumPy scalar's node; a name where its numbers have a dtype that does not travel."""
        name = value.dtype.name
        if name not in NUMPY_DTYPES or value.dtype.byteorder == ">":
            return ["o", f"numpy.{type(value).__name__}[{name[:40]}]"]
        self.measure(value.shape, value.itemsize)
        plain = np.asarray(value)
        node: dict[str, Any] = {"dt": name, "sc": isinstance(value, np.generic), "sh": list(plain.shape)}
        strides = plain.strides
        if any(step % plain.itemsize for step in strides):  # a field of a packed record: give it memory of its own
            plain = np.ascontiguousarray(plain)
            strides = plain.strides
        node["st"] = [step // plain.itemsize for step in strides]
        address = plain.__array_interface__["data"][0]
        low, high = touched_bytes(address, plain.shape, node["st"], plain.itemsize)
        self.leaves.append(
            OutgoingLeaf(node, plain, low, high, memory_span(plain, low, high), plain.itemsize, plain.size)
        )
        return ["A", node]


def encode(value: Any, limit: int = DEFAULT_LIMIT) -> bytes:
    """Return `value` as one message of at most about `limit` bytes.

    Raises: `TooLargeError` for a value that is larger, deeper than 64 levels (so also a cycle) or of more than
    200,000 items. Anything that has no place in the format becomes its type's name.
    """
    encoder = _Encoder(limit)
    root = encoder.node(value)
    buffers = copy_out(encoder.leaves)
    header = json.dumps({"v": root, "b": [len(buffer) for buffer in buffers]}, separators=(",", ":")).encode("ascii")
    if len(header) > limit or items_in(header) > MAX_ITEMS:
        raise TooLargeError(f"more than {limit} bytes of structure")
    return in_one_message(header, *buffers)


def _encode_int(value: int) -> Any:
    """Return an int's node: beyond 63 bits as hex digits, since writing decimal ones takes quadratic time."""
    plain = int(value)
    if -(2**63) <= plain < 2**63:
        return plain
    if plain.bit_length() > 4 * (MAX_HEX - 3):
        raise TooLargeError("an int of thousands of digits")
    return ["i", hex(plain)]


def _name_or_opaque(tag: str, names: dict[Any, str]) -> Callable[[Any], Any]:
    return lambda value: [tag, names[value]] if value in names else ["o", _type_name(value)]


_ATOMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (int, _encode_int),
    (float, float),
    (str, lambda value: str.__str__(value)),
    (complex, lambda value: ["c", value.real, value.imag]),
    (bytes, lambda value: ["b", base64.b64encode(value).decode("ascii")]),
    (torch.dtype, _name_or_opaque("dt", TORCH_DTYPE_NAMES)),
    (torch.layout, _name_or_opaque("ly", LAYOUT_NAMES)),
    (torch.device, lambda value: ["dv", str(value)]),
    (np.dtype, lambda value: ["nd", value.name] if value.name in NUMPY_DTYPES else ["o", "numpy.dtype"]),
)

_OF_EXACTLY: dict[type, Callable[[Any], Any]] = {kind: encode for kind, encode in _ATOMS if kind in (int, float, str)}


def _type_name(value: object) -> str:
    """Return the name of a type as Python keeps it: a metaclass could answer `__qualname__` with something else."""
    return str(type.__dict__["__qualname__"].__get__(type(value)))[:LONGEST_NAME]


def _as_record(value: Any) -> tuple[str, bool, list[tuple[str, Any]]] | None:
    """Return the name of a record's type, whether it is a tuple, and its fields; `None` where it is no record."""
    if type(value) is RecordFact:
        return value.type_name[:LONGEST_NAME], value.is_tuple, list(value.fields)
    if type(value) is LiveRecord:  # somebody's answer that is put into the next call
        return _type_name(value), False, list(vars(value).items())
    if isinstance(value, tuple) and isinstance(getattr(type(value), "_fields", None), tuple):
        names = [str(name) for name in type(value)._fields]  # type: ignore[attr-defined]
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
    else:
        return None
    return _type_name(value), isinstance(value, tuple), [(name, getattr(value, name)) for name in names]
