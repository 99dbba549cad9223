"""What a release recorded of each topic, kept beside the course for the next: recording a whole course takes a minute.

It lies in `.antorcha/release/` with the reference's answers in it, so it stays with the course and is never released.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from antorcha.bulk.keys import course_key
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed, zip_bytes

_FOLDER = Path(".antorcha", "release")
_KEY, _ANSWERS, _MISTAKES = "key", "answers", "mistakes"  # the files in a topic's zip; the last only with variants


@dataclass(frozen=True)
class Recorded:
    """A topic's recorded answers; `mistakes` is `None` where it has no variants."""

    answers: bytes
    mistakes: bytes | None = None


def kept(course: Course, topic: str) -> Recorded | None:
    """Return what was recorded of a topic, `None` where nothing was or something that it rests on has changed.

    `course`: with all of its topics, as for `keep`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(_path(course, topic).read_bytes())) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return None
    if files.get(_KEY) != _key(course, topic).encode() or _ANSWERS not in files:
        return None
    return Recorded(files[_ANSWERS], files.get(_MISTAKES))


def keep(course: Course, topic: str, recorded: Recorded) -> None:
    """Keep what was recorded of a topic. A folder that cannot be written to costs the next release its time alone."""
    files = {_KEY: _key(course, topic).encode(), _ANSWERS: recorded.answers}
    if recorded.mistakes is not None:
        files[_MISTAKES] = recorded.mistakes
    with suppress(UserError):
        make_folder(course.root / _FOLDER)
        write_if_changed(_path(course, topic), zip_bytes(files))


def _path(course: Course, topic: str) -> Path:
    return course.root / _FOLDER / f"{topic}.zip"


def _key(course: Course, topic: str) -> str:
    """Return a digest of all that the recorded answers rest on: what marks do, the recorder, and every translation."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), *sorted((course.root / "locale").glob("*/LC_MESSAGES/*.po"))]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    parts = [course_key(course, topic), course.languages, digests]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
