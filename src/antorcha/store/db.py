"""`results.db`: every check's verdict, written as it arrives, and the cache that lets a run go on."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from antorcha.bulk.proofs import Proof
from antorcha.errors import UserError
from antorcha.files import EXIT_NOT_WRITTEN, make_folder, not_written
from antorcha.intake.model import Delivery, Person, Submission, SubmittedFile
from antorcha.marks.final import Attempt
from antorcha.packed import Packed
from antorcha.plain import from_plain, to_plain
from antorcha.results import (
    Diagnosis,
    HandedInFile,
    RubricPoints,
    TeacherMark,
    TopicMark,
    TopicResult,
    Verdict,
    depends_on_machine,
)
from antorcha.store.opening import is_damaged, open_database, primary_code

_ROWS_AT_ONCE = 100


@dataclass
class ClassRow:
    """A student of the class: the results that count by topic, and what intake had to say about the files."""

    student: str
    person: Person = field(default_factory=lambda: Person(""))
    results: dict[str, TopicResult] = field(default_factory=dict)
    notes: tuple[Diagnosis, ...] = ()  # about the delivery as a whole
    file_notes: dict[str, tuple[Diagnosis, ...]] = field(default_factory=dict)

    def add(self, topic: str, text: str, notes: str | None) -> None:
        """Take a result in, as the file has it, unless it cannot be read."""
        result = _read_result(text)
        if result is not None:
            self.results[topic] = result
            self.file_notes[topic] = _read_diagnoses(notes or "[]")


@dataclass(frozen=True)
class Source:
    """A delivery as a run read it, so that it can be read the same way again."""

    path: str
    format: str = ""
    roster: str = ""
    each_attempt: bool = False

    def from_anywhere(self) -> Source:
        """Return the same delivery by whole paths, so that it is found from any folder."""
        roster = str(Path(self.roster).resolve()) if self.roster else ""
        return replace(self, path=str(Path(self.path).resolve()), roster=roster)


class Store:
    """The results of one class, in one SQLite file that a killed run leaves whole.

    Opening a damaged file, or one of an older layout, sets it aside and begins a new one; `remarks` says so.
    Raises: `UserError` from every method when the file cannot be written. Safe to use from several threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remarks: list[str] = []
        self._lock = threading.RLock()
        self._run = 0  # until `begin_run`
        make_folder(path.parent)
        with self._explained():
            self._connection = open_database(path, self.remarks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; no other method may be called afterwards."""
        with self._lock:
            self._connection.close()

    def begin_run(
        self,
        course: str,
        students: Sequence[str],
        isolation: str = "required",
        rules: str = "",
        source: Source | None = None,
        course_digest: str = "",
    ) -> None:
        """Start a run over a class: from now on `students`, and nobody else, are the class.

        `rules`: the file with the class's rules, "" for none; `course_digest`: of all that marks rest on.
        """
        delivery = json.dumps(to_plain(source)) if source else ""
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO runs (course, isolation, started, rules, delivery, antorcha, course_digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (_text(course), isolation, _now(), _text(rules), _text(delivery), _own_version(), course_digest),
            )
            self._run = int(row.lastrowid or 0)
            db.executemany(
                "INSERT INTO submissions (student, run) VALUES (?, ?)"
                " ON CONFLICT (student) DO UPDATE SET run = excluded.run",
                [(_text(student), self._run) for student in students],
            )

    @property
    def run(self) -> int:
        """Return the number of the run that is under way, or of the latest one."""
        if self._run:
            return self._run
        return int(self.rows("SELECT coalesce(max(id), 0) FROM runs")[0][0])

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds, for the modules beside this one."""
        with self._lock, self._explained():
            return self._connection.execute(query, tuple(map(_storable, values))).fetchall()

    def each_row(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds, without holding all of it: a result is 20 KiB of JSON."""
        with self._explained():
            with self._lock:
                cursor = self._connection.execute(query)
            while True:
                with self._lock:
                    found = cursor.fetchmany(_ROWS_AT_ONCE)
                if not found:
                    return
                yield from found

    def table(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return what a query finds, with the names of its columns."""
        with self._lock, self._explained():
            cursor = self._connection.execute(query)
            return [column[0] for column in cursor.description], cursor.fetchall()

    def insert(self, statement: str, rows: Iterable[Sequence[Any]], clear: Sequence[str] = ()) -> None:
        """Write rows in one transaction, after the tables in `clear` were emptied."""
        with self._transaction() as db:
            for table in clear:
                db.execute(f"DELETE FROM {table}")
            db.executemany(statement, [tuple(map(_storable, row)) for row in rows])

    def copy_to(self, path: Path) -> None:
        """Write a copy of the whole file to `path`, where nothing is yet."""
        with self._lock, self._explained(), closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    def take_known_results(self, other: Path) -> None:
        """Take the results of a copy as known ones: none of them counts, and a run that needs one need not grade."""
        with self._lock, self._explained(), closing(sqlite3.connect(other)) as copy:
            rows = copy.execute("SELECT * FROM topics").fetchall()
            exercise_keys = copy.execute("SELECT topic, graders, exercise, key FROM exercise_keys").fetchall()
            counts = [column[1] for column in copy.execute("PRAGMA table_info(topics)")].index("counts")
        places = ", ".join("?" * len(rows[0])) if rows else ""
        with self._transaction() as db:
            db.executemany(
                f"INSERT OR IGNORE INTO topics VALUES ({places})",
                [(*row[:counts], 0, *row[counts + 1 :]) for row in rows],
            )
            db.executemany("INSERT OR IGNORE INTO exercise_keys VALUES (?, ?, ?, ?)", exercise_keys)

    def class_members(self) -> list[str]:
        """Return the students of the class as the latest run left it, by name."""
        with self._lock, self._explained():
            rows = self._connection.execute(
                "SELECT student FROM submissions WHERE run = (SELECT max(id) FROM runs) ORDER BY student"
            ).fetchall()
        return [student for (student,) in rows]

    def source_of(self, student: str, topic: str, digest: str) -> Source | None:
        """Return the delivery that an attempt was last in, `None` where that is not known.

        `student`: who handed it in; `digest`: of the file.
        """
        found = self.rows(
            "SELECT delivery FROM attempts JOIN runs ON runs.id = attempts.run"
            " WHERE student = ? AND topic = ? AND digest = ? ORDER BY runs.id DESC LIMIT 1",
            (student, topic, digest),
        )
        return from_plain(Source, json.loads(found[0][0])) if found and found[0][0] else None

    def handed_in_files(self) -> dict[str, tuple[HandedInFile, ...]]:
        """Return the files that the class's results are of, by student."""
        order: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for author, topic, moment, digest in self.rows(
            "SELECT student, topic, handed_in, digest FROM attempts ORDER BY first_run, handed_in, digest"
        ):
            order.setdefault((author, topic), []).append((moment, digest))
        files: dict[str, list[HandedInFile]] = {}
        for student, topic, filename, author, moment, digest, *made in self.rows(
            "SELECT class_topics.student, class_topics.topic, filename, coalesce(author, ''),"
            " coalesce(handed_in, ''), coalesce(digest, ''), antorcha, course_digest, started FROM class_topics"
            " JOIN topic_files USING (student, topic) JOIN runs ON runs.id = class_topics.run"
            " LEFT JOIN counted USING (student, topic) WHERE filename != ''"
        ):
            tries = order.get((author, topic), [])
            number = tries.index((moment, digest)) + 1 if (moment, digest) in tries else 0
            file = HandedInFile(topic, filename, moment, number, len(tries), *made)
            files.setdefault(student, []).append(file)
        return {student: tuple(found) for student, found in files.items()}

    def sources(self) -> list[Source]:
        """Return the deliveries of all runs that are known, the latest one last."""
        rows = self.rows("SELECT delivery FROM runs WHERE delivery != '' ORDER BY id")
        return [from_plain(Source, json.loads(text)) for (text,) in rows]

    def version_of(self, student: str, topic: str) -> tuple[str, str, str]:
        """Return with what the result that counts was made: moment, version of Antorcha, digest of the course.

        Empty texts where an older version of Antorcha wrote it.
        """
        found = self.rows(
            "SELECT started, antorcha, course_digest FROM topics JOIN runs ON runs.id = topics.run"
            " WHERE student = ? AND topic = ? AND counts",
            (student, topic),
        )
        return found[0] if found else ("", "", "")

    def record_delivery(self, delivery: Delivery) -> None:
        """Write who handed in, and what became of each file of the delivery; the run has begun before."""
        owned = [(submission.student, record) for submission in delivery.submissions for record in submission.records]
        records = [*owned, *(("", record) for record in delivery.records)]
        with self._transaction() as db:
            db.executemany(
                "UPDATE submissions SET name = ?, id = ?, email = ?, username = ?, section = ?, on_roster = ?,"
                " attempts = ?, handed_in = ?, late = ?, notes = ? WHERE student = ?",
                [_person_columns(submission) for submission in delivery.submissions],
            )
            db.executemany(
                "INSERT INTO delivered_files VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        self._run,
                        _text(student),
                        _text(record.path),
                        " ".join(record.topics),
                        _diagnosis(record.reason),
                        record.count,
                    )
                    for student, record in records
                ],
            )

    def record_worth_a_look(self, rows: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Write what a person should see of this run: student, topic, kind, sentence and files of each case."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO worth_a_look VALUES (?, ?, ?, ?, ?, ?)",
                [(self._run, *map(_text, row)) for row in rows],
            )

    def finish_run(self) -> None:
        """Mark the run as one that reached its end."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET finished = ? WHERE id = ?", (_now(), self._run))

    def lookup(self, student: str, topic: str, key: str, *, own: bool = False) -> TopicResult | None:
        """Return the result for this very key, if there is one that may be reused.

        It is the student's own, or else another student's who handed in the same code (without what was printed).
        `own`: no other student's.
        """
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT student, result FROM topics WHERE topic = ? AND key = ?"
                " ORDER BY student = ? DESC, student LIMIT 1",
                (topic, key, _text(student)),
            ).fetchone()
        if row is None or (own and row[0] != _text(student)):
            return None
        result = _read_result(row[1])
        if result is None or not reusable(result):
            return None
        return result if row[0] == _text(student) else replace(result, output="")

    def proof(self, topic: str, key: str) -> Proof | None:
        """Return the proof of a topic's hidden tests that was kept under this very key."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT comparisons FROM proofs WHERE topic = ? AND key = ?", (topic, key)
            ).fetchone()
        try:
            return from_plain(Proof, json.loads(row[0])) if row else None
        except ValueError:  # another version wrote it; it is made again
            return None

    def record_proof(self, topic: str, key: str, proof: Proof) -> None:
        """Keep the proof of a topic's hidden tests in the place of an earlier one."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO proofs VALUES (?, ?, ?)", (topic, key, json.dumps(to_plain(proof))))

    def exercise_keys(self, topic: str) -> dict[str, dict[str, str]]:
        """Return the keys of a topic's exercises, by each key of the topic that a result here rests on."""
        keys: dict[str, dict[str, str]] = {}
        for graders, exercise, key in self.rows(
            "SELECT graders, exercise, key FROM exercise_keys WHERE topic = ?", (topic,)
        ):
            keys.setdefault(graders, {})[exercise] = key
        return keys

    def record_exercise_keys(self, topic: str, graders: str, keys: Mapping[str, str]) -> None:
        """Keep the keys of a topic's exercises; `graders`: the key of the topic."""
        self.insert(
            "INSERT OR REPLACE INTO exercise_keys VALUES (?, ?, ?, ?)",
            [(topic, graders, exercise, key) for exercise, key in keys.items()],
        )

    def standing(self, student: str, topic: str) -> TopicResult | None:
        """Return the result that counts now for a student and a topic, whatever its key."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT result FROM topics WHERE student = ? AND topic = ? AND counts", (_text(student), topic)
            ).fetchone()
        return None if row is None else _read_result(row[0])

    def record(
        self, student: str, result: TopicResult, key: str, file: SubmittedFile | None = None, graders: str = ""
    ) -> TopicResult:
        """Write one result in one transaction; it counts for its student and topic from now on.

        Return it as the store will give it back (tuples inside details become lists), so that a report says
        the same words whether a result is fresh or reused. `file`: what it is of, with the notes of intake on it;
        `graders`: the key of the graders that judged it.
        """
        handed_in = (_text(file.handed_in), file.digest()) if file else ("", "")
        file_columns = (_text(file.filename), _diagnoses(file.notes)) if file else ("", "[]")
        return self._let_count(student, result, key, graders, file_columns, (_text(student), *handed_in))

    def _let_count(
        self,
        student: str,
        result: TopicResult,
        key: str,
        graders: str,
        file_columns: tuple[str, str],
        counted: tuple[str, str, str],
    ) -> TopicResult:
        """Write the result that counts for a student and a topic; `counted`: its author, moment and digest."""
        text = json.dumps(to_plain(result), default=str)
        unit = (_text(student), result.topic)
        stored = from_plain(TopicResult, json.loads(text))
        result_columns = (
            result.verdict.value,
            result.points,
            result.max_points,
            _diagnosis(result.note),
            _text(result.output),
            result.seconds,
        )
        if self._counts_already(unit, key, (text, graders, *file_columns, *counted)):
            return stored
        with self._transaction() as db:
            db.execute("UPDATE topics SET counts = 0 WHERE student = ? AND topic = ? AND counts", unit)
            # "Replace": graded again, or a version of the code that was handed in before and counts once more.
            db.execute(
                "INSERT OR REPLACE INTO topics VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*unit, key, self._run, *result_columns, text, graders),
            )
            db.execute("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?, ?)", (*unit, *counted))
            db.execute("INSERT OR REPLACE INTO topic_files VALUES (?, ?, ?, ?)", (*unit, *file_columns))
            db.execute("DELETE FROM checks WHERE student = ? AND topic = ?", unit)
            db.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _check_rows(unit, result))
        return stored

    def record_attempts(self, attempts: Iterable[tuple[str, SubmittedFile, str]]) -> None:
        """Write the attempts that this run's delivery held: student, file, and the key of the result.

        The same code with and without a moment is one attempt, of which one delivery knew more than the other.
        """
        rows = [
            (
                _text(student),
                file.topic,
                _text(file.handed_in),
                file.digest(),
                file.late,
                self._run,
                self._run,
                key,
                _text(file.filename),
                _diagnoses(file.notes),
            )
            for student, file, key in attempts
        ]
        with self._transaction() as db:
            same_code = "student = :student AND topic = :topic AND digest = :digest"
            for student, topic, moment, digest, *_ in rows:
                names = {"student": student, "topic": topic, "moment": moment, "digest": digest}
                if moment:
                    db.execute(
                        f"UPDATE OR REPLACE attempts SET handed_in = :moment WHERE {same_code} AND handed_in = ''",
                        names,
                    )
            db.executemany(
                "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (student, topic, handed_in, digest) DO UPDATE SET late = excluded.late,"
                " run = excluded.run, key = excluded.key, filename = excluded.filename, notes = excluded.notes",
                rows,
            )
            db.execute(
                "DELETE FROM attempts WHERE handed_in = '' AND EXISTS (SELECT 1 FROM attempts AS timed"
                " WHERE timed.student = attempts.student AND timed.topic = attempts.topic"
                " AND timed.digest = attempts.digest AND timed.handed_in != '')"
            )

    def attempts(self) -> Iterator[Attempt]:
        """Yield all attempts that were ever delivered and have a result, by student and topic."""
        for (
            student,
            topic,
            handed_in,
            late,
            digest,
            first_run,
            run,
            key,
            graders,
            filename,
            notes,
            text,
        ) in self.each_row(
            "SELECT student, topic, handed_in, late, digest, first_run, attempts.run, key, graders, filename,"
            " notes, result FROM attempts JOIN topics USING (student, topic, key)"
            " ORDER BY student, topic, handed_in, digest"
        ):
            result = _read_result(text)
            if result is not None:
                about = (student, topic, handed_in, bool(late), digest, first_run, run, key, graders, filename)
                yield Attempt(*about, _read_diagnoses(notes), Packed(result))

    def counted(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        """Return author, moment and digest of the attempt that counts, by student and topic."""
        with self._lock, self._explained():
            rows = self._connection.execute("SELECT student, topic, author, handed_in, digest FROM counted").fetchall()
        return {(student, topic): (author, handed_in, digest) for student, topic, author, handed_in, digest in rows}

    def let_count(self, student: str, attempt: Attempt) -> None:
        """Make an attempt count for a student, be it their own or another's in a group."""
        result, notes = attempt.result, attempt.notes
        if student != attempt.student:
            # What was printed is the author's.
            result = replace(result, output="")
            notes = (Diagnosis("group_hand_in", {"author": attempt.student}), *notes)
        file_columns = (attempt.filename, _diagnoses(notes))
        counted = (attempt.student, attempt.handed_in, attempt.digest)
        self._let_count(student, result, attempt.key, attempt.graders, file_columns, counted)

    def record_marks(self, marks: Iterable[tuple[str, TopicMark, str]]) -> None:
        """Write the marks of the class under its rules: student, mark and the reasons in a sentence."""
        rows = [
            (
                _text(student),
                mark.topic,
                mark.handed_in,
                mark.due,
                mark.raw,
                mark.override,
                mark.penalty,
                mark.final,
                _text(why),
            )
            for student, mark, why in marks
        ]
        with self._transaction() as db:
            db.execute("DELETE FROM topic_marks")
            db.executemany("INSERT INTO topic_marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def give_marks(
        self, marks: Iterable[tuple[str, TeacherMark | None, str, str]], comments: Mapping[str, str]
    ) -> None:
        """Keep what a teacher gives, all of it or nothing.

        `marks`: student, the mark or `None` to withdraw one, topic, exercise; `comments`: by student, "" for none.
        """
        now = _now()
        rows = [
            (
                _text(student),
                topic,
                exercise,
                mark.points if mark else None,
                _text(mark.why) if mark else "",
                mark.automatic if mark else None,
                now,
                json.dumps([to_plain(row) for row in mark.rubric] if mark else []),
                mark.answer if mark else "",
            )
            for student, mark, topic, exercise in marks
        ]
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO teacher_marks (student, topic, exercise, points, why, automatic, given, rubric, answer)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            db.executemany(
                "INSERT INTO comments (student, comment, given) VALUES (?, ?, ?)",
                [(_text(student), _text(comment), now) for student, comment in comments.items()],
            )

    def teacher_marks(self) -> dict[str, list[TeacherMark]]:
        """Return the marks that a teacher gave and that hold, by student."""
        with self._lock, self._explained():
            rows = self._connection.execute(
                "SELECT student, topic, exercise, points, why, automatic, given, rubric, answer FROM teacher_marks"
                " WHERE id IN (SELECT max(id) FROM teacher_marks GROUP BY student, topic, exercise)"
                " AND points IS NOT NULL ORDER BY id"
            ).fetchall()
        marks: dict[str, list[TeacherMark]] = {}
        for student, topic, exercise, points, why, automatic, given, rubric, answer in rows:
            row_points = tuple(from_plain(RubricPoints, row) for row in json.loads(rubric))
            mark = TeacherMark(topic, exercise, points, why, automatic, given=given, rubric=row_points, answer=answer)
            marks.setdefault(student, []).append(mark)
        return marks

    def teacher_history(self, student: str) -> list[TeacherMark]:
        """Return every mark that a teacher ever gave a student, the oldest first; one withdrawn has -1 points."""
        rows = self.rows(
            "SELECT topic, exercise, points, why, automatic, given FROM teacher_marks WHERE student = ? ORDER BY id",
            (student,),
        )
        return [
            TeacherMark(topic, exercise, -1.0 if points is None else points, why, automatic, given=given)
            for topic, exercise, points, why, automatic, given in rows
        ]

    def comments(self) -> dict[str, str]:
        """Return the teacher's comment for each student who has one."""
        with self._lock, self._explained():
            rows = self._connection.execute(
                "SELECT student, comment FROM comments WHERE comment != ''"
                " AND id IN (SELECT max(id) FROM comments GROUP BY student)"
            ).fetchall()
        return dict(rows)

    def people(self) -> dict[str, Person]:
        """Return who is in the class, by name."""
        return {
            student: Person(*person)
            for student, *person in self.rows(
                "SELECT student, name, id, email, username, section FROM submissions"
                " WHERE run = (SELECT max(id) FROM runs) ORDER BY student"
            )
        }

    def judged_by(self) -> dict[tuple[str, str], str]:
        """Return the key of the graders that gave each result of the class, by student and topic; "" where unknown."""
        rows = self.rows("SELECT student, topic, graders FROM class_topics ORDER BY student, topic")
        return {(student, topic): graders for student, topic, graders in rows}

    def class_rows(self) -> Iterator[ClassRow]:
        """Yield the class as it stands, by student: each with the results that count, of this run and of earlier ones.

        A result that another version wrote and this one cannot read is left out: its submission is graded again.
        """
        members = self.rows(
            "SELECT student, notes, name, id, email, username, section FROM submissions"
            " WHERE run = (SELECT max(id) FROM runs) ORDER BY student"
        )
        # Both are in the order of the students, and each result is read when its student's turn comes.
        results = groupby(
            self.each_row(
                "SELECT student, topic, result, notes FROM class_topics"
                " LEFT JOIN topic_files USING (student, topic) ORDER BY student, topic"
            ),
            itemgetter(0),
        )
        owner, own = next(results, (None, iter(())))
        for student, notes, *person in members:
            row = ClassRow(student, Person(*person), notes=_read_diagnoses(notes))
            if student == owner:
                for _, topic, text, file_notes in own:
                    row.add(topic, text, file_notes)
                owner, own = next(results, (None, iter(())))
            yield row

    def count_class_results(self) -> int:
        """Return the number of results that count for the class as it stands."""
        return int(self.rows("SELECT count(*) FROM class_topics")[0][0])

    def results(self) -> dict[str, list[TopicResult]]:
        """Return the results that count, by student, each student's by topic."""
        return {row.student: list(row.results.values()) for row in self.class_rows() if row.results}

    def _counts_already(self, unit: tuple[str, str], key: str, columns: tuple[str, ...]) -> bool:
        """Return whether this is what the file says: a class that did not change costs no write."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT result, graders, filename, notes, author, handed_in, digest FROM topics"
                " LEFT JOIN topic_files USING (student, topic) LEFT JOIN counted USING (student, topic)"
                " WHERE student = ? AND topic = ? AND key = ? AND counts",
                (*unit, key),
            ).fetchone()
        return row is not None and row == columns

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing: a kill, a full disk or Ctrl-C in between leaves what was there before."""
        with self._lock, self._explained(), self._connection:
            # The right to write is taken at once: two runs that had both read first could neither wait for the other.
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
    """Return whether a result may answer for the same submission another day.

    Not where we or a GPU failed, nor where a busy machine may have made the verdict.
    """
    checks = [check for exercise in result.exercises for check in exercise.checks]
    lost = any(check.diagnosis is not None and check.diagnosis.kind == "device_lost" for check in checks)
    ours = result.grader_failed or lost or result.verdict is Verdict.NOT_TESTED
    return not ours and not depends_on_machine(result)


