"""The marks of a class as a store has them, in little, for a comparison of before and after a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from antorcha.store.db import Store


@dataclass(frozen=True)
class StandingTopic:
    """A student's mark for a topic. `exercises`: points and most points; `checks`: verdicts, by exercise and check.

    `points`: what counts, under the class's rules; `graders`: the key of what judged it; `digest`: of the hand-in.
    """

    points: float
    most: float
    graders: str
    digest: str
    exercises: dict[str, tuple[float, float]] = field(default_factory=dict)
    checks: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class MarkChange:
    """A mark that a run changed: of an exercise, or with `exercise` "" of the topic as a whole.

    `before` is `None` for a first mark. `kind`: why, a key of `KINDS`; `checks`: those with another verdict now, each
    with both; `why`: what the person said who let it be written.
    """

    student: str
    topic: str
    exercise: str
    before: float | None
    after: float
    most: float
    kind: str
    checks: tuple[tuple[str, str, str], ...] = ()
    why: str = ""

    @property
    def gain(self) -> float:
        return self.after - (self.before or 0.0)


@dataclass(frozen=True)
class KeptChange:
    """A change as the store keeps it, with its run: the moment, the version of Antorcha, the digest of the course."""

    change: MarkChange
    run: int
    at: str
    antorcha: str
    course: str


FIRST, HAND_IN, COURSE, POINTS, RULES, AGAIN = "first", "hand_in", "course", "points", "rules", "again"
KINDS = {
    FIRST: "first graded",
    HAND_IN: "another hand-in counts",
    COURSE: "the course or Antorcha changed",
    POINTS: "the exercise is worth something else",
    RULES: "the class's rules or a mark by hand",
    AGAIN: "graded again",
}

_Standing = dict[tuple[str, str], StandingTopic]
_SMALLEST = 1e-6  # points: less is a rounding error


def standing_topics(store: Store) -> _Standing:
    """Return the marks that stand, by student and topic."""
    finals = {
        (student, topic): (raw, final)
        for student, topic, raw, final in store.rows("SELECT student, topic, raw, final FROM topic_marks")
    }
    standing = {
        (student, topic): StandingTopic(finals.get((student, topic), (0, points))[1], most, graders, digest)
        for student, topic, points, most, graders, digest in store.rows(
            "SELECT class_topics.student, class_topics.topic, points, max, graders, coalesce(digest, '')"
            " FROM class_topics LEFT JOIN counted USING (student, topic)"
        )
    }
    # Read in SQLite, which need not make objects of a result of which two numbers are wanted.
    for student, topic, exercise, points, most in store.each_row(
        "SELECT student, topic, json_extract(value, '$.name'), json_extract(value, '$.points'),"
        " json_extract(value, '$.max_points') FROM class_topics, json_each(class_topics.result, '$.exercises')"
    ):
        standing[student, topic].exercises[sys.intern(exercise)] = (points, most)
    # A class has the same few checks in all of its rows: one copy of each name.
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for student, topic, exercise, check, verdict in store.each_row(
        'SELECT student, topic, exercise, "check", verdict FROM class_checks'
    ):
        if (student, topic) in standing:
            name = names.setdefault((exercise, check), (exercise, check))
            standing[student, topic].checks[name] = sys.intern(verdict)
    return standing


def changes(before: _Standing, after: _Standing) -> list[MarkChange]:
    """Return what changed: for each topic the exercises first, then the topic as a whole."""
    found: list[MarkChange] = []
    for (student, topic), new in sorted(after.items()):
        old = before.get((student, topic))
        if old is None:
            found.append(MarkChange(student, topic, "", None, new.points, new.most, FIRST))
            continue
        parts = list(_exercise_changes(student, topic, old, new))
        found += parts
        if abs(old.points - new.points) > _SMALLEST or (parts and old.most != new.most):
            kind = _kind(old, new) if parts else RULES
            found.append(MarkChange(student, topic, "", old.points, new.points, new.most, kind))
    return found


def _exercise_changes(student: str, topic: str, old: StandingTopic, new: StandingTopic) -> Iterator[MarkChange]:
    for name, (points, most) in new.exercises.items():
        earlier, earlier_most = old.exercises.get(name, (0.0, 0.0))
        if abs(points - earlier) <= _SMALLEST and abs(most - earlier_most) <= _SMALLEST:
            continue
        moved = tuple(_moved(name, old, new))
        kind = POINTS if most != earlier_most and not moved else _kind(old, new)
        yield MarkChange(student, topic, name, earlier, points, most, kind, moved)


def _moved(exercise: str, old: StandingTopic, new: StandingTopic) -> Iterator[tuple[str, str, str]]:
    """Yield the checks of an exercise that pass now and did not, or the other way round, or are new or gone.

    Each with both verdicts, "" for none: a check that comes or goes moves the share that passes, whatever its verdict.
    """
    for pair in dict.fromkeys([*new.checks, *old.checks]):
        was, now = old.checks.get(pair, ""), new.checks.get(pair, "")
        if pair[0] == exercise and was != now and not {"passed", ""}.isdisjoint((was, now)):
            yield pair[1], was, now


def _kind(old: StandingTopic, new: StandingTopic) -> str:
    if old.digest != new.digest:
        return HAND_IN
    return COURSE if old.graders != new.graders else AGAIN


def record_changes(store: Store, found: Iterable[MarkChange], why: str = "") -> None:
    """Write the changes of the run that is under way; nothing that was written before is touched."""
    store.insert(
        "INSERT INTO mark_changes (run, student, topic, exercise, before, after, max, kind, checks, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                store.run,
                change.student,
                change.topic,
                change.exercise,
                change.before,
                change.after,
                change.most,
                change.kind,
                json.dumps(change.checks),
                why or change.why,
            )
            for change in found
        ],
    )


def history(store: Store, student: str = "", run: int = 0) -> list[KeptChange]:
    """Return the changes of a student's marks, or of one run, the oldest first; of all where neither is said."""
    rows = store.rows(
        "SELECT student, topic, exercise, before, after, max, kind, checks, why, run, started, antorcha, course_digest"
        " FROM mark_changes JOIN runs ON runs.id = run WHERE ? IN ('', student) AND ? IN (0, run)"
        " ORDER BY mark_changes.id",
        (student, run),
    )
    return [
        KeptChange(
            MarkChange(student, topic, exercise, before, after, most, kind, _checks(text), why), number, at, *version
        )
        for student, topic, exercise, before, after, most, kind, text, why, number, at, *version in rows
    ]


def _checks(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((check, was, now) for check, was, now in json.loads(text))
