"""The lines of nbgrader's feedback under a points cell: why checks failed, as far as the course tells it."""

from __future__ import annotations

from collections import Counter

from antorcha.course.model import Feedback
from antorcha.report.disclosure import student_sentence
from antorcha.report.markup import clean
from antorcha.report.numbers import number
from antorcha.report.words import SYMBOL_PARTLY
from antorcha.results import ExerciseResult, Verdict


def feedback_lines(result: ExerciseResult, feedback: Feedback, language: str) -> list[str]:
    """Return a line with the points, then each sentence about the failed checks, with how often it was said."""
    sentences = [student_sentence(check, feedback, language) for check in result.checks if not check.passed]
    counts = Counter(clean(sentence).replace("\n", "\n    ") for sentence in sentences if sentence)
    head = f"{_symbol(result)} {result.name}: {number(result.points)} / {number(result.max_points)}"
    return [head, *(f"  - {sentence}" + (f" (×{count})" if count > 1 else "") for sentence, count in counts.items())]


def _symbol(result: ExerciseResult) -> str:
    """Return the mark of an exercise's verdict, with one of its own for points in part."""
    if result.verdict is not Verdict.PASSED and result.points > 0:
        return SYMBOL_PARTLY
    return result.verdict.about.symbol
