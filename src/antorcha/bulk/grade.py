"""Grades a class: hands jobs to warm graders, one a core, and yields each result as it comes."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from antorcha import threads
from antorcha.accelerator import gpus
from antorcha.accelerator.devices import CPU
from antorcha.bulk.keys import course_key
from antorcha.bulk.protocol import Scope, job_to_json
from antorcha.course.model import Course, Topic
from antorcha.course.roster import Readers
from antorcha.errors import UserError
from antorcha.intake.model import Source, Submission
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise, topic_from_json
from antorcha.worker import leftovers

__all__ = ["Graded", "GradingService", "Job", "course_key", "grade_class", "grade_jobs", "require_isolation"]

_TRIES = 2
_WORTH_A_GRADER = 6
_SLACK_SECONDS = 60.0

Skip = Callable[[str, Source], TopicResult | None]


@dataclass(frozen=True)
class Graded:
    """One finished unit of work: one student's hand-in for one topic."""

    student: str
    result: TopicResult
    cached: bool = False
    evidence: str = ""  # of a probe that passed: a digest of all that its checks saw


@dataclass
class Job:
    """One hand-in for one topic; `student` is whatever the caller knows it by.

    `reader` is the student in whose order its quizzes' options stood, "" for the course's own order.
    """

    student: str
    source: Source
    scope: Scope = field(default_factory=Scope)
    tries: int = 0
    reader: str = ""


def grade_class(
    course: Course,
    submissions: Sequence[Submission],
    *,
    workers: int | None = None,
    skip: Skip = lambda _student, _source: None,
    isolation: str = "required",
) -> Iterator[Graded]:
    """Grade every topic of every submission; results come in the order in which they are ready.

    `skip(student, source)` may answer from a cache. A topic without a file is yielded with verdict MISSING.
    Errors: `UserError` when the course's own tests cannot be used, or this machine cannot isolate hand-ins and
    `isolation` is "required".
    """
    jobs: deque[Job] = deque()
    readers = Readers(course)
    for submission in submissions:
        for topic in course.topics:
            source = submission.sources.get(topic.name)
            if source is None:
                yield Graded(submission.student, _no_file(topic))
            elif (known := skip(submission.student, source)) is not None:
                yield Graded(submission.student, known, cached=True)
            else:
                reader = readers.of(submission.student, topic.name)
                jobs.append(Job(submission.student, source, reader=reader))
    yield from grade_jobs(course, jobs, workers=workers, isolation=isolation)


def grade_jobs(
    course: Course, jobs: Iterable[Job], *, workers: int | None = None, isolation: str = "required"
) -> Iterator[Graded]:
    """Do these jobs on warm graders; results and errors as those of `grade_class`."""
    waiting = deque(jobs)
    if waiting:
        require_isolation(isolation)
        # A grader costs as much to start as several hand-ins to grade.
        useful = -(-len(waiting) // _WORTH_A_GRADER)
        count = min(len(waiting), workers) if workers else min(useful, len(os.sched_getaffinity(0)))
        with contextlib.closing(_Pool(course, count, waiting)) as pool:
            yield from pool.run()


class GradingService:
    """Warm graders for hand-ins that come one by one, as nbgrader's do: the first waits for them, the others do not.

    Errors: `UserError` as `grade_class` raises it. After `close`, the next hand-in starts new graders.
    """

    def __init__(self, course: Course, *, workers: int = 1, isolation: str = "required") -> None:
        self._course = course
        self._workers = workers
        self._isolation = isolation
        self._pool: _Pool | None = None

    def grade(self, student: str, source: Source) -> TopicResult:
        """Grade one hand-in and wait for its result."""
        if self._pool is None:
            require_isolation(self._isolation)
            self._pool = _Pool(self._course, self._workers, deque())
        self._pool.jobs.append(Job(student, source))
        try:
            (graded,) = self._pool.run()
        except BaseException:  # what is still on its way belongs to nobody now
            self.close()
            raise
        return graded.result

    def close(self) -> None:
        """End the graders. Safe to call twice."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


def require_isolation(isolation: str) -> None:
    """Errors: `UserError` when a required layer of the sandbox is missing and `isolation` is "required"."""
    from antorcha.worker.lockdown import layers

    missing = [layer for layer in layers() if layer.required and not layer.present]
    if isolation == "required" and missing:
        names = "; ".join(f"{layer.name}: {layer.detail}" for layer in missing)
        raise UserError(
            f"this machine cannot lock up other people's code ({names})",
            "`antorcha doctor` says what to install. To run the hand-ins with your own rights all the same, "
            "say --isolation=none; the results will record it.",
        )


class _Grader:
    """One warm grader process, seen from here."""

    def __init__(self, course: Course, number: int = 0) -> None:
        """`number`: of this grader among all; they take turns at the machine's GPUs."""
        self.job: Job | None = None
        self.since = time.monotonic()
        self.ready = False
        self._buffer = bytearray()
        self.connection, theirs = socket.socketpair()
        topics = [topic.name for topic in course.topics]
        drawing = [topic.name for topic in course.topics if any(one.figure for one in topic.exercises)]
        config: dict[str, Any] = {"root": str(course.root), "topics": topics, "drawing": drawing}
        use_gpu = _uses_gpu(course)
        config |= {"settings": {"use_gpu": use_gpu}, "preload": course.preload, "gpu": number if use_gpu else None}
        command = [sys.executable, "-m", "antorcha.bulk.grader", str(theirs.fileno()), json.dumps(config)]
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **threads.ENVIRONMENT, "PYTHONHASHSEED": "0"},
        )
        theirs.close()

    def give(self, job: Job) -> None:
        self.job = job
        self.since = time.monotonic()
        job.tries += 1
        line = json.dumps(job_to_json(job.source, job.scope, job.reader)).encode("utf-8") + b"\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died idle: `messages` will say so
            self.connection.sendall(line)

    def messages(self) -> Iterator[dict[str, Any] | None]:
        """What it says; `None` when it is gone."""
        try:
            part = self.connection.recv(1 << 20)
        except ConnectionResetError:
            part = b""
        if not part:
            yield None
            return
        self._buffer += part
        while b"\n" in self._buffer:
            line, _, rest = bytes(self._buffer).partition(b"\n")
            self._buffer = bytearray(rest)
            yield json.loads(line)

    def close(self) -> None:
        self.connection.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        leftovers.clear(self.process.pid)


