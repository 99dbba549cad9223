"""Selection of the modules and notebooks among a student's files, archives opened; any other file gets its reason."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from antorcha.intake import limits
from antorcha.intake.account import Account, ByteBudget, Piece
from antorcha.intake.archive import list_archive
from antorcha.intake.delivered import FOREIGN_ARCHIVE_SUFFIXES, UnusableError, is_leftover, is_of_release
from antorcha.intake.model import COURSE_FILE
from antorcha.results import Diagnosis

_ONLINE_TEXTS = ("onlinetext.html", "text.html")


def sources(
    pieces: list[Piece], account: Account, code_page: str, released: frozenset[str] = frozenset()
) -> list[Piece]:
    """Return the modules and notebooks among a student's files and in the archives among them.

    `released`: the files of this course's release that are no modules (`is_of_release`): nobody is told of those.
    """
    if len(pieces) > limits.STUDENT_ENTRIES:
        account.notes.append(Diagnosis("too_many_files", {"limit": limits.STUDENT_ENTRIES}))
        pieces = sorted(pieces, key=lambda piece: piece.file.order)
        for piece in pieces[limits.STUDENT_ENTRIES :]:
            account.set_aside(piece.file, "too_many_files", told=False, limit=limits.STUDENT_ENTRIES)
        pieces = pieces[: limits.STUDENT_ENTRIES]
    budget = ByteBudget(limits.STUDENT_BYTES)
    guarded = [replace(piece, file=budget.guard(piece.file)) for piece in pieces]
    everything = list(_Unpacking(account, budget, code_page).opened(guarded, limits.ARCHIVES_DEEP))
    gradable = [piece for piece in everything if _may_be_graded(piece)]
    _account_for_others([piece for piece in everything if not _may_be_graded(piece)], account, released)
    return gradable


def _may_be_graded(piece: Piece) -> bool:
    return piece.file.is_source and not any(is_leftover(part) for part in piece.file.parts)


class _Unpacking:
    """The archives of one student, of which a few are opened, and a few deep."""

    def __init__(self, account: Account, budget: ByteBudget, code_page: str) -> None:
        self._account, self._budget, self._code_page = account, budget, code_page
        self._opened = 0

    def opened(self, pieces: list[Piece], depth: int) -> Iterator[Piece]:
        """Yield `pieces` with each archive replaced by what is in it."""
        for piece in pieces:
            if piece.file.is_archive and piece.file.ordinary and not is_leftover(piece.file.name):
                yield from self._members(piece, depth)
            else:
                yield piece

    def _members(self, piece: Piece, depth: int) -> Iterator[Piece]:
        """Yield what is in an archive, or account for one that is not opened."""
        archive = piece.file
        if depth == 0:
            self._account.set_aside(archive, "archive_nested")
            return
        self._opened += 1
        if self._opened > limits.STUDENT_ARCHIVES:
            self._account.set_aside(archive, "too_many_archives", limit=limits.STUDENT_ARCHIVES)
            return
        try:
            data = archive.load(limits.STUDENT_ARCHIVE_BYTES)
            members = list_archive(io.BytesIO(data), archive.name, limits.STUDENT_ARCHIVE_BYTES, self._code_page)
        except UnusableError as unusable:
            self._account.refused(archive, unusable.diagnosis)
            return
        members = sorted(members, key=lambda member: member.order)
        if len(members) > limits.STUDENT_ENTRIES:
            count = sum(member.count for member in members[limits.STUDENT_ENTRIES :])
            rest = replace(archive, path=f"{archive.path or '/'.join(archive.parts)}/...", count=count)
            self._account.set_aside(rest, "too_many_files", limit=limits.STUDENT_ENTRIES)
        inside = [
            replace(piece, file=self._budget.guard(replace(member, parts=archive.parts + member.parts, path=path)))
            for member in members[: limits.STUDENT_ENTRIES]
            if (path := f"{archive.path or '/'.join(archive.parts)}/{'/'.join(member.parts)}")
        ]
        if not inside:
            self._account.set_aside(archive, "archive_empty")
        yield from self.opened(inside, depth - 1)


def _account_for_others(pieces: list[Piece], account: Account, released: frozenset[str]) -> None:
    """Record each file that is neither module nor notebook with its reason; one note to the student names them all."""
    names = []
    for file in (piece.file for piece in pieces):
        if not file.ordinary:
            try:
                file.load(0)  # a file that is not ordinary is listed with a `load` that raises its reason
            except UnusableError as unusable:
                account.refused(file, unusable.diagnosis)
        elif any(is_leftover(part) for part in file.parts):
            account.set_aside(file, "leftover", told=False)
        elif file.is_folder:
            continue
        elif file.suffix in FOREIGN_ARCHIVE_SUFFIXES:
            account.set_aside(file, "archive_unsupported")
        elif file.name in _ONLINE_TEXTS:
            account.set_aside(file, "online_text")
        elif is_of_release(file.parts, released):
            account.set_aside(file, COURSE_FILE, told=False)
        else:
            account.set_aside(file, "not_a_source", told=False)
            names.append(file.shown)
    if names:
        more = f" (+{len(names) - limits.NAMES_LISTED})" if len(names) > limits.NAMES_LISTED else ""
        account.notes.append(Diagnosis("foreign_set_aside", {"files": ", ".join(names[: limits.NAMES_LISTED]) + more}))
