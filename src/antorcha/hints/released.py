"""The steps of an exercise's hints, from the file of a released folder or from the course's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from antorcha.course.manifest import MANIFEST_FOLDER
from antorcha.course.model import Course
from antorcha.i18n.catalog import SOURCE_LANGUAGE, course_catalog
from antorcha.sources.hints import read_hints

_FOLDER = "hints"


def hint_files(course: Course, topics: Iterable[str]) -> dict[str, bytes]:
    """Return the files of these topics' hints, by their path beside the visible tests, in every language of the course.

    Raises: `UserError` where an author's file cannot be read.
    """
    files = {}
    for topic in topics:
        steps: dict[str, dict[str, list[str]]] = {}
        for language in dict.fromkeys((SOURCE_LANGUAGE, *course.languages)):
            for exercise, texts in _in_language(course, topic, language).items():
                steps.setdefault(exercise, {})[language] = texts
        if steps:
            text = json.dumps(steps, indent=1, ensure_ascii=False) + "\n"
            files[f"{MANIFEST_FOLDER}/{_FOLDER}/{topic}.json"] = text.encode("utf-8")
    return files


def steps_of(course: Course, exercises: Path, topic: str, exercise: str, language: str) -> list[str]:
    """Return the steps of an exercise; none where there are no hints.

    `exercises`: the folder of the visible tests, a released one or the course's. Raises: `UserError` as `hint_files`.
    """
    if not (exercises / MANIFEST_FOLDER).is_dir():
        return _in_language(course, topic, language).get(exercise, [])
    try:
        text = (exercises / MANIFEST_FOLDER / _FOLDER / f"{topic}.json").read_text(encoding="utf-8")
        steps = json.loads(text)[exercise]
        return [str(step) for step in steps.get(language) or steps[SOURCE_LANGUAGE]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # a release without them, or a damaged one
        return []


def _in_language(course: Course, topic: str, language: str) -> dict[str, list[str]]:
    catalog = course_catalog(course, language)
    hints = read_hints(course, topic, lambda message, _line: catalog.gettext(message))
    return {exercise: [step.text for step in steps] for exercise, steps in hints.items()}
