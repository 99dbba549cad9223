"""One file's bytes → what would run: a `Source`, or a `Source` that says why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from antorcha.intake import limits
from antorcha.intake.check import Checker, Parsed
from antorcha.intake.entry import NOTEBOOK, Entry, UnusableError, printable
from antorcha.intake.model import Cell, Source
from antorcha.intake.notebook import read_notebook
from antorcha.intake.text import decode
from antorcha.results import Diagnosis

# What Jupyter's own "export as script" makes of a magic line.
_EXPORTED_MAGIC = re.compile(r"^([ \t]*)(get_ipython\(\)\.\w+\(.*\))[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Read:
    """A file as read: a source without a topic yet, and the functions and classes that it defines."""

    source: Source
    names: frozenset[str] = frozenset()


def byte_limit(suffix: str) -> int:
    """How large a file with this ending may be."""
    return limits.NOTEBOOK_BYTES if suffix == NOTEBOOK else limits.MODULE_BYTES


def read_source(entry: Entry, topic: str, checker: Checker) -> Read:
    """Reads `entry` as the hand-in for `topic`. Never raises for what is in the file."""
    name = printable(entry.name)
    try:
        data = entry.load(byte_limit(entry.suffix))
        if entry.suffix == NOTEBOOK:
            return _from_notebook(data, name, topic, checker, ())
        if _looks_like_notebook(data):
            return _from_notebook(data, name, topic, checker, (Diagnosis("really_a_notebook", {"file": name}),))
        return _from_module(data, name, topic, checker)
    except UnusableError as unusable:
        return Read(Source(topic, name, problem=unusable.diagnosis))


def _looks_like_notebook(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"cells"' in data and b'"nbformat"' in data


def _from_notebook(data: bytes, name: str, topic: str, checker: Checker, notes: tuple[Diagnosis, ...]) -> Read:
    notebook = read_notebook(data, name, checker)
    source = Source(topic, name, tuple(notebook.cells), notes=(*notes, *notebook.notes))
    return Read(source, frozenset(notebook.names))


def _from_module(data: bytes, name: str, topic: str, checker: Checker) -> Read:
    code = decode(data, name)
    parsed = checker.parse(code)
    if not parsed.ok:
        return Read(Source(topic, name, problem=_problem(parsed, name)), parsed.names)
    notes: tuple[Diagnosis, ...] = ()
    if exported := _EXPORTED_MAGIC.search(code):
        cleaned = _EXPORTED_MAGIC.sub(r"\1pass  # \2", code)
        if checker.parse(cleaned).ok:
            line = code.count("\n", 0, exported.start()) + 1
            details = {"cell": name, "lines": str(line), "text": printable(exported[2])}
            code, notes = cleaned, (Diagnosis("magic_set_aside", details),)
    return Read(Source(topic, name, (Cell(code, name),), notes=notes), parsed.names)


def _problem(parsed: Parsed, name: str) -> Diagnosis:
    return Diagnosis(parsed.kind, {"file": name, **parsed.details})
