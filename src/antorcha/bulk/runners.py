"""All runners of one hand-in in grading: most checks share one, and some need a worker of another kind."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from antorcha.course.model import Course, Limits
from antorcha.intake.model import Source
from antorcha.plugin.check import Check
from antorcha.student.remote import RemoteRunner
from antorcha.worker.client import WorkerError, Zygote


class _Kind(NamedTuple):
    """What sets a worker apart: a thing that is decided before the student's code is loaded."""

    accelerated: bool
    limits: Limits
    scratch: bool


class Runners:
    """One `RemoteRunner` for each kind of worker that a hand-in's checks need, made when first asked for.

    They share one account of time: a hand-in gains nothing by having several workers.
    """

    def __init__(self, zygote: Zygote, source: Source, course: Course) -> None:
        self._course = course
        self._again = partial(Runners, zygote, source, course)
        topic = course.topic(source.topic)
        names = [exercise.name for exercise in topic.exercises] if topic else []
        self._make = partial(RemoteRunner, zygote, source, names=names)
        self.plain = self._make(limits=course.limits)
        self._made = {_Kind(False, course.limits, False): self.plain}

    def special(self, check: Check) -> RemoteRunner:
        """The runner for a check: by its device, and by what its exercise is granted."""
        name = check.exercise
        kind = _Kind(check.role != "cpu", self._course.limits_of(name), self._course.has_scratch(name))
        if kind not in self._made:
            self._made[kind] = self._make(
                limits=kind.limits, simulate=kind.accelerated, scratch=kind.scratch, spent=self.plain.spent
            )
        return self._made[kind]

    def afresh(self) -> Runners:
        """The same hand-in in other workers, on the same account of time."""
        fresh = self._again()
        fresh.plain.spent = self.plain.spent
        return fresh

    @property
    def failure(self) -> WorkerError | None:
        """What kept us from asking, if anything did."""
        return next((one.failure for one in self._made.values() if one.failure is not None), None)

    @property
    def output(self) -> str:
        """What the hand-in printed, worker by worker; complete once they are closed."""
        return "".join(one.output for one in self._made.values())

    def close(self) -> None:
        for runner in self._made.values():
            runner.close()
