"""A pool of warm grader processes, seen from the run that hands out jobs to them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from antorcha import surroundings
from antorcha.accelerator import gpus
from antorcha.bulk.proofs import Proof, Proofs, ProofsOfOneRun
from antorcha.bulk.protocol import Explanation, GraderJob, JudgedJob, MutantEvidence, Scope
from antorcha.bulk.topic_result import not_judged
from antorcha.course.device_kinds import CPU
from antorcha.course.model import SUBMISSION_BACKSTOP, Course, Topic
from antorcha.errors import UserError
from antorcha.intake.model import SubmittedFile
from antorcha.plain import PlainDataError, from_plain, to_plain
from antorcha.results import TopicResult, depends_on_machine
from antorcha.worker import leftovers

_TRIES = 2  # graders that a submission may cost, and starts in a row that may fail
_SLACK_SECONDS = 60.0  # beside what a submission may take: for comparing, explaining and drawing
_START_SECONDS = 600.0  # importing torch and proving the tests takes ten seconds of CPU time, on a busy machine minutes
# Of what a submission may compute and wait: its own backstop, and once more for the call that it was in.
_TURNS = 2 * SUBMISSION_BACKSTOP


class GraderStartError(UserError):
    """The failure of a machine to start graders at all."""

    def __init__(self) -> None:
        super().__init__("the grader cannot be started", "run `antorcha doctor` to see what this machine lacks")


@dataclass(frozen=True)
class Graded:
    """One finished unit of work: one student's submission for one topic.

    `evidence`: of a mutant that passed; `explanation`: where it was asked for.
    """

    student: str
    result: TopicResult
    cached: bool = False
    evidence: MutantEvidence = field(default_factory=MutantEvidence)
    explanation: Explanation = field(default_factory=Explanation)


@dataclass
class Job:
    """One submission for one topic; `student` is whatever the caller knows it by.

    `option_order`: the student in whose order its quizzes' options stood, "" for the course's own order. `tries`: how
    many graders it was given to. `alone`: nothing else is graded while it is.
    """

    student: str
    file: SubmittedFile
    scope: Scope = field(default_factory=Scope)
    tries: int = 0
    option_order: str = ""
    alone: bool = False


Begun = Callable[[Job], None]


class Pool:
    """Warm graders, and the jobs that wait for them. Jobs may be added between two runs."""

    def __init__(
        self,
        course: Course,
        count: int,
        jobs: Iterable[Job] = (),
        *,
        set_aside: Callable[[Job], None] | None = None,
        proofs: Proofs | None = None,
        begun: Begun | None = None,
    ) -> None:
        """Start `count` graders.

        `proofs`: those of the topics' tests that hold already; what is proven here is kept there. `set_aside`: takes
        the jobs that have to be tried once more, alone, where whoever calls sees to that; by default they are tried
        here, after all others. `begun`: called when a job is given to a grader.
        """
        self._course = course
        roles = {role for topic in course.topics for role in course.devices_of(topic)}
        self._use_gpu = bool(roles - {CPU}) and bool(gpus.usable())  # asked of the system: torch is not imported here
        self._begun = begun
        self._proofs = proofs or ProofsOfOneRun()
        self._jobs = deque(jobs)
        self._jobs_alone: deque[Job] = deque()
        self._set_aside = set_aside or self._jobs_alone.append
        self._started = 0
        self._failed_starts = 0  # graders that died before they were ready, since one last was
        self._selector = selectors.DefaultSelector()
        self._graders: list[_GraderProcess] = []
        self._collected: list[_Collected] = []
        for _ in range(count):
            self._start()

    def add(self, job: Job) -> None:
        """Let a job wait for the next run."""
        self._jobs.append(job)

    def run(self) -> Iterator[Graded]:
        """Yield results, as they come, until no job is left.

        Raises: `UserError` when the course's tests can grade nobody, or no grader can be started.
        """
        if not self._graders:  # the last one ended after its last job
            self._start()
        while True:
            self._hand_out()
            if not self._jobs and not self._jobs_alone and not any(grader.job for grader in self._graders):
                return
            for key, _ in self._selector.select(1.0):  # a second: a grader that hangs sends nothing that would wake us
                if isinstance(key.data, _Collected):
                    self._listen_to(key.data)
                else:
                    yield from self._hear(key.data)
            for grader in [grader for grader in self._graders if self._is_stuck(grader)]:
                grader.kill()

    def close(self) -> None:
        """End the graders, in the middle of a job too."""
        for grader in self._graders:  # all hang up before any is waited for
            if grader.job is not None or not grader.ready:
                grader.kill()
            grader.connection.close()
        for grader in self._graders:
            grader.close()
        for collected in self._collected:
            collected.connection.close()
        for collected in self._collected:
            collected.close()
        self._selector.close()

    def _start(self) -> None:
        # No process can use a GPU that was forked from one which has.
        if self._use_gpu or not self._collected or not self._collected[-1].can_fork:
            collected = _Collected(self._course, self._started if self._use_gpu else None)
            self._collected.append(collected)
            self._selector.register(collected.connection, selectors.EVENT_READ, collected)
        grader = self._collected[-1].fork()
        self._started += 1
        self._graders.append(grader)
        self._selector.register(grader.connection, selectors.EVENT_READ, grader)

    def _hand_out(self) -> None:
        """Give idle graders work: first all that may run side by side, then one job at a time."""
        for grader in [grader for grader in self._graders if grader.ready and grader.job is None]:
            job: Job | None = None
            if self._jobs:
                job = self._next_job()
            elif self._jobs_alone and not any(other.job for other in self._graders):
                job = self._jobs_alone.popleft()
            if job is not None:
                grader.give(job, self._proof_for(job))
                if self._begun is not None:
                    self._begun(job)

    def _next_job(self) -> Job | None:
        """Take the first job out of the queue that needs no proof which a grader is making now."""
        busy = {grader.job.file.topic for grader in self._graders if grader.job is not None}
        in_proof = {topic for topic in busy if self._shares_proofs and self._proofs.known(topic) is None}
        place = next((place for place, job in enumerate(self._jobs) if job.file.topic not in in_proof), None)
        if place is None:
            return None
        job = self._jobs[place]
        del self._jobs[place]
        return job

    def _proof_for(self, job: Job) -> Proof | None:
        return self._proofs.known(job.file.topic) if self._shares_proofs else None

    @property
    def _shares_proofs(self) -> bool:
        """Return whether one grader's proof holds for all: of two GPUs one may be lost and the other not."""
        return not self._use_gpu

    def _listen_to(self, collected: _Collected) -> None:
        """Take in what the process that collects has to say. Its graders tell of its end, and so need not we."""
        refusal = collected.refusal()
        if refusal:
            raise UserError(refusal)
        if refusal is None:
            self._selector.unregister(collected.connection)

    def _hear(self, grader: _GraderProcess) -> Iterator[Graded]:
        for message in grader.messages():
            if message is None:
                yield from self._lose(grader, "the grader ended twice while it graded this submission")
                return
            if "refused" in message:
                raise UserError(message["refused"])
            if "waiting" in message:  # for a GPU that another one holds: its own clock has not begun
                grader.since = time.monotonic()
                continue
            if "proof" in message and grader.job is not None:
                if self._shares_proofs:
                    self._proofs.keep(grader.job.file.topic, from_plain(Proof, message["proof"]))
                continue
            if "result" in message and grader.job is not None:
                job, grader.job = grader.job, None
                yield from self._finish(job, message)
            self._failed_starts = 0  # one that started shows that the machine can
            if "leaving" in message:  # an answer broke it, or it has grown too large: another one goes on
                yield from self._lose(grader, message.get("fault", ""))
                return

    def _finish(self, job: Job, message: dict[str, Any]) -> Iterator[Graded]:
        """Yield a result, or put its job aside for a try alone where a busy machine may have made the verdict."""
        try:
            judged = from_plain(JudgedJob, {"evidence": {}, "explanation": {}, **message})
        except PlainDataError as error:  # a fault of ours in the record costs this submission, not the run
            yield Graded(job.student, not_judged(self._topic_of(job), f"its result cannot be read: {error}"))
            return
        result = judged.result
        if depends_on_machine(result) and not job.alone:
            job.alone, job.tries = True, 0  # the tries so far were no fault of a grader
            self._set_aside(job)
        else:
            settled = replace(result, judged_twice=job.alone)
            yield Graded(job.student, settled, evidence=judged.evidence, explanation=judged.explanation)

    def _lose(self, grader: _GraderProcess, fault: str) -> Iterator[Graded]:
        """Let go of a grader that has ended. Its submission gets one more try, alone, in another one."""
        self._selector.unregister(grader.connection)
        self._graders.remove(grader)
        grader.close()
        job, grader.job = grader.job, None
        if job is None:
            self._failed_starts += not grader.ready
        elif job.tries < _TRIES:
            job.alone = True
            self._set_aside(job)
        else:
            yield Graded(job.student, replace(not_judged(self._topic_of(job), fault), judged_twice=True))
        if self._failed_starts > _TRIES:
            raise GraderStartError
        # One that is idle takes the waiting jobs: only where none is, another one is worth its start.
        if (self._jobs or self._jobs_alone) and not any(other.job is None for other in self._graders):
            self._start()

    def _topic_of(self, job: Job) -> Topic:
        topic = self._course.topic(job.file.topic)
        assert topic is not None
        return topic

    def _is_stuck(self, grader: _GraderProcess) -> bool:
        """Return whether the grader itself hangs. On a submission it keeps its own clocks, which are shorter."""
        limits = self._course.limits
        patience = _TURNS * (limits.submission_cpu_seconds + limits.submission_wall_seconds) + _SLACK_SECONDS
        if not grader.ready:
            patience = max(patience, _START_SECONDS)
        return time.monotonic() - grader.since > patience and (grader.job is not None or not grader.ready)


