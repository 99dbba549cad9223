"""A submission behind a locked worker: the proxy that hidden tests call in grading."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from antorcha.accelerator.devices import is_real
from antorcha.accelerator.errors import is_broken
from antorcha.accelerator.lease import GPU_MEMORY_SHARE, DeviceGoneError, Lease
from antorcha.accelerator.names import SIMULATED_DEVICE
from antorcha.course.device_kinds import CPU
from antorcha.course.model import SUBMISSION_BACKSTOP, Limits
from antorcha.errors import CourseError
from antorcha.intake.model import SubmittedFile
from antorcha.results import Diagnosis, Verdict
from antorcha.student.by_value import by_value
from antorcha.student.loading import ENDINGS, MOST_ENDINGS, LeftOut, Loaded, broken, loaded, unreadable
from antorcha.worker.client import Breach, Spent, Worker, WorkerError, Zygote
from antorcha.worker.facts import ErrorFact
from antorcha.worker.observation import Observation, error_from, observation_from
from antorcha.worker.runtime import CallOptions, ScenarioUnreadableError
from antorcha.worker.serve import MOST_SET_ASIDE
from antorcha.worker.wire import WireError


class RemoteRunner:
    """A runner of one source in a locked worker, one worker at a time.

    A call that breaks a limit costs its own check: the worker dies, and the next call gets a fresh one, as long as
    the submission as a whole stays within its limits.
    """

    def __init__(
        self,
        zygote: Zygote,
        file: SubmittedFile,
        limits: Limits,
        names: Collection[str] = (),
        *,
        device: str = CPU,
        lease: Lease | None = None,
        scratch: bool = False,
        spent: Spent | None = None,
    ) -> None:
        """Start no worker yet.

        `names`: the exercises, which a submission may be told to lack. `device`: what its worker has beside the CPU.
        `lease`: the right to a real GPU; without it, a worker has none. Calls may raise `DeviceGoneError` then.
        `scratch`: with a folder of its own to write to.
        `spent`: what another runner of the same submission uses up too.
        """
        self.output = ""
        self.failure: WorkerError | None = None  # what kept us from asking: whatever the check says does not count
        self._zygote = zygote
        self._names = names
        self._file = file
        self._limits = limits
        self._worker: Worker | None = None
        self.spent = spent or Spent()
        self._device = device
        self._lease = lease if is_real(device) else None
        self._gpu_started = False
        self._scratch = scratch
        self._second_tries = 0
        self._cells = [(cell.code, cell.name) for cell in file.cells]
        self._one_file = not file.filename.endswith(".ipynb")
        self._endings: list[LeftOut] = []  # statements that ended a worker
        self._over: Breach | None = None  # loading it once more failed: it gets no other worker
        self._loaded: Loaded | None = unreadable(file.problem) if file.problem else None

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        return self._observed(lambda worker: worker.call(name, payload, vars(options)), {name})

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        if options.another_start:
            return self._after_another_start(function, payload, replace(options, another_start=False))
        code = by_value(function)
        observation = self._observed(lambda worker: worker.scenario(code, payload, vars(options)), self._names)
        if observation.error is not None and observation.error.type_name == ScenarioUnreadableError.__name__:
            self._require_readable(code, payload, options)
        return observation

    def _after_another_start(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        """Run a scenario in a worker of its own, of a Python that was started with other hashes."""
        if self._lease is not None:  # one worker at a time is on the GPU
            self.close()
        elsewhere = RemoteRunner(
            self._zygote.another_start(),
            self._file,
            self._limits,
            self._names,
            device=self._device,
            lease=self._lease,
            scratch=self._scratch,
            spent=self.spent,
        )
        try:
            return elsewhere.scenario(function, payload, options)
        finally:
            elsewhere.close()
            self.output = (self.output + elsewhere.output)[:_KEPT_OUTPUT]
            self.failure = self.failure or elsewhere.failure

    def fresh_folder(self) -> None:
        if self._scratch:  # a worker's folder goes with it
            self.close()

    def _require_readable(self, code: bytes, payload: bytes, options: CallOptions) -> None:
        """Find out who kept a scenario from being unpacked: in a worker without the submission nobody else can.

        What a submission's own worker says of it proves nothing. Raises: `CourseError` when it is the scenario.
        """
        worker = self._started(self._limits)
        try:
            with self._clock(worker):
                answer = observation_from(worker.scenario(code, payload, vars(options)))
        except (Breach, WireError):
            return
        finally:
            worker.close()
            self.spent.cpu += worker.spent.cpu
        if answer.error is not None and answer.error.type_name == ScenarioUnreadableError.__name__:
            raise CourseError(f"a scenario of the tests cannot be unpacked in a worker: {answer.error.message}")

    def charge(self, seconds: float) -> None:
        self.spent.cpu += seconds

    def whole_file(self) -> Diagnosis | None:
        if self._loaded is None:
            self._ready()
        return self._loaded.note if self._loaded else None

    @property
    def load_verdict(self) -> Verdict:
        return self._loaded.verdict if self._loaded else Verdict.PASSED

    def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
            self.output = (self.output + worker.output.decode("utf-8", "replace"))[:_KEPT_OUTPUT]
            self.spent.cpu += worker.spent.cpu

    def _observed(self, ask: Callable[[Worker], Any], names: Collection[str]) -> Observation:
        """Return a worker's answer. `names`: those that the call may find missing. Raises: `WorkerError`, noted too."""
        try:
            return self._asked(ask, names)
        except WorkerError as error:
            self.failure = error
            self.close()
            raise

    def _asked(self, ask: Callable[[Worker], Any], names: Collection[str]) -> Observation:
        worker = self._ready()
        if worker is None:
            answer = self._loaded.answer() if self._loaded else None
            if answer is not None:
                return answer
            ending = self._over or self._breach_of_the_whole()
            assert ending is not None, "else there would be a worker"
            return self._ended(ending)
        try:
            with self._clock(worker):
                observation = self._believable(observation_from(ask(worker)), names)
        except Breach as breach:
            ended = self._ended(breach)  # first of all: it lets go of the worker that broke the limit
            if self._forgiven(breach):
                return self._asked(ask, names)
            if breach.verdict in _AS_A_GPU_GOES:
                self._still_there()
            return ended
        except WireError as error:
            return self._ended(Breach(Verdict.FORGED, reason=str(error)))
        if observation.error is not None and is_broken(observation.error.type_name, observation.error.message):
            self._still_there()
        observation = replace(observation, size=worker.received)
        return self._loaded.explained(observation) if self._loaded is not None else observation

    def _believable(self, observation: Observation, names: Collection[str]) -> Observation:
        """Return an observation without what a worker could only have made up.

        Lines and names are shown to people, and could carry a message. Raises: `WireError` for what no call answers.
        """
        if observation.fault is not None:
            details = observation.fault_details
            if set(details) - {"name", "type"}:
                raise WireError("a fault that the call cannot have")
            # Any other name was not asked for by a test, or the submission made it up.
            if not isinstance(details.get("name"), str) or details["name"] not in names:
                return Observation(error=_NO_SUCH_NAME)
            return replace(observation, fault_details={key: str(value) for key, value in details.items()})
        if observation.error is None:
            return observation
        return replace(observation, error=self._in_source(observation.error))

    def _in_source(self, error: ErrorFact) -> ErrorFact:
        """Return an exception with those frames alone that are lines of the submission's own files."""
        lines = {cell.name: cell.code.count("\n") + 1 for cell in self._file.cells}
        frames = tuple(frame for frame in error.frames if 0 <= frame.line <= lines.get(frame.file, -1))
        return replace(error, frames=frames)

    def gpu_works(self) -> bool:
        """Return whether a fresh worker can use the GPU. The present worker ends."""
        self.close()
        try:
            self._started(self._limits).close()
        except DeviceGoneError:
            return False
        return True

    def _still_there(self) -> None:
        """Put a fresh worker in the place of one in which an error broke CUDA.

        That it can be had proves that the error was the submission's own. Raises: `DeviceGoneError` when it cannot.
        """
        if self._lease is not None:
            self.close()
            self._ready()

    def _started(self, limits: Limits) -> Worker:
        """Return a worker without the source, its GPU at work. Raises: `DeviceGoneError`."""
        if self._lease is None:
            return self._zygote.spawn(limits, scratch=self._scratch)
        gpu, begun = self._lease.take(), time.monotonic()
        worker = self._zygote.spawn(limits, scratch=self._scratch, gpu=gpu)
        try:
            problem = worker.start_gpu(self._device, GPU_MEMORY_SHARE)
        except (Breach, WorkerError) as error:
            if not self._zygote.alive:  # our own failure, which says nothing of the GPU
                raise
            problem = str(error)
        if problem:
            worker.close()
            raise self._lease.lose(problem)
        if self._gpu_started:  # the first start is nobody's doing; each other one, that of an error or a limit
            self.spent.waited += _SHARE_OF_A_GPU_START * (time.monotonic() - begun)
        self._gpu_started = True
        return worker

    def _ready(self) -> Worker | None:
        """Return a worker with the source loaded, or `None` when there can be none."""
        exhausted = self._over is not None or self._breach_of_the_whole() is not None
        if exhausted or (self._loaded is not None and self._loaded.unreadable is not None):
            self.close()
            return None
        if self._worker is not None:
            return self._worker
        left = self._limits.submission_cpu_seconds - self.spent.cpu
        limits = replace(self._limits, submission_cpu_seconds=left)
        worker = self._worker = self._started(limits)
        try:
            with self._clock(worker):
                self._loaded = self._load_into(worker)
        except (Breach, WireError) as problem:
            breach = problem if isinstance(problem, Breach) else Breach(Verdict.FORGED, reason=str(problem))
            ended = self._ended(breach)
            # Bounded: a worker is forgiven `_SECOND_TRIES` times, and `MOST_ENDINGS` statements are set aside.
            if self._forgiven(breach) or self._without_its_end(worker, breach):
                return self._ready()
            if self._loaded is None:
                self._loaded = broken(breach.verdict, ended.fault_details)
            else:  # loaded before, so what is known of the file stays; it only cannot be loaded once more
                self._over = breach
            return None
        return None if self._loaded.unreadable else worker

    def _load_into(self, worker: Worker) -> Loaded:
        """Load the source into a worker, without what has ended one before."""
        reply = worker.load(
            self._file.topic,
            self._cells,
            one_file=self._one_file,
            simulate=self._device == SIMULATED_DEVICE,
            skip=[(end.cell, end.statement) for end in self._endings],
            companions=self._file.importable,
        )
        unreadable = error_from(reply.get("unreadable"))
        left_out = sorted([*self._endings, *_set_aside(reply["set_aside"])], key=lambda out: (out.cell, out.statement))
        return loaded(
            self._cells,
            None if unreadable is None else self._in_source(unreadable),
            [replace(out, why=self._in_source(out.why)) if isinstance(out.why, ErrorFact) else out for out in left_out],
            one_file=self._one_file,
            names=self._names,
            modules=self._file.importable.values(),
        )

    def _without_its_end(self, worker: Worker, breach: Breach) -> bool:
        """Set aside the statement that ended a worker during loading, and tell whether that is worth another try."""
        place = worker.announced  # a worker's claim, like all that it says
        known = {(end.cell, end.statement) for end in self._endings}
        if place is None or place[0] >= len(self._cells) or place in known or len(known) >= MOST_ENDINGS:
            return False
        if breach.verdict not in ENDINGS or self._breach_of_the_whole() is not None:
            return False
        self._endings.append(LeftOut(*place, breach.verdict))
        return True

    def _forgiven(self, breach: Breach) -> bool:
        """Return whether to try again: SIGKILL may have come from outside, when the machine ran out of memory."""
        if breach.details.get("signal") != "SIGKILL" or self._second_tries >= _SECOND_TRIES:
            return False
        self._second_tries += 1
        return True

    def _breach_of_the_whole(self) -> Breach | None:
        """Return the limit that all workers of this submission together have reached, or `None`."""
        limits = self._limits
        if self.spent.cpu >= limits.submission_cpu_seconds:
            return Breach(Verdict.CPU_LIMIT, limit=limits.submission_cpu_seconds, whole=True)
        most_passed = SUBMISSION_BACKSTOP * (limits.submission_cpu_seconds + limits.submission_wall_seconds)
        if self.spent.waited >= limits.submission_wall_seconds or self.spent.passed >= most_passed:
            return Breach(Verdict.WALL_LIMIT, limit=limits.submission_wall_seconds, whole=True)
        return None

    def _ended(self, breach: Breach) -> Observation:
        self.close()
        details = dict(breach.details)
        if "whole" in details and breach.verdict is Verdict.CPU_LIMIT:  # a worker knows what was left for it
            details["limit"] = self._limits.submission_cpu_seconds
        return Observation(fault=breach.verdict, fault_details=details)

    @contextmanager
    def _clock(self, worker: Worker) -> Iterator[None]:
        """Charge what the worker waits, and the CPU seconds that we spend on its answer, which may be dear to read.

        Both count as waiting: the worker's own CPU time is charged when it is closed.
        """
        waited, passed, own = worker.spent.waited, worker.spent.passed, time.thread_time()
        try:
            yield
        finally:
            self.spent.waited += worker.spent.waited - waited + time.thread_time() - own
            self.spent.passed += worker.spent.passed - passed


