"""Reading of a class as it was delivered. Files are read and parsed; none is run or extracted, no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake import assignment_archives, limits
from antorcha.intake.account import Account
from antorcha.intake.archive import list_archive
from antorcha.intake.check import Checker
from antorcha.intake.choose import Stubs, choose
from antorcha.intake.delivered import ARCHIVE_SUFFIXES, DeliveredFile, UnusableError
from antorcha.intake.folder import list_folder, read_file
from antorcha.intake.handin import Listing
from antorcha.intake.model import Delivery, FileRecord, Submission, SubmittedFile
from antorcha.intake.people import PersonsHandIns, by_person, display_names, namesakes
from antorcha.intake.recognise import sort_delivery
from antorcha.intake.roster import RosterEntry, match
from antorcha.intake.unpack import sources
from antorcha.messages import MESSAGES
from antorcha.results import Diagnosis

# The code page in which Windows in that language writes names that are not UTF-8 into a .zip.
_CODE_PAGES = {
    "es": "cp850", "pt": "cp850", "fr": "cp850", "de": "cp850", "it": "cp850", "nl": "cp850", "ca": "cp850",
    "gl": "cp850", "eu": "cp850", "da": "cp850", "sv": "cp850", "nb": "cp850", "fi": "cp850", "cs": "cp852",
    "pl": "cp852", "hu": "cp852", "ro": "cp852", "hr": "cp852", "sk": "cp852", "sl": "cp852", "ru": "cp866",
    "uk": "cp866", "bg": "cp866", "el": "cp737", "tr": "cp857", "he": "cp862", "ar": "cp864", "ja": "cp932",
    "ko": "cp949", "zh": "cp936",
}  # fmt: skip


class NoSubmissionsError(UserError):
    """A delivery without a file that a topic of the course could be graded by."""


def read_class(path: Path, course: Course) -> list[Submission]:
    """Return the submissions in `path`, by student, in the order of their names. Raises: `UserError`."""
    return list(read_delivery(path, course).submissions)


def read_delivery(
    path: Path,
    course: Course,
    *,
    format_name: str = "",
    roster: Sequence[RosterEntry] | None = None,
    each_attempt: bool = False,
) -> Delivery:
    """Return the class in `path`: a folder, an archive or one file, in any of `recognise.FORMATS`.

    Whatever is wrong with a student's files is in that student's `Submission`. With a `roster`, students get its names
    and ids, and who handed in nothing gets a submission without files. `each_attempt`: read every attempt of a person
    by itself, for a class in which the last one is not the only one that matters.
    Raises: `UserError` when `path` cannot be read or holds people who cannot be told apart, `NoSubmissionsError` when
    it holds no submission for this course.
    """
    # The archive stays open until the last submission is read: its members are loaded one by one, when asked for.
    with ExitStack() as open_files:
        code_page = _CODE_PAGES.get(course.language.partition("_")[0], "cp437")
        listing = assignment_archives.opened(_listed(path, code_page, open_files), course, code_page)
        form, sorting = sort_delivery(listing, course, format_name)
        people, on_roster = _matched(by_person(sorting.hand_ins), roster)
        names = display_names(people)
        checker = open_files.enter_context(Checker())
        stubs = Stubs(course)
        submissions = [
            replace(
                _submission(name, submitter, course, stubs, checker, code_page, each_attempt), on_roster=listed_there
            )
            for name, submitter, listed_there in zip(names, people, on_roster, strict=True)
        ]
    if not any(submission.files for submission in submissions):
        raise _no_submissions(path, course)
    submissions.sort(key=lambda submission: (submission.student.casefold(), submission.student))
    records = tuple(FileRecord(file.whole_path, reason=reason, count=file.count) for file, reason in sorting.nobodys)
    return Delivery(form.name, tuple(submissions), records, tuple(namesakes(people, names)))


def _matched(
    people: list[PersonsHandIns], roster: Sequence[RosterEntry] | None
) -> tuple[list[PersonsHandIns], list[bool | None]]:
    """Return the people as the roster names them, with those who handed in nothing, and whether each is on it.

    Without a roster: the people as they came, and `None` for each.
    """
    if roster is None:
        return people, [None] * len(people)
    listed, absent = match(people, list(roster))
    on_roster: list[bool | None] = [*(submitter is not None for submitter in listed), *(True for _ in absent)]
    named = [submitter or other for submitter, other in zip(listed, people, strict=True)]
    return [*named, *(PersonsHandIns(person, ()) for person in absent)], on_roster


def _no_submissions(path: Path, course: Course) -> UserError:
    return NoSubmissionsError(
        f"{path}: no submissions found.",
        f"Expected a folder a student with {_wanted(course)}, files named <student>_<topic>.py, or a .zip of them.",
    )


def _wanted(course: Course) -> str:
    names = [f"{topic.name}.py / {topic.name}.ipynb" for topic in course.topics]
    return ", ".join(names[: limits.NAMES_LISTED]) + (", ..." if len(names) > limits.NAMES_LISTED else "")


def _archive_stem(name: str) -> str:
    """Return `class` for `class.tar.gz`; empty for what is no archive."""
    end = next((end for end in sorted(ARCHIVE_SUFFIXES, key=len, reverse=True) if name.lower().endswith(end)), "")
    return name[: -len(end)] if end else ""


def _listed(path: Path, code_page: str, open_files: ExitStack) -> Listing:
    """Return what is in `path`, named after it: that is a student's name where it is one student's folder or file.

    Raises: `UserError` where it cannot be read.
    """
    whole = Path(os.path.abspath(path))
    try:
        mode = path.stat().st_mode  # the instructor's own path may be a link; nothing below it may
        if stat.S_ISDIR(mode):
            return Listing(tuple(list_folder(path)), whole.name or "class")
        if not stat.S_ISREG(mode):
            raise UserError(f"{path} is neither a folder nor a file.", "Give the folder or the .zip of the class.")
        if stem := _archive_stem(path.name):
            stream = open_files.enter_context(path.open("rb"))
            return Listing(tuple(list_archive(stream, path.name, limits.CLASS_ARCHIVE_BYTES, code_page)), stem)
        real = path.resolve()
        file = DeliveredFile((path.name,), lambda limit: read_file(real, limit))
        return Listing((file,), whole.parent.name or "class")
    except FileNotFoundError:
        raise UserError(f"{path} does not exist.", "Give the folder or the .zip of the class.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"{path} cannot be read: {reason}.", "Check the name and the permissions.") from error
    except UnusableError as unusable:
        diagnosis = unusable.diagnosis
        raise UserError(MESSAGES[diagnosis.kind].format(**diagnosis.details), "Download the class again.") from unusable


def _submission(
    name: str,
    mine: PersonsHandIns,
    course: Course,
    stubs: Stubs,
    checker: Checker,
    code_page: str,
    each_attempt: bool,
) -> Submission:
    """Return one person's submission, kept under `name`, with the record of every file."""
    account = Account()
    attempts: dict[str, list[SubmittedFile]] = {}
    for own in mine.each_attempt if each_attempt and mine.hand_ins else [mine]:
        pieces = sources(own.pieces, account, code_page, stubs.brought_beside)
        for topic, file in choose(pieces, course, stubs, checker, account).items():
            attempts.setdefault(topic, []).append(file)
    files = {topic.name: attempts[topic.name][-1] for topic in course.topics if topic.name in attempts}
    notes = account.bounded_notes()
    if not mine.hand_ins:
        notes = (Diagnosis("nothing_handed_in"),)
    elif not files:
        notes = (*notes, Diagnosis("nothing_usable", {"wanted": _wanted(course)}))
    return Submission(
        name,
        files,
        notes,
        replace(mine.person, name=name) if not mine.person.name else mine.person,
        attempts=mine.attempts,
        handed_in=mine.hand_ins[-1].time if mine.hand_ins else "",
        late=any(hand_in.late for hand_in in mine.hand_ins),
        records=tuple(account.records),
        earlier={topic: tuple(several[:-1]) for topic, several in attempts.items() if several[1:]},
    )
