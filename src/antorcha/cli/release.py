"""`antorcha release`: write what students get, as a folder and a zip or as an nbgrader course."""

from __future__ import annotations

import argparse
from pathlib import Path

from antorcha.cli.common import add_course_argument, course_from, language_from

HELP = "write what students get: a folder and a zip, or the source of an nbgrader course"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from antorcha.release.nbgrader_cli import add_arguments as add_nbgrader_arguments
    from antorcha.release.nbgrader_cli import run as run_nbgrader

    targets = parser.add_subparsers(dest="target", metavar="TARGET", required=True)
    student = targets.add_parser("student", help="a folder and a zip: stubs, lessons, visible tests, the wheel")
    _add_student_arguments(student)
    student.set_defaults(release=_student)
    nbgrader = targets.add_parser("nbgrader", help="source notebooks and a configuration for nbgrader")
    add_nbgrader_arguments(nbgrader)
    nbgrader.set_defaults(release=run_nbgrader)


def run(args: argparse.Namespace) -> int:
    return int(args.release(args))


def _add_student_arguments(parser: argparse.ArgumentParser) -> None:
    add_course_argument(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder to write; DIR.zip is written beside it"
    )
    parser.add_argument("--language", metavar="LANG", help="the language of all texts (default: the course's)")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into DIR whatever it holds; files in the way are kept with .old in their names",
    )


def _student(args: argparse.Namespace) -> int:
    from antorcha.release.student import release

    course = course_from(args)
    written, made = release(course, args.out, language_from(course, args.language), args.force)
    for notice in made.notices:
        print(f"note: {notice}")
    for path in written.set_aside:
        print(f"kept {path}")
    for path in written.removed:
        print(f"removed {path}: no longer part of the release")
    print(f"wrote {written.folder} ({len(made.files)} files, {written.changed} of them new or changed)")
    print(f"wrote {written.archive}")
    return 0
