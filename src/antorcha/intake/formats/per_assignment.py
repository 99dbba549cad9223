"""A folder for each assignment or topic, with students below it in any of the other formats."""

from __future__ import annotations

from dataclasses import replace

from antorcha.course.model import Course
from antorcha.course.quiz import same_student
from antorcha.errors import UserError
from antorcha.intake.delivered import is_leftover
from antorcha.intake.formats import folders
from antorcha.intake.formats.table import ONE_ASSIGNMENT
from antorcha.intake.handin import Format, HandIn, Listing, Sorted, nobodys
from antorcha.intake.naming import looks_like_an_assignment, topic_named


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether all folders are called after topics or tasks, and some holds people's folders or files."""
    names = _assignments(listing)
    if any(len(file.parts) == 1 and file.is_source for file in listing.files):
        return False
    called_so = all(topic_named(name, course) or looks_like_an_assignment(name) for name in names)
    return bool(names) and called_so and any(_holds_people(listing.entered(name), course) for name in names)


def _assignments(listing: Listing) -> list[str]:
    folders_in_root = dict.fromkeys(file.parts[0] for file in listing.files if file.is_folder or len(file.parts) > 1)
    return [name for name in folders_in_root if not is_leftover(name)]


def _holds_people(inside: Listing, course: Course) -> bool:
    """Return whether a folder holds work, and none of it under the name of a topic or a task."""
    work = [file for file in inside.files if file.is_source or file.is_archive]
    names = {file.parts[0] if len(file.parts) > 1 else file.stem for file in work}
    return bool(names) and not any(topic_named(name, course) or looks_like_an_assignment(name) for name in names)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return the hand-ins of all folders, each sorted by itself, with one key for a person in several.

    A platform's numbers differ from one assignment to the next, so people are brought together by a lasting id, else
    by their name. Raises: `UserError` for two of one name, since nobody could tell whose work is whose.
    """
    sorting = Sorted()
    assignments = _assignments(listing)
    for name in assignments:
        inside_listing = listing.entered(name)
        form = next(form for form in ONE_ASSIGNMENT if form.recognises(inside_listing, course))
        inside = form.sort(inside_listing, course)
        _refuse_namesakes(name, inside.hand_ins)
        sorting.nobodys += inside.nobodys
        for hand_in in inside.hand_ins:
            key = hand_in.person.id or same_student(hand_in.person.name)
            sorting.hand_ins.append(replace(hand_in, key=key, folder_topic=topic_named(name, course)))
    beside = [file for file in listing.files if file.parts[0] not in assignments]
    sorting.nobodys += [folders.leftover(file) if is_leftover(file.parts[0]) else nobodys(file) for file in beside]
    return sorting


def _refuse_namesakes(assignment: str, hand_ins: list[HandIn]) -> None:
    """Raise `UserError` where two people of one assignment have one name and no lasting id."""
    keys: dict[str, str] = {}
    for hand_in in hand_ins:
        name = same_student(hand_in.person.name)
        if not hand_in.person.id and keys.setdefault(name, hand_in.identity) != hand_in.identity:
            raise UserError(
                f'there are two people called "{hand_in.person.name}" in {assignment}, and nothing tells which of '
                "them is which in the other folders.",
                "Grade each folder by itself, or put the student number into the names.",
            )


PER_ASSIGNMENT = Format("per-assignment", "a folder for each assignment, with students below", recognises, sort)
