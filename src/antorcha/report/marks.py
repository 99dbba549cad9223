"""Marks under a class's rules as numbers and words: the same for pages, `grades.csv`, `--json` and the store."""

from __future__ import annotations

from antorcha.explain import explain
from antorcha.i18n import translate
from antorcha.report import words
from antorcha.report.numbers import number
from antorcha.results import TopicMark

MARK_PARTS = ("raw", "override", "penalty", "final")


def mark_parts(mark: TopicMark) -> tuple[float, ...]:
    """Return the numbers that `MARK_PARTS` names."""
    return mark.raw, mark.override, mark.penalty, mark.final


def parts_told(mark: TopicMark, language: str) -> str:
    """Return what a mark is made of in a sentence, "" where it is what was earned."""
    if not mark.override and not mark.penalty:
        return ""
    raw, override, penalty, final = map(number, mark_parts(mark))
    signed = override if mark.override <= 0 else f"+{override}"
    text = translate(words.MARK_PARTS, language)
    return text.format(raw=raw, override=signed, penalty=penalty, final=final)


def mark_reasons(mark: TopicMark, language: str) -> str:
    """Return why a mark is what it is, beside what the checks gave, in sentences; "" where there is nothing to say."""
    return " ".join(explain(reason, language) for reason in mark.told)