class _Pool:
    def __init__(self, course: Course, count: int, jobs: deque[Job]) -> None:
        self.course = course
        self.jobs = jobs
        self.busy = 0
        self.started = 0
        self.failures = 0  # graders that died before they were ready, since one last was
        self.selector = selectors.DefaultSelector()
        self.graders: list[_Grader] = []
        for _ in range(count):
            self.start()

    def start(self) -> None:
        grader = _Grader(self.course, self.started)
        self.started += 1
        self.graders.append(grader)
        self.selector.register(grader.connection, selectors.EVENT_READ, grader)

    def run(self) -> Iterator[Graded]:
        """Results until no job is left. Jobs may be added and `run` called again."""
        if self.jobs and not self.graders:  # the last one ended after its last job
            self.start()
        for grader in self.graders:
            if grader.ready and grader.job is None and self.jobs:
                grader.give(self.jobs.popleft())
        while self.jobs or any(grader.job for grader in self.graders):
            for key, _ in self.selector.select(1.0):
                yield from self.hear(key.data)
            for grader in [one for one in self.graders if self.stuck(one)]:
                grader.process.kill()

    def hear(self, grader: _Grader) -> Iterator[Graded]:
        for message in grader.messages():
            if message is None:
                yield from self.lost(grader)
                return
            if "refused" in message:
                raise UserError(message["refused"])
            if "waiting" in message:
                grader.since = time.monotonic()
                continue
            if "result" in message and grader.job is not None:
                result = topic_from_json(message["result"])
                yield Graded(grader.job.student, result, evidence=message["evidence"])
                grader.job = None
            grader.ready = True
            self.failures = 0
            if "leaving" in message:  # an answer broke its GPU: another one goes on
                yield from self.lost(grader)
                return
            if self.jobs:
                grader.give(self.jobs.popleft())

    def stuck(self, grader: _Grader) -> bool:
        """The grader keeps its own clocks on a hand-in; this is for a grader that itself hangs."""
        patience = 2 * self.course.limits.submission_wall_seconds + _SLACK_SECONDS
        return time.monotonic() - grader.since > patience and (grader.job is not None or not grader.ready)

    def lost(self, grader: _Grader) -> Iterator[Graded]:
        """A grader died. Its hand-in gets one more try in another one."""
        self.selector.unregister(grader.connection)
        self.graders.remove(grader)
        grader.close()
        job, grader.job = grader.job, None
        if job is None:
            self.failures += not grader.ready
        elif job.tries < _TRIES:
            self.jobs.appendleft(job)
        else:
            yield Graded(job.student, _not_graded(self.course, job.source))
        if self.failures > _TRIES:
            raise UserError("the grader cannot be started", "run `antorcha doctor` to see what this machine lacks")
        idle = next((one for one in self.graders if one.job is None), None)
        if self.jobs and idle is None:
            self.start()
        elif self.jobs and idle is not None and idle.ready:
            idle.give(self.jobs.popleft())

    def close(self) -> None:
        for grader in self.graders:  # all hang up before any is waited for
            if grader.job is not None or not grader.ready:
                grader.process.kill()
            grader.connection.close()
        for grader in self.graders:
            grader.close()
        self.selector.close()


def _uses_gpu(course: Course) -> bool:
    """Will checks run on a real GPU? Asks no library."""
    return any(role != CPU for topic in course.topics for role in course.devices_of(topic)) and bool(gpus.usable())


def _no_file(topic: Topic) -> TopicResult:
    note = Diagnosis("no_file", {"filename": f"{topic.name}.py"})
    return _nothing(topic, Verdict.MISSING, note)


def _not_graded(course: Course, source: Source) -> TopicResult:
    topic = course.topic(source.topic)
    assert topic is not None
    note = Diagnosis("grader_error", {}, {"message": "the grader ended twice while it graded this hand-in"})
    return _nothing(topic, Verdict.GRADER_ERROR, note)


def _nothing(topic: Topic, verdict: Verdict, note: Diagnosis) -> TopicResult:
    """A result without points: one check an exercise that says why."""
    exercises = tuple(
        score_exercise(one.name, one.points, (CheckResult("", one.name, verdict, diagnosis=note),))
        for one in topic.exercises
    )
    return TopicResult(topic.name, exercises, verdict=verdict, note=note)
