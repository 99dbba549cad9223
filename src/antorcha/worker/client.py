"""The trusted side of a zygote and its workers: start them, hand them submissions, read evidence against the clock."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from antorcha.accelerator.gpus import Gpu
from antorcha.course.model import SUBMISSION_BACKSTOP, Limits
from antorcha.results import Verdict
from antorcha.worker import leftovers, usage
from antorcha.worker.lockdown import ReservedUser, Settings, users
from antorcha.worker.serve import ANNOUNCEMENT, GREETING, LARGEST_REQUEST
from antorcha.worker.wire import WireError, decode, encode
from antorcha.worker.zygote import CANNOT_START
from antorcha.worker.zygote_process import ANOTHER_HASH_SEED, ZygoteProcess, hung_up

_START_SECONDS = 300.0  # importing torch takes seconds of CPU time, on a busy machine minutes
_FORK_SECONDS = 30.0
_TICK_MS = 50  # between two looks at the clocks until the answer is there
# A call ends after this many times what it may compute and wait, whatever kept it: a machine on which a call gets less
# than one core in twenty is too busy to grade on.
_BACKSTOP = 20
_KEPT_OUTPUT = 65_536  # bytes for the instructor's view; what is printed beyond is only counted
_MOST_ANNOUNCEMENTS = 200_000  # of one worker: one that never stops announcing would keep its grader reading
# CUDA takes seconds to start, some threads, and memory of its own as it is used. None of that is the student's.
_GPU_START_SECONDS = 120.0
_GPU_THREADS = 32
_GPU_HOST_BYTES = 1 << 30


class WorkerError(Exception):
    """A failure of the machinery itself (no zygote, no fork): the grader's fault, never the student's."""


class Breach(Exception):  # noqa: N818 - a verdict, not an error of ours
    """The end of a worker without an answer. `verdict` says why; the worker is dead."""

    def __init__(self, verdict: Verdict, **details: Any) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.details = details


@dataclass
class _Fork:
    """A worker that the zygote was asked for, with all that is its own on this side.

    `pid` and `problem` come with the zygote's answer: one of them.
    """

    limits: Limits
    channel: socket.socket
    output: int
    folder: str | None = None
    user: ReservedUser | None = None
    pid: int | None = None
    problem: str = ""

    def discard(self) -> None:
        """Let go of a worker that there is not."""
        self.channel.close()
        os.close(self.output)
        if self.user is not None:
            self.user.release()


class Zygote:
    """A running zygote, as its grader sees it. Not thread-safe: each grader process owns one."""

    def __init__(self, process: ZygoteProcess) -> None:
        """Take over a process that was started; `wait_ready` waits for it."""
        self._process = process
        self._begin(process.settings, process.control, process.scratch)

    @classmethod
    def start(cls, settings: Settings | None = None, preload: Sequence[str] = ()) -> Zygote:
        """Start a zygote; `wait_ready` waits for it. `preload`: modules to import beside torch."""
        return Zygote(ZygoteProcess.start(settings, preload))

    def _begin(self, settings: Settings, control: socket.socket, scratch: str) -> None:
        """Know nothing of the zygote yet but its socket, and the folder that it and its workers may write to."""
        self.settings = settings
        self._control = control
        self._scratch = scratch
        self._another_start: Zygote | None = None
        self._started = False
        self._exits: dict[int, tuple[int, float]] = {}
        self._asked: deque[_Fork] = deque()  # those that the zygote has not answered, which it does in this order
        self._ahead: _Fork | None = None
        self._latest_limits: Limits | None = None

    def fork(self) -> ForkedZygote:
        """Return a fork of this zygote, for a grader that is about to be forked from this process.

        It need not be ready yet, nor does anybody wait until it is. Raises: `WorkerError` when it has ended.
        """
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            socket.send_fds(self._control, [b'{"zygote": true}'], [theirs.fileno()])
        except OSError as error:
            control.close()
            raise WorkerError(f"the zygote ended ({error.strerror})") from None
        finally:
            theirs.close()
        return ForkedZygote(self, control)

    def started_again(self) -> Zygote:
        """Return a fresh zygote like this one, which has ended and been closed."""
        return Zygote.start(self.settings, self._process.preload)

    def wait_ready(self) -> None:
        """Wait until the zygote can fork. Raises: `WorkerError` with its own words when it does not come up."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._started:
            self._hear(deadline)

    @property
    def alive(self) -> bool:
        """Return whether the zygote's process is still there."""
        return self._process.alive

    def another_start(self) -> Zygote:
        """Return a zygote like this one whose Python has other hashes and orders of sets; it ends with this one."""
        if self._another_start is not None and not self._another_start.alive:
            self._another_start.close()
            self._another_start = None
        if self._another_start is None:
            preload = self._process.preload
            self._another_start = Zygote(ZygoteProcess.start(self.settings, preload, hash_seed=ANOTHER_HASH_SEED))
        return self._another_start

    def spawn(self, limits: Limits, *, scratch: bool = False, gpu: Gpu | None = None) -> Worker:
        """Return a locked worker that waits for its source; with `scratch`, with a folder of its own to write to.

        `gpu`: the one that it may open. `Worker.start_gpu` starts it. Where a worker like the one before is asked for,
        as for the next submission of a class, one more is forked ahead: it locks itself while this one computes.
        Raises: `WorkerError`.
        """
        self.wait_ready()
        alike = gpu is None and not scratch
        if alike and self._ahead is not None and self._ahead.limits == limits:
            fork, self._ahead = self._ahead, None
        else:
            fork = self._ask_for_worker(limits, scratch=scratch, gpu=gpu)
        worker = self._forked(fork)
        if alike and limits == self._latest_limits:
            self._fork_ahead(limits)
        if alike:
            self._latest_limits = limits
        return worker

    def _fork_ahead(self, limits: Limits) -> None:
        if self._ahead is not None and self._ahead.limits != limits:
            self._drop_ahead()
        if self._ahead is None:
            with contextlib.suppress(WorkerError):  # one is asked for when it is needed, and tells why there is none
                self._ahead = self._ask_for_worker(limits)

    def _drop_ahead(self) -> None:
        """End the worker that nobody has asked for yet."""
        fork, self._ahead = self._ahead, None
        if fork is not None:
            with contextlib.suppress(WorkerError):
                self._forked(fork).close()

    def _ask_for_worker(self, limits: Limits, *, scratch: bool = False, gpu: Gpu | None = None) -> _Fork:
        """Ask the zygote to fork a worker. Raises: `WorkerError`."""
        folder = self._new_folder() if scratch else None
        user = self._reserved_user()
        ours, theirs = socket.socketpair()
        output, output_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(output_end, True)  # a student's `print` waits until there is room; our reading never waits
        request = {
            "memory": limits.memory_mib * 1024 * 1024,
            # Whole seconds, and one more: the grader's own clock comes first, and knows which limit it was.
            "cpu": max(1, int(limits.submission_cpu_seconds) + 1) + (int(_GPU_START_SECONDS) if gpu else 0),
            "result": limits.result_bytes,
            "uid": user and user.uid,
            "threads": limits.threads + (_GPU_THREADS if gpu else 0),
            "scratch": folder and {"path": folder, "file_bytes": limits.file_bytes},
            "gpu": gpu and {"uuid": gpu.uuid, "devices": gpu.devices, "readable": gpu.readable},
        }
        fork = _Fork(limits, ours, output, folder, user)
        try:
            data = json.dumps({"fork": request}).encode("ascii")
            socket.send_fds(self._control, [data], [theirs.fileno(), output_end])
        except OSError as error:
            fork.discard()
            raise WorkerError(f"no worker could be started: {error}") from None
        finally:
            theirs.close()
            os.close(output_end)
        self._asked.append(fork)
        return fork

    def _forked(self, fork: _Fork) -> Worker:
        """Return the worker once the zygote has forked it. Raises: `WorkerError`."""
        deadline = time.monotonic() + _FORK_SECONDS
        try:
            while fork.pid is None:
                if fork.problem:
                    raise WorkerError(fork.problem)
                self._hear(deadline)
        except WorkerError as error:
            fork.discard()
            raise WorkerError(f"no worker could be started: {error}") from None
        return Worker(self, fork.pid, fork.channel, fork.output, fork.limits, fork.folder, fork.user)

    def _reserved_user(self) -> ReservedUser | None:
        """Return a user for one worker; `None` where the grader is not root, who alone may become another."""
        if not self.settings.use_own_user or os.geteuid() != 0:
            return None
        try:
            return users.reserve()
        except OSError as error:
            raise WorkerError(f"no worker could be started: {error}") from None

    def _new_folder(self) -> str:
        """Make a folder for a worker that may be another user; its name is all that keeps others out of it."""
        os.chmod(self._scratch, 0o711)
        folder = os.path.join(self._scratch, secrets.token_hex(16))
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        return folder

    def kill(self, pid: int) -> None:
        """Ask the zygote to kill a worker: it alone knows whether a process of that id is still its child."""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"kill": pid}).encode("ascii"))

    def exit_status(self, pid: int, seconds: float = 5.0) -> tuple[int, float] | None:
        """Return the wait status of a worker that has ended or is about to, and the CPU seconds that it took.

        `None` when nobody knows.
        """
        deadline = time.monotonic() + seconds
        while pid not in self._exits:
            try:
                self._hear(deadline)
            except WorkerError:
                return None
        return self._exits.pop(pid)

    def close(self) -> None:
        """End the zygote with its workers, by hanging up, and remove its folder."""
        self._drop_ahead()
        if self._another_start is not None:
            self._another_start.close()
        self._process.close()

    def _hear(self, deadline: float) -> None:
        """Take note of the zygote's next message: that it is ready, has forked or cannot, or that a worker has ended.

        Raises: `WorkerError` when the zygote tells of an error of its own, has ended, or is silent until `deadline`.
        """
        ready, _, _ = select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))
        data = b""
        if ready:
            with contextlib.suppress(ConnectionResetError):
                data = self._control.recv(65_536)
        if not data:
            raise WorkerError(self._last_words() if ready else "the zygote does not answer")
        message = json.loads(data)
        if "ready" in message:
            self._started = True
        elif "exited" in message:
            self._exits[message["exited"]] = message["status"], message["cpu"]
        elif "forked" in message:
            self._asked.popleft().pid = int(message["forked"])
        elif "error" in message and self._asked:
            self._asked.popleft().problem = message["error"]
        elif "error" in message:
            raise WorkerError(message["error"])

    def _last_words(self) -> str:
        """Return the end of a zygote in words: the last line that it wrote to stderr."""
        return "the zygote ended: " + (self._process.last_words() or "no reason given")


