"""Rendering of stubs and lessons, `exercises/<topic>.py` and `.md`, from the reference in a language."""

from __future__ import annotations

import difflib
from pathlib import Path

from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n.catalog import course_catalog
from antorcha.sources.blocks import Translate, render
from antorcha.sources.lesson_heading import with_heading
from antorcha.sources.reference import read_reference
from antorcha.sources.stub_pieces import StubPiece, StubWriter, join_pieces


def render_stub(course: Course, topic: str, language: str, student: str = "") -> str:
    """Return the text of `exercises/<topic>.py` in `language`; English where a translation is missing.

    With a `student`, the options of quizzes stand in that student's order.
    Raises: `UserError` where the reference is missing or does not hold what grading.toml says.
    """
    return join_pieces(stub_pieces(course, topic, translator(course, language), student))


def render_lesson(course: Course, topic: str, language: str) -> str | None:
    """Return the text of `exercises/<topic>.md` in `language`, or None for a topic without a lesson."""
    text = lesson_source(course, topic)
    return (
        None
        if text is None
        else with_heading(render(text, translator(course, language)), _topic(course, topic), language)
    )


def render_files(course: Course, topic: str, language: str, student: str = "") -> dict[str, str]:
    """Return stub and lesson by file name, as they stand in `exercises/`; for one `student` as for `render_stub`."""
    files = {f"{topic}.py": render_stub(course, topic, language, student)}
    lesson = render_lesson(course, topic, language)
    return files if lesson is None else {**files, f"{topic}.md": lesson}


def translator(course: Course, language: str) -> Translate:
    """Return translations from the course's catalog, for `render` and `stub_pieces`."""
    catalog = course_catalog(course, language)
    return lambda message, _line: catalog.gettext(message)


def reference_path(course: Course, topic: str) -> Path:
    """Return the path of a topic's reference."""
    return course.reference_dir / f"{topic}.py"


def lesson_path(course: Course, topic: str) -> Path:
    """Return the path of a topic's English lesson, which need not exist."""
    return course.reference_dir / "lessons" / f"{topic}.md"


def lesson_source(course: Course, topic: str) -> str | None:
    """Return the English lesson, or none. Raises: `UserError` where it cannot be read."""
    path = lesson_path(course, topic)
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None


def stub_pieces(course: Course, topic: str, translate: Translate, student: str = "") -> list[StubPiece]:
    """Return the stub's pieces in the order of the reference. `translate` gets every message and its line there."""
    known_topic = _topic(course, topic)
    shuffle = (course.seed, student) if course.shuffle_quizzes and student else None
    return StubWriter(read_reference(reference_path(course, topic)), known_topic, translate, shuffle).pieces()


def drift(course: Course, topic: str, language: str) -> str:
    """Return a unified diff from the files in `exercises/` to those rendered now; empty where they are equal."""
    diffs: list[str] = []
    for name, wanted in render_files(course, topic, language).items():
        path = course.exercises_dir / name
        present = path.read_text(encoding="utf-8") if path.is_file() else ""
        shown = path.relative_to(course.root).as_posix()
        diffs += difflib.unified_diff(
            present.splitlines(keepends=True),
            wanted.splitlines(keepends=True),
            f"{shown} (as it is)",
            f"{shown} (from the reference)",
        )
    return "".join(diffs)


def write_files(course: Course, topic: str, language: str) -> list[Path]:
    """Write a topic's files into `exercises/`, where they differ, and return the paths that changed."""
    changed: list[Path] = []
    for name, text in render_files(course, topic, language).items():
        path = course.exercises_dir / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        changed.append(path)
    return changed


def _topic(course: Course, name: str) -> Topic:
    """Return the topic called `name`. Raises: `UserError` with a near name where there is none."""
    known_topic = course.topic(name)
    if known_topic is None:
        known = [topic.name for topic in course.topics]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"topics: {', '.join(known)}"
        raise UserError(f'no topic "{name}" in {course.root / "grading.toml"}', hint)
    return known_topic
