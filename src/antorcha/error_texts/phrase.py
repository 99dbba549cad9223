"""A fixed phrase of an exception's text, with what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """A text as Python or torch writes it, with a slot where it holds a value of the program.

    - `text`: a slot is `{kind:name}` or `{kind}`, its kind one of `recognise.SLOTS`.
    - `meaning`: what it means and what people usually do, marked with `N_` and without any value.
    - `here`: the sentence that says which operand has which shape or dtype, marked with `N_`; its placeholders are the
      slots' names, and of numbers also their first and last one (`{left.last}`).
    - `goes_on`: only the beginning is fixed.
    - `detail`: a pattern for values further on in such a text; its groups are placeholders of `here` too.
    """

    text: str
    meaning: str = ""
    here: str = ""
    goes_on: bool = False
    detail: str = ""
