"""The places in a piece of an AST, and copies of it with something else in one of them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Step = tuple[str, int | None]  # a field, and the index where the field is a list
Path = tuple[Step, ...]

# What only a type checker reads; no test can tell it apart.
_UNREAD = {"annotation", "returns", "type_params", "type_comment"}


@dataclass(frozen=True)
class TreePosition:
    """A node or a block (a list of statements) somewhere in a tree, and the node that holds it."""

    path: Path
    value: Any
    parent: ast.AST


def positions(root: ast.AST, path: Path = ()) -> Iterator[TreePosition]:
    """Yield every node and block under `root` that runs, outermost first."""
    for name, value in ast.iter_fields(root):
        if name in _UNREAD:
            continue
        if isinstance(value, ast.AST):
            yield TreePosition((*path, (name, None)), value, root)
            yield from positions(value, (*path, (name, None)))
        elif isinstance(value, list):
            if value and isinstance(value[0], ast.stmt):
                yield TreePosition((*path, (name, None)), value, root)
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield TreePosition((*path, (name, index)), item, root)
                    yield from positions(item, (*path, (name, index)))


def replaced(root: ast.AST, path: Path, new: Any) -> Any:
    """Return a copy of `root` with `new` at `path`; what lies elsewhere is shared with the original."""
    if not path:
        return new
    (name, index), rest = path[0], path[1:]
    clone = copy.copy(root)
    value = getattr(root, name)
    if index is None:
        setattr(clone, name, replaced(value, rest, new) if rest else new)
    else:
        items = list(value)
        items[index] = replaced(value[index], rest, new)
        setattr(clone, name, items)
    return clone


def without_docstring(node: Any) -> Any:
    """Return a copy of a definition without its docstring and those of what it holds."""
    clone = copy.deepcopy(node)
    for inner in ast.walk(clone):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = inner.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                inner.body = inner.body[1:] or [ast.Pass()]
    return clone