class ForkedZygote(Zygote):
    """A fork of another grader's zygote: its folder is the other's, and so is the duty to clear that away."""

    def __init__(self, origin: Zygote, control: socket.socket) -> None:
        self._process = origin._process
        self._begin(origin.settings, control, origin._scratch)

    @property
    def alive(self) -> bool:
        return not hung_up(self._control)

    def close(self) -> None:
        self._drop_ahead()
        if self._another_start is not None:
            self._another_start.close()
        self._control.close()

    def _last_words(self) -> str:
        return "the zygote ended"


@dataclass
class Spent:
    """The seconds that a worker, or a submission with all its workers, has used so far."""

    cpu: float = 0.0
    waited: float = 0.0  # slept, or waited for something other than a core; and what it took us to read its answers
    passed: float = 0.0  # by the clock on the wall, waiting for a core included


class Worker:
    """A locked process with one student's source. Every method may raise `Breach`, and the worker is dead then."""

    _numbers = itertools.count(1)

    def __init__(
        self,
        zygote: Zygote,
        pid: int,
        channel: socket.socket,
        output: int,
        limits: Limits,
        folder: str | None = None,
        user: ReservedUser | None = None,
    ) -> None:
        """Take over a forked worker. `folder`, `user`: its own, which go with it."""
        self.pid = pid
        self.limits = limits
        self.spent = Spent()
        self.output = bytearray()
        self.received = 0  # bytes of the last answer
        self._printed = 0
        self._reaped = False
        self._greeted = False
        self._zygote = zygote
        self._channel = channel
        self._channel.setblocking(False)
        self._output: int | None = output
        self._folder = folder
        self._user = user
        self._waiting = usage.WaitingClock(pid)
        self.announced: tuple[int, int] | None = None  # the statement that runs, while a submission is loaded
        self._announcements = 0
        self._given = 0.0  # CPU seconds that starting a GPU took
        self._most_resident: int | None = None  # bytes, where the kernel cannot keep the limit for us
        self._more_threads = 0
        # Linux: the id of another process's CPU clock is its pid, inverted and shifted (clock_getcpuclockid(3)).
        self._clock = (~pid << 3) | 2

    def load(
        self,
        name: str,
        cells: Sequence[tuple[str, str]],
        *,
        one_file: bool,
        simulate: bool = False,
        skip: Collection[tuple[int, int]] = (),
        companions: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Run the student's source, and return what of it was set aside, or why it cannot be read at all.

        `cells`: (code, name) of a module or of each cell. `simulate`: with the simulated accelerator in the worker,
        from before the source is run. `skip`, `companions`: as `runtime.Module.load` has them. After a `Breach`,
        `announced` tells what was running. The answer holds `unreadable`, an error or `None`, and `set_aside`, rows of
        cell, statement and error, as the worker wrote them: nothing of it is checked yet.
        """
        listed = [list(cell) for cell in cells]
        request = {"op": "load", "name": name, "cells": listed, "one_file": one_file, "simulate": simulate}
        return self._ask({**request, "skip": [list(place) for place in skip], "companions": dict(companions or {})})

    def start_gpu(self, device: str, share: float) -> str:
        """Start CUDA in the worker, on the GPU that it was granted; return why it cannot be, or an empty text.

        Before `load`: nothing of the student's is there yet, so what it says is believed, and what it takes is free.
        """
        own = self.limits
        seconds = _GPU_START_SECONDS
        self.limits = replace(
            own,
            call_cpu_seconds=seconds,
            call_wall_seconds=seconds,
            submission_cpu_seconds=seconds,
            threads=own.threads + _GPU_THREADS,
        )
        problem = str(self._ask({"op": "gpu", "device": device, "share": share})["gpu"])
        self.limits, self._more_threads = own, max(0, usage.threads_of(self.pid) - 1)
        self._most_resident = usage.resident_of(self.pid) + _GPU_HOST_BYTES + own.memory_mib * 1024 * 1024
        self._given, self.spent = self._cpu(), Spent()
        return problem

    def call(self, name: str, payload: bytes, options: dict[str, Any]) -> Any:
        """Call `name` of the student's, and return the report, for `observation_from` to check.

        `payload`: `encode([positional, keyword])`, which travels as it is. `options`: fields of `CallOptions`.
        """
        return self._ask({"op": "call", "name": name, "options": options}, payload)["report"]

    def scenario(self, function: bytes, payload: bytes, options: dict[str, Any]) -> Any:
        """Run a scenario of a test, pickled by value, and return the report, in which nothing is pickled."""
        return self._ask({"op": "scenario", "function": function, "options": options}, payload)["report"]

    def close(self) -> None:
        """End the worker, whatever it is doing. Safe to call twice."""
        if self._output is None:
            return
        self._channel.close()
        if not self._reaped:
            self._zygote.kill(self.pid)
            self._reap()
        with contextlib.suppress(Breach):  # too much output matters only while there is still an answer to wait for
            self._drain()
        os.close(self._output)
        self._output = None
        if self._folder is not None:
            leftovers.remove(self._folder)
        if self._user is not None:  # last: its files and processes are gone when another worker gets the id
            self._user.release()

    def _ask(self, request: dict[str, Any], payload: bytes = b"") -> dict[str, Any]:
        """Return the worker's reply to one request, of which only the id and one key are sure.

        Raises: `Breach`, with the worker closed.
        """
        if self._output is None:
            raise Breach(Verdict.CRASHED, signal="")
        # Not to be guessed: code that ran before could have left an answer to this question in the channel.
        number = f"{next(self._numbers)}-{secrets.token_hex(8)}"
        try:
            message = self._exchange(encode({**request, "id": number}, LARGEST_REQUEST), payload)
            self.received = len(message)
            reply = decode(message, self.limits.result_bytes)
            if not isinstance(reply, dict) or reply.get("id") != number:
                raise WireError("an answer to another question")
            if "too_large" in reply:
                raise Breach(Verdict.RESULT_LIMIT, limit=self.limits.result_bytes)
            needed = {"load": "set_aside", "gpu": "gpu"}.get(request["op"], "report")
            if needed not in reply:
                raise WireError("an answer without content")
        except WireError as error:
            self.close()
            raise Breach(Verdict.FORGED, reason=str(error)) from None
        except (Breach, WorkerError):
            self.close()
            raise
        return reply

    def _exchange(self, *frames: bytes) -> bytes:
        """Send one request and read one message, while the clocks run and the output pipe is kept empty."""
        outgoing = memoryview(b"".join(part for frame in frames for part in (len(frame).to_bytes(8, "little"), frame)))
        incoming = bytearray()
        cpu_before = self._cpu()
        self._waiting.restart(cpu_before)
        poller = select.poll()
        poller.register(self._channel, select.POLLIN | select.POLLOUT)
        poller.register(self._output or 0, select.POLLIN)
        next_look = time.monotonic() + _TICK_MS / 1000
        while True:
            for descriptor, event in poller.poll(_TICK_MS):
                if descriptor == self._output:
                    if not self._drain():
                        poller.unregister(descriptor)
                    continue
                if event & select.POLLOUT and outgoing:
                    outgoing = outgoing[self._send(outgoing) :]
                    if not outgoing:
                        poller.modify(self._channel, select.POLLIN)
                if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                    self._receive(incoming)
            if len(incoming) >= 8 and len(incoming) - 8 >= int.from_bytes(incoming[:8], "little"):
                self._check_clocks(cpu_before, finished=True)
                if len(incoming) != 8 + int.from_bytes(incoming[:8], "little"):
                    raise WireError("more bytes than one message")
                return bytes(incoming[8:])
            if time.monotonic() >= next_look:
                self._check_clocks(cpu_before, finished=False)
                next_look = time.monotonic() + _TICK_MS / 1000

    def _send(self, data: memoryview) -> int:
        """Return how many bytes the channel took. Raises: the `Breach` of a worker that has ended."""
        try:
            return self._channel.send(data[: 1 << 20])
        except BlockingIOError:
            return 0
        except (BrokenPipeError, ConnectionResetError):
            raise self._died() from None

    def _receive(self, incoming: bytearray) -> None:
        """Add to `incoming` what has arrived, less the greeting and announcements.

        Raises: `Breach` for a worker that has ended, or a message that says it is too long.
        """
        try:
            part = self._channel.recv(1 << 20)
        except BlockingIOError:
            return
        except ConnectionResetError:
            part = b""
        if not part:
            raise self._died()
        incoming += part
        if not self._greeted and len(incoming) >= len(GREETING):
            del incoming[: len(GREETING)]
            self._greeted = True
        while len(incoming) >= 8 and incoming[7] & 0x80:  # the top bit, which no message's length has
            self._note_announcement(incoming)
        # The encoder's limit holds for the tensor data and for the header, for each by itself.
        if int.from_bytes(incoming[:8].ljust(8, b"\0"), "little") > 2 * self.limits.result_bytes + 65_536:
            raise Breach(Verdict.RESULT_LIMIT, limit=self.limits.result_bytes)

    def _note_announcement(self, incoming: bytearray) -> None:
        """Take what a worker says that it runs next; if it lies, it only accuses another statement of its own."""
        number = int.from_bytes(incoming[:8], "little") - ANNOUNCEMENT
        del incoming[:8]
        self.announced = (number >> 32, number & 0xFFFFFFFF)
        self._announcements += 1
        if self._announcements > _MOST_ANNOUNCEMENTS:
            raise WireError("more statements than a file has")

    def _drain(self) -> bool:
        """Empty the output pipe; return False when the worker has closed it."""
        while self._output is not None:
            try:
                part = os.read(self._output, 65_536)
            except BlockingIOError:
                return True
            if not part:
                return False
            self._printed += len(part)
            self.output += part[: max(0, _KEPT_OUTPUT - len(self.output))]
            if self._printed > self.limits.output_bytes:
                raise Breach(Verdict.OUTPUT_LIMIT, limit=self.limits.output_bytes)
        return False

    def _check_clocks(self, cpu_before: float, *, finished: bool) -> None:
        """Raise a `Breach` when a limit is reached. `finished`: the answer is there, and this is the last look."""
        cpu, limits, waiting = self._cpu(), self.limits, self._waiting
        waited_before, passed_before = waiting.seconds, waiting.passed
        waiting.update(cpu)
        self.spent.cpu = max(self.spent.cpu, cpu)
        self.spent.waited += waiting.seconds - waited_before
        self.spent.passed += waiting.passed - passed_before
        # CPU time is asked first: an endless loop is to be `cpu_limit` on every machine, however busy.
        if cpu - cpu_before > limits.call_cpu_seconds:
            raise Breach(Verdict.CPU_LIMIT, limit=limits.call_cpu_seconds)
        if cpu > limits.submission_cpu_seconds:
            raise Breach(Verdict.CPU_LIMIT, limit=limits.submission_cpu_seconds, whole=True)
        if waiting.seconds > limits.call_wall_seconds:
            raise Breach(Verdict.WALL_LIMIT, limit=limits.call_wall_seconds)
        if waiting.passed > _BACKSTOP * (limits.call_cpu_seconds + limits.call_wall_seconds):
            raise Breach(Verdict.WALL_LIMIT, limit=limits.call_wall_seconds)
        if self.spent.passed > SUBMISSION_BACKSTOP * (limits.submission_cpu_seconds + limits.submission_wall_seconds):
            raise Breach(Verdict.WALL_LIMIT, limit=limits.submission_wall_seconds, whole=True)
        threads = usage.threads_of(self.pid)
        if threads > limits.threads + self._more_threads:
            raise Breach(Verdict.THREAD_LIMIT, limit=limits.threads)
        if self._most_resident is not None and usage.resident_of(self.pid) > self._most_resident:
            raise Breach(Verdict.MEMORY_LIMIT, limit=limits.memory_mib)
        if self._folder is not None and usage.outgrown(
            self._folder, limits.file_bytes, moving=threads > 1, over=finished
        ):
            raise Breach(Verdict.FILE_LIMIT, limit=limits.file_bytes)

    def _cpu(self) -> float:
        """Return the CPU seconds of the worker so far, less those that starting a GPU took."""
        try:
            return time.clock_gettime(self._clock) - self._given
        except OSError:  # it has ended; the channel will tell
            return self.spent.cpu

    def _reap(self) -> int | None:
        """Return the wait status of this worker, once it is gone, and count what it took to its end."""
        status_and_cpu = self._zygote.exit_status(self.pid)
        if status_and_cpu is None:
            return None
        self._reaped = True
        status, cpu = status_and_cpu
        self.spent.cpu = max(self.spent.cpu, cpu - self._given)
        return status

    def _died(self) -> Breach:
        """Return the breach that ended the worker, from its wait status."""
        status = self._reap()
        if status is None:
            if not self._zygote.alive:
                raise WorkerError("the zygote ended, and its workers with it")
            return Breach(Verdict.CRASHED, signal="")
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU:
                return Breach(Verdict.CPU_LIMIT, limit=self.limits.submission_cpu_seconds, whole=True)
            with contextlib.suppress(ValueError):
                return Breach(Verdict.CRASHED, signal=signal.Signals(number).name)
            return Breach(Verdict.CRASHED, signal=str(number))
        code = os.waitstatus_to_exitcode(status)
        if code == CANNOT_START and not self._greeted:
            with contextlib.suppress(Breach):  # it has written the reason to its output
                self._drain()
            reason = self.output.decode("utf-8", "replace").strip()
            raise WorkerError(f"a worker could not lock itself: {reason}")
        return Breach(Verdict.EXITED, code=code)
