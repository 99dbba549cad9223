"""The students for whom quizzes were shuffled: those whom `antorcha release student` made a folder of their own for.

They are kept in a file beside `grading.toml`, because a letter can only be read with the order that its author saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from antorcha.course.model import Course
from antorcha.course.quiz import same_student
from antorcha.errors import UserError
from antorcha.files import write_if_changed

SHUFFLED_QUIZZES_FILE = "shuffled_quizzes.txt"
_EARLIER_FILE = "shuffled_for.txt"  # as released courses have it: read, and no longer written

_HEADER = "# Students whose quizzes were shuffled. `antorcha release student` adds to it; `antorcha grade` needs it.\n"


class OptionOrders:
    """The students for whom quizzes were shuffled, in a course that shuffles them."""

    def __init__(self, course: Course, known_as: Mapping[str, Iterable[str]] | None = None) -> None:
        """Read for whom the course was shuffled.

        `known_as`: what else a student is called (id, email, user name): a release may have used another list.
        """
        self._shuffled = frozenset(map(same_student, _shuffled(course))) if course.shuffle_quizzes else None
        self._topics = frozenset(topic.name for topic in course.topics if topic.quizzes)
        self._known_as = known_as or {}

    def of(self, student: str, topic: str) -> str:
        """Return the name, as names are compared, for which a student's options were shuffled.

        "" where the options stood in the course's own order.
        """
        return self._shuffled_for(student) if topic in self._topics else ""

    def not_shuffled(self, students: Iterable[str]) -> list[str]:
        """Return those for whom nothing was shuffled, in a course that shuffles."""
        if self._shuffled is None or not self._topics:
            return []
        return [student for student in students if not self._shuffled_for(student)]

    def _shuffled_for(self, student: str) -> str:
        names = map(same_student, (student, *self._known_as.get(student, ())))
        return next((name for name in names if name in (self._shuffled or ())), "")


def shuffled_quizzes_path(course: Course) -> Path:
    return course.root / SHUFFLED_QUIZZES_FILE


def _shuffled(course: Course) -> list[str]:
    return [*names_in(shuffled_quizzes_path(course)), *names_in(course.root / _EARLIER_FILE)]


def names_in(path: Path) -> list[str]:
    """Return a name a line, without empty lines and comments; none where there is no such file.

    Raises: `UserError` where the file cannot be read.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error})", "it is a text in UTF-8 with one name a line") from None
    return [line for line in lines if line and not line.startswith("#")]


def require_distinct(names: Iterable[str]) -> None:
    """Refuse two names that would be taken for one student's, and a name without a letter. Raises: `UserError`."""
    spellings: dict[str, str] = {}
    for name in names:
        same = same_student(name)
        if not same:
            raise UserError(f'"{name}" is no name of a student', "a name has at least one letter or digit")
        if same in spellings:
            raise UserError(
                f'"{spellings[same]}" and "{name}" would be taken for the same student',
                "accents, case and what joins the words do not tell names apart; write one of them otherwise",
            )
        spellings[same] = name


def remember_shuffled(course: Course, names: Iterable[str]) -> None:
    """Remember for whom quizzes were shuffled. A name that is there already, however written, stays as it is."""
    written = {same_student(name): name for name in [*names, *_shuffled(course)]}  # of two ways, the older one stays
    text = _HEADER + "".join(f"{written[same]}\n" for same in sorted(written))
    write_if_changed(shuffled_quizzes_path(course), text)
