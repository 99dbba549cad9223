"""`hint("name")` in a notebook, and the command `%antorcha`: the next step of an exercise's hints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from antorcha.hints.released import steps_of
from antorcha.hints.show import next_hint
from antorcha.i18n import N_
from antorcha.nbgrader.cell_message import CellMessage
from antorcha.nbgrader.check_cell import check_in, known_exercise
from antorcha.nbgrader.last_checks import USED_HINTS, last_wrong
from antorcha.nbgrader.notebook_folder import CannotCheckError, in_language, released_folder
from antorcha.nbgrader.progress_cell import progress_of

_WHICH = N_('Say which exercise: %antorcha hint NAME, or hint("NAME").')
_COMMANDS = N_("There are three commands: %antorcha hint NAME, %antorcha check NAME, %antorcha progress.")


def hint(exercise: str = "", topic: str | None = None) -> None:
    """Show the next hint for an exercise, by default for the one that was checked last and is not right.

    Raises: `CannotCheckError` where there is no such exercise, or none to choose.
    """
    folder = released_folder()
    name = exercise or last_wrong()
    if not name:
        raise CannotCheckError(in_language(_WHICH))
    course, known_topic, language = known_exercise(folder, name, topic)
    steps = steps_of(course, folder, known_topic.name, name, language)
    given = next_hint(USED_HINTS, name, steps, USED_HINTS.mistake(name, language), language)
    numbered = tuple(f"{number}. {step}" for number, step in enumerate(given.steps, 1))
    CellMessage("quiet", f"? {given.title}", numbered, note=given.note).show()


def add_command() -> None:
    """Add `%antorcha` to this notebook; elsewhere do nothing."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.register_magic_function(_command, "line", "antorcha")


def _command(line: str) -> None:
    """Obey `%antorcha COMMAND [NAME]`. Raises: `CannotCheckError` for anything else."""
    shell: Any = sys.modules["IPython"].get_ipython()
    word, *names = line.split() or [""]
    if word == "hint" and len(names) < 2:
        hint(*names)
    elif word == "check" and len(names) == 1:
        check_in(shell.user_ns, names[0], None)
    elif word == "progress" and not names:
        progress_of(shell.user_ns)
    else:
        raise CannotCheckError(in_language(_COMMANDS, folder=str(Path.cwd())))
