"""The reading of `grading.toml` as a `Course`. All mistakes in it are told at once: line, key, what was expected."""

from __future__ import annotations

import keyword
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from antorcha.course.checked_toml import Mistake, dotted, named_tables, read_toml
from antorcha.course.locate import GRADING_FILE, Key
from antorcha.course.model import DEFAULT_TOLERANCES, Course, CourseSettings, Exercise
from antorcha.course.schema import COURSE_SETTINGS

_NO_COURSE = "a course is a folder with a grading.toml"

# A topic is a module beside the student's own; one of these names would hide the module of that name.
_TAKEN_MODULES = sys.stdlib_module_names | {"torch", "numpy", "pytest", "antorcha", "conftest"}


def load_course(root: Path) -> Course:
    """Read and check `root/grading.toml`.

    Raises: `UserError` with one line a mistake: `grading.toml:17: topics[0].exercises[2].pionts: unknown key`.
    """
    settings = read_toml(root / GRADING_FILE, COURSE_SETTINGS, CourseSettings, _cross_checks, _NO_COURSE)
    own = {setting.name: getattr(settings, setting.name) for setting in fields(settings)}
    return Course(**{**own, "tolerances": {**DEFAULT_TOLERANCES, **settings.tolerances}, "root": root.resolve()})


def _cross_checks(data: dict[str, Any]) -> list[Mistake]:
    """Find what no single key can tell: names used twice, or taken; a language that the course does not list."""
    languages = data.get("languages", list(Course.languages))
    language = data.get("language", Course.language)
    mistakes: list[Mistake] = []
    if isinstance(language, str) and isinstance(languages, list) and language not in languages:
        listed = ", ".join(str(known) for known in languages)
        mistakes.append((("language",), f'"{language}" is not in languages ({listed})'))
    topics = list(named_tables(data.get("topics"), ("topics",)))
    mistakes += _repeated("topic", [(path, name) for path, name, _ in topics])
    for path, name, _ in topics:
        if name in _TAKEN_MODULES or name.startswith("test_"):
            mistakes.append((path, f'"{name}" is the name of another module; choose one that hides nothing'))
    exercises = [
        (inner, name)
        for path, _, topic in topics
        for inner, name, _ in named_tables(topic.get("exercises"), (*path[:-1], "exercises"))
    ]
    mistakes += _repeated("exercise", exercises)
    mistakes += [(path, f'"{name}" is a word of Python') for path, name in exercises if keyword.iskeyword(name)]
    for path, _, topic in topics:
        mistakes += _about_essays(path[:-1], topic.get("exercises"))
    return mistakes + _built_on_later_topics(topics)


def _built_on_later_topics(topics: list[tuple[Key, str, dict[str, Any]]]) -> list[Mistake]:
    """Find topics that build on one that does not come before them."""
    mistakes: list[Mistake] = []
    earlier: set[str] = set()
    for path, name, topic in topics:
        builds_on = topic.get("builds_on")
        for place, needed in enumerate(builds_on if isinstance(builds_on, list) else []):
            if isinstance(needed, str) and needed not in earlier:
                mistakes.append(
                    ((*path[:-1], "builds_on", place), f'"{needed}" is no topic that comes before "{name}"')
                )
        earlier.add(name)
    return mistakes


def _about_essays(topic: Key, exercises: Any) -> list[Mistake]:
    """Find rubrics that do not fit their exercise, and a topic that holds nothing but essays."""
    found = list(named_tables(exercises, (*topic, "exercises")))
    mistakes: list[Mistake] = []
    for path, _, exercise in found:
        rubric, key = exercise.get("rubric"), (*path[:-1], "rubric")
        if not isinstance(rubric, list):
            continue
        if exercise.get("kind") != "essay":
            mistakes.append((key, 'a rubric is for an exercise of kind = "essay"'))
        rows = list(named_tables(rubric, key))
        mistakes += _repeated("row", [(row, name) for row, name, _ in rows])
        points, worth = [row.get("points") for _, _, row in rows], exercise.get("points", Exercise.points)
        numbers = [number for number in (*points, worth) if isinstance(number, int | float)]
        if len(numbers) == len(points) + 1 and abs(sum(numbers[:-1]) - numbers[-1]) > 1e-6:
            mistakes.append((key, f"its rows come to {sum(numbers[:-1]):g} points, and the exercise to {worth:g}"))
    if found and all(exercise.get("kind") == "essay" for _, _, exercise in found):
        mistakes.append(((*topic, "exercises"), "a topic needs an exercise that hidden tests grade, besides essays"))
    return mistakes


def _repeated(noun: str, names: list[tuple[Key, str]]) -> list[Mistake]:
    first: dict[str, Key] = {}
    mistakes: list[Mistake] = []
    for path, name in names:
        if name in first:
            mistakes.append((path, f'"{name}" is already the name of another {noun}: {dotted(first[name])}'))
        first.setdefault(name, path)
    return mistakes
