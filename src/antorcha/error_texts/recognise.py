"""An exception's text, recognised as one of the phrases that Python and torch use, whatever numbers stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from antorcha.error_texts import about_gradients, about_models, about_numbers, about_shapes
from antorcha.error_texts.phrase import Phrase
from antorcha.error_texts.unexplained import BEGINNINGS, OF_PYTHON, OF_TORCH

# A submission chooses how long an exception's text is, and each of the patterns below may be tried on it.
_SEARCHED_CHARACTERS = 1_000
_SEARCHED_FOR_DETAIL = 4_000  # of all lines: torch tells of a checkpoint only after a long introduction

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_SHAPE = rf"(?:torch\.Size\()?[\[(]?{_NUMBER}(?:\s*[,x]\s*{_NUMBER})*,?[\])]?\)?|\[\]"
# What a slot may stand for, by its kind.
SLOTS = {
    "name": r"[^\W\d]\w*(?:\.[^\W\d]\w*|\.<locals>)*",
    "type": r"[^\W\d][\w.]*",
    "numbers": rf"(?:from )?(?:{_SHAPE})(?:,? (?:to |and )?(?:{_SHAPE}))*",
    "operator": r"[-+*/%@&|^<>=~!]{1,3}(?: or pow\(\))?",
    "dtype": r"[A-Za-z0-9_.:]{1,30}(?: int)?",
    "device": r"[a-z]{1,20}(?::\d+)?",
}
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Recognised:
    """A phrase that a text turned out to be, with the values in its slots from left to right."""

    phrase: Phrase
    slots: tuple[str, ...]

    def filled(self, told: Callable[[str, str], str]) -> str:
        """Return the phrase with `told(kind, value)` in each slot."""
        values = iter(self.slots)
        return _SLOT.sub(lambda slot: told(slot[1], next(values)), self.phrase.text)

    def named(self) -> dict[str, tuple[str, str]]:
        """Return kind and value of each slot that has a name."""
        kinds = [(slot[1], slot[2]) for slot in _SLOT.finditer(self.phrase.text)]
        return {name: (kind, value) for (kind, name), value in zip(kinds, self.slots, strict=True) if name}


def first_line(message: str) -> str:
    """Return as much of an exception's text as is looked at: of its first line no more than the longest phrase has."""
    return message.strip().split("\n", 1)[0][:_SEARCHED_CHARACTERS].strip()


def recognise(message: str) -> Recognised | None:
    """Return the phrase that an exception's text is; `None` where it is none that is known."""
    plain = re.sub(r"\s+", " ", first_line(message))
    for phrase, pattern in _patterns():
        match = pattern.match(plain)
        if match is not None and (phrase.goes_on or _ends(phrase, plain[match.end() :])):
            return Recognised(phrase, match.groups())
    return None


def details_of(phrase: Phrase, message: str) -> dict[str, str]:
    """Return the values that a phrase's `detail` finds anywhere in the text; none where it finds nothing."""
    match = re.search(phrase.detail, message[:_SEARCHED_FOR_DETAIL]) if phrase.detail else None
    return match.groupdict() if match is not None else {}


@cache
def phrases() -> tuple[Phrase, ...]:
    """Return all phrases, in the order in which they are tried: those of torch first, which say more."""
    explained = (*about_shapes.PHRASES, *about_numbers.PHRASES, *about_gradients.PHRASES, *about_models.PHRASES)
    others = tuple(Phrase(text) for text in (*OF_TORCH, *OF_PYTHON))
    return (*explained, *others, *(Phrase(text, goes_on=True) for text in BEGINNINGS))


def _ends(phrase: Phrase, rest: str) -> bool:
    """Return whether a text ends with its phrase, but for one of Python's additions."""
    return (
        not rest or (rest.startswith((" (", " - got (", ". Did you mean", "; ")) and "{" in phrase.text) or rest == "."
    )


@cache
def _patterns() -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(_pattern(phrase.text))) for phrase in phrases())


def _pattern(text: str) -> str:
    parts = re.split(r"\{(\w+)(?::\w+)?\}", text)  # fixed text and kinds of slots in turn
    return "".join(f"({SLOTS[part]})" if number % 2 else re.escape(part) for number, part in enumerate(parts))
