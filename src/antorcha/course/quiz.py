"""Quizzes as their docstrings write them: options `a) ...`, `b) ...`, and for a series situations `A) ...`, `B) ...`.

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

SITUATION_ARGUMENT = "case"  # of a series: the letter of a situation

_ITEM = re.compile(r"( *(?:[-*+] +)?)([A-Za-z])\) +(?=\S)")  # "- a) ..." is an option as well
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
    """A quiz of one question, or of one for each situation.

    `options`: "a", "b", ...; `situations`: "A", "B", ..., none where one question is all.
    """

    options: tuple[Item, ...]
    situations: tuple[Item, ...] = ()

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(option.letter for option in self.options)

    @property
    def cases(self) -> tuple[str, ...]:
        """Return a case for each question: the situations' letters, or once "" where there are none."""
        return tuple(situation.letter for situation in self.situations) or ("",)


def read_quiz(docstring: str) -> Quiz:
    """Return the quiz in a docstring without indentation. Raises: `QuizError`."""
    items = list(_items(docstring.split("\n")))
    options = tuple(item for item in items if item.letter.islower())
    situations = tuple(item for item in items if item.letter.isupper())
    if len(options) < 2:
        raise QuizError('a quiz needs two or more options, each a list item: "a) ...", "b) ..."')
    for listed, letters in ((options, string.ascii_lowercase), (situations, string.ascii_uppercase)):
        for item, letter in zip(listed, letters, strict=False):
            if item.letter != letter:
                raise QuizError(f'"{item.letter})" stands where "{letter})" was expected', item.first + 1)
    return Quiz(options, situations)


def _items(lines: list[str]) -> list[Item]:
    items: list[Item] = []
    for number, line in enumerate(lines):
        mark = _ITEM.match(line)
        if mark:
            end = number + 1
            while end < len(lines) and lines[end].strip() and not _ANY_ITEM.match(lines[end]):
                end += 1
            items.append(Item(mark.group(2), number, end))
    return items


# ------------------------------------------------------------------------------------------------ the order


def same_student(name: str) -> str:
    """Return a name as it is compared: without accents, case and what joins its words ("Ana_García": "ana garcia")."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", kept))


def order_for(letters: tuple[str, ...], seed: int, student: str, exercise: str) -> tuple[str, ...]:
    """Return the options' own letters in the order in which a student sees them: the first is shown as "a"."""

    def weight(letter: str) -> bytes:
        message = json.dumps([same_student(student), exercise, letter]).encode("utf-8")
        return hmac.digest(str(seed).encode("ascii"), message, hashlib.sha256)

    return tuple(sorted(letters, key=weight))


def reordered(docstring: str, order: tuple[str, ...]) -> str:
    """Return the docstring with its options in another order, lettered anew."""
    lines = docstring.split("\n")
    options = read_quiz(docstring).options
    by_letter = {option.letter: lines[option.first : option.end] for option in options}
    # From the last: options differ in their number of lines, and the places before stay where they were.
    for place, letter in reversed(list(zip(options, order, strict=True))):
        head, *rest = by_letter[letter]
        lines[place.first : place.end] = [_ITEM.sub(rf"\g<1>{place.letter}) ", head, count=1), *rest]
    return "\n".join(lines)


def own_letters(order: tuple[str, ...]) -> dict[str, str]:
    """Return the option's own letter for each that a student saw."""
    return dict(zip(string.ascii_lowercase, order, strict=False))
