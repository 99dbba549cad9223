"""What nbgrader's feedback says under a points cell: the explanation of what failed, as far as the course tells it."""

from __future__ import annotations

from collections import Counter

from antorcha.course.model import Feedback
from antorcha.report.disclosure import told
from antorcha.report.markup import clean
from antorcha.report.messages import SYMBOL_PARTLY, SYMBOL_WRONG, SYMBOLS
from antorcha.report.numbers import number
from antorcha.results import ExerciseResult, Verdict


def feedback_lines(result: ExerciseResult, feedback: Feedback, language: str) -> list[str]:
    """A line with the points, then each different sentence about the failed checks, with how often it was said."""
    sentences = [told(check, feedback, language) for check in result.checks if not check.passed]
    counts = Counter(clean(one).replace("\n", "\n    ") for one in sentences if one)
    head = f"{_symbol(result)} {result.name}: {number(result.points)} / {number(result.max_points)}"
    return [head, *(f"  - {sentence}" + (f" (×{count})" if count > 1 else "") for sentence, count in counts.items())]


def _symbol(result: ExerciseResult) -> str:
    if result.verdict is not Verdict.PASSED and result.points > 0:
        return SYMBOL_PARTLY
    return SYMBOLS.get(result.verdict, SYMBOL_WRONG)
