"""Digests of all that a mark depends on: same submission, same key, same mark."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from antorcha.accelerator import gpus
from antorcha.accelerator.devices import find, is_real
from antorcha.course.model import Course, Topic
from antorcha.disclosure.known_words import public_files
from antorcha.i18n.catalog import course_po
from antorcha.intake.model import SubmittedFile
from antorcha.sources.data import data_paths

_LIBRARIES = ("torch", "numpy", "pytest", "hypothesis", "antorcha")
_PACKAGE = Path(__file__).parent.parent
# Both lists say what may be left out, and nothing else may: a new room, a new setting or a new helper of the course
# that is forgotten here costs a grading, one that is forgotten in a list of what counts costs a right mark.
_NEVER_JUDGES = frozenset(
    (
        "audit",
        "cli",
        "cluster",
        "console.py",
        "export",
        "grading",
        "hints",
        "home",
        "marks",
        "nbgrader",
        "notebook.py",
        "packed.py",
        "release",
        "report",
        "results_folder",
        "similarity",
        "store",
        "translation",
    )
)
# Titles and what students are told stand on pages only; shuffling is in the key of a submission; the other topics are
# nothing to this one.
_NEVER_DECIDES = frozenset(
    ("root", "title", "topics", "languages", "audit", "feedback", "class_share", "shuffle_quizzes")
)

# An import of the course's own modules; `from .common import (` may go on over several lines.
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(?!antorcha\b|torch\b|numpy\b)([^\n(]*(?:\([^)]*\))?)", re.MULTILINE)

# A text that may be a path within the course. What begins with a dot is hidden, or lies outside.
_QUOTED = re.compile(r"""["'](\w[\w ./-]{0,200})["']""")
_RESULTS = "results.db"
_PROSE = ("lessons", "hints")  # folders beside the solutions

DeviceNames = list[list[str]]  # a row for each role: the role, the device for it, the models of the machine's GPUs


def course_key(course: Course, topic: str, *, variants: bool = True, devices: DeviceNames | None = None) -> str:
    """Return a digest of all that a topic's results rest on.

    That is its graders and reference, its configuration, our own code and the libraries' versions. Without `variants`
    for what does not depend on them: whether an answer passes, not how a wrong one is explained. `devices`: as
    `device_names` returns them on the machine that grades, by default this one.
    """
    parts = key_parts(course, topic, variants=variants, devices=devices)
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=asdict).encode("utf-8")).hexdigest()


def key_parts(
    course: Course, topic: str, *, variants: bool = True, devices: DeviceNames | None = None
) -> dict[str, Any]:
    """Return what `course_key` is the digest of; "files" has a name and a digest for each."""
    known_topic = course.topic(topic)
    settings = {
        setting.name: getattr(course, setting.name) for setting in fields(course) if setting.name not in _NEVER_DECIDES
    }
    return {
        "topic": _judged(known_topic) if known_topic else topic,
        "settings": settings,
        "devices": device_names(roles_of(course, topic)) if devices is None else devices,
        "files": [_file_digest(path, course.root) for path in sorted(set(course_files(course, topic, variants)))],
        "code": code_digest(),
        "versions": versions(course.requirements),
    }


