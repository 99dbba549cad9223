"""The files of a results folder beside its database: `grades.csv` and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from antorcha.errors import UserError
from antorcha.export.csv import write_grades
from antorcha.files import make_folder
from antorcha.grading.class_table import ClassTable
from antorcha.report.feedback import translated, write_feedback
from antorcha.report.markup import clean
from antorcha.report.statistics import exercise_numbers
from antorcha.results import SubmissionResult
from antorcha.results_folder.paths import database
from antorcha.store.db import Store


def open_results(out: Path) -> Store:
    """Return the store of a class that was graded. Raises: `UserError` where there is none."""
    if not database(out).is_file():
        raise UserError(f"there are no results in {out}", "Grade the class first, or say where they are with --out.")
    return Store(database(out))


def rows_of(table: ClassTable, students: Sequence[str]) -> Sequence[SubmissionResult]:
    """Return the rows of these students; all rows for no names."""
    return [row for row in table.rows if row.student in students] if students else table.rows


def write_results(out: Path, table: ClassTable, students: Sequence[str]) -> tuple[int, list[str]]:
    """Write `grades.csv` and the pages of these students, of all for no names.

    Return how many pages changed, and a line for each that cannot be made. The marks go first, and one page that fails
    costs no other: what a submission put into its page is its own.
    """
    write_grades(out / "grades.csv", table.course, table.rows)
    make_folder(out / "feedback")
    course = translated(table.course)
    numbers = exercise_numbers(table.rows) if table.course.class_share else []
    shares = {(exercise.topic, exercise.name): exercise.all_right for exercise in numbers}
    changed, failed = 0, []
    for row in rows_of(table, students):
        try:
            changed += write_feedback(out / "feedback", course, row, shares)
        except UserError:  # a full disk or a folder that is read-only concerns every page alike
            raise
        except Exception as error:
            failed.append(f"no feedback page could be made for {clean(row.student)} ({type(error).__name__}: {error})")
    return changed, failed
