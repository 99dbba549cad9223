"""The messages of a notebook's own cells: as HTML where somebody reads it, as plain text everywhere else."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from antorcha.console import written_in

Tone = Literal["done", "answered", "wrong", "quiet"]

# Each can be read on white and on the darkest ground of Jupyter's themes; all other text has the theme's own colour.
COLOURS: dict[Tone, str] = {"done": "#2e8540", "answered": "#0b7dbd", "wrong": "#d73a49", "quiet": "#808080"}
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)\*\*")
_INHERITED = "color:inherit;font:inherit"  # which a table does not do everywhere
_PAPER = "background:#fff;max-width:100%"  # a figure is drawn for white paper


@dataclass(frozen=True)
class Side:
    """One of two figures that stand side by side: a `data:` address, `""` for none, and the words below it."""

    image: str
    words: str


@dataclass(frozen=True)
class CellMessage:
    """A message of a cell: its first line begins with a sign in the tone's colour; `pairs` are only in the HTML.

    `rows`: lines whose columns stay where they are.
    """

    tone: Tone
    first_line: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    pairs: tuple[tuple[Side, Side], ...] = ()
    note: str = ""

    def __repr__(self) -> str:
        """Return the text, which is what a terminal shows."""
        plain = (_BOLD.sub(r'"\1"', text) for text in self.paragraphs)
        return "\n".join(text for text in (self.first_line, *plain, *self.rows, self.note) if text)

    def _repr_html_(self) -> str:
        colour = COLOURS[self.tone]
        sign, _, rest = self.first_line.partition(" ")
        parts = [f'<div><b style="color:{colour}">{html.escape(sign)}</b> {_inline(rest)}</div>']
        parts += [
            f'<div style="white-space:pre-wrap;margin-top:.4em">{_inline(text)}</div>' for text in self.paragraphs
        ]
        if self.rows:
            parts.append(f'<pre style="margin:.4em 0 0;color:inherit">{html.escape(chr(10).join(self.rows))}</pre>')
        parts += [_side_by_side(pair) for pair in self.pairs]
        if self.note:
            parts.append(f'<div style="margin-top:.4em;opacity:.75">{_inline(self.note)}</div>')
        style = f"border-left:4px solid {colour};padding:.2em .8em;margin:.2em 0;color:inherit"
        return f'<div style="{style}">{"".join(parts)}</div>'

    def show(self) -> None:
        """Show the message below the cell, or print it."""
        if somebody_reads():
            display: Any = sys.modules["IPython"].display
            display.display(self)
        else:
            print(written_in(repr(self), sys.stdout.encoding or "utf-8"))


def somebody_reads() -> bool:
    """Return whether a person runs this cell in a notebook, and no program such as `nbgrader validate`.

    A program that runs notebooks can answer no question, and says so with each cell.
    """
    # Whoever is no notebook has not imported IPython, and need not have it.
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    try:
        return bool(kernel.get_parent("shell")["content"]["allow_stdin"])
    except (KeyError, TypeError, AttributeError):
        return False


def _inline(text: str) -> str:
    """Return escaped HTML with `code` and **bold** as such."""
    parts = []
    for number, part in enumerate(_CODE.split(text)):
        escaped = html.escape(part)
        parts.append(f"<code>{escaped}</code>" if number % 2 else _BOLD.sub(r"<b>\1</b>", escaped))
    return "".join(parts)


def _side_by_side(pair: Iterable[Side]) -> str:
    style = "text-align:left;vertical-align:top;background:transparent"
    cells = (
        f'<td style="{style};{_INHERITED}">{_image(side)}<div>{html.escape(side.words)}</div></td>' for side in pair
    )
    return f'<table style="margin-top:.4em;{_INHERITED}"><tr>{"".join(cells)}</tr></table>'


def _image(side: Side) -> str:
    return f'<img src="{side.image}" alt="{html.escape(side.words)}" style="{_PAPER}">' if side.image else ""
