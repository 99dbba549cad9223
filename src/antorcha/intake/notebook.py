"""A notebook → its code cells, in order. Only the standard library reads it: it is JSON that anyone wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from antorcha.intake import limits
from antorcha.intake.check import Checker, Parsed
from antorcha.intake.entry import UnusableError, printable
from antorcha.intake.magics import set_aside_magics
from antorcha.intake.model import Cell
from antorcha.results import Diagnosis


@dataclass
class Notebook:
    """What is left of a notebook to run. `names`: functions and classes at the top level of any cell."""

    cells: list[Cell] = field(default_factory=list)
    notes: list[Diagnosis] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def read_notebook(data: bytes, name: str, checker: Checker) -> Notebook:
    """The cells of the notebook `name`. A cell is called `NAME, cell N`, counting code cells from 1.

    A cell that is no Python, even without its magics, becomes a note; the others go on. Raises `UnusableError`
    (`empty_file`, `not_utf8`, `broken_notebook`, `notebook_too_deep`, `notebook_without_code`,
    `notebook_too_many_cells`, `too_large`, `no_usable_cell`).
    """
    codes = [(number, code) for number, code in enumerate(_code_cells(_load(data, name)), start=1) if code.strip()]
    if not codes:
        raise UnusableError("notebook_without_code", file=name)
    if len(codes) > limits.NOTEBOOK_CODE_CELLS:
        raise UnusableError("notebook_too_many_cells", file=name, count=len(codes), limit=limits.NOTEBOOK_CODE_CELLS)
    if sum(len(code) for _, code in codes) > limits.MODULE_BYTES:
        raise UnusableError("too_large", file=name, limit=limits.readable(limits.MODULE_BYTES))
    notebook = Notebook()
    for number, code in codes:
        _add_cell(notebook, code, f"{name}, cell {number}", checker)
    if not notebook.cells and notebook.notes:
        first = notebook.notes[0].details
        raise UnusableError("no_usable_cell", file=name, cell=first["cell"], reason=first.get("reason", "not Python"))
    notebook.notes = _bounded(notebook.notes, name)
    return notebook


def _load(data: bytes, name: str) -> Any:
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnusableError("empty_file", file=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableError("not_utf8", file=name, line=line, byte=f"0x{data[error.start]:02x}") from error
    try:
        return json.loads(text)
    except (RecursionError, MemoryError) as error:
        raise UnusableError("notebook_too_deep", file=name) from error
    except ValueError as error:
        raise UnusableError("broken_notebook", file=name, reason=printable(str(error))) from error


def _code_cells(document: Any) -> Iterator[str]:
    """The source of each code cell that a student may have written: nbformat 4, and 3 with its worksheets."""
    for cell in _all_cells(document):
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and not _is_nbgrader_test(cell):
            yield _joined(cell.get("source", cell.get("input", "")))


def _all_cells(document: Any) -> Iterator[Any]:
    if not isinstance(document, dict):
        return
    worksheets = document.get("worksheets")
    sheets = [document, *(worksheets if isinstance(worksheets, list) else [])]
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from cells if isinstance(cells, list) else []


def _is_nbgrader_test(cell: dict[str, Any]) -> bool:
    """Whether the cell holds the instructor's tests for nbgrader.

    One that is only read-only stays: its imports may be what the student's functions stand on.
    """
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return isinstance(marks, dict) and marks.get("grade") is True and marks.get("solution") is not True


def _joined(source: Any) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return ""


def _add_cell(notebook: Notebook, code: str, name: str, checker: Checker) -> None:
    parsed = checker.parse(code, cell=True)
    if parsed.kind == "syntax_error":
        cleaned = set_aside_magics(code)
        if cleaned.cell_magic:
            notebook.notes.append(
                Diagnosis("cell_set_aside", {"cell": name, "magic": printable(cleaned.cell_magic, 40)})
            )
            return
        if cleaned.code != code:
            again = checker.parse(cleaned.code, cell=True)
            if again.ok and cleaned.lines:
                details = {"cell": name, "lines": _numbers(cleaned.lines), "text": printable(cleaned.first)}
                notebook.notes.append(Diagnosis("magic_set_aside", details))
            code, parsed = cleaned.code, again
    if parsed.ok:
        notebook.cells.append(Cell(code, name))
        notebook.names |= parsed.names
    else:
        notebook.notes.append(_cell_problem(parsed, name))


def _cell_problem(parsed: Parsed, name: str) -> Diagnosis:
    if parsed.kind == "syntax_error":
        return Diagnosis("cell_syntax_error", {"cell": name, **parsed.details})
    return Diagnosis("cell_unreadable", {"cell": name})


def _numbers(lines: tuple[int, ...]) -> str:
    shown = ", ".join(str(line) for line in lines[: limits.NAMES_LISTED])
    return shown if len(lines) <= limits.NAMES_LISTED else shown + ", ..."


def _bounded(notes: list[Diagnosis], name: str) -> list[Diagnosis]:
    more = len(notes) - limits.CELL_NOTES
    if more <= 0:
        return notes
    return [*notes[: limits.CELL_NOTES], Diagnosis("more_notes", {"file": name, "count": more})]
