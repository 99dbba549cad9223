"""Reading of a notebook's code cells, in order, by the standard library alone: it is JSON that anyone wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from antorcha.i18n import N_, in_every_language
from antorcha.intake import limits
from antorcha.intake.check import Checker, Definition, Parsed
from antorcha.intake.delivered import UnusableError, printable
from antorcha.intake.magics import WrittenFile, set_aside_magics, written_file
from antorcha.intake.model import Cell
from antorcha.intake.newer import as_newer_python
from antorcha.intake.syntax_words import why_no_notebook
from antorcha.intake.text import decode, with_plain_ends
from antorcha.results import Diagnosis

REQUIREMENTS_CELL = "requirements"  # nbgrader's name of the first cell that we release: it says what to install
ESSAY_PREFIX = "essay_"  # of nbgrader's name of the Markdown cell that an essay is written in
ESSAY_TEXT = N_("Write your answer here.")  # what stands in that cell before


@dataclass
class Notebook:
    """The part of a notebook that can run, and what its cells define, assign, import and write, of two the last.

    `definitions`: with the number of their cell in `cells`.
    """

    cells: list[Cell] = field(default_factory=list)
    notes: list[Diagnosis] = field(default_factory=list)
    definitions: dict[str, tuple[int, Definition]] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    written: list[WrittenFile] = field(default_factory=list)


def read_notebook(data: bytes, name: str, checker: Checker) -> Notebook:
    """Return the cells of the notebook `name`. A cell is called `NAME, cell N`, counting code cells from 1.

    A cell that is no Python, even without its magics, becomes a note; the others go on. Raises: `UnusableError`
    (`empty_file`, `not_utf8`, `broken_notebook`, `notebook_too_deep`, `notebook_without_code`,
    `notebook_too_many_cells`, `too_large`, `no_usable_cell`).
    """
    document, encoding_notes = load_notebook(data, name, checker)
    codes = [
        (f"{name}, cell {number}", code) for number, code in enumerate(_code_cells(document), start=1) if code.strip()
    ]
    codes += [(f"{name}, {exercise}", code) for exercise, code in _essays(document)]
    if not codes:
        raise UnusableError("notebook_without_code", file=name)
    if len(codes) > limits.NOTEBOOK_CODE_CELLS:
        raise UnusableError("notebook_too_many_cells", file=name, count=len(codes), limit=limits.NOTEBOOK_CODE_CELLS)
    if sum(len(code) for _, code in codes) > limits.MODULE_BYTES:
        raise UnusableError("too_large", file=name, limit=limits.readable(limits.MODULE_BYTES))
    notebook = Notebook()
    for cell_name, code in codes:
        _add_cell(notebook, code, cell_name, checker)
    if not notebook.cells and notebook.notes:
        first = notebook.notes[0].details
        raise UnusableError(
            "no_usable_cell", file=name, cell=first["cell"], reason=first.get("reason", N_("not Python"))
        )
    notebook.notes = [*encoding_notes, *_bounded(notebook.notes, name)]
    return notebook


def load_notebook(data: bytes, name: str, checker: Checker) -> tuple[Any, tuple[Diagnosis, ...]]:
    """Return a notebook's JSON, whatever it holds, and a note where its encoding was guessed.

    Raises: `UnusableError` as `read_notebook` does for what is no JSON or too large.
    """
    text, notes = decode(data, name)
    if len(data) > limits.NOTEBOOK_BYTES:
        return _without_outputs(text, name, checker), notes
    return _load(text, name), notes


def _load(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (RecursionError, MemoryError) as error:
        raise UnusableError("notebook_too_deep", file=name) from error
    except ValueError as error:
        reason = why_no_notebook(text) or printable(str(error))
        raise UnusableError("broken_notebook", file=name, reason=reason) from error


def _without_outputs(text: str, name: str, checker: Checker) -> Any:
    """Return the JSON of a notebook that is large, most likely for its pictures, without its outputs.

    The checker's process loads it first: parsed, a notebook takes many times the memory of its text.
    """
    document = checker.without_outputs(text, name)
    if len(json.dumps(document)) > limits.NOTEBOOK_BYTES:
        raise UnusableError("too_large", file=name, limit=limits.readable(limits.NOTEBOOK_BYTES))
    return document


def _code_cells(document: Any) -> Iterator[str]:
    """Yield the source of each code cell that a student may have written: nbformat 4, and 3 with its worksheets."""
    cells = [cell for cell in _all_cells(document) if isinstance(cell, dict)]
    counts = {_answer_in_code(cell): position for position, cell in enumerate(cells)}  # of copies the last one
    for position, cell in enumerate(cells):
        name = _answer_in_code(cell)
        is_code = cell.get("cell_type") == "code" or (name and counts[name] == position)
        if is_code and may_be_students(cell):
            yield with_plain_ends(_joined(cell.get("source", cell.get("input", ""))))


def _answer_in_code(cell: dict[str, Any]) -> str:
    """Return nbgrader's name of a cell that was released for an answer in code, whatever it was turned into since."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(marks, dict) or marks.get("solution") is not True or marks.get("cell_type") != "code":
        return ""
    return str(marks.get("grade_id", ""))


