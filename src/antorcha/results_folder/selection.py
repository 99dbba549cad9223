"""`--topic` and `--student`: part of a course, part of a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake.model import Submission


def with_topics(course: Course, names: Sequence[str]) -> Course:
    """Return the course with these topics only, in its own order; all of it for no names.

    Raises: `UserError` for a name that is no topic.
    """
    known = [topic.name for topic in course.topics]
    _check("topic", names, known)
    return replace(course, topics=tuple(topic for topic in course.topics if topic.name in names or not names))


def with_students(submissions: Sequence[Submission], names: Sequence[str]) -> list[Submission]:
    """Return the submissions of these students, of all for no names. Raises: `UserError` for one who is not there."""
    _check("student", names, [submission.student for submission in submissions])
    return [submission for submission in submissions if submission.student in names or not names]


def _check(noun: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            # At 0.4 (difflib's own is 0.6) "ana" still finds "ana garcia".
            near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known[:5])
            raise UserError(f"there is no {noun} {name!r} here", f"Did you mean: {', '.join(near)}?")
