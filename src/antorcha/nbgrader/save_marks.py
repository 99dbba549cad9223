"""nbgrader's `SaveAutoGrades` with three queries and one commit for a notebook, where it has two of each for a cell."""

from __future__ import annotations

from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells, SaveAutoGrades


class SaveMarks(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's own step: what it decides of a cell is unchanged, and only how it reaches the database is not."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Write the scores of all cells of `nb` into the gradebook."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.student_id, self.db_url = names["student"], names["db_url"]
        with Gradebook(self.db_url) as gradebook:
            self.gradebook = _OneNotebook(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
            gradebook.db.commit()
        return nb, resources


class _OneNotebook:
    """The part of a gradebook that `SaveAutoGrades` asks for, of one student's notebook, read at once."""

    def __init__(self, gradebook: Any, notebook: str, assignment: str, student: str) -> None:
        where = gradebook.find_submission_notebook(notebook, assignment, student).id
        self._grades = _rows_by_cell(gradebook, Grade, where)
        self._comments = _rows_by_cell(gradebook, Comment, where)
        self.db = self

    def find_grade(self, cell: str, *_notebook: str) -> Any:
        """Return the grade of a cell. Raises: `MissingEntry`."""
        return _found(self._grades, cell)

    def find_comment(self, cell: str, *_notebook: str) -> Any:
        """Return the comment on a cell. Raises: `MissingEntry`."""
        return _found(self._comments, cell)

    def commit(self) -> None:
        """Do nothing: the notebook's only commit comes after its last cell."""


def _rows_by_cell(gradebook: Any, table: Any, submitted_notebook: str) -> dict[str, Any]:
    """Return the rows of a submitted notebook in a table by the name of their cell."""
    query = gradebook.db.query(BaseCell.name, table).join(table, table.cell_id == BaseCell.id)
    return dict(query.filter(table.notebook_id == submitted_notebook).all())


def _found(rows: dict[str, Any], cell: str) -> Any:
    if cell not in rows:
        raise MissingEntry(f"No such cell: {cell}")
    return rows[cell]


class AddMissingCells(OverwriteCells):  # type: ignore[misc]
    """nbgrader's own step, for who asks it to put back the deleted cells of notebooks that are not ours.

    All else that it does, with four queries for a cell, `RepairSubmission` has done.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Run nbgrader's step where `c.OverwriteCells.add_missing_cells` is set."""
        return super().preprocess(nb, resources) if self.add_missing_cells else (nb, resources)
