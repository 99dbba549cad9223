"""For whom quizzes were shuffled: the names that `antorcha release student` made a folder of their own for.

They are kept in a file beside `grading.toml`, because a letter can only be read with the order that its author saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antorcha.course.model import Course
from antorcha.course.quiz import same_student
from antorcha.errors import UserError
from antorcha.files import write_if_changed

ROSTER_FILE = "shuffled_for.txt"

_HEADER = "# Students whose quizzes were shuffled. `antorcha release student` adds to it; `antorcha grade` needs it.\n"


class Readers:
    """Tells in whose order a student's letters are to be read."""

    def __init__(self, course: Course) -> None:
        self._known = frozenset(map(same_student, names_in(roster_path(course)))) if course.shuffle_quizzes else None
        self._topics = frozenset(topic.name for topic in course.topics if topic.quizzes)

    def of(self, student: str, topic: str) -> str:
        """The student, as names are compared; "" where the options stood in the course's own order."""
        name = same_student(student)
        return name if self._known and topic in self._topics and name in self._known else ""

    def strangers(self, students: Iterable[str]) -> list[str]:
        """Those for whom nothing was shuffled, in a course that shuffles."""
        known = self._known
        return [] if known is None or not self._topics else [one for one in students if same_student(one) not in known]


def roster_path(course: Course) -> Path:
    return course.root / ROSTER_FILE


def names_in(path: Path) -> list[str]:
    """A name a line, without empty lines and comments; none where there is no such file. Errors: `UserError`."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error})", "it is a text in UTF-8 with one name a line") from None
    return [line for line in lines if line and not line.startswith("#")]


def require_distinct(names: Iterable[str]) -> None:
    """Errors: `UserError` for two names that would be taken for one student's, and for a name without a letter."""
    seen: dict[str, str] = {}
    for name in names:
        same = same_student(name)
        if not same:
            raise UserError(f'"{name}" is no name of a student', "a name has at least one letter or digit")
        if same in seen:
            raise UserError(
                f'"{seen[same]}" and "{name}" would be taken for the same student',
                "accents, case and what joins the words do not tell names apart; write one of them otherwise",
            )
        seen[same] = name


def add_to_roster(course: Course, names: Iterable[str]) -> None:
    """Remember for whom quizzes were shuffled. A name that is there already, however written, stays as it is."""
    found = {same_student(name): name for name in [*names, *names_in(roster_path(course))]}
    text = _HEADER + "".join(f"{found[same]}\n" for same in sorted(found))
    write_if_changed(roster_path(course), text)
