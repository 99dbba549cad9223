"""A hand-in behind a locked worker: the proxy that hidden tests call in grading."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from antorcha.accelerator.devices import CPU, is_real
from antorcha.accelerator.lease import SHARE, DeviceGoneError, Lease
from antorcha.accelerator.messages import is_broken
from antorcha.accelerator.names import FIRST
from antorcha.course.model import Limits
from antorcha.intake.model import Source
from antorcha.results import Diagnosis, Verdict
from antorcha.student.loading import Loaded, broken, loaded, unreadable
from antorcha.worker.client import Breach, Spent, Worker, WorkerError, Zygote
from antorcha.worker.codec import WireError, decode, live
from antorcha.worker.facts import ErrorFact, Observation
from antorcha.worker.observation import error_from, observation_from
from antorcha.worker.runtime import CallOptions


class RemoteRunner:
    """One source in one worker at a time.

    A call that breaks a limit costs its own check: the worker dies, and the next call gets a fresh one, as long as
    the hand-in as a whole stays within its limits.
    """

    def __init__(
        self,
        zygote: Zygote,
        source: Source,
        limits: Limits,
        names: Collection[str] = (),
        *,
        device: str = CPU,
        lease: Lease | None = None,
        scratch: bool = False,
        spent: Spent | None = None,
    ) -> None:
        """`names`: the exercises, which a hand-in may be told to lack. `device`: what its worker has besides the CPU.

        `lease`: the right to a real GPU; without it, a worker has none. Calls may raise `DeviceGoneError` then.
        `scratch`: with a folder of its own to write to.
        `spent`: what another runner of the same hand-in uses up too.
        """
        self.output = ""
        self.failure: WorkerError | None = None  # what kept us from asking: whatever the check says does not count
        self._zygote = zygote
        self._names = names
        self._source = source
        self._limits = limits
        self._worker: Worker | None = None
        self.spent = spent or Spent()
        self._device = device
        self._lease = lease if is_real(device) else None
        self._gpu_started = False
        self._scratch = scratch
        self._second_tries = 0
        self._over: Breach | None = None  # loading it once more failed: it gets no other worker
        self._loaded: Loaded | None = unreadable(source.problem) if source.problem else None

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        args, kwargs = live(decode(payload))
        return self._observed(lambda worker: worker.call(name, (args, kwargs), asdict(options)), {name})

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        args, _ = live(decode(payload))
        code = _by_value(function)
        return self._observed(lambda worker: worker.scenario(code, args, asdict(options)), self._names)

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
            self.output = (self.output + worker.output.decode("utf-8", "replace"))[:65_536]
            self.spent.cpu += worker.spent.cpu

    def _observed(self, ask: Callable[[Worker], Any], names: Collection[str]) -> Observation:
        """`names`: those that the call may find missing."""
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
            return answer or self._out_of_time()
        try:
            with self._clock():
                observation = self._believable(observation_from(ask(worker)), names)
        except Breach as breach:
            ended = self._ended(breach)
            if self._forgiven(breach):
                return self._asked(ask, names)
            if breach.verdict in _AS_A_GPU_GOES:
                self._still_there()
            return ended
        except WireError as error:
            return self._ended(Breach(Verdict.FORGED, reason=str(error)))
        if observation.error is not None and is_broken(observation.error.type_name, observation.error.message):
            self._still_there()
        if observation.fault == Verdict.MISSING and self._loaded is not None:
            return self._loaded.missing(observation)
        return replace(observation, size=worker.received)

    def _believable(self, observation: Observation, names: Collection[str]) -> Observation:
        """Without what a worker could only have made up: lines and names are shown, and could carry a message."""
        if observation.fault is not None:
            details = observation.fault_details
            if set(details) - {"name", "type"}:
                raise WireError("a fault that the call cannot have")
            if not isinstance(details.get("name"), str) or details["name"] not in names:
                return Observation(error=_NO_SUCH_NAME)
            return replace(observation, fault_details={key: str(value) for key, value in details.items()})
        if observation.error is None:
            return observation
        return replace(observation, error=self._in_source(observation.error))

    def _in_source(self, error: ErrorFact) -> ErrorFact:
        lines = {cell.name: len(cell.code.splitlines()) for cell in self._source.cells}
        frames = tuple(one for one in error.frames if 0 <= one.line <= lines.get(one.file, -1))
        return replace(error, frames=frames)

    def gpu_works(self) -> bool:
        """Can a fresh worker use the GPU? Its last worker ends."""
        self.close()
        try:
            self._started(self._limits).close()
        except DeviceGoneError:
            return False
        return True

    def _still_there(self) -> None:
        """After an error that broke CUDA in the worker: a fresh one takes its place.

        That it can be had proves that the error was the hand-in's own. Errors: `DeviceGoneError` when it cannot.
        """
        if self._lease is not None:
            self.close()
            self._ready()

    def _started(self, limits: Limits) -> Worker:
        """A worker without the source, its GPU at work. Errors: `DeviceGoneError`."""
        if self._lease is None:
            return self._zygote.spawn(limits, scratch=self._scratch)
        gpu, begun = self._lease.take(), time.monotonic()
        worker = self._zygote.spawn(limits, scratch=self._scratch, gpu=gpu)
        try:
            problem = worker.start_gpu(self._device, SHARE)
        except (Breach, WorkerError) as error:
            if not self._zygote.alive:
                raise
            problem = str(error)
        if problem:
            worker.close()
            raise self._lease.lose(problem)
        if self._gpu_started:  # the first start is nobody's doing; each other one, that of an error or a limit
            self.spent.wall += time.monotonic() - begun
        self._gpu_started = True
        return worker

    def _ready(self) -> Worker | None:
        """A worker with the source loaded, or `None` when there can be none."""
        if self._exhausted() or (self._loaded is not None and self._loaded.unreadable is not None):
            self.close()
            return None
        if self._worker is not None:
            return self._worker
        left = self._limits.submission_cpu_seconds - self.spent.cpu
        limits = replace(self._limits, submission_cpu_seconds=left)
        worker = self._worker = self._started(limits)
        cells = [(cell.code, cell.name) for cell in self._source.cells]
        one_file = not self._source.filename.endswith(".ipynb")
        try:
            with self._clock():
                reply = worker.load(self._source.topic, cells, one_file=one_file, simulate=self._device == FIRST)
            error = None if reply.get("stopped") is None else self._in_source(error_from(reply["stopped"]))
        except (Breach, WireError) as problem:
            breach = problem if isinstance(problem, Breach) else Breach(Verdict.FORGED, reason=str(problem))
            ended = self._ended(breach)
            if self._forgiven(breach):
                return self._ready()
            if self._loaded is None:
                self._loaded = broken(breach.verdict, ended.fault_details)
            else:
                self._over = breach
            return None
        self._loaded = loaded(error)
        return None if self._loaded.unreadable else worker

    def _forgiven(self, breach: Breach) -> bool:
        """Whether to try again: SIGKILL may have come from outside, when the machine ran out of memory."""
        if breach.details.get("signal") != "SIGKILL" or self._second_tries >= _SECOND_TRIES:
            return False
        self._second_tries += 1
        return True

    def _exhausted(self) -> bool:
        return self._over is not None or self._breach_of_the_whole() is not None

    def _breach_of_the_whole(self) -> Breach | None:
        """The limit that all workers of this hand-in together have reached."""
        limits = self._limits
        if self.spent.cpu >= limits.submission_cpu_seconds:
            return Breach(Verdict.CPU_LIMIT, limit=limits.submission_cpu_seconds, whole=True)
        if self.spent.wall >= limits.submission_wall_seconds:
            return Breach(Verdict.WALL_LIMIT, limit=limits.submission_wall_seconds, whole=True)
        return None

    def _out_of_time(self) -> Observation:
        breach = self._over or self._breach_of_the_whole()
        assert breach is not None
        return self._ended(breach)

    def _ended(self, breach: Breach) -> Observation:
        self.close()
        details = dict(breach.details)
        if "whole" in details and breach.verdict is Verdict.CPU_LIMIT:  # a worker knows what was left for it
            details["limit"] = self._limits.submission_cpu_seconds
        return Observation(fault=breach.verdict, fault_details=details)

    @contextmanager
    def _clock(self) -> Iterator[None]:
        """What we spend on reading an answer counts as well: it may have been made to be dear to read."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.spent.wall += time.monotonic() - started


# How a worker ends whose GPU goes, and also one whose code is at fault.
_AS_A_GPU_GOES = (Verdict.CRASHED, Verdict.WALL_LIMIT)
_SECOND_TRIES = 3  # in one hand-in
_NO_SUCH_NAME = ErrorFact("AttributeError", ("AttributeError", "Exception", "BaseException"), "")


def _by_value(function: Callable[..., Any]) -> bytes:
    """A scenario as bytes for the worker, with the globals of its test file that it uses."""
    import cloudpickle

    module = sys.modules.get(function.__module__)
    if module is None:
        return bytes(cloudpickle.dumps(function))
    cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(function))
    finally:
        cloudpickle.unregister_pickle_by_value(module)
