"""Recognition of stubs that nobody has worked on, by what their code says and not by how it looks.

The module needs the standard library alone: `intake/_checker.py` loads it as a file, without site-packages.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_LEFT_OUT = {"ctx", "kind", "type_comment"}  # nothing that a person changes by working on a function


def stub_digests(stub_source: str, names: Iterable[str]) -> dict[str, str]:
    """Return the digest of each top-level function or class of a module; names that it lacks are left out.

    The same on every Python version. Raises: `SyntaxError` where `stub_source` is not Python.
    """
    return _digests(ast.parse(stub_source), names)


def untouched(source: str, digests: dict[str, str]) -> frozenset[str]:
    """Return the names whose definition in a submission's module is still the stub's; none where it is not Python."""
    return untouched_in([source], digests)


def untouched_in(cells: Iterable[str], digests: dict[str, str]) -> frozenset[str]:
    """Return the same for a submission in cells, of which the last one that defines a name counts."""
    present: dict[str, str] = {}
    elsewhere: set[str] = set()
    try:
        for code in cells:
            defined, bound = _read(code, frozenset(digests))
            present |= defined
            elsewhere |= bound
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what nests that deep is no stub
        return frozenset()
    return frozenset(
        name for name, present_digest in present.items() if digests[name] == present_digest and name not in elsewhere
    )


@lru_cache(maxsize=8)  # an audit's submissions have a cell in common that is long
def _read(code: str, names: frozenset[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the digests of the definitions among `names`, and all names that something else binds."""
    tree = ast.parse(code)
    return _digests(tree, names), frozenset(_bound_elsewhere(tree))


def _digests(tree: ast.Module, names: Iterable[str]) -> dict[str, str]:
    wanted = set(names)
    nodes = {node.name: node for node in tree.body if isinstance(node, Definition)}
    return {name: digest(node) for name, node in nodes.items() if name in wanted}


def _bound_elsewhere(tree: ast.Module) -> Iterator[str]:
    """Yield names that something other than a top-level definition binds: `f = torch.add` below the stub of `f`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, Definition) and node not in tree.body:
            yield node.name


def digest(node: ast.AST) -> str:
    """Return a digest of a piece of an AST that comments, docstrings and layout do not change."""
    return hashlib.sha256(json.dumps(_plain(node)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """Return an AST as lists. `ast.dump` would not do: what it writes differs from one Python to the next."""
    if isinstance(value, ast.AST):
        fields = [[name, _plain(_said(value, name))] for name in value._fields]
        kept = [[name, plain] for name, plain in fields if name not in _LEFT_OUT and plain not in (None, [])]
        return [type(value).__name__, *kept]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if value is None else f"{type(value).__name__} {value!r}"


def _said(node: ast.AST, name: str) -> Any:
    """Return a field of a node without docstrings, and without the empty text that some Pythons put into f-strings."""
    value = getattr(node, name, None)
    if isinstance(node, ast.JoinedStr):
        return [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == "")]
    if name == "body" and isinstance(node, Definition):
        return _without_docstring(node.body)
    return value


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return a body without the docstring that may open it."""
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:] if isinstance(first.value.value, str) else body
    return body
