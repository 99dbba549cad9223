"""The choice of the file that answers a topic: by its name or its functions; of several, by what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from antorcha.course.model import Course
from antorcha.i18n import N_
from antorcha.intake import limits
from antorcha.intake.account import Account, Piece
from antorcha.intake.check import Checker
from antorcha.intake.delivered import MODULE_SUFFIX, DeliveredFile, is_course_file
from antorcha.intake.helpers import Helpers
from antorcha.intake.join import AnsweredFile, join, may_be_joined
from antorcha.intake.magics import WrittenFile
from antorcha.intake.model import COURSE_FILE, Cell, SubmittedFile
from antorcha.intake.naming import attempt_number, copy_number, split_flat_name, topic_named, without_copy_mark
from antorcha.intake.source import ReadFile, read_source
from antorcha.results import Diagnosis
from antorcha.sources.data import data_paths
from antorcha.sources.untouched import stub_digests


@dataclass(frozen=True)
class _Candidate:
    """A file that may answer `topic`; `guessed`: what the guess rests on, "" where the file's name is right."""

    topic: str
    piece: Piece
    answers: AnsweredFile
    guessed: str = ""

    @property
    def file(self) -> DeliveredFile:
        """Return the file itself."""
        return self.piece.file

    @property
    def merit(self) -> tuple[object, ...]:
        """Return a sort key that puts an untouched stub last, then what cannot be read, then the older attempt."""
        folders, stem = self.file.parts[:-1], without_copy_mark(self.file.stem)
        attempt = (self.piece.attempt, attempt_number(folders, stem))
        copy = max(self.file.copy, copy_number(self.file.stem))
        return (not self.answers.any, self.answers.is_broken, -attempt[0], -attempt[1], -copy)

    @property
    def documented_order(self) -> tuple[object, ...]:
        """Return a sort key for files of one moment, as docs/grading.md gives it.

        The right name comes first, then the most answers, a module, what lies highest, the alphabet.
        """
        answered = (-len(self.answers.answered), -len(self.answers.defined))
        return (bool(self.guessed), answered, self.file.suffix != MODULE_SUFFIX, len(self.file.parts), self.file.parts)


class Stubs:
    """The stubs that were released, by topic: read once for a whole class.

    `brought_beside`: the lessons and data that a release brings, by their paths in `exercises/`.
    """

    def __init__(self, course: Course, released: dict[str, dict[str, str]] | None = None) -> None:
        """Read the stubs of a course. `released`: their digests, where `exercises/` holds a student's answers."""
        self._course = course
        data = {path.relative_to(course.exercises_dir).as_posix() for path in data_paths(course)}
        self.brought_beside = frozenset({f"{topic.name}.md" for topic in course.topics} | data)
        self._digests: dict[str, dict[str, str]] = dict(released or {})

    def of(self, topic: str) -> dict[str, str]:
        """Return the digest of each exercise's stub; of none where the course has no such file yet."""
        if topic not in self._digests:
            known = self._course.topic(topic)
            names = [exercise.name for exercise in known.exercises] if known else []
            try:
                code = (self._course.exercises_dir / f"{topic}.py").read_text(encoding="utf-8-sig")
                self._digests[topic] = stub_digests(code, names)
            except (OSError, ValueError, SyntaxError):  # then whatever is not empty counts as worked on
                self._digests[topic] = {}
        return self._digests[topic]


def choose(
    pieces: list[Piece], course: Course, stubs: Stubs, checker: Checker, account: Account
) -> dict[str, SubmittedFile]:
    """Return a source for each topic that a student's modules and notebooks answer, and account for each of them."""
    return _Choice(pieces, course, stubs, checker, account).made()


