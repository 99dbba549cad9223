"""The folder that holds a course, and the line of each key in its `grading.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from antorcha.errors import UserError

GRADING_FILE = "grading.toml"

Key = tuple[str | int, ...]


def find_course(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` (default: here) that has a `grading.toml`.

    Raises: `UserError` where there is none, and for a `start` that is not there: misspelt, it would be another course.
    """
    here = (start or Path.cwd()).resolve()
    hint = "say where the course is with --course DIR"
    try:
        here.lstat()
    except FileNotFoundError:
        raise UserError(f"there is no {here}", hint) from None
    except OSError as error:  # a folder that may not be entered, or a name too long to be one
        raise UserError(f"{here}: {error.strerror}", hint) from error
    for folder in (here, *here.parents):
        try:
            found = (folder / GRADING_FILE).is_file()
        except OSError as error:
            raise UserError(f"{folder}: {error.strerror}", hint) from error
        if found:
            return folder
    raise UserError(
        f"no {GRADING_FILE} in {here} or in any folder above it",
        "run this inside a course's folder, or say which one with --course DIR",
    )


def line_of(lines: dict[Key, int], path: Key) -> int:
    """Return the line of `path`, or of the nearest thing around it that has one (a missing key has no line)."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def key_lines(text: str) -> dict[Key, int]:
    """Return the line (from 1) of every key, table and array item in `text`, which must be valid TOML.

    `tomllib` forgets positions, so this walks the same text once more and notes only where things start.
    """
    return _Walk(text.replace("\r\n", "\n")).run()


_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
# Strings of several lines first: their three quotes begin as an empty string does. Up to two quotes of the text may
# stand before the three that end it.
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class _Walk:
    """One pass over a valid TOML document. `at` is the reading position; what `tomllib` has checked is believed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self.counts: dict[Key, int] = {}  # how many `[[table]]` of each path were opened

    def run(self) -> dict[Key, int]:
        table: Key = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.lines

    def _header(self) -> Key:
        """Read `[table]` or `[[table]]`, and return the path of what the keys below it belong to."""
        line = self._line()
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        parts = list(self._dotted())
        self._skip(_SPACE)
        self.at += 2 if double else 1
        path: Key = ()
        for part in parts[:-1]:
            path = self._newest((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, parts[-1])
        if double:
            self.lines.setdefault(path, line)
            self.counts[path] = self.counts.get(path, 0) + 1
            path = self._newest(path)
        self.lines[path] = line
        return path

    def _newest(self, path: Key) -> Key:
        """Return the latest table of an array of tables, which is what TOML means by its name; else `path` itself."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _pair(self, table: Key) -> None:
        line = self._line()
        path = table
        for part in self._dotted():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._value(path)

    def _dotted(self) -> Iterator[str]:
        """Yield the parts of a dotted key, such as `a."b c".d`, without their quotes."""
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                yield self._string()[1:-1]
            else:
                yield self._skip(_BARE)
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _value(self, path: Key) -> None:
        self._skip(_SPACE)
        opening = self.text[self.at]
        if opening == "[":
            index = 0
            while self._next("]"):
                item = (*path, index)
                self.lines[item] = self._line()
                self._value(item)
                index += 1
        elif opening == "{":
            while self._next("}"):
                self._pair(path)
        elif opening in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _next(self, closing: str) -> bool:
        """Step over `[`, `{` or the text between two items; False (and past it) at the closing bracket."""
        self._skip(_BLANK)
        if self.text[self.at] in "[{,":
            self.at += 1
            self._skip(_BLANK)
        if self.text[self.at] == closing:
            self.at += 1
            return False
        return True

    def _string(self) -> str:
        for pattern in _STRINGS:
            if pattern.match(self.text, self.at):
                return self._skip(pattern)
        raise AssertionError("tomllib accepted a string that this walk cannot read")

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None or (match.end() == self.at and pattern is _BARE):
            raise AssertionError("tomllib accepted a document that this walk cannot read")
        self.at = match.end()
        return match.group()

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
