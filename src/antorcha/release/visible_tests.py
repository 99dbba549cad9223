"""The visible tests for a release, with docstrings and comments in the students' language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n.catalog import SOURCE_LANGUAGE
from antorcha.sources.prose import set_prose
from antorcha.sources.stubs import translator

CONFTEST = "conftest.py"


def visible_tests(course: Course, topics: Iterable[str], language: str) -> dict[str, bytes]:
    """Return the test files of these topics that there are, and `conftest.py`, by name.

    UTF-8 with a newline at each line's end, whatever system they were written on. Raises: `UserError`.
    """
    names = (*(f"test_{topic}.py" for topic in topics), CONFTEST)
    paths = [path for name in names if (path := course.exercises_dir / name).is_file()]
    return {path.name: _text(course, path, language).encode("utf-8") for path in paths}


def _text(course: Course, path: Path, language: str) -> str:
    """Return a test file's text in `language`; reading it turns every line's end into a newline."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text if language == SOURCE_LANGUAGE else set_prose(text, translator(course, language))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None
