"""From hand-ins to results: what is in the store is reused, the rest is graded, and each is kept as it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from antorcha.course.model import Course
from antorcha.course.roster import Readers
from antorcha.intake.model import Source, Submission
from antorcha.report.progress import progress
from antorcha.results import Diagnosis, SubmissionResult, TopicResult, Verdict
from antorcha.store.keys import unit_key

if TYPE_CHECKING:
    from collections.abc import Generator

    from antorcha.bulk import grade as bulk
    from antorcha.store.db import Store


@dataclass(frozen=True)
class Options:
    """How to grade. `workers` is `None` for one a core; `isolation` is "required" or "none"."""

    workers: int | None = None
    regrade: bool = False
    isolation: str = "required"
    silent: bool = False


@dataclass
class Run:
    """What a run knows so far: a result by (student, topic), and how many were graded now and how many reused."""

    course: Course
    results: dict[tuple[str, str], TopicResult] = field(default_factory=dict)
    graded: int = 0
    cached: int = 0

    def add(self, student: str, result: TopicResult, *, cached: bool) -> None:
        self.results[student, result.topic] = result
        if result.verdict is not Verdict.MISSING:  # a file that is not there is neither
            self.graded += not cached
            self.cached += cached

    def rows(self, submissions: Sequence[Submission], course: Course | None = None) -> list[SubmissionResult]:
        """A row for each of these students, with the topics of `course` (all by default) that have a result."""
        topics = [topic.name for topic in (course or self.course).topics]
        return [
            SubmissionResult(
                one.student,
                tuple(self.results[one.student, name] for name in topics if (one.student, name) in self.results),
                _notes(one, topics),
            )
            for one in submissions
        ]


class Grading:
    """One class, one store: `run` may be cut short at any moment, and another one goes on from there."""

    def __init__(self, store: Store, course: Course, options: Options) -> None:
        from antorcha.bulk.grade import course_key

        self._store = store
        self._options = options
        self._course_keys = {topic.name: course_key(course, topic.name) for topic in course.topics}
        self._readers = Readers(course)
        self.state = Run(course)

    def run(self, part: Course, chosen: Sequence[Submission]) -> None:
        """Grades these students' hand-ins for the topics of `part`."""
        by_name = {one.student: one for one in chosen}
        total = len(chosen) * len(part.topics)
        with progress(total, silent=self._options.silent) as meter, closing(self._graded(part, chosen)) as stream:
            for one in stream:
                key = self._key(one.student, by_name[one.student].sources.get(one.result.topic), one.result.topic)
                result = self._store.record(one.student, one.result, key)
                self.state.add(one.student, result, cached=one.cached)
                meter.step(one.student, free=one.cached or one.result.verdict is Verdict.MISSING)

    def remember(self, everybody: Sequence[Submission]) -> None:
        """Adds what the store holds of the hand-ins that this run left out, as they are today."""
        for one in everybody:
            for topic in self._course_keys:
                if (one.student, topic) not in self.state.results:
                    key = self._key(one.student, one.sources.get(topic), topic)
                    found = self._store.lookup(one.student, topic, key)
                    if found is not None:
                        self.state.results[one.student, topic] = found

    def _graded(self, part: Course, chosen: Sequence[Submission]) -> Generator[bulk.Graded]:
        from antorcha.bulk.grade import grade_class

        stream: Iterator[bulk.Graded] = grade_class(
            part, chosen, workers=self._options.workers, skip=self._known, isolation=self._options.isolation
        )
        return cast("Generator[bulk.Graded]", stream)

    def _known(self, student: str, source: Source) -> TopicResult | None:
        if self._options.regrade:
            return None
        return self._store.lookup(student, source.topic, self._key(student, source, source.topic))

    def _key(self, student: str, source: Source | None, topic: str) -> str:
        reader = self._readers.of(student, topic)
        return unit_key(source, self._course_keys[topic], self._options.isolation, reader)


def _notes(submission: Submission, topics: Sequence[str]) -> tuple[Diagnosis, ...]:
    """What intake had to say about the folder and about each file: never taken from another student's result."""
    files = [submission.sources[name] for name in topics if name in submission.sources]
    return (*submission.notes, *(note for file in files for note in file.notes))
