"""Whose file is it? A class's files → each student's, for the shapes in which classes arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from antorcha.course.model import Course
from antorcha.intake.entry import Entry, is_course_file

# What browsers, Canvas and file managers add to a second copy: "tensors (1)", "tensors-2", "tensors - copia".
_COPY_MARK = re.compile(r"(?: ?\(\d+\)|-\d{1,2}| - (?:copia|copy))+$")
_SEPARATORS = "_- ."


@dataclass(frozen=True)
class HandedIn:
    """A student's file, its path counted from the student's folder. `topic`: what a flat class's name says."""

    entry: Entry
    topic: str = ""


def without_copy_mark(stem: str) -> str:
    """`tensors (1)` → `tensors`."""
    return _COPY_MARK.sub("", stem) or stem


def split_flat_name(stem: str, course: Course) -> tuple[str, str]:
    """`ana_garcia_tensors` → (`ana_garcia`, `tensors`).

    The student is empty when the stem is a topic's name, the topic is empty when the stem names none.
    """
    plain = without_copy_mark(stem)
    low = plain.casefold()
    for topic in sorted((one.name for one in course.topics), key=lambda name: (-len(name), name)):
        wanted = topic.casefold()
        if low == wanted:
            return "", topic
        if low.endswith(wanted) and low[-len(wanted) - 1] in _SEPARATORS:
            return plain[: -len(wanted)].rstrip(_SEPARATORS) or plain, topic
        if low.startswith(wanted) and low[len(wanted)] in _SEPARATORS:
            return plain[len(wanted) :].lstrip(_SEPARATORS) or plain, topic
    return stem, ""


def by_student(entries: list[Entry], class_name: str, course: Course) -> dict[str, list[HandedIn]]:
    """Every student that the class's root shows, with their files.

    Folders in the root are students; files in the root are `<student>.py`, `<student>_<topic>.py` or a student's
    archive; a file with a topic's own name belongs to `class_name`.
    """
    if _is_one_students(entries, course):
        return {class_name: [HandedIn(entry) for entry in entries]}
    found: dict[str, list[HandedIn]] = {}
    for entry in entries:
        if len(entry.parts) > 1 or entry.folder:
            files = found.setdefault(entry.parts[0], [])
            if len(entry.parts) > 1 or not entry.ordinary:
                files.append(HandedIn(entry.below(1) if len(entry.parts) > 1 else entry))
        elif (mine := _in_root(entry, class_name, course)) is not None:
            found.setdefault(mine[0], []).append(mine[1])
    return found


def _in_root(entry: Entry, class_name: str, course: Course) -> tuple[str, HandedIn] | None:
    """Whose file in the class's root it is; None for what no student handed in (a README, a list of marks)."""
    if is_course_file(entry.name):
        return None
    student, topic = split_flat_name(entry.stem, course)
    student = student or class_name
    if entry.is_archive:
        return entry.stem, HandedIn(entry)
    if not entry.is_source:
        return (student, HandedIn(entry)) if topic or not entry.ordinary else None
    if not topic and len(course.topics) == 1:
        topic = course.topics[0].name
    return student, HandedIn(entry, topic)


def _is_one_students(entries: list[Entry], course: Course) -> bool:
    """Whether the root is one student's own folder: a file with a topic's name, and no folder with sources."""
    named = any(len(one.parts) == 1 and one.is_source and course.topic(one.stem) for one in entries)
    deeper = any(len(one.parts) > 1 and (one.is_source or one.is_archive) for one in entries)
    return named and not deeper


def unwrap(entries: list[Entry], archive_stem: str, course: Course) -> list[Entry]:
    """Without a folder around the whole class: one called like the archive, or that holds several students."""
    files = [entry for entry in entries if not entry.folder]
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or not files or any(len(entry.parts) < 2 for entry in files):
        return entries
    inner = [entry.below(1) for entry in entries if len(entry.parts) > 1]
    if tops == {archive_stem} or _several_students(inner, course):
        return inner
    return entries


def _several_students(inner: list[Entry], course: Course) -> bool:
    sources = [entry for entry in inner if entry.is_source]
    if sources and all(len(entry.parts) == 1 for entry in sources):
        names = [split_flat_name(entry.stem, course) for entry in sources]
        return all(topic and student for student, topic in names) and len({student for student, _ in names}) > 1
    places: dict[str, set[str]] = {}  # topic -> the folders that answer it
    for entry in sources:
        if course.topic(entry.stem) and len(entry.parts) > 1:
            places.setdefault(entry.stem, set()).add(entry.parts[0])
    direct = any(len(entry.parts) == 1 and course.topic(entry.stem) for entry in sources)
    return not direct and any(len(folders) > 1 for folders in places.values())
