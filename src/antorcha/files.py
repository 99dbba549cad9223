"""The writing of result files, whole or not at all, and only when their content is new; zips without a date."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
from collections.abc import Container
from pathlib import Path

from antorcha.errors import UserError

EXIT_NOT_WRITTEN = 3
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the same files give the same bytes
_HINT = "Free some space or choose another folder with --out; what was written before is still there."


def not_written(path: Path, reason: str) -> UserError:
    """Return the one error for results that could not be written, with the exit code that says so."""
    return UserError(f"{path} could not be written: {reason}", _HINT, EXIT_NOT_WRITTEN)


def make_folder(path: Path) -> None:
    """Make `path` and its parents. Raises: `UserError` where the system refuses."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error


def write_if_changed(path: Path, text: str | bytes) -> bool:
    """Make `path` hold `text` (as UTF-8, or these bytes), and tell if it had to be written.

    The text goes to a file beside it that then takes its name: neither a full disk nor a kill leaves half
    a page. Lone surrogates, which a file name can bring, are written as escapes. Raises: `UserError`.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        _replace(path, content)
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error
    return True


def zip_bytes(files: dict[str, bytes], executable: Container[str] = ()) -> bytes:
    """Return a zip of `files` (path to content) that is the same whenever and wherever it is made."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the mode below is read
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(entry, data)
    return target.getvalue()


def _replace(path: Path, content: bytes) -> None:
    # Beside the page, since a file can take another's place only within one file system. 40 characters are at most 160
    # bytes: a student's long name and our additions stay below the 255 that a file's name may have.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
        # The temporary file is private; a page is to be as readable as any other file of this user. The mask cannot be
        # read without being set; meanwhile no file is more open than it should be.
        mask = os.umask(0o077)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:  # Ctrl-C too leaves no part of a page behind
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
