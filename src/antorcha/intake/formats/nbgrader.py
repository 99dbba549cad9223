"""nbgrader's folders: `submitted/<student>/<assignment>/` and `inbound/<student>+<assignment>+<time>`."""

from __future__ import annotations

import re

from antorcha.course.model import Course
from antorcha.intake.delivered import DeliveredFile, UnusableError
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted, most, nobodys
from antorcha.intake.model import Person
from antorcha.intake.text import lenient

TIMESTAMP_FILE = "timestamp.txt"
_INBOUND = re.compile(
    r"^(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+.*)?$"
)


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether there are nbgrader's timestamps or names, or the folder is called `submitted`."""
    inbound = [name for name in listing.root_names if _INBOUND.match(name)]
    stamped = any(len(file.parts) == 3 and file.name == TIMESTAMP_FILE for file in listing.files)
    return stamped or listing.name == "submitted" or bool(inbound and most(inbound, listing.root_names))


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each assignment of a student, with its timestamp."""
    if any(_INBOUND.match(name) for name in listing.root_names):
        return _sort_inbound(listing, course)
    sorting = Sorted()
    for student in listing.root_names:
        inside = Listing(listing.under(student), student)
        loose = [file for file in listing.files if file.parts[0] == student and len(file.parts) == 1]
        if not any(file.is_folder for file in loose) and not inside.files:
            sorting.nobodys += [nobodys(file) for file in loose]
            continue
        times = {file.parts[0]: _time(file) for file in inside.files if file.parts[1:] == (TIMESTAMP_FILE,)}
        by_assignment: dict[str, list[DeliveredFile]] = {}
        for file in inside.files:
            by_assignment.setdefault(file.parts[0] if len(file.parts) > 1 else "", []).append(file)
        for assignment, files in by_assignment.items() or [("", [])]:
            hand_in = HandIn(Person(student, username=student), tuple(files), time=times.get(assignment, ""))
            sorting.hand_ins.append(hand_in)
    return sorting


def _sort_inbound(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each folder of the exchange's `inbound`; what is called otherwise goes to `folders.sort`."""
    sorting = Sorted()
    others = []
    for name in sorted(listing.root_names):
        mark = _INBOUND.match(name)
        if mark is None:
            others += [file for file in listing.files if file.parts[0] == name]
            continue
        person = Person(mark["student"], username=mark["student"])
        sorting.hand_ins.append(HandIn(person, listing.under(name), time=mark["time"]))
    rest = folders.sort_rest(others, listing, course)
    return Sorted(sorting.hand_ins + rest.hand_ins, rest.nobodys)


def _time(file: DeliveredFile) -> str:
    try:
        return lenient(file.load(1000)).strip()  # a date of some 30 characters; a longer file is none
    except UnusableError:
        return ""


NBGRADER = Format("nbgrader", "nbgrader's submitted or inbound folder", recognises, sort)
