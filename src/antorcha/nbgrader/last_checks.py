"""The last results of the check cells in this kernel, for hints and for the progress; with the kernel they go."""

from __future__ import annotations

from antorcha.hints.used import UsedHints

# Nothing of it is written: nbgrader hands in the notebook's whole folder.
USED_HINTS = UsedHints()
_checked: list[tuple[str, bool]] = []  # exercises and whether they passed, in the order in which they were checked


def note(exercise: str, passed: bool, mistake: str, language: str) -> None:
    """Take note of how the check of an exercise went. `mistake`: the sentence of a known mistake, if any."""
    _checked.append((exercise, passed))
    USED_HINTS.remember({exercise: mistake}, language)


def last_wrong() -> str:
    """Return the exercise that was checked last, where it did not pass; `""` otherwise."""
    exercise, passed = _checked[-1] if _checked else ("", True)
    return "" if passed else exercise
