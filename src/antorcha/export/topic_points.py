"""The points of a student's topic for another program's gradebook, and what is told of them."""

from __future__ import annotations

from antorcha.course.model import Course
from antorcha.report.marks import mark_reasons
from antorcha.report.rows import topic_note
from antorcha.results import SubmissionResult, TopicResult


def result_of(row: SubmissionResult, topic: str) -> TopicResult | None:
    """Return a student's result for a topic, `None` where there is none yet."""
    return next((result for result in row.topics if result.topic == topic), None)


def points_of(row: SubmissionResult, topic: str) -> float | None:
    """Return the points that count for a topic.

    `None` where it has no mark: nothing came in, nothing could be graded, or a person has still to grade an answer. A
    zero would say something else, and a part of the points would too.
    """
    result = result_of(row, topic)
    return None if result is None or row.to_grade_in(result) else points_so_far(row, topic)


def points_so_far(row: SubmissionResult, topic: str) -> float | None:
    """Return the points of a topic, whatever a person has still to grade; `None` where there are none at all."""
    result, mark = result_of(row, topic), row.mark_of(topic)
    if result is None or not (any(exercise.graded for exercise in result.exercises) or (mark and mark.given)):
        return None
    return round(row.points_of(result), 6)


def told_of_topic(course: Course, row: SubmissionResult, topic: TopicResult) -> list[str]:
    """Return what is told of a topic as a whole: about the file, and under the class's rules."""
    mark = row.mark_of(topic.topic)
    told = (topic_note(topic, course.language), mark_reasons(mark, course.language) if mark else "")
    return [sentence for sentence in told if sentence]


def written(points: float | None, decimal: str = ".") -> str:
    """Return points with at most six decimals, "" for none."""
    return "" if points is None else f"{points:.6f}".rstrip("0").rstrip(".").replace(".", decimal)
