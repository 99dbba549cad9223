"""The course's dataclasses in pydantic's hands: the check of a `grading.toml`, and the schema for an editor."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from antorcha.course.model import CourseSettings

COURSE_SETTINGS = TypeAdapter(CourseSettings)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a `grading.toml`, for an editor's TOML plug-in."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **COURSE_SETTINGS.json_schema(),
        "title": "Antorcha grading.toml",
    }
