"""The manifest of a released folder: the course in one JSON file, read with the standard library alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.plain import PlainDataError, from_plain, to_plain

MANIFEST_FORMAT = 1
MANIFEST_FOLDER = "_antorcha"  # inside exercises/
MANIFEST_FILE = "manifest.json"

# Feedback, what the audit demands and all limits but one stay with the instructor.
_TOLD_OF_A_COURSE = ("title", "languages", "seed", "devices", "tolerances", "device_tolerances")


def manifest_path(exercises: Path) -> Path:
    """Return the place of the manifest in a folder of exercises, whether or not it is there."""
    return exercises / MANIFEST_FOLDER / MANIFEST_FILE


def find_released(start: Path) -> Path | None:
    """Return the nearest folder of released exercises: `start`, a folder above it, or `exercises` in one of these."""
    for folder in (start, *start.parents):
        for exercises in (folder, folder / "exercises"):
            if manifest_path(exercises).is_file():
                return exercises
    return None


def language_around(folder: Path) -> str:
    """Return the language of the released course around a folder; that of most courses where there is none."""
    exercises = find_released(folder)
    try:
        return read_manifest(manifest_path(exercises)).language if exercises else Course.language
    except UserError:  # a damaged manifest is told to whoever needs more of it
        return Course.language


def stub_path(exercises: Path, topic: str) -> Path:
    """Return the place of a topic's stub as it was released. No `.py`: nobody is to take it for an answer."""
    return exercises / MANIFEST_FOLDER / "stubs" / f"{topic}.txt"


def released_stub(exercises: Path, topic: str) -> str:
    """Return a topic's stub as it was released; empty in a folder of a release that kept none."""
    try:
        return stub_path(exercises, topic).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def write_manifest(course: Course, language: str, extra: dict[str, Any] | None = None) -> str:
    """Return the manifest's text. `language` becomes the released course's default; `extra` is plain JSON data."""
    plain = to_plain(course)
    data = {
        **{name: plain[name] for name in _TOLD_OF_A_COURSE},
        "format": MANIFEST_FORMAT,
        "language": language,
        "topics": [_topic_data(topic, course) for topic in course.topics],
        "extra": extra or {},
    }
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(path: Path) -> Course:
    """Return the course of a released folder; its root is the folder that holds `exercises/`.

    Raises: `UserError` when the file is missing or is no manifest.
    """
    data = _read(path)
    known = {name: data[name] for name in (*_TOLD_OF_A_COURSE, "language", "topics") if name in data}
    try:
        course = from_plain(Course, known)
    except PlainDataError as error:
        raise _damaged(path) from error
    return replace(course, root=path.resolve().parents[2])  # <root>/exercises/_antorcha/manifest.json


def read_extra(path: Path) -> dict[str, Any]:
    """Return the `extra` of a released folder's manifest. Raises: `UserError` as `read_manifest` does."""
    extra = _read(path).get("extra", {})
    if not isinstance(extra, dict):
        raise _damaged(path)
    return extra


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if not isinstance(data, dict) or data.get("format") != MANIFEST_FORMAT:
        raise _damaged(path)
    return data


def _damaged(path: Path) -> UserError:
    return UserError(f"{path}: missing or damaged", "unpack the course's folder again; your own files can stay")


def _topic_data(topic: Topic, course: Course) -> dict[str, Any]:
    """Return a topic without what is the instructor's alone: what grading tells, allows and grants.

    By its limits on computing and memory a call is interrupted at home, too, somewhat later than in grading.
    """
    data = to_plain(topic)
    for exercise in data["exercises"]:
        for key in ("feedback", "scratch", "rubric"):
            del exercise[key]
        limits = course.limits_of(exercise["name"])
        exercise["limits"] = {"call_cpu_seconds": limits.call_cpu_seconds, "memory_mib": limits.memory_mib}
    return data
