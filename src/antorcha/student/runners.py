"""All runners of one submission in locked workers: most checks share one, and some need a worker of another kind."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, Protocol

from antorcha.accelerator.devices import find, is_real
from antorcha.accelerator.lease import Lease
from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course, Limits
from antorcha.intake.model import SubmittedFile
from antorcha.student.remote import RemoteRunner
from antorcha.worker.client import WorkerError, Zygote


class RunsFor(Protocol):
    """A check, as far as it decides which worker runs for it."""

    @property
    def exercise(self) -> str: ...

    @property
    def role(self) -> str: ...


class _Kind(NamedTuple):
    """The properties of a worker that are decided before the student's code is loaded."""

    device: str
    limits: Limits
    scratch: bool


class Runners:
    """One `RemoteRunner` for each kind of worker that a submission's checks need, made when first asked for.

    They share one account of time: a submission gains nothing by having several workers.
    """

    def __init__(self, zygote: Zygote, file: SubmittedFile, course: Course, lease: Lease | None = None) -> None:
        """Make the plain runner. `lease`: the right to a real GPU, for the checks that run on one."""
        self._course = course
        self._again = partial(Runners, zygote, file, course, lease)
        self._lease = lease
        topic = course.topic(file.topic)
        names = [exercise.name for exercise in topic.exercises] if topic else []
        self._make = partial(RemoteRunner, zygote, file, names=names)
        self.plain = self._make(limits=course.limits)
        self._made = {_Kind(CPU, course.limits, False): self.plain}

    def runner_for(self, check: RunsFor) -> RemoteRunner:
        """Return the runner for a check, by its device and by what its exercise is granted."""
        name = check.exercise
        device = find(check.role, locked=True).name or CPU  # of the devices that a worker can be given
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
            # One worker at a time is on the GPU: each may use the whole share of its memory.
            for other, runner in self._made.items():
                if other != kind and is_real(other.device):
                    runner.close()
        return self._made[kind]

    def gpu_works(self) -> bool:
        """Return whether a fresh worker can use the GPU that this submission's checks ran on, if any did."""
        return any(runner.gpu_works() for kind, runner in self._made.items() if is_real(kind.device))

    def afresh(self) -> Runners:
        """Return the same submission in other workers, on the same account of time."""
        fresh = self._again()
        fresh.plain.spent = self.plain.spent  # which all others are made with
        return fresh

    @property
    def failure(self) -> WorkerError | None:
        """Return the error of ours that kept us from asking, or `None`."""
        return next((runner.failure for runner in self._made.values() if runner.failure is not None), None)

    @property
    def output(self) -> str:
        """Return all that the submission printed, worker by worker; complete once they are closed."""
        return "".join(runner.output for runner in self._made.values())

    def close(self) -> None:
        for runner in self._made.values():
            runner.close()
