"""The decoder: any bytes at all become a tree of facts or a `WireError`, and nothing in them is trusted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
import torch

from antorcha.worker.facts import ArrayFact, DeviceFact, OpaqueFact, RecordFact, TensorFact, Tree
from antorcha.worker.wire.format import (
    DEFAULT_LIMIT,
    LAYOUTS,
    LONGEST_KEY,
    LONGEST_NAME,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_FIELDS,
    MAX_HASHED,
    MAX_HEX,
    MAX_ITEMS,
    MAX_NODES,
    NUMPY_DTYPES,
    QUANTISED_DTYPES,
    TORCH_DTYPES,
    WireError,
    countable_elements,
    header_and_buffers,
    items_in,
    touched_bytes,
)


class _Decoder:
    """The reading of one message, with counts of what it has cost so far. Every method may raise `WireError`."""

    def __init__(self, buffers: list[bytearray], limit: int) -> None:
        self.buffers = buffers
        self.limit = limit  # bytes
        self.dense = 0  # bytes of all tensors and arrays so far, written out densely
        self.nodes = 0
        self.hashed = 0  # keys that are not text
        self.bases: dict[int, torch.Tensor] = {}  # the one tensor over each buffer, by the buffer's id

    def tree(self, node: Any, depth: int = 0) -> Tree:
        """Return the tree of a node, whose types are exactly those that JSON's reader makes."""
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("nested too deeply or too many items")
        kind = type(node)
        if node is None or kind is bool or kind is float:
            return node
        if kind is str:
            return _clean(node)
        if kind is int:
            return _checked(node, -(2**63), 2**63 - 1, "int")
        if kind is not list or not node or type(node[0]) is not str:
            raise WireError("a node is neither an atom nor a tagged list")
        read = _READERS.get(node[0])
        if read is None:
            raise WireError("an unknown tag")
        return read(self, node, depth + 1)

    def items(self, node: Any, depth: int) -> list[Tree]:
        """Return the items of a list or a tuple."""
        _, content = _parts(node, 2)
        if not isinstance(content, list):
            raise WireError("a container without items")
        return [self.tree(item, depth) for item in content]

    def pairs(self, node: Any, depth: int) -> dict[Any, Tree]:
        """Return a dict."""
        _, content = _parts(node, 2)
        if not isinstance(content, list):
            raise WireError("a dict without items")
        result: dict[Any, Tree] = {}
        for pair in content:
            key, value = _parts(pair, 2)
            result[self.key(key, depth)] = self.tree(value, depth)
        return result

    def key(self, node: Any, depth: int) -> Tree:
        """Return a dict's key or a set's item, as long as there are few whose hashes could be made to collide."""
        if isinstance(node, str):
            if len(node) > LONGEST_KEY:
                raise WireError("a key of too many characters")
            return self.tree(node, depth)
        self.hashed += 1
        if self.hashed > MAX_HASHED:
            raise WireError("too many keys that are not text")
        return _hashable(self.tree(node, depth))

    def items_of_set(self, node: Any, depth: int) -> set[Tree]:
        """Return a set, whose items are hashed as keys are."""
        _, content = _parts(node, 2)
        if not isinstance(content, list):
            raise WireError("a set without items")
        return {self.key(item, depth) for item in content}

    def record(self, node: Any, depth: int) -> RecordFact:
        """Return a named tuple or a dataclass."""
        _, name, is_tuple, content = _parts(node, 4)
        if not isinstance(content, list) or not isinstance(is_tuple, bool):
            raise WireError("a record without fields")
        if len(content) > MAX_FIELDS:
            raise WireError("a record of too many fields")
        pairs = [_parts(pair, 2) for pair in content]
        named = tuple((_name(key), self.tree(value, depth)) for key, value in pairs)
        return RecordFact(_name(name), named, is_tuple)

    def tensor(self, node: Any) -> TensorFact:
        """Return a tensor with its gradient, all claims about it checked for their form."""
        if not isinstance(node, dict):
            raise WireError("a tensor without its description")
        flags = node.get("rg"), node.get("lf")
        if not all(isinstance(flag, bool) for flag in flags):
            raise WireError("a tensor's flag is no truth value")
        data = self._tensor_data(node)
        if flags[0] and not (data.is_floating_point() or data.is_complex()):
            raise WireError("whole numbers that require a gradient")
        gradient = self._gradient(node)
        grad_fn = node.get("fn")
        return TensorFact(
            data=data,
            device=_name(node.get("dv")),
            requires_grad=bool(flags[0]),
            leaf=bool(flags[1]),
            grad_fn=None if grad_fn is None else _name(grad_fn),
            layout=_layout(node.get("ly")),
            type_name=_name(node.get("ty")),
            memory=_checked(node.get("mm"), -1, MAX_NODES, "memory"),
            grad=gradient,
            quantised=_quantised(node.get("qt")),
        )

    def _gradient(self, node: dict[str, Any]) -> TensorFact | None:
        inner = node.get("gr")
        if inner is None:
            return None
        if not isinstance(inner, dict) or "gr" in inner:
            raise WireError("a gradient of a gradient")
        return self.tensor(inner)

    def _tensor_data(self, node: dict[str, Any]) -> torch.Tensor:
        """Return a tensor over its buffer, or a copy where torch cannot take the bytes as they lie."""
        dtype = TORCH_DTYPES.get(str(node.get("dt")))
        if dtype is None:
            raise WireError("an unknown dtype")
        shape, strides, offset, buffer = self._view(node, dtype.itemsize)
        if buffer is None:
            return torch.empty(shape, dtype=dtype)
        itemsize = dtype.itemsize
        if offset % itemsize:
            return _aligned(buffer, dtype, shape, strides, offset)
        # Views of one base per buffer: what shared memory shares it again, version counter included.
        raw = self.bases.setdefault(id(buffer), torch.frombuffer(buffer, dtype=torch.uint8))
        flat = raw[: len(buffer) - len(buffer) % itemsize]
        if dtype is torch.bool:  # torch.empty leaves other bytes than 0 and 1, and torch takes them for granted
            plain = flat.as_strided(shape, strides, offset)
            if bool((plain > 1).any()):
                return plain != 0
        return flat.view(dtype).as_strided(shape, strides, offset // itemsize)

    def array(self, node: Any) -> ArrayFact:
        """Return a NumPy array or scalar over its buffer."""
        if not isinstance(node, dict) or not isinstance(node.get("sc"), bool):
            raise WireError("an array without its description")
        dtype = NUMPY_DTYPES.get(str(node.get("dt")))
        if dtype is None:
            raise WireError("an unknown dtype")
        shape, strides, offset, buffer = self._view(node, dtype.itemsize, negative=True)
        memory = _checked(node.get("mm"), -1, MAX_NODES, "memory")
        if node["sc"] and shape:
            raise WireError("a scalar with axes")
        if buffer is None:
            return ArrayFact(np.empty(shape, dtype), node["sc"], memory)
        steps = [step * dtype.itemsize for step in strides]
        data: np.ndarray[Any, Any] = np.ndarray(tuple(shape), dtype, buffer, offset, steps)
        if dtype == np.bool_ and bool((data.view(np.uint8) > 1).any()):
            data = data.view(np.uint8) != 0
        return ArrayFact(data, node["sc"], memory)

    def _view(
        self, node: dict[str, Any], itemsize: int, negative: bool = False
    ) -> tuple[list[int], list[int], int, bytearray | None]:
        """Return shape, strides, byte offset and buffer of a leaf, all proven to lie inside that buffer."""
        shape = _int_list(node.get("sh"), 0, "size")
        strides = _int_list(node.get("st"), -(2**48) if negative else 0, "stride")
        if len(shape) != len(strides) or len(shape) > MAX_DIMS:
            raise WireError("shape and strides do not match")
        numel = prod(shape)
        # Torch multiplies sizes in 64 bits even when one of them is 0.
        if prod(size for size in shape if size) > 2**40:
            raise WireError("a tensor larger than any memory")
        self.dense += countable_elements(shape) * itemsize
        if self.dense > self.limit:
            raise WireError("more elements than a result may have")
        if numel == 0:
            return shape, strides, 0, None
        index = _checked(node.get("bf"), 0, len(self.buffers) - 1, "buffer")
        offset = _checked(node.get("os"), 0, 2**48, "offset")
        low, high = touched_bytes(offset, shape, strides, itemsize)
        if low < 0 or high > len(self.buffers[index]):
            raise WireError("a tensor reaches outside its buffer")
        return shape, strides, offset, self.buffers[index]


def decode(message: bytes | bytearray | memoryview, limit: int = DEFAULT_LIMIT) -> Tree:
    """Return the tree that a message holds, in time and memory of the message's size.

    `limit`: bytes that all tensors together may have when written out densely.
    Raises: `WireError`, and nothing else, for whatever bytes are no message of ours.
    """
    try:
        return _decode(memoryview(message), limit)
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, RuntimeError, MemoryError, KeyError) as error:
        raise WireError(f"not one of our messages ({type(error).__name__})") from None


