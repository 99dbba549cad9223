"""Grading on a Dask cluster: hand-ins go out in bundles, results come back, and nothing is lost with a worker.

Dask's scheduler has the only queue. What is handed to it is a few bundles a thread, so that a class of any size costs
it nothing, and workers that come later get their share.
"""

from __future__ import annotations

import itertools
import json
import queue
import secrets
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from antorcha.bulk.exercise_keys import exercise_keys
from antorcha.bulk.grade import course_key
from antorcha.bulk.jobs import Begun, Graded, Job
from antorcha.bulk.keys import DeviceNames, roles_of
from antorcha.bulk.proofs import Proofs, ProofsOfOneRun
from antorcha.bulk.protocol import GraderJob
from antorcha.bulk.topic_result import not_judged
from antorcha.cluster import on_worker
from antorcha.cluster.connection import Connection, connect
from antorcha.cluster.machine import this_machine
from antorcha.cluster.members import Members
from antorcha.cluster.package import Package, pack
from antorcha.cluster.protocol import BundleAnswer, BundledJob, JobOutcome
from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.plain import from_plain, to_plain

_BUNDLES = 2  # for each thread of a worker: one that is graded, one that waits there
_LARGEST_BUNDLE = 16  # hand-ins: about a second of work, for a few milliseconds of Dask's
_LOOK_SECONDS = 1.0  # between two looks at who is there
_WAIT_SECONDS = 60.0  # between two lines that say that nobody is
_MOST_LOSSES = 2  # of whole bundles, before its hand-ins are tried alone; and of one that is
_EXIT_NOT_GRADED = 1


def _say(line: str) -> None:
    print(f"antorcha: {line}", file=sys.stderr, flush=True)


class ClusterEngine:
    """The workers of a Dask scheduler. It connects when there is something to ask."""

    def __init__(self, place: str, isolation: str = "required", say: Callable[[str], None] = _say) -> None:
        """Do nothing yet. `place`: as `connection.check_place` allows it; `say`: called with each line for a person."""
        self.isolation = isolation
        self._place = place
        self._say = say
        self._connection: Connection | None = None
        self._members: Members | None = None

    def course_key(self, course: Course, topic: str) -> str:
        """Return the key of a topic's results, with the devices of the workers that grade it."""
        return course_key(course, topic, devices=self._devices(course, topic))

    def exercise_keys(self, course: Course, topic: str) -> dict[str, str]:
        """Return the keys of a topic's exercises, with the devices of the workers that grade it."""
        return exercise_keys(course, topic, devices=self._devices(course, topic))

    def _devices(self, course: Course, topic: str) -> DeviceNames | None:
        """Return the devices of the workers that grade a topic; `None` for those of any machine."""
        roles = roles_of(course, topic)
        if set(roles) <= {CPU}:
            return None
        members = self._connected(course)
        self._wait_for(members)
        return [row for row in members.devices if row[0] in roles]

    def grade(
        self, course: Course, jobs: Sequence[Job], proofs: Proofs | None = None, begun: Begun | None = None
    ) -> Iterator[Graded]:
        """Do these jobs; results come in the order in which they are ready. Raises: `UserError`.

        Which job of a bundle a worker has `begun` nobody here knows.
        """
        if not jobs:
            return
        members = self._connected(course)
        assert self._connection is not None
        topics = sorted({job.file.topic for job in jobs})
        package = pack(course, topics)
        run = _Run(self._connection.client, members, course, package, jobs, proofs, self._place, self._say)
        try:
            yield from run.results(self._wait_for)
        except OSError as error:  # Dask's own errors of a connection are among these
            raise _lost(self._place, error) from error
        finally:
            run.cancel()

    def close(self) -> None:
        """Hang up. Safe to call twice."""
        connection, self._connection, self._members = self._connection, None, None
        if connection is not None:
            connection.close()

    def _connected(self, course: Course) -> Members:
        if self._members is None:
            self._connection = connect(self._place)
            roles = tuple(dict.fromkeys(role for topic in course.topics for role in course.devices_of(topic)))
            ours = this_machine(course.requirements, roles)
            client = self._connection.client
            self._members = Members(client, ours, self.isolation, course.requirements, roles, self._say)
        return self._members

    def _wait_for(self, members: Members, package: Package | None = None) -> None:
        """Wait until a worker may grade. Raises: `UserError` where all that there are may not."""
        said = -_WAIT_SECONDS
        while True:
            members.look(package)
            if members.accepted:
                return
            if members.refused:
                raise UserError(
                    f"no worker of {self._place} can grade this class",
                    "\n  ".join(members.refused.values()),
                    _EXIT_NOT_GRADED,
                )
            if time.monotonic() - said >= _WAIT_SECONDS:
                said = time.monotonic()
                self._say(f"no worker has joined {self._place} yet: waiting for one")
            time.sleep(_LOOK_SECONDS)


