"""What exercises draw for their visible tests: shown in the feedback beside what is expected, and worth no points."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from antorcha.compare.drawing import Drawing, drawing_of
from antorcha.course.model import Topic
from antorcha.plugin.keys import CHECK
from antorcha.plugin.rounds import run_round
from antorcha.plugin.workshop import HandIn, Workshop
from antorcha.results import Picture


@dataclass
class Gallery:
    """The visible tests of one topic that draw, and what the reference draws for each."""

    items: list[pytest.Item] = field(default_factory=list)
    expected: dict[str, Drawing] = field(default_factory=dict)

    def consider(self, item: pytest.Item, topic: Topic) -> None:
        """Take a visible test in, where its exercise is one whose figures are shown."""
        exercise = topic.exercise(item.stash[CHECK].exercise)
        if exercise is not None and exercise.figure:
            self.items.append(item)

    def hang(self, reference: HandIn, workshop: Workshop) -> None:
        """Let the reference draw; tests for which it draws nothing are taken out."""
        self.expected = {test: drawing for test, drawing in self._drawn(reference, workshop).items() if drawing}
        self.items = [item for item in self.items if item.stash[CHECK].test in self.expected]

    def of(self, hand_in: HandIn, workshop: Workshop) -> list[tuple[str, Picture]]:
        """What a hand-in draws, by exercise. A figure that it fails to draw is left out of its picture."""
        drawn = self._drawn(hand_in, workshop)
        return [
            (item.stash[CHECK].exercise, Picture(test, self.expected[test], drawn.get(test)))
            for item in self.items
            if (test := item.stash[CHECK].test)
        ]

    def _drawn(self, hand_in: HandIn, workshop: Workshop) -> dict[str, Drawing | None]:
        """The first figure that each test was answered with."""
        found: dict[str, Drawing | None] = {}
        for _ in run_round(self.items, hand_in, workshop) if self.items else ():
            pass
        for item in self.items:
            answers = (drawing_of(asked.answer.value) for asked in item.stash[CHECK].trace)
            found[item.stash[CHECK].test] = next((one for one in answers if one), None)
        return found
