"""The class in numbers: mean, median, a histogram, the exercises that cost most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from antorcha.report.numbers import bar, number, percent
from antorcha.results import SubmissionResult

_HARDEST = 5  # exercises listed
_BINS = 10


@dataclass(frozen=True)
class Summary:
    """The class in percentages from 0 to 100.

    `histogram[i]` counts students from `10 i` to under `10 i + 10`; 100 is in the last one. `hardest`: pairs of
    "topic.exercise" and mean percentage, hardest first, of those that not everybody has right.
    """

    students: int
    mean: float
    median: float
    histogram: tuple[int, ...]
    hardest: tuple[tuple[str, float], ...]


def summarise(submissions: Sequence[SubmissionResult]) -> Summary | None:
    """Return the summary of a class; `None` where nothing of it has been graded."""
    shares = [percent(row.points, row.max_points) for row in submissions if row.topics]
    if not shares:
        return None
    histogram = [0] * _BINS
    for share in shares:
        histogram[min(int(share // _BINS), _BINS - 1)] += 1
    return Summary(len(shares), fmean(shares), median(shares), tuple(histogram), _hardest(submissions))


def summary_lines(summary: Summary) -> list[str]:
    """Return the summary as lines for a terminal."""
    average = f"mean {number(summary.mean)} %, median {number(summary.median)} %"
    lines = [f"{summary.students} student{'s' if summary.students != 1 else ''}: {average}", ""]
    most = max(summary.histogram)
    for place, count in enumerate(summary.histogram):
        # `bar` fills up with empty blocks; here only the length counts.
        drawn = bar(count / most, 24).rstrip("░") if count else ""
        lines.append(f"  {_range(place)} %  {drawn} {count or ''}".rstrip())
    if summary.hardest:
        width = max(len(name) for name, _ in summary.hardest)
        lines += ["", "Hardest exercises (mean of the class):"]
        lines += [f"  {name:<{width}}  {share:5.1f} %" for name, share in summary.hardest]
    return lines


def _range(place: int) -> str:
    """Return the whole percentages of a bin in seven places: " 30-39 ", and " 90-100" for the last."""
    start = place * 100 // _BINS
    return f"{start:>3}-{start + (10 if place == _BINS - 1 else 9):<3}"


def _hardest(submissions: Sequence[SubmissionResult]) -> tuple[tuple[str, float], ...]:
    """Return the exercises with the lowest means, an exercise that was not graded counting as 0 %.

    Answers that a person grades are left out.
    """
    by_hand = {
        (topic.topic, exercise.name)
        for row in submissions
        for topic in row.topics
        for exercise in topic.exercises
        if exercise.to_grade
    }
    shares: dict[str, list[float]] = {}
    for topic in (topic for submission in submissions for topic in submission.topics):
        for exercise in topic.exercises:
            if (topic.topic, exercise.name) in by_hand:
                continue
            share = percent(exercise.points, exercise.max_points)
            shares.setdefault(f"{topic.topic}.{exercise.name}", []).append(share)
    means = sorted((fmean(values), name) for name, values in shares.items())
    return tuple((name, mean) for mean, name in means[:_HARDEST] if mean < 100)
