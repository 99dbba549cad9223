"""Fingerprints of code that neither a formatter nor other names change: winnowing over the nodes of its syntax tree.

The method is that of MOSS (Schleimer, Wilkerson, Aiken: Winnowing, 2003) with the nodes of Python's own parser for
tokens: comments, docstrings, quotes, brackets, line breaks and the names that a student chose are not in them. Names of
attributes, keywords and of what the code does not bind itself, such as `torch`, stay. Each function or class is taken
by itself, so that their order does not matter.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

GRAM = 10  # nodes of a fingerprint: a little more than one line
WINDOW = 5  # of which one fingerprint is kept: whatever is alike over GRAM + WINDOW - 1 nodes is found


@dataclass(frozen=True)
class Lines:
    """Lines of a file, or of a notebook's cell."""

    file: str
    first: int
    last: int


@dataclass(frozen=True)
class _Node:
    text: str
    line: int


def fingerprints(pieces: Iterable[tuple[str, str]]) -> dict[int, Lines]:
    """Return the fingerprints of some code, each with a place. `pieces`: code and name of each file or cell.

    A piece that Python cannot read has none.
    """
    found: dict[int, Lines] = {}
    for code, name in pieces:
        try:
            module = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        own = _own_names(module)
        loose: list[_Node] = []
        for statement in module.body:
            try:
                nodes = list(_nodes(statement, own))
            except RecursionError:
                continue
            if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                _winnow(nodes, name, found)
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                loose += nodes
        _winnow(loose, name, found)
    return found


def _winnow(nodes: list[_Node], file: str, found: dict[int, Lines]) -> None:
    hashes = [
        zlib.crc32("\0".join(node.text for node in nodes[start : start + GRAM]).encode("utf-8", "backslashreplace"))
        for start in range(len(nodes) - GRAM + 1)
    ]
    for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        window = hashes[start : start + WINDOW]
        place = start + len(window) - 1 - window[::-1].index(min(window))  # the last of the smallest, as in the paper
        lines = [node.line for node in nodes[place : place + GRAM]]
        found.setdefault(hashes[place], Lines(file, min(lines), max(lines)))


def _own_names(module: ast.Module) -> frozenset[str]:
    """Return the names that the code binds and could call otherwise: variables, arguments, helpers."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
    return frozenset(names)


def _nodes(node: ast.AST, own: frozenset[str], line: int = 1) -> Iterator[_Node]:
    line = getattr(node, "lineno", line)
    text = _text(node, own)
    if text:
        yield _Node(text, line)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "decorator_list"):  # the stub's
            continue
        children = value if isinstance(value, list) else [value]
        if field == "body" and children and _is_docstring(children[0]):
            children = children[1:]
        for child in children:
            if isinstance(child, ast.AST):
                yield from _nodes(child, own, line)


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _text(node: ast.AST, own: frozenset[str]) -> str:
    """Return a node as a word; "" for what every code has in the same places."""
    kind = type(node).__name__
    if isinstance(node, ast.Load | ast.Store | ast.Del | ast.Expr | ast.arguments):
        return ""
    if isinstance(node, ast.Name):
        return "name" if node.id in own else f"name {node.id}"
    if isinstance(node, ast.Attribute):
        return f"attribute {node.attr}"
    if isinstance(node, ast.keyword):
        return f"keyword {node.arg}"
    if isinstance(node, ast.Constant):
        return "text" if isinstance(node.value, str) else f"constant {node.value!r}"
    return kind
