"""The tests that students get, with docstrings and comments in their language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n.catalog import SOURCE_LANGUAGE
from antorcha.release.prose import set_prose
from antorcha.release.stubs import translator

CONFTEST = "conftest.py"


def visible_tests(course: Course, topics: Iterable[str], language: str) -> dict[str, bytes]:
    """The test files of these topics that there are, and `conftest.py`, by name.

    UTF-8 with a newline at each line's end, whatever system they were written on. Errors: `UserError`.
    """
    names = (*(f"test_{topic}.py" for topic in topics), CONFTEST)
    paths = [path for name in names if (path := course.exercises_dir / name).is_file()]
    return {path.name: _text(course, path, language).encode("utf-8") for path in paths}


def _text(course: Course, path: Path, language: str) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text if language == SOURCE_LANGUAGE else set_prose(text, translator(course, language))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None
