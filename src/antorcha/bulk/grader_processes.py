"""The processes of warm graders, seen from outside: one that collects a course's tests, and graders forked from it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from antorcha import surroundings
from antorcha.accelerator import gpus
from antorcha.bulk.jobs import Job
from antorcha.bulk.proofs import Proof
from antorcha.bulk.protocol import GraderJob
from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course
from antorcha.plain import to_plain
from antorcha.worker import leftovers
from antorcha.worker.zygote_process import hung_up

# For a process that was hung up on: it has graders and a zygote to wait for, and folders to remove.
_ENDING_SECONDS = 10


class GraderOrigin:
    """The place that graders of a course come from; several threads may ask it for some.

    The tests are collected in one process, of which each grader is forked. Where they need a GPU, which no process can
    use that was forked from one that did, each grader collects for itself.
    """

    def __init__(self, course: Course, topics: Collection[str] = ()) -> None:
        """Start nothing yet. `topics`: those whose answers will be graded, where that is known."""
        self._course = course
        self._preload = course.modules_for(topics)
        roles = {role for topic in course.topics for role in course.devices_of(topic)}
        self.uses_gpu = bool(roles - {CPU}) and bool(gpus.usable())  # asked of the system: torch is not imported here
        self._collected: list[_CollectingProcess] = []
        self._started = 0
        self._lock = threading.Lock()

    def fork(self) -> GraderProcess:
        """Return a grader to be: it is forked when the tests are collected, and says so."""
        with self._lock:
            if self.uses_gpu or not self._collected or not self._collected[-1].can_fork:
                gpu = self._started if self.uses_gpu else None
                self._collected.append(_CollectingProcess(self._course, self._preload, gpu))
            self._started += 1
            return self._collected[-1].fork()

    def close(self) -> None:
        """End the processes that collect; all graders must have been closed. Safe to call twice."""
        with self._lock:
            collected, self._collected = self._collected, []
        for process in collected:  # all hang up before any is waited for
            process.connection.close()
        for process in collected:
            process.close()


class _CollectingProcess:
    """The process that collects the tests, and of which graders are forked."""

    def __init__(self, course: Course, preload: Sequence[str], gpu: int | None) -> None:
        """Start the process.

        `preload`: what the zygote imports beside torch. `gpu`: where there are any, its number among the graders, which
        take turns at them.
        """
        self._said = b""
        self._lock = threading.Lock()
        self.connection, theirs = socket.socketpair()
        config = {
            "root": str(course.root),
            "topics": [topic.name for topic in course.topics],
            "settings": {"use_gpu": gpu is not None},
            "preload": preload,
            "gpu": gpu,
        }
        command = surroundings.python_command("antorcha.bulk.grader", str(theirs.fileno()), json.dumps(config))
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=surroundings.environment(),
            cwd=course.root,
        )
        theirs.close()  # else the other end of the line stays open here, and its death is never heard

    @property
    def can_fork(self) -> bool:
        return self.process.poll() is None and not hung_up(self.connection)

    def fork(self) -> GraderProcess:
        """Return a grader to be: it is forked when the tests are collected, and says so."""
        connection, theirs = socket.socketpair()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the grader's connection ends at once then
            socket.send_fds(self.connection, [b"+"], [theirs.fileno()])
        theirs.close()
        return GraderProcess(connection, self)

    def refusal(self) -> str:
        """Return why the tests cannot be used, when a grader ended before it was ready; "" where nothing was said."""
        with self._lock:
            self.connection.settimeout(_ENDING_SECONDS)
            with contextlib.suppress(OSError):
                while part := self.connection.recv(1 << 20):
                    self._said += part
            return str(json.loads(self._said)["refused"]) if self._said.endswith(b"\n") else ""

    def close(self) -> None:
        """Hang up, wait for the process's end, and clear away what it left."""
        self.connection.close()
        try:
            self.process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        leftovers.clear(self.process.pid)


class GraderProcess:
    """One warm grader process."""

    def __init__(self, connection: socket.socket, origin: _CollectingProcess) -> None:
        """Take the connection to a process that is forked from `origin`, or is `origin` itself."""
        self.job: Job | None = None
        self.since = time.monotonic()
        self.connection = connection
        self._origin = origin
        self._itself: int | None = None  # a descriptor of the process, from when it is ready
        self._pid = 0
        self._told: set[str] = set()  # topics whose tests it has the proof of
        self._buffer = bytearray()

    @property
    def ready(self) -> bool:
        return self._itself is not None

    def refusal(self) -> str:
        """Return why there can be no grader, as the process said from which this one was to be forked."""
        return self._origin.refusal()

    def kill(self) -> None:
        """End the process; before it is ready, the one that was to fork it."""
        if self._itself is None:
            self._origin.process.kill()
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._itself, signal.SIGKILL)

    def give(self, job: Job, proof: Proof | None) -> None:
        """Send the grader a job, and once for each topic the proof of its tests, where there is one."""
        self.job = job
        self.since = time.monotonic()
        job.tries += 1
        topic = job.file.topic
        told, self._told = topic in self._told, self._told | {topic}  # without a proof, it makes one itself
        order = GraderJob(job.file, job.scope, job.option_order, None if told else proof)
        line = json.dumps(to_plain(order)).encode("utf-8") + b"\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died idle: `messages` will say so
            self.connection.sendall(line)

    def messages(self) -> Iterator[dict[str, Any] | None]:
        """Yield the messages that have come; `None` when the grader is gone."""
        try:
            # 1 MiB at once; what is cut off waits in the buffer.
            part, descriptors, _, _ = socket.recv_fds(self.connection, 1 << 20, 1)
        except ConnectionResetError:
            part, descriptors = b"", []
        self._itself = next(iter(descriptors), self._itself)
        if not part:
            yield None
            return
        self._buffer += part
        while b"\n" in self._buffer:
            line, _, rest = bytes(self._buffer).partition(b"\n")
            self._buffer = bytearray(rest)
            message = json.loads(line)
            self._pid = message.get("ready", self._pid)
            yield message

    def close(self) -> None:
        """Hang up, wait for the process's end, and clear away what it left."""
        self.connection.close()
        if self._itself is None:
            return
        ended = select.poll()
        ended.register(self._itself, select.POLLIN)
        if not ended.poll(10_000):  # milliseconds: it has folders to remove
            self.kill()
            ended.poll(10_000)
        os.close(self._itself)
        self._itself = None
        leftovers.clear(self._pid)
