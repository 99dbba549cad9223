"""A delivery, read as a run reads it: fresh for a new run, or once more from what the results folder remembers."""

from __future__ import annotations

from pathlib import Path

from antorcha.course.model import Course
from antorcha.intake.model import Delivery
from antorcha.intake.read import read_delivery
from antorcha.intake.roster import read_roster
from antorcha.store.db import Source


def read_source(source: Source, course: Course) -> Delivery:
    """Read the delivery that `source` describes. Raises: `UserError` where it or its roster cannot be read."""
    people = read_roster(Path(source.roster)) if source.roster else None
    return read_delivery(
        Path(source.path), course, format_name=source.format, roster=people, each_attempt=source.each_attempt
    )