def _essays(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of each essay that is written in a Markdown cell of nbgrader's, with a function that returns it.

    Of two cells of one name the last one counts, as it does to nbgrader. One that nobody has written in is left out:
    it is no work.
    """
    for cell in _all_cells(document):
        metadata = cell.get("metadata") if isinstance(cell, dict) and cell.get("cell_type") == "markdown" else None
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = marks.get("grade_id") if isinstance(marks, dict) and marks.get("solution") is True else None
        exercise = name.removeprefix(ESSAY_PREFIX) if isinstance(name, str) and name.startswith(ESSAY_PREFIX) else ""
        text = _joined(cell.get("source", "")).strip() if exercise.isidentifier() else ""
        if text and text not in in_every_language(ESSAY_TEXT):
            yield exercise, f"def {exercise}():\n    return {text!r}\n"


def _all_cells(document: Any) -> Iterator[Any]:
    """Yield whatever stands in the place of a cell, in nbformat 4 and in the worksheets of 3."""
    if not isinstance(document, dict):
        return
    worksheets = document.get("worksheets")
    sheets = [document, *(worksheets if isinstance(worksheets, list) else [])]
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from cells if isinstance(cells, list) else []


def may_be_students(cell: dict[str, Any]) -> bool:
    """Return whether a student may have written the cell: it holds no test of the instructor's, for nbgrader's marks.

    One that is only read-only stays: its imports may be what the student's functions stand on.
    """
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(marks, dict):
        return True
    if marks.get("locked") is True and marks.get("grade_id") == REQUIREMENTS_CELL:
        return False  # it looks at the computer where the notebook runs, which is of no interest in grading
    return marks.get("grade") is not True or marks.get("solution") is True


def _joined(source: Any) -> str:
    """Return a cell's source, a text or a list of lines, as one text; empty for anything else."""
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        # nbformat keeps each line's end in the line; some converters leave it out.
        ended = any(line.endswith("\n") for line in lines[:-1])
        return ("" if ended else "\n").join(lines)
    return ""


def _add_cell(notebook: Notebook, code: str, name: str, checker: Checker) -> None:
    """Add a cell to the notebook, or a note that says why it cannot run."""
    written = written_file(code, name)
    if written is not None:
        parsed = checker.parse(written.code)
        if parsed.ok:  # what it would write is an answer like any other, and importable under its name
            notebook.written.append(written)
            notebook.notes.append(Diagnosis("written_by_a_cell", {"cell": name, "file": printable(written.filename)}))
            _take(notebook, Cell(written.code, name), parsed)
        else:
            notebook.notes.append(_cell_problem(parsed, name))
        return
    # Magics are looked for only in what is no Python as it is, so that no valid statement is taken for one.
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
                details = {"cell": name, "lines": line_numbers(cleaned.lines), "text": printable(cleaned.first)}
                notebook.notes.append(Diagnosis("magic_set_aside", details))
            code, parsed = cleaned.code, again
    if parsed.ok:
        _take(notebook, Cell(code, name), parsed)
    else:
        notebook.notes.append(_cell_problem(parsed, name))


def _take(notebook: Notebook, cell: Cell, parsed: Parsed) -> None:
    number = len(notebook.cells)
    notebook.cells.append(cell)
    notebook.definitions |= {name: (number, definition) for name, definition in parsed.definitions.items()}
    notebook.assigned |= parsed.assigned
    notebook.imports |= parsed.imports


def _cell_problem(parsed: Parsed, name: str) -> Diagnosis:
    if parsed.kind != "syntax_error":
        return Diagnosis("cell_unreadable", {"cell": name})
    if newer := as_newer_python(parsed.details):
        return Diagnosis("cell_newer_python", {"cell": name, **newer})
    return Diagnosis("cell_syntax_error", {"cell": name, **parsed.details})


def line_numbers(lines: tuple[int, ...]) -> str:
    """Return line numbers for a person, at most `NAMES_LISTED` of them."""
    shown = ", ".join(str(line) for line in lines[: limits.NAMES_LISTED])
    return shown if len(lines) <= limits.NAMES_LISTED else shown + ", ..."


def _bounded(notes: list[Diagnosis], name: str) -> list[Diagnosis]:
    more = len(notes) - limits.CELL_NOTES
    if more <= 0:
        return notes
    return [*notes[: limits.CELL_NOTES], Diagnosis("more_notes", {"file": name, "count": more})]
