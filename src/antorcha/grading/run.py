"""The grading of a class into its store: what is known is reused, the rest is graded, earlier results stay.

with Store(folder / "results.db") as store:
    run = grade(course, delivery, store)
    for graded in run:
        ...                      # each result as it comes
    table = run.table()          # the class as it stands: this run's results and those of earlier weeks
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from antorcha.bulk.grade import Engine, Graded, Job, LocalEngine, grade_class
from antorcha.bulk.keys import unit_key
from antorcha.bulk.known_results import KnownResult
from antorcha.bulk.proofs import Proof
from antorcha.course.model import Course
from antorcha.course.shuffled_quizzes import OptionOrders
from antorcha.errors import UserError
from antorcha.grading.class_table import ClassTable, class_table
from antorcha.grading.counting import settle
from antorcha.grading.known_by_exercise import KnownByExercise
from antorcha.intake.model import Delivery, Submission, SubmittedFile, known_as
from antorcha.marks.class_rules import ClassRules
from antorcha.marks.groups import Groups, unmatched
from antorcha.marks.known_people import People
from antorcha.packed import Unpacked
from antorcha.results import TopicResult, Verdict
from antorcha.store.db import Source, Store, kept_name


@dataclass(frozen=True)
class GradingOptions:
    """Options of a run.

    `engine`: where submissions are graded; `regrade`: reuse nothing; `forget_absent`: who is in no more than earlier
    deliveries leaves the class; `rules`: of the class, if it has any, and `rules_file` what is remembered of where they
    stand; `source`: the delivery, to be found again.
    """

    engine: Engine = field(default_factory=LocalEngine)
    regrade: bool = False
    forget_absent: bool = False
    rules: ClassRules | None = None
    rules_file: str = ""
    source: Source | None = None


@dataclass(frozen=True)
class Step:
    """One more result of a run. `free`: it cost nothing, so it tells nothing of the pace."""

    student: str
    done: int
    total: int
    free: bool


Progress = Callable[[Step], None]


class HandInWatch(Protocol):
    """A listener that is told which hand-ins are being graded, of any attempt."""

    def begin(self, student: str, topic: str) -> None: ...

    def end(self, student: str, topic: str, *, free: bool) -> None: ...


def grade(
    course: Course,
    delivery: Delivery,
    store: Store,
    *,
    topics: Course | None = None,
    students: Sequence[Submission] | None = None,
    options: GradingOptions | None = None,
    progress: Progress | None = None,
) -> GradingRun:
    """Return a run over a class; iterate it to grade.

    It may be cut short at any moment, and another one goes on from there. `topics`: the part of the course that is
    asked for, by default the topics that somebody handed in; `students`: some of the delivery's submissions, by
    default all. `progress` is called after each result.
    Raises: `UserError` while it is iterated, when the course's tests can grade nobody, this machine cannot isolate
    submissions, or the store cannot be written.
    """
    part = topics or handed_in(course, delivery.submissions)
    chosen = delivery.submissions if students is None else tuple(students)
    return GradingRun(course, delivery, store, part, chosen, options or GradingOptions(), progress)


@dataclass
class GradingRun:
    """One run over a class: iterate it for its results; it counts them, and knows the class as it stands afterwards."""

    course: Course
    delivery: Delivery
    store: Store
    part: Course
    chosen: tuple[Submission, ...]
    options: GradingOptions
    progress: Progress | None = None
    watch: HandInWatch | None = None
    graded: int = 0
    cached: int = 0
    graded_in_part: int = 0  # of those graded: only in the exercises that the course has changed
    changed_exercises: dict[str, None] = field(default_factory=dict)  # those, as "topic.exercise"
    kept: list[tuple[str, str]] = field(default_factory=list)  # no file now, and a result of an earlier run stands
    absent: list[str] = field(default_factory=list)  # of the class, and not in this delivery
    unmatched: list[str] = field(default_factory=list)  # names in the class's rules by which nobody goes
    # Of this run's results those of which there is more to tell than points: a note on the file, or a fault of ours.
    # The others are in the store alone, since a large class is more than a run should hold.
    noteworthy: dict[tuple[str, str], TopicResult] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Once, before anything is graded: each digests every file of the course, and a file changed meanwhile must not
        # put the results of one run under two keys.
        self._course_keys = {
            topic.name: self.options.engine.course_key(self.course, topic.name) for topic in self.course.topics
        }
        self._known_by_exercise = KnownByExercise(self.course, self.store, self.options.engine, self._course_keys)
        self._option_orders = OptionOrders(self.course, known_as(self.chosen))
        self._delivered: list[tuple[str, SubmittedFile, str]] = []  # each attempt, with the key of its result
        self._done: set[tuple[str, str]] = set()
        self._judged_twice: set[tuple[str, str]] = set()
        self._steps = 0
        self._earlier = {attempt.student: attempt for attempt in self._earlier_attempts()}

    @property
    def total(self) -> int:
        """Return the number of results that were asked for."""
        earlier = sum(len(attempt.files) for attempt in self._earlier.values())
        return len(self.chosen) * len(self.part.topics) + earlier

    @property
    def judged_twice(self) -> list[tuple[str, str]]:
        """Return the students and topics with a result, new or reused, in which the machine may have had a part."""
        return [pair for pair in self._requested if pair in self._judged_twice]

    @property
    def done(self) -> int:
        """Return the number of students' results so far."""
        return len(self._done)

    @property
    def unanswered(self) -> list[tuple[str, str]]:
        """Return the students and topics that were asked for and got no result."""
        return [pair for pair in self._requested if pair not in self._done]

    @property
    def _requested(self) -> list[tuple[str, str]]:
        """Return all students and topics, in the order of the class, whatever the order in which results came."""
        return [(submission.student, topic.name) for submission in self.chosen for topic in self.part.topics]

    def __iter__(self) -> Iterator[Graded]:
        """Grade: yield each result when the store has it."""
        self._begin()
        own = {submission.student: submission for submission in self.chosen}
        stream = grade_class(
            self.part,
            [*self._earlier.values(), *self.chosen],
            engine=self.options.engine,
            known_result=self._known_result,
            begun=self._begin_job,
            proofs=_KeptProofs(self.store, self.options.engine.isolation, self._course_keys),
        )
        try:
            for graded in stream:
                if self.watch is not None:
                    free = graded.cached or graded.result.verdict is Verdict.MISSING
                    self.watch.end(graded.student, graded.result.topic, free=free)
                if graded.student in own:
                    yield self._keep(graded, own[graded.student].files.get(graded.result.topic))
                elif file := self._earlier[graded.student].files.get(graded.result.topic):
                    self._keep_earlier(replace(graded, student=self._earlier[graded.student].author), file)
        except UserError:  # what is done is settled, whatever keeps the rest from being graded
            self._settle()
            raise
        finally:  # whoever stops early ends the graders too
            close = getattr(stream, "close", None)  # an iterator that is no generator has nothing to end
            if close is not None:
                close()
            self.options.engine.close()
        self._settle()
        self.store.finish_run()

    def _settle(self) -> None:
        """Let the attempts count that the rules say."""
        self.store.record_attempts(self._delivered)
        settle(self.course, self.store, self.options.rules)
        authors = self.store.counted()
        self.kept = [  # what counts for a group is no mark of an earlier week
            pair for pair in self.kept if authors.get((kept_name(pair[0]), pair[1]), pair)[0] == kept_name(pair[0])
        ]

    def _earlier_attempts(self) -> Iterator[Submission]:
        """Yield the attempts before the last ones, each under a name that nobody has.

        A result is known by its student and topic, and a student has one name for each attempt.
        """
        wanted = {topic.name for topic in self.part.topics}
        taken = {submission.student for submission in self.delivery.submissions}
        for submission in self.chosen:
            own = {topic: files for topic, files in submission.earlier.items() if topic in wanted}
            for number in range(max(map(len, own.values()), default=0)):
                name = f"{submission.student}, attempt {number + 1}"
                while name in taken:
                    name += "'"
                taken.add(name)
                files = {topic: files[number] for topic, files in own.items() if number < len(files)}
                yield replace(submission, student=name, author=submission.student, files=files, earlier={})

    @property
    def outdated(self) -> list[tuple[str, str]]:
        """Return the students and topics whose results of earlier runs other graders gave than those of today."""
        today = self._done - set(self.kept)
        names = {kept_name(submission.student): submission.student for submission in self.delivery.submissions}
        standing = [
            (names.get(student, student), topic, graders)
            for (student, topic), graders in self.store.judged_by().items()
        ]
        # A store of an older layout does not know its graders (""), and a topic that left the course has none today.
        return [
            (student, topic)
            for student, topic, graders in standing
            if graders and (student, topic) not in today and graders != self._course_keys.get(topic, graders)
        ]

    def table(self) -> ClassTable:
        """Return the class as the store has it now: whatever is written or shown of a run is made of this."""
        names = {kept_name(submission.student): submission.student for submission in self.delivery.submissions}
        delivered = {topic.name for topic in handed_in(self.course, self.delivery.submissions, self.part).topics}
        return class_table(self.course, self.store, self.options.rules, names, delivered)

    def _begin(self) -> None:
        """Begin the run in the store: set who is the class from now on.

        Nobody leaves it for not being in one delivery: that may be another week's, or that of those who were late.
        With a roster the roster says who is in it, and each on it has a submission, be it an empty one.
        """
        delivered = [submission.student for submission in self.delivery.submissions]
        known = set(map(kept_name, delivered))
        has_roster = any(submission.on_roster is not None for submission in self.delivery.submissions)
        if not has_roster and not self.options.forget_absent:
            self.absent = [student for student in self.store.class_members() if student not in known]
        members = self._members_elsewhere(known)
        self.absent = [student for student in self.absent if student not in members]
        students = [*delivered, *self.absent, *members]
        options = self.options
        self.store.begin_run(
            self.course.title,
            students,
            options.engine.isolation,
            options.rules_file,
            options.source,
            self._course_digest(),
        )
        self.store.record_delivery(self.delivery)

    def _course_digest(self) -> str:
        """Return a short digest of all that this run's marks rest on: course, Antorcha, libraries."""
        keys = "".join(self._course_keys[topic.name] for topic in self.course.topics)
        return hashlib.sha256(keys.encode("ascii")).hexdigest()[:12]

    def _members_elsewhere(self, known: set[str]) -> list[str]:
        """Return who is in a group and not in this delivery: a group's mark is theirs too.

        Raises: `UserError` for rules in which two students go by one name.
        """
        if self.options.rules is None:
            return []
        absent = set(self.absent)
        staying = {name: person.known_as for name, person in self.store.people().items() if name in absent}
        delivered = {kept_name(name): names for name, names in known_as(self.delivery.submissions).items()}
        people = People(staying | delivered)
        self.unmatched = unmatched(self.options.rules, people)
        return [member for member in Groups(self.options.rules, people).members if member not in known]

    def _keep(self, graded: Graded, file: SubmittedFile | None) -> Graded:
        student, topic = graded.student, graded.result.topic
        self._steps += 1
        standing = self.store.standing(student, topic) if file is None else None
        # Who handed in last week and has no file this week keeps last week's mark.
        if standing is not None and standing.verdict is not Verdict.MISSING:
            graded = replace(graded, result=standing)
            self.kept.append((student, topic))
        else:
            key = self._key(student, file, topic)
            graded = replace(
                graded, result=self.store.record(student, graded.result, key, file, self._course_keys[topic])
            )
            self._count(graded, file, key)
        self._done.add((student, topic))
        if graded.result.note is not None or graded.result.grader_failed:
            self.noteworthy[student, topic] = graded.result
        if graded.result.judged_twice:
            self._judged_twice.add((student, topic))
        self._tell(student, free=graded.cached or file is None)
        return graded

    def _keep_earlier(self, graded: Graded, file: SubmittedFile) -> None:
        """Keep the result of an attempt before the last one."""
        self._steps += 1
        key = self._key(graded.student, file, file.topic)
        self.store.record(graded.student, graded.result, key, file, self._course_keys[file.topic])
        self._count(graded, file, key)
        self._tell(graded.student, free=graded.cached)

    def _count(self, graded: Graded, file: SubmittedFile | None, key: str) -> None:
        if file is not None:
            self.graded += not graded.cached
            self.cached += graded.cached
            self.graded_in_part += bool(graded.in_part)
            self.changed_exercises |= dict.fromkeys(f"{file.topic}.{name}" for name in graded.in_part)
            self._known_by_exercise.keep_keys(file.topic, graded=not graded.cached)
            self._delivered.append((graded.student, file, key))

    def _begin_job(self, job: Job) -> None:
        if self.watch is not None:
            self.watch.begin(job.student, job.file.topic)

    def _tell(self, student: str, *, free: bool) -> None:
        if self.progress is not None:
            self.progress(Step(student, self._steps, self.total, free))

    def _known_result(self, student: str, file: SubmittedFile) -> KnownResult | None:
        if self.options.regrade:
            return None
        student = self._earlier[student].author if student in self._earlier else student
        result = self.store.lookup(student, file.topic, self._key(student, file, file.topic))
        if result is not None:
            return KnownResult(Unpacked(result))
        return self._known_by_exercise.find(student, file, lambda key: self._key(student, file, file.topic, key))

    def _key(self, student: str, file: SubmittedFile | None, topic: str, graders: str = "") -> str:
        """Return the key of a result; `graders`: the key of the topic, by default that of today."""
        option_order = self._option_orders.of(student, topic)
        return unit_key(file, graders or self._course_keys[topic], self.options.engine.isolation, option_order)


