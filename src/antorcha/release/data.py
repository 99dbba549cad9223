"""Data files that exercises read: whatever lies in `exercises/data/` goes to students as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError


def data_paths(course: Course) -> Iterator[Path]:
    """The files under `exercises/data/`, in a fixed order; hidden ones, and what Python leaves there, are none."""
    for path in sorted((course.exercises_dir / "data").rglob("*")):
        parts = path.relative_to(course.exercises_dir).parts
        if path.is_file() and not any(part.startswith((".", "__")) for part in parts):
            yield path


def data_files(course: Course) -> dict[str, bytes]:
    """Their bytes, by their path within `exercises/`. Raises `UserError` for one that cannot be read."""
    try:
        return {path.relative_to(course.exercises_dir).as_posix(): path.read_bytes() for path in data_paths(course)}
    except OSError as error:
        raise UserError(f"{course.exercises_dir / 'data'}: cannot be read ({error})") from None
