"""A parsed reference module, and pieces of its source text: found with `ast` and copied letter by letter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from antorcha.errors import UserError

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_KEEP = re.compile(r"\s*# keep\s*$")
_SOLUTION_ONLY = re.compile(r"# solution only\s*$")
_COMMENT_OR_BLANK = re.compile(r"\s*(#|$)")


@dataclass(frozen=True)
class Reference:
    """A parsed module with its text by line. Line numbers count from 1, as `ast` counts them."""

    path: Path
    lines: tuple[str, ...]
    tree: ast.Module

    def text(self, first: int, last: int) -> str:
        """Return the lines from `first` to `last`, both included."""
        return "\n".join(self.lines[first - 1 : last])

    def marked_keep(self, node: ast.stmt) -> bool:
        """Return whether the line that opens `node` ends in `# keep`."""
        return any(_KEEP.search(self.lines[line - 1]) for line in _opening_lines(node))

    def marked_solution_only(self, node: ast.stmt) -> bool:
        """Return whether the first or the last line of `node` ends in `# solution only`."""
        return any(_SOLUTION_ONLY.search(self.lines[line - 1]) for line in (node.lineno, node.end_lineno or 1))

    def first_line(self, node: ast.stmt) -> int:
        """Return the line of `node`'s decorators and of the comment right above them."""
        first = start_line(node)
        while first > 1 and self.lines[first - 2].lstrip().startswith("#"):
            first -= 1
        return first

    def source_lines(self, node: ast.stmt) -> list[str]:
        """Return a node's lines from `first_line` on, without a `# keep`."""
        lines = self.lines[self.first_line(node) - 1 : node.end_lineno]
        return [_KEEP.sub("", line) for line in lines]

    def blank_above(self, node: ast.stmt) -> bool:
        """Return whether the line above a statement, its decorators and its comment is blank."""
        return not self.text(first := self.first_line(node) - 1, first).strip()

    def header(self, node: Definition) -> str:
        """Return decorators and signature, to the colon."""
        last = self._last_of_header(node)
        lines = self.text(start_line(node), last).split("\n")
        first_statement = node.body[0]
        if first_statement.lineno == last:  # `def f(): ...` on one line
            offset = first_statement.col_offset  # in bytes of UTF-8, as everywhere in `ast`
            lines[-1] = lines[-1].encode()[:offset].decode().rstrip()
        return "\n".join(_KEEP.sub("", line) for line in lines)

    def body(self, node: Definition) -> str:
        """Return the text below the docstring (or the signature), with its comments; empty when there is none."""
        rest = node.body[1:] if docstring_node(node) else node.body
        if not rest:
            return ""
        before = node.body[0].end_lineno if docstring_node(node) else self._last_of_header(node)
        if rest[0].lineno == before:
            return " " * (node.col_offset + 4) + "; ".join(ast.unparse(statement) for statement in rest)
        return self.text((before or 0) + 1, node.end_lineno or node.lineno).strip("\n")

    def _last_of_header(self, node: Definition) -> int:
        """Return the line in which the signature ends: comments and blanks below it belong to the body."""
        first = node.body[0]
        if first.lineno == node.lineno:
            return node.lineno
        last = start_line(first) - 1
        while last > node.lineno and _COMMENT_OR_BLANK.match(self.lines[last - 1]):
            last -= 1
        closes_here = self.lines[first.lineno - 1].encode()[: first.col_offset].strip()
        return first.lineno if closes_here else last


def read_reference(path: Path) -> Reference:
    """Parse `path`. Raises: `UserError` where it is missing, not UTF-8 or not Python."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return Reference(path, tuple(text.split("\n")), ast.parse(text))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", "each topic of grading.toml needs one") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise UserError(f"{path}:{line}: not Python: {getattr(error, 'msg', error)}") from None


def start_line(node: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def docstring_node(node: Definition | ast.Module) -> ast.Constant | None:
    """Return the node of a docstring, or `None` where there is none."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def definitions(body: list[ast.stmt]) -> Iterator[Definition]:
    """Return the functions and classes among these statements."""
    return (node for node in body if isinstance(node, Definition))


def _opening_lines(node: ast.stmt) -> range:
    """Return the lines of a signature, or all lines of a statement that has none."""
    if isinstance(node, Definition):
        return range(node.lineno, max(node.lineno, node.body[0].lineno - 1) + 1)
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
