"""The part of a diagnosis's private details that a student may read after all, since the student could know it.

A key that an answer lacks, the place of a difference or the text of an exception may hold words of a hidden input.
Each is private until all of its words are known; the sentence falls back to one that does without.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from antorcha.disclosure.exception_texts import explained_phrase, safe_text
from antorcha.disclosure.known_words import KnownWords
from antorcha.explain import OF_AN_EXCEPTION
from antorcha.results import Diagnosis

# Of these, private["<name>_words"] lists the words that `private["<name>"]` is made of.
_MADE_OF_WORDS = ("path", "key", "name", "type", "argument")
# How alike names are that a slip makes of each other: `dot_table` and `dot_tabla`, and not `row_sum` and `row_mean`.
_NEARLY_RIGHT = 0.8


def told(diagnosis: Diagnosis, known: KnownWords) -> Diagnosis:
    """Return the diagnosis with those details that a student with these known words may read."""
    private, details = diagnosis.private, dict(diagnosis.details)
    for name in _MADE_OF_WORDS:
        words = private.get(f"{name}_words")
        if words is not None and all(known.knows(str(word)) for word in words):
            details[name] = private[name]
    if diagnosis.kind == "missing" and "name" in details:
        similar = get_close_matches(str(details["name"]), sorted(known.own_functions), 1, _NEARLY_RIGHT)
        details |= {"similar": similar[0]} if similar else {}
    if diagnosis.kind in OF_AN_EXCEPTION:
        message = str(private.get("message", ""))
        text = safe_text(message, str(private.get("text", "")), known)
        if text:
            details["says"] = text
            details |= {"phrase": phrase} if (phrase := explained_phrase(message)) else {}
    return replace(diagnosis, details=details)
