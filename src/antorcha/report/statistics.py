"""Topics and exercises in numbers: how hard, how telling, how long, how many attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

from antorcha.results import ExerciseResult, SubmissionResult, TopicResult, Verdict

_FEWEST = 5  # students: a correlation of fewer says nothing


@dataclass(frozen=True)
class ExerciseNumbers:
    """An exercise's numbers over those who handed in its topic; shares are from 0 to 1.

    `mean`: of its points; `all_right` and `untouched`: of the students. `discrimination`: how well its points go with
    those for the rest of the class's exercises (the correlation, from -1 to 1), `None` where that says nothing.
    `seconds`: the median of what its checks took.
    """

    topic: str
    name: str
    students: int
    mean: float
    all_right: float
    untouched: float
    discrimination: float | None
    seconds: float


@dataclass(frozen=True)
class TopicNumbers:
    """A topic's numbers over those who handed it in. `shares`: of its points, by student; `attempts`: the mean."""

    name: str
    students: int
    mean: float
    attempts: float
    seconds: float
    shares: dict[str, float]


def exercise_numbers(rows: Sequence[SubmissionResult]) -> list[ExerciseNumbers]:
    """Return the numbers of each exercise, in the order of the results. What a person grades is left out."""
    totals = {row.student: (row.points, row.max_points) for row in rows}
    by_exercise: dict[tuple[str, str], list[tuple[str, ExerciseResult]]] = {}
    for row in rows:
        for topic in _handed_in(row):
            for exercise in topic.exercises:
                if not exercise.to_grade and exercise.max_points:
                    by_exercise.setdefault((topic.topic, exercise.name), []).append((row.student, exercise))
    return [_numbers(*name, results, totals) for name, results in by_exercise.items()]


def topic_numbers(rows: Sequence[SubmissionResult], attempts: Mapping[tuple[str, str], int]) -> list[TopicNumbers]:
    """Return the numbers of each topic. `attempts`: by student and topic."""
    by_topic: dict[str, list[tuple[SubmissionResult, TopicResult]]] = {}
    for row in rows:
        for topic in _handed_in(row):
            by_topic.setdefault(topic.topic, []).append((row, topic))
    found = []
    for name, results in by_topic.items():
        shares = {row.student: share_of(row, topic) for row, topic in results}
        tries = [attempts.get((row.student, name), 1) for row, _ in results]
        seconds = median(topic.seconds for _, topic in results)
        found.append(TopicNumbers(name, len(results), fmean(shares.values()), fmean(tries), seconds, shares))
    return found


def share_of(row: SubmissionResult, topic: TopicResult) -> float:
    """Return the share of a topic's points that counts, from 0 to 1."""
    mark = row.mark_of(topic.topic)
    most = mark.max_points if mark else topic.max_points
    return row.points_of(topic) / most if most else 0.0


def _handed_in(row: SubmissionResult) -> Iterable[TopicResult]:
    return (topic for topic in row.topics if topic.verdict is not Verdict.MISSING)


def _numbers(
    topic: str, name: str, results: Sequence[tuple[str, ExerciseResult]], totals: Mapping[str, tuple[float, float]]
) -> ExerciseNumbers:
    shares = [exercise.points / exercise.max_points for _, exercise in results]
    rest = []
    for student, exercise in results:
        points, most = totals[student]
        others = most - exercise.max_points
        rest.append((points - exercise.points) / others if others > 0 else 0.0)
    seconds = [sum(check.seconds for check in exercise.checks) for _, exercise in results]
    untouched = fmean(exercise.verdict is Verdict.NOT_STARTED for _, exercise in results)
    right = fmean(share > 1 - 1e-9 for share in shares)
    return ExerciseNumbers(
        topic, name, len(results), fmean(shares), right, untouched, _correlation(shares, rest), median(seconds)
    )


def _correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return the correlation of two rows of numbers; `None` where there are few, or one of them never changes."""
    spread = pstdev(left) * pstdev(right) if len(left) >= _FEWEST else 0.0
    if spread < 1e-9:
        return None
    middle = fmean(left), fmean(right)
    products = ((x - middle[0]) * (y - middle[1]) for x, y in zip(left, right, strict=True))
    return fmean(products) / spread
