"""Translation of the docstrings and comments in a source file."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from antorcha.sources.blocks import TEXT_WIDTH, Translate, render
from antorcha.sources.reference import Definition, docstring_node

# A comment that is no prose: a shebang, a rule such as `# ---`, a note to a tool, a cell's mark.
_NO_PROSE = re.compile(r"#(?::|!|\s*(?:-{2,}|={2,}|noqa\b|type:|pragma\b|fmt:|ruff:|doctest:|%%))")


@dataclass(frozen=True)
class _Edit:
    """A text that replaces the lines from `first` to `last`, both counted from 1 and included."""

    first: int
    last: int
    text: str


def set_prose(source: str, translate: Translate) -> str:
    """Return a module with the docstrings and comments translated; all else, to the last blank line, as it was.

    Rules such as `# --- name ---` and notes to linters stay. Raises: `SyntaxError` where `source` is not Python.
    """
    return _edited(source, [*_docstrings(ast.parse(source), translate), *_comments(source, translate)])


def set_comments(source: str, translate: Translate, line: int = 1) -> str:
    """Return a piece of a module, which begins at `line` there, with its comments translated as `set_prose` does."""
    return _edited(source, _comments(source, lambda message, here: translate(message, here + line - 1)))


def set_docstring(
    node: ast.Constant, indent: int, translate: Translate, change: Callable[[str, str], str] | None = None
) -> str:
    """Return a docstring as source text: translated, wrapped, quoted and indented.

    `change` gets the text as it was written and as it is set, and returns the text to be quoted.
    """
    value = str(node.value)
    text = inspect.cleandoc(value)
    # cleandoc drops blank lines at the beginning; a message is told by its line in the module.
    offset = node.lineno + value[: len(value) - len(value.lstrip())].count("\n") - 1

    def set_within(width: int, narrower: int) -> str:
        return render(text, lambda message, line: translate(message, line + offset), width, narrower)

    body = set_within(TEXT_WIDTH - indent, 3)  # the opening quotes
    prefix = ""
    if "\\" in body:  # a raw string: formulas keep their backslashes, and the prefix takes a column more
        prefix, body = "r", set_within(TEXT_WIDTH - indent, 4)
    if "\n" not in body and indent + len(prefix) + 3 + len(body) + 4 > TEXT_WIDTH:
        body = set_within(TEXT_WIDTH - indent - 4, 4)  # no room for the closing quotes: two lines, then
    return _quoted(change(text, body) if change else body, prefix, " " * indent)


def _quoted(body: str, prefix: str, indent: str) -> str:
    """Return a docstring's text in triple quotes, so that none of its own quotes or backslashes ends it."""
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
    """Return `source` with the edits made, from the last one upward: the lines above keep their numbers."""
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda edit: -edit.first):
        lines[edit.first - 1 : edit.last] = edit.text.split("\n")
    return "\n".join(lines)


def _docstrings(tree: ast.Module, translate: Translate) -> Iterator[_Edit]:
    """Yield an edit for each docstring of a module, a class or a function."""
    for owner in ast.walk(tree):
        node = docstring_node(owner) if isinstance(owner, ast.Module | Definition) else None
        if node is not None:
            text = set_docstring(node, node.col_offset, translate)
            yield _Edit(node.lineno, node.end_lineno or node.lineno, text)


def _comments(source: str, translate: Translate) -> Iterator[_Edit]:
    """Yield an edit for each comment, or paragraph of comments, that a translation changes."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT and not _NO_PROSE.match(token.string)]
    lines = source.split("\n")
    alone = []
    for comment in comments:
        before = lines[comment.start[0] - 1][: comment.start[1]]
        if not before.strip():
            alone.append(comment)
        elif edit := _beside_code(comment, before, translate):
            yield edit
    # Comments of consecutive lines and of one column are one paragraph: their lines minus their numbers are equal.
    for _, group in groupby(enumerate(alone), lambda pair: (pair[1].start[0] - pair[0], pair[1].start[1])):
        if edit := _paragraph([token for _, token in group], translate):
            yield edit


def _beside_code(token: tokenize.TokenInfo, code: str, translate: Translate) -> _Edit | None:
    """Return the edit of a comment that stands behind `code` on its line, unless it stays as it is."""
    line, message = token.start[0], token.string[1:].strip()
    translated = translate(message, line)
    return _Edit(line, line, f"{code}# {translated}") if translated != message else None


def _paragraph(tokens: list[tokenize.TokenInfo], translate: Translate) -> _Edit | None:
    """Return the edit of comments on consecutive lines; `None` where every message, and so every line, stays."""
    (first, column), last = tokens[0].start, tokens[-1].start[0]
    text = "\n".join(re.sub("^# ?", "", token.string) for token in tokens)
    is_changed = False

    def noted(message: str, line: int) -> str:
        nonlocal is_changed
        translated = translate(message, line + first - 1)
        is_changed = is_changed or translated != message
        return translated

    body = render(text, noted, TEXT_WIDTH - column - 2)
    written = "\n".join(f"{' ' * column}# {line}".rstrip() for line in body.split("\n"))
    return _Edit(first, last, written) if is_changed else None
