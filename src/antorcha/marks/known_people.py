"""The students that a class's rules name: by name, id, user name or email."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from antorcha.course.quiz import same_student
from antorcha.errors import UserError


class People:
    """The students of a class, to be found by any name that they go by."""

    def __init__(self, known_as: Mapping[str, Iterable[str]]) -> None:
        """`known_as`: every name of each student, by the name under which results are kept."""
        self._students = list(known_as)
        self._exact: dict[str, set[str]] = {}
        self._alike: dict[str, set[str]] = {}
        for student, names in known_as.items():
            for name in (student, *names):
                self._exact.setdefault(name, set()).add(student)
                # "García, Ana" and "Ana García" are one name; what has no letter (an id "---") is alike to nothing.
                if words := " ".join(sorted(same_student(name).split())):
                    self._alike.setdefault(words, set()).add(student)

    @property
    def students(self) -> list[str]:
        """Return the names under which results are kept."""
        return list(self._students)

    def named(self, name: str) -> str | None:
        """Return the student of a name, `None` where nobody goes by it. Raises: `UserError` where two do."""
        if name in self._students:
            return name
        found = self._exact.get(name) or self._alike.get(" ".join(sorted(same_student(name).split())), set())
        if len(found) > 1:
            raise UserError(
                f'"{name}" may be any of {len(found)} students: {", ".join(sorted(found))}',
                "Name the one that is meant by id or email, or as grades.csv does.",
            )
        return next(iter(found), None)

    def require(self, name: str) -> str:
        """Return the student of a name. Raises: `UserError` where nobody goes by it, or two do."""
        student = self.named(name)
        if student is None:
            near = get_close_matches(name, self._students, n=3, cutoff=0.4) or self._students[:5]
            raise UserError(f'nobody in this class goes by "{name}"', f"Did you mean: {', '.join(near)}?")
        return student
