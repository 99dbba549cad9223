"""Operators on what is written about tensors: keyword arguments, dtypes, devices, the order of axes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from antorcha.audit.operators.base import TENSOR, Operator, changed, integer, is_module, method, number
from antorcha.audit.tree_positions import TreePosition

_DIM = {"dim", "axis", "dims", "dim0", "dim1", "start_dim", "end_dim"}
# Named after the keyword: what is lost with it is a misconception of its own.
_NAMED = ("dtype", "device", "keepdim", "requires_grad", "unbiased", "correction", "generator")
# Each dtype with those that are taken for it.
_DTYPES = {
    "float32": ("float64", "int64"),
    "float64": ("float32",),
    "float16": ("float32",),
    "bfloat16": ("float16",),
    "float": ("double",),
    "double": ("float",),
    "int64": ("int32", "float32"),
    "long": ("int32", "float32"),
    "int32": ("int64",),
    "int16": ("int32",),
    "int8": ("uint8",),
    "uint8": ("int64",),
    "bool": ("uint8",),
    "complex64": ("float32",),
    "complex128": ("complex64",),
}
_CASTS = {"float": "double", "double": "float", "long": "int", "int": "long", "half": "float", "bool": "long"}


def _dim_changed(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.keyword) and node.arg in _DIM and (axis := integer(node.value)) is not None:
        yield from (changed(node, value=number(other)) for other in (axis + 1, axis - 1))


def _dim_dropped(position: TreePosition) -> Iterator[Any]:
    yield from _without_keyword(position, _DIM)


def _keyword_dropped(name: str) -> Operator:
    return Operator(f"{name}= dropped", TENSOR, lambda position: _without_keyword(position, {name}))


def _without_keyword(position: TreePosition, names: set[str]) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Call):
        for index, keyword in enumerate(node.keywords):
            if keyword.arg in names:
                yield changed(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])


def _flag(position: TreePosition) -> Iterator[Any]:
    """Yield `keepdim=`, `unbiased=`, `requires_grad=` and the like the other way round."""
    node = position.value
    flags = {"keepdim", "unbiased", "correction", "requires_grad", "bias", "shuffle", "drop_last", "set_to_none"}
    if isinstance(node, ast.keyword) and node.arg in flags and isinstance(node.value, ast.Constant):
        value = node.value.value
        if isinstance(value, bool | int):
            yield changed(node, value=ast.Constant(not value if isinstance(value, bool) else 1 - value))


def _dtype_changed(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Attribute) and is_module(node.value) and node.attr in _DTYPES:
        yield from (changed(node, attr=other) for other in _DTYPES[node.attr])
    if isinstance(node, ast.keyword) and node.arg == "dtype" and not _is_written_dtype(node.value):
        torch = ast.Name("torch", ast.Load())
        yield from (changed(node, value=ast.Attribute(torch, name, ast.Load())) for name in ("float32", "float64"))
    if method(node) in _CASTS and isinstance(node.func, ast.Attribute) and not is_module(node.func.value):
        yield changed(node, func=changed(node.func, attr=_CASTS[node.func.attr]))


def _is_written_dtype(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and is_module(node.value)


def _broadcast_swapped(position: TreePosition) -> Iterator[Any]:
    """Yield the new axis on the other side: `x[:, None]` for `x[None, :]`, `unsqueeze(1)` for `unsqueeze(0)`."""
    node = position.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        parts = node.slice.elts
        new_axes = [isinstance(part, ast.Constant) and part.value is None for part in parts]
        if any(new_axes):
            yield changed(node, slice=changed(node.slice, elts=parts[::-1]))
            kept = [part for part, new in zip(parts, new_axes, strict=True) if not new]
            yield changed(node, slice=changed(node.slice, elts=kept)) if kept else node.value
    if method(node) == "unsqueeze" and node.args and (axis := integer(node.args[-1])) is not None:
        yield changed(node, args=[*node.args[:-1], number(1 - axis if axis in (0, 1) else 0)])


def _sizes_swapped(position: TreePosition) -> Iterator[Any]:
    """Yield `x.shape[1]` for `x.shape[0]`, `x.size(1)` for `x.size(0)`, `len(x)` for `x.numel()`."""
    node = position.value
    of_shape = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
    if of_shape and (axis := integer(node.slice)) is not None:
        yield changed(node, slice=number({0: 1, 1: 0, -1: -2, -2: -1}.get(axis, 0)))
    if method(node) == "size" and len(node.args) == 1 and (axis := integer(node.args[0])) is not None:
        yield changed(node, args=[number(1 - axis if axis in (0, 1) else 0)])
    if method(node) == "numel" and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Name("len", ast.Load()), [node.func.value], [])


OPERATORS = (
    Operator("dim changed", TENSOR, _dim_changed),
    Operator("dim dropped", TENSOR, _dim_dropped),
    *(_keyword_dropped(name) for name in _NAMED),
    Operator("flag turned", TENSOR, _flag),
    Operator("dtype changed", TENSOR, _dtype_changed),
    Operator("broadcasting swapped", TENSOR, _broadcast_swapped),
    Operator("sizes swapped", TENSOR, _sizes_swapped),
)
