"""Plain folders and files: a folder, an archive or some files named after each student."""

from __future__ import annotations

import re
from collections.abc import Sequence

from antorcha.course.model import Course
from antorcha.intake.delivered import FOREIGN_ARCHIVE_SUFFIXES, DeliveredFile, is_course_file, is_leftover
from antorcha.intake.handin import Format, HandIn, Listing, Sorted, nobodys
from antorcha.intake.model import Person
from antorcha.intake.naming import attempt_number, is_a_version, split_flat_name
from antorcha.results import Diagnosis

# In a class's root these are the instructor's or the platform's; anything else there may be somebody's work.
_TABLES = (
    ".csv",
    ".tsv",
    ".xlsx",
    ".xls",
    ".ods",
    ".yml",
    ".yaml",
    ".toml",
    ".cfg",
    ".ini",
    ".db",
    ".log",
    ".md",
    ".rst",
)
_LISTS = re.compile(
    r"^(?:readme|index|license|leeme|l[eé]eme|grades?|marks?|roster|notas?|calificaciones|lista(?:do)?|alumnos|students?|"
    r"class|clase|requirements|timestamp|submission_metadata|instrucciones|instructions|enunciado)\b",
    re.IGNORECASE,
)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return the hand-ins of a class in which folders, archives and files are named after students.

    Folders in the root are students; files in the root are `<student>.py`, `<student>_<topic>.py` or a student's
    archive; a file with a topic's own name belongs to the student that the root is called after.
    """
    if is_one_students(listing, course):
        return Sorted([HandIn(Person(listing.name), listing.files)])
    sorting = Sorted()
    folders = {file.parts[0] for file in listing.files if file.is_folder or len(file.parts) > 1}
    for name in sorted(folders):
        own = [file for file in listing.files if file.parts[0] == name]
        if is_leftover(name):
            sorting.nobodys += [leftover(file) for file in own]
            continue
        inside = tuple(file.below(1) for file in own if len(file.parts) > 1)
        refused = tuple(file for file in own if len(file.parts) == 1 and not file.ordinary)
        sorting.hand_ins.append(HandIn(Person(name), inside + refused))
    for file in listing.files:
        if file.parts[0] not in folders:
            _sort_root_file(file, listing.name, course, sorting)
    return sorting


def sort_rest(files: Sequence[DeliveredFile], listing: Listing, course: Course) -> Sorted:
    """Return the hand-ins of the `files` of a delivery that its own format leaves over."""
    return sort(Listing(tuple(files), listing.name), course) if files else Sorted()


def _sort_root_file(file: DeliveredFile, class_name: str, course: Course, found: Sorted) -> None:
    """Add a file of the root to `found`, as its student's or as nobody's."""
    student, topic = split_flat_name(file.stem, course)
    if is_leftover(file.name):
        found.nobodys.append(leftover(file))
    elif is_course_file(file.name) or _is_the_instructors(file, topic):
        found.nobodys.append(nobodys(file))
    else:
        if not topic and file.is_source and len(course.topics) == 1:
            topic = course.topics[0].name
        found.hand_ins.append(HandIn(Person(student or class_name), (file,), topic=topic))


def _is_the_instructors(file: DeliveredFile, topic: str) -> bool:
    """Return whether a file of the root, by its ending or its name, is the instructor's or the platform's."""
    if topic or file.is_source or file.is_archive or file.suffix in FOREIGN_ARCHIVE_SUFFIXES or not file.ordinary:
        return False
    return file.suffix in _TABLES or bool(_LISTS.match(file.name))


def leftover(file: DeliveredFile) -> tuple[DeliveredFile, Diagnosis]:
    """Return the record of what a system or an editor left in the delivery's root."""
    return file, Diagnosis("leftover", {"file": file.whole_path})


def is_one_students(listing: Listing, course: Course) -> bool:
    """Return whether this is one student's own folder: files with topics' names in its root, nothing of another's."""
    sources = [file for file in listing.files if file.is_source]
    root = [file for file in sources if len(file.parts) == 1]
    named = any(course.topic(file.stem) for file in root)
    others_folders = any(len(file.parts) > 1 and (course.topic(file.stem) or file.is_archive) for file in listing.files)
    split = [split_flat_name(file.stem, course) for file in root if not is_course_file(file.name)]
    others_files = any(student and topic and not is_a_version(student) for student, topic in split)
    return named and not others_folders and not others_files


def holds_several_students(listing: Listing, course: Course) -> bool:
    """Return whether this is a class: two folders that answer one topic, or files of several students' names."""
    sources = [file for file in listing.files if file.is_source]
    if sources and all(len(file.parts) == 1 for file in sources):
        names = [split_flat_name(file.stem, course) for file in sources]
        return all(topic and student for student, topic in names) and len({student for student, _ in names}) > 1
    places: dict[str, set[str]] = {}  # topic -> the folders that answer it
    for file in sources:
        if course.topic(file.stem) and len(file.parts) > 1:
            places.setdefault(file.stem, set()).add(file.parts[0])
    direct = any(len(file.parts) == 1 and course.topic(file.stem) for file in sources)
    folders = {name for names in places.values() for name in names}
    attempts = all(attempt_number((name,), "") or is_a_version(name) for name in folders)
    return not direct and not attempts and any(len(names) > 1 for names in places.values())


FOLDERS = Format("folders", "a folder or files for each student", lambda listing, course: True, sort)
