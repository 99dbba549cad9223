"""The marks of a class as a store has them, in little, for a comparison of before and after a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from antorcha.store.db import Store

_Name = TypeVar("_Name")
_Value = TypeVar("_Value")
_Table = tuple[tuple[_Name, ...], tuple[_Value, ...]]  # names, and a value for each
_ByTopic = dict[tuple[str, str], _Table[_Name, _Value]]  # by student and topic


@dataclass(frozen=True, slots=True)
class StandingTopic:
    """A student's mark for a topic. `exercises`: points and most points; `checks`: verdicts, by exercise and check.

    `points`: what counts, under the class's rules; `graders`: the key of what judged it; `digest`: of the hand-in.
    """

    points: float
    most: float
    graders: str
    digest: str
    _exercises: _Table[str, tuple[float, float]]
    _checks: _Table[tuple[str, str], str]

    @property
    def exercises(self) -> dict[str, tuple[float, float]]:
        return dict(zip(*self._exercises, strict=True))

    @property
    def checks(self) -> dict[tuple[str, str], str]:
        return dict(zip(*self._checks, strict=True))


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
    exercises: _ByTopic[str, tuple[float, float]] = _tables(
        # Read in SQLite, which need not make objects of a result of which two numbers are wanted.
        ((student, topic), exercise, (points, most))
        for student, topic, exercise, points, most in store.each_row(
            "SELECT student, topic, json_extract(value, '$.name'), json_extract(value, '$.points'),"
            " json_extract(value, '$.max_points') FROM class_topics, json_each(class_topics.result, '$.exercises')"
        )
    )
    checks: _ByTopic[tuple[str, str], str] = _tables(
        ((student, topic), (exercise, check), sys.intern(verdict))
        for student, topic, exercise, check, verdict in store.each_row(
            'SELECT student, topic, exercise, "check", verdict FROM class_checks ORDER BY student, topic'
        )
    )
    return {
        (student, topic): StandingTopic(
            finals.get((student, topic), (0, points))[1],
            most,
            sys.intern(graders),
            digest,
            exercises.get((student, topic), ((), ())),
            checks.get((student, topic), ((), ())),
        )
        for student, topic, points, most, graders, digest in store.rows(
            "SELECT class_topics.student, class_topics.topic, points, max, graders, coalesce(digest, '')"
            " FROM class_topics LEFT JOIN counted USING (student, topic)"
        )
    }


def _tables(rows: Iterable[tuple[tuple[str, str], _Name, _Value]]) -> _ByTopic[_Name, _Value]:
    """Return names and values by student and topic; rows of one student and topic come one after another.

    Most of a class have the same names, and many the same values: there is one copy of each.
    """
    seen_names: dict[tuple[_Name, ...], tuple[_Name, ...]] = {}
    seen_values: dict[tuple[_Value, ...], tuple[_Value, ...]] = {}
    seen: dict[_Value, _Value] = {}
    found: _ByTopic[_Name, _Value] = {}
    for pair, own in groupby(rows, itemgetter(0)):
        _, names, own_values = zip(*own, strict=True)
        values = tuple(seen.setdefault(value, value) for value in own_values)
        found[pair] = seen_names.setdefault(names, names), seen_values.setdefault(values, values)
    return found


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
    before = old.exercises
    for name, (points, most) in new.exercises.items():
        earlier, earlier_most = before.get(name, (0.0, 0.0))
        if abs(points - earlier) <= _SMALLEST and abs(most - earlier_most) <= _SMALLEST:
            continue
        moved = tuple(_moved(name, old, new))
        kind = POINTS if most != earlier_most and not moved else _kind(old, new)
        yield MarkChange(student, topic, name, earlier, points, most, kind, moved)


def _moved(exercise: str, old: StandingTopic, new: StandingTopic) -> Iterator[tuple[str, str, str]]:
    """Yield the checks of an exercise that pass now and did not, or the other way round, or are new or gone.

    Each with both verdicts, "" for none: a check that comes or goes moves the share that passes, whatever its verdict.
    """
    before, after = old.checks, new.checks
    for pair in dict.fromkeys([*after, *before]):
        was, now = before.get(pair, ""), after.get(pair, "")
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
