"""A released folder of the small course, made without its recorded answers where nobody runs its tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from antorcha.course.load import load_course
from antorcha.release.frozen import Frozen
from antorcha.release.student import build
from antorcha.release.wheel import Wheel
from support.paths import MINI_COURSE


def released_mini_course(
    folder: Path,
    language: str = "en",
    frozen: Frozen | None = None,
    course_files: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write the folder that a student of the small course gets, in Spanish or English, and return it.

    `course_files`: what the course has besides, by the path below its `reference/`.
    """
    root = folder / "course"
    shutil.copytree(MINI_COURSE, root)
    for name, text in course_files.items():
        (root / "reference" / name).parent.mkdir(exist_ok=True)
        (root / "reference" / name).write_text(text, "utf-8")
    config = root / "grading.toml"
    config.write_text(config.read_text("utf-8").replace('languages = ["en"]', 'languages = ["en", "es"]'), "utf-8")
    return write_release(root, folder / "given", language, frozen)


def write_release(root: Path, given: Path, language: str = "en", frozen: Frozen | None = None) -> Path:
    """Write the folder that students of a course get, with another wheel than the real one, and return it."""
    wheel = Wheel("antorcha.whl", b"", (), ">=3.11")
    for name, data in build(load_course(root), language, wheel, frozen or Frozen({"warmup": b""})).files.items():
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        (given / name).write_bytes(data)
    return given
