"""Values to bytes and back: a JSON header and raw buffers. No pickle, no `repr`, nothing that runs on decoding.

Layout of a message: 4 bytes (little endian) length of the header, the header as JSON
`{"v": NODE, "b": [length of each buffer]}`, the buffers one after the other.

A NODE is `null`, `true`, a number, a string, or a list whose first item is a tag:

    ["l", [...]]  list      ["t", [...]]  tuple     ["S", [...]]  torch.Size   ["s", [...]]  set
    ["d", [[k, v], ...]]    ["c", re, im]           ["b", base64]              ["i", hex]    an int beyond 63 bits
    ["dt", name] torch.dtype   ["nd", name] numpy.dtype   ["dv", text] torch.device   ["ly", name] torch.layout
    ["r", type, is_tuple, [[name, node], ...]]  named tuple or dataclass
    ["T", {...}]  tensor    ["A", {...}]  NumPy array or scalar     ["o", type]  anything else

Tensors and arrays name a buffer, a byte offset and strides, so that views, expanded tensors and shared memory arrive
as they were. `decode` trusts nothing: every length, index, stride and name is checked before memory is touched, and
any bytes at all give a tree or a `WireError`.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from math import prod
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from antorcha.accelerator.memory import to_host
from antorcha.accelerator.names import NAME
from antorcha.worker.facts import STREAM, ArrayFact, DeviceFact, OpaqueFact, RecordFact, TensorFact, Tree

MAX_DEPTH = 64
MAX_NODES = 200_000
# Commas and opening brackets of a header, counted before it is parsed: a bound on what parsing can cost.
MAX_ITEMS = 10 * MAX_NODES
# Keys of dicts and items of sets that are no text: their hashes can be made to collide, at a quadratic price.
MAX_HASHED = 10_000
MAX_HEX = 3500  # Python itself writes no int of more than 4300 digits
MAX_DIMS = 64
MAX_NAME = 200
DEFAULT_LIMIT = 64 * 1024 * 1024


class WireError(Exception):
    """A message that our encoder would not have written, or a value too large or too deep to travel."""


class TooLargeError(WireError):
    """A value beyond the size, depth or count that the codec carries."""


_TORCH_NAMES = (
    *("bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"),
    *("complex32", "complex64", "complex128"),
)
TORCH_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _TORCH_NAMES if hasattr(torch, name)}
_TORCH_DTYPE_NAMES = {dtype: name for name, dtype in TORCH_DTYPES.items()}
_NUMPY_NAMES = (
    *("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
NUMPY_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(name) for name in _NUMPY_NAMES}
_LAYOUTS: dict[str, torch.layout] = {
    name: getattr(torch, name)
    for name in ("strided", "sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc")
    if hasattr(torch, name)
}
_DEVICE_TYPES = ("cpu", "cuda", "mps", "xpu", NAME)
_REBUILT = ("sparse_coo", "sparse_csr", "sparse_csc")  # the others need the sizes of their blocks
_LAYOUT_NAMES = {layout: name for name, layout in _LAYOUTS.items()}


# --------------------------------------------------------------------------------------------------- encoding


@dataclass
class _Leaf:
    """A tensor or array on its way out: where its bytes lie and which of them it touches."""

    node: dict[str, Any]
    keep: Any  # owns the memory until the bytes are copied
    low: int  # address of the first byte that it touches
    high: int  # one past the last
    home: tuple[int, int]  # the whole memory that it may share with others
    itemsize: int
    numel: int


class _Encoder:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.nodes = 0
        self.dense = 0
        self.hashed = 0
        self.leaves: list[_Leaf] = []

    def node(self, value: Any, depth: int = 0) -> Any:
        """`value` as a node. What fails while it is looked at (it may be anything) becomes its type's name."""
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
        if value is None or value is True or value is False:
            return value
        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, np.ndarray | np.generic):
            return self.array(value)
        for kind, encode in _ATOMS:
            if isinstance(value, kind):
                return encode(value)
        return self.container(value, depth + 1)

    def container(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return ["d", [[self.key(key, depth), self.node(item, depth)] for key, item in dict.items(value)]]
        if type(value) is OpaqueFact:
            return ["o", value.type_name[:MAX_NAME]]
        if type(value) is RecordFact:
            items = [[name[:MAX_NAME], self.node(item, depth)] for name, item in value.fields]
            return ["r", value.type_name[:MAX_NAME], value.is_tuple, items]
        names = _record_fields(value)
        if names is not None:
            items = [[name[:MAX_NAME], self.node(getattr(value, name), depth)] for name in names]
            return ["r", _type_name(value), isinstance(value, tuple), items]
        for tag, kind in (("S", torch.Size), ("t", tuple), ("l", list)):
            if isinstance(value, kind):
                return [tag, [self.node(item, depth) for item in kind.__iter__(value)]]  # type: ignore[arg-type]
        if isinstance(value, set | frozenset):
            return ["s", [self.key(item, depth) for item in value]]
        return ["o", _type_name(value)]

    def key(self, value: Any, depth: int) -> Any:
        self.hashed += not isinstance(value, str)
        if self.hashed > MAX_HASHED:
            raise TooLargeError(f"more than {MAX_HASHED} keys that are not text")
        return self.node(value, depth)

    def tensor(self, value: torch.Tensor, *, gradient: bool = True) -> Any:
        """A tensor's node; its type's name where its numbers cannot be had or have a dtype that does not travel."""
        self.measure(value.shape, value.element_size())
        plain = _plain(value)
        name = _TORCH_DTYPE_NAMES.get(plain.dtype)
        if name is None:
            return ["o", _type_name(value)]
        node: dict[str, Any] = {
            "dv": str(value.device),
            "rg": bool(value.requires_grad),
            "lf": bool(value.is_leaf),
            "fn": type(value.grad_fn).__name__[:MAX_NAME] if value.grad_fn is not None else None,
            "ly": _LAYOUT_NAMES.get(value.layout, "other"),
            "ty": _type_name(value),
        }
        node |= {"dt": name, "sh": list(plain.shape), "st": list(plain.stride())}
        low, high = _touched(plain.data_ptr(), plain.shape, plain.stride(), plain.element_size())
        home = _home_of_tensor(value) or _home_of_tensor(plain) or (low, high)
        self.leaves.append(_Leaf(node, plain, low, high, home, plain.element_size(), plain.numel()))
        if gradient and value.is_leaf and value.grad is not None:
            tag, inner = self.tensor(value.grad, gradient=False)
            node["gr"] = inner if tag == "T" else None
        return ["T", node]

    def measure(self, shape: Any, itemsize: int) -> None:
        """Counts what a value would take when written out densely, as the decoder does."""
        self.dense += _cells(shape) * itemsize
        if self.dense > self.limit:
            raise TooLargeError(f"more than {self.limit} bytes of tensor data")

    def array(self, value: np.ndarray[Any, Any] | np.generic) -> Any:
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
        low, high = _touched(address, plain.shape, node["st"], plain.itemsize)
        self.leaves.append(_Leaf(node, plain, low, high, _home_of_array(plain, low, high), plain.itemsize, plain.size))
        return ["A", node]

    def buffers(self) -> list[bytes]:
        """Copy out the memory of all leaves: one buffer for each group of leaves whose memory overlaps."""
        result: list[bytes] = []
        for number, group in enumerate(_overlapping(self.leaves)):
            span = max(leaf.high for leaf in group) - min(leaf.low for leaf in group)
            needed = sum(leaf.numel * leaf.itemsize for leaf in group)
            # A converted tensor (conjugated, moved, ...) lies outside of the memory that it belongs to.
            at_home = all(leaf.home[0] <= leaf.low and leaf.high <= leaf.home[1] for leaf in group)
            together = at_home and span <= 4 * needed + 4096
            for leaf in group:
                leaf.node["mm"] = number
            result += _copy_span(group, len(result), span) if together else _copy_each(group, len(result))
        for leaf in self.leaves:
            if not leaf.numel:
                leaf.node |= {"mm": -1, "bf": -1, "os": 0}
        return result


def encode(value: Any, limit: int = DEFAULT_LIMIT) -> bytes:
    """`value` as one message of at most about `limit` bytes.

    Errors: `TooLargeError` for a value that is larger, deeper than 64 levels (so also a cycle) or of more than
    200,000 items. Anything that has no place in the format becomes its type's name.
    """
    encoder = _Encoder(limit)
    root = encoder.node(value)
    buffers = encoder.buffers()
    header = json.dumps({"v": root, "b": [len(one) for one in buffers]}, separators=(",", ":")).encode("ascii")
    if len(header) > limit or _items_in(header) > MAX_ITEMS:
        raise TooLargeError(f"more than {limit} bytes of structure")
    return b"".join([len(header).to_bytes(4, "little"), header, *buffers])


def _encode_int(value: int) -> Any:
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
    (torch.dtype, _name_or_opaque("dt", _TORCH_DTYPE_NAMES)),
    (torch.layout, _name_or_opaque("ly", _LAYOUT_NAMES)),
    (torch.device, lambda value: ["dv", str(value)]),
    (np.dtype, lambda value: ["nd", value.name] if value.name in NUMPY_DTYPES else ["o", "numpy.dtype"]),
)