class _Collected:
    """The process that collects the tests, and of which graders are forked."""

    def __init__(self, course: Course, gpu: int | None) -> None:
        """Start the process. `gpu`: where there are any, its number among the graders, which take turns at them."""
        self.ended = False
        self._said = b""
        self.connection, theirs = socket.socketpair()
        config = {
            "root": str(course.root),
            "topics": [topic.name for topic in course.topics],
            "settings": {"use_gpu": gpu is not None},
            "preload": course.preload,
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
        return not self.ended and self.process.poll() is None

    def fork(self) -> _GraderProcess:
        """Return a grader to be: it is forked when the tests are collected, and says so."""
        connection, theirs = socket.socketpair()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the grader's connection ends at once then
            socket.send_fds(self.connection, [b"+"], [theirs.fileno()])
        theirs.close()
        return _GraderProcess(connection, self.process)

    def refusal(self) -> str | None:
        """Return why the tests cannot be used, "" where nothing was said, or `None` when the process has ended."""
        try:
            said = self.connection.recv(1 << 20)
        except ConnectionResetError:
            said = b""
        if not said:
            self.ended = True
            return None
        self._said += said
        return str(json.loads(self._said)["refused"]) if self._said.endswith(b"\n") else ""

    def close(self) -> None:
        """Hang up, wait for the process's end, and clear away what it left."""
        self.connection.close()
        try:
            self.process.wait(10)  # seconds: it has graders and a zygote to wait for, and folders to remove
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        leftovers.clear(self.process.pid)


class _GraderProcess:
    """One warm grader process."""

    def __init__(self, connection: socket.socket, origin: subprocess.Popen[bytes]) -> None:
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

    def kill(self) -> None:
        """End the process; before it is ready, the one that was to fork it."""
        if self._itself is None:
            self._origin.kill()
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
