"""The origin of a test: its folder, the course and topic that it belongs to, and whether students have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from antorcha.course.manifest import MANIFEST_FOLDER, manifest_path, read_extra, read_manifest
from antorcha.course.model import HIDDEN_TESTS, VISIBLE_TESTS, Course, Topic
from antorcha.errors import UserError
from antorcha.i18n import chosen_language
from antorcha.sources.untouched import stub_digests

_TEST_PREFIX = "test_"


@dataclass
class TestFolder:
    """A folder of test files: its course, and whether it is a released one (no reference, frozen answers)."""

    course: Course
    exercises: Path
    released: bool
    language: str
    tests: Path  # the folder itself: two tests of one name, here and elsewhere, ask different things
    stubs: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def recorded(self) -> Path:
        """Return the folder of what a release recorded."""
        return self.exercises / MANIFEST_FOLDER

    def topic_of(self, test_file: Path) -> Topic | None:
        """Return the topic that `test_<topic>.py` grades."""
        return self.course.topic(test_file.stem.removeprefix(_TEST_PREFIX))

    def stub_digests(self, topic: Topic) -> dict[str, str]:
        """Return the digest of each exercise's stub, by which an untouched one is known."""
        if topic.name not in self.stubs and not self.released:
            from antorcha.sources.stubs import render_stub

            stub = render_stub(self.course, topic.name, self.course.language)
            self.stubs[topic.name] = stub_digests(stub, [exercise.name for exercise in topic.exercises])
        return self.stubs.get(topic.name, {})

    @cached_property
    def course_text(self) -> Callable[[str], str]:
        """Return the translation of the course's own sentences."""
        from antorcha.i18n.catalog import course_catalog

        return course_catalog(self.course, self.language).gettext


@dataclass(frozen=True)
class Origin:
    """The folder, course and topic of a test. Every test that is a check of a course has one in its stash."""

    folder: TestFolder
    topic: Topic
    hidden: bool

    @property
    def course(self) -> Course:
        return self.folder.course

    @property
    def language(self) -> str:
        return self.folder.language


ORIGIN: pytest.StashKey[Origin] = pytest.StashKey()


def tests_that_count(root: Path, topic: str) -> list[Path]:
    """Return the files of a topic's tests that give points: the hidden ones, and visible ones where there are any."""
    hidden, visible = (root / folder / f"{_TEST_PREFIX}{topic}.py" for folder in (HIDDEN_TESTS, VISIBLE_TESTS))
    return [hidden, visible] if visible.is_file() else [hidden]


def find_test_folder(folder: Path, language: str | None) -> TestFolder | None:
    """Return a folder of tests with its course, or `None` when it is no course's and we have nothing to say.

    `language`: the one that was asked for. Raises: `UserError` when the course or the language cannot be used.
    """
    manifest = manifest_path(folder)
    if manifest.is_file():
        course = read_manifest(manifest)
        stubs = read_extra(manifest).get("stubs", {})
        return TestFolder(course, folder, True, _language_of(course, language), folder, stubs)
    root = folder.parent
    if folder.name not in (HIDDEN_TESTS, VISIBLE_TESTS) or not (root / "grading.toml").is_file():
        return None
    try:
        from antorcha.course.load import load_course
    except ModuleNotFoundError as error:
        raise UserError(
            f"{root}: this is a course's own folder, and reading it needs {error.name}",
            'install it with: pip install "antorcha[instructor]"',
        ) from None
    course = load_course(root)
    return TestFolder(course, course.exercises_dir, False, _language_of(course, language), folder)


def _language_of(course: Course, asked: str | None) -> str:
    """Return the language asked for, else the course's. Raises: `UserError` for one that the course does not have."""
    language = asked or chosen_language(course.language)
    known = list(dict.fromkeys((*course.languages, "en")))  # English needs no catalog: it is what the code says
    if language not in known:
        raise UserError(
            f"this course does not speak {language!r}",
            f"it has {', '.join(known)}: name one with --antorcha-language, or none for {course.language}",
        )
    return language
