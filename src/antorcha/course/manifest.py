"""The course as a released folder knows it: one JSON file, read with the standard library alone."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from antorcha.course.model import Course, Exercise, Tolerance, Topic
from antorcha.errors import UserError

FORMAT = 1
FOLDER = "_antorcha"  # inside exercises/
MANIFEST_FILE = "manifest.json"


def manifest_path(exercises: Path) -> Path:
    """Where the manifest of a folder of exercises is, whether or not it is there."""
    return exercises / FOLDER / MANIFEST_FILE


def write_manifest(course: Course, language: str, extra: dict[str, Any] | None = None) -> str:
    """The manifest's text. `language` becomes the released course's default; `extra` is plain JSON data."""
    data = {
        "format": FORMAT,
        "title": course.title,
        "language": language,
        "languages": list(course.languages),
        "seed": course.seed,
        "devices": list(course.devices),
        "tolerances": _plain(course.tolerances),
        "device_tolerances": {device: _plain(table) for device, table in course.device_tolerances.items()},
        "topics": [_topic_data(topic) for topic in course.topics],
        "extra": extra or {},
    }
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(path: Path) -> Course:
    """The course of a released folder; its root is the folder that holds `exercises/`.

    Raises `UserError` when the file is missing or is no manifest.
    """
    data = _read(path)
    try:
        return Course(
            title=data["title"],
            topics=tuple(_topic(topic) for topic in data["topics"]),
            language=data["language"],
            languages=tuple(data["languages"]),
            seed=data["seed"],
            devices=tuple(data["devices"]),
            tolerances=_tolerances(data["tolerances"]),
            device_tolerances={name: _tolerances(one) for name, one in data["device_tolerances"].items()},
            root=path.resolve().parents[2],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def read_extra(path: Path) -> dict[str, Any]:
    """The `extra` of a released folder's manifest. Raises `UserError` as `read_manifest` does."""
    extra = _read(path).get("extra", {})
    if not isinstance(extra, dict):
        raise _damaged(path)
    return extra


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise _damaged(path)
    return data


def _damaged(path: Path) -> UserError:
    return UserError(f"{path}: missing or damaged", "unpack the course's folder again; your own files can stay")


def _plain(table: dict[str, Tolerance]) -> dict[str, dict[str, float]]:
    return {dtype: asdict(one) for dtype, one in table.items()}


def _tolerances(table: dict[str, dict[str, float]]) -> dict[str, Tolerance]:
    return {dtype: Tolerance(**one) for dtype, one in table.items()}


def _topic_data(topic: Topic) -> dict[str, Any]:
    """A topic without what is the instructor's alone: what grading tells, allows and grants."""
    data = asdict(topic)
    for exercise in data["exercises"]:
        for key in ("feedback", "limits", "figure", "scratch"):
            del exercise[key]
    return data


def _topic(data: dict[str, Any]) -> Topic:
    exercises = tuple(Exercise(**one) for one in data["exercises"])
    return Topic(data["name"], exercises, data["title"], tuple(data.get("devices", ())))
