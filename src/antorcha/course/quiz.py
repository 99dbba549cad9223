"""A quiz as its docstring says it: options `a) ...`, `b) ...`, and for a series situations `A) ...`, `B) ...`.

A course that says `shuffle_quizzes = true` shows the options to each student in an order of their own. It follows from
the course's seed, the student's name and the exercise, so that nobody has to keep it: a release writes it into the
stub, and the grader finds from it which option a letter meant.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import string
import unicodedata
from dataclasses import dataclass

ARGUMENT = "case"  # of a series: the letter of a situation

_ITEM = re.compile(r"( *)([A-Za-z])\) +(?=\S)")
_ANY_ITEM = re.compile(r" *(?:[-*+]|\d+[.)]|[A-Za-z]\)) +(?=\S)")


class QuizError(Exception):
    """A docstring that is no quiz's. `line` counts from 1, in the docstring."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Item:
    """An option or a situation: its letter, and its lines in the docstring, from 0 and without the last."""

    letter: str
    first: int
    end: int


@dataclass(frozen=True)
class Quiz:
    """`options`: "a", "b", ...; `situations`: "A", "B", ..., none where one question is all."""

    options: tuple[Item, ...]
    situations: tuple[Item, ...] = ()

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(one.letter for one in self.options)

    @property
    def cases(self) -> tuple[str, ...]:
        """What is asked: the situations' letters, or once "" where there are none."""
        return tuple(one.letter for one in self.situations) or ("",)


def read_quiz(docstring: str) -> Quiz:
    """The quiz in a docstring without indentation. Errors: `QuizError`."""
    items = list(_items(docstring.split("\n")))
    options = tuple(one for one in items if one.letter.islower())
    situations = tuple(one for one in items if one.letter.isupper())
    if len(options) < 2:
        raise QuizError('a quiz needs two or more options, each a list item: "a) ...", "b) ..."')
    for found, letters in ((options, string.ascii_lowercase), (situations, string.ascii_uppercase)):
        for item, letter in zip(found, letters, strict=False):
            if item.letter != letter:
                raise QuizError(f'"{item.letter})" stands where "{letter})" was expected', item.first + 1)
    return Quiz(options, situations)


def _items(lines: list[str]) -> list[Item]:
    found: list[Item] = []
    for number, line in enumerate(lines):
        mark = _ITEM.match(line)
        if mark:
            end = number + 1
            while end < len(lines) and lines[end].strip() and not _ANY_ITEM.match(lines[end]):
                end += 1
            found.append(Item(mark.group(2), number, end))
    return found


# ------------------------------------------------------------------------------------------------ the order


def same_student(name: str) -> str:
    """A name as it is compared: without accents, case and whatever joins its words ("Ana_García" is "ana garcia")."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", kept))


def order_for(letters: tuple[str, ...], seed: int, student: str, exercise: str) -> tuple[str, ...]:
    """The options' own letters in the order in which a student sees them: the first is shown as "a", and so on."""

    def weight(letter: str) -> bytes:
        message = json.dumps([same_student(student), exercise, letter]).encode("utf-8")
        return hmac.digest(str(seed).encode("ascii"), message, hashlib.sha256)

    return tuple(sorted(letters, key=weight))


def reordered(docstring: str, order: tuple[str, ...]) -> str:
    """The docstring with its options in another order, lettered anew."""
    lines = docstring.split("\n")
    options = read_quiz(docstring).options
    by_letter = {one.letter: lines[one.first : one.end] for one in options}
    for place, letter in reversed(list(zip(options, order, strict=True))):
        head, *rest = by_letter[letter]
        lines[place.first : place.end] = [_ITEM.sub(rf"\g<1>{place.letter}) ", head, count=1), *rest]
    return "\n".join(lines)


def own_letters(order: tuple[str, ...]) -> dict[str, str]:
    """From the letter that a student saw to the option's own."""
    return dict(zip(string.ascii_lowercase, order, strict=False))
