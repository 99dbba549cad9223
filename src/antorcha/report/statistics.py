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
    by_exercise: dict[tuple[str, str], list[_Outcome]] = {}
    for row in rows:
        points, most = row.points, row.max_points
        for topic in _handed_in(row):
            for exercise in topic.exercises:
                if not exercise.to_grade and exercise.max_points:
                    outcome = _outcome(exercise, points, most)
                    by_exercise.setdefault((topic.topic, exercise.name), []).append(outcome)
    return [_numbers(*name, outcomes) for name, outcomes in by_exercise.items()]


def topic_numbers(rows: Sequence[SubmissionResult], attempts: Mapping[tuple[str, str], int]) -> list[TopicNumbers]:
    """Return the numbers of each topic. `attempts`: by student and topic."""
    shares: dict[str, dict[str, float]] = {}
    seconds: dict[str, list[float]] = {}
    for row in rows:
        for topic in _handed_in(row):
            shares.setdefault(topic.topic, {})[row.student] = share_of(row, topic)
            seconds.setdefault(topic.topic, []).append(topic.seconds)
    found = []
    for name, by_student in shares.items():
        tries = [attempts.get((student, name), 1) for student in by_student]
        average = fmean(by_student.values())
        found.append(TopicNumbers(name, len(by_student), average, fmean(tries), median(seconds[name]), by_student))
    return found


def share_of(row: SubmissionResult, topic: TopicResult) -> float:
    """Return the share of a topic's points that counts, from 0 to 1."""
    mark = row.mark_of(topic.topic)
    most = mark.max_points if mark else topic.max_points
    return row.points_of(topic) / most if most else 0.0


def _handed_in(row: SubmissionResult) -> Iterable[TopicResult]:
    return (topic for topic in row.topics if topic.verdict is not Verdict.MISSING)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One student's exercise: the share of its points, that of all other exercises' points, seconds of its checks."""

    share: float
    rest: float
    seconds: float
    untouched: bool


def _outcome(exercise: ExerciseResult, points: float, most: float) -> _Outcome:
    """Return an exercise's outcome. `points` of `most`: of the student in all exercises."""
    others = most - exercise.max_points
    return _Outcome(
        exercise.points / exercise.max_points,
        (points - exercise.points) / others if others > 0 else 0.0,
        sum(check.seconds for check in exercise.checks),
        exercise.verdict is Verdict.NOT_STARTED,
    )


def _numbers(topic: str, name: str, outcomes: Sequence[_Outcome]) -> ExerciseNumbers:
    shares = [outcome.share for outcome in outcomes]
    right = fmean(share > 1 - 1e-9 for share in shares)
    untouched = fmean(outcome.untouched for outcome in outcomes)
    correlation = _correlation(shares, [outcome.rest for outcome in outcomes])
    seconds = median(outcome.seconds for outcome in outcomes)
    return ExerciseNumbers(topic, name, len(outcomes), fmean(shares), right, untouched, correlation, seconds)


def _correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return the correlation of two rows of numbers; `None` where there are few, or one of them never changes."""
    spread = pstdev(left) * pstdev(right) if len(left) >= _FEWEST else 0.0
    if spread < 1e-9:
        return None
    middle = fmean(left), fmean(right)
    products = ((x - middle[0]) * (y - middle[1]) for x, y in zip(left, right, strict=True))
    return fmean(products) / spread
