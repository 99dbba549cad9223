"""The source folder of an nbgrader course, made from ours: a notebook for each topic, and its files beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from antorcha.course.manifest import MANIFEST_FILE, MANIFEST_FOLDER, write_manifest
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed
from antorcha.hints.released import hint_files
from antorcha.i18n.catalog import SOURCE_LANGUAGE, course_mo
from antorcha.nbgrader.cells import JsonNode, notebook_bytes, notebook_for, with_cells_added
from antorcha.nbgrader.config import write_config
from antorcha.nbgrader.under_submissions import look_up, refusal
from antorcha.release.frozen import Frozen, freeze, frozen_files
from antorcha.release.packages import WHEELS_FOLDER, package_files
from antorcha.release.visible_tests import visible_tests
from antorcha.release.wheel import PROJECT_NAME, make_wheel
from antorcha.sources.data import data_files_for
from antorcha.sources.stubs import render_stub
from antorcha.sources.untouched import stub_digests

SOURCE_FOLDER = "source"


@dataclass
class ReleasedSource:
    """The outcome of a release: the files that changed, and the lines that a user's own nbgrader_config.py lacks."""

    changed: list[Path] = field(default_factory=list)
    missing_lines: str = ""
    skipped: tuple[str, ...] = ()  # visible tests that did not run on this machine, and so have no answer
    notes: list[str] = field(default_factory=list)  # what nbgrader will refuse or delete, what is to be graded again


def release(
    course: Course,
    target: Path,
    *,
    topics: Sequence[str] = (),
    assignment: str | None = None,
    language: str | None = None,
    exchange: Path | None = None,
    force: bool = False,
) -> ReleasedSource:
    """Write `source/<assignment>/` for each topic (or all of them into one `assignment`) and the configuration.

    Raises: `UserError` where the course is not ready, and without `force` where a notebook in `target` was changed by
    hand or where nbgrader would refuse one, since it has submissions.
    """
    chosen = [topic for topic in course.topics if topic.name in topics or not topics]
    if not chosen:
        raise UserError(f"{course.root}: no topic to release", "add one to grading.toml")
    course = replace(course, language=language or course.language)
    frozen = freeze(replace(course, topics=tuple(chosen)))
    packages = package_files(course, course.language, make_wheel())
    folders = {assignment: chosen} if assignment else {topic.name: [topic] for topic in chosen}
    files: dict[Path, bytes] = {}
    for name, folder_topics in folders.items():
        released = {**_assignment(course, name, folder_topics, frozen), **packages}
        files |= {target / SOURCE_FOLDER / name / path: data for path, data in released.items()}
    if not force:
        files = _keep_added_cells(files)
    found = look_up(target, {name: _notebooks(files, target / SOURCE_FOLDER / name) for name in folders})
    if found.refused and not force:
        raise refusal(found.refused)
    changed = _write(files)
    for name in folders:
        _remove_other_wheels(target / SOURCE_FOLDER / name, packages)
    config, missing_lines = write_config(course, target, exchange, force)
    return ReleasedSource([*changed, *config], missing_lines, skipped=frozen.skipped, notes=found.warnings())


def _write(files: dict[Path, bytes]) -> list[Path]:
    """Write the files of a release, and return those that changed."""
    changed = []
    for path, data in files.items():
        make_folder(path.parent)
        if write_if_changed(path, data):
            changed.append(path)
    return changed


def _assignment(whole_course: Course, name: str, topics: Sequence[Topic], frozen: Frozen) -> dict[str, bytes]:
    """Return the files of one assignment's folder, by their path in it.

    nbgrader copies all but the notebooks to students as they are, so none of those files may hold a secret.
    """
    course = replace(whole_course, topics=tuple(topics))
    counts = Counter(exercise.name for topic in course.topics for exercise in topic.exercises)
    ambiguous = frozenset(name for name, count in counts.items() if count > 1)
    files: dict[str, bytes] = {}
    stubs: dict[str, dict[str, str]] = {}
    texts: list[str] = []
    for topic in course.topics:
        notebook = notebook_for(course, topic, course.language, name, ambiguous=ambiguous)
        _, *cells = notebook["cells"]  # the first is the same in all notebooks
        texts += [cell["source"] for cell in cells]
        files[f"{topic.name}.ipynb"] = notebook_bytes(notebook)
        stub = render_stub(course, topic.name, course.language)
        texts.append(stub)
        stubs[topic.name] = stub_digests(stub, [exercise.name for exercise in topic.exercises])
        files |= _visible_tests(course, topic)
        files |= frozen_files(frozen.of(topic.name), MANIFEST_FOLDER)
        files |= hint_files(course, [topic.name])
    manifest = write_manifest(course, course.language, {"stubs": stubs})
    # Of data only what these topics read: each assignment is fetched, submitted and collected with all of its files.
    texts += [text.decode("utf-8", "replace") for path, text in files.items() if path.endswith(".py")]
    data = data_files_for(whole_course, texts)
    return {**files, **data, **_catalogs(course), f"{MANIFEST_FOLDER}/{MANIFEST_FILE}": manifest.encode("utf-8")}


def _notebooks(files: dict[Path, bytes], folder: Path) -> dict[str, JsonNode]:
    """Return the notebooks among `files` that lie in `folder`, by their names."""
    return {
        path.stem: json.loads(data) for path, data in files.items() if path.match("*.ipynb") and path.parent == folder
    }


def _remove_other_wheels(folder: Path, packages: dict[str, bytes]) -> None:
    """Remove the wheels that an earlier release left in an assignment's `folder`."""
    for path in folder.glob(f"{WHEELS_FOLDER}/{PROJECT_NAME}-*.whl"):
        if path.relative_to(folder).as_posix() not in packages:
            path.unlink()


def _visible_tests(course: Course, topic: Topic) -> dict[str, bytes]:
    """Return a topic's visible tests by file name. Raises: `UserError` where there are none."""
    tests = visible_tests(course, [topic.name], course.language)
    if f"test_{topic.name}.py" not in tests:
        raise UserError(
            f"{course.exercises_dir / f'test_{topic.name}.py'}: no such file",
            "a notebook's check cells run the visible tests; write one for each exercise",
        )
    return tests


def _catalogs(course: Course) -> dict[str, bytes]:
    """Return the course's compiled sentences that students see, by path, in each language but English."""
    from antorcha.translation.maintain import student_catalog

    here = Path()
    return {
        course_mo(here, language).as_posix(): student_catalog(course, language)
        for language in course.languages
        if language != SOURCE_LANGUAGE
    }


def _keep_added_cells(files: dict[Path, bytes]) -> dict[Path, bytes]:
    """Return `files` with what a teacher added to their notebooks by hand.

    Raises: `UserError` where one of our own cells was changed: exercises are changed in the reference.
    """
    kept = dict(files)
    for path, data in files.items():
        if path.suffix != ".ipynb" or not path.is_file():
            continue
        wanted = json.loads(data)
        try:
            notebook = with_cells_added(json.loads(path.read_text(encoding="utf-8")), wanted)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # no JSON, or no notebook of ours
            notebook = None
        if notebook is None:
            raise UserError(
                f"{path} was changed by hand since it was released",
                "exercises are changed in the course's reference; say --force to write over this notebook",
            )
        if notebook != wanted:
            kept[path] = notebook_bytes(notebook)
    return kept
