"""The folder for students: stubs, lessons, visible tests, data, frozen answers, README, requirements, the wheel.

A release is made in memory first, as a dict of paths and bytes: what goes out is what is in it and nothing else,
whatever else lies in the course's folders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from antorcha.course.locate import GRADING_FILE
from antorcha.course.manifest import MANIFEST_FOLDER, stub_path, write_manifest
from antorcha.course.model import Course
from antorcha.course.shuffled_quizzes import remember_shuffled, require_distinct
from antorcha.errors import UserError
from antorcha.hints.released import hint_files
from antorcha.i18n.catalog import SOURCE_LANGUAGE, course_mo
from antorcha.release.folder import MANIFEST_PATH, Files, ReleasedFolder, check_names, digests, place
from antorcha.release.frozen import Frozen, freeze, frozen_files
from antorcha.release.github import workflow_files
from antorcha.release.packages import package_files
from antorcha.release.readme import MAP_FILE, render_readme
from antorcha.release.visible_tests import visible_tests
from antorcha.release.wheel import Wheel, make_wheel
from antorcha.report.names import feedback_name
from antorcha.sources.course_map import render_map
from antorcha.sources.data import data_files
from antorcha.sources.stubs import render_files
from antorcha.sources.untouched import stub_digests

PYTEST_INI = """\
[pytest]
testpaths = exercises
norecursedirs = _antorcha .venv .* __pycache__
"""


@dataclass(frozen=True)
class Release:
    """All files of a release by their path in it; `notices`: lines for the instructor about what it lacks."""

    files: Files
    notices: tuple[str, ...] = ()


def release(
    course: Course, target: Path, language: str | None = None, force: bool = False, github: bool = False
) -> tuple[ReleasedFolder, Release]:
    """Write what students get into `target` and into a zip beside it.

    `language` is the course's own unless given; `github`: with a workflow for repositories there. Return what was
    written and the files. Raises: `UserError`, before anything is written.
    """
    built = build(course, language or course.language, make_wheel(), github=github)
    return place(course, built.files, target, force), built


def release_each(
    course: Course,
    students: Sequence[str],
    target: Path,
    language: str | None = None,
    force: bool = False,
    github: bool = False,
) -> tuple[list[ReleasedFolder], Release]:
    """Write a folder and a zip for each student into `target`, the options of quizzes in that student's order.

    The students' names are kept beside grading.toml, for the grader. Raises: `UserError` as for `release`.
    """
    if not course.shuffle_quizzes:
        raise UserError(
            f"{course.root / GRADING_FILE}: the course shuffles nothing, so everybody gets the same folder",
            "say shuffle_quizzes = true there, or leave out --student and --students",
        )
    require_distinct([*dict.fromkeys(students)])
    # Made once for all: they take seconds, and do not depend on the order of options.
    wheel, frozen, language = make_wheel(), freeze(_with_topics(course)), language or course.language
    folders = []
    for student in dict.fromkeys(students):
        built = build(course, language, wheel, frozen, student, github)
        folders.append(place(course, built.files, target / feedback_name(student), force))
    remember_shuffled(course, students)
    return folders, built


def build(
    course: Course,
    language: str,
    wheel: Wheel,
    frozen: Frozen | None = None,
    student: str = "",
    github: bool = False,
) -> Release:
    """Return the files of a release, for one `student` where quizzes are shuffled; `frozen` where they are recorded.

    Raises: `UserError` where the course is not ready for students.
    """
    _with_topics(course)
    files, stubs = _rendered(course, language, student)
    tests = visible_tests(course, [topic.name for topic in course.topics], language)
    files |= {f"exercises/{name}": data for name, data in tests.items()}
    files |= {f"exercises/{name}": data for name, data in data_files(course).items()}
    hints = hint_files(course, [topic.name for topic in course.topics])
    files |= {f"exercises/{name}": data for name, data in hints.items()}
    frozen = frozen or freeze(course)
    files |= frozen_files(frozen, f"exercises/{MANIFEST_FOLDER}")
    files |= _catalogs(course)
    files |= _around(course, language, wheel)
    files |= workflow_files() if github else {}
    # The manifest notes the digests of all files, so it is the last one to be made.
    extra = {"stubs": stubs, "files": digests(files)}
    files[MANIFEST_PATH] = write_manifest(course, language, extra).encode("utf-8")
    check_names(files)
    return Release(
        files, (*_notices(course, files), *(f"not run here, so without an answer: {test}" for test in frozen.skipped))
    )


def _rendered(course: Course, language: str, student: str) -> tuple[Files, dict[str, dict[str, str]]]:
    """Return the stubs and lessons of all topics, each stub also as the copy that stays, and the stubs' digests."""
    files: Files = {}
    stubs: dict[str, dict[str, str]] = {}
    for topic in course.topics:
        rendered = render_files(course, topic.name, language, student)
        files |= {f"exercises/{name}": text.encode("utf-8") for name, text in rendered.items()}
        kept = stub_path(course.exercises_dir, topic.name).relative_to(course.root).as_posix()
        files[kept] = rendered[f"{topic.name}.py"].encode("utf-8")
        names = [exercise.name for exercise in topic.exercises]
        stubs[topic.name] = stub_digests(rendered[f"{topic.name}.py"], names)
    return files, stubs


def _with_topics(course: Course) -> Course:
    """Return the course. Raises: `UserError` where it has no topic yet."""
    if not course.topics:
        raise UserError(f"{course.root}: the course has no topic yet", "add one to grading.toml")
    return course


def _catalogs(course: Course) -> Files:
    """Return the course's own sentences that a released folder shows, in each language of the course."""
    from antorcha.translation.maintain import student_catalog

    folder = course.root / "exercises"
    return {
        course_mo(folder, language).relative_to(course.root).as_posix(): student_catalog(course, language)
        for language in course.languages
        if language != SOURCE_LANGUAGE
    }


def _around(course: Course, language: str, wheel: Wheel) -> Files:
    """Return the files that stand beside `exercises/`."""
    return {
        "README.md": render_readme(course, language, wheel.requires_python).encode("utf-8"),
        MAP_FILE: render_map(course, language).encode("utf-8"),
        "pytest.ini": PYTEST_INI.encode("utf-8"),
        **package_files(course, language, wheel),
    }


def _notices(course: Course, files: Files) -> list[str]:
    untested = [topic.name for topic in course.topics if f"exercises/test_{topic.name}.py" not in files]
    notices = [f"no visible tests for {name}: there is no exercises/test_{name}.py" for name in untested]
    return notices + [f"left out: {name}" for name in _left_out(course, files)]


def _left_out(course: Course, files: Files) -> list[str]:
    """Return the names of files in `exercises/` that are no part of a release."""
    present = (path for path in sorted(course.exercises_dir.rglob("*")) if path.is_file())
    names = (path.relative_to(course.root).as_posix() for path in present)
    return [name for name in names if name not in files and "/__pycache__/" not in name and "/." not in name]
