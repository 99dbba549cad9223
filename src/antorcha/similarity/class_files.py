"""The files of a class and of the course, as the comparison takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from antorcha.course.model import Course
from antorcha.intake.model import Delivery
from antorcha.intake.read import read_delivery
from antorcha.similarity.compare import Pair, Written, alike
from antorcha.similarity.fingerprints import fingerprints

GroupOf = Callable[[str, str], str]


def _no_group(_student: str, _topic: str) -> str:
    return ""


def compared(
    course: Course, delivery: Delivery, *, against: Sequence[Path] = (), group_of: GroupOf = _no_group
) -> list[Pair]:
    """Return the pairs of a class that are alike, and those with earlier classes in `against`.

    `group_of(student, topic)`: a name that those share who hand in together, "" for none. Raises: `UserError`.
    """
    files = list(_written(delivery, group_of))
    for folder in against:
        earlier = _written(read_delivery(folder, course), _no_group)
        files += [replace(file, student=f"{file.student} ({folder.name})", earlier=True) for file in earlier]
    return alike(files, {topic.name: given(course, topic.name) for topic in course.topics})


def given(course: Course, topic: str) -> frozenset[int]:
    """Return the fingerprints of what everybody was given, and of the answers that the course knows."""
    places = [
        course.exercises_dir / f"{topic}.py",
        course.exercises_dir / f"test_{topic}.py",
        course.reference_dir / f"{topic}.py",
        course.variants_dir / f"{topic}.py",
    ]
    pieces = [(path.read_text(encoding="utf-8", errors="replace"), path.name) for path in places if path.is_file()]
    return frozenset(fingerprints(pieces))


def _written(delivery: Delivery, group_of: GroupOf) -> Iterator[Written]:
    for submission in delivery.submissions:
        for topic, file in submission.files.items():
            pieces = [(cell.code, cell.name) for cell in file.cells]
            pieces += [(module.code, module.filename) for module in file.modules]
            if pieces:
                yield Written(submission.student, topic, tuple(pieces), group_of(submission.student, topic))