def _type_name(value: object) -> str:
    return str(type.__dict__["__qualname__"].__get__(type(value)))[:MAX_NAME]


def _items_in(header: bytes) -> int:
    return header.count(b",") + header.count(b"[") + header.count(b"{")


def _record_fields(value: object) -> list[str] | None:
    if isinstance(value, tuple) and isinstance(getattr(type(value), "_fields", None), tuple):
        return [str(name) for name in type(value)._fields]  # type: ignore[attr-defined]
    if is_dataclass(value) and not isinstance(value, type):
        return [one.name for one in fields(value)]
    return None


def _plain(value: torch.Tensor) -> torch.Tensor:
    """The same numbers as an ordinary strided CPU tensor, sharing memory where that is possible."""
    with torch._C.DisableTorchFunctionSubclass():
        plain = torch.Tensor.detach(value)
        if plain.is_meta:  # it has a shape and no numbers; the device says so
            return torch.zeros((), dtype=plain.dtype).expand(plain.shape)
        if plain.layout is not torch.strided:
            plain = plain.to_dense()
        if plain.is_quantized:
            plain = plain.dequantize()
        plain = plain.resolve_conj().resolve_neg()
        return _brought_here(plain)


def _brought_here(plain: torch.Tensor) -> torch.Tensor:
    """On the CPU; a tensor of the simulated device is there already, so that its memory can be told from others."""
    if plain.device.type == NAME:
        return to_host(plain)
    return plain if plain.device.type == "cpu" else plain.cpu()


