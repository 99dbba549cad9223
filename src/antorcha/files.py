"""Writing a result file whole or not at all, and only when it says something new."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from antorcha.errors import UserError

EXIT_NOT_WRITTEN = 3
_HINT = "Free some space or choose another folder with --out; what was written before is still there."


def not_written(path: Path, reason: str) -> UserError:
    """The one error for results that could not be written, with the exit code that says so."""
    return UserError(f"{path} could not be written: {reason}", _HINT, EXIT_NOT_WRITTEN)


def make_folder(path: Path) -> None:
    """Makes `path` and its parents. Raises `UserError` where the system refuses."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error


def write_if_changed(path: Path, text: str | bytes) -> bool:
    """Makes `path` hold `text` (as UTF-8, or these bytes): says whether it had to be written.

    The text goes to a file beside it that then takes its name: neither a full disk nor a kill leaves half
    a page. Lone surrogates, which a file name can bring, are written as escapes. Raises `UserError`.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        _replace(path, content)
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error
    return True


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    """The process's umask: a temporary file is private, a page is as readable as any other file."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
