"""Pairs that are alike, for a person who will look at them: in lines, as JSON, and side by side on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from antorcha.i18n import N_
from antorcha.report.markup import clean
from antorcha.report.page_words import Words
from antorcha.report.rendering import render
from antorcha.similarity.compare import Pair, Written
from antorcha.similarity.fingerprints import Lines

WORDS = {
    "title": N_("Hand-ins that are alike"),
    "advice": N_(
        "This is where to look, and no proof: short exercises have few answers, and people who learn together write "
        "alike. Read the passages, and ask, before you say anything to anybody."
    ),
    "private": N_("For instructors only: it shows what students wrote."),
    "none": N_("No two hand-ins are more alike than the course and the class explain."),
    "share": N_(
        "{percent} % of what is their own, beyond the stub, the course's own answers and what many of the class write. "
        "Weight: {bits} bits."
    ),
    "lines": N_("{file}, lines {first} to {last}"),
}
_LANGUAGE = "en"  # of terminal and JSON, as of all commands for instructors


@dataclass(frozen=True)
class ShownPassage:
    """A passage as text on both sides, each with its place: file, first and last line."""

    left: str
    left_place: dict[str, Any]
    right: str
    right_place: dict[str, Any]


@dataclass(frozen=True)
class ShownPair:
    """A pair with its passages as text."""

    topic: str
    left: str
    right: str
    bits: int
    percent: int
    passages: tuple[ShownPassage, ...]


@dataclass(frozen=True)
class _Page:
    language: str
    words: Words
    pairs: list[ShownPair]


def lines(pairs: Sequence[Pair]) -> list[str]:
    """Return a line for each pair, and what to make of them."""
    words = Words(WORDS, _LANGUAGE)
    if not pairs:
        return [words.say("none")]
    found = [
        f"{pair.topic}: {clean(pair.left.student)} and {clean(pair.right.student)}: "
        f"{100 * pair.share:.0f} % of what is their own, {_count(len(pair.passages))}"
        for pair in pairs
    ]
    return [*found, "", words.say("advice")]


def _count(passages: int) -> str:
    return f"{passages} passage{'s' if passages != 1 else ''}"


def record(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return the pairs as plain JSON."""
    return {
        "advice": Words(WORDS, _LANGUAGE).say("advice"),
        "pairs": [
            {
                "topic": pair.topic,
                "students": [pair.left.student, pair.right.student],
                "bits": round(pair.bits, 1),
                "share": round(pair.share, 3),
                "passages": [[_place(passage.left), _place(passage.right)] for passage in pair.passages],
            }
            for pair in pairs
        ],
    }


def page(pairs: Sequence[Pair], language: str) -> str:
    """Return a page with the passages side by side, which needs nothing from outside itself."""
    return render("similar.html.j2", _Page(language, Words(WORDS, language), [_shown(pair) for pair in pairs]))


def _shown(pair: Pair) -> ShownPair:
    passages = tuple(
        ShownPassage(
            _text(pair.left, passage.left),
            _place(passage.left),
            _text(pair.right, passage.right),
            _place(passage.right),
        )
        for passage in pair.passages
    )
    names = pair.left.student, pair.right.student
    return ShownPair(pair.topic, *names, round(pair.bits), round(100 * pair.share), passages)


def _text(written: Written, place: Lines) -> str:
    code = next(code for code, name in written.pieces if name == place.file)
    return "\n".join(code.splitlines()[place.first - 1 : place.last])


def _place(place: Lines) -> dict[str, Any]:
    return {"file": place.file, "first": place.first, "last": place.last}