def _set_aside(claimed: Any) -> list[LeftOut]:
    """Return what a worker says it set aside. Raises: `WireError` where it says something else."""
    if not isinstance(claimed, list) or len(claimed) > MOST_SET_ASIDE:
        raise WireError("no list of statements")
    left_out = []
    for row in claimed:
        if not isinstance(row, list) or len(row) != 3 or type(row[0]) is not int or type(row[1]) is not int:
            raise WireError("no statement")
        error = error_from(row[2])
        if error is None or row[0] < 0 or row[1] < 0:
            raise WireError("a statement that raised nothing")
        left_out.append(LeftOut(row[0], row[1], error))
    return left_out


# CUDA takes some ten seconds to start: whoever breaks it with each call gets about as many starts as calls that sleep.
_SHARE_OF_A_GPU_START = 0.125
# How a worker ends whose GPU goes, and also one whose code is at fault.
_AS_A_GPU_GOES = (Verdict.CRASHED, Verdict.WALL_LIMIT)
_SECOND_TRIES = 3  # in one submission
_KEPT_OUTPUT = 65_536  # characters, as much as is kept of one worker's: a submission may wear out many
# What Python itself says of a name that a module lacks, without the name.
_NO_SUCH_NAME = ErrorFact("AttributeError", ("AttributeError", "Exception", "BaseException"), "")
