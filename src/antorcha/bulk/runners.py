"""All runners of one hand-in in grading: most checks share one, and some need a worker of another kind."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from antorcha.accelerator.devices import CPU, find, is_real
from antorcha.accelerator.lease import Lease
from antorcha.course.model import Course, Limits
from antorcha.intake.model import Source
from antorcha.plugin.check import Check
from antorcha.student.remote import RemoteRunner
from antorcha.worker.client import WorkerError, Zygote


class _Kind(NamedTuple):
    """What sets a worker apart: a thing that is decided before the student's code is loaded."""

    device: str
    limits: Limits
    scratch: bool


class Runners:
    """One `RemoteRunner` for each kind of worker that a hand-in's checks need, made when first asked for.

    They share one account of time: a hand-in gains nothing by having several workers.
    """

    def __init__(self, zygote: Zygote, source: Source, course: Course, lease: Lease | None = None) -> None:
        """`lease`: the right to a real GPU, for the checks that run on one."""
        self._course = course
        self._again = partial(Runners, zygote, source, course, lease)
        self._lease = lease
        topic = course.topic(source.topic)
        names = [exercise.name for exercise in topic.exercises] if topic else []
        self._make = partial(RemoteRunner, zygote, source, names=names)
        self.plain = self._make(limits=course.limits)
        self._made = {_Kind(CPU, course.limits, False): self.plain}

    def special(self, check: Check) -> RemoteRunner:
        """The runner for a check: by its device, and by what its exercise is granted."""
        name = check.exercise
        device = find(check.role, locked=True).name or CPU
        kind = _Kind(device, self._course.limits_of(name), self._course.has_scratch(name))
        if kind not in self._made:
            self._made[kind] = self._make(
                limits=kind.limits,
                device=device,
                lease=self._lease,
                scratch=kind.scratch,
                spent=self.plain.spent,
            )
        if is_real(device):
            self._make_room(kind)
        return self._made[kind]

    def gpu_works(self) -> bool:
        """Can a fresh worker use the GPU that this hand-in's checks ran on? Not, where none has run."""
        return any(runner.gpu_works() for kind, runner in self._made.items() if is_real(kind.device))

    def _make_room(self, chosen: _Kind) -> None:
        """One worker at a time is on the GPU: each may use the whole share of its memory."""
        for kind, runner in self._made.items():
            if kind != chosen and is_real(kind.device):
                runner.close()

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