def _home_of_tensor(value: torch.Tensor) -> tuple[int, int] | None:
    try:
        storage = value.untyped_storage()
        start = storage.data_ptr()
        return (start, start + storage.nbytes())
    except RuntimeError:  # sparse tensors and wrappers have no storage to point at
        return None


def _home_of_array(array: np.ndarray[Any, Any], low: int, high: int) -> tuple[int, int]:
    base: Any = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    if isinstance(base.base, torch.Tensor):
        return _home_of_tensor(base.base) or (low, high)
    # Not `nbytes`: an array made by `as_strided` may have more elements than memory.
    start, end = _touched(_address(base), base.shape, base.strides, 1)
    return (min(start, low), max(end + base.itemsize - 1, high))


def _cells(shape: Any) -> int:
    """How many elements there are, an axis of none counted as one: its other axes cost whoever walks along them."""
    return prod(max(size, 1) for size in shape)


def _touched(address: int, shape: Any, strides: Any, itemsize: int) -> tuple[int, int]:
    """Addresses of the first byte and one past the last byte that an array of these strides (in items) touches."""
    if prod(shape) == 0:
        return (address, address)
    steps = [(size - 1) * step * itemsize for size, step in zip(shape, strides, strict=True)]
    low = address + sum(step for step in steps if step < 0)
    return (low, address + sum(step for step in steps if step > 0) + itemsize)


