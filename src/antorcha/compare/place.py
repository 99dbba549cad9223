"""Places in an answer, as a person writes them and as the words that they are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from antorcha.compare.show import show_tree
from antorcha.results import Diagnosis
from antorcha.worker.facts import RecordFact, Tree


@dataclass(frozen=True)
class Place:
    """A path into an answer, such as `['weights'][2].bias`.

    `words`: the keys, names and numbers in it. They are the reference's and so may come from a hidden input: a
    diagnosis keeps them private, and `antorcha.disclosure` tells them to who could know them.
    """

    path: str = ""
    words: tuple[str, ...] = ()

    def item(self, number: int) -> Place:
        """Return the place of an item of a sequence, counted from 0."""
        return Place(f"{self.path}[{number}]", (*self.words, str(number)))

    def key(self, key: Tree) -> Place:
        """Return the place of the value under a key of a dict."""
        return Place(f"{self.path}[{show_tree(key)}]", (*self.words, *words_of(key)))

    def field(self, name: str) -> Place:
        """Return the place of an attribute or a field."""
        return Place(f"{self.path}.{name}", (*self.words, name))

    def diagnosis(
        self,
        kind: str,
        details: dict[str, Any] | None = None,
        private: dict[str, Any] | None = None,
        asked_for: Tree = None,
    ) -> Diagnosis:
        """Return a diagnosis of this place. `asked_for`: the reference's key that `private["key"]` shows."""
        hidden = dict(private or {})
        if self.path:
            hidden |= {"path": self.path, "path_words": list(self.words)}
        if asked_for is not None:
            hidden["key_words"] = list(words_of(asked_for))
        return Diagnosis(kind, details or {}, hidden)


WHOLE_ANSWER = Place()


def with_labels(diagnosis: Diagnosis, course_text: Callable[[str], str]) -> Diagnosis:
    """Return the diagnosis with the labels of a scenario's answer in the reader's words.

    A label is a key with a space in it, such as "first pass": no name of code, so that it is translated.
    """
    if not diagnosis.details.get("of_a_scenario"):
        return diagnosis
    private = dict(diagnosis.private)
    for shown in ("path", "key"):
        for label in [word for word in private.get(f"{shown}_words", ()) if " " in word]:
            private[shown] = str(private[shown]).replace(show_tree(label), show_tree(course_text(label)))
    return replace(diagnosis, private=private)


def words_of(key: Tree) -> tuple[str, ...]:
    """Return the texts and numbers that a key of a dict is made of."""
    if isinstance(key, str):
        return (key,)
    if isinstance(key, tuple | list | set | frozenset):
        return tuple(word for part in key for word in words_of(part))
    if isinstance(key, RecordFact):
        return tuple(word for _, part in key.fields for word in words_of(part))
    return (show_tree(key),)
