"""A class as it arrives → its submissions. Reads and parses; never runs, extracts or follows a link."""

from __future__ import annotations

import io
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake import limits
from antorcha.intake.archive import list_archive
from antorcha.intake.check import Checker
from antorcha.intake.entry import ARCHIVES, FOREIGN_ARCHIVES, Entry, UnusableError, is_course_file, printable
from antorcha.intake.folder import list_folder, read_file
from antorcha.intake.layout import HandedIn, by_student, unwrap
from antorcha.intake.match import match_topics
from antorcha.intake.messages import MESSAGES
from antorcha.intake.model import Submission
from antorcha.results import Diagnosis


def read_class(path: Path, course: Course) -> list[Submission]:
    """The hand-ins in `path`, by student, in the order of their names.

    `path` is a folder (a folder a student, or `<student>[_<topic>].py|.ipynb`, or an archive a student), one
    module or notebook, or a .zip, .tar or .tar.gz of these. Whatever is wrong with a student's files is in that
    student's `Submission`. Raises `UserError` when `path` cannot be read or holds no hand-in for this course.
    """
    with ExitStack() as open_files:
        entries = _class_entries(path, course, open_files)
        students = by_student(entries, _class_name(path), course)
        checker = open_files.enter_context(Checker())
        submissions = [
            _submission(name, students[raw], course, checker) for raw, name in _display_names(list(students)).items()
        ]
    if not any(submission.sources for submission in submissions):
        raise _no_hand_ins(path, course)
    return submissions


def _no_hand_ins(path: Path, course: Course) -> UserError:
    return UserError(
        f"{path}: no hand-ins found.",
        f"Expected a folder a student with {_wanted(course)}, files named <student>_<topic>.py, or a .zip of them.",
    )


def _wanted(course: Course) -> str:
    names = [f"{topic.name}.py or {topic.name}.ipynb" for topic in course.topics]
    return ", ".join(names[: limits.NAMES_LISTED]) + (", ..." if len(names) > limits.NAMES_LISTED else "")


def _class_name(path: Path) -> str:
    """The student's name where the class is a student's own folder or one file with a topic's name."""
    whole = Path(os.path.abspath(path))
    if whole.is_dir():
        return whole.name or "class"
    return _archive_stem(whole.name) or whole.parent.name or "class"


def _archive_stem(name: str) -> str:
    """`class.tar.gz` → `class`; empty for what is no archive."""
    end = next((end for end in sorted(ARCHIVES, key=len, reverse=True) if name.lower().endswith(end)), "")
    return name[: -len(end)] if end else ""


