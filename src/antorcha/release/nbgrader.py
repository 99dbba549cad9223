"""A course as the source of an nbgrader course: notebooks, what they need beside them, and `nbgrader_config.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from antorcha.course.manifest import FOLDER, MANIFEST_FILE, write_manifest
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed
from antorcha.i18n.catalog import SOURCE_LANGUAGE, course_mo
from antorcha.release.data import data_files
from antorcha.release.frozen import Frozen, freeze, frozen_files
from antorcha.release.notebook_cells import KEY, digest_of, notebook_for
from antorcha.release.stubs import render_stub
from antorcha.release.visible_tests import visible_tests
from antorcha.student.untouched import stub_digests

CONFIG_FILE = "nbgrader_config.py"
SOURCE_FOLDER = "source"

CONFIG_LINES = """\
import os
from pathlib import Path

try:
    from antorcha.nbgrader_preprocessor import autograde_preprocessors, generate_preprocessors
except Exception as error:  # nbgrader would go on without this file, and run hand-ins in its own way
    raise SystemExit(f"{{__file__}}: {{error}}. Is antorcha[instructor] installed?") from error

c = get_config()  # noqa: F821

# This folder is the nbgrader course; the Antorcha course holds the hidden tests and stays with the instructors.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
os.environ.setdefault("ANTORCHA_COURSE", {course})

# An exercise is released as the stub that `antorcha stubs` writes, also where it brings code with a mistake in it.
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
c.GenerateAssignment.preprocessors = generate_preprocessors()

# Students' code runs in Antorcha's locked worker and not in a kernel. Take this line out and nbgrader's own
# Execute grades in the student's kernel: read first, in docs/nbgrader.md, what that gives up.
c.Autograde.autograde_preprocessors = autograde_preprocessors()
"""

CONFIG_HEADER = '''\
"""nbgrader with Antorcha's grader. `antorcha release nbgrader` wrote this once; it is yours to change."""

'''


@dataclass
class Written:
    """What was done: the files that changed, and whether the configuration was left as it was."""

    changed: list[Path] = field(default_factory=list)
    config_kept: bool = False
    skipped: tuple[str, ...] = ()  # visible tests that did not run on this machine, and so have no answer


def release(
    course: Course,
    target: Path,
    *,
    topics: Sequence[str] = (),
    assignment: str | None = None,
    language: str | None = None,
    force: bool = False,
) -> Written:
    """Write `source/<assignment>/` for each topic (or all of them into one `assignment`) and the configuration.

    Errors: `UserError` where the course is not ready, or a notebook in `target` was changed by hand (without `force`).
    """
    chosen = [topic for topic in course.topics if topic.name in topics or not topics]
    if not chosen:
        raise UserError(f"{course.root}: no topic to release", "add one to grading.toml")
    course = replace(course, language=language or course.language)
    frozen = freeze(replace(course, topics=tuple(chosen)))
    folders = {assignment: chosen} if assignment else {topic.name: [topic] for topic in chosen}
    files: dict[Path, bytes] = {}
    for name, its in folders.items():
        made = _assignment(replace(course, topics=tuple(its)), frozen)
        files |= {target / SOURCE_FOLDER / name / path: data for path, data in made.items()}
    if not force:
        _refuse_edited(files)
    written = Written(skipped=frozen.skipped)
    for path, data in files.items():
        make_folder(path.parent)
        if write_if_changed(path, data):
            written.changed.append(path)
    _write_config(course, target, force, written)
    return written


def config_lines(course: Course) -> str:
    """What `nbgrader_config.py` must say, for an author who has one already."""
    return CONFIG_LINES.format(course=json.dumps(str(course.root.resolve())))


def _assignment(course: Course, frozen: Frozen) -> dict[str, bytes]:
    """The files of one assignment's folder. All but the notebooks goes to students as it is: it holds no secret."""
    counts = Counter(exercise.name for topic in course.topics for exercise in topic.exercises)
    ambiguous = frozenset(name for name, count in counts.items() if count > 1)
    files: dict[str, bytes] = {}
    stubs: dict[str, dict[str, str]] = {}
    for topic in course.topics:
        notebook = notebook_for(course, topic, course.language, ambiguous=ambiguous)
        files[f"{topic.name}.ipynb"] = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
        stub = render_stub(course, topic.name, course.language)
        stubs[topic.name] = stub_digests(stub, [one.name for one in topic.exercises])
        files |= _visible_tests(course, topic)
        files |= frozen_files(frozen.of(topic.name), FOLDER)
    manifest = write_manifest(course, course.language, {"stubs": stubs})
    return {**files, **data_files(course), **_catalogs(course), f"{FOLDER}/{MANIFEST_FILE}": manifest.encode("utf-8")}


def _visible_tests(course: Course, topic: Topic) -> dict[str, bytes]:
    found = visible_tests(course, [topic.name], course.language)
    if f"test_{topic.name}.py" not in found:
        raise UserError(
            f"{course.exercises_dir / f'test_{topic.name}.py'}: no such file",
            "a notebook's check cells run the visible tests; write one for each exercise",
        )
    return found


def _catalogs(course: Course) -> dict[str, bytes]:
    from antorcha.i18n.maintain import student_catalog

    here = Path()
    return {
        course_mo(here, language).as_posix(): student_catalog(course, language)
        for language in course.languages
        if language != SOURCE_LANGUAGE
    }


def _refuse_edited(files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        if path.suffix == ".ipynb" and path.is_file() and _edited(path, data):
            raise UserError(
                f"{path} was changed by hand since it was released",
                "exercises are changed in the course's reference; say --force to write over this notebook",
            )


def _edited(path: Path, data: bytes) -> bool:
    """Whether the cells of a notebook are neither what was once written there nor what would be written now."""
    try:
        present = json.loads(path.read_text(encoding="utf-8"))
        digest = digest_of(present["cells"])
        known = {present["metadata"].get(KEY, {}).get("digest"), json.loads(data)["metadata"][KEY]["digest"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True
    return digest not in known


def _write_config(course: Course, target: Path, force: bool, written: Written) -> None:
    path = target / CONFIG_FILE
    text = CONFIG_HEADER + config_lines(course)
    if path.exists() and not force:
        written.config_kept = path.read_text(encoding="utf-8", errors="replace") != text
        return
    make_folder(target)
    if write_if_changed(path, text):
        written.changed.append(path)
