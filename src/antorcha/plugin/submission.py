"""The submission that a check asks: in this process, or in locked workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.plugin.check import Check
    from antorcha.student.local import LocalRunner
    from antorcha.student.runner import Runner


def _the_same_for_all(_check: Check) -> Runner | None:
    """Choose no other runner for any check."""
    return None


@dataclass(frozen=True)
class SubmissionUnderTest:
    """A submission for one topic: its runner, and the exercises in it that nobody has worked on.

    `choose_runner` may give a check another runner: on an accelerator, since code may look at the devices while it is
    loaded, or with what its exercise alone is granted. `smallest_input`: look for the smallest input that fails.
    """

    runner: Runner
    untouched: frozenset[str] = frozenset()
    choose_runner: Callable[[Check], Runner | None] = _the_same_for_all
    smallest_input: bool = True

    def runner_for(self, check: Check) -> Runner:
        """Return the runner that answers this check's calls."""
        return self.choose_runner(check) or self.runner


def choose_among_loads(load: Callable[[bool], LocalRunner], course: Course) -> Callable[[Check], LocalRunner | None]:
    """Return a `choose_runner` that loads code of this process once more for each kind of check.

    `load(scratch)`: with a folder of its own to write to, where the exercise is granted one in grading.
    """
    loaded: dict[tuple[bool, bool], LocalRunner] = {}

    def choose(check: Check) -> LocalRunner | None:
        kind = (check.role != CPU, course.has_scratch(check.exercise))
        if not any(kind):
            return None
        if kind not in loaded:
            loaded[kind] = load(kind[1])
        return loaded[kind]

    return choose
