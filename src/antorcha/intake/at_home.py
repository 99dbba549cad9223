"""Reading of a module for a student's own `pytest`: by grading's rules, and in the process that asks."""

from __future__ import annotations

from pathlib import Path

from antorcha.intake.delivered import UnusableError
from antorcha.intake.magics import without_commands
from antorcha.intake.text import decode
from antorcha.results import Diagnosis


def module_text(data: bytes, name: str) -> str:
    """Return the Python in the module `name`, without the commands that Colab leaves in what it exports.

    What is no Python is returned as it is, for whoever compiles it to say so. Raises: `UnusableError`.
    """
    code, _ = decode(data, name)
    cleaned = without_commands(code, _compiles(code))
    return cleaned.code if cleaned is not None and _compiles(cleaned.code) else code


def why_unreadable(path: Path, error: OSError | UnusableError) -> Diagnosis:
    """Return the reason for which a module cannot be read, as a diagnosis."""
    if isinstance(error, UnusableError):
        return error.diagnosis
    if isinstance(error, FileNotFoundError):
        return Diagnosis("no_file", {"filename": path.name})
    return Diagnosis("unreadable_file", {"file": path.name, "reason": error.strerror or str(error)})


def _compiles(code: str) -> bool:
    try:
        compile(code, "submission", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
