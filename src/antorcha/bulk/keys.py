"""What a mark depends on besides the hand-in, as one digest: same hand-in, same key, same mark."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from antorcha.accelerator import gpus
from antorcha.accelerator.devices import find, is_real
from antorcha.course.model import Course, Topic
from antorcha.release.data import data_paths

_LIBRARIES = ("torch", "numpy", "pytest", "hypothesis", "antorcha")
_PACKAGE = Path(__file__).parent.parent
# Rooms whose code decides marks. The others may change without anything having to be graded again.
_JUDGING = (
    *("accelerator", "bulk", "compare", "plugin", "student", "worker"),
    *("choices.py", "hypotheses.py", "results.py", "strategies.py"),
)


def course_key(course: Course, topic: str, *, variants: bool = True) -> str:
    """A digest of the topic's graders and reference, its configuration, our own code and the libraries' versions.

    Without `variants` for what does not depend on them: whether an answer passes, not how a wrong one is explained.
    """
    found = course.topic(topic)
    parts = {
        "topic": _judged(found) if found else topic,
        "seed": course.seed,
        "devices": _devices(course, topic),
        "limits": asdict(course.limits),
        "tolerances": {name: asdict(one) for name, one in course.tolerances.items()},
        "device_tolerances": {
            device: {name: asdict(one) for name, one in table.items()}
            for device, table in course.device_tolerances.items()
        },
        "language": course.language,
        "files": [_file_digest(path) for path in sorted(_course_files(course, topic, variants))],
        "code": _code_digest(),
        "versions": {name: _version(name) for name in (*_LIBRARIES, *map(_package, course.requirements))}
        | {"python": platform.python_version(), "machine": platform.machine()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()


def _judged(topic: Topic) -> dict[str, Any]:
    """What marks may depend on. How much students are told of the checks is no part of it."""
    parts = asdict(topic)
    for exercise in parts["exercises"]:
        del exercise["feedback"]
    return parts


def _course_files(course: Course, topic: str, variants: bool) -> Iterator[Path]:
    """The topic's own files, and every other file that belongs to no topic: helpers, conftest, data."""
    others = {one.name for one in course.topics} - {topic}
    for folder in (course.graders_dir, course.reference_dir):
        for path in folder.rglob("*"):
            parts = path.relative_to(folder).parts
            left_out = "__pycache__" in parts or parts[0] == "lessons" or (not variants and parts[0] == "variants")
            if path.is_file() and path.stem.removeprefix("test_") not in others and not left_out:
                yield path
    found = course.topic(topic)
    names = [f"{topic}.py"]
    if found and any(one.figure for one in found.exercises):
        names.append(f"test_{topic}.py")
    yield from (path for name in names if (path := course.exercises_dir / name).is_file())
    yield from data_paths(course)


def _devices(course: Course, topic: str) -> list[list[str]]:
    """The devices that the topic's checks run on, and what each is for a locked worker on this machine."""
    found = course.topic(topic)
    roles = course.devices_of(found) if found else course.devices
    names = {role: find(role, locked=True).name or "none" for role in roles}
    # Graders take turns at all GPUs, and sums differ in their last digits from one model to another.
    models = sorted({gpu.name for gpu in gpus.usable()}) if any(map(is_real, names.values())) else []
    return [[role, name, *(models if is_real(name) else [])] for role, name in names.items()]


def _file_digest(path: Path) -> list[str]:
    try:
        return [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
    except OSError:
        return [path.name, "unreadable"]


@cache
def _code_digest() -> str:
    digest = hashlib.sha256()
    for name in _JUDGING:
        place = _PACKAGE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _package(requirement: str) -> str:
    """The name in what pip takes: `matplotlib` of `matplotlib>=3.8`."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