def versions(requirements: Iterable[str] = ()) -> dict[str, str]:
    """Return the versions that marks may depend on, by name: libraries, a course's `requirements`, Python, machine."""
    names = (*_LIBRARIES, *map(_package, requirements))
    return {name: _version(name) for name in names} | {
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def unit_key(file: SubmittedFile | None, course_key: str, isolation: str = "required", option_order: str = "") -> str:
    """Return the cache key of one student's submission for one topic; `file` is `None` for a missing one.

    It is made of the code that runs, the graders with all that they rest on (`course_key`), and how the code is locked
    up. `option_order`: the student in whose order the options of quizzes stood, "" for the course's own order.
    """
    problem = asdict(file.problem) if file and file.problem else None
    code = file.digest() if file else None
    payload = json.dumps([code, problem, course_key, isolation, option_order], sort_keys=True, default=str)
    return hashlib.sha256(payload.encode()).hexdigest()


def _judged(topic: Topic) -> dict[str, Any]:
    """Return what marks may depend on: not how much students are told of the checks, nor what a person marks by."""
    parts = asdict(topic)
    for exercise in parts["exercises"]:
        del exercise["feedback"], exercise["rubric"]
    return parts


def course_files(course: Course, topic: str, variants: bool = True) -> Iterator[Path]:
    """Yield the topic's own files, and every other file of the course that is not another topic's alone."""
    others = {other.name for other in course.topics} - {topic}
    shared = list(_shared_files(course))
    yield from shared
    own = [course.graders_dir / f"test_{topic}.py", course.reference_dir / f"{topic}.py"]
    own = [path for path in own if path.is_file()]
    yield from own
    imported = _imported(_text_of([*own, *shared]))
    yield from _of_imported_topics(course, imported, others)
    # A script beside the course, which nobody imports, names files for purposes of its own.
    helpers = [path for path in shared if path.parent != course.root or path.stem in imported]
    yield from _named_at_the_root(course, imported.union(_QUOTED.findall(_text_of([*own, *helpers]))))
    # The visible tests and the lesson too: a word that stands there may be told in the feedback.
    yield from (path for path in public_files(course.exercises_dir, topic) if path.is_file())
    if variants:
        wrong = course.variants_dir / f"{topic}.py"
        yield from (path for path in (wrong,) if path.is_file())
        # The catalogs that explanations and stubs are translated with.
        catalogs = course_po(course.root, course.language).parent.glob("*.po")
        yield from (path for path in catalogs if path.stem not in others)


def _shared_files(course: Course) -> Iterator[Path]:
    """Yield what any grader may read: helpers, conftests and data in the course's folders and beside them."""
    topics = {topic.name for topic in course.topics}
    of_a_topic = {course.graders_dir / f"test_{name}.py" for name in topics}
    for folder in (course.reference_dir, course.variants_dir):
        of_a_topic |= {folder / f"{name}.py" for name in topics}
    for folder in (course.graders_dir, course.reference_dir):
        for path in folder.rglob("*"):
            parts = path.relative_to(folder).parts
            # Lessons and hints are prose for students; Python's own leftovers change by themselves.
            if (
                path.is_file()
                and path not in of_a_topic
                and "__pycache__" not in parts
                and parts[0] not in ("lessons", "hints")
            ):
                yield path
    visible = {course.exercises_dir / f"{start}{name}.py" for name in topics for start in ("", "test_")}
    yield from (path for path in course.exercises_dir.glob("*.py") if path not in visible)
    yield from data_paths(course)
    # Graders run with the course's folder as the current one: tests may import and read what lies there.
    yield from course.root.glob("*.py")
    for package in course.root.glob("*/__init__.py"):
        if package.parent not in (course.graders_dir, course.reference_dir, course.exercises_dir):
            yield from package.parent.rglob("*.py")


def _text_of(paths: list[Path]) -> str:
    """Return the code of those among some files that are code."""
    code = (path for path in paths if path.suffix == ".py")
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in code)


def _imported(text: str) -> set[str]:
    """Return all words in the imports of some code: modules, and what is taken from them."""
    return {word for line in _IMPORT.findall(text) for word in re.findall(r"\w+", line)}


def _of_imported_topics(course: Course, imported: set[str], others: set[str]) -> Iterator[Path]:
    """Yield the files of other topics that the imported names may mean."""
    for name in others:
        for path in (course.graders_dir / f"test_{name}.py", course.reference_dir / f"{name}.py"):
            if path.stem in imported and path.is_file():
                yield path


def _named_at_the_root(course: Course, names: set[str]) -> Iterator[Path]:
    """Yield what lies beside the course's own folders and goes by one of the names: data, a folder of helpers.

    What no grader names, such as a README, is nothing to a mark. Nor are results, which change with every run.
    """
    own = {course.graders_dir.name, course.reference_dir.name, course.exercises_dir.name, "locale"}
    for name in sorted(names):
        path = course.root / name
        if Path(name).parts[0] in own or not path.exists():
            continue
        if path.is_file():
            yield path
        elif not (path / _RESULTS).exists():
            yield from (inner for inner in path.rglob("*") if inner.is_file() and "__pycache__" not in inner.parts)


def device_names(roles: Iterable[str]) -> DeviceNames:
    """Return the devices that checks run on, and what each is for a locked worker on this machine."""
    names = {role: find(role, locked=True).name or "none" for role in roles}
    # Graders take turns at all GPUs, and sums differ in their last digits from one model to another.
    models = sorted({gpu.name for gpu in gpus.usable()}) if any(map(is_real, names.values())) else []
    return [[role, name, *(models if is_real(name) else [])] for role, name in names.items()]


def roles_of(course: Course, topic: str) -> tuple[str, ...]:
    """Return the kinds of device that a topic's checks run on."""
    known_topic = course.topic(topic)
    return tuple(course.devices_of(known_topic) if known_topic else course.devices)


def _file_digest(path: Path, root: Path) -> list[str]:
    name = path.relative_to(root).as_posix()
    try:
        return [name, hashlib.sha256(path.read_bytes()).hexdigest()]
    except OSError:  # the tests that read it will tell; that it could not be read is part of the key
        return [name, "unreadable"]


@cache  # the package does not change while it runs, and a class of many topics asks once for each
def code_digest() -> str:
    """Return a digest of our own code, as far as it judges."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] not in _NEVER_JUDGES:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _package(requirement: str) -> str:
    """Return the name in what pip takes: `matplotlib` of `matplotlib>=3.8`."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
