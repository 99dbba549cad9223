"""Reading of one file into the cells that would run, or into the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field

from antorcha.intake import limits
from antorcha.intake.check import Checker, Definition, Parsed
from antorcha.intake.delivered import NOTEBOOK_SUFFIX, DeliveredFile, UnusableError, printable
from antorcha.intake.magics import WrittenFile, without_commands
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.intake.newer import as_newer_python
from antorcha.intake.notebook import line_numbers, read_notebook
from antorcha.intake.text import decode
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class ReadFile:
    """A file as read: a source without a topic yet, and what it defines, assigns, imports and writes.

    `definitions`: the last of each name, with the number of its cell in `source.cells`.
    """

    source: SubmittedFile
    definitions: dict[str, tuple[int, Definition]] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    written: tuple[WrittenFile, ...] = ()


def byte_limit(suffix: str) -> int:
    """Return the largest size, in bytes, of a file with this ending."""
    return limits.NOTEBOOK_FILE_BYTES if suffix == NOTEBOOK_SUFFIX else limits.MODULE_BYTES


def read_source(file: DeliveredFile, topic: str, checker: Checker) -> ReadFile:
    """Return `file` as the submission for `topic`; what is wrong with it is its `problem`, and nothing is raised."""
    name = printable(file.name)
    try:
        data = file.load(byte_limit(file.suffix))
        if file.suffix == NOTEBOOK_SUFFIX:
            return from_notebook(data, name, topic, checker)
        if _looks_like_notebook(data):
            return from_notebook(data, name, topic, checker, (Diagnosis("really_a_notebook", {"file": name}),))
        return _from_module(data, name, topic, checker)
    except UnusableError as unusable:
        return ReadFile(SubmittedFile(topic, name, problem=unusable.diagnosis))


def _looks_like_notebook(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"cells"' in data and b'"nbformat"' in data


def from_notebook(data: bytes, name: str, topic: str, checker: Checker, notes: tuple[Diagnosis, ...] = ()) -> ReadFile:
    """Return a notebook as read, with further `notes` before its own. Raises: `UnusableError`."""
    notebook = read_notebook(data, name, checker)
    source = SubmittedFile(topic, name, tuple(notebook.cells), notes=(*notes, *notebook.notes))
    written = tuple(notebook.written)
    return ReadFile(source, notebook.definitions, notebook.assigned, frozenset(notebook.imports), written)


def _from_module(data: bytes, name: str, topic: str, checker: Checker) -> ReadFile:
    """Return a module as read, without the commands of Jupyter where it compiles without them."""
    code, notes = decode(data, name)
    parsed = checker.parse(code)
    cleaned = without_commands(code, parsed.ok)
    if cleaned is not None and (again := checker.parse(cleaned.code)).ok:
        code, parsed = cleaned.code, again
        details = {"cell": name, "lines": line_numbers(cleaned.lines), "text": printable(cleaned.first)}
        notes = (*notes, Diagnosis("magic_set_aside", details))
    definitions = {defined: (0, definition) for defined, definition in parsed.definitions.items()}
    if not parsed.ok:
        return ReadFile(SubmittedFile(topic, name, problem=_problem(parsed, name)), definitions)
    source = SubmittedFile(topic, name, (Cell(code, name),), notes=notes)
    return ReadFile(source, definitions, parsed.assigned, parsed.imports)


def _problem(parsed: Parsed, name: str) -> Diagnosis:
    if newer := as_newer_python(parsed.details):
        return Diagnosis("newer_python", {"file": name, **newer})
    return Diagnosis(parsed.kind, {"file": name, **parsed.details})