def _class_entries(path: Path, course: Course, open_files: ExitStack) -> list[Entry]:
    try:
        mode = path.stat().st_mode  # the instructor's own path may be a link; nothing below it may
        if stat.S_ISDIR(mode):
            entries = unwrap(list_folder(path), "", course)
        elif not stat.S_ISREG(mode):
            raise UserError(f"{path} is neither a folder nor a file.", "Give the folder or the .zip of the class.")
        elif _archive_stem(path.name):
            stream = open_files.enter_context(path.open("rb"))
            listed = list_archive(stream, path.name, limits.CLASS_ARCHIVE_BYTES)
            entries = unwrap(listed, _archive_stem(path.name), course)
        else:
            real = path.resolve()
            entries = [Entry((path.name,), lambda limit: read_file(real, limit))]
    except FileNotFoundError:
        raise UserError(f"{path} does not exist.", "Give the folder or the .zip of the class.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"{path} cannot be read: {reason}.", "Check the name and the permissions.") from error
    except UnusableError as unusable:
        what = unusable.diagnosis
        raise UserError(MESSAGES[what.kind].format(**what.details), "Download the class again.") from unusable
    return entries


def _display_names(raw_names: list[str]) -> dict[str, str]:
    """Raw name -> the student's name, safe to print and to tabulate; different students stay different."""
    shown: dict[str, str] = {}
    taken: set[str] = set()
    for raw in sorted(raw_names):
        base = printable(unicodedata.normalize("NFC", raw.strip())) or "unnamed"
        name, count = base, 2
        while name in taken:
            name, count = f"{base} ({count})", count + 1
        taken.add(name)
        shown[raw] = name
    return dict(sorted(shown.items(), key=lambda pair: (pair[1].casefold(), pair[1])))


def _submission(student: str, files: list[HandedIn], course: Course, checker: Checker) -> Submission:
    notes: list[Diagnosis] = []
    if len(files) > limits.STUDENT_ENTRIES:
        files = sorted(files, key=lambda file: file.entry.order)[: limits.STUDENT_ENTRIES]
        notes.append(Diagnosis("too_many_files", {"limit": limits.STUDENT_ENTRIES}))
    budget = _Budget(limits.STUDENT_BYTES)
    everything = list(_expanded([budget.guard(file) for file in files], budget, notes))
    usable = [file for file in everything if file.entry.is_source]
    sources, matching_notes = match_topics(usable, course, checker)
    notes += matching_notes
    notes += _foreign(everything)
    if not sources:
        notes.append(Diagnosis("nothing_usable", {"wanted": _wanted(course)}))
    return Submission(student, sources, tuple(notes[: 2 * limits.NAMES_LISTED]))


class _Budget:
    """What may be read of one student's files in all, so that a bomb costs its own row."""

    def __init__(self, size: int) -> None:
        self._left = size

    def guard(self, file: HandedIn) -> HandedIn:
        """The same file; loading it draws on the budget."""
        load, shown = file.entry.load, printable(file.entry.name)

        def bounded(limit: int) -> bytes:
            if self._left <= 0:
                raise UnusableError("too_large", file=shown, limit=limits.readable(limits.STUDENT_BYTES))
            data = load(limit)
            self._left -= len(data)
            return data

        return replace(file, entry=replace(file.entry, load=bounded))


def _expanded(files: list[HandedIn], budget: _Budget, notes: list[Diagnosis]) -> Iterator[HandedIn]:
    """`files` with each archive replaced by what is in it, one archive deep."""
    opened = 0
    for file in files:
        if not (file.entry.is_archive and file.entry.ordinary):
            yield file
            continue
        opened += 1
        if opened > limits.STUDENT_ARCHIVES:
            notes.append(Diagnosis("file_set_aside", {"file": file.entry.shown}))
            continue
        try:
            data = file.entry.load(limits.STUDENT_ARCHIVE_BYTES)
            members = list_archive(io.BytesIO(data), file.entry.name, limits.STUDENT_ARCHIVE_BYTES)
        except UnusableError as unusable:
            notes.append(unusable.diagnosis)
            continue
        if len(members) > limits.STUDENT_ENTRIES:
            notes.append(Diagnosis("too_many_files", {"limit": limits.STUDENT_ENTRIES}))
        for member in sorted(members, key=lambda one: one.order)[: limits.STUDENT_ENTRIES]:
            if member.is_archive:
                notes.append(Diagnosis("archive_nested", {"file": member.shown}))
            else:
                yield budget.guard(HandedIn(replace(member, parts=file.entry.parts[:-1] + member.parts)))


def _foreign(files: list[HandedIn]) -> list[Diagnosis]:
    """Notes about what is neither module nor notebook: one for all, and one for each thing that is no file."""
    notes, names = [], []
    for file in files:
        entry = file.entry
        if entry.is_source or (entry.folder and entry.ordinary) or is_course_file(entry.name):
            continue
        if not entry.ordinary:
            try:
                entry.load(0)
            except UnusableError as unusable:
                notes.append(unusable.diagnosis)
        elif entry.suffix in FOREIGN_ARCHIVES:
            notes.append(Diagnosis("archive_unsupported", {"file": entry.shown}))
        else:
            names.append(entry.shown)
    if names:
        more = f" (+{len(names) - limits.NAMES_LISTED})" if len(names) > limits.NAMES_LISTED else ""
        notes.append(Diagnosis("foreign_set_aside", {"files": ", ".join(names[: limits.NAMES_LISTED]) + more}))
    return notes[: limits.NAMES_LISTED]
