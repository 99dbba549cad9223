"""The mark of a topic from what the checks gave, the moment of handing in and the class's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from antorcha.marks.class_rules import ClassRules
from antorcha.marks.known_people import People
from antorcha.marks.times import days_begun, duration, known_zone, read_due, read_moment, shown
from antorcha.packed import Packed
from antorcha.results import Diagnosis, ExerciseResult, TeacherMark, TopicMark, TopicResult, Verdict


@dataclass(frozen=True)
class Attempt:
    """One attempt of a student at a topic, with its result.

    `student`: who handed it in; `handed_in`: as the platform writes it, "" where it says nothing; `late`: the platform
    says so; `digest`: of the code; `first_run` and `run`: the first and the latest whose delivery held it; `key` and
    `graders`: of the result; `filename` and `notes`: of the file.
    """

    student: str
    topic: str
    handed_in: str
    late: bool
    digest: str
    first_run: int
    run: int
    key: str
    graders: str
    filename: str
    notes: tuple[Diagnosis, ...]
    packed: Packed[TopicResult]

    @property
    def result(self) -> TopicResult:
        """Return a copy of the result."""
        return self.packed.unpacked()

    @property
    def has_work(self) -> bool:
        """Return whether there is more in it than an untouched stub, or a file that nobody can read."""
        nothing = (Verdict.NOT_STARTED, Verdict.UNREADABLE)
        return any(exercise.verdict not in nothing for exercise in self.result.exercises)


@dataclass(frozen=True)
class _Lateness:
    """A due date, later than the topic's own where `extended`, and the moment of handing in; `None` where unknown."""

    due: datetime | None
    moment: datetime | None
    extended: bool

    @property
    def length(self) -> timedelta:
        if self.due is None or self.moment is None:
            return timedelta(0)
        return max(self.moment - self.due, timedelta(0))


class Marking:
    """A class's rules, applied to its students."""

    def __init__(self, rules: ClassRules, people: People) -> None:
        self._rules = rules
        self._zone: tzinfo = zone_of(rules)
        self._extensions = [(people.named(extension.student), extension) for extension in rules.extensions]
        stated = [(people.named(entry.student), entry) for entry in rules.handed_in]
        self._stated = {(student, entry.topic): entry.time for student, entry in stated if student is not None}

    def counting(self, student: str, attempts: Sequence[Attempt]) -> Attempt:
        """Return the one of these attempts at a topic, a student's own and those of a group, that counts for a student.

        They are in the order of their times; where one has none that can be read, in that of the deliveries which held
        them, and of two in one delivery the one with more points counts.
        """
        worked = [attempt for attempt in attempts if attempt.has_work] or list(attempts)
        which = self._rules.attempts_of(attempts[0].topic)
        moments = [read_moment(attempt.handed_in, self._zone) for attempt in worked]
        timed = [(moment, attempt) for moment, attempt in zip(moments, worked, strict=True) if moment is not None]
        if which == "best":
            # Of two that are worth the same the earlier one: `max` takes the first that it meets.
            in_order = [attempt for _, attempt in sorted(timed, key=lambda pair: pair[0])]
            in_order += [attempt for attempt in worked if attempt not in in_order]
            return max(in_order, key=lambda attempt: self.mark(student, attempt.result, attempt).final)
        if len(timed) == len(worked):
            chosen = min if which == "first" else max
            return chosen(timed, key=lambda pair: pair[0])[1]
        if which == "first":
            return min(worked, key=lambda attempt: (attempt.first_run, -attempt.result.points))
        return max(worked, key=lambda attempt: (attempt.run, attempt.result.points))

    def mark(
        self, student: str, result: TopicResult, attempt: Attempt | None, given: tuple[TeacherMark, ...] = ()
    ) -> TopicMark:
        """Return the mark of a result.

        `attempt`: what is known of its handing in; `given`: a teacher's marks for exercises of the topic. Nothing is
        taken off these: they are the last word. Those for essays are no such word, but what the rules work on.
        """
        scored = [_with_essay_points(exercise, given) for exercise in result.exercises]
        raw = sum(exercise.points for exercise in scored)
        waiting = {exercise.name for exercise in result.exercises if exercise.to_grade}
        overriding = {mark.exercise: mark for mark in given if mark.exercise not in waiting}
        judged = [exercise for exercise in scored if exercise.name not in overriding]
        lateness = self._lateness(student, result.topic, attempt)
        share, taken = self._penalty(result.topic, judged, lateness)
        replaced = raw - sum(exercise.points for exercise in judged)
        override = sum(mark.points for mark in overriding.values()) - replaced
        has_file = result.verdict is not Verdict.MISSING
        return TopicMark(
            result.topic,
            round(raw, 6),
            round(override, 6),
            taken,
            round(raw + override - taken, 6),
            sum(exercise.max_points for exercise in judged) + sum(mark.max_points for mark in overriding.values()),
            given,
            (
                *self._told_of_lateness(lateness, share, taken),
                *(told for mark in given for told in _told_of_mark(mark, of_essay=mark.exercise in waiting)),
            ),
            (
                *(self._unsure_of_time(lateness, attempt) if has_file else ()),
                *(moved for mark in given if (moved := _moved_under(mark, result))),
            ),
            shown(lateness.moment, self._zone) if lateness.moment and has_file else "",
            shown(lateness.due, self._zone) if lateness.due else "",
        )

    def _told_of_lateness(self, lateness: _Lateness, share: float, taken: float) -> Iterator[Diagnosis]:
        """Yield what a student is told of an extension, and of what is taken off."""
        if lateness.due is None:
            return
        due = shown(lateness.due, self._zone)
        if lateness.extended:
            yield Diagnosis("extended", {"due": due})
        if share:
            late = duration(lateness.length)
            yield Diagnosis(
                "late_penalty", {"late": late, "due": due, "share": f"{100 * share:g} %", "points": f"{taken:g}"}
            )

    def _unsure_of_time(self, lateness: _Lateness, attempt: Attempt | None) -> Iterator[Diagnosis]:
        """Yield what a teacher should see where something was due and nobody knows when it was handed in."""
        if lateness.due is None or lateness.moment is not None:
            return
        if attempt and attempt.handed_in:
            yield Diagnosis("time_not_read", {"time": attempt.handed_in})
            return
        kind = "late_by_how_much" if attempt and attempt.late else "time_not_known"
        yield Diagnosis(kind, {"due": shown(lateness.due, self._zone)})

    def _lateness(self, student: str, topic: str, attempt: Attempt | None) -> _Lateness:
        rules = self._rules.of_topic(topic)
        due = read_due(rules.due, self._zone) if rules.due else None
        extended = due
        for owner, extension in self._extensions:
            if owner != student or due is None or (extension.topics and topic not in extension.topics):
                continue
            later = read_due(extension.due, self._zone) if extension.due else None
            if extension.days:
                later = due.astimezone(self._zone) + timedelta(days=extension.days)
            extended = max(moment for moment in (extended, later) if moment is not None)
        return _Lateness(extended, self.moment(student, topic, attempt), extended != due)

    def moment(self, student: str, topic: str, attempt: Attempt | None) -> datetime | None:
        """Return when an attempt was handed in: as the rules state it, else as the platform does."""
        text = self._stated.get((student, topic)) or (attempt.handed_in if attempt else "")
        return read_moment(text, self._zone)

    def _penalty(self, topic: str, exercises: Sequence[ExerciseResult], lateness: _Lateness) -> tuple[float, float]:
        """Return the share that is taken off from these exercises, and the points that it comes to."""
        rules = self._rules.of_topic(topic)
        length = lateness.length
        if lateness.due is None or lateness.moment is None or rules.penalty is None:
            return 0.0, 0.0
        if length <= timedelta(minutes=rules.grace_minutes or 0.0):
            return 0.0, 0.0
        days = days_begun(lateness.due, lateness.moment, self._zone)
        share = rules.penalty.share(length / timedelta(hours=1), days)
        earned = sum(exercise.points for exercise in exercises)
        base = earned if rules.penalty.of == "earned" else sum(exercise.max_points for exercise in exercises)
        return share, round(min(share * base, earned), 6)


