"""A file of variants, and of each variant the code that a student with that answer would have handed in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from antorcha.sources.reference import Definition

_MARKS_MODULE = "antorcha.variants"
_MARKS = ("right", "wrong")  # the decorators
_NOTE = "equivalent"  # called for mutants, beside the variants


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of the file. `binds`: the names that it gives, none where it runs for its effects."""

    text: str
    binds: frozenset[str]
    uses: frozenset[str]


@dataclass(frozen=True)
class VariantsFile:
    """The statements at the top of a file of variants, without what the file says of the variants."""

    statements: tuple[_Statement, ...]

    @classmethod
    def read(cls, code: str) -> VariantsFile:
        """Parse a file. Raises: `SyntaxError`."""
        lines = code.split("\n")
        return cls(tuple(_statement(node, lines) for node in ast.parse(code).body if not _is_mark(node)))

    def code_of(self, variant: str) -> str:
        """Return a variant with all of the file that it uses, by name and by what these use in turn.

        A file has hundreds of variants: loading all of them for the sake of one takes a worker a tenth of a second.
        """
        kept = {number for number, statement in enumerate(self.statements) if not statement.binds}
        wanted = {variant}.union(*(self.statements[number].uses for number in kept))
        known: set[str] = set()
        while names := wanted - known:
            known |= names
            found = {number for number, statement in enumerate(self.statements) if statement.binds & names} - kept
            kept |= found
            wanted = wanted.union(*(self.statements[number].uses for number in found))
        return "\n\n".join(self.statements[number].text for number in sorted(kept)) + "\n"


def _is_mark(node: ast.stmt) -> bool:
    """Return whether a statement is about the variants, and no code of any."""
    if isinstance(node, ast.ImportFrom):
        return node.module == _MARKS_MODULE
    if isinstance(node, ast.Import):
        return all(alias.name == _MARKS_MODULE for alias in node.names)
    if not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) or _calls(node.value, (_NOTE,))


def _calls(node: ast.expr, names: tuple[str, ...]) -> bool:
    """Return whether an expression is a call of one of these names, as `wrong(...)` or `variants.wrong(...)`."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return isinstance(called, ast.Name | ast.Attribute) and ast.unparse(called).rpartition(".")[2] in names


def _statement(node: ast.stmt, lines: list[str]) -> _Statement:
    first, parts = node.lineno, list(ast.iter_child_nodes(node))
    decorators: list[str] = []
    if isinstance(node, Definition):
        marks = [decorator for decorator in node.decorator_list if _calls(decorator, _MARKS)]
        decorators = [f"@{ast.unparse(decorator)}" for decorator in node.decorator_list if decorator not in marks]
        parts = [part for part in parts if part not in marks]
    names = (inner.id for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Name))
    text = "\n".join([*decorators, *lines[first - 1 : node.end_lineno]])
    return _Statement(text, frozenset(_bound_by(node)), frozenset(names))


def _bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives; none for one that does something else, too."""
    if isinstance(node, Definition):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        yield from () if is_future else (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if all(isinstance(target, ast.Name | ast.Tuple | ast.List) for target in targets):
            yield from (inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name))
