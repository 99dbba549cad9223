"""Pairs that are alike, for a person who will look at them: in lines, as JSON, and side by side on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from antorcha.report.markup import clean
from antorcha.report.rendering import render
from antorcha.similarity.compare import Pair, Written
from antorcha.similarity.fingerprints import Lines

ADVICE = (
    "This is where to look, and no proof: short exercises have few answers, and people who learn together write alike. "
    "Read the passages, and ask, before you say anything to anybody."
)


@dataclass(frozen=True)
class ShownPair:
    """A pair with its passages as text: for each, lines and place on both sides."""

    topic: str
    left: str
    right: str
    bits: int
    percent: int
    passages: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class _Page:
    title: str
    advice: str
    pairs: list[ShownPair]


def lines(pairs: Sequence[Pair]) -> list[str]:
    """Return a line for each pair, and what to make of them."""
    if not pairs:
        return ["No two hand-ins are more alike than the course and the class explain."]
    found = [
        f"{pair.topic}: {clean(pair.left.student)} and {clean(pair.right.student)}: "
        f"{100 * pair.share:.0f} % of what is their own, {_count(len(pair.passages))}"
        for pair in pairs
    ]
    return [*found, "", ADVICE]


def _count(passages: int) -> str:
    return f"{passages} passage{'s' if passages != 1 else ''}"


def record(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return the pairs as plain JSON."""
    return {
        "advice": ADVICE,
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


def page(pairs: Sequence[Pair]) -> str:
    """Return a page with the passages side by side, which needs nothing from outside itself."""
    return render("similar.html.j2", _Page("Hand-ins that are alike", ADVICE, [_shown(pair) for pair in pairs]))


def _shown(pair: Pair) -> ShownPair:
    passages = tuple((*_side(pair.left, passage.left), *_side(pair.right, passage.right)) for passage in pair.passages)
    names = pair.left.student, pair.right.student
    return ShownPair(pair.topic, *names, round(pair.bits), round(100 * pair.share), passages)


def _side(written: Written, place: Lines) -> tuple[str, str]:
    code = next(code for code, name in written.pieces if name == place.file)
    text = "\n".join(code.splitlines()[place.first - 1 : place.last])
    return text, f"{place.file}, {place.first}-{place.last}"


def _place(place: Lines) -> dict[str, Any]:
    return {"file": place.file, "first": place.first, "last": place.last}