@dataclass(frozen=True)
class _Bundle:
    """Jobs that are on their way to one worker; `workers`: the addresses that may have them; `losses`: so far."""

    jobs: tuple[Job, ...]
    workers: frozenset[str]
    losses: int = 0


class _Run:
    """The jobs of one run, and where each of them is."""

    def __init__(
        self,
        client: Any,
        members: Members,
        course: Course,
        package: Package,
        jobs: Iterable[Job],
        proofs: Proofs | None,
        place: str,
        say: Callable[[str], None],
    ) -> None:
        self._client = client
        self._members = members
        self._course = course
        self._package = package
        self._proofs = proofs or ProofsOfOneRun()
        self._place = place
        self._waiting: dict[tuple[str, ...], deque[Job]] = {}  # by the kinds of device that they ask for
        self._again: deque[tuple[tuple[Job, ...], int]] = deque()  # lost with a worker, and how often
        self._alone: deque[tuple[Job, int]] = deque()  # to be tried alone, when all else is done
        self._running: dict[Any, _Bundle] = {}  # by future
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._numbers = itertools.count()
        self._said = -_WAIT_SECONDS
        self._say = say
        self._name = f"antorcha-{secrets.token_hex(4)}"
        for job in jobs:
            self._waiting.setdefault(roles_of(course, job.file.topic), deque()).append(job)

    def results(self, wait_for: Callable[[Members, Package], None]) -> Iterator[Graded]:
        """Yield each job's result, once."""
        looked = -_LOOK_SECONDS
        while self._running or self._again or self._alone or any(self._waiting.values()):
            if time.monotonic() - looked >= _LOOK_SECONDS or not self._members.accepted:
                if self._client.status != "running":  # whoever asks it now waits for half a minute
                    raise _lost(self._place)
                wait_for(self._members, self._package)
                self._recall()
                looked = time.monotonic()
            self._hand_out()
            yield from self._collect()

    def cancel(self) -> None:
        """Take back what nobody waits for any more."""
        if self._running and self._client.status == "running":
            self._client.cancel(list(self._running))
        self._running.clear()

    def _recall(self) -> None:
        """Take back what only workers that have gone may do: Dask would wait for them.

        And look at all that is done: Dask tells of each end once, also where the answer was lost afterwards.
        """
        gone = [
            future for future, bundle in self._running.items() if not bundle.workers & self._members.accepted.keys()
        ]
        for future in gone:
            bundle = self._running.pop(future)
            self._again.append((bundle.jobs, bundle.losses))
        if gone:
            self._client.cancel(gone)
        for future in self._running:
            if future.done():
                self._ended.put(future)

    def _hand_out(self) -> None:
        """Fill every thread's share."""
        while self._again:
            self._send(*self._again.popleft())
        for roles, jobs in self._waiting.items():
            threads = sum(member.threads for member in self._members.able(roles).values())
            if jobs and not threads:
                self._wait_for_devices(jobs[0].file.topic)
            while jobs and self._count_of(roles) < _BUNDLES * threads:
                # Towards the end bundles become small: no worker sits idle while another has a whole one left.
                size = min(_LARGEST_BUNDLE, max(1, len(jobs) // (2 * _BUNDLES * threads)))
                bundle = self._next_bundle(jobs, size)
                if not bundle:
                    break
                self._send(bundle)
        if not self._running and not any(self._waiting.values()):
            while self._alone:
                job, losses = self._alone.popleft()
                self._send((job,), losses)

    def _next_bundle(self, jobs: deque[Job], size: int) -> tuple[Job, ...]:
        """Take up to `size` jobs; of a topic without a proof its first one alone, and no other until that is back."""
        on_their_way = {job.file.topic for bundle in self._running.values() for job in bundle.jobs}
        in_proof = {topic for topic in on_their_way if self._needs_proof(topic)}
        bundle: list[Job] = []
        passed: list[Job] = []
        while jobs and len(bundle) < size:
            job = jobs.popleft()
            topic = job.file.topic
            if topic in in_proof:
                passed.append(job)
            elif not self._needs_proof(topic):
                bundle.append(job)
            elif bundle:
                passed.append(job)
            else:
                bundle, size = [job], 1
        jobs.extendleft(reversed(passed))
        return tuple(bundle)

    def _shares_proofs(self, topic: str) -> bool:
        """Return whether one worker's proof holds for all: of two GPUs one may be lost and the other not."""
        return set(roles_of(self._course, topic)) <= {CPU} or not self._members.on_gpu

    def _needs_proof(self, topic: str) -> bool:
        return self._shares_proofs(topic) and self._proofs.known(topic) is None

    def _wait_for_devices(self, topic: str) -> None:
        if time.monotonic() - self._said >= _WAIT_SECONDS:
            self._said = time.monotonic()
            self._say(f"no worker has the devices that {topic} is graded on in this run (docs/cluster.md): waiting")

    def _count_of(self, roles: tuple[str, ...]) -> int:
        return sum(roles_of(self._course, bundle.jobs[0].file.topic) == roles for bundle in self._running.values())

    def _send(self, jobs: tuple[Job, ...], losses: int = 0) -> None:
        roles = roles_of(self._course, jobs[0].file.topic)
        able = self._members.able(roles)
        on_gpu = not set(roles) <= {CPU} and self._members.on_gpu
        bundled = [BundledJob(self._order(job), job.tries, job.alone) for job in jobs]
        name = f"{self._name}-{next(self._numbers)}"
        future = self._client.submit(
            on_worker.grade,
            name,
            self._package.digest,
            json.dumps([to_plain(job) for job in bundled]),
            key=name,
            workers=list(able),
            resources={"GPU": 1} if on_gpu else None,
            pure=False,
        )
        self._running[future] = _Bundle(jobs, frozenset(able), losses)
        future.add_done_callback(self._ended.put)

    def _order(self, job: Job) -> GraderJob:
        topic = job.file.topic
        proof = self._proofs.known(topic) if self._shares_proofs(topic) else None
        return GraderJob(job.file, job.scope, job.option_order, proof)

    def _collect(self) -> Iterator[Graded]:
        """Yield what has come back, after at most a second."""
        try:
            ended = [self._ended.get(timeout=_LOOK_SECONDS)]
        except queue.Empty:
            if self._client.status != "running":
                raise _lost(self._place) from None
            return
        while not self._ended.empty():
            ended.append(self._ended.get())
        ended = [future for future in dict.fromkeys(ended) if future in self._running]  # the others were recalled
        finished = [future for future in ended if future.status == "finished"]
        # Without those whose worker has just gone with its answer: Dask has them graded again, and `_recall` sees it.
        plain = [json.loads(text) for text in self._client.gather(finished, errors="skip")]
        answers = {answer.bundle: answer for answer in (from_plain(BundleAnswer, record) for record in plain)}
        for future in ended:
            if future.key in answers:
                yield from self._read(self._running.pop(future), answers[future.key])
            elif future.status == "error":
                error = future.exception()
                yield from self._lose(self._running.pop(future), f"{type(error).__name__}: {error}")
            elif future.status == "cancelled":
                raise _lost(self._place)

    def _read(self, bundle: _Bundle, answer: BundleAnswer) -> Iterator[Graded]:
        if answer.refused:
            raise UserError(answer.refused)
        if answer.fault:
            yield from self._lose(bundle, answer.fault)
            return
        if answer.unknown or answer.unable:
            if answer.unknown:
                self._members.forget(answer.worker)
            else:
                self._members.refuse(answer.worker, answer.unable)
            self._again.append((bundle.jobs, bundle.losses))
            return
        for topic, proof in answer.proofs.items():
            if self._needs_proof(topic):
                self._proofs.keep(topic, proof)
        for job, outcome in zip(bundle.jobs, answer.outcomes, strict=True):
            yield from self._settle(job, outcome)

    def _settle(self, job: Job, outcome: JobOutcome) -> Iterator[Graded]:
        if outcome.result is None:
            self._alone.append((replace(job, alone=True, tries=outcome.tries), 0))
        else:
            yield Graded(job.student, outcome.result, evidence=outcome.evidence)

    def _lose(self, bundle: _Bundle, fault: str) -> Iterator[Graded]:
        """Try each hand-in alone with which several workers in a row ended; at last say that it was not judged."""
        for job in bundle.jobs:
            if not job.alone:
                self._alone.append((replace(job, alone=True), 0))
            elif bundle.losses + 1 < _MOST_LOSSES:
                self._alone.append((job, bundle.losses + 1))
            else:
                topic = self._course.topic(job.file.topic)
                assert topic is not None
                reason = " ".join(f"the workers failed on this submission: {fault}".split())
                yield Graded(job.student, replace(not_judged(topic, reason[:500]), judged_twice=True))


def _lost(place: str, error: BaseException | None = None) -> UserError:
    reason = f" ({error})" if error and f"{error}" else ""
    return UserError(
        f"the Dask scheduler at {place} does not answer any more{reason}",
        "What was graded is kept: start the scheduler again, and the same command goes on from there.",
        _EXIT_NOT_GRADED,
    )
