"""`grades.csv`: one row a student, one column an exercise, for a spreadsheet or a learning platform."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from antorcha.course.model import Course
from antorcha.files import write_if_changed
from antorcha.report.marks import MARK_PARTS, mark_parts, mark_reasons
from antorcha.report.rows import row_verdict
from antorcha.results import SubmissionResult

# A spreadsheet runs a cell as a formula that begins so, also in the wide forms of East Asian keyboards, and behind
# characters that it leaves out. It takes a new cell to begin at any of the separators that some country's has.
_FORMULA = re.compile(r"""(^|[;,|\t])([\s"\x00-\x1f\x7f-\xa0\u200b-\u200f\u2060\ufeff]*)(?=[=+\-@＝＋－＠|%])""")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def write_grades(path: Path, course: Course, submissions: Sequence[SubmissionResult]) -> bool:
    """Write the table and return whether it changed. Raises: `UserError` where it cannot be written."""
    return write_if_changed(path, grades(course, submissions))


def grades(course: Course, submissions: Sequence[SubmissionResult]) -> str:
    """Return the table as text: points with a decimal point, an empty cell for an exercise that was not graded.

    In `points`, `max` and `percent` it counts as nothing of its maximum; `verdict` is "graded", "incomplete",
    "not_graded" or the worst verdict that a whole file got. A class with rules, or with marks that a teacher gave,
    has more columns behind these: what the checks gave, what a teacher changed of it, what is taken off and what
    counts, in all and for each topic, and the reasons. `points` is what counts, and an exercise's cell what a teacher
    gave. Where the course has essays, `to_grade` says how many points a person has still to give.
    """
    columns = [(topic.name, exercise.name) for topic in course.topics for exercise in topic.exercises]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = [f"{topic}.{exercise}" for topic, exercise in columns]
    ruled = any(submission.marks for submission in submissions)
    of_topics = [f"{topic.name}.{part}" for topic in course.topics for part in MARK_PARTS] if ruled else []
    more = [*MARK_PARTS, *of_topics, "why"] if ruled else []
    has_essays = any(topic.essays for topic in course.topics)
    waiting = ["to_grade"] if has_essays else []
    writer.writerow(["student", "points", "max", "percent", *header, "verdict", *waiting, *more])
    for submission in submissions:
        to_grade = [_number(submission.to_grade)] if has_essays else []
        marks = _mark_cells(course, submission) if ruled else []
        writer.writerow([*_row(course, submission, columns), *to_grade, *marks])
    return text.getvalue()


def _mark_cells(course: Course, submission: SubmissionResult) -> list[str]:
    """Return the cells under the class's rules, empty where a topic has no mark."""
    if not submission.marks:
        return [""] * (len(MARK_PARTS) * (1 + len(course.topics)) + 1)
    total = [_number(sum(part)) for part in zip(*map(mark_parts, submission.marks), strict=True)]
    of_topics = []
    for topic in course.topics:
        mark = submission.mark_of(topic.name)
        of_topics += [_number(part) for part in mark_parts(mark)] if mark else [""] * len(MARK_PARTS)
    why = " ".join(f"{mark.topic}: {told}" for mark in submission.marks if (told := mark_reasons(mark, "en")))
    return [*total, *of_topics, harmless(why)]


def harmless(text: str) -> str:
    """Return `text` in one line that no spreadsheet takes for a formula: an apostrophe goes before what looks so.

    Also behind a separator in the middle, since a spreadsheet may split there: `x;=HYPERLINK(...)`.
    """
    plain = " ".join(text.split()) if len(text.splitlines()) > 1 or "\t" in text or "\r" in text else text
    plain = _CONTROL.sub("", plain)
    return _FORMULA.sub(r"\1'\2", plain)


def _row(course: Course, submission: SubmissionResult, columns: Sequence[tuple[str, str]]) -> list[str]:
    points = {
        (topic.topic, exercise.name): _number(exercise.points) if exercise.graded else ""
        for topic in submission.topics
        for exercise in topic.exercises
    }
    points |= {(mark.topic, given.exercise): _number(given.points) for mark in submission.marks for given in mark.given}
    student = harmless(submission.student)
    cells = [points.get(column, "") for column in columns]
    if not submission.topics:
        return [student, "", "", "", *cells, row_verdict(submission, len(course.topics))]
    share = 100 * submission.points / submission.max_points if submission.max_points else 0.0
    total = [_number(submission.points), _number(submission.max_points), _number(round(share, 2))]
    return [student, *total, *cells, row_verdict(submission, len(course.topics))]


def _number(value: float) -> str:
    """Return a number with a decimal point, at most six decimals and none of them empty."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
