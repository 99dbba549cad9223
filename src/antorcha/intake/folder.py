"""Listing and reading of files on disk, without ever following a link or waiting on a pipe."""

from __future__ import annotations

import os
import stat
from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path

from antorcha.i18n import N_
from antorcha.intake import limits
from antorcha.intake.delivered import DeliveredFile, UnusableError, is_leftover, printable, refuse_to_load

# O_NOFOLLOW: a link put in the file's place since lstat fails; O_NONBLOCK: a pipe opens at once instead of waiting for
# a writer. Windows has neither, and needs O_BINARY.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_SPECIAL_FILES = (
    (stat.S_ISLNK, N_("a link")),
    (stat.S_ISFIFO, N_("a pipe")),
    (stat.S_ISSOCK, N_("a socket")),
    (stat.S_ISDIR, N_("a folder")),
)


def what_is(mode: int) -> str:
    """Return words for a file that is not regular, by its `st_mode`."""
    return next((words for test, words in _SPECIAL_FILES if test(mode)), N_("a device"))


def read_file(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes.

    Raises: `UnusableError` for everything else.
    """
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
    """Return the bytes of an open file of at most `limit` bytes, also where it grows while it is read."""
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


def list_folder(root: Path) -> list[DeliveredFile]:
    """Return everything below `root` in the order of its names.

    Of each thing in `root` at most `STUDENT_ENTRIES` files are listed one by one; beyond these, modules, notebooks
    and archives still are, and the others are one entry with their number. Raises: `OSError` when `root` cannot be
    listed; a folder further down that cannot is an entry that says so.
    """
    files: list[DeliveredFile] = []
    for item in _sorted(root):
        files.extend(_Walk().below(item))
    return files


def _sorted(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as items:
        return sorted(items, key=lambda item: item.name)


class _Walk:
    """A walk through one thing of the root: breadth first, so that a deep folder of data hides no module beside it."""

    def __init__(self) -> None:
        self._files: list[DeliveredFile] = []
        self._unlisted = 0

    def below(self, top: os.DirEntry[str]) -> list[DeliveredFile]:
        """Return `top` and everything below it."""
        # Each entry with the folders above it, and with how many of those hold several things.
        waiting: deque[tuple[os.DirEntry[str], tuple[str, ...], int]] = deque([(top, (), 0)])
        while waiting:
            item, above, depth = waiting.popleft()
            parts = (*above, item.name)
            file = DeliveredFile(parts, partial(read_file, Path(item.path)))
            if not item.is_dir(follow_symlinks=False):
                self._add(replace(file, ordinary=item.is_file(follow_symlinks=False)))
            elif is_leftover(item.name):
                self._add(replace(file, is_folder=True, count=_count_files(item.path)))
            elif depth > limits.FOLDER_DEPTH:
                self._refuse(file, "too_deep", limit=limits.FOLDER_DEPTH)
            else:
                waiting.extend((child, parts, deeper) for child, deeper in self._children(file, item, depth))
        if self._unlisted:
            self._refuse(DeliveredFile((top.name, "..."), _nothing), "not_listed", count=self._unlisted)
        return self._files

    def _children(self, file: DeliveredFile, item: os.DirEntry[str], depth: int) -> list[tuple[os.DirEntry[str], int]]:
        """Return what is in a folder, each with its depth; record the folder, or why it cannot be listed."""
        try:
            children = _sorted(Path(item.path))
        except OSError as error:
            self._refuse(file, "unreadable_file", reason=error.strerror or str(error))
            return []
        self._files.append(replace(file, is_folder=True))
        # A folder that holds one thing is no depth: people pack "Users/ana/Desktop/uni/2026/..."
        deeper = depth + (sum(not is_leftover(child.name) for child in children) > 1)
        return [(child, deeper) for child in sorted(children, key=_files_first)]

    def _add(self, file: DeliveredFile) -> None:
        if len(self._files) < limits.STUDENT_ENTRIES or file.is_source or file.is_archive:
            self._files.append(file)
        else:
            self._unlisted += file.count

    def _refuse(self, file: DeliveredFile, kind: str, **details: object) -> None:
        shown = printable("/".join(file.parts))
        refuse = partial(refuse_to_load, kind, {"file": shown, **details})
        count = self._unlisted if kind == "not_listed" else 1
        self._files.append(replace(file, load=refuse, is_folder=True, ordinary=False, count=count))


def _files_first(item: os.DirEntry[str]) -> tuple[object, ...]:
    return (item.is_dir(follow_symlinks=False), DeliveredFile((item.name,), _nothing).order)


def _count_files(folder: str) -> int:
    """Return the number of files in a folder of leftovers; counting stops past `ARCHIVE_ENTRIES`."""
    total = 0
    for _, _, names in os.walk(folder):
        total += len(names)
        if total > limits.ARCHIVE_ENTRIES:
            break
    return total


def _nothing(limit: int) -> bytes:
    return b""
