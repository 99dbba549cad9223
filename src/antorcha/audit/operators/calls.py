"""Operators on what is called: a neighbour of the right function, in place for a copy, a view for a copy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any

from antorcha.audit.operators.base import TENSOR, Operator, called, changed, is_module, method, renamed, subject
from antorcha.audit.tree_positions import TreePosition

# Each function with those that students confuse with it, by name or by what they think that it does.
_NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "mean": ("sum", "median"),
    "sum": ("mean",),
    "nanmean": ("mean",),
    "max": ("min", "argmax"),
    "min": ("max", "argmin"),
    "amax": ("amin",),
    "amin": ("amax",),
    "argmax": ("argmin", "max"),
    "argmin": ("argmax", "min"),
    "any": ("all",),
    "all": ("any",),
    "std": ("var",),
    "var": ("std",),
    "prod": ("sum",),
    "cumsum": ("cumprod",),
    "cumprod": ("cumsum",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "zeros": ("ones", "empty"),
    "ones": ("zeros",),
    "empty": ("zeros", "ones"),
    "zeros_like": ("ones_like", "empty_like"),
    "ones_like": ("zeros_like",),
    "rand": ("randn", "zeros"),
    "randn": ("rand",),
    "rand_like": ("randn_like", "zeros_like"),
    "randn_like": ("rand_like",),
    "stack": ("cat",),
    "cat": ("stack",),
    "vstack": ("hstack",),
    "hstack": ("vstack",),
    "exp": ("log",),
    "log": ("exp", "log2"),
    "log_softmax": ("softmax",),
    "softmax": ("log_softmax", "sigmoid"),
    "relu": ("sigmoid", "abs"),
    "sigmoid": ("tanh",),
    "tanh": ("sigmoid",),
    "abs": ("neg",),
    "sqrt": ("square",),
    "square": ("sqrt",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "round": ("floor",),
    "sin": ("cos",),
    "cos": ("sin",),
    "triu": ("tril",),
    "tril": ("triu",),
    "matmul": ("mul",),
    "mm": ("mul",),
    "dot": ("mul",),
    "eq": ("ne",),
    "gt": ("ge",),
    "lt": ("le",),
    "ndim": ("dim",),
    "repeat": ("repeat_interleave",),
    "repeat_interleave": ("repeat",),
    "train": ("eval",),
    "eval": ("train",),
    "linspace": ("logspace",),
    "permutation": ("arange",),
    "randperm": ("arange",),
    "mse_loss": ("l1_loss",),
    "l1_loss": ("mse_loss",),
    "MSELoss": ("L1Loss",),
    "L1Loss": ("MSELoss",),
    "SGD": ("Adam",),
    "Adam": ("SGD",),
}
# By what is lost where the call is left out: a copy, an order of axes, a dtype or a device.
_COPIES = {"clone", "detach", "contiguous", "copy", "deepcopy"}
_TURNS = {"t", "transpose", "permute", "movedim", "swapaxes", "swapdims", "flip"}
_TURNED = {"T", "mT", "H"}
_MOVES = {"to", "cpu", "cuda", "type", "float", "double", "half", "long", "int", "bool", "type_as"}
# What shares its argument's memory; what takes the place of a copy and shares; what changes its tensor.
_VIEWS = {"view", "expand", "expand_as", "t", "transpose", "permute", "from_numpy", "as_tensor", "squeeze", "unsqueeze"}
_SHARING = {"tensor": ("as_tensor", "from_numpy"), "array": ("asarray",), "repeat": ("expand",)}
_IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_", ast.Pow: "pow_"}


def _neighbour(position: TreePosition) -> Iterator[Any]:
    node = position.value
    name = method(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from (renamed(node, other) for other in _NEIGHBOURS.get(name, ()))


def _dropped(names: set[str]) -> Any:
    def propose(position: TreePosition) -> Iterator[Any]:
        node = position.value
        if isinstance(node, ast.Call) and method(node) in names and (kept := subject(node)) is not None:
            yield kept

    return propose


def _transpose_dropped(position: TreePosition) -> Iterator[Any]:
    yield from _dropped(_TURNS)(position)
    if isinstance(position.value, ast.Attribute) and position.value.attr in _TURNED:
        yield position.value.value


def _view_for_copy(position: TreePosition) -> Iterator[Any]:
    """Yield calls that share memory where this one copies: `as_tensor` for `tensor`, `expand` for `repeat`."""
    node = position.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not _is_written_out(node):
        for other in _SHARING.get(method(node), ()):
            yield changed(renamed(node, other), keywords=node.keywords if other != "from_numpy" else [])


def _is_written_out(node: ast.Call) -> bool:
    """Return whether a call is given numbers that stand in the code: they have no memory to share."""
    return bool(node.args) and isinstance(node.args[0], ast.List | ast.Tuple | ast.Constant)


def _copy_for_view(position: TreePosition) -> Iterator[Any]:
    """Yield a copy where the code gives a view: the answer no longer shares memory with what it was made from."""
    if isinstance(position.value, ast.Call) and method(position.value) in _VIEWS:
        yield called(position.value, "clone")
    if isinstance(position.value, ast.Return) and isinstance(position.value.value, ast.Subscript):
        yield changed(position.value, value=called(position.value.value, "clone"))


def _in_place(position: TreePosition) -> Iterator[Any]:
    """Yield `x.exp_()` for `x.exp()`, `x.add_(y)` for `x + y`: the caller's tensor changes as well."""
    node = position.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name, on = node.func.attr, node.func.value
        if has_in_place(name) and not is_module(on):
            yield renamed(node, f"{name}_")
        elif has_in_place(name) and node.args:
            yield ast.Call(ast.Attribute(node.args[0], f"{name}_", ast.Load()), node.args[1:], node.keywords)
    if isinstance(node, ast.BinOp) and type(node.op) in _IN_PLACE and isinstance(node.left, ast.Name | ast.Attribute):
        yield called(node.left, _IN_PLACE[type(node.op)], node.right)


def _in_place_lost(position: TreePosition) -> Iterator[Any]:
    """Yield `x.add(1)` for `x.add_(1)`: the result goes nowhere."""
    name = method(position.value)
    if name.endswith("_") and not name.endswith("__") and has_in_place(name[:-1]):
        yield renamed(position.value, name[:-1])


@cache
def has_in_place(name: str) -> bool:
    """Return whether tensors have a method of this name with a twin that works in place."""
    import torch

    return name.isidentifier() and not name.endswith("_") and hasattr(torch.Tensor, f"{name}_")


OPERATORS = (
    Operator("neighbouring function", TENSOR, _neighbour),
    Operator("copy dropped", TENSOR, _dropped(_COPIES)),
    Operator("transpose dropped", TENSOR, _transpose_dropped),
    Operator("conversion dropped", TENSOR, _dropped(_MOVES)),
    Operator("view for copy", TENSOR, _view_for_copy),
    Operator("copy for view", TENSOR, _copy_for_view),
    Operator("in place", TENSOR, _in_place),
    Operator("in place lost", TENSOR, _in_place_lost),
)