def _overlapping(leaves: list[_Leaf]) -> list[list[_Leaf]]:
    groups: list[list[_Leaf]] = []
    end = -1
    for leaf in sorted((leaf for leaf in leaves if leaf.numel), key=lambda leaf: leaf.home):
        if groups and leaf.home[0] < end:
            groups[-1].append(leaf)
        else:
            groups.append([leaf])
        end = max(end, leaf.home[1])
    # Addresses differ from one run to the next; the same value must give the same bytes, digests are taken of them.
    order = {id(leaf): number for number, leaf in enumerate(leaves)}
    groups = [sorted(group, key=lambda leaf: order[id(leaf)]) for group in groups]
    return sorted(groups, key=lambda group: order[id(group[0])])


def _copy_span(group: list[_Leaf], index: int, span: int) -> list[bytes]:
    start = min(leaf.low for leaf in group)
    # Where a view begins in its memory is part of it; what lies before it in that memory is nobody's business.
    before = start - min(leaf.home[0] for leaf in group)
    before = before if before <= 4 * span + 4096 else 0
    for leaf in group:
        address = _address(leaf.keep)
        leaf.node |= {"bf": index, "os": before + address - start}
    return [bytes(before) + ctypes.string_at(start, span)]


def _copy_each(group: list[_Leaf], index: int) -> list[bytes]:
    """Leaves far apart in one large memory: each travels alone, dense, and `mm` still tells that they share it."""
    result: list[bytes] = []
    for leaf in group:
        dense = leaf.keep.contiguous() if isinstance(leaf.keep, torch.Tensor) else np.ascontiguousarray(leaf.keep)
        leaf.node |= {"bf": index + len(result), "os": 0, "st": _dense_strides(leaf.node["sh"])}
        result.append(ctypes.string_at(_address(dense), leaf.numel * leaf.itemsize))
    return result


def _address(value: Any) -> int:
    return int(value.data_ptr() if isinstance(value, torch.Tensor) else value.__array_interface__["data"][0])


def _dense_strides(shape: list[int]) -> list[int]:
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return strides[::-1]


# --------------------------------------------------------------------------------------------------- decoding


