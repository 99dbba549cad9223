"""The grading of submissions on warm graders, one a core; each result comes when it is ready."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from antorcha.bulk.exercise_keys import exercise_keys
from antorcha.bulk.jobs import Begun, Graded, Job
from antorcha.bulk.keys import course_key
from antorcha.bulk.known_results import KnownResult
from antorcha.bulk.pool import Pool
from antorcha.bulk.proofs import Proofs
from antorcha.bulk.protocol import Scope
from antorcha.bulk.topic_result import missing_file
from antorcha.course.model import Course
from antorcha.course.shuffled_quizzes import OptionOrders
from antorcha.errors import UserError
from antorcha.intake.model import Submission, SubmittedFile, known_as
from antorcha.results import TopicResult

__all__ = ["Engine", "Graded", "GradingService", "Job", "course_key", "grade_class", "grade_jobs", "require_isolation"]

_WORTH_A_GRADER = 6  # submissions: below that, another grader takes longer to start than it saves

FindKnownResult = Callable[[str, SubmittedFile], KnownResult | None]


class Engine(Protocol):
    """A place where submissions are graded: `LocalEngine` is this machine.

    `isolation`: "required" or "none".
    """

    @property
    def isolation(self) -> str: ...

    def course_key(self, course: Course, topic: str) -> str:
        """Return a digest of all that a topic's results there rest on."""

    def exercise_keys(self, course: Course, topic: str) -> dict[str, str]:
        """Return a digest for each exercise of a topic of all that its own result there rests on."""

    def grade(
        self, course: Course, jobs: Sequence[Job], proofs: Proofs | None = None, begun: Begun | None = None
    ) -> Iterator[Graded]:
        """Do these jobs; results come in the order in which they are ready.

        `proofs`: of the course's tests; an engine may rely on them, and keep there what it proves. `begun`: to be
        called with each job that is begun, where the engine knows.
        Raises: `UserError` when the course's own tests cannot be used, or nothing there can lock submissions up.
        """

    def close(self) -> None:
        """Let go of what was started. Safe to call twice."""


@dataclass(frozen=True)
class LocalEngine:
    """Warm graders on this machine. `workers`: how many, `None` for one a core."""

    workers: int | None = None
    isolation: str = "required"

    def course_key(self, course: Course, topic: str) -> str:
        return course_key(course, topic)

    def exercise_keys(self, course: Course, topic: str) -> dict[str, str]:
        return exercise_keys(course, topic)

    def grade(
        self, course: Course, jobs: Sequence[Job], proofs: Proofs | None = None, begun: Begun | None = None
    ) -> Iterator[Graded]:
        return grade_jobs(course, jobs, workers=self.workers, isolation=self.isolation, proofs=proofs, begun=begun)

    def close(self) -> None:
        """Do nothing: the graders end with the last job."""


def grade_class(
    course: Course,
    submissions: Sequence[Submission],
    *,
    engine: Engine | None = None,
    known_result: FindKnownResult = lambda _student, _file: None,
    proofs: Proofs | None = None,
    begun: Begun | None = None,
) -> Iterator[Graded]:
    """Grade every topic of every submission on an engine, by default this machine; results come as they are ready.

    `known_result(student, file)` may answer from a cache; of a result with stale exercises these alone are graded.
    `proofs` are those of earlier runs; `begun` is called with each job that is begun. A topic without a file is yielded
    with verdict MISSING.
    Raises: `UserError` as `Engine.grade` does.
    """
    jobs: list[Job] = []
    in_part: dict[tuple[str, str], KnownResult] = {}
    option_orders = OptionOrders(course, known_as(submissions))
    for submission in submissions:
        for topic in course.topics:
            file = submission.files.get(topic.name)
            if file is None:
                yield Graded(submission.student, missing_file(topic))
                continue
            known = known_result(submission.student, file)
            if known is not None and not known.stale:
                yield Graded(submission.student, known.kept.unpacked(), cached=True)
                continue
            job = Job(submission.student, file, option_order=option_orders.of(submission.student, topic.name))
            if known is not None:
                in_part[submission.student, topic.name] = known
                job.scope = Scope(only=known.stale)
            jobs.append(job)
    yield from _graded(course, jobs, in_part, engine or LocalEngine(), proofs, begun)


def _graded(
    course: Course,
    jobs: Sequence[Job],
    in_part: Mapping[tuple[str, str], KnownResult],
    engine: Engine,
    proofs: Proofs | None,
    begun: Begun | None,
) -> Iterator[Graded]:
    """Do these jobs. `in_part`: by student and topic, the results of which a job grades the stale exercises."""
    whole: list[Job] = []
    owners = {(job.student, job.file.topic): job for job in jobs}
    for graded in engine.grade(course, jobs, proofs, begun):
        pair = (graded.student, graded.result.topic)
        if pair not in in_part:
            yield graded
        elif (result := in_part[pair].with_stale(graded.result)) is not None:
            yield replace(graded, result=result, in_part=in_part[pair].stale)
        else:
            job = owners[pair]
            whole.append(Job(job.student, job.file, option_order=job.option_order))
    yield from engine.grade(course, whole, proofs, begun)


def grade_jobs(
    course: Course,
    jobs: Iterable[Job],
    *,
    workers: int | None = None,
    isolation: str = "required",
    proofs: Proofs | None = None,
    begun: Begun | None = None,
) -> Iterator[Graded]:
    """Do these jobs on warm graders of this machine; results and errors as those of `Engine.grade`."""
    waiting = list(jobs)
    if waiting:
        require_isolation(isolation)
        count = graders_for(len(waiting), workers)
        with contextlib.closing(Pool(course, count, waiting, proofs=proofs, begun=begun)) as pool:
            yield from pool.run()


def graders_for(jobs: int, workers: int | None = None) -> int:
    """Return how many graders are worth their start for so many jobs on this machine. `workers`: asked for."""
    useful = -(-jobs // _WORTH_A_GRADER)  # rounded up
    return min(jobs, workers) if workers else min(useful, len(os.sched_getaffinity(0)))


class GradingService:
    """Warm graders for submissions that come one by one, as nbgrader's do: the first waits for them, the others do not.

    Raises: `UserError` as `grade_class` does. After `close`, the next submission starts new graders.
    """

    def __init__(self, course: Course, *, workers: int = 1, isolation: str = "required") -> None:
        self._course = course
        self._workers = workers
        self._isolation = isolation
        self._pool: Pool | None = None

    def grade(self, student: str, file: SubmittedFile) -> TopicResult:
        """Grade one submission and wait for its result."""
        if self._pool is None:
            require_isolation(self._isolation)
            self._pool = Pool(self._course, self._workers)
        self._pool.add(Job(student, file))
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
    """Raise `UserError` when a required layer of the sandbox is missing and `isolation` is "required"."""
    from antorcha.worker.lockdown import missing_required

    if sys.platform != "linux":
        raise UserError(
            "submissions are graded on Linux only: their processes are forked from one that holds torch already",
            "use a container or, on Windows, WSL 2; docs/grading.md says how. A student's own tests run anywhere.",
        )
    missing = missing_required()
    if isolation == "required" and missing:
        names = "; ".join(f"{layer.name}: {layer.detail}" for layer in missing)
        raise UserError(
            f"this machine cannot lock up other people's code ({names})",
            "`antorcha doctor` says what to install. To run the submissions with your own rights all the same, "
            "say --isolation=none; the results will record it.",
        )
