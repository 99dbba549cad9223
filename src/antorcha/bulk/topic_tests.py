"""The tests of one topic as a warm grader keeps them: collected once, proven once, run on every submission.

Visible tests count like hidden ones: who fails one at home would not understand full marks. Those of a quiz do not,
since anybody passes them who copies the letters that they show, nor does any test of an essay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from antorcha.bulk.figures import Figures
from antorcha.course.model import Course, Topic
from antorcha.plugin.check import CHECK
from antorcha.plugin.recognise import Asked
from antorcha.plugin.test_folder import Origin


@dataclass
class TopicTests:
    """The tests of one topic that give points, and how many comparisons each makes on the reference."""

    origin: Origin
    items: list[pytest.Item] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)  # exercises that a hidden test grades
    required_comparisons: dict[tuple[str, str], int] = field(default_factory=dict)  # by check and device
    figures: Figures = field(default_factory=Figures)

    def add(self, item: pytest.Item, origin: Origin) -> None:
        """Take a test in, by what it is for: points, a figure, both."""
        exercise = item.stash[CHECK].exercise
        if exercise in origin.topic.essays:
            return
        if origin.hidden:
            self.hidden.add(exercise)
        else:
            self.figures.add_test(item, origin.topic)
        if origin.hidden or exercise not in origin.topic.quizzes:
            self.items.append(item)

    @property
    def topic(self) -> Topic:
        return self.origin.topic

    @property
    def course(self) -> Course:
        return self.origin.course


def traces_by_test(items: Iterable[pytest.Item]) -> dict[str, list[list[Asked]]]:
    """Return what the last run of each test asked, a list for each of its devices."""
    traces: dict[str, list[list[Asked]]] = {}
    for item in items:
        traces.setdefault(item.stash[CHECK].test, []).append(item.stash[CHECK].trace)
    return traces