class _Choice:
    """One student's modules and notebooks, and how they are told apart."""

    def __init__(self, pieces: list[Piece], course: Course, stubs: Stubs, checker: Checker, account: Account) -> None:
        self._pieces = pieces
        self._course = course
        self._stubs = stubs
        self._checker = checker
        self._account = account
        self._helpers = Helpers(pieces, checker)
        self._candidates: dict[str, list[_Candidate]] = {}
        self._used: dict[DeliveredFile, list[str]] = {}
        self._helping: dict[DeliveredFile, list[str]] = {}
        self._other: dict[DeliveredFile, Diagnosis] = {}

    def made(self) -> dict[str, SubmittedFile]:
        """Return the source for each topic, in the course's order."""
        misnamed = []
        for piece in self._pieces:
            topic = _topic_by_name(piece, self._course)
            if topic:
                self._add(topic[0], piece, self._read(piece), topic[1])
            elif not is_course_file(piece.file.name):
                misnamed.append(piece)
        for piece in misnamed[: limits.STUDENT_GUESSES]:
            self._guess(piece)
        order = [topic.name for topic in self._course.topics if topic.name in self._candidates]
        chosen = {topic: self._best(topic) for topic in order}
        self._close_the_account()
        return chosen

    def _read(self, piece: Piece) -> ReadFile:
        if piece.file.suffix == MODULE_SUFFIX:
            return self._helpers.read(piece.file)
        return read_source(piece.file, "", self._checker)

    def _add(self, topic: str, piece: Piece, read: ReadFile, guessed: str) -> None:
        helpers = self._helpers.of(piece.file, read)
        answers = AnsweredFile.of(read, self._exercises(topic), self._stubs.of(topic))
        answers = answers.with_helpers([self._helpers.read(helper) for helper in helpers.values()])
        self._candidates.setdefault(topic, []).append(_Candidate(topic, piece, answers, guessed))
        for written in read.written:
            other = topic_named(written.filename.removesuffix(MODULE_SUFFIX), self._course)
            if other and other != topic:
                self._add_written(other, piece, written)

    def _add_written(self, topic: str, piece: Piece, written: WrittenFile) -> None:
        """Take what a cell writes with `%%writefile` as an answer to the topic of that name."""
        parsed = self._checker.parse(written.code)
        source = SubmittedFile(topic, piece.file.name, (Cell(written.code, written.cell),))
        definitions = {name: (0, definition) for name, definition in parsed.definitions.items()}
        read = ReadFile(source, definitions, parsed.assigned, parsed.imports)
        answers = AnsweredFile.of(read, self._exercises(topic), self._stubs.of(topic))
        self._candidates.setdefault(topic, []).append(_Candidate(topic, piece, answers))

    def _exercises(self, topic: str) -> frozenset[str]:
        known = self._course.topic(topic)
        return frozenset(exercise.name for exercise in known.exercises) if known else frozenset()

    def _guess(self, piece: Piece) -> None:
        """Take a file with a wrong name for the one topic whose functions it holds, else for what the names say."""
        read = self._read(piece)
        shared = {topic.name for topic in self._course.topics if read.definitions.keys() & self._exercises(topic.name)}
        if len(shared) == 1:
            self._add(shared.pop(), piece, read, N_("the functions in it"))
        elif topic := split_flat_name(piece.file.stem, self._course)[1]:
            self._add(topic, piece, read, N_("its name"))
        elif piece.folder_topic and not piece.file.parts[:-1]:
            self._add(piece.folder_topic, piece, read, N_("the folder around it"))
        else:
            for written in read.written:
                if topic := topic_named(written.filename.removesuffix(MODULE_SUFFIX), self._course):
                    self._add_written(topic, piece, written)

    def _best(self, topic: str) -> SubmittedFile:
        """Return the source for a topic: the best file, with those joined to it that hold what it lacks."""
        candidates = _best_first(self._candidates[topic])
        imported = {
            helper
            for candidate in candidates
            for helper in self._helpers.of(candidate.file, candidate.answers.read).values()
        }
        # What another file imports is its helper, unless the files import each other in a ring.
        best = next((candidate for candidate in candidates if candidate.file not in imported), candidates[0])
        others = [candidate for candidate in candidates if candidate is not best and candidate.file not in imported]
        answers, latest, notes = best.answers, best.piece, []
        self._use(best)
        for other in others:
            if may_be_joined(answers, other.answers):
                answers = join(answers, other.answers, other.file.shown)
                self._use(other)
                latest = max(latest, other.piece, key=lambda piece: piece.attempt)
                notes.append(_about("files_joined", other, best))
            else:
                note = _about("another_file", other, best)
                self._other.setdefault(other.file, note)
                notes.append(note)
        if best.guessed:
            wanted = topic + best.file.suffix
            details = {"file": best.file.shown, "topic": topic, "found": best.guessed, "wanted": wanted}
            notes.insert(0, Diagnosis("name_guessed", details))
        source = answers.read.source
        imported_by_best = self._helpers.of(best.file, answers.read)
        return replace(
            source,
            topic=topic,
            modules=self._helpers.modules(imported_by_best, answers.read.written),
            notes=(*_bounded(notes), *source.notes),
            handed_in=latest.time,
            late=latest.late,
        )

    def _use(self, candidate: _Candidate) -> None:
        self._used.setdefault(candidate.file, []).append(candidate.topic)
        for helper in self._helpers.of(candidate.file, candidate.answers.read).values():
            self._helping.setdefault(helper, []).append(candidate.topic)

    def _close_the_account(self) -> None:
        """Give every module and notebook its record."""
        for file in (piece.file for piece in self._pieces):
            if topics := [*self._used.get(file, []), *self._helping.get(file, [])]:
                self._account.graded(file, *dict.fromkeys(topics))
            elif file in self._other:
                details = {name: value for name, value in self._other[file].details.items() if name != "file"}
                self._account.set_aside(file, "another_file", told=False, **details)
            elif is_course_file(file.name):
                self._account.set_aside(file, COURSE_FILE, told=False)
            else:
                self._account.set_aside(file, "file_set_aside")


def _best_first(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the candidates by merit, then the time of change, then the documented order."""
    # Three stable sorts, the weightiest last.
    ordered = sorted(candidates, key=lambda candidate: candidate.documented_order)
    # A time counts only where every file has one: mixed, those without would sort as the oldest.
    if all(candidate.file.modified for candidate in ordered):
        ordered.sort(key=lambda candidate: candidate.file.modified, reverse=True)
    ordered.sort(key=lambda candidate: candidate.merit)
    return ordered


def _topic_by_name(piece: Piece, course: Course) -> tuple[str, str] | None:
    """Return the topic whose name a file has, and what the guess rests on where it is not quite right."""
    exact = course.topic(piece.file.stem)
    if exact:
        return exact.name, ""
    if close := topic_named(piece.file.stem, course):
        return close, N_("its name")
    return (piece.topic, "") if piece.topic else None


def _about(kind: str, other: _Candidate, used: _Candidate) -> Diagnosis:
    file, chosen = other.file.shown, used.file.shown
    if file == chosen:  # the same name in two attempts: a platform's own names tell them apart
        file, chosen = other.file.whole_path, used.file.whole_path
    return Diagnosis(kind, {"file": file, "topic": other.topic, "used": chosen})


def _bounded(notes: list[Diagnosis]) -> list[Diagnosis]:
    more = len(notes) - limits.NAMES_LISTED
    if more <= 0:
        return notes
    return [*notes[: limits.NAMES_LISTED], Diagnosis("more_files", {"count": more})]
