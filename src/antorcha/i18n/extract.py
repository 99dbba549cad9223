"""Finds every message that a student may read: in the framework's source, and in a course's files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from antorcha.course.locate import GRADING_FILE, key_lines, line_of
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n.blocks import Translate, render
from antorcha.release.prose import set_prose
from antorcha.release.stubs import lesson_path, lesson_source, reference_path, stub_pieces

MARK = "N_"  # N_("message")
THAT = "that"  # agree.that(condition, "message")


@dataclass(frozen=True)
class Found:
    """A message and where it stands. `message` is empty where it cannot be translated (no plain string)."""

    message: str
    path: Path
    line: int
    topic: str = ""  # said where the file's name does not say it


def framework_messages(package: Path) -> list[Found]:
    """Every `N_("...")` in a package's source."""
    return [found for path in sorted(package.rglob("*.py")) for found in _marked(path)]


def course_messages(course: Course) -> list[Found]:
    """All of a course's messages, in the order in which a translator would read them."""
    return [*_titles(course), *_topic_texts(course), *_test_messages(course), *_variant_messages(course)]


def student_messages(course: Course) -> list[Found]:
    """What a released folder says while it runs: titles, and messages of visible tests. Nothing of graders/."""
    return [*_titles(course), *_marked_in(course.exercises_dir)]


def _titles(course: Course) -> Iterator[Found]:
    path = course.root / GRADING_FILE
    lines = key_lines(path.read_text(encoding="utf-8-sig"))
    yield Found(course.title, path, line_of(lines, ("title",)))
    for index, topic in enumerate(course.topics):
        if topic.title:
            yield Found(topic.title, path, line_of(lines, ("topics", index, "title")), topic.name)


def _topic_texts(course: Course) -> Iterator[Found]:
    for topic in course.topics:
        texts: list[Found] = []
        stub_pieces(course, topic.name, _recorder(texts, reference_path(course, topic.name)))
        if (lesson := lesson_source(course, topic.name)) is not None:
            render(lesson, _recorder(texts, lesson_path(course, topic.name)))
        yield from sorted(texts, key=lambda one: (one.path.suffix != ".py", one.line))


def _recorder(texts: list[Found], path: Path) -> Translate:
    """A translation that changes nothing and notes what it was asked for: what is extracted is what is shown."""

    def record(message: str, line: int) -> str:
        texts.append(Found(message, path, line))
        return message

    return record


def _test_messages(course: Course) -> Iterator[Found]:
    for path in sorted([*course.exercises_dir.rglob("test_*.py"), *course.exercises_dir.glob("conftest.py")]):
        yield from sorted([*_prose(path), *_marked(path)], key=lambda one: one.line)
    yield from _marked_in(course.graders_dir)


def _variant_messages(course: Course) -> Iterator[Found]:
    """What the known mistakes say. They stay here: a released folder carries those that it needs by itself."""
    for path in sorted((course.reference_dir / "variants").glob("*.py")):
        yield from _marked(path)


def _marked_in(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("test_*.py")):
        yield from _marked(path)


def _prose(path: Path) -> list[Found]:
    """Docstrings and comments."""
    texts: list[Found] = []
    with _read_as_python(path):
        set_prose(path.read_text(encoding="utf-8-sig"), _recorder(texts, path))
    return texts


def _marked(path: Path) -> list[Found]:
    with _read_as_python(path):
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [_found(argument, path) for call in calls if (argument := _message_of(call)) is not None]
    return sorted(found, key=lambda one: one.line)


@contextmanager
def _read_as_python(path: Path) -> Iterator[None]:
    try:
        yield
    except (SyntaxError, ValueError, OSError) as error:
        raise UserError(f"{path}: cannot be read as Python: {error}") from None


def _message_of(call: ast.Call) -> ast.expr | None:
    """The argument that is a message, where `call` has one."""
    if isinstance(call.func, ast.Name) and call.func.id == MARK and call.args:
        return call.args[0]
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == THAT):
        return None
    if len(call.args) > 1:
        return call.args[1]
    return next((one.value for one in call.keywords if one.arg == "message"), None)


def _found(argument: ast.expr, path: Path) -> Found:
    if isinstance(argument, ast.Call) and _message_of(argument) is not None:
        return Found("", path, 0)  # agree.that(condition, N_("...")): the inner call tells
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return Found(argument.value, path, argument.lineno)
    return Found("", path, argument.lineno)
