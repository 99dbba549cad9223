"""The files of a course that grading some topics needs, for a machine that has no copy of the course."""

from __future__ import annotations

from collections.abc import Sequence

from antorcha.bulk.keys import course_files
from antorcha.course.locate import GRADING_FILE
from antorcha.course.model import Course
from antorcha.course.shuffled_quizzes import shuffled_quizzes_path
from antorcha.errors import UserError


def course_copy(course: Course, topics: Sequence[str]) -> dict[str, bytes]:
    """Return all that marks in these topics depend on, by path within the course; no other topic's own files.

    Raises: `UserError` where a file cannot be read.
    """
    paths = {course.root / GRADING_FILE}
    for topic in topics:
        paths.update(course_files(course, topic))
    if course.shuffle_quizzes and (path := shuffled_quizzes_path(course)).is_file():
        paths.add(path)
    try:
        return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise UserError(f"{error.filename}: cannot be read ({error.strerror})", "mend it and run this again") from error
