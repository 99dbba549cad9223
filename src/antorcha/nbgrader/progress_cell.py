"""`progress()` in a notebook: all of its exercises, checked as they stand in the cells."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from antorcha.course.manifest import manifest_path, read_manifest
from antorcha.errors import UserError
from antorcha.i18n import N_, translate
from antorcha.nbgrader.cell_message import CellMessage
from antorcha.nbgrader.notebook_folder import CannotCheckError, damaged, released_folder, speak_from_now_on

_BAR = 20  # characters


def progress() -> None:
    """Check every exercise of the notebook's folder and show how far its cells have come.

    Raises: `CannotCheckError` where something that came with the notebook is missing.
    """
    progress_of(sys._getframe(1).f_globals)


def progress_of(namespace: dict[str, Any]) -> None:
    """Show the progress of the functions in a namespace."""
    from antorcha.plugin.progress import bar, next_line

    folder = released_folder()
    lines, language = _lines(folder, namespace)
    say = partial(translate, language=language)
    done = sum(line.state == "done" for line in lines)
    answered = sum(line.state == "answered" for line in lines)
    first = say(N_("{done} of {total} exercises")).format(done=done, total=len(lines))
    if answered:
        first += " · " + say(N_("{count} answered")).format(count=answered)
    symbols = {"done": "✓", "answered": "?", "wrong": "✗", "new": "·", "unseen": "…"}
    names = [f"{symbols[line.state]} {line.exercise}" for line in lines]
    following = next_line(lines)
    paragraphs: tuple[str, ...] = ()
    if following is not None:
        following_line = say(N_("Next: `{name}`")).format(name=following.exercise)
        paragraphs = (following_line, *([following.sentence] if following.sentence else []))
    CellMessage(
        "quiet" if following is not None else "done", f"{bar(lines, _BAR)} {first}", paragraphs, _in_columns(names)
    ).show()


def _lines(folder: Path, namespace: dict[str, Any]) -> tuple[list[Any], str]:
    """Return a line for each exercise in the folder, and its language."""
    from antorcha.nbgrader.check_cell import visible_results
    from antorcha.plugin.outcome import as_property
    from antorcha.plugin.progress import lines_of
    from antorcha.plugin.test_folder import find_test_folder

    try:
        course = read_manifest(manifest_path(folder))
    except UserError:
        raise damaged(folder) from None
    speak_from_now_on(course.language)
    try:
        test_folder = find_test_folder(folder, None)
    except UserError as error:
        raise CannotCheckError(str(error)) from None
    assert test_folder is not None  # it has a manifest
    results = [
        as_property(result, topic.name, hidden=False)
        for topic in course.topics
        for exercise in topic.checked
        for result in visible_results(folder, topic.name, exercise.name, namespace, output="unseen").results[0]
    ]
    return lines_of(test_folder, results), test_folder.language


def _in_columns(names: list[str], columns: int = 3) -> tuple[str, ...]:
    width = max(map(len, names), default=0) + 2
    return tuple(
        "".join(name.ljust(width) for name in names[start : start + columns]).rstrip()
        for start in range(0, len(names), columns)
    )
