"""GitHub Classroom: a clone for each student, called `<assignment>-<username>`."""

from __future__ import annotations

from antorcha.course.model import Course
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted
from antorcha.intake.model import Person
from antorcha.intake.naming import common_prefix

_WRAPPER_ENDING = "-submissions"  # `gh classroom clone student-repos` makes this folder around the clones


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether there are clones: with a `.git`, or in the folder that GitHub's own command makes."""
    prefix = _prefix(listing)
    clones = {file.parts[0] for file in listing.files if file.parts[1:2] == (".git",)}
    wrapped = listing.name.endswith(_WRAPPER_ENDING) and prefix.startswith(listing.name.removesuffix("submissions"))
    return bool(prefix) and (len(clones) > 1 or wrapped)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each clone, under what its name says after the assignment's: the student's user name."""
    prefix = _prefix(listing)
    sorting = folders.sort(listing, course)
    hand_ins = []
    for hand_in in sorting.hand_ins:
        name = hand_in.person.name.removeprefix(prefix) or hand_in.person.name
        hand_ins.append(HandIn(Person(name, username=name), hand_in.files, topic=hand_in.topic))
    sorting.hand_ins = hand_ins
    return sorting


def _prefix(listing: Listing) -> str:
    """Return the beginning of all clones' names, up to a dash: "tarea-1-"; empty where they have none in common."""
    names = sorted({file.parts[0] for file in listing.files if file.is_folder and not file.parts[0].startswith(".")})
    wrapper = listing.name.removesuffix("submissions") if listing.name.endswith(_WRAPPER_ENDING) else ""
    if wrapper and all(name.startswith(wrapper) for name in names):
        return wrapper
    common = common_prefix(names) if len(names) > 1 else ""
    return common[: common.rfind("-") + 1]


GITHUB_CLASSROOM = Format("github-classroom", "GitHub Classroom's clones", recognises, sort)