class _Decoder:
    def __init__(self, buffers: list[bytearray], limit: int) -> None:
        self.buffers = buffers
        self.limit = limit
        self.dense = 0
        self.nodes = 0
        self.hashed = 0
        self.bases: dict[int, torch.Tensor] = {}

    def tree(self, node: Any, depth: int = 0) -> Tree:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("nested too deeply or too many items")
        if node is None or isinstance(node, bool | float):
            return node
        if isinstance(node, str):
            return _clean(node)
        if isinstance(node, int):
            return _checked(node, -(2**63), 2**63 - 1, "int")
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise WireError("a node is neither an atom nor a tagged list")
        read = _READERS.get(node[0])
        if read is None:
            raise WireError("an unknown tag")
        return read(self, node, depth + 1)

    def items(self, node: Any, depth: int) -> list[Tree]:
        (_, content) = _shape_of(node, 2)
        if not isinstance(content, list):
            raise WireError("a container without items")
        return [self.tree(item, depth) for item in content]

    def pairs(self, node: Any, depth: int) -> dict[Any, Tree]:
        (_, content) = _shape_of(node, 2)
        if not isinstance(content, list):
            raise WireError("a dict without items")
        result: dict[Any, Tree] = {}
        for pair in content:
            key, value = _shape_of(pair, 2)
            result[self.key(key, depth)] = self.tree(value, depth)
        return result

    def key(self, node: Any, depth: int) -> Tree:
        self.hashed += not isinstance(node, str)
        if self.hashed > MAX_HASHED:
            raise WireError("too many keys that are not text")
        return _hashable(self.tree(node, depth))

    def items_of_set(self, node: Any, depth: int) -> set[Tree]:
        (_, content) = _shape_of(node, 2)
        if not isinstance(content, list):
            raise WireError("a set without items")
        return {self.key(item, depth) for item in content}

    def record(self, node: Any, depth: int) -> RecordFact:
        _, name, is_tuple, content = _shape_of(node, 4)
        if not isinstance(content, list) or not isinstance(is_tuple, bool):
            raise WireError("a record without fields")
        pairs = [_shape_of(pair, 2) for pair in content]
        named = tuple((_name(key), self.tree(value, depth)) for key, value in pairs)
        return RecordFact(_name(name), named, is_tuple)

    def tensor(self, node: Any) -> TensorFact:
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
        )

    def _gradient(self, node: dict[str, Any]) -> TensorFact | None:
        inner = node.get("gr")
        if inner is None:
            return None
        if not isinstance(inner, dict) or "gr" in inner:
            raise WireError("a gradient of a gradient")
        return self.tensor(inner)

    def _tensor_data(self, node: dict[str, Any]) -> torch.Tensor:
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
        """Shape, strides, byte offset and buffer of a leaf, all proven to lie inside that buffer."""
        shape = _int_list(node.get("sh"), 0, "size")
        strides = _int_list(node.get("st"), -(2**48) if negative else 0, "stride")
        if len(shape) != len(strides) or len(shape) > MAX_DIMS:
            raise WireError("shape and strides do not match")
        numel = prod(shape)
        # Torch multiplies sizes in 64 bits even when one of them is 0.
        if prod(size for size in shape if size) > 2**40:
            raise WireError("a tensor larger than any memory")
        self.dense += _cells(shape) * itemsize
        if self.dense > self.limit:
            raise WireError("more elements than a result may have")
        if numel == 0:
            return shape, strides, 0, None
        index = _checked(node.get("bf"), 0, len(self.buffers) - 1, "buffer")
        offset = _checked(node.get("os"), 0, 2**48, "offset")
        low, high = _touched(offset, shape, strides, itemsize)
        if low < 0 or high > len(self.buffers[index]):
            raise WireError("a tensor reaches outside its buffer")
        return shape, strides, offset, self.buffers[index]


def decode(message: bytes | bytearray | memoryview, limit: int = DEFAULT_LIMIT) -> Tree:
    """The tree that a message holds. Any bytes give a tree or a `WireError`, in time and memory of their size.

    `limit`: bytes that all tensors together may have when written out densely.
    """
    try:
        return _decode(memoryview(message), limit)
    except WireError:
        raise
    except (
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
        RuntimeError,
        MemoryError,
        KeyError,
    ) as error:
        raise WireError(f"not one of our messages ({type(error).__name__})") from None


def _decode(view: memoryview, limit: int) -> Tree:
    size = int.from_bytes(view[:4], "little")
    if len(view) < 4 or size > len(view) - 4:
        raise WireError("shorter than its header")
    text = bytes(view[4 : 4 + size])
    if _items_in(text) > MAX_ITEMS:
        raise WireError("a header of too many items")
    header = json.loads(text)
    if not isinstance(header, dict) or set(header) != {"v", "b"}:
        raise WireError("an unknown header")
    lengths = _int_list(header["b"], 0, "buffer length")
    if sum(lengths) != len(view) - 4 - size:
        raise WireError("buffers of another length than announced")
    buffers, start = [], 4 + size
    for length in lengths:
        buffers.append(bytearray(view[start : start + length]))
        start += length
    return _Decoder(buffers, limit).tree(header["v"])


