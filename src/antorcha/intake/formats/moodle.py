"""Moodle's "Download all submissions", in folders or flat: `Ana García_1234567_assignsubmission_file_...`."""

from __future__ import annotations

import re

from antorcha.course.model import Course
from antorcha.intake.delivered import DeliveredFile
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted
from antorcha.intake.model import Person

# The number is Moodle's for this person in this assignment: it tells two of one name apart, and is another one in the
# next assignment.
_EXPORTED_NAME = re.compile(
    r"^(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<original>.*)$", re.DOTALL
)


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether a name in the root is one of Moodle's."""
    return any(_EXPORTED_NAME.match(name) for name in listing.root_names)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each person: Moodle delivers files and online text apart."""
    people: dict[tuple[str, str], list[DeliveredFile]] = {}
    others = []
    for file in listing.files:
        mark = _EXPORTED_NAME.match(file.parts[0])
        if mark is None:
            others.append(file)
            continue
        files = people.setdefault((mark["name"], mark["number"]), [])
        if len(file.parts) > 1:
            files.append(file.below(1))
        elif not file.is_folder and mark["original"]:
            files.append(file.renamed(mark["original"]))
        elif not file.ordinary or not file.is_folder:
            files.append(file)
    sorting = folders.sort_rest(others, listing, course)
    sorting.hand_ins += [HandIn(Person(name), tuple(files), key=number) for (name, number), files in people.items()]
    return sorting


MOODLE = Format("moodle", "Moodle's download of all submissions", recognises, sort)
