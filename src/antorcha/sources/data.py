"""The data files that exercises read: everything in `exercises/data/` goes to students as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from antorcha.course.model import Course
from antorcha.errors import UserError


def data_paths(course: Course) -> Iterator[Path]:
    """Yield the files under `exercises/data/`, in a fixed order, without hidden ones and what Python leaves there."""
    for path in sorted((course.exercises_dir / "data").rglob("*")):
        parts = path.relative_to(course.exercises_dir).parts
        if path.is_file() and not any(part.startswith((".", "__")) for part in parts):
            yield path


def data_files(course: Course) -> dict[str, bytes]:
    """Return the bytes of the data files, by their path within `exercises/`. Raises: `UserError`."""
    try:
        return {path.relative_to(course.exercises_dir).as_posix(): path.read_bytes() for path in data_paths(course)}
    except OSError as error:
        raise UserError(f"{course.exercises_dir / 'data'}: cannot be read ({error})") from None


def data_files_for(course: Course, texts: Iterable[str]) -> dict[str, bytes]:
    """Return the data files that one of `texts` (stubs, lessons, tests of some topics) names, and those none names.

    A file is named by its own name, without its ending, or by its folder's: code builds paths from either. One that
    no topic of the course names may be reached in a way that no text shows, so everybody gets it.
    """
    released_text = "\n".join(texts)
    course_text = "\n".join(path.read_text("utf-8", "replace") for path in _texts_of(course))
    return {
        name: data
        for name, data in data_files(course).items()
        if any(word in released_text for word in _words(name)) or not any(word in course_text for word in _words(name))
    }


def _words(name: str) -> list[str]:
    """Return the words that name a path within `exercises/`: "train" and "text" for `data/text/train.csv`."""
    path = PurePosixPath(name)
    return [path.name.partition(".")[0], *path.parts[1:-1]]


def _texts_of(course: Course) -> Iterator[Path]:
    """Yield the references, lessons and visible tests of all topics."""
    for topic in course.topics:
        for path in (
            course.reference_dir / f"{topic.name}.py",
            course.reference_dir / "lessons" / f"{topic.name}.md",
            course.exercises_dir / f"test_{topic.name}.py",
        ):
            if path.is_file():
                yield path
