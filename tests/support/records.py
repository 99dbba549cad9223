"""Parts of what `antorcha grade --json` says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

TIMES = {"seconds", "graded"}  # how long a topic took, and when it was graded: they differ from run to run
INSTRUCTORS = {"found", "note"}  # what a check and a file have to say to the instructor alone


def without(record: Any, keys: Collection[str]) -> Any:
    """Return an object, or a part of it, without these keys anywhere in it."""
    if isinstance(record, dict):
        return {key: without(value, keys) for key, value in record.items() if key not in keys}
    return [without(item, keys) for item in record] if isinstance(record, list) else record
