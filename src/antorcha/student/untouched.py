"""Tells a stub that nobody has worked on from an answer, by what its code says and not by how it looks."""

from __future__ import annotations

import ast
import hashlib
import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_LEFT_OUT = {"ctx", "kind", "type_comment"}  # nothing that a person changes by working on a function


def stub_digest(source_of_function: str) -> str:
    """A digest of one function or class that comments, docstrings and layout do not change.

    The same on every Python version. Raises `SyntaxError` where `source_of_function` is not Python and
    `ValueError` where it does not begin with a definition.
    """
    for node in ast.parse(textwrap.dedent(source_of_function)).body:
        if isinstance(node, Definition):
            return _digest(node)
    raise ValueError("no function or class in this source")


def stub_digests(stub_source: str, names: Iterable[str]) -> dict[str, str]:
    """The digest of each top-level function or class of a module; names that it lacks are left out.

    Raises `SyntaxError` where `stub_source` is not Python.
    """
    wanted = set(names)
    nodes = {node.name: node for node in ast.parse(stub_source).body if isinstance(node, Definition)}
    return {name: _digest(node) for name, node in nodes.items() if name in wanted}


def untouched(source: str, digests: dict[str, str]) -> frozenset[str]:
    """The names whose definition in a hand-in's module is still the stub's; none where it is not Python."""
    try:
        present = stub_digests(source, digests)
        elsewhere = set(_bound_elsewhere(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what nests that deep is no stub
        return frozenset()
    return frozenset(name for name, digest in present.items() if digests[name] == digest and name not in elsewhere)


def _bound_elsewhere(tree: ast.Module) -> Iterator[str]:
    """Names that something other than a top-level definition binds: `f = torch.add` below the stub of `f`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, Definition) and node not in tree.body:
            yield node.name


def _digest(node: Definition) -> str:
    return hashlib.sha256(json.dumps(_plain(node)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """An AST as lists. `ast.dump` would not do: what it writes differs from one Python to the next."""
    if isinstance(value, ast.AST):
        fields = [[name, _plain(_said(value, name))] for name in value._fields]
        kept = [[name, plain] for name, plain in fields if name not in _LEFT_OUT and plain not in (None, [])]
        return [type(value).__name__, *kept]
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if value is None else f"{type(value).__name__} {value!r}"


def _said(node: ast.AST, name: str) -> Any:
    """A field of a node without docstrings, and without the empty text that some Pythons put into f-strings."""
    value = getattr(node, name, None)
    if isinstance(node, ast.JoinedStr):
        return [one for one in node.values if not (isinstance(one, ast.Constant) and one.value == "")]
    if name == "body" and isinstance(node, Definition):
        return _without_docstring(node.body)
    return value


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:] if isinstance(first.value.value, str) else body
    return body
