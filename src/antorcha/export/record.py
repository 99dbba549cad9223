"""The one JSON object that `antorcha grade --json` ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from antorcha.course.model import Course
from antorcha.explain import explain
from antorcha.intake.model import Person
from antorcha.report.marks import MARK_PARTS, mark_parts, mark_reasons
from antorcha.report.rows import message, row_verdict
from antorcha.results import (
    CheckResult,
    ExerciseResult,
    HandedInFile,
    SubmissionResult,
    TeacherMark,
    TopicMark,
    TopicResult,
    Verdict,
)

_SAY_NOTHING = (Verdict.PASSED, Verdict.NOT_STARTED)
_LANGUAGE = "en"  # of what the instructor reads; `message` and `told` are in the students'


def submissions_record(
    course: Course,
    submissions: Sequence[SubmissionResult],
    columns: int | None = None,
    people: Mapping[str, Person] | None = None,
) -> list[dict[str, Any]]:
    """Return a plain object for each student.

    An exercise goes by its bare name where the course has it once only, and its points are `None` where it was not
    graded. A class with rules has `marks` by topic, and `points` is what counts. `columns`: how many topics
    `grades.csv` has columns for, by default all of the course. `people`: who the students are, by their names in the
    rows.

    It is for the instructor: what failed is named by its check, with all that was found.
    """
    times = Counter(exercise.name for topic in course.topics for exercise in topic.exercises)
    shown = len(course.topics) if columns is None else columns
    return [
        _submission(course, submission, times, shown) | _person((people or {}).get(submission.student))
        for submission in submissions
    ]


def _person(person: Person | None) -> dict[str, Any]:
    """Return `{"person": {...}}` with what is known of a student, `{}` where that is nothing."""
    known = {name: value for name, value in asdict(person).items() if value} if person else {}
    return {"person": known} if known else {}


def _submission(course: Course, submission: SubmissionResult, times: Counter[str], columns: int) -> dict[str, Any]:
    """Return one student's object. `times`: how often the course has an exercise of each name."""
    return {
        "student": submission.student,
        # Shares of points are sums of floats: without rounding 0.1 + 0.2 would show.
        "points": round(submission.points, 6),
        "max": round(submission.max_points, 6),
        "exercises": {
            exercise.name if times[exercise.name] < 2 else f"{topic.topic}.{exercise.name}": _exercise(
                exercise, submission.mark_of(topic.topic), course.language
            )
            for topic in submission.topics
            for exercise in topic.exercises
        },
        "verdict": row_verdict(submission, columns),
        "message": message(submission, course.language),
        "topics": {topic.topic: _topic(topic) for topic in submission.topics},
        **({"to_grade": submission.to_grade} if submission.to_grade else {}),
        **({"files": {file.topic: _file(file) for file in submission.files}} if submission.files else {}),
        **({"notes": [explain(note, _LANGUAGE, full=True) for note in submission.notes]} if submission.notes else {}),
        **({"comment": submission.comment} if submission.comment else {}),
        **({"marks": {mark.topic: _mark(mark) for mark in submission.marks}} if submission.marks else {}),
    }


def _file(file: HandedInFile) -> dict[str, Any]:
    return {name: value for name, value in asdict(file).items() if name != "topic"}


def _topic(topic: TopicResult) -> dict[str, Any]:
    """Return what there is to say about a topic's file as a whole."""
    note = {"note": explain(topic.note, _LANGUAGE, full=True)} if topic.note else {}
    twice = {"judged_twice": True} if topic.judged_twice else {}
    return {"verdict": topic.verdict.value, "seconds": round(topic.seconds, 3), **note, **twice}


def _exercise(exercise: ExerciseResult, mark: TopicMark | None, language: str) -> dict[str, Any]:
    """Return an exercise's object, with the checks that failed and what each found.

    Where a teacher gave a mark, `given` says what the checks give, and why another.

    Of an essay the checks give nothing, and `given` has the points of its rubric's rows.
    """
    automatic = exercise.points if exercise.graded else None
    given = mark.given_for(exercise.name) if mark else None
    return {
        "points": given.points if given else automatic,
        "max": given.max_points if given else exercise.max_points,
        "verdict": exercise.verdict.value,
        **_failed([check for check in exercise.checks if check.check and check.verdict not in _SAY_NOTHING], language),
        **({"given": {"automatic": automatic, "why": given.why, "at": given.given} | _rubric(given)} if given else {}),
    }


def _failed(checks: Sequence[CheckResult], language: str) -> dict[str, Any]:
    return {"failed": [_check(check, language) for check in checks]} if checks else {}


def _check(check: CheckResult, language: str) -> dict[str, Any]:
    """Return a check that did not pass: `told` is fit for students, `found` is all of it."""
    diagnosis = check.diagnosis
    found: dict[str, Any] = {"check": check.check, "verdict": check.verdict.value, "device": check.device}
    if diagnosis is not None:
        found |= {
            "kind": diagnosis.kind,
            "mistake": str(diagnosis.details.get("variant", "")),
            "told": explain(diagnosis, language),
            "found": explain(diagnosis, _LANGUAGE, full=True),
        }
    return found


def _rubric(given: TeacherMark) -> dict[str, Any]:
    return {"rubric": {row.name: row.points for row in given.rubric}} if given.rubric else {}


def all_marks(rows: Sequence[SubmissionResult]) -> list[tuple[str, TopicMark, str]]:
    """Return each mark under the class's rules with its student and its reasons in English, for the store."""
    return [(row.student, mark, mark_reasons(mark, _LANGUAGE)) for row in rows for mark in row.marks]


def _mark(mark: TopicMark) -> dict[str, Any]:
    parts = dict(zip(MARK_PARTS, mark_parts(mark), strict=True))
    return {**parts, "handed_in": mark.handed_in, "due": mark.due, "why": mark_reasons(mark, _LANGUAGE)}
