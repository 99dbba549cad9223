"""Putting a release where it was asked for, and never over anybody's work."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from antorcha.course.locate import GRADING_FILE
from antorcha.course.manifest import FOLDER, MANIFEST_FILE, read_extra
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.files import make_folder, not_written, write_if_changed
from antorcha.release.wheel import zip_bytes

Files = dict[str, bytes]  # by path within the release, with slashes

MANIFEST = f"exercises/{FOLDER}/{MANIFEST_FILE}"
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(1, 10))}
_REFUSED = set('<>:"\\|?*')
_SHOWN = 5


@dataclass
class Written:
    """What was done: the folder, its zip, how many files changed, what was set aside and what was taken away."""

    folder: Path
    archive: Path
    changed: int = 0
    set_aside: list[Path] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)


def digests(files: Files) -> dict[str, str]:
    """What a release remembers of its own files, to know one that was worked on since."""
    return {name: _digest(data) for name, data in sorted(files.items())}


def check_names(files: Files) -> None:
    """Raises `UserError` for names that some system could not unpack: reserved on Windows, or alike but for case."""
    seen: dict[str, str] = {}
    for name in files:
        for part in PurePosixPath(name).parts:
            stem = part.partition(".")[0].lower()
            if stem in _RESERVED or part != part.rstrip(". ") or _REFUSED & set(part) or not part.isprintable():
                raise UserError(f'"{name}" is a name that Windows refuses', "rename the topic or the file")
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise UserError(f'"{other}" and "{name}" are the same file on Windows and macOS', "rename one of them")


def place(course: Course, files: Files, out: Path, force: bool) -> Written:
    """Write `files` into `out` and a zip of them beside it.

    An earlier release in `out` is brought up to date. A file there that was changed since is somebody's work:
    it is refused, and with `force` kept under another name. Errors: `UserError`, before anything is written.
    """
    folder = out.absolute()
    if not folder.name:
        raise UserError(f"{out}: not a folder that a release can have to itself", "give --out a folder's name")
    archive = folder.with_name(f"{folder.name}.zip")
    _check_target(course, folder, force)
    foreign = archive.exists() and not _is_release(archive)
    if foreign and not force:
        raise UserError(f"{archive} is there already and is no earlier release", "move it away, or say --force")
    earlier = _earlier(folder)
    mine = _worked_on(files, folder, earlier)
    if mine and not force:
        raise _refusal(folder, mine)
    written = Written(folder, archive)
    in_the_way = [*(folder / name for name in mine), *([archive] if foreign else [])]
    written.set_aside = [_set_aside(path) for path in in_the_way]
    _write(files, written)
    written.removed = _remove_stale(files, folder, earlier)
    make_folder(archive.parent)
    write_if_changed(archive, zip_bytes({f"{folder.name}/{name}": data for name, data in files.items()}))
    return written


def _write(files: Files, written: Written) -> None:
    # The manifest comes last: a run that was cut short leaves the list of what it replaced.
    for name in sorted(files, key=lambda one: (one == MANIFEST, one)):
        path = written.folder / name
        make_folder(path.parent)
        written.changed += write_if_changed(path, files[name])


def _check_target(course: Course, folder: Path, force: bool) -> None:
    inside = (course.exercises_dir, course.graders_dir, course.reference_dir)
    resolved = folder.resolve()
    if (folder / GRADING_FILE).exists() or any(resolved.is_relative_to(one.resolve()) for one in inside):
        raise UserError(f"{folder} belongs to a course itself", "choose a folder of its own with --out")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "choose another folder with --out")
    if force or not folder.exists() or (folder / MANIFEST).is_file():
        return
    if any(folder.iterdir()):
        raise UserError(
            f"{folder} is not empty and holds no earlier release",
            "choose another folder, or say --force: what is there stays, under another name where it is in the way",
        )


def _is_release(archive: Path) -> bool:
    try:
        with zipfile.ZipFile(archive) as opened:
            return any(name.endswith(f"/{MANIFEST}") for name in opened.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def _earlier(folder: Path) -> dict[str, str]:
    """The digests that an earlier release noted; none where there was none, or where they cannot be read."""
    try:
        noted = read_extra(folder / MANIFEST).get("files", {})
    except UserError:
        return {}
    entries = noted.items() if isinstance(noted, dict) else ()
    return {str(name): str(digest) for name, digest in entries if _is_inside(str(name))}


def _is_inside(name: str) -> bool:
    """Nothing that a manifest says reaches out of its folder, whoever wrote it."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _worked_on(files: Files, folder: Path, earlier: dict[str, str]) -> list[str]:
    """The names in the release that hold something else by now, which no release put there."""
    found = []
    for name, data in files.items():
        path = folder / name
        if name == MANIFEST or not (path.exists() or path.is_symlink()):
            continue
        present = _present(path)
        if present not in (_digest(data), earlier.get(name)):
            found.append(name)
    return sorted(found)


def _present(path: Path) -> str:
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""  # a folder, a broken link: not ours in any case


def _refusal(folder: Path, names: list[str]) -> UserError:
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return UserError(
        f"{folder} holds files that were worked on since they were released: {shown}",
        "choose another folder, or say --force: they are kept beside the new ones with .old in their names",
    )


def _set_aside(path: Path) -> Path:
    number, target = 1, path.with_name(f"{path.name}.old")
    while target.exists() or target.is_symlink():
        number += 1
        target = path.with_name(f"{path.name}.old{number}")
    try:
        path.rename(target)
    except OSError as error:
        raise not_written(target, error.strerror or str(error)) from error
    return target


def _remove_stale(files: Files, folder: Path, earlier: dict[str, str]) -> list[Path]:
    """Take away what an earlier release brought, this one does not, and nobody has changed."""
    removed = []
    for name, digest in sorted(earlier.items()):
        path = folder / name
        if name not in files and path.is_file() and not path.is_symlink() and _present(path) == digest:
            _unlink(path)
            removed.append(path)
    return removed


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise UserError(f"{path} could not be removed: {error.strerror or error}") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
