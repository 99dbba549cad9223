"""Marks under a class's rules as numbers and words: the same for pages, `grades.csv`, `--json` and the store."""

from __future__ import annotations

from antorcha.explain import explain
from antorcha.results import TopicMark

MARK_PARTS = ("raw", "override", "penalty", "final")


def mark_parts(mark: TopicMark) -> tuple[float, ...]:
    """Return the numbers that `MARK_PARTS` names."""
    return mark.raw, mark.override, mark.penalty, mark.final


def mark_reasons(mark: TopicMark, language: str) -> str:
    """Return why a mark is what it is, beside what the checks gave, in sentences; "" where there is nothing to say."""
    return " ".join(explain(reason, language) for reason in mark.told)