def _decode(view: memoryview, limit: int) -> Tree:
    text, rest = header_and_buffers(view)
    if items_in(text) > MAX_ITEMS:  # before it is parsed: each item becomes a Python object
        raise WireError("a header of too many items")
    header = json.loads(text)
    if not isinstance(header, dict) or set(header) != {"v", "b"}:
        raise WireError("an unknown header")
    lengths = _int_list(header["b"], 0, "buffer length")
    if sum(lengths) != len(rest):
        raise WireError("buffers of another length than announced")
    # Copied, into memory that can be written to: torch warns of any other.
    ends = list(accumulate(lengths))
    buffers = [bytearray(rest[end - length : end]) for end, length in zip(ends, lengths, strict=True)]
    return _Decoder(buffers, limit).tree(header["v"])


def _clean(text: str) -> str:
    """Replace lone surrogates, which cannot be written to any file of ours, by question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _checked(value: Any, low: int, high: int, what: str) -> int:
    """Return an int within its bounds, both of them allowed. Raises: `WireError` with `what` it should have been."""
    if type(value) is not int or not low <= value <= high:
        raise WireError(f"a {what} out of range")
    return value


def _int_list(value: Any, low: int, what: str) -> list[int]:
    if not isinstance(value, list) or len(value) > MAX_NODES:
        raise WireError(f"no list of {what}s")
    return [_checked(number, low, 2**48, what) for number in value]


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise WireError("a name is no short text")
    return _clean(value)


def _parts(node: Any, length: int) -> list[Any]:
    if not isinstance(node, list) or len(node) != length:
        raise WireError("a node of another length")
    return node


def _hashable(key: Tree) -> Tree:
    """Return a key that Python takes: sets become frozen, and what cannot be a key only keeps its kind."""
    if isinstance(key, set):
        return frozenset(key)
    if type(key) is tuple:
        return tuple(_hashable(item) for item in key)
    try:
        hash(key)
    except TypeError:
        return OpaqueFact(type(key).__name__)
    return key


def _aligned(buffer: bytearray, dtype: torch.dtype, shape: list[int], strides: list[int], offset: int) -> torch.Tensor:
    """Copy a tensor whose bytes torch cannot view where they lie. The copy shares memory with nothing."""
    steps = [step * dtype.itemsize for step in strides]
    bytes_of = np.dtype((np.void, dtype.itemsize))
    lying: np.ndarray[Any, Any] = np.ndarray(tuple(shape), bytes_of, buffer, offset, steps)
    flat = torch.frombuffer(bytearray(lying.tobytes()), dtype=torch.uint8)
    return flat.view(dtype).reshape(shape)


def _quantised(value: Any) -> str | None:
    if value is not None and value not in QUANTISED_DTYPES:
        raise WireError("an unknown quantised dtype")
    return None if value is None else str(value)


def _layout(value: Any) -> str:
    name = _name(value)
    if name != "other" and name not in LAYOUTS:
        raise WireError("an unknown layout")
    return name


def _lookup(names: dict[str, Any]) -> Callable[[_Decoder, Any, int], Any]:
    """Return a reader of names from a table: never `getattr`, with which a sender could ask for anything."""

    def read(_: _Decoder, node: Any, __: int) -> Any:
        named = names.get(_name(_parts(node, 2)[1]))
        if named is None:
            raise WireError("an unknown name")
        return named

    return read


def _read_complex(_: _Decoder, node: Any, __: int) -> complex:
    _tag, real, imaginary = _parts(node, 3)
    if not isinstance(real, int | float) or not isinstance(imaginary, int | float):
        raise WireError("a complex number without its parts")
    return complex(real, imaginary)


def _read_int(_: _Decoder, node: Any, __: int) -> int:
    text = _parts(node, 2)[1]
    if not isinstance(text, str) or len(text) > MAX_HEX:
        raise WireError("an int without its digits")
    return int(text, 16)


def _read_bytes(_: _Decoder, node: Any, __: int) -> bytes:
    text = _parts(node, 2)[1]
    if not isinstance(text, str):
        raise WireError("bytes without their text")
    return base64.b64decode(text, validate=True)


_READERS: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "l": lambda self, node, depth: self.items(node, depth),
    "t": lambda self, node, depth: tuple(self.items(node, depth)),
    "S": lambda self, node, depth: torch.Size(
        [_checked(size, -(2**63), 2**63 - 1, "size") for size in self.items(node, depth)]
    ),
    "s": lambda self, node, depth: self.items_of_set(node, depth),
    "d": lambda self, node, depth: self.pairs(node, depth),
    "r": lambda self, node, depth: self.record(node, depth),
    "c": _read_complex,
    "i": _read_int,
    "b": _read_bytes,
    "dt": _lookup(TORCH_DTYPES),
    "nd": _lookup(NUMPY_DTYPES),
    "ly": _lookup(LAYOUTS),
    "dv": lambda self, node, depth: DeviceFact(_name(_parts(node, 2)[1])),
    "T": lambda self, node, depth: self.tensor(_parts(node, 2)[1]),
    "A": lambda self, node, depth: self.array(_parts(node, 2)[1]),
    "o": lambda self, node, depth: OpaqueFact(_name(_parts(node, 2)[1])),
}
