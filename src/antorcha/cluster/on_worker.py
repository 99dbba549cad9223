"""The part that runs in a Dask worker: it keeps courses, and warm graders for them, from one task to the next.

The Dask worker's process is trusted as a grader is: it holds hidden tests. What is graded runs in locked workers of the
graders' zygotes, which are processes of their own and get the submission's code only.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from antorcha.bulk.grader_processes import GraderOrigin
from antorcha.bulk.jobs import Graded, Job
from antorcha.bulk.pool import GraderStartError, Pool
from antorcha.bulk.proofs import Proof, ProofsOfOneRun
from antorcha.cluster.machine import this_machine
from antorcha.cluster.package import Package, unpack
from antorcha.cluster.protocol import BundleAnswer, BundledJob, JobOutcome
from antorcha.course.load import load_course
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.plain import from_plain, to_plain

_IDLE_SECONDS = 300.0  # after the last task, in which warm graders wait for another run
_FOLDER = "antorcha-courses"


class WarmCourse:
    """A course in this process, with its warm graders: one for each task that runs at once, all of one origin."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._origin = GraderOrigin(course)
        self._proofs = ProofsOfOneRun()
        self._lock = threading.Lock()
        self._idle: list[Pool] = []
        self._busy = 0
        self._set_aside: dict[int, list[Job]] = {}  # by pool
        self._timer: threading.Timer | None = None

    def warm_up(self, count: int) -> None:
        """Start graders, without waiting until they are ready."""
        self._idle += [self._new_pool() for _ in range(count)]
        self._end_when_idle()

    def grade(self, tasks: Sequence[BundledJob]) -> tuple[tuple[JobOutcome, ...], dict[str, Proof]]:
        """Grade submissions one after another; return the proofs of their topics too, which others may rely on.

        Raises: `UserError` as `Pool.run` does.
        """
        for task in tasks:
            if task.job.proof is not None:
                self._proofs.keep(task.job.file.topic, task.job.proof)
        pool = self._take()
        try:
            for number, task in enumerate(tasks):
                pool.add(Job(str(number), task.job.file, task.job.scope, task.tries, task.job.option_order, task.alone))
            outcomes = {int(graded.student): _outcome(graded) for graded in pool.run()}
            for job in self._set_aside[id(pool)]:
                outcomes[int(job.student)] = JobOutcome(tries=job.tries)
            self._set_aside[id(pool)].clear()
        except BaseException:
            self._drop(pool)
            with self._lock:
                self._busy -= 1
            raise
        self._give_back(pool)
        proofs = {topic: self._proofs.known(topic) for topic in sorted({task.job.file.topic for task in tasks})}
        known = {topic: proof for topic, proof in proofs.items() if proof is not None}
        return tuple(outcomes[number] for number in range(len(tasks))), known

    def close(self) -> None:
        """End the idle graders, and their origin unless others are at work. The next task starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
            origin, self._origin = self._origin, self._origin if self._busy else GraderOrigin(self._course)
        for pool in idle:
            self._drop(pool)
        if origin is not self._origin:
            origin.close()

    def _new_pool(self) -> Pool:
        aside: list[Job] = []
        pool = Pool(self._course, 1, set_aside=aside.append, proofs=self._proofs, origin=self._origin)
        self._set_aside[id(pool)] = aside
        return pool

    def _take(self) -> Pool:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._busy += 1
            return self._idle.pop() if self._idle else self._new_pool()

    def _give_back(self, pool: Pool) -> None:
        with self._lock:
            self._busy -= 1
            self._idle.append(pool)
        self._end_when_idle()

    def _end_when_idle(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(_IDLE_SECONDS, self.close)
            self._timer.daemon = True
            self._timer.start()

    def _drop(self, pool: Pool) -> None:
        self._set_aside.pop(id(pool), None)
        pool.close()


_COURSES: dict[str, WarmCourse] = {}  # by the package's digest


def describe(requirements: Sequence[str], roles: Sequence[str], digest: str, dask_worker: Any) -> dict[str, Any]:
    """Return what this worker is: its machine, whether it has the package, and what Dask knows of it."""
    return {
        "machine": to_plain(this_machine(requirements, roles)),
        "has_package": digest in _COURSES,
        "name": str(dask_worker.name),
        "has_gpu": bool(dask_worker.state.total_resources.get("GPU")),
    }


class CloseGraders(WorkerPlugin):
    """A plugin of the Dask worker that ends all graders before the worker does, whose folder goes with it."""

    def teardown(self, worker: Any) -> None:
        """End them; Dask calls this when the worker closes."""
        while _COURSES:
            _COURSES.popitem()[1].close()


async def receive(package: Package, digest: str, dask_worker: Any) -> None:
    """Unpack a course into this worker's own folder, and start graders for it. Raises: `UserError`, `OSError`."""
    if digest in _COURSES:
        return
    if _FOLDER not in dask_worker.plugins:
        await dask_worker.plugin_add(plugin=CloseGraders(), name=_FOLDER)
    if package.digest != digest:
        raise UserError("the package of the course arrived damaged", "run it again")
    folder = Path(dask_worker.local_directory) / _FOLDER / digest[:16]
    shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed while it unpacked
    unpack(package, folder)
    course = load_course(folder)
    topics = tuple(topic for topic in course.topics if topic.name in package.topics)
    warm = WarmCourse(replace(course, topics=topics))
    warm.warm_up(dask_worker.state.nthreads)
    _COURSES[digest] = warm


def grade(bundle: str, digest: str, tasks: str) -> str:
    """Grade a bundle of tasks (JSON) and return the answer (JSON). `bundle`: its name, which the answer bears."""
    answer = _answer(digest, [from_plain(BundledJob, plain) for plain in json.loads(tasks)])
    return json.dumps(to_plain(replace(answer, bundle=bundle, worker=get_worker().address)))


def _answer(digest: str, tasks: Sequence[BundledJob]) -> BundleAnswer:
    warm = _COURSES.get(digest)
    if warm is None:
        return BundleAnswer(unknown=True)
    try:
        with _nothing_beside() if any(task.alone for task in tasks) else contextlib.nullcontext():
            outcomes, proofs = warm.grade(tasks)
            return BundleAnswer(outcomes=outcomes, proofs=proofs)
    except GraderStartError as error:
        return BundleAnswer(unable=str(error))
    except UserError as error:
        return BundleAnswer(refused=str(error))
    except OSError as error:  # no disk, no memory, no descriptors: this machine's, and no submission's fault
        return BundleAnswer(unable=str(error))
    except (
        Exception
    ) as error:  # as text: Dask drops an error whose traceback is too deep for it, and nobody hears of it
        return BundleAnswer(fault=f"{type(error).__name__}: {error}"[:500])


def _outcome(graded: Graded) -> JobOutcome:
    return JobOutcome(graded.result, graded.evidence)


@contextlib.contextmanager
def _nothing_beside() -> Iterator[None]:
    """Let one process of this user's on this machine into the block at a time.

    A run hands out what has to be tried alone when all else is done, so this is all that could be beside it.
    """
    path = Path(tempfile.gettempdir()) / f"antorcha-alone-{os.geteuid()}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:  # somebody else's file: without a lock it is graded all the same
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
