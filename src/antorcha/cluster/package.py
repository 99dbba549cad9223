"""The part of a course that a Dask worker needs to grade some topics, as an archive known by its content."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from antorcha.bulk.course_copy import course_copy
from antorcha.course.model import Course
from antorcha.files import zip_bytes


@dataclass(frozen=True)
class Package:
    """The files of a course for some topics, in a zip. `digest`: of the zip and the topics, in hexadecimal."""

    data: bytes
    topics: tuple[str, ...]

    @property
    def digest(self) -> str:
        head = json.dumps(self.topics).encode("utf-8")
        return hashlib.sha256(b"%d %s%s" % (len(head), head, self.data)).hexdigest()


def pack(course: Course, topics: Sequence[str]) -> Package:
    """Return the package; the same for the same files, whenever it is made. Raises: `UserError` as `course_copy`."""
    return Package(zip_bytes(course_copy(course, topics)), tuple(topics))


def unpack(package: Package, folder: Path) -> None:
    """Write the files into a folder of their own, which must not be there yet."""
    folder.mkdir(mode=0o700, parents=True)
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        archive.extractall(folder)
