"""The statements of a cell's code, each compiled by itself, so that one can fail without the others."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import CodeType

_FUTURE_FLAGS = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
# What no person writes is run in one go: a tree of Python objects costs several times what compiling does.
_MOST_LINES = 20_000
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell, or several in a row that only bind names and cannot fail.

    `number`: of the first, counted in the cell. `can_last`: running it can do more than bind names.
    """

    code: CodeType
    number: int
    can_last: bool


def lines_of(code: str) -> list[str]:
    """Return the lines of a code, as Python counts them: `splitlines` would split at a form feed too."""
    return [f"{line}\n" for line in code.split("\n")]


@lru_cache(maxsize=16)  # a file of variants is loaded once for each of them
def statements_of(code: str, name: str, *, awaiting: bool, in_one_go: bool = False) -> tuple[Statement, ...]:
    """Return the statements of a cell; with `awaiting`, as Jupyter takes them; `in_one_go`: as a single one.

    Raises: `SyntaxError`, or `RecursionError` and `MemoryError` for what nests too deep.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if awaiting else 0
    # The whole first: a syntax error anywhere leaves nothing to be run, as in Python and in a cell of Jupyter.
    try:
        whole: CodeType = compile(code, name, "exec", flags=flags, dont_inherit=True)
    except ValueError as error:  # what a null byte was before Python 3.11.4
        raise SyntaxError(str(error)) from None
    if in_one_go or code.count("\n") > _MOST_LINES:
        return (Statement(whole, 0, can_last=True),)
    try:
        tree = compile(code, name, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        return tuple(_compiled(tree, name, flags))
    except (RecursionError, MemoryError):  # what the compiler reads, its tree of Python objects need not hold
        return (Statement(whole, 0, can_last=True),)


def _compiled(tree: ast.Module, name: str, flags: int) -> Iterator[Statement]:
    """Yield the statements of a cell, those in a row that only bind names as one: a file may have thousands."""
    for can_last, group in groupby(enumerate(tree.body), key=lambda numbered: not _only_binds(numbered[1])):
        numbered = list(group)
        for part in [[pair] for pair in numbered] if can_last else [numbered]:
            first = part[0][0]
            nodes = [_without_text(node) if number else node for number, node in part]
            code = compile(ast.Module(nodes, []), name, "exec", flags=flags, dont_inherit=True)
            flags |= code.co_flags & _FUTURE_FLAGS  # `from __future__ import` holds for all that follows
            yield Statement(code, first, can_last)


def _without_text(node: ast.stmt) -> ast.stmt:
    """Return a text that stands alone as nothing: compiled first, it would become the module's docstring."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return ast.copy_location(ast.Pass(), node) if is_text else node


def _only_binds(node: ast.stmt) -> bool:
    """Return whether a statement runs nothing of its own: no decorator, default or annotation that is computed."""
    if isinstance(node, _DEFINITION):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        run = [*node.decorator_list, node.returns, *(argument.annotation for argument in every if argument)]
        run += [*arguments.defaults, *arguments.kw_defaults]
        return all(part is None or isinstance(part, ast.Constant) for part in run)
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant) and all(isinstance(name, ast.Name) for name in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