def _clean(text: str) -> str:
    """Lone surrogates cannot be written to any file of ours; a question mark can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _checked(value: Any, low: int, high: int, what: str) -> int:
    if type(value) is not int or not low <= value <= high:
        raise WireError(f"a {what} out of range")
    return value


def _size(value: Any) -> int:
    return _checked(value, -(2**63), 2**63 - 1, "size")


def _int_list(value: Any, low: int, what: str) -> list[int]:
    if not isinstance(value, list) or len(value) > MAX_NODES:
        raise WireError(f"no list of {what}s")
    return [_checked(one, low, 2**48, what) for one in value]


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME:
        raise WireError("a name is no short text")
    return _clean(value)


def _shape_of(node: Any, length: int) -> list[Any]:
    if not isinstance(node, list) or len(node) != length:
        raise WireError("a node of another length")
    return node


def _hashable(key: Tree) -> Tree:
    """A key that Python takes: sets become frozen; what cannot be a key (a record of lists) only keeps its kind."""
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
    """A copy of a tensor whose bytes torch cannot view where they lie. It shares memory with nothing."""
    steps = [step * dtype.itemsize for step in strides]
    bytes_of = np.dtype((np.void, dtype.itemsize))
    lying: np.ndarray[Any, Any] = np.ndarray(tuple(shape), bytes_of, buffer, offset, steps)
    flat = torch.frombuffer(bytearray(lying.tobytes()), dtype=torch.uint8)
    return flat.view(dtype).reshape(shape)


def _layout(value: Any) -> str:
    name = _name(value)
    if name != "other" and name not in _LAYOUTS:
        raise WireError("an unknown layout")
    return name


def _lookup(names: dict[str, Any]) -> Callable[[_Decoder, Any, int], Any]:
    def read(_: _Decoder, node: Any, __: int) -> Any:
        found = names.get(_name(_shape_of(node, 2)[1]))
        if found is None:
            raise WireError("an unknown name")
        return found

    return read


def _read_complex(_: _Decoder, node: Any, __: int) -> complex:
    _tag, real, imaginary = _shape_of(node, 3)
    if not isinstance(real, int | float) or not isinstance(imaginary, int | float):
        raise WireError("a complex number without its parts")
    return complex(real, imaginary)


def _read_int(_: _Decoder, node: Any, __: int) -> int:
    text = _shape_of(node, 2)[1]
    if not isinstance(text, str) or len(text) > MAX_HEX:
        raise WireError("an int without its digits")
    return int(text, 16)


def _read_bytes(_: _Decoder, node: Any, __: int) -> bytes:
    text = _shape_of(node, 2)[1]
    if not isinstance(text, str):
        raise WireError("bytes without their text")
    return base64.b64decode(text, validate=True)


_READERS: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "l": lambda self, node, depth: self.items(node, depth),
    "t": lambda self, node, depth: tuple(self.items(node, depth)),
    "S": lambda self, node, depth: torch.Size([_size(one) for one in self.items(node, depth)]),
    "s": lambda self, node, depth: self.items_of_set(node, depth),
    "d": lambda self, node, depth: self.pairs(node, depth),
    "r": lambda self, node, depth: self.record(node, depth),
    "c": _read_complex,
    "i": _read_int,
    "b": _read_bytes,
    "dt": _lookup(TORCH_DTYPES),
    "nd": _lookup(NUMPY_DTYPES),
    "ly": _lookup(_LAYOUTS),
    "dv": lambda self, node, depth: DeviceFact(_name(_shape_of(node, 2)[1])),
    "T": lambda self, node, depth: self.tensor(_shape_of(node, 2)[1]),
    "A": lambda self, node, depth: self.array(_shape_of(node, 2)[1]),
    "o": lambda self, node, depth: OpaqueFact(_name(_shape_of(node, 2)[1])),
}


# ------------------------------------------------------------------------------------------- facts to objects


def live(tree: Tree) -> Any:
    """The objects that a tree describes, rebuilt from our own data: fresh tensors, arrays and containers.

    Tensors that shared memory share it again; `requires_grad` and a leaf's `.grad` are set; the device is the CPU
    unless this process has the one named. A record is an object with the same fields. An `OpaqueFact` stays one.
    """
    return _live(tree, {})


_Moved = dict[tuple[int, torch.device], torch.Tensor]  # whole memories on other devices, by where they lie here


def _live(tree: Tree, moved: _Moved) -> Any:
    if isinstance(tree, TensorFact):
        return _live_tensor(tree, moved)
    if isinstance(tree, ArrayFact):
        return tree.data[()] if tree.scalar else tree.data
    if isinstance(tree, DeviceFact):
        return _live_device(tree.text) or tree
    if isinstance(tree, RecordFact) and tree.type_name == STREAM:
        items = dict(tree.fields).get("items")
        return _live(items, moved) if isinstance(items, list) else tree
    if isinstance(tree, RecordFact):
        return _live_record(tree, moved)
    if isinstance(tree, dict):
        return {_live(key, moved): _live(value, moved) for key, value in tree.items()}
    if isinstance(tree, torch.Size):
        return tree
    if isinstance(tree, list | tuple | set):
        return type(tree)(_live(item, moved) for item in tree)
    return tree


def _live_tensor(fact: TensorFact, moved: _Moved) -> torch.Tensor:
    tensor = fact.data
    device = None if fact.device == "cpu" else _live_device(fact.device)
    if device is not None:
        tensor = _on_device(tensor, device, moved)
    if fact.layout in _REBUILT:
        with contextlib.suppress(RuntimeError, IndexError):  # not every shape can have every layout
            tensor = tensor.to_sparse(layout=_LAYOUTS[fact.layout])
    if fact.type_name == "Parameter":
        tensor = torch.nn.Parameter(tensor, requires_grad=fact.requires_grad)
    elif fact.requires_grad:
        tensor = tensor.detach().requires_grad_(True)
    if fact.grad is not None and fact.grad.data.shape == tensor.shape and fact.grad.data.dtype == tensor.dtype:
        tensor.grad = _live_tensor(fact.grad, moved)
    return tensor


def _on_device(tensor: torch.Tensor, device: torch.device, moved: _Moved) -> torch.Tensor:
    """A tensor elsewhere. Its whole memory goes over, once, so that tensors that shared it share it there."""
    storage = tensor.untyped_storage()
    if not storage.nbytes():
        return tensor.to(device)
    place = (storage.data_ptr(), device)
    if place not in moved:
        moved[place] = torch.empty(0, dtype=torch.uint8).set_(storage).to(device)
    flat = moved[place]
    whole = flat[: len(flat) - len(flat) % tensor.element_size()].view(tensor.dtype)
    return whole.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())


def _live_device(text: str) -> torch.device | None:
    """The device of that name, if this process has it and it is one that numbers live on."""
    if text.partition(":")[0] not in _DEVICE_TYPES:
        return None
    try:
        torch.empty(0, device=text)
    except (RuntimeError, AssertionError):
        return None
    return torch.device(text)


def _live_record(fact: RecordFact, moved: _Moved) -> Any:
    """A named tuple again, or for a dataclass an object with its fields."""
    names = tuple(name for name, _ in fact.fields)
    values = [_live(value, moved) for _, value in fact.fields]
    return _record_type(names)(*values) if fact.is_tuple else SimpleNamespace(**dict(zip(names, values, strict=True)))


@lru_cache(maxsize=256)
def _record_type(names: tuple[str, ...]) -> type[Any]:
    return namedtuple("Record", names, rename=True)
