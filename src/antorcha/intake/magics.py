"""Removal of what only Jupyter understands from a notebook's cell; every other line keeps its number."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEEP_BODY = frozenset({"time", "timeit", "capture", "prun"})  # cell magics that run the cell as Python
_KEEP_STATEMENT = re.compile(r"(?P<before>(?:[\w.,\s\[\]*]+=)?\s*)%(?:time)\s+(?P<statement>[^-\s].*)")
_LINES_ASSIGNED = re.compile(r"(?P<name>\s*[A-Za-z_]\w*\s*=\s*)!")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w*)")
_MAGICS = (
    re.compile(r"\s*[%!]"),  # %matplotlib inline, !ls
    re.compile(r"\s*\?{1,2}\s*[\w.%*]+\s*$"),  # ?torch.zeros
    re.compile(r"\s*%{0,2}[\w.\[\]*]+\?{1,2}\s*;?\s*$"),  # torch.zeros?
    re.compile(r"\s*[\w.,\s\[\]*]+=\s*[%!]"),  # files = !ls
    re.compile(r"\s*(?:pip|conda)\s+[a-z]"),  # pip install torch, which Jupyter takes as %pip
)
_WRITEFILE = re.compile(
    r"^\s*%%(?:writefile|file)\s+(?P<append>-a\s+|--append\s+)?[\"']?(?P<path>[^\s\"']+)[\"']?\s*\n(?P<body>.*)",
    re.DOTALL,
)
# What Jupyter's own "export as script" makes of a magic line.
_EXPORTED_MAGIC = re.compile(r"^([ \t]*)(get_ipython\(\)\.\w+\(.*\))[ \t]*$", re.MULTILINE)
_QUOTES = ('"""', "'''", '"', "'")


@dataclass(frozen=True)
class WrittenFile:
    """A file that a cell writes with `%%writefile`; `code` keeps the line numbers of the cell."""

    filename: str
    code: str
    cell: str
    append: bool = False


@dataclass(frozen=True)
class Cleaned:
    """A piece of code without its commands.

    `lines`: numbers (from 1) of what was set aside; `first`: the first of them as it was.

    `cell_magic`: the command that makes the whole cell something other than Python; then `code` is empty.
    """

    code: str
    lines: tuple[int, ...] = ()
    first: str = ""
    cell_magic: str = ""


def written_file(code: str, cell: str) -> WrittenFile | None:
    """Return the module that a cell writes with `%%writefile utils.py`; `None` for every other cell."""
    command = _WRITEFILE.match(code)
    if command is None or not command["path"].endswith(".py"):
        return None
    above = code.count("\n", 0, command.start("body"))
    filename = command["path"].replace("\\", "/").rsplit("/", 1)[-1]
    return WrittenFile(filename, "\n" * above + command["body"], cell, bool(command["append"]))


def without_commands(code: str, compiles: bool) -> Cleaned | None:
    """Return a module without the commands of Jupyter that exporting a notebook has left in it; `None` without any.

    `compiles`: the module is valid Python as it is, so that only calls into IPython can be such commands.
    """
    cleaned = _without_exported_calls(code) if compiles else set_aside_magics(code)
    return cleaned if cleaned.lines and not cleaned.cell_magic else None


def _without_exported_calls(code: str) -> Cleaned:
    calls = list(_EXPORTED_MAGIC.finditer(code))
    # `pass` and the call as a comment, in its place: the line keeps its number and its block stays non-empty.
    numbers = tuple(code.count("\n", 0, call.start()) + 1 for call in calls)
    return Cleaned(_EXPORTED_MAGIC.sub(r"\1pass  # \2", code), numbers, calls[0][2] if calls else "")


def set_aside_magics(code: str) -> Cleaned:
    """Return `code` with each command of Jupyter replaced by `pass` and a comment; what `!` gives, by `[]`.

    Strings and brackets that go over several lines are left alone.
    """
    lines = _without_common_indent(code).split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[start])
    if magic and magic["name"] not in _KEEP_BODY:
        return Cleaned("", (start + 1,), lines[start].strip(), cell_magic=lines[start].split()[0])
    scanner, done, numbers, first, continued = _Scanner(), [], [], "", False
    for number, line in enumerate(lines, start=1):
        if continued or (scanner.between_statements and any(magic.match(line) for magic in _MAGICS)):
            done.append(_replacement(line, continued))
            numbers.append(number)
            first = first or line.strip()
            continued = line.rstrip().endswith("\\")
            continue
        scanner.feed(line)
        done.append(line)
    return Cleaned("\n".join(done), tuple(numbers), first)


def _replacement(line: str, continued: bool) -> str:
    if continued:
        return f"# {line.strip()}"
    if kept := _KEEP_STATEMENT.fullmatch(line):  # `x = %time f()` assigns; what follows needs its x
        return f"{kept['before']}{kept['statement']}"
    if kept := _LINES_ASSIGNED.match(line):  # Jupyter gives a list of what the command prints; so what follows can run
        return f"{kept['name']}[]  # {line.strip()}"
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.strip()}"


def _without_common_indent(code: str) -> str:
    """Return a cell without its first line's indent: Jupyter takes it off each line, so such a cell runs there."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if not indent:
        return code
    return "\n".join(line.removeprefix(indent) for line in code.split("\n"))


class _Scanner:
    """A reader of strings and brackets from line to line: enough grammar to know where a statement begins."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._joined = False

    @property
    def between_statements(self) -> bool:
        """Return whether the next line begins a statement: no string, bracket or `\\` is open."""
        return not self._quote and self._depth == 0 and not self._joined

    def feed(self, line: str) -> None:
        """Read one line, without its end."""
        self._joined = False
        position = 0
        while position < len(line):
            position = self._in_string(line, position) if self._quote else self._in_code(line, position)
        if len(self._quote) == 1 and not line.endswith("\\"):
            self._quote = ""  # a string that was never closed: the parser will say so

    def _in_string(self, line: str, position: int) -> int:
        if line[position] == "\\":
            return position + 2
        if line.startswith(self._quote, position):
            width = len(self._quote)
            self._quote = ""
            return position + width
        return position + 1

    def _in_code(self, line: str, position: int) -> int:
        char = line[position]
        if char == "#":
            return len(line)
        if char == "\\" and position == len(line.rstrip()) - 1:
            self._joined = True
        for quote in _QUOTES:
            if line.startswith(quote, position):
                self._quote = quote
                return position + len(quote)
        if char in "([{":
            self._depth += 1
        elif char in ")]}":
            self._depth = max(0, self._depth - 1)
        return position + 1
