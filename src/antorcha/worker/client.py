"""The trusted side's door to the workers: starts a zygote, hands it hand-ins, reads evidence with a clock in hand."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from antorcha import threads
from antorcha.accelerator import gpus
from antorcha.accelerator.gpus import Gpu
from antorcha.course.model import Limits
from antorcha.results import Verdict
from antorcha.worker import leftovers, usage
from antorcha.worker.codec import WireError, decode, encode
from antorcha.worker.lockdown import Settings, bubblewrap, landlock
from antorcha.worker.serve import GREETING

_START_SECONDS = 120.0
_CANNOT_START = 99
_TICK_MS = 50
_KEPT_OUTPUT = 65_536
# CUDA takes seconds to start, some threads, and memory of its own as it is used. None of that is the student's.
_GPU_START_SECONDS = 120.0
_GPU_THREADS = 32
_GPU_HOST_BYTES = 1 << 30


class WorkerError(Exception):
    """The machinery itself failed (no zygote, no fork): the grader's fault, never the student's."""


class Breach(Exception):  # noqa: N818 - a verdict, not an error of ours
    """A worker ended without an answer. `verdict` says why; the worker is dead."""

    def __init__(self, verdict: Verdict, **details: Any) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.details = details


def _environment(cache: str) -> dict[str, str]:
    """All that a worker's process knows of this machine. The hash seed is fixed so that sets have one order for all."""
    asked = {name: os.environ[name] for name in (landlock.ABI_VARIABLE,) if name in os.environ}
    # Both ends of the wire must be one version; an installed package is found by itself, and its folder in front of
    # Python's own would hide modules.
    package = Path(__file__).resolve().parents[2]
    if package.name not in ("site-packages", "dist-packages"):
        asked["PYTHONPATH"] = str(package)
    return asked | {
        "PATH": "/usr/bin:/bin",
        "HOME": "/",
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        **threads.ENVIRONMENT,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
        "TORCHINDUCTOR_CACHE_DIR": cache,
        "MPLCONFIGDIR": cache,
        "MPLBACKEND": "Agg",
        "TMPDIR": cache,
    }


class Zygote:
    """A running zygote. Not thread-safe: each grader process owns one."""

    def __init__(self, settings: Settings | None = None, preload: Sequence[str] = ()) -> None:
        """`preload`: modules to import before any hand-in, besides torch."""
        self.settings = settings or Settings()
        self._exits: dict[int, tuple[int, float]] = {}
        self._scratch = leftovers.new_folder()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-s", "-P", "-m", "antorcha.worker.zygote"]
        command += [str(theirs.fileno()), json.dumps(asdict(self.settings)), *preload]
        if self.settings.use_bubblewrap and not bubblewrap.obstacle():
            granted = gpus.usable() if self.settings.use_gpu else []
            devices = [path for gpu in granted for path in gpu.devices]
            facts = [path for gpu in granted for path in gpu.readable]
            command = bubblewrap.wrapped(command, self._scratch, devices, facts)
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=_environment(self._scratch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
        )
        theirs.close()
        self._started = False

    def wait_ready(self) -> None:
        """Errors: `WorkerError` with the zygote's own words when it does not come up."""
        if not self._started:
            self._expect("ready", _START_SECONDS)
            self._started = True

    @property
    def alive(self) -> bool:
        """Is the zygote's process still there?"""
        return self._process.poll() is None

    def spawn(self, limits: Limits, *, scratch: bool = False, gpu: Gpu | None = None) -> Worker:
        """Fork a locked worker that waits for its source; with `scratch`, with a folder of its own to write to.

        `gpu`: the one that it may open. `Worker.start_gpu` starts it.
        """
        self.wait_ready()
        folder = self._new_folder() if scratch else None
        ours, theirs = socket.socketpair()
        output, output_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(output_end, True)
        request = {
            "memory": limits.memory_mib * 1024 * 1024,
            "cpu": max(1, int(limits.submission_cpu_seconds) + 1) + (int(_GPU_START_SECONDS) if gpu else 0),
            "result": limits.result_bytes,
            "threads": limits.threads + (_GPU_THREADS if gpu else 0),
            "scratch": folder and {"path": folder, "file_bytes": limits.file_bytes},
            "gpu": gpu and {"uuid": gpu.uuid, "devices": gpu.devices, "readable": gpu.readable},
        }
        try:
            data = json.dumps({"fork": request}).encode("ascii")
            socket.send_fds(self._control, [data], [theirs.fileno(), output_end])
            pid = self._expect("forked", 30.0)
        except (OSError, WorkerError) as error:
            ours.close()
            os.close(output)
            raise WorkerError(f"no worker could be started: {error}") from None
        finally:
            theirs.close()
            os.close(output_end)
        return Worker(self, pid, ours, output, limits, folder)

    def _new_folder(self) -> str:
        """A folder for a worker that may be a user of its own; its name is all that keeps other users out of it."""
        os.chmod(self._scratch, 0o711)
        folder = os.path.join(self._scratch, secrets.token_hex(16))
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        return folder

    def kill(self, pid: int) -> None:
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"kill": pid}).encode("ascii"))

    def exit_status(self, pid: int, seconds: float = 5.0) -> tuple[int, float] | None:
        """The wait status of a worker that has ended or is about to, and the CPU seconds that it took.

        `None` when nobody knows.
        """
        deadline = time.monotonic() + seconds
        while pid not in self._exits:
            try:
                self._expect(None, deadline - time.monotonic())
            except WorkerError:
                return None
        return self._exits.pop(pid)

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _expect(self, key: str | None, seconds: float) -> int:
        """Read the zygote's messages until one has `key` (or, without a key, until any worker has ended)."""
        deadline = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))
            data = self._receive() if ready else b""
            if not data:
                raise WorkerError(self._last_words() if ready else "the zygote does not answer")
            message = json.loads(data)
            if "error" in message:
                raise WorkerError(message["error"])
            if "exited" in message:
                self._exits[message["exited"]] = message["status"], message["cpu"]
                if key is None:
                    return int(message["exited"])
            if key is not None and key in message:
                return int(message[key])

    def _receive(self) -> bytes:
        try:
            return self._control.recv(65_536)
        except ConnectionResetError:
            return b""

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        text = b""
        if self._process.stderr is not None and self._process.poll() is not None:
            text = self._process.stderr.read()[-2000:]
        return "the zygote ended: " + (text.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]


