"""The class of operators, and the few questions about nodes that several of them ask."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from antorcha.audit.tree_positions import TreePosition

PYTHON, TENSOR = "python", "tensor"


@dataclass(frozen=True)
class Operator:
    """A kind of small mistake. `propose(position)` yields what could stand in that place by mistake."""

    name: str
    family: str
    propose: Callable[[TreePosition], Iterator[Any]]


def changed(node: ast.AST, **fields: Any) -> Any:
    """Return a copy of a node with other fields."""
    clone = copy.copy(node)
    for name, value in fields.items():
        setattr(clone, name, value)
    return clone


def method(node: ast.AST) -> str:
    """Return the name that a call ends in: "mean" for `x.mean()` and for `torch.mean(x)`; "" for other nodes."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def subject(node: ast.Call) -> ast.expr | None:
    """Return the tensor that a call is about: `x` in `x.mean()` and in `torch.mean(x)`."""
    if isinstance(node.func, ast.Attribute) and not is_module(node.func.value):
        return node.func.value
    return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None


def is_module(node: ast.expr) -> bool:
    """Return whether an expression is a module, by a name that people give to one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {"torch", "np", "numpy", "F", "nn", "math", "random", "optim"}


def renamed(node: ast.Call, name: str) -> ast.Call:
    """Return the same call of another function."""
    func = ast.Attribute(node.func.value, name, ast.Load()) if isinstance(node.func, ast.Attribute) else None
    return ast.Call(func or ast.Name(name, ast.Load()), node.args, node.keywords)


def called(value: ast.expr, name: str, *args: ast.expr) -> ast.Call:
    """Return the call `value.name(*args)`."""
    return ast.Call(ast.Attribute(value, name, ast.Load()), list(args), [])


def integer(node: ast.AST) -> int | None:
    """Return the value of a whole number as written, its minus sign too; `None` for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = integer(node.operand)
        return None if inner is None else -inner
    return None


def number(value: int | float) -> ast.expr:
    """Return a number as an expression; a negative one as Python's parser would write it."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)
