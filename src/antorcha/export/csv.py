"""`grades.csv`: one row a student, one column an exercise, for a spreadsheet or an LMS."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from antorcha.course.model import Course
from antorcha.files import write_if_changed
from antorcha.report.rows import whole_verdict
from antorcha.results import SubmissionResult

INCOMPLETE = "incomplete"  # some topics were graded, and others not yet
NOT_GRADED = "not_graded"

# What makes a spreadsheet run a cell as a formula, also in the wide forms of East Asian keyboards.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def write_grades(path: Path, course: Course, submissions: Sequence[SubmissionResult]) -> bool:
    """Writes the table; says whether it changed. Raises `UserError` where it cannot be written."""
    return write_if_changed(path, grades(course, submissions))


def grades(course: Course, submissions: Sequence[SubmissionResult]) -> str:
    """The table as text: points with a decimal point, an empty cell for what was not graded.

    `max` and `percent` are of what was graded; `verdict` is "graded", "incomplete", "not_graded" or the worst
    verdict that a whole file got.
    """
    columns = [(topic.name, exercise.name) for topic in course.topics for exercise in topic.exercises]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = [f"{topic}.{exercise}" for topic, exercise in columns]
    writer.writerow(["student", "points", "max", "percent", *header, "verdict"])
    writer.writerows(_row(course, submission, columns) for submission in submissions)
    return text.getvalue()


def harmless(text: str) -> str:
    """`text` that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    plain = " ".join(text.split()) if any(mark in text for mark in "\t\r\n") else text
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA_STARTS) else plain


def _row(course: Course, submission: SubmissionResult, columns: Sequence[tuple[str, str]]) -> list[str]:
    points = {
        (topic.topic, exercise.name): _number(exercise.points)
        for topic in submission.topics
        for exercise in topic.exercises
    }
    student = harmless(submission.student)
    cells = [points.get(column, "") for column in columns]
    if not submission.topics:
        return [student, "", "", "", *cells, NOT_GRADED]
    verdict = whole_verdict(submission.topics)
    if len(submission.topics) < len(course.topics):
        verdict = INCOMPLETE
    share = 100 * submission.points / submission.max_points if submission.max_points else 0.0
    total = [_number(submission.points), _number(submission.max_points), _number(round(share, 2))]
    return [student, *total, *cells, verdict]


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
