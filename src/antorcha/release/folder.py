"""Writing of a release into the folder that was asked for, and never over anybody's work."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from antorcha.course.locate import GRADING_FILE
from antorcha.course.manifest import MANIFEST_FILE, MANIFEST_FOLDER, read_extra
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.files import make_folder, not_written, write_if_changed, zip_bytes

Files = dict[str, bytes]  # by path within the release, with slashes

MANIFEST_PATH = f"exercises/{MANIFEST_FOLDER}/{MANIFEST_FILE}"
# Windows takes these names for devices, whatever their ending, and allows these characters in no name.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(1, 10))}
_REFUSED = set('<>:"\\|?*')
_SHOWN_NAMES = 5  # of files, in one message


@dataclass
class ReleasedFolder:
    """The outcome of a release: folder, zip, the number of files that changed, and those set aside or removed."""

    folder: Path
    archive: Path
    changed: int = 0
    set_aside: list[Path] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)


def digests(files: Files) -> dict[str, str]:
    """Return the SHA-256 (hex) of each file, by which a later release knows one that was worked on since."""
    return {name: _digest(data) for name, data in sorted(files.items())}


def check_names(files: Files) -> None:
    """Raise `UserError` for names that some system could not unpack: reserved on Windows, or alike but for case."""
    seen: dict[str, str] = {}
    for name in files:
        for part in PurePosixPath(name).parts:
            stem = part.partition(".")[0].lower()
            if stem in _RESERVED or part != part.rstrip(". ") or _REFUSED & set(part) or not part.isprintable():
                raise UserError(f'"{name}" is a name that Windows refuses', "rename the topic or the file")
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise UserError(f'"{other}" and "{name}" are the same file on Windows and macOS', "rename one of them")


def place(course: Course, files: Files, out: Path, force: bool) -> ReleasedFolder:
    """Write `files` into `out` and a zip of them beside it.

    An earlier release in `out` is brought up to date. A file there that was changed since is somebody's work:
    it is refused, and with `force` kept under another name. Raises: `UserError`, before anything is written.
    """
    folder = out.absolute()
    if not folder.name:
        raise UserError(f"{out}: not a folder that a release can have to itself", "give --out a folder's name")
    archive = folder.with_name(f"{folder.name}.zip")
    _check_target(course, folder, force)
    # All that may refuse comes before the first write.
    foreign = archive.exists() and not _is_release(archive)
    if foreign and not force:
        raise UserError(f"{archive} is there already and is no earlier release", "move it away, or say --force")
    earlier = earlier_digests(folder)
    worked_on = worked_on_since(files, folder, earlier)
    if worked_on and not force:
        raise _refusal(folder, worked_on)
    released = ReleasedFolder(folder, archive)
    in_the_way = [*(folder / name for name in worked_on), *([archive] if foreign else [])]
    released.set_aside = [set_aside(path) for path in in_the_way]
    _write(files, released)
    released.removed = remove_stale(files, folder, earlier)
    make_folder(archive.parent)
    write_if_changed(archive, zip_bytes({f"{folder.name}/{name}": data for name, data in files.items()}))
    return released


def _write(files: Files, released: ReleasedFolder) -> None:
    # The manifest comes last: a run that was cut short leaves the list of what it replaced.
    for name in sorted(files, key=lambda name: (name == MANIFEST_PATH, name)):
        path = released.folder / name
        make_folder(path.parent)
        released.changed += write_if_changed(path, files[name])


def _check_target(course: Course, folder: Path, force: bool) -> None:
    """Raise `UserError` for a folder of the course itself, for a file and, without `force`, for a folder in use."""
    inside = (course.exercises_dir, course.graders_dir, course.reference_dir)
    resolved = folder.resolve()
    if (folder / GRADING_FILE).exists() or any(resolved.is_relative_to(part.resolve()) for part in inside):
        raise UserError(f"{folder} belongs to a course itself", "choose a folder of its own with --out")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "choose another folder with --out")
    if force or not folder.exists() or (folder / MANIFEST_PATH).is_file():
        return
    if any(folder.iterdir()):
        raise UserError(
            f"{folder} is not empty and holds no earlier release",
            "choose another folder, or say --force: what is there stays, under another name where it is in the way",
        )


def _is_release(archive: Path) -> bool:
    """Return whether a zip is an earlier release: it holds a manifest."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return any(name.endswith(f"/{MANIFEST_PATH}") for name in opened.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def earlier_digests(folder: Path) -> dict[str, str]:
    """Return the digests that an earlier release noted; none where there was none, or they cannot be read."""
    try:
        noted = read_extra(folder / MANIFEST_PATH).get("files", {})
    except UserError:
        return {}
    entries = noted.items() if isinstance(noted, dict) else ()
    return {str(name): str(digest) for name, digest in entries if is_inside(str(name))}


def is_inside(name: str) -> bool:
    """Return whether a name from a manifest, whoever wrote it, stays inside the folder."""
    # A student may have edited the manifest; `\` and `C:` lead out of the folder on Windows.
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def worked_on_since(files: Files, folder: Path, earlier: dict[str, str]) -> list[str]:
    """Return the names in the release that hold something else by now, which no release put there."""
    worked_on = []
    for name, data in files.items():
        path = folder / name
        if name == MANIFEST_PATH or not (path.exists() or path.is_symlink()):
            continue
        # What this release would write is nobody's work either: another run may have been cut short.
        present = _present(path)
        if present not in (_digest(data), earlier.get(name)):
            worked_on.append(name)
    return sorted(worked_on)


def _present(path: Path) -> str:
    """Return the digest of what is at `path`; empty for what cannot be read."""
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""  # a folder or a broken link, which no release puts there


def _refusal(folder: Path, names: list[str]) -> UserError:
    shown = ", ".join(names[:_SHOWN_NAMES]) + (
        f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    )
    return UserError(
        f"{folder} holds files that were worked on since they were released: {shown}",
        "choose another folder, or say --force: they are kept beside the new ones with .old in their names",
    )


def set_aside(path: Path) -> Path:
    """Rename a file to the first free name with `.old` in it, and return that path."""
    number, target = 1, path.with_name(f"{path.name}.old")
    while target.exists() or target.is_symlink():
        number += 1
        target = path.with_name(f"{path.name}.old{number}")
    try:
        path.rename(target)
    except OSError as error:
        raise not_written(target, error.strerror or str(error)) from error
    return target


def remove_stale(files: Files, folder: Path, earlier: dict[str, str]) -> list[Path]:
    """Remove what an earlier release brought, this one does not, and nobody has changed; return those paths."""
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
