"""Answers that are remembered as long as there is room for them: those asked for last stay longest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from antorcha.worker.observation import Observation

Question = TypeVar("Question", bound=Hashable)

# Of one topic, as they travel; in memory an answer of many small parts takes some ten times that. All small answers of
# the shipped course's largest topic are 0.7 MB, so that none of them is ever forgotten.
_MOST_BYTES = 16 << 20
_SHARE_OF_ONE = 1 / 8  # a few answers with a million numbers each would push out all others


@dataclass
class Remembered(Generic[Question]):
    """Observations by what was asked, `most_bytes` of them at most.

    What is forgotten is asked again, of the same code from the same seeds: it costs time and changes no answer.
    """

    most_bytes: int = _MOST_BYTES
    _answers: OrderedDict[Question, tuple[Observation, int]] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, question: Question) -> Observation | None:
        """Return the answer to a question that was asked before, if it is still known."""
        known = self._answers.get(question)
        if known is None:
            return None
        self._answers.move_to_end(question)
        return known[0]

    def put(self, question: Question, answer: Observation, size: int) -> None:
        """Remember an answer of `size` bytes, unless it is large, and forget the oldest ones that have no room."""
        if size > _SHARE_OF_ONE * self.most_bytes:
            return
        _, freed = self._answers.pop(question, (None, 0))
        self._answers[question] = answer, size
        self._bytes += size - freed
        while self._bytes > self.most_bytes:
            _, (_, forgotten) = self._answers.popitem(last=False)
            self._bytes -= forgotten
