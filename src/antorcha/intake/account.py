"""The account of one student's files: each is graded, or set aside with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from antorcha.intake import limits
from antorcha.intake.delivered import DeliveredFile, UnusableError, printable
from antorcha.intake.model import FileRecord
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class Piece:
    """A file of one student with what its hand-in says of it.

    `attempt` counts from the oldest; `topic`: what a flat file's name says; `folder_topic`: what the folder around the
    whole class is called after; `time` and `late`: as the hand-in has them.
    """

    file: DeliveredFile
    attempt: int = 0
    topic: str = ""
    folder_topic: str = ""
    time: str = ""
    late: bool = False


@dataclass
class Account:
    """The fate of each file of one student. `notes`: what the student is told of the folder as a whole."""

    records: list[FileRecord] = field(default_factory=list)
    notes: list[Diagnosis] = field(default_factory=list)

    def graded(self, file: DeliveredFile, *topics: str) -> None:
        """Record a file as graded for these topics."""
        self.records.append(FileRecord(file.whole_path, topics))

    def set_aside(self, file: DeliveredFile, kind: str, *, told: bool = True, **details: object) -> None:
        """Give a file its reason; `told` adds the reason to what the student reads."""
        reason = Diagnosis(kind, {"file": file.shown, **details})
        self.records.append(FileRecord(file.whole_path, reason=reason, count=file.count))
        if told:
            self.notes.append(reason)

    def refused(self, file: DeliveredFile, reason: Diagnosis) -> None:
        """Record a file that could not be read, for the `reason` that reading it gave, and tell the student."""
        self.records.append(FileRecord(file.whole_path, reason=reason, count=file.count))
        self.notes.append(reason)

    def bounded_notes(self) -> tuple[Diagnosis, ...]:
        """Return the notes for the student, at most twice `NAMES_LISTED` and one that counts the rest."""
        more = len(self.notes) - 2 * limits.NAMES_LISTED
        if more <= 0:
            return tuple(self.notes)
        return (*self.notes[: 2 * limits.NAMES_LISTED], Diagnosis("more_files", {"count": more}))


class ByteBudget:
    """The bytes that may be read of one student's files in all, so that a bomb costs nobody else anything."""

    def __init__(self, size: int) -> None:
        self._left = size

    def guard(self, file: DeliveredFile) -> DeliveredFile:
        """Return the same file with a `load` that draws on the budget.

        The budget may end below zero by one file: its size is known only once it is read, and `limit` bounds it.
        """
        load, shown = file.load, printable(file.name)

        def bounded(limit: int) -> bytes:
            """Load at most `limit` bytes. Raises: `UnusableError` once the budget is spent."""
            if self._left <= 0:
                raise UnusableError("too_large", file=shown, limit=limits.readable(limits.STUDENT_BYTES))
            data = load(limit)
            self._left -= len(data)
            return data

        return replace(file, load=bounded)
