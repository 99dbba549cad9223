"""Sentences as HTML and as Markdown: `code` between backticks is kept, everything else is plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`\n]+)`")
# `$` begins a formula in Jupyter and on GitHub, `&` an entity, and `~` strikes out.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
_AT_LINE_START = re.compile(r"^(\d*)([.)](?=\s|$)|[#+=:-])")  # headings, lists, underlines
# Control characters but tab and line feed, and the marks that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return `text` without characters that steer a terminal or turn the direction of writing; lines are kept."""
    return _CONTROL.sub("�", text.replace("\r\n", "\n").replace("\t", "    "))


def to_html(sentence: str) -> Markup:
    """Return escaped HTML with `<code>` for what stands between backticks."""
    parts = (Markup("<code>{}</code>").format(text) if code else escape(text) for code, text in _parts(sentence))
    return Markup("").join(parts)


def to_markdown(sentence: str, indent: str = "") -> str:
    """Return Markdown that shows exactly this text: no HTML, link or heading comes of it. Lines stay lines.

    `indent` goes before all but the first, so that they stay in the item of a list.
    """
    # Without its own indent: four spaces would make a block of code of it.
    lines = [_markdown_line(line.strip()) for line in sentence.splitlines() if line.strip()]
    return f"\\\n{indent}".join(lines)


def to_heading(text: str) -> str:
    """Return Markdown in one line: a heading ends where its line does."""
    return _markdown_line(" ".join(text.split()))


def _markdown_line(line: str) -> str:
    parts = (f"`{text}`" if code else _SPECIAL.sub(r"\\\1", text) for code, text in _parts(line))
    return _AT_LINE_START.sub(r"\1\\\2", "".join(parts))


def _parts(sentence: str) -> Iterator[tuple[bool, str]]:
    """Yield `(is code, text)` in order."""
    for number, text in enumerate(_CODE.split(clean(sentence))):
        if text:
            yield number % 2 == 1, text
