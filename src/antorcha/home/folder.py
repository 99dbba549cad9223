"""The released folder that a student works in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from antorcha.course.manifest import find_released, manifest_path, read_extra, read_manifest
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n import N_, chosen_language, translate


@dataclass(frozen=True)
class StudentFolder:
    """A released folder with its course.

    `stubs`: the digest of each exercise's stub, by topic; `language`: the one to speak.
    """

    course: Course
    exercises: Path
    stubs: dict[str, dict[str, str]]
    language: str

    @property
    def root(self) -> Path:
        """Return the folder that holds `exercises/`."""
        return self.exercises.parent

    @property
    def say(self) -> Callable[[str], str]:
        """Return the translation of our own sentences into the student's language."""
        return partial(translate, language=self.language)


def student_folder(start: Path) -> StudentFolder:
    """Return the released folder around `start`, or in it. Raises: `UserError` where there is none."""
    exercises = find_released(start.resolve())
    if exercises is None:
        language = chosen_language(Course.language)
        problem = translate(N_("{folder}: there is no folder of exercises here"), language)
        hint = translate(N_("go to the folder that you unpacked, with `exercises` in it, and try again"), language)
        raise UserError(problem.format(folder=start), hint)
    manifest = manifest_path(exercises)
    course = read_manifest(manifest)
    return StudentFolder(course, exercises, read_extra(manifest).get("stubs", {}), chosen_language(course.language))
