"""The cells of a released notebook as nbgrader's gradebook keeps them, by which a submission is put right."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, GradeCell, SolutionCell, SourceCell, TaskCell
from nbgrader.preprocessors import ClearHiddenTests

from antorcha.intake.notebook import ESSAY_PREFIX
from antorcha.nbgrader.cells import CHECK_PREFIX, POINTS_PREFIX

_SOURCE_COLUMNS = ("name", "cell_type", "checksum", "locked", "source")
SCHEMA_VERSION = 3  # of nbgrader's metadata; an older or newer one in a single cell ends autograde for the whole class


def released_cells(resources: dict[str, Any]) -> dict[str, Any]:
    """Return nbgrader's own cells of the notebook that `resources` names, by `grade_id`, as they were released.

    Sources are those of the instructor's version: the hidden tests of a points cell included.
    """
    names = resources["nbgrader"]
    with Gradebook(names["db_url"]) as gradebook:
        where = gradebook.find_notebook(names["notebook"], names["assignment"]).id
        graded = dict(_columns(gradebook, where, GradeCell.name, GradeCell.max_score))
        tasks = dict(_columns(gradebook, where, TaskCell.name, TaskCell.max_score))
        solutions = {name for (name,) in _columns(gradebook, where, SolutionCell.name)}
        cells = _columns(gradebook, where, *(getattr(SourceCell, column) for column in _SOURCE_COLUMNS))
    return {
        cell.name: _cell(cell, graded | tasks, cell.name in graded, cell.name in solutions, cell.name in tasks)
        for cell in cells
    }


def _columns(gradebook: Any, notebook: str, *columns: Any) -> list[Any]:
    """Return columns of the cells of a notebook: rows of plain values, since whole cells take several times as long."""
    table = columns[0].class_
    return list(gradebook.db.query(*columns).filter(table.notebook_id == notebook).all())


def _cell(source: Any, points: dict[str, float], is_graded: bool, is_solution: bool, is_task: bool) -> Any:
    """Return a row of the gradebook's source cells as a notebook's cell with nbgrader's metadata."""
    marks = {
        "cell_type": source.cell_type,
        "checksum": source.checksum,
        "grade": is_graded,
        "grade_id": source.name,
        "locked": bool(source.locked),
        "schema_version": SCHEMA_VERSION,
        "solution": is_solution,
        "task": is_task,
    }
    if source.name in points:
        marks["points"] = float(points[source.name])
    cell = node(cell_type=source.cell_type, metadata=node(nbgrader=node(**marks)), source=source.source or "")
    if source.cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def as_students_see(cell: Any) -> str:
    """Return the source of a released cell without its hidden tests."""
    shown = node(cell_type=cell.cell_type, metadata=node(nbgrader=node(grade=True)), source=cell.source)
    try:
        ClearHiddenTests().preprocess_cell(shown, {}, 0)
    except RuntimeError:  # marks that do not pair: then nothing was taken out of the released cell either
        return str(cell.source)
    return str(shown.source)


def is_ours(cell: Any) -> bool:
    """Return whether a released cell is one that Antorcha puts below an exercise: its check, its points or its text."""
    return utils.is_grade(cell) and grade_id(cell).startswith((CHECK_PREFIX, POINTS_PREFIX, ESSAY_PREFIX))


def grade_id(cell: Any) -> str:
    """Return nbgrader's name of a cell, or an empty text for a cell that nbgrader does not know."""
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id", "") if isinstance(marks, dict) else ""
    return name if isinstance(name, str) else ""


def node(**fields: Any) -> Any:
    """Return a notebook's node with these fields."""
    return NotebookNode(fields)  # type: ignore[no-untyped-call]
