"""Gradescope's `results.json`, for one student.

https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format: `score` is the total and goes before the
sum of the `tests`, each of which has `name`, `score`, `max_score` and `output`.
"""

from __future__ import annotations

import json
from typing import Any

from antorcha.course.model import Course
from antorcha.export.topic_points import told_of_topic
from antorcha.report.feedback import told_of_exercise
from antorcha.report.rows import not_graded_yet
from antorcha.results import ExerciseResult, SubmissionResult, TopicMark, TopicResult


def gradescope_results(course: Course, row: SubmissionResult) -> str:
    """Return the file's text: a test for each exercise, as far as the course tells students of it."""
    told = [row.comment] if row.comment else []
    tests = []
    for topic in row.topics:
        told += [f"{topic.topic}: {sentence}" for sentence in told_of_topic(course, row, topic)]
        tests += [_test(course, topic, exercise, row.mark_of(topic.topic)) for exercise in topic.exercises]
    if waiting := not_graded_yet(row.to_grade, row.max_points, course.language):
        told.append(waiting)
    record: dict[str, Any] = {"score": round(row.points, 6), "tests": tests}
    if told:
        record["output"] = "\n".join(told)
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _test(course: Course, topic: TopicResult, exercise: ExerciseResult, mark: TopicMark | None) -> dict[str, Any]:
    given = mark.given_for(exercise.name) if mark else None
    test: dict[str, Any] = {"name": f"{topic.topic}.{exercise.name}"}
    if given or not exercise.to_grade:  # a test without a score is shown, and counts as nothing
        test["score"] = given.points if given else exercise.points
        test["max_score"] = given.max_points if given else exercise.max_points
    if sentences := told_of_exercise(course, topic, exercise, mark):
        test["output"] = "\n".join(sentences)
    return test
