"""The one JSON object that `antorcha grade --json` ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from antorcha.course.model import Course
from antorcha.report.rows import message, whole_verdict
from antorcha.results import SubmissionResult


def submissions_record(course: Course, submissions: Sequence[SubmissionResult]) -> list[dict[str, Any]]:
    """A plain object for each student; an exercise goes by its bare name where the course has it once only."""
    times = Counter(exercise.name for topic in course.topics for exercise in topic.exercises)
    return [_submission(course, one, times) for one in submissions]


def _submission(course: Course, submission: SubmissionResult, times: Counter[str]) -> dict[str, Any]:
    return {
        "student": submission.student,
        "points": round(submission.points, 6),
        "max": round(submission.max_points, 6),
        "exercises": {
            exercise.name if times[exercise.name] < 2 else f"{topic.topic}.{exercise.name}": {
                "points": exercise.points,
                "max": exercise.max_points,
                "verdict": exercise.verdict.value,
            }
            for topic in submission.topics
            for exercise in topic.exercises
        },
        "verdict": whole_verdict(submission.topics),
        "message": message(submission, course.language),
    }
