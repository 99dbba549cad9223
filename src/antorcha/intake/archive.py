"""Listing and reading of archives in memory: nothing is ever extracted, so no name in one can reach a disk."""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import IO

from antorcha.i18n import N_
from antorcha.intake import limits
from antorcha.intake.delivered import DeliveredFile, UnusableError, is_leftover, printable, refuse_to_load
from antorcha.intake.folder import what_is

# Bits of a zip entry's general purpose flags.
_ENCRYPTED = 0x1
_UTF8_FLAG = 0x800
_CENTRAL_ENTRY = re.compile(rb"PK\x01\x02")  # the mark that opens each entry of a zip's central directory
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")


def list_archive(stream: IO[bytes], name: str, limit: int, code_page: str = "cp437") -> list[DeliveredFile]:
    """Return the members of the archive `name`, whose bytes `stream` gives; it must stay open while they are loaded.

    `limit`: bytes that the archive may unpack to, where the format has to be unpacked whole. `code_page`: of names that
    are not UTF-8. Raises: `UnusableError`.
    """
    shown = printable(name)
    try:
        if name.lower().endswith(".zip"):
            members = _list_zip(stream, shown, code_page)
        else:
            members = _list_tar(stream, shown, limit, code_page)
    except UnusableError:
        raise
    except Exception as error:  # bytes that anyone wrote make these libraries raise almost anything
        raise UnusableError("archive_broken", file=shown, reason=_reason(error)) from error
    # Of two members of one name the later counts: unpacking to a disk would keep that one.
    distinct = {member.parts: member for member in members}
    return _as_a_folder([distinct[parts] for parts in sorted(distinct)])


def _as_a_folder(members: list[DeliveredFile]) -> list[DeliveredFile]:
    """Return the members as `list_folder` lists a disk: leftovers in one entry, what lies too deep refused."""
    children: dict[tuple[str, ...], set[str]] = {}
    for member in members:
        for depth, part in enumerate(member.parts):
            if not is_leftover(part):
                children.setdefault(member.parts[:depth], set()).add(part)
    leftovers: dict[tuple[str, ...], DeliveredFile] = {}
    kept = []
    for member in members:
        folder = next((depth for depth, part in enumerate(member.parts[:-1]) if is_leftover(part)), None)
        if folder is not None:
            parts = member.parts[: folder + 1]
            count = leftovers[parts].count + 1 if parts in leftovers else 1
            leftovers[parts] = replace(member, parts=parts, is_folder=True, count=count)
        elif (  # as on disk, a folder with nothing else in it is no depth
            sum(len(children[member.parts[:depth]]) > 1 for depth in range(1, len(member.parts))) > limits.FOLDER_DEPTH
        ):
            kept.append(_refused(member.parts, "too_deep", limit=limits.FOLDER_DEPTH))
        else:
            kept.append(member)
    return [*kept, *leftovers.values()]


def _reason(error: BaseException) -> str:
    return printable(str(error) or type(error).__name__)


def _parts(name: str) -> tuple[tuple[str, ...], bool]:
    """Return the name's folders and file, and whether it stays inside the archive."""
    unified = name.replace("\\", "/")
    pieces = unified.split("/")
    safe = not unified.startswith("/") and ".." not in pieces and not _WINDOWS_DRIVE.match(unified)
    return tuple(piece for piece in pieces if piece not in ("", ".", "..")), safe


def _refused(parts: tuple[str, ...], kind: str, **details: object) -> DeliveredFile:
    shown = printable("/".join(parts))
    return DeliveredFile(parts, partial(refuse_to_load, kind, {"file": shown, **details}), ordinary=False)


def _list_zip(stream: IO[bytes], shown: str, code_page: str) -> list[DeliveredFile]:
    """Return the members of a .zip, in the order of its directory."""
    _bound_zip_directory(stream, shown)
    members = []
    archive = _open_zip(stream)
    for info in archive.infolist():
        # zipfile decodes by the flag; undone here, since the flag is often missing and sometimes wrong.
        encoding = "utf-8" if info.flag_bits & _UTF8_FLAG else "cp437"
        parts, safe = _parts(_decoded(info.orig_filename.encode(encoding), code_page))
        mode = info.external_attr >> 16  # the upper half holds st_mode where a Unix made the archive, else 0
        if not parts:
            continue
        if not safe:
            members.append(_refused(parts, "unsafe_path"))
        elif info.is_dir():
            members.append(DeliveredFile(parts, partial(_read_zip, archive, info), is_folder=True))
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            members.append(_refused(parts, "not_regular_file", what=what_is(mode)))
        else:
            members.append(DeliveredFile(parts, partial(_read_zip, archive, info), modified=_zip_time(info)))
    return members


