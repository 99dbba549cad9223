"""The table of a class on the terminal: drawn when a person looks at it, aligned plain text otherwise."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import IO

from antorcha.course.model import Course
from antorcha.report.markup import clean
from antorcha.report.numbers import bar, number, percent
from antorcha.report.rows import GRADED, message, row_verdict
from antorcha.results import SubmissionResult

_HEADER = ("student", "points", "%", "", "verdict", "")
_LONGEST_NAME = 40
_LONGEST_MESSAGE = 100


def print_table(course: Course, submissions: Sequence[SubmissionResult], stream: IO[str]) -> None:
    """Print a row a student, in the order given."""
    rows = [_row(course, submission) for submission in submissions]
    if stream.isatty():
        _print_rich(rows, stream)
    else:
        stream.writelines(f"{line}\n" for line in plain_lines([_HEADER, *rows]))


def plain_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines with aligned columns; a wide character takes two places."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(course: Course, submission: SubmissionResult) -> tuple[str, ...]:
    verdict = row_verdict(submission, len(course.topics))
    share = percent(submission.points, submission.max_points)
    return (
        _shortened(submission.student, _LONGEST_NAME),
        f"{number(submission.points)}/{number(submission.max_points)}",
        f"{share:.0f}",
        bar(share / 100, 10),
        verdict,
        "" if verdict == GRADED else _shortened(message(submission, course.language), _LONGEST_MESSAGE),
    )


def _print_rich(rows: Sequence[Sequence[str]], stream: IO[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(_HEADER):
        table.add_column(title, justify="right" if place in (1, 2) else "left", no_wrap=place in (1, 2, 3))
    for row in rows:
        style = "" if row[4] == GRADED else "yellow"
        table.add_row(*(Text(cell, style=style) for cell in row))  # a `Text`, since a name is never markup
    Console(file=stream).print(table)


def _shortened(text: str, longest: int) -> str:
    """Return a text in one line, without anything that steers a terminal or that none can print."""
    line = " ".join(clean(text).split()).encode("utf-8", "replace").decode()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _width(text: str) -> int:
    """Return the places that a text takes on a terminal: two for a wide character, none for a combining one."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(bool(unicodedata.combining(letter)) for letter in text)
