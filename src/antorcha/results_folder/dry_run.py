"""A run that writes no mark: it works on a copy of the database, and leaves what it graded as known results."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import Self

from antorcha.errors import UserError
from antorcha.files import write_if_changed
from antorcha.store.db import Store
from antorcha.store.standing import MarkChange

_SHOWN = "dry_run.json"  # in the results folder: what the latest dry run showed


class DryRun:
    """A copy of a class's database, which is thrown away in the end.

    As a context manager it ends itself: what was graded is kept as known, so that the run which writes it need not
    grade again, and the copy goes.
    """

    def __init__(self, database: Path) -> None:
        """`database`: of the class; where there is none yet, the copy is an empty one."""
        self._database = database
        self._folder = Path(tempfile.mkdtemp(prefix="antorcha-dry-run-"))
        self._copy = self._folder / database.name
        try:
            if database.is_file():
                with Store(database) as standing:
                    standing.copy_to(self._copy)
            self.store = Store(self._copy)
        except BaseException:
            self._drop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            self.store.close()
            if self._database.is_file():
                with Store(self._database) as standing:
                    standing.take_known_results(self._copy)
        finally:
            self._drop()

    def _drop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def remember_shown(out: Path, changes: Sequence[MarkChange]) -> None:
    """Keep what a dry run has shown, for `--accept`."""
    if out.is_dir():
        write_if_changed(out / _SHOWN, json.dumps({"digest": _digest(changes), "changes": len(changes)}) + "\n")


def require_shown(out: Path, changes: Sequence[MarkChange]) -> None:
    """Raise `UserError` unless the latest dry run has shown these very changes."""
    try:
        shown = json.loads((out / _SHOWN).read_text(encoding="utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(
            "there is no dry run to accept", "See what would change first: antorcha grade --dry-run"
        ) from None
    if shown != _digest(changes):
        raise UserError(
            "what would change now is not what the dry run showed, so nothing was written",
            "The course, the class or its rules changed since: run antorcha grade --dry-run again.",
        )


def _digest(changes: Sequence[MarkChange]) -> str:
    return hashlib.sha256(json.dumps([astuple(change) for change in changes]).encode("ascii")).hexdigest()