def _open_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a .zip, also one with names that are flagged as UTF-8 and are not."""
    try:
        return zipfile.ZipFile(stream)
    except UnicodeDecodeError:
        # Take the flag away, so that such a name comes as its bytes.
        stream.seek(0)
        data = bytearray(stream.read(limits.CLASS_ARCHIVE_BYTES))
        for header in _CENTRAL_ENTRY.finditer(bytes(data)):
            # Byte 8 and 9 of an entry are its flags, little-endian; the flag is in the upper one.
            data[header.start() + 9] &= 0xFF ^ (_UTF8_FLAG >> 8)
        return zipfile.ZipFile(io.BytesIO(bytes(data)))


def _zip_time(info: zipfile.ZipInfo) -> str:
    """Return a member's last change, `2026-03-05T14:02:10`; "" for 1980, which tools write when they do not know."""
    return "" if info.date_time[0] <= 1980 else "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*info.date_time)


def _decoded(name: bytes, code_page: str) -> str:
    """Decode a name whatever its flag says: valid UTF-8 is hardly ever anything else by chance."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode(code_page, "replace")


def _bound_zip_directory(stream: IO[bytes], shown: str) -> None:
    """Raise `UnusableError` for more than `ARCHIVE_ENTRIES` members, before `zipfile` builds an object for each."""
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
    """Return the content of a member of at most `limit` bytes. Raises: `UnusableError`."""
    shown = printable(info.filename.rsplit("/", 1)[-1])
    if info.flag_bits & _ENCRYPTED:
        raise UnusableError("archive_encrypted", file=shown)
    too_large = UnusableError("too_large", file=shown, limit=limits.readable(limit))
    if info.file_size > limit:
        raise too_large
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnusableError("not_unpacked", file=shown, reason="an unusual compression")
    try:
        with archive.open(info) as member:
            data = member.read(limit + 1)  # the size in the header may be a lie
    except Exception as error:  # as in list_archive: anything, for bytes that anyone wrote
        raise UnusableError("not_unpacked", file=shown, reason=_reason(error)) from error
    if len(data) > limit:
        raise too_large
    return data


def _list_tar(stream: IO[bytes], shown: str, limit: int, code_page: str) -> list[DeliveredFile]:
    """Return the members of a .tar or .tar.gz, which is unpacked whole: gzip gives no way to one member."""
    stream.seek(0)
    packed = stream.read(2) == b"\x1f\x8b"  # gzip's mark; the name's ending may be wrong
    stream.seek(0)
    data = gzip.GzipFile(fileobj=stream).read(limit + 1) if packed else stream.read(limit + 1)
    if len(data) > limit:
        raise UnusableError("archive_too_large", file=shown, limit=limits.readable(limit))
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 - in memory; the entries read from it
    members = []
    for count, member in enumerate(archive):
        if count >= limits.ARCHIVE_ENTRIES:
            raise UnusableError("archive_too_large", file=shown, limit=f"{limits.ARCHIVE_ENTRIES} files")
        parts, safe = _parts(_decoded(member.name.encode("utf-8", "surrogateescape"), code_page))
        if not parts:
            continue
        if not safe:
            members.append(_refused(parts, "unsafe_path"))
        elif member.isdir():
            members.append(DeliveredFile(parts, partial(_read_tar, archive, member), is_folder=True))
        elif not member.isreg() or member.issparse():  # holes of a sparse file are bytes that were never packed
            what = N_("a link") if member.issym() or member.islnk() else N_("a device")
            members.append(_refused(parts, "not_regular_file", what=what))
        else:
            modified = f"{datetime.fromtimestamp(member.mtime, UTC):%Y-%m-%dT%H:%M:%S}" if member.mtime else ""
            members.append(DeliveredFile(parts, partial(_read_tar, archive, member), modified=modified))
    return members


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    """Return the content of a member of at most `limit` bytes. Raises: `UnusableError`."""
    shown = printable(member.name.rsplit("/", 1)[-1])
    if member.size > limit:
        raise UnusableError("too_large", file=shown, limit=limits.readable(limit))
    try:
        extracted = archive.extractfile(member)
        return extracted.read(limit) if extracted else b""
    except Exception as error:  # as in list_archive: anything, for bytes that anyone wrote
        raise UnusableError("not_unpacked", file=shown, reason=_reason(error)) from error