def _read_result(text: str) -> TopicResult | None:
    try:
        return from_plain(TopicResult, json.loads(text))
    except ValueError:  # another version's record, or no JSON: grading again costs less than a guess
        return None


def _read_diagnoses(text: str) -> tuple[Diagnosis, ...]:
    try:
        return tuple(from_plain(Diagnosis, plain) for plain in json.loads(text))
    except (ValueError, TypeError):  # another version's: a note that is lost costs no mark
        return ()


def _diagnoses(notes: Iterable[Diagnosis]) -> str:
    return json.dumps([to_plain(note) for note in notes], default=str)


def _person_columns(submission: Submission) -> tuple[Any, ...]:
    person = submission.person
    texts = (person.name, person.id, person.email, person.username, person.section)
    return (
        *map(_text, texts),
        submission.on_roster,
        submission.attempts,
        _text(submission.handed_in),
        submission.late,
        _diagnoses(submission.notes),
        _text(submission.student),
    )


def _check_rows(unit: tuple[str, str], result: TopicResult) -> list[tuple[Any, ...]]:
    return [
        (
            *unit,
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
    return None if diagnosis is None else json.dumps(to_plain(diagnosis), default=str)


def kept_name(student: str) -> str:
    """Return a student's name as the store has it."""
    return _text(student)


def _text(value: str) -> str:
    """Return what SQLite can hold: a name from a strange archive may carry lone surrogates."""
    return value.encode("utf-8", "backslashreplace").decode()


def _own_version() -> str:
    try:
        return version("antorcha")
    except PackageNotFoundError:  # run from a folder where it is not installed
        return "unknown"


def _storable(value: Any) -> Any:
    return _text(value) if isinstance(value, str) else value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
