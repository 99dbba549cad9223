"""Archives, listed and read in memory: nothing is ever extracted, so no name in one can reach a disk."""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zipfile
from functools import partial
from typing import IO

from antorcha.intake import limits
from antorcha.intake.entry import Entry, UnusableError, is_junk, printable
from antorcha.intake.folder import what_is

_ENCRYPTED = 0x1
_CENTRAL_ENTRY = re.compile(rb"PK\x01\x02")
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")


def list_archive(stream: IO[bytes], name: str, limit: int) -> list[Entry]:
    """The members of the archive `name`, whose bytes `stream` gives; it must stay open while they are loaded.

    `limit`: bytes that it may unpack to, where the format has to be unpacked whole. Raises `UnusableError`.
    """
    shown = printable(name)
    try:
        if name.lower().endswith(".zip"):
            found = _list_zip(stream, shown)
        else:
            found = _list_tar(stream, shown, limit)
    except UnusableError:
        raise
    except Exception as error:  # bytes that anyone wrote make these libraries raise almost anything
        raise UnusableError("archive_broken", file=shown, reason=_reason(error)) from error
    # the same name twice: unpacking would keep the later one
    return sorted({entry.parts: entry for entry in found}.values(), key=lambda entry: entry.parts)


def _reason(error: BaseException) -> str:
    return printable(str(error) or type(error).__name__)


def _parts(name: str) -> tuple[tuple[str, ...], bool]:
    """The name's folders and file, and whether it stays inside the archive."""
    unified = name.replace("\\", "/")
    pieces = unified.split("/")
    safe = not unified.startswith("/") and ".." not in pieces and not _WINDOWS_DRIVE.match(unified)
    return tuple(piece for piece in pieces if piece not in ("", ".", "..")), safe


def _skip(parts: tuple[str, ...]) -> bool:
    return not parts or any(is_junk(part) for part in parts) or len(parts) > limits.FOLDER_DEPTH + 2


def _refuse(kind: str, details: dict[str, object], limit: int) -> bytes:
    raise UnusableError(kind, **details)


def _unsafe(parts: tuple[str, ...]) -> Entry:
    shown = printable("/".join(parts))
    return Entry(parts, partial(_refuse, "unsafe_path", {"file": shown}), ordinary=False)


def _not_regular(parts: tuple[str, ...], what: str) -> Entry:
    details: dict[str, object] = {"file": printable(parts[-1]), "what": what}
    return Entry(parts, partial(_refuse, "not_regular_file", details), ordinary=False)


def _list_zip(stream: IO[bytes], shown: str) -> list[Entry]:
    _bound_zip_directory(stream, shown)
    archive = zipfile.ZipFile(stream)
    entries = []
    for info in archive.infolist():
        parts, safe = _parts(info.filename)
        if _skip(parts):
            continue
        mode = info.external_attr >> 16
        if not safe:
            entries.append(_unsafe(parts))
        elif info.is_dir():
            entries.append(Entry(parts, partial(_read_zip, archive, info), folder=True))
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            entries.append(_not_regular(parts, what_is(mode)))
        else:
            entries.append(Entry(parts, partial(_read_zip, archive, info)))
    return entries


def _bound_zip_directory(stream: IO[bytes], shown: str) -> None:
    """`zipfile` builds an object for each member at once: count them before it does."""
    stream.seek(0)
    count, tail = 0, b""
    while chunk := stream.read(limits.MIB):
        block = tail + chunk
        count += sum(1 for _ in _CENTRAL_ENTRY.finditer(block))
        tail = block[-3:]  # shorter than the mark, so none is counted twice
        if count > limits.ARCHIVE_ENTRIES:
            raise UnusableError("archive_too_large", file=shown, limit=f"{limits.ARCHIVE_ENTRIES} files")
    stream.seek(0)


def _read_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    shown = printable(info.filename.rsplit("/", 1)[-1])
    if info.flag_bits & _ENCRYPTED:
        raise UnusableError("archive_encrypted", file=shown)
    too_large = UnusableError("too_large", file=shown, limit=limits.readable(limit))
    if info.file_size > limit:
        raise too_large
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnusableError("archive_broken", file=shown, reason="an unusual compression")
    try:
        with archive.open(info) as member:
            data = member.read(limit + 1)  # the size in the header may be a lie
    except Exception as error:  # as above
        raise UnusableError("archive_broken", file=shown, reason=_reason(error)) from error
    if len(data) > limit:
        raise too_large
    return data


def _list_tar(stream: IO[bytes], shown: str, limit: int) -> list[Entry]:
    stream.seek(0)
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    data = gzip.GzipFile(fileobj=stream).read(limit + 1) if packed else stream.read(limit + 1)
    if len(data) > limit:
        raise UnusableError("archive_too_large", file=shown, limit=limits.readable(limit))
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 - in memory; the entries read from it
    entries = []
    for count, member in enumerate(archive):
        if count >= limits.ARCHIVE_ENTRIES:
            raise UnusableError("archive_too_large", file=shown, limit=f"{limits.ARCHIVE_ENTRIES} files")
        parts, safe = _parts(member.name)
        if _skip(parts):
            continue
        if not safe:
            entries.append(_unsafe(parts))
        elif member.isdir():
            entries.append(Entry(parts, partial(_read_tar, archive, member), folder=True))
        elif not member.isreg() or member.issparse():
            entries.append(_not_regular(parts, "a link" if member.issym() or member.islnk() else "a device"))
        else:
            entries.append(Entry(parts, partial(_read_tar, archive, member)))
    return entries


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    shown = printable(member.name.rsplit("/", 1)[-1])
    if member.size > limit:
        raise UnusableError("too_large", file=shown, limit=limits.readable(limit))
    try:
        extracted = archive.extractfile(member)
        return extracted.read(limit) if extracted else b""
    except Exception as error:  # as above
        raise UnusableError("archive_broken", file=shown, reason=_reason(error)) from error
