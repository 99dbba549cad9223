"""`--topic` and `--student`: part of a course, part of a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake.model import Submission


def with_topics(course: Course, names: Sequence[str]) -> Course:
    """The course with only these topics, in the course's order; all of it for no names. Raises `UserError`."""
    known = [topic.name for topic in course.topics]
    _check("topic", names, known)
    return replace(course, topics=tuple(topic for topic in course.topics if topic.name in names or not names))


def handed_in(course: Course, submissions: Sequence[Submission], names: Sequence[str] = ()) -> Course:
    """The course with the topics that a class is about: those with a file of anybody's, and those that are named.

    A course of many topics is handed in a few at a time, and what nobody was asked for is missing from nobody. All of
    the course where nobody handed in anything.
    """
    found = {topic for one in submissions for topic in one.sources} | set(names)
    topics = tuple(topic for topic in course.topics if topic.name in found)
    return replace(course, topics=topics) if topics else course


def with_students(submissions: Sequence[Submission], names: Sequence[str]) -> list[Submission]:
    """The hand-ins of these students; of all for no names. Raises `UserError`."""
    _check("student", names, [one.student for one in submissions])
    return [one for one in submissions if one.student in names or not names]


def _check(what: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known[:5])
            raise UserError(f"there is no {what} {name!r} here", f"Did you mean: {', '.join(near)}?")
