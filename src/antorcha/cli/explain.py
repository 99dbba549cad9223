"""`antorcha explain`: one exercise of one student checked again, with everything that an instructor may see."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.report.explanation import ExplainedExercise
    from antorcha.results_folder.explain_exercise import GradedFile

HELP = "why a student lost points in an exercise: the check again, with inputs, both answers and known mistakes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("student", metavar="STUDENT", help="by name, id, user name or email")
    add("exercise", metavar="EXERCISE", help="such as center_columns, or topic.center_columns")
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)")
    add(
        "--class",
        dest="delivery",
        type=Path,
        metavar="CLASS",
        help="the hand-ins (default: where they were when they were graded)",
    )
    add("--all", action="store_true", help="show the call of every check that failed, and not of one alone")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print one JSON object")
    ways.add_argument("--open", action="store_true", help="write a page into DIR/explained and open it")
    ways.add_argument("--page", type=Path, metavar="FILE", help="write a page")
    ways.add_argument("--shell", action="store_true", help="type lines that run beside the hand-in, in a locked worker")
    add_course_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Check the exercise again, tell of it, and return 0. Raises: `UserError`."""
    from antorcha.report.explanation import as_record, as_text
    from antorcha.results_folder.explain_exercise import explain_exercise, find_hand_in

    course = course_from(args)
    hand_in = find_hand_in(course, args.out, args.student, args.exercise, args.delivery)
    if args.shell:
        return _shell(course, hand_in)
    explained = explain_exercise(course, hand_in)
    if args.json:
        print(json.dumps(as_record(explained)))
    elif args.open or args.page:
        _page(args, explained)
    else:
        sys.stdout.write(as_text(explained, every_check=args.all))
    return 0


def _page(args: argparse.Namespace, explained: ExplainedExercise) -> None:
    from antorcha.files import make_folder, write_if_changed
    from antorcha.report.explanation import as_page
    from antorcha.report.names import feedback_name

    name = f"{feedback_name(explained.student)}-{explained.topic}-{explained.result.name}.html"
    path = args.page or args.out / "explained" / name
    make_folder(path.parent)
    write_if_changed(path, as_page(explained))
    print(path)
    if args.open:
        import webbrowser

        webbrowser.open(path.resolve().as_uri())


def _shell(course: Course, hand_in: GradedFile) -> int:
    from antorcha.results_folder.shell import LockedShell

    print(f"{hand_in.file.filename} of {hand_in.student}, in a locked worker. An empty line ends it.")
    print(f"Its names and torch are there, such as {hand_in.exercise.name}.")
    with LockedShell(course, hand_in.file, hand_in.exercise.name) as shell:
        while line := _typed():
            shown = shell.answer(line)
            if shown:
                print(shown)
    return 0


def _typed() -> str:
    try:
        return input(">>> ").strip()
    except EOFError:
        return ""
