"""Blackboard's "Assignment File Download": files `Tarea 1_agarcia_attempt_2026-03-05-14-02-11_tensors.py`.

Each attempt has a text beside its files, which says the person's name.
"""

from __future__ import annotations

import re

from antorcha.course.model import Course
from antorcha.intake.delivered import DeliveredFile, UnusableError
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted
from antorcha.intake.model import Person
from antorcha.intake.naming import common_prefix
from antorcha.intake.text import lenient

_EXPORTED_NAME = re.compile(
    r"^(?P<who>.+)_attempt_(?P<time>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<original>.+)|\.txt)$", re.DOTALL
)
_AUTHOR = re.compile(r"^[^:\n]{1,40}:[ \t]*(?P<name>[^\n]+?)[ \t]*\((?P<username>[^()\s]+)\)[ \t]*\r?$", re.MULTILINE)
_TEXT_BYTES = 1024 * 1024  # of the text beside an attempt, which also holds what the student wrote as a comment


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether a name in the root is one of Blackboard's."""
    return any(_EXPORTED_NAME.match(name) for name in listing.root_names)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each attempt of a person; plain folders and files beside them go to `folders.sort`."""
    attempts: dict[tuple[str, str], list[DeliveredFile]] = {}
    names: dict[str, str] = {}
    others = []
    for file in listing.files:
        mark = _EXPORTED_NAME.match(file.parts[0])
        if mark is None:
            others.append(file)
            continue
        files = attempts.setdefault((mark["who"], mark["time"]), [])
        if len(file.parts) > 1:
            files.append(file.below(1))
        elif mark["original"]:
            files.append(file.renamed(mark["original"]))
        else:
            files.append(file)
            names[mark["who"]] = names.get(mark["who"]) or _author(file, mark["who"])
    usernames = _usernames(sorted({owner for owner, _ in attempts}), names)
    sorting = folders.sort_rest(others, listing, course)
    times: dict[str, list[str]] = {}
    for owner, time in sorted(attempts):
        times.setdefault(owner, []).append(time)
        person = Person(names.get(owner) or usernames[owner], username=usernames[owner])
        handed_in = tuple(attempts[owner, time])
        sorting.hand_ins.append(HandIn(person, handed_in, key=usernames[owner], number=len(times[owner]), time=time))
    return sorting


def _author(file: DeliveredFile, who: str) -> str:
    """Return the name in `Nombre: Ana García (agarcia)`, where that user name is the file's."""
    try:
        text = lenient(file.load(_TEXT_BYTES))
    except UnusableError:
        return ""
    lines = (mark for mark in _AUTHOR.finditer(text) if who.endswith(mark["username"]))
    return next((mark["name"] for mark in lines), "")


def _usernames(whos: list[str], names: dict[str, str]) -> dict[str, str]:
    """Return the user name in each `<assignment>_<username>`; either part may hold underscores."""
    # What all begin with is the assignment's name, and perhaps the first letters of the user names: up to the last "_".
    common = common_prefix(whos)
    start = common.rfind("_") + 1
    if len(whos) == 1:
        start = whos[0].rfind("_") + 1
    return {owner: owner[start:] or owner for owner in whos}


BLACKBOARD = Format("blackboard", "Blackboard's assignment file download", recognises, sort)
