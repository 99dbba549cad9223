"""The results folder: its database, `grades.csv` and the pages, for all commands that write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.errors import UserError

if TYPE_CHECKING:
    from antorcha.grading import ClassTable
    from antorcha.results import SubmissionResult
    from antorcha.store.db import Store


def database(out: Path) -> Path:
    """Return the database in a results folder."""
    return out / "results.db"


def open_results(out: Path) -> Store:
    """Return the store of a class that was graded. Raises: `UserError` where there is none."""
    from antorcha.store.db import Store

    if not database(out).is_file():
        raise UserError(f"there are no results in {out}", "Grade the class first, or say where they are with --out.")
    return Store(database(out))


def rows_of(table: ClassTable, students: Sequence[str]) -> list[SubmissionResult]:
    """Return the rows of these students; all rows for no names."""
    return [row for row in table.rows if not students or row.student in students]


def write_results(out: Path, table: ClassTable, students: Sequence[str]) -> tuple[int, list[str]]:
    """Write `grades.csv` and the pages of these students, of all for no names.

    Return how many pages changed, and a line for each that cannot be made. The marks go first, and one page that fails
    costs no other: what a submission put into its page is its own.
    """
    from antorcha.export.csv import write_grades
    from antorcha.files import make_folder
    from antorcha.report.feedback import translated, write_feedback
    from antorcha.report.markup import clean

    write_grades(out / "grades.csv", table.course, table.rows)
    make_folder(out / "feedback")
    course = translated(table.course)
    changed, failed = 0, []
    for row in rows_of(table, students):
        try:
            changed += write_feedback(out / "feedback", course, row)
        except UserError:  # a full disk or a folder that is read-only concerns every page alike
            raise
        except Exception as error:
            failed.append(f"no feedback page could be made for {clean(row.student)} ({type(error).__name__}: {error})")
    return changed, failed
