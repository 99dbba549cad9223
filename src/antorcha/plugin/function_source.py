"""The text of a function's code and the names in it, the same in every version of Python."""

from __future__ import annotations

import ast
import dis
import linecache
import types
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

# The instructions that name a global. `dis` gives the name itself, however a version of Python encodes it.
_LOADING = frozenset(("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL"))


def codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield a function's code, and that of every function inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_in(constant)


@lru_cache(maxsize=4096)
def globals_in(code: types.CodeType) -> tuple[str, ...]:
    """Return the global names that a function, or one inside it, reads or writes."""
    names = (step.argval for part in codes_in(code) for step in dis.get_instructions(part) if step.opname in _LOADING)
    return tuple(sorted({name for name in names if not name.startswith("@")}))  # pytest's own, for `assert`


@lru_cache(maxsize=4096)
def names_in(code: types.CodeType) -> frozenset[str]:
    """Return the names of globals and attributes in a function, and in those inside it."""
    return frozenset(name for part in codes_in(code) for name in part.co_names)


@lru_cache(maxsize=4096)
def text_of(code: types.CodeType) -> str:
    """Return the text of a function, without its comments and docstrings, which a release translates.

    Bytecode would not do for what is recorded: every version of Python has its own.
    """
    linecache.checkcache(code.co_filename)  # the file may have been changed since, beside a running notebook
    known = _functions_in("".join(linecache.getlines(code.co_filename)))
    nodes = known.get((code.co_name, code.co_firstlineno), [])
    if len(nodes) > 1:  # several lambdas on one line: the smallest around what this one does
        places = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
        around = [node for node in nodes if places and _span(node)[0] <= places[-1] <= _span(node)[1]]
        nodes = sorted(around or nodes, key=_span, reverse=True)
    if not nodes:  # made by `exec`
        return repr([(part.co_code, part.co_names, part.co_consts) for part in codes_in(code)])
    return _shape(nodes[0])


def _span(node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return first and last place of a node, each a line (from 1) and a column in bytes (from 0)."""
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


@lru_cache(maxsize=64)
def _functions_in(source: str) -> dict[tuple[str, int], list[ast.AST]]:
    """Return every function of a file by its name and first line, decorators included."""
    functions: dict[tuple[str, int], list[ast.AST]] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return functions
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            functions.setdefault((node.name, first), []).append(node)
        elif isinstance(node, ast.Lambda):
            functions.setdefault(("<lambda>", node.lineno), []).append(node)
    return functions


def _shape(node: Any) -> str:
    """Return a syntax tree as text, alike in all versions of Python, without docstrings and empty fields."""
    if isinstance(node, list):
        return f"[{','.join(map(_shape, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: value for name, value in ast.iter_fields(node) if value is not None and value != []}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
        fields["body"] = node.body[1:]
    parts = (f"{name}={_shape(value)}" for name, value in fields.items() if name not in _NOT_SAID)
    return f"{type(node).__name__}({','.join(parts)})"


# A node's place already tells the context; the others are the prefix of `u"..."`, and a comment.
_NOT_SAID = frozenset(("ctx", "kind", "type_comment"))
