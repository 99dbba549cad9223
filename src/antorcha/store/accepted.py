"""The share of a class that has each exercise right so far, read while a run writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

# What could not be tried here is nobody's fault.
_ACCEPTED = """
SELECT topic, exercise, sum(accepted), count(*) FROM (
    SELECT topic, exercise, min(verdict IN ('passed', 'not_tested')) AS accepted
    FROM class_checks GROUP BY student, topic, exercise
) GROUP BY topic, exercise ORDER BY topic, exercise
"""


@dataclass(frozen=True)
class Accepted:
    """Of an exercise: `accepted` of `graded` students passed all of its checks."""

    topic: str
    exercise: str
    accepted: int
    graded: int


def accepted_so_far(database: Path) -> list[Accepted]:
    """Return the exercises of the class as the database has it now; none where it cannot be read yet."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return [Accepted(*row) for row in connection.execute(_ACCEPTED)]
    except sqlite3.DatabaseError:
        return []