@dataclass(frozen=True)
class _KeptProofs:
    """The proofs of the hidden tests in the store, under the keys of all that they rest on."""

    store: Store
    isolation: str
    course_keys: dict[str, str]
    _known: dict[str, Proof] = field(default_factory=dict)  # asked for with every submission

    def known(self, topic: str) -> Proof | None:
        if topic not in self._known:
            proof = self.store.proof(topic, self._key(topic))
            if proof is None:
                return None
            self._known[topic] = proof
        return self._known[topic]

    def keep(self, topic: str, proof: Proof) -> None:
        self.store.record_proof(topic, self._key(topic), proof)

    def _key(self, topic: str) -> str:
        return f"{self.course_keys[topic]} {self.isolation}"


def handed_in(course: Course, submissions: Iterable[Submission], named: Course | None = None) -> Course:
    """Return the course with the topics that a class is about: those with a file of anybody's, and those of `named`.

    A course of many topics is handed in a few at a time, and what nobody was asked for is missing from nobody. It is
    the whole course where nobody handed in anything.
    """
    present = {topic for submission in submissions for topic in submission.files}
    present |= {topic.name for topic in named.topics} if named else set()
    topics = tuple(topic for topic in course.topics if topic.name in present)
    return replace(course, topics=topics) if topics else course
