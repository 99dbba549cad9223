"""A hint as lines: the steps that were asked for so far, the newest last."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from antorcha.hints.used import UsedHints
from antorcha.i18n import N_, translate

_BOLD = re.compile(r"\*\*(?=\S)(.+?)\*\*")


@dataclass(frozen=True)
class Hint:
    """The steps of an exercise that may be shown. `total`: how many there are; `note`: what to do for more."""

    exercise: str
    steps: tuple[str, ...]
    total: int
    title: str
    note: str


def next_hint(used: UsedHints, exercise: str, steps: Sequence[str], mistake: str, language: str) -> Hint:
    """Take the next step, and return it with those before.

    `mistake`: the sentence of the known mistake that the last run recognised, which is the last step.
    """
    texts = [*steps]
    if mistake:
        texts.append(translate(N_("About your last answer: {sentence}"), language).format(sentence=mistake))
    total = len(texts)
    if not total:
        title = translate(N_("There are no hints for {exercise}."), language).format(exercise=exercise)
        return Hint(exercise, (), 0, title, translate(N_("Read its text and its lesson again."), language))
    count = used.ask(exercise, total)
    title = translate(N_("Hint {number} of {total} for {exercise}"), language)
    more = N_("Ask again for the next one.") if count < total else N_("These are all the hints that there are.")
    title = title.format(number=count, total=total, exercise=exercise)
    return Hint(exercise, tuple(texts[:count]), total, title, translate(more, language))


def hint_lines(hint: Hint, width: int = 100) -> list[str]:
    """Return a hint as plain lines for a terminal, of at most so many characters."""
    lines = [hint.title]
    for number, step in enumerate(hint.steps, 1):
        text = _BOLD.sub(r'"\1"', step)
        mark = f"  {number}. "
        lines += textwrap.wrap(
            text, width, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
    return [*lines, hint.note]
