"""A large class that nobody graded: results as a course of many exercises gives them, made by a seeded draw."""

from __future__ import annotations

import random

from antorcha.course.load import load_course
from antorcha.course.model import Course
from antorcha.results import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    SubmissionResult,
    TopicResult,
    Verdict,
    score_exercise,
)
from support.paths import ROOT

_CHECKS = 7  # of an exercise
_WAYS = 6  # to be wrong in an exercise, of which the first three are known


def large_class(students: int = 200) -> tuple[Course, list[SubmissionResult]]:
    """Return the shipped course and a class whose members differ in how much they know."""
    course = load_course(ROOT)
    draw = random.Random(5)
    rows = []
    for number in range(students):
        skill = draw.betavariate(4, 1.5)
        topics = tuple(
            TopicResult(
                topic.name, tuple(_exercise(topic.name, one.name, one.points, skill, draw) for one in topic.exercises)
            )
            for topic in course.topics
        )
        rows.append(SubmissionResult(f"student-{number:03d}", topics))
    return course, rows


def _exercise(topic: str, name: str, points: float, skill: float, draw: random.Random) -> ExerciseResult:
    if draw.random() < skill:
        way = -1
    else:
        way = min(int(draw.expovariate(0.7)), _WAYS - 1)
    checks = tuple(_check(topic, name, number, way) for number in range(_CHECKS))
    return score_exercise(name, points, checks)


def _check(topic: str, name: str, number: int, way: int) -> CheckResult:
    test = f"graders/test_{topic}.py::test_{name}_{number}"
    if way < 0 or number % (way + 2):
        return CheckResult(test, name, Verdict.PASSED, seconds=0.01, comparisons=1)
    found = Diagnosis(
        "value", {}, {"expected": "2.5", "got": f"{way}", "count": 1, "total": 4, "where": [0], "largest": "1"}
    )
    if way < _WAYS // 2:
        general = {"kind": found.kind, "details": found.details, "private": found.private}
        told = {"variant": f"way_{way}", "message": f"You went way {way} in `{name}`: look at `dim` and at the dtype."}
        found = Diagnosis("variant", told, {"general": general})
    return CheckResult(test, name, Verdict.WRONG, seconds=0.01, diagnosis=found)
