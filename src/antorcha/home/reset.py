"""An exercise put back to its stub, with the answers of the whole file kept beside it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from antorcha.course.manifest import released_stub
from antorcha.errors import UserError
from antorcha.home.folder import StudentFolder
from antorcha.i18n import N_


def reset(folder: StudentFolder, topic: str, exercise: str) -> Path:
    """Put the stub of an exercise back into its file, and return the copy of the file as it was before.

    Raises: `UserError` where the release kept no stub, or the file has no such function.
    """
    path = folder.exercises / f"{topic}.py"
    stub = lines_of_function(released_stub(folder.exercises, topic), exercise)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""
    present = place_of(text.splitlines(keepends=True), exercise)
    if not stub or present is None:
        problem = folder.say(N_("{exercise} cannot be put back: there is no such function in {file}"))
        hint = folder.say(N_("unpack the course's folder again, and copy the function from there"))
        raise UserError(problem.format(exercise=exercise, file=path.name), hint)
    backup = backup_of(path)
    shutil.copy2(path, backup)
    lines = text.splitlines(keepends=True)
    first, last = present
    path.write_text("".join([*lines[:first], *stub, *lines[last:]]), encoding="utf-8")
    return backup


def backup_of(path: Path) -> Path:
    """Return the first free name for a copy, which neither pytest nor grading takes for answers."""
    number = 1
    while (backup := path.with_name(f"{path.name}.{number}~")).exists():
        number += 1
    return backup


def lines_of_function(text: str, name: str) -> list[str]:
    """Return the lines of a top-level function or class, with its decorators; none where there is no such."""
    lines = text.splitlines(keepends=True)
    place = place_of(lines, name)
    return lines[place[0] : place[1]] if place else []


def place_of(lines: list[str], name: str) -> tuple[int, int] | None:
    """Return the first line of a top-level function or class and the line behind it, from 0.

    By its indentation, not by its syntax: what is to be put back may be broken.
    """
    starts = [number for number, line in enumerate(lines) if re.match(rf"(?:async +def|def|class) +{name}\b", line)]
    if not starts:
        return None
    first = last = starts[-1]  # of several the last one counts
    while first > 0 and lines[first - 1].startswith("@"):
        first -= 1
    last += 1
    while last < len(lines) and (not lines[last].strip() or lines[last][0] in " \t)]}"):
        last += 1
    while not lines[last - 1].strip():
        last -= 1
    return first, last
