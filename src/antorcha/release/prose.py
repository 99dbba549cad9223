"""Docstrings and comments of a source file, translated and set again."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from antorcha.i18n.blocks import WIDTH, Translate, render
from antorcha.release.reference import Definition, docstring_node

_NO_PROSE = re.compile(r"#(?::|!|\s*(?:-{2,}|={2,}|noqa\b|type:|pragma\b|fmt:|ruff:|doctest:|%%))")


@dataclass(frozen=True)
class _Edit:
    """What to write in place of the lines from `first` to `last`, both from 1."""

    first: int
    last: int
    text: str


def set_prose(source: str, translate: Translate) -> str:
    """A module with the docstrings and comments translated; all else, to the last blank line, as it was.

    Rules such as `# --- name ---` and notes to linters stay. Raises `SyntaxError` where `source` is not Python.
    """
    return _edited(source, [*_docstrings(ast.parse(source), translate), *_comments(source, translate)])


def set_comments(source: str, translate: Translate, line: int = 1) -> str:
    """A piece of a module, which begins at `line` there, with its comments translated as `set_prose` does it."""
    return _edited(source, _comments(source, lambda message, here: translate(message, here + line - 1)))


def set_docstring(
    node: ast.Constant, indent: int, translate: Translate, change: Callable[[str, str], str] | None = None
) -> str:
    """A docstring as source text: translated, wrapped, quoted and indented.

    `change` gets the text as it was written and as it is set, and gives what to quote.
    """
    value = str(node.value)
    text = inspect.cleandoc(value)
    offset = node.lineno + value[: len(value) - len(value.lstrip())].count("\n") - 1

    def set_within(width: int, narrower: int) -> str:
        return render(text, lambda message, line: translate(message, line + offset), width, narrower)

    body = set_within(WIDTH - indent, 3)
    prefix = ""
    if "\\" in body:
        prefix, body = "r", set_within(WIDTH - indent, 4)
    if "\n" not in body and indent + len(prefix) + 3 + len(body) + 4 > WIDTH:
        body = set_within(WIDTH - indent - 4, 4)  # no room for the closing quotes: two lines, then
    return _quoted(change(text, body) if change else body, prefix, " " * indent)


def _quoted(body: str, prefix: str, indent: str) -> str:
    if body.startswith('"'):
        body = " " + body
    if '"""' in body:
        body = body.replace('"""', "'''")
    lines = body.split("\n")
    indented = "\n".join([lines[0], *(indent + line if line.strip() else "" for line in lines[1:])])
    opening = f'{indent}{prefix}"""'
    if len(lines) > 1 or body.endswith("\\"):
        return f'{opening}{indented}\n{indent}"""'
    return f'{opening}{body} """' if body.endswith('"') else f'{opening}{body}"""'


def _edited(source: str, edits: Iterable[_Edit]) -> str:
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda one: -one.first):
        lines[edit.first - 1 : edit.last] = edit.text.split("\n")
    return "\n".join(lines)


def _docstrings(tree: ast.Module, translate: Translate) -> Iterator[_Edit]:
    for owner in ast.walk(tree):
        node = docstring_node(owner) if isinstance(owner, ast.Module | Definition) else None
        if node is not None:
            text = set_docstring(node, node.col_offset, translate)
            yield _Edit(node.lineno, node.end_lineno or node.lineno, text)


def _comments(source: str, translate: Translate) -> Iterator[_Edit]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [one for one in tokens if one.type == tokenize.COMMENT and not _NO_PROSE.match(one.string)]
    lines = source.split("\n")
    alone = []
    for one in found:
        before = lines[one.start[0] - 1][: one.start[1]]
        if not before.strip():
            alone.append(one)
        elif edit := _beside_code(one, before, translate):
            yield edit
    for _, group in groupby(enumerate(alone), lambda one: (one[1].start[0] - one[0], one[1].start[1])):
        if edit := _paragraph([token for _, token in group], translate):
            yield edit


def _beside_code(token: tokenize.TokenInfo, code: str, translate: Translate) -> _Edit | None:
    line, message = token.start[0], token.string[1:].strip()
    translated = translate(message, line)
    return _Edit(line, line, f"{code}# {translated}") if translated != message else None


def _paragraph(tokens: list[tokenize.TokenInfo], translate: Translate) -> _Edit | None:
    """The comments of consecutive lines, set anew; None where every message stays, and the lines with them."""
    (first, column), last = tokens[0].start, tokens[-1].start[0]
    text = "\n".join(re.sub("^# ?", "", one.string) for one in tokens)
    is_changed = False

    def noted(message: str, line: int) -> str:
        nonlocal is_changed
        translated = translate(message, line + first - 1)
        is_changed = is_changed or translated != message
        return translated

    body = render(text, noted, WIDTH - column - 2)
    written = "\n".join(f"{' ' * column}# {line}".rstrip() for line in body.split("\n"))
    return _Edit(first, last, written) if is_changed else None