@dataclass
class Spent:
    """What a worker, or a hand-in with all its workers, has used so far, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0


class Worker:
    """One locked child with one student's source. Every method may raise `Breach`, and the worker is dead then."""

    _numbers = itertools.count(1)

    def __init__(
        self,
        zygote: Zygote,
        pid: int,
        channel: socket.socket,
        output: int,
        limits: Limits,
        folder: str | None = None,
    ) -> None:
        """`folder`: the worker's own, which goes with it."""
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
        self._given = 0.0  # CPU seconds that starting a GPU took
        self._most_resident: int | None = None  # bytes, where the kernel cannot keep the limit for us
        self._more_threads = 0
        # Linux: the id of another process's CPU clock is its pid, inverted and shifted (clock_getcpuclockid(3)).
        self._clock = (~pid << 3) | 2

    def load(
        self, name: str, cells: Sequence[tuple[str, str]], *, one_file: bool, simulate: bool = False
    ) -> dict[str, Any]:
        """Run the student's source; what stopped it, if anything, and the names that it defines.

        `simulate`: with the simulated accelerator in the worker, from before the source is run.
        """
        listed = [list(cell) for cell in cells]
        request = {"op": "load", "name": name, "cells": listed, "one_file": one_file, "simulate": simulate}
        return self._ask(request)

    def start_gpu(self, device: str, share: float) -> str:
        """Start CUDA in the worker, on the GPU that it was granted; why it cannot be, or an empty text.

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

    def call(self, name: str, arguments: Any, options: dict[str, Any]) -> Any:
        """`arguments`: a list of positional arguments and a dict of keyword arguments, as objects or as facts."""
        args, kwargs = arguments
        return self._ask({"op": "call", "name": name, "args": args, "kwargs": kwargs, "options": options})["report"]

    def scenario(self, function: bytes, args: Any, options: dict[str, Any]) -> Any:
        """`function`: a scenario of a test, pickled by value. It goes to the worker; nothing pickled comes back."""
        return self._ask({"op": "scenario", "function": function, "args": args, "options": options})["report"]

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
            shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._output is None:
            raise Breach(Verdict.CRASHED, signal="")
        number = f"{next(self._numbers)}-{secrets.token_hex(8)}"
        try:
            message = self._exchange(encode({**request, "id": number}, 1 << 31))
            self.received = len(message)
            reply = decode(message, self.limits.result_bytes)
            if not isinstance(reply, dict) or reply.get("id") != number:
                raise WireError("an answer to another question")
            if "too_large" in reply:
                raise Breach(Verdict.RESULT_LIMIT, limit=self.limits.result_bytes)
            needed = {"load": "names", "gpu": "gpu"}.get(request["op"], "report")
            if needed not in reply:
                raise WireError("an answer without content")
        except WireError as error:
            self.close()
            raise Breach(Verdict.FORGED, reason=str(error)) from None
        except (Breach, WorkerError):
            self.close()
            raise
        return reply

    def _exchange(self, message: bytes) -> bytes:
        """Send one message and read one, while the clocks run and the output pipe is kept empty."""
        outgoing = memoryview(len(message).to_bytes(8, "little") + message)
        incoming = bytearray()
        started, cpu_before = time.monotonic(), self._cpu()
        poller = select.poll()
        poller.register(self._channel, select.POLLIN | select.POLLOUT)
        poller.register(self._output or 0, select.POLLIN)
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
                self._check_clocks(started, cpu_before, finished=True)
                return self._one_message(incoming)
            self._check_clocks(started, cpu_before, finished=False)

    def _send(self, data: memoryview) -> int:
        try:
            return self._channel.send(data[: 1 << 20])
        except BlockingIOError:
            return 0
        except (BrokenPipeError, ConnectionResetError):
            raise self._died() from None

    def _receive(self, incoming: bytearray) -> None:
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
        # The encoder's limit counts tensor data; the header comes on top.
        if int.from_bytes(incoming[:8].ljust(8, b"\0"), "little") > 2 * self.limits.result_bytes + 65_536:
            raise Breach(Verdict.RESULT_LIMIT, limit=self.limits.result_bytes)

    @staticmethod
    def _one_message(incoming: bytearray) -> bytes:
        size = int.from_bytes(incoming[:8], "little")
        if len(incoming) != 8 + size:
            raise WireError("more bytes than one message")
        return bytes(incoming[8:])

    def _drain(self) -> bool:
        """Empty the output pipe; False when the worker has closed it."""
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

    def _check_clocks(self, started: float, cpu_before: float, *, finished: bool) -> None:
        """CPU time is the judge; wall time is the backstop for a worker that sleeps or waits."""
        cpu, wall = self._cpu(), time.monotonic() - started
        limits = self.limits
        self.spent.cpu = max(self.spent.cpu, cpu)
        if finished:
            self.spent.wall += wall
        if cpu - cpu_before > limits.call_cpu_seconds:
            raise Breach(Verdict.CPU_LIMIT, limit=limits.call_cpu_seconds)
        if cpu > limits.submission_cpu_seconds:
            raise Breach(Verdict.CPU_LIMIT, limit=limits.submission_cpu_seconds, whole=True)
        if wall > limits.call_wall_seconds:
            raise Breach(Verdict.WALL_LIMIT, limit=limits.call_wall_seconds)
        if usage.threads_of(self.pid) > limits.threads + self._more_threads:
            raise Breach(Verdict.THREAD_LIMIT, limit=limits.threads)
        if self._most_resident is not None and usage.resident_of(self.pid) > self._most_resident:
            raise Breach(Verdict.MEMORY_LIMIT, limit=limits.memory_mib)
        if self._folder is not None and usage.outgrown(self._folder, limits.file_bytes):
            raise Breach(Verdict.FILE_LIMIT, limit=limits.file_bytes)

    def _cpu(self) -> float:
        try:
            return time.clock_gettime(self._clock) - self._given
        except OSError:  # it has ended; the channel will tell
            return self.spent.cpu

    def _reap(self) -> int | None:
        """The wait status of this worker, once it is gone; what it took is counted to the end."""
        known = self._zygote.exit_status(self.pid)
        if known is None:
            return None
        self._reaped = True
        status, cpu = known
        self.spent.cpu = max(self.spent.cpu, cpu - self._given)
        return status

    def _died(self) -> Breach:
        """Why the worker is gone, from its wait status."""
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
        if code == _CANNOT_START and not self._greeted:
            raise WorkerError(self._start_failure())
        return Breach(Verdict.EXITED, code=code)

    def _start_failure(self) -> str:
        with contextlib.suppress(Breach):
            self._drain()
        return "a worker could not lock itself: " + self.output.decode("utf-8", "replace").strip()
