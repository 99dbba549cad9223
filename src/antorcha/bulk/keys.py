"""What a mark depends on besides the hand-in, as one digest: same hand-in, same key, same mark."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from antorcha.accelerator.devices import find
from antorcha.course.model import Course, Topic

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
        "versions": _versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()


def _judged(topic: Topic) -> dict[str, Any]:
    """What marks may depend on. How much students are told of the checks is no part of it."""
    parts = asdict(topic)
    for exercise in parts["exercises"]:
        del exercise["feedback"]
    return parts


def _course_files(course: Course, topic: str, variants: bool) -> Iterator[Path]:
    """The topic's own files, and every file of the two folders that belongs to no topic: helpers and conftest."""
    others = {one.name for one in course.topics} - {topic}
    for folder in (course.graders_dir, course.reference_dir):
        for path in folder.rglob("*.py"):
            left_out = not variants and path.parent.name == "variants"
            if path.stem.removeprefix("test_") not in others and not left_out:
                yield path
    stub = course.exercises_dir / f"{topic}.py"
    if stub.is_file():
        yield stub


def _devices(course: Course, topic: str) -> list[list[str]]:
    """The devices that the topic's checks run on, and what each is for a locked worker on this machine."""
    found = course.topic(topic)
    roles = course.devices_of(found) if found else course.devices
    return [[role, find(role, locked=True).name or "none"] for role in roles]


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


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in ("torch", "numpy", "pytest", "hypothesis", "antorcha"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found
