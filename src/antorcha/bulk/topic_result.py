"""The making of a topic's result, from its checks or from the reason why there are none. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from antorcha.course.model import Topic
from antorcha.results import CheckResult, Diagnosis, Picture, TopicResult, Verdict, score_exercise


def assemble(
    topic: Topic,
    checks: Sequence[CheckResult],
    pictures: Sequence[tuple[str, Picture]] = (),
    answers: Mapping[str, str] | None = None,
) -> TopicResult:
    """Return a topic's result from its checks, from pictures by exercise, and from the texts of essays by exercise."""
    exercises = tuple(
        replace(
            score_exercise(
                exercise.name, exercise.points, tuple(check for check in checks if check.exercise == exercise.name)
            ),
            pictures=tuple(picture for name, picture in pictures if name == exercise.name),
            answer=(answers or {}).get(exercise.name, ""),
        )
        for exercise in topic.exercises
    )
    return TopicResult(topic.name, exercises)


def without_points(topic: Topic, verdict: Verdict, note: Diagnosis) -> TopicResult:
    """Return a result of one check an exercise that says why there is nothing to judge."""
    checks = [CheckResult("", exercise.name, verdict, diagnosis=note) for exercise in topic.exercises]
    return replace(assemble(topic, checks), verdict=verdict, note=note)


def missing_file(topic: Topic) -> TopicResult:
    """Return the result of a topic that a student handed in no file for."""
    return without_points(topic, Verdict.MISSING, Diagnosis("no_file", {"filename": f"{topic.name}.py"}))


def not_judged(topic: Topic, message: str) -> TopicResult:
    """Return the result of a submission that a fault of the grader kept from being judged; `message` says which."""
    return without_points(topic, Verdict.GRADER_ERROR, Diagnosis("grader_error", {}, {"message": message}))
