"""Figures that exercises draw for their visible tests: shown beside what is expected, and worth no points."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from antorcha.compare.drawing import Drawing, drawing_of
from antorcha.course.model import Topic
from antorcha.plugin.check import CHECK
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.rounds import run_round
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.results import Picture


@dataclass
class Figures:
    """The visible tests of one topic that draw, and what the reference draws for each."""

    items: list[pytest.Item] = field(default_factory=list)
    expected: dict[str, Drawing] = field(default_factory=dict)

    def add_test(self, item: pytest.Item, topic: Topic) -> None:
        """Take a visible test in, where its exercise is one whose figures are shown."""
        exercise = topic.exercise(item.stash[CHECK].exercise)
        if exercise is not None and exercise.figure:
            self.items.append(item)

    def draw_expected(self, reference: SubmissionUnderTest, grading: GradingSession) -> None:
        """Let the reference draw; tests for which it draws nothing are taken out."""
        self.expected = {test: drawing for test, drawing in self._drawn(reference, grading).items() if drawing}
        self.items = [item for item in self.items if item.stash[CHECK].test in self.expected]

    def of(self, submission: SubmissionUnderTest, grading: GradingSession) -> list[tuple[str, Picture]]:
        """Return what a submission draws, by exercise. A figure that it fails to draw is left out of its picture."""
        drawn = self._drawn(submission, grading)
        return [
            (item.stash[CHECK].exercise, Picture(test, self.expected[test], drawn.get(test)))
            for item in self.items
            if (test := item.stash[CHECK].test)
        ]

    def _drawn(self, submission: SubmissionUnderTest, grading: GradingSession) -> dict[str, Drawing | None]:
        """Return the first figure that each test was answered with."""
        drawn: dict[str, Drawing | None] = {}
        # Whether it passes counts for nothing here: the figures are in the traces that a round leaves behind.
        for _ in run_round(self.items, submission, grading) if self.items else ():
            pass
        for item in self.items:
            answers = (drawing_of(call.answer.value) for call in item.stash[CHECK].trace)
            drawn[item.stash[CHECK].test] = next((drawing for drawing in answers if drawing), None)
        return drawn
