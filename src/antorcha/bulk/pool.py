"""A pool of warm grader processes, seen from the run that hands out jobs to them."""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from antorcha.bulk.grader_processes import GraderOrigin, GraderProcess
from antorcha.bulk.jobs import Begun, Graded, Job
from antorcha.bulk.proofs import Proof, Proofs, ProofsOfOneRun
from antorcha.bulk.protocol import JudgedJob
from antorcha.bulk.topic_result import not_judged
from antorcha.course.model import SUBMISSION_BACKSTOP, Course, Topic
from antorcha.errors import UserError
from antorcha.plain import PlainDataError, from_plain
from antorcha.results import depends_on_machine

_TRIES = 2  # graders that a submission may cost, and starts in a row that may fail, for each grader asked for
_SLACK_SECONDS = 60.0  # beside what a submission may take: for comparing, explaining and drawing
_START_SECONDS = 600.0  # importing torch and proving the tests takes ten seconds of CPU time, on a busy machine minutes
# Of what a submission may compute and wait: its own backstop, and once more for the call that it was in.
_TURNS = 2 * SUBMISSION_BACKSTOP


class GraderStartError(UserError):
    """The failure of a machine to start graders at all."""

    def __init__(self) -> None:
        super().__init__("the grader cannot be started", "run `antorcha doctor` to see what this machine lacks")


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
        origin: GraderOrigin | None = None,
    ) -> None:
        """Start `count` graders.

        `proofs`: those of the topics' tests that hold already; what is proven here is kept there. `set_aside`: takes
        the jobs that have to be tried once more, alone, where whoever calls sees to that; by default they are tried
        here, after all others. `begun`: called when a job is given to a grader. `origin`: of the graders, where several
        pools share one, which outlives them.
        """
        self._course = course
        self._jobs = deque(jobs)
        self._origin = origin or GraderOrigin(course, {job.file.topic for job in self._jobs})
        self._owns_origin = origin is None
        self._begun = begun
        self._proofs = proofs or ProofsOfOneRun()
        self._jobs_alone: deque[Job] = deque()
        self._set_aside = set_aside or self._jobs_alone.append
        self._most_failed_starts = _TRIES * count  # a process that dies takes all with it that it was to fork
        self._failed_starts = 0  # graders that died before they were ready, since one last was
        self._selector = selectors.DefaultSelector()
        self._graders: list[GraderProcess] = []
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
                yield from self._hear(key.data)
            for grader in [grader for grader in self._graders if self._is_stuck(grader)]:
                grader.kill()

    def close(self) -> None:
        """End the graders, in the middle of a job too."""
        for grader in self._graders:  # all hang up before any is waited for
            # One that is not ready ends by itself; but with its origin it need not be waited for.
            if grader.job is not None or (self._owns_origin and not grader.ready):
                grader.kill()
            grader.connection.close()
        for grader in self._graders:
            grader.close()
        if self._owns_origin:
            self._origin.close()
        self._selector.close()

    def _start(self) -> None:
        grader = self._origin.fork()
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
        return not self._origin.uses_gpu

    def _hear(self, grader: GraderProcess) -> Iterator[Graded]:
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
                if "leaving" not in message:
                    self._hand_out()  # at once: whoever takes the result writes it to the disk before it asks for more
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

    def _lose(self, grader: GraderProcess, fault: str) -> Iterator[Graded]:
        """Let go of a grader that has ended. Its submission gets one more try, alone, in another one."""
        refusal = "" if grader.ready else grader.refusal()
        self._selector.unregister(grader.connection)
        self._graders.remove(grader)
        grader.close()
        if refusal:
            raise UserError(refusal)
        job, grader.job = grader.job, None
        if job is None:
            self._failed_starts += not grader.ready
        elif job.tries < _TRIES:
            job.alone = True
            self._set_aside(job)
        else:
            yield Graded(job.student, replace(not_judged(self._topic_of(job), fault), judged_twice=True))
        if self._failed_starts > self._most_failed_starts:
            raise GraderStartError
        # One that is idle takes the waiting jobs: only where none is, another one is worth its start.
        if (self._jobs or self._jobs_alone) and not any(other.job is None for other in self._graders):
            self._start()

    def _topic_of(self, job: Job) -> Topic:
        topic = self._course.topic(job.file.topic)
        assert topic is not None
        return topic

    def _is_stuck(self, grader: GraderProcess) -> bool:
        """Return whether the grader itself hangs. On a submission it keeps its own clocks, which are shorter."""
        limits = self._course.limits
        patience = _TURNS * (limits.submission_cpu_seconds + limits.submission_wall_seconds) + _SLACK_SECONDS
        if not grader.ready:
            patience = max(patience, _START_SECONDS)
        return time.monotonic() - grader.since > patience and (grader.job is not None or not grader.ready)
