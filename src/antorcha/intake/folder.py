"""Files on disk, read without ever following a link or waiting on a pipe."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from antorcha.intake import limits
from antorcha.intake.entry import Entry, UnusableError, is_junk, printable

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_WHAT = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISDIR, "a folder"),
)


def what_is(mode: int) -> str:
    """Words for what is no regular file."""
    return next((words for test, words in _WHAT if test(mode)), "a device")


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; `UnusableError` for everything else."""
    shown = printable(path.name)
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            raise UnusableError("not_regular_file", file=shown, what=what_is(mode))
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise UnusableError("unreadable_file", file=shown, reason=error.strerror or str(error)) from error
    with open(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())  # it may have changed since lstat
        if not stat.S_ISREG(status.st_mode):
            raise UnusableError("not_regular_file", file=shown, what=what_is(status.st_mode))
        return _read_bounded(stream.fileno(), shown, limit)


def _read_bounded(descriptor: int, shown: str, limit: int) -> bytes:
    too_large = UnusableError("too_large", file=shown, limit=limits.readable(limit))
    if os.fstat(descriptor).st_size > limit:
        raise too_large
    chunks, size = [], 0
    try:
        while chunk := os.read(descriptor, limits.MIB):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise too_large
    except OSError as error:
        raise UnusableError("unreadable_file", file=shown, reason=error.strerror or str(error)) from error
    return b"".join(chunks)


def list_folder(root: Path) -> list[Entry]:
    """Everything below `root` in the order of its names; at most `STUDENT_ENTRIES` for each thing in `root`.

    Raises `OSError` when `root` cannot be listed; a folder further down that cannot is an entry that says so.
    """
    entries: list[Entry] = []
    for item in _sorted(root):
        below: list[Entry] = []
        _walk(item, (), below)
        entries.extend(below)
    return entries


def _sorted(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as items:
        return sorted((item for item in items if not is_junk(item.name)), key=lambda item: item.name)


def _walk(item: os.DirEntry[str], above: tuple[str, ...], found: list[Entry]) -> None:
    if len(found) > limits.STUDENT_ENTRIES + 1 or len(above) > limits.FOLDER_DEPTH:
        return
    parts, path = (*above, item.name), Path(item.path)
    load = partial(read_file, path)
    if not item.is_dir(follow_symlinks=False):
        found.append(Entry(parts, load, ordinary=item.is_file(follow_symlinks=False)))
        return
    found.append(Entry(parts, load, folder=True))
    try:
        children = _sorted(path)
    except OSError as error:
        found[-1] = Entry(parts, partial(_refuse_folder, item.name, error), folder=True, ordinary=False)
        return
    # files before folders, and what may be graded before the rest
    for child in sorted(children, key=lambda one: (one.is_dir(follow_symlinks=False), Entry((one.name,), load).order)):
        _walk(child, parts, found)


def _refuse_folder(name: str, error: OSError, limit: int) -> bytes:
    raise UnusableError("unreadable_file", file=printable(name), reason=error.strerror or str(error))
