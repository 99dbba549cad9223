"""Extraction of every message that a student may read: from the framework's source and a course's files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from antorcha.course.locate import GRADING_FILE, key_lines, line_of
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.sources.blocks import Translate, render
from antorcha.sources.hints import hints_path, read_hints
from antorcha.sources.prose import set_prose
from antorcha.sources.stubs import lesson_path, lesson_source, reference_path, stub_pieces

MESSAGE_MARK = "N_"  # N_("message")
AGREE_THAT = "that"  # agree.that(condition, "message")


@dataclass(frozen=True)
class ExtractedMessage:
    """A message and its place. `message` is empty where it cannot be translated (no plain string)."""

    message: str
    path: Path
    line: int
    topic: str = ""  # said where the file's name does not say it


def framework_messages(package: Path) -> list[ExtractedMessage]:
    """Return every `N_("...")` in a package's source."""
    return [message for path in sorted(package.rglob("*.py")) for message in _marked(path)]


def course_messages(course: Course) -> list[ExtractedMessage]:
    """Return all of a course's messages in a translator's reading order: titles, lessons and stubs, tests, mistakes."""
    texts = (_titles(course), _rubrics(course), _topic_texts(course), _test_messages(course), _variant_messages(course))
    return [message for some in texts for message in some]


def student_messages(course: Course) -> list[ExtractedMessage]:
    """Return the messages of a released folder while it runs: titles and visible tests, nothing of graders/."""
    return [*_titles(course), *_of_tests_in(course.exercises_dir)]


def _titles(course: Course) -> Iterator[ExtractedMessage]:
    """Yield the titles of the course and its topics, with their lines in grading.toml."""
    path = course.root / GRADING_FILE
    lines = key_lines(path.read_text(encoding="utf-8-sig"))
    yield ExtractedMessage(course.title, path, line_of(lines, ("title",)))
    for index, topic in enumerate(course.topics):
        if topic.title:
            yield ExtractedMessage(topic.title, path, line_of(lines, ("topics", index, "title")), topic.name)


def _rubrics(course: Course) -> Iterator[ExtractedMessage]:
    """Yield the titles of rubrics' rows, which students read once they are marked, and not in a released folder."""
    path = course.root / GRADING_FILE
    lines = key_lines(path.read_text(encoding="utf-8-sig"))
    for index, topic in enumerate(course.topics):
        for number, exercise in enumerate(topic.exercises):
            for place, row in enumerate(exercise.rubric):
                key = ("topics", index, "exercises", number, "rubric", place, "title")
                if row.title:
                    yield ExtractedMessage(row.title, path, line_of(lines, key), topic.name)


def _topic_texts(course: Course) -> Iterator[ExtractedMessage]:
    """Yield the messages of each topic's stub, then of its lesson and its hints, by line."""
    for topic in course.topics:
        # Rendered for what the translations are asked; the rendered texts themselves are not needed.
        texts: list[ExtractedMessage] = []
        stub_pieces(course, topic.name, _recorder(texts, reference_path(course, topic.name)))
        if (lesson := lesson_source(course, topic.name)) is not None:
            render(lesson, _recorder(texts, lesson_path(course, topic.name)))
        yield from sorted(texts, key=lambda text: (text.path.suffix != ".py", text.line))
        hints: list[ExtractedMessage] = []
        read_hints(course, topic.name, _recorder(hints, hints_path(course, topic.name)))
        yield from hints


def _recorder(texts: list[ExtractedMessage], path: Path) -> Translate:
    """Return a translation that changes nothing and appends every message that it gets to `texts`.

    Texts are extracted by rendering them with it, so exactly what is shown is extracted.
    """

    def record(message: str, line: int) -> str:
        texts.append(ExtractedMessage(message, path, line))
        return message

    return record


def _test_messages(course: Course) -> Iterator[ExtractedMessage]:
    """Yield the prose and the messages of visible tests, then the messages of hidden ones."""
    for path in sorted([*course.exercises_dir.rglob("test_*.py"), *course.exercises_dir.glob("conftest.py")]):
        yield from sorted([*_prose(path), *_of_a_test(path)], key=lambda message: message.line)
    yield from _of_tests_in(course.graders_dir, "*.py")


def _variant_messages(course: Course) -> Iterator[ExtractedMessage]:
    """Yield the sentences of known mistakes; a released folder carries those that it needs beside their answers."""
    for path in sorted(course.variants_dir.glob("*.py")):
        yield from _marked(path)


def _of_tests_in(folder: Path, names: str = "test_*.py") -> Iterator[ExtractedMessage]:
    """Yield the messages of the test files in a folder; with `names`, of the modules too that several of them share."""
    for path in sorted(folder.rglob(names)):
        yield from _of_a_test(path)


def _of_a_test(path: Path) -> list[ExtractedMessage]:
    """Return the marked messages of a test file, and the labels under which its scenarios return what they saw."""
    return sorted([*_marked(path), *_labels(path)], key=lambda message: message.line)


def _prose(path: Path) -> list[ExtractedMessage]:
    """Return the docstrings and comments of a file."""
    texts: list[ExtractedMessage] = []
    with _read_as_python(path):
        set_prose(path.read_text(encoding="utf-8-sig"), _recorder(texts, path))
    return texts


def _marked(path: Path) -> list[ExtractedMessage]:
    """Return the messages of a file's calls to `N_` and `agree.that`, by line."""
    with _read_as_python(path):
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    messages = [_extracted(argument, path) for call in calls if (argument := _message_of(call)) is not None]
    return sorted(messages, key=lambda message: message.line)


def _labels(path: Path) -> list[ExtractedMessage]:
    """Return the keys of dicts in a file that are words for a person: those with a space in them."""
    with _read_as_python(path):
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    keys = [key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys]
    return [
        ExtractedMessage(key.value, path, key.lineno)
        for key in keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and " " in key.value
    ]


@contextmanager
def _read_as_python(path: Path) -> Iterator[None]:
    """Raise `UserError` in the place of what reading and parsing `path` may raise."""
    try:
        yield
    except (SyntaxError, ValueError, OSError) as error:
        raise UserError(f"{path}: cannot be read as Python: {error}") from None


def _message_of(call: ast.Call) -> ast.expr | None:
    """Return the argument that is a message, where `call` has one."""
    if isinstance(call.func, ast.Name) and call.func.id == MESSAGE_MARK and call.args:
        return call.args[0]
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == AGREE_THAT):
        return None
    if len(call.args) > 1:
        return call.args[1]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "message"), None)


def _extracted(argument: ast.expr, path: Path) -> ExtractedMessage:
    """Return the message in a call's argument; line 0 where another call tells of it."""
    if isinstance(argument, ast.Call) and _message_of(argument) is not None:
        return ExtractedMessage("", path, 0)  # agree.that(condition, N_("...")): the inner call tells
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return ExtractedMessage(argument.value, path, argument.lineno)
    return ExtractedMessage("", path, argument.lineno)
