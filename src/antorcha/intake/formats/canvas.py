"""Canvas's "Download Submissions": flat files `name[_LATE]_userid_fileid_original[-N].ext`."""

from __future__ import annotations

import re
from dataclasses import replace

from antorcha.course.model import Course
from antorcha.intake.delivered import DeliveredFile
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted, most
from antorcha.intake.model import Person
from antorcha.intake.naming import copy_number, without_copy_mark

_EXPORTED_NAME = re.compile(
    r"^(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<file>\d+)_(?P<original>.+)|text\.html)$", re.DOTALL
)


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether most files in the root have Canvas's numbers; one may have them by chance."""
    flat = [file.name for file in listing.files if len(file.parts) == 1 and not file.is_folder]
    numbered = [mark for name in flat if (mark := _EXPORTED_NAME.match(name))]
    return any(mark["file"] for mark in numbered) and most(numbered, listing.root_names)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each name and user number; what has no number goes to `folders.sort`."""
    people: dict[tuple[str, str], list[DeliveredFile]] = {}
    late: set[tuple[str, str]] = set()
    others = []
    for file in listing.files:
        mark = _EXPORTED_NAME.match(file.name) if len(file.parts) == 1 and not file.is_folder else None
        if mark is None:
            others.append(file)
            continue
        person = (mark["name"], mark["user"])
        if mark["late"]:
            late.add(person)
        people.setdefault(person, []).append(_as_handed_in(file, mark))
    sorting = folders.sort_rest(others, listing, course)
    sorting.hand_ins += [
        HandIn(Person(name, id=user), tuple(files), key=user, late=(name, user) in late)
        for (name, user), files in people.items()
    ]
    return sorting


def _as_handed_in(file: DeliveredFile, mark: re.Match[str]) -> DeliveredFile:
    """Return the file under its author's name, without the "-2" that Canvas adds to a third upload.

    Of two uploads that have no such number, the growing number of Canvas's files tells the later.
    """
    original = replace(file, parts=(mark["original"] or "text.html",))
    name = without_copy_mark(original.stem) + original.name[len(original.stem) :]
    renamed = file.renamed(name, copy=copy_number(original.stem))
    # Twenty digits hold any number of Canvas's, so that texts sort as the numbers do.
    return replace(renamed, modified=f"{int(mark['file']):020}" if mark["file"] else "")


CANVAS = Format("canvas", "Canvas's download of submissions", recognises, sort)
