"""The framework as a wheel, for folders that are handed to people who have no copy of it.

From a checkout it is built; where antorcha was itself installed from a wheel, that wheel is put together again from
its installed files, so that an instructor needs no build tools.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

import antorcha
from antorcha.errors import UserError
from antorcha.files import zip_bytes

PROJECT_NAME = "antorcha"
_INSTALLER_FILES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}  # an installer's notes, no part of a wheel
_HINT = 'install antorcha from its wheel, or with: pip install -e ".[instructor]" in its sources'


@dataclass(frozen=True)
class Wheel:
    """A wheel's file name and bytes; `requirements`: the packages that it needs, without those of extras."""

    filename: str
    data: bytes
    requirements: tuple[str, ...]
    requires_python: str


def make_wheel() -> Wheel:
    """Return the wheel of the antorcha that is running.

    Raises: `UserError` where there are neither its sources nor the files of an installed wheel.
    """
    root = _checkout()
    filename, data = _built(root) if root else _repacked()
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        name = next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(opened.read(name).decode("utf-8"))
    wanted = tuple(need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need)
    return Wheel(filename, data, wanted, metadata.get("Requires-Python", ""))


def _checkout() -> Path | None:
    """Return the root of the sources that this package runs from, or `None` for an installed wheel."""
    # src/antorcha/__init__.py; an installed package has another project, or none, that far above it.
    root = Path(antorcha.__file__).resolve().parents[2]
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return root if project.get("project", {}).get("name") == PROJECT_NAME else None


def _built(root: Path) -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel that is built from the sources in `root`."""
    try:
        from hatchling.builders.wheel import WheelBuilder
    except ModuleNotFoundError:
        raise UserError(
            "the wheel for students cannot be built: hatchling is not installed",
            'install it with: pip install "antorcha[instructor]"',
        ) from None
    with tempfile.TemporaryDirectory(prefix="antorcha-") as folder:
        try:
            # "standard", since hatchling's other wheel is the editable one, which holds paths of this machine.
            path = Path(next(iter(WheelBuilder(str(root)).build(directory=folder, versions=["standard"]))))
        except Exception as error:  # a build can fail in any way that its hooks can
            raise UserError(f"the wheel for students cannot be built from {root}: {error}", _HINT) from error
        return path.name, path.read_bytes()


def _repacked() -> tuple[str, bytes]:
    """Return the file name and the bytes of the installed wheel, put together again."""
    try:
        installed = distribution(PROJECT_NAME)
    except PackageNotFoundError:
        raise UserError("the wheel for students cannot be made: antorcha is not installed", _HINT) from None
    files = _wheel_files(installed)
    info = f"{PROJECT_NAME}-{installed.version}.dist-info"
    if f"{info}/WHEEL" not in files or f"{PROJECT_NAME}/__init__.py" not in files:
        raise UserError("the wheel for students cannot be made: antorcha's own files are not all there", _HINT)
    tags = re.findall(r"(?m)^Tag: *(\S+)", files[f"{info}/WHEEL"].decode("utf-8"))
    record = f"{info}/RECORD"
    files[record] = _record(files, record)
    return f"{PROJECT_NAME}-{installed.version}-{tags[0]}.whl", zip_bytes(files)


def _wheel_files(installed: Distribution) -> dict[str, bytes]:
    """Return the installed files that came out of the wheel, by their path in it."""
    files: dict[str, bytes] = {}
    for entry in installed.files or ():
        path = PurePosixPath(entry.as_posix())
        ours = path.parts[0] == PROJECT_NAME or path.parts[0].endswith(".dist-info")
        if not ours or "__pycache__" in path.parts or path.name in _INSTALLER_FILES:
            continue
        try:
            files[str(path)] = Path(str(entry.locate())).read_bytes()
        except OSError:
            continue  # the files that no wheel can do without are asked for by name afterwards
    return files


def _record(files: dict[str, bytes], record: str) -> bytes:
    """Return the wheel's RECORD: path, digest and size of each file; for itself, at `record`, the path alone."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode("ascii")
        writer.writerow([name, f"sha256={digest}", len(data)])
    writer.writerow([record, "", ""])
    return target.getvalue().encode("utf-8")
