"""`results.db`: every check's verdict, written as it arrives, and the cache that lets a run go on."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from antorcha.errors import UserError
from antorcha.files import EXIT_NOT_WRITTEN, make_folder, not_written
from antorcha.results import Diagnosis, TopicResult, Verdict, to_json, topic_from_json
from antorcha.store.opening import is_damaged, open_database, primary_code


class Store:
    """The results of one class, in one SQLite file that a killed run leaves whole.

    Opening a damaged file, or one of an older layout, sets it aside and begins a new one; `remarks` says so.
    Every method raises `UserError` where the file cannot be written. Safe to use from several threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remarks: list[str] = []
        self._lock = threading.RLock()
        self._run = 0
        make_folder(path.parent)
        with self._explained():
            self._connection = open_database(path, self.remarks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def begin_run(self, course: str, students: Sequence[str], isolation: str = "required") -> None:
        """Starts a run over a class: from now on `students`, and nobody else, are the class."""
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO runs (course, isolation, started) VALUES (?, ?, ?)",
                (_text(course), isolation, _now()),
            )
            self._run = int(row.lastrowid or 0)
            db.executemany(
                "INSERT OR REPLACE INTO submissions VALUES (?, ?)",
                [(_text(student), self._run) for student in students],
            )

    def finish_run(self) -> None:
        """Marks the run as one that reached its end."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET finished = ? WHERE id = ?", (_now(), self._run))

    def lookup(self, student: str, topic: str, key: str) -> TopicResult | None:
        """The result for this very key, if there is one: the student's own, or else another student's who
        handed in the same code (without what was printed). One spoilt by a fault of ours is never reused."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT student, result FROM topics WHERE topic = ? AND key = ?"
                " ORDER BY student = ? DESC, student LIMIT 1",
                (topic, key, _text(student)),
            ).fetchone()
        if row is None:
            return None
        try:
            result = topic_from_json(json.loads(row[1]))
        except (
            ValueError,
            TypeError,
            KeyError,
        ):  # another version's record: grading again costs less than a guess
            return None
        if not reusable(result):
            return None
        return result if row[0] == _text(student) else replace(result, output="")

    def record(self, student: str, result: TopicResult, key: str) -> TopicResult:
        """Writes one result in one transaction; it counts for its student and topic from now on.

        Returns it as the store will give it back (tuples inside details become lists), so that a report says
        the same words whether a result is fresh or reused.
        """
        text = json.dumps(to_json(result), default=str)
        who = (_text(student), result.topic)
        stored = topic_from_json(json.loads(text))
        if self._counts_already(who, key, text):
            return stored
        with self._transaction() as db:
            db.execute("UPDATE topics SET counts = 0 WHERE student = ? AND topic = ? AND counts", who)
            db.execute(
                "INSERT OR REPLACE INTO topics VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*who, key, self._run, *_topic_columns(result), text),
            )
            db.execute("DELETE FROM checks WHERE student = ? AND topic = ?", who)
            db.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _check_rows(who, result))
        return stored

    def results(self) -> dict[str, list[TopicResult]]:
        """The class as it stands: for each student the results that count, by student and topic."""
        with self._lock, self._explained():
            rows = self._connection.execute(
                "SELECT student, result FROM class_topics ORDER BY student, topic"
            ).fetchall()
        found: dict[str, list[TopicResult]] = {}
        for student, result in rows:
            found.setdefault(student, []).append(topic_from_json(json.loads(result)))
        return found

    def _counts_already(self, who: tuple[str, str], key: str, text: str) -> bool:
        """Whether this is what the file says: a class that did not change costs no write."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT result FROM topics WHERE student = ? AND topic = ? AND key = ? AND counts", (*who, key)
            ).fetchone()
        return row is not None and row[0] == text

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: a kill, a full disk or Ctrl-C in between leaves what was there before."""
        with self._lock, self._explained(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._explanation(error) from error

    def _explanation(self, error: sqlite3.DatabaseError) -> UserError:
        if is_damaged(error):
            return UserError(
                f"{self.path} is damaged: {error}",
                "Run the same command again: it sets the file aside and begins a new one.",
                EXIT_NOT_WRITTEN,
            )
        if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return UserError(
                f"{self.path} is in use by another run",
                "Wait until it has finished, then run again.",
                EXIT_NOT_WRITTEN,
            )
        return not_written(self.path, str(error))


def reusable(result: TopicResult) -> bool:
    """Whether a result may answer for the same hand-in another day: not where we or a GPU failed."""
    checks = [check for exercise in result.exercises for check in exercise.checks]
    ours = {result.verdict, *(one.verdict for one in result.exercises), *(check.verdict for check in checks)}
    lost = any(check.diagnosis is not None and check.diagnosis.kind == "device_lost" for check in checks)
    return Verdict.GRADER_ERROR not in ours and not lost and result.verdict is not Verdict.NOT_TESTED


def _topic_columns(result: TopicResult) -> tuple[Any, ...]:
    return (
        result.verdict.value,
        result.points,
        result.max_points,
        _diagnosis(result.note),
        _text(result.output),
        result.seconds,
    )


def _check_rows(who: tuple[str, str], result: TopicResult) -> list[tuple[Any, ...]]:
    return [
        (
            *who,
            exercise.name,
            _text(check.check),
            check.verdict.value,
            check.weight,
            check.comparisons,
            check.seconds,
            check.device,
            _diagnosis(check.diagnosis),
        )
        for exercise in result.exercises
        for check in exercise.checks
    ]


def _diagnosis(diagnosis: Diagnosis | None) -> str | None:
    return None if diagnosis is None else json.dumps(to_json(diagnosis), default=str)


def _text(value: str) -> str:
    """What SQLite can hold: a name from a strange archive may carry lone surrogates."""
    return value.encode("utf-8", "backslashreplace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
