"""Recognition of the format in which a class was delivered, and refusal of people who cannot be told apart."""

from __future__ import annotations

import unicodedata

from antorcha.course.model import Course
from antorcha.course.quiz import same_student
from antorcha.errors import UserError
from antorcha.intake.delivered import is_leftover, printable
from antorcha.intake.formats.folders import FOLDERS, holds_several_students, is_one_students
from antorcha.intake.formats.per_assignment import PER_ASSIGNMENT
from antorcha.intake.formats.table import ONE_ASSIGNMENT
from antorcha.intake.handin import Format, HandIn, Listing, Sorted
from antorcha.intake.naming import topic_named

# In the order of recognition: plain folders take everything, so they come last.
FORMATS = (*ONE_ASSIGNMENT[:-1], PER_ASSIGNMENT, FOLDERS)
FORMAT_NAMES = tuple(form.name for form in FORMATS)


def title_of(name: str) -> str:
    """Return a format in words, for a person."""
    return next(form.title for form in FORMATS if form.name == name)


def sort_delivery(listing: Listing, course: Course, format_name: str = "") -> tuple[Format, Sorted]:
    """Sort a delivery by the format that recognises it, or by the one that is asked for.

    Raises: `UserError` where the delivery is not in the format asked for, and where its people cannot be told apart.
    """
    form, inner = _asked_for(listing, course, format_name) if format_name else _recognised(listing, course)
    sorting = form.sort(inner, course)
    if inner.outside:
        beside = FOLDERS.sort(Listing(inner.outside, listing.name), course)
        sorting.hand_ins += beside.hand_ins
        sorting.nobodys += beside.nobodys
    if format_name != FOLDERS.name:
        _refuse_topics_as_students(sorting.hand_ins, course)
        _refuse_one_person_under_two_forms(sorting.hand_ins)
    return form, sorting


def _asked_for(listing: Listing, course: Course, name: str) -> tuple[Format, Listing]:
    """Return the format called `name` and the level of the delivery that is in it. Raises: `UserError` for none."""
    form = next(form for form in FORMATS if form.name == name)
    for inner in _levels(listing):
        if form.recognises(inner, course) and (form is not FOLDERS or inner is _without_wrapper(listing, course)):
            return form, inner
    raise UserError(
        f"nothing here looks like {form.title}.", f"Leave out --format, or choose another: {', '.join(FORMAT_NAMES)}."
    )


def _recognised(listing: Listing, course: Course) -> tuple[Format, Listing]:
    """Return the first format that recognises a level of the delivery, and that level.

    Each format is asked at all levels before the next one: a folder alone in its parent may be called
    "assignment_1_export".
    """
    levels = _levels(listing)
    for form in FORMATS[:-1]:
        for inner in levels:
            if form.recognises(inner, course):
                return form, inner
    return FOLDERS, _without_wrapper(listing, course)


def _levels(listing: Listing) -> list[Listing]:
    """Return the delivery, and what is inside each folder that is alone in the one around it."""
    levels = [listing]
    while (name := _only_folder(levels[-1])) is not None:
        levels.append(levels[-1].entered(name))
    return levels


def _only_folder(listing: Listing) -> str | None:
    """Return the folder that is alone in the root, or has nothing beside it that could be graded."""
    folders = {file.parts[0] for file in listing.files if file.is_folder or len(file.parts) > 1}
    folders = {name for name in folders if not is_leftover(name)}
    work_beside = any(len(file.parts) == 1 and (file.is_source or file.is_archive) for file in listing.files)
    if len(folders) != 1 or work_beside:
        return None
    (name,) = folders
    return name if listing.under(name) else None


def _without_wrapper(listing: Listing, course: Course) -> Listing:
    """Return the level inside a folder around the whole class, called like the archive or with several students."""
    levels = _levels(listing)
    for number, inner in enumerate(levels[1:], start=1):
        if holds_several_students(inner, course):
            return levels[number]
    if len(levels) > 1 and levels[1].name == listing.name and not is_one_students(listing, course):
        return levels[1]
    return listing


def _refuse_topics_as_students(hand_ins: list[HandIn], course: Course) -> None:
    """Raise `UserError` where every student is called like a topic: folders were taken for people."""
    names = [hand_in.person.name for hand_in in hand_ins]
    if len(hand_ins) > 1 and all(topic_named(name, course) for name in names):
        raise UserError(
            f"every student of this delivery has the name of a topic ({', '.join(names[:5])}).",
            "If these are folders for topics with students below, say --format per-assignment; if all is one "
            "student's work, grade the folder around it alone.",
        )


def _refuse_one_person_under_two_forms(hand_ins: list[HandIn]) -> None:
    """Raise `UserError` for "Ana García" beside "garcia_ana".

    Two folders whose names differ in nothing but case or in how an accent is encoded are left alone: some class has
    an `ana` and an `Ana`, and they get a row each.
    """
    spelled: dict[str, HandIn] = {}
    for hand_in in hand_ins:
        name = " ".join(sorted(same_student(hand_in.person.name).split()))
        other = spelled.setdefault(name, hand_in)
        if name and not _same_form(other, hand_in):
            raise UserError(
                f'"{other.person.name}" and "{hand_in.person.name}" look like one person under two names.',
                "Write the name in one way, or say --format folders if they are two people.",
            )


def _same_form(first: HandIn, second: HandIn) -> bool:
    """Return whether two hand-ins with the same words in their names may stand beside each other."""
    if first.identity == second.identity or (first.key and second.key) or (first.person.id and second.person.id):
        return True
    return _plainest(first.person.name) == _plainest(second.person.name)


def _plainest(name: str) -> str:
    return printable(unicodedata.normalize("NFC", name).casefold())
