"""The part of an exception's text that cannot carry a hidden input: fixed phrases of Python and torch.

Numbers are always masked, and so is a name that the student could not know: code that is being graded sees hidden
inputs and chooses what it raises.
"""

from __future__ import annotations

import re

from antorcha.compare.show import public_type
from antorcha.disclosure.known_words import KnownWords
from antorcha.error_texts.meaning import DTYPES
from antorcha.error_texts.recognise import first_line, recognise
from antorcha.worker.wire.format import TORCH_DTYPES

MASK = "…"
_LONGEST_LITERAL = 200  # characters of a text that the student wrote behind `raise`
# The names of dtypes in torch's texts; any other word in their place may have been chosen by the submission's code.
_SCALAR_TYPES = frozenset((*DTYPES, *TORCH_DTYPES))


def safe_text(message: str, line: str, known: KnownWords) -> str | None:
    """Return what of an exception's message may be told, masked; `None` where its words are not of a fixed phrase.

    `line`: the student's line that raised it. A text that stands in that very line, as it is, tells no more than the
    line's number does.
    """
    found = recognise(message)
    if found is None:
        first = first_line(message)
        return first if _is_literal_in(first, line) else None
    text = found.filled(lambda slot, value: _told(slot, value, known))
    return text if any(map(str.isalpha, text)) else None


def explained_phrase(message: str) -> str | None:
    """Return the fixed phrase of a text where it has an explanation: the phrase says no more than `safe_text` tells."""
    found = recognise(message)
    return found.phrase.text if found is not None and found.phrase.meaning else None


def _is_literal_in(message: str, line: str) -> bool:
    if not message or len(message) > _LONGEST_LITERAL or any(letter.isdigit() for letter in message):
        return False
    # Right behind the call's bracket: `raise ValueError("two rows")`, and not the text that a condition compares with.
    return re.search(rf"raise\s+[\w.]+\(\s*(['\"]){re.escape(message)}\1\s*\)", line) is not None


def _told(slot: str, value: str, known: KnownWords) -> str:
    if slot == "numbers":
        return MASK
    if slot == "name":
        return value if known.knows_name(value.replace(".<locals>", "")) else MASK
    if slot == "type":
        return value if public_type(value) == value or known.knows_name(value) else MASK
    if slot == "dtype":
        return value if value.removeprefix("torch.") in _SCALAR_TYPES else MASK
    return value if slot == "operator" else MASK
