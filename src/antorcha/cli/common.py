"""Arguments that the commands share, and the course that they are about."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.errors import UserError
from antorcha.i18n import N_

if TYPE_CHECKING:
    from antorcha.course.model import Course


def add_course_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--course DIR`: the course's folder, or any folder inside it; the current folder by default."""
    parser.add_argument(
        "--course",
        type=Path,
        metavar="DIR",
        help="the course's folder (the one with grading.toml); default: the nearest one from here upward",
    )


def add_student_folder_argument(parser: argparse.ArgumentParser) -> None:
    """Add `FOLDER`: the folder that a student works in; the current folder by default."""
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=Path(),
        metavar="FOLDER",
        help=N_("the folder with `exercises` (default: here)"),
    )


def at_least_one(text: str) -> int:
    """Return the number in `text`, for `type=` of an argument that counts something."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on was expected, not {text!r}")
    return int(text)


def language_from(course: Course, wanted: str | None) -> str:
    """Return `wanted`, or the course's own language. Raises: `UserError` for one that the course does not list."""
    if wanted is not None and wanted not in course.languages:
        raise UserError(f'the course has no language "{wanted}"', f"it lists: {', '.join(course.languages)}")
    return wanted or course.language


def course_from(args: argparse.Namespace) -> Course:
    """Return the course that `--course` or the current folder says. Raises: `UserError` where there is none."""
    from antorcha.course.load import load_course
    from antorcha.course.locate import find_course

    return load_course(find_course(args.course))
