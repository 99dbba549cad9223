"""The reading of a class's `rules.toml`, as `grading.toml` is read: all mistakes at once, each with its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import TypeAdapter

from antorcha.course.checked_toml import Mistake, named_tables, read_toml
from antorcha.course.locate import Key
from antorcha.course.model import Course
from antorcha.marks.class_rules import ClassRules
from antorcha.marks.times import known_zone, read_moment

CLASS_RULES = TypeAdapter(ClassRules)


def load_rules(path: Path, course: Course) -> ClassRules:
    """Read and check the rules of a class of this course.

    Raises: `UserError` with one line a mistake: `rules.toml:7: topics[0].due: ...`.
    """
    hint = "the rules of a class are a TOML file; docs/marks.md shows one"
    return read_toml(path, CLASS_RULES, ClassRules, lambda data: list(_cross_checks(data, course)), hint)


def rules_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a `rules.toml`, for an editor's TOML plug-in."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **CLASS_RULES.json_schema()}
    return {**schema, "title": "Antorcha rules.toml"}


def _cross_checks(data: dict[str, Any], course: Course) -> Iterator[Mistake]:
    """Yield what no single key can tell: a zone or topic that is not there, a day that no calendar has, two answers."""
    zone_name = data.get("timezone")
    zone = known_zone(zone_name) if isinstance(zone_name, str) else None
    if isinstance(zone_name, str) and zone_name and zone is None:
        near = difflib.get_close_matches(zone_name, available_timezones(), n=1)
        did_you_mean = f'; did you mean "{near[0]}"?' if near else ""
        yield ("timezone",), f'there is no time zone "{zone_name}" on this machine{did_you_mean}'
    known = [topic.name for topic in course.topics]
    named = list(named_tables(data.get("topics"), ("topics",)))
    for path, name, _ in named:
        yield from _unknown_topic(path, name, known)
    names = [name for _, name, _ in named]
    for path, name, _ in named:
        if names.index(name) != path[1]:
            yield path, f'"{name}" has rules already'
    for key in ("extensions", "groups"):
        for path, table in _tables(data.get(key), (key,)):
            topics = table.get("topics")
            for index, name in enumerate(topics if isinstance(topics, list) else []):
                yield from _unknown_topic((*path, "topics", index), name, known)
    for path, table in _tables(data.get("handed_in"), ("handed_in",)):
        yield from _unknown_topic((*path, "topic"), table.get("topic"), known)
    for path, table in _tables(data.get("extensions"), ("extensions",)):
        if ("due" in table) == ("days" in table):
            yield path, "an extension has either due or days"
    yield from _bad_moments(data)
    yield from _two_penalties(data)


def _tables(tables: Any, path: Key) -> Iterator[tuple[Key, dict[str, Any]]]:
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict):
            yield (*path, index), table


def _unknown_topic(path: Key, name: Any, known: list[str]) -> Iterator[Mistake]:
    if isinstance(name, str) and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        did_you_mean = f'; did you mean "{near[0]}"?' if near else ""
        yield path, f'the course has no topic "{name}"{did_you_mean}'


def _bad_moments(data: dict[str, Any]) -> Iterator[Mistake]:
    """Yield the texts of dates that have the right form and mean no day: "2026-02-30"."""
    for key, moment in (("topics", "due"), ("extensions", "due"), ("handed_in", "time")):
        for path, table in _tables(data.get(key), (key,)):
            value = table.get(moment)
            if isinstance(value, str) and read_moment(value, UTC) is None:
                yield (*path, moment), f'"{value}" is no date that there is'


def _two_penalties(data: dict[str, Any]) -> Iterator[Mistake]:
    places = [((), data), *_tables(data.get("topics"), ("topics",))]
    for path, table in places:
        penalty = table.get("penalty")
        if isinstance(penalty, dict) and "per_day" in penalty and "table" in penalty:
            yield (*path, "penalty"), "a penalty has either per_day or a table"
