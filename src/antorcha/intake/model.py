"""Types for the results of intake: people, one bounded source of plain text per topic, and the fate of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from antorcha.results import Diagnosis

COURSE_FILE = "course_file"  # why a file that the release itself brought was not read


@dataclass(frozen=True)
class Cell:
    """A piece of source that runs on its own: a whole module, or one code cell of a notebook."""

    code: str
    name: str  # what a traceback calls it: "tensors.py", "tensors.ipynb, cell 4"


@dataclass(frozen=True)
class HelperModule:
    """A module of the student's own that the submission imports, such as `utils.py` beside it.

    `name`: as it is imported, "utils" or "tools.shapes"; `filename`: what a traceback calls it.
    """

    name: str
    code: str
    filename: str


@dataclass(frozen=True)
class SubmittedFile:
    """One topic's submission. `cells` is empty when `problem` says why the file could not be read."""

    topic: str
    filename: str
    cells: tuple[Cell, ...] = ()
    problem: Diagnosis | None = None
    notes: tuple[Diagnosis, ...] = ()  # "this magic line was set aside", "the name was guessed"
    modules: tuple[HelperModule, ...] = ()  # of the student's own, those that it imports
    handed_in: str = ""  # when, as the platform writes it
    late: bool = False  # the platform says so

    @property
    def importable(self) -> dict[str, str]:
        """Return the code of the student's own modules by their names, with an empty one for each package around."""
        names = [module.name for module in self.modules]
        packages = {name[:end] for name in names for end, char in enumerate(name) if char == "."}
        return {**dict.fromkeys(packages, ""), **{module.name: module.code for module in self.modules}}

    def digest(self) -> str:
        """Return the SHA-256 (hex) that the cache keys on: of the code that would run, and nothing else of the file."""
        payload: list[object] = [[cell.name, cell.code] for cell in self.cells] or [
            self.problem.kind if self.problem else ""
        ]
        payload += [[module.name, module.code] for module in self.modules]
        return hashlib.sha256(json.dumps(payload).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Person:
    """A student, as far as the delivery or the roster tells.

    `id` is stable from week to week: the student number of the roster, or the learning platform's own.
    `username` is what folders and repositories are called after.
    """

    name: str
    id: str = ""
    email: str = ""
    username: str = ""
    section: str = ""

    @property
    def known_as(self) -> tuple[str, ...]:
        """Return every name by which a list of students may call this person."""
        local_part = self.email.partition("@")[0]
        return tuple(
            dict.fromkeys(name for name in (self.name, self.id, self.username, self.email, local_part) if name)
        )


@dataclass(frozen=True)
class FileRecord:
    """The fate of one file of a delivery: each has exactly one.

    `path`: from the delivery's root, through archives too: "ana.zip/entrega/tensors.py". `topics`: those that it was
    graded for, itself or as a module that the graded file imports. `reason`: why it was graded for none; it is `None`
    where `topics` is not empty. `count`: how many files it stands for, as where a folder of a thousand is one record.
    """

    path: str
    topics: tuple[str, ...] = ()
    reason: Diagnosis | None = None
    count: int = 1


@dataclass(frozen=True)
class Submission:
    """One student's submission: a source for each topic that was found, by topic name.

    `student` is the one name under which results are kept: unique in a class. `on_roster` is `None` without a roster.
    `handed_in`: when, as the platform writes it; `late`: the platform says so; `attempts`: how many it holds.
    `earlier`: where each attempt was asked for, those at each topic that are not in `files`, the oldest first.
    `author`: where this is one of these attempts, the student whose it is.
    """

    student: str
    files: dict[str, SubmittedFile] = field(default_factory=dict)
    notes: tuple[Diagnosis, ...] = ()
    person: Person = Person("")
    on_roster: bool | None = None
    attempts: int = 1
    handed_in: str = ""
    late: bool = False
    records: tuple[FileRecord, ...] = ()
    earlier: dict[str, tuple[SubmittedFile, ...]] = field(default_factory=dict)
    author: str = ""


@dataclass(frozen=True)
class Delivery:
    """A whole class as it was delivered.

    `format`: the one that was recognised or asked for ("canvas"). `records`: files that belong to nobody, each with its
    reason. `remarks`: what the instructor should read before the results.
    """

    format: str
    submissions: tuple[Submission, ...]
    records: tuple[FileRecord, ...] = ()
    remarks: tuple[Diagnosis, ...] = ()

    @property
    def known_as(self) -> dict[str, tuple[str, ...]]:
        """Return every name of each student, by the name under which results are kept."""
        return known_as(self.submissions)

    @property
    def set_aside(self) -> tuple[tuple[str, FileRecord], ...]:
        """Return each file that was not graded, with its student ("" for nobody's)."""
        owned = [(submission.student, record) for submission in self.submissions for record in submission.records]
        return tuple(
            (student, record)
            for student, record in [*owned, *(("", record) for record in self.records)]
            if record.reason
        )

    @property
    def set_aside_by_people(self) -> tuple[tuple[str, FileRecord], ...]:
        """Return the files of `set_aside` that somebody made: not those that the course's own release brought."""
        return tuple(
            (who, record) for who, record in self.set_aside if record.reason and record.reason.kind != COURSE_FILE
        )

    @property
    def file_count(self) -> int:
        """Return the number of files in the delivery, those that share a record included."""
        records = [*self.records, *(record for submission in self.submissions for record in submission.records)]
        return sum(record.count for record in records)


def known_as(submissions: Iterable[Submission]) -> dict[str, tuple[str, ...]]:
    """Return every name of each of these students, by the name under which results are kept."""
    return {
        submission.student: (*filter(None, (submission.author,)), *submission.person.known_as)
        for submission in submissions
    }