def automatic_points(result: TopicResult | None, exercise: str) -> float | None:
    """Return what the checks gave for an exercise, `None` where it has not been graded."""
    found = next((graded for graded in result.exercises if graded.name == exercise), None) if result else None
    return found.points if found and found.graded else None


def answer_digest(result: TopicResult | None, exercise: str) -> str:
    """Return the digest of an essay's text, "" where there is none."""
    graded = result.exercises if result else ()
    return next((found.answer_digest for found in graded if found.name == exercise), "")


def _with_essay_points(exercise: ExerciseResult, given: Sequence[TeacherMark]) -> ExerciseResult:
    """Return an essay that waits for its points with those that a teacher gave; any other exercise as it is."""
    mark = next((mark for mark in given if mark.exercise == exercise.name and exercise.to_grade), None)
    return replace(exercise, points=mark.points, max_points=mark.max_points) if mark else exercise


def _details_of(mark: TeacherMark) -> dict[str, str]:
    return {"exercise": mark.exercise, "points": f"{mark.points:g}", "why": mark.why}


def _told_of_mark(mark: TeacherMark, *, of_essay: bool) -> Iterator[Diagnosis]:
    """Yield what a student is told of a mark by hand; of an essay also for what its points were given."""
    details = _details_of(mark) | {"max": f"{mark.max_points:g}"}
    if not of_essay and mark.why:
        yield Diagnosis("mark_given", details)
    else:
        yield Diagnosis("essay_marked_why" if mark.why else "essay_marked", details)
    for row in mark.rubric:
        points = {"points": f"{row.points:g}", "max": f"{row.max_points:g}"}
        yield Diagnosis("rubric_row", {"exercise": mark.exercise, "row": row.title or row.name, **points})


def _moved_under(mark: TeacherMark, result: TopicResult) -> Diagnosis | None:
    """Return what a teacher should see where the automatic mark is no longer what it was when theirs was given.

    Of an essay that is another answer than the one that was read.
    """
    if mark.answer and answer_digest(result, mark.exercise) != mark.answer:
        return Diagnosis("answer_changed_under_mark", _details_of(mark))
    before, now = mark.automatic, automatic_points(result, mark.exercise)
    # They differ by more than rounding does, or there is only one of them.
    if before is now or (before is not None and now is not None and abs(before - now) <= 1e-6):
        return None
    points = {"before": _shown_points(before), "now": _shown_points(now)}
    return Diagnosis("moved_under_mark", _details_of(mark) | points)


def _shown_points(points: float | None) -> str:
    return "–" if points is None else f"{points:g}"


def zone_of(rules: ClassRules) -> tzinfo:
    """Return the class's time zone, which `load_rules` has found on this machine."""
    zone = known_zone(rules.timezone)
    assert zone is not None, rules.timezone
    return zone
