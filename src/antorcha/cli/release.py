"""`antorcha release`: write what students get, as a folder and a zip or as an nbgrader course."""

from __future__ import annotations

import argparse
from pathlib import Path

from antorcha.cli.common import add_course_argument, course_from, language_from

HELP = "write what students get, as a folder and a zip or as an nbgrader course; or Gradescope's autograder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from antorcha.cli.release_nbgrader import add_arguments as add_nbgrader_arguments
    from antorcha.cli.release_nbgrader import run as run_nbgrader

    targets = parser.add_subparsers(dest="target", metavar="TARGET", required=True)
    student = targets.add_parser("student", help="a folder and a zip: stubs, lessons, visible tests, the wheel")
    _add_student_arguments(student)
    student.set_defaults(release=_student)
    gradescope = targets.add_parser("gradescope", help="the zip of an autograder for Gradescope; not for students")
    _add_gradescope_arguments(gradescope)
    gradescope.set_defaults(release=_gradescope)
    nbgrader = targets.add_parser("nbgrader", help="source notebooks and a configuration for nbgrader")
    add_nbgrader_arguments(nbgrader)
    nbgrader.set_defaults(release=run_nbgrader)


def run(args: argparse.Namespace) -> int:
    return int(args.release(args))


def _add_student_arguments(parser: argparse.ArgumentParser) -> None:
    add_course_argument(parser)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder to write; DIR.zip is written beside it. With students: where each gets theirs",
    )
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="NAME",
        help="where quizzes are shuffled: a folder for this student; may be repeated",
    )
    parser.add_argument("--students", type=Path, metavar="FILE", help="the same for each line of a file")
    parser.add_argument(
        "--github", action="store_true", help="with a workflow that runs the visible tests in repositories on GitHub"
    )
    parser.add_argument("--language", metavar="LANG", help="the language of all texts (default: the course's)")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into DIR whatever it holds; files in the way are kept with .old in their names",
    )


def _add_gradescope_arguments(parser: argparse.ArgumentParser) -> None:
    add_course_argument(parser)
    parser.add_argument("--out", type=Path, default=Path("autograder.zip"), metavar="FILE", help="the zip to write")
    parser.add_argument("--topic", action="append", default=[], metavar="T", help="of the assignment; may be repeated")
    parser.add_argument(
        "--isolation",
        choices=("required", "none"),
        default="required",
        help="required (default): the autograder fails where it cannot lock submissions up; none: it runs them all "
        "the same, and they can read the hidden tests",
    )


def _gradescope(args: argparse.Namespace) -> int:
    from antorcha.files import write_if_changed
    from antorcha.release.gradescope import autograder_zip
    from antorcha.results_folder.selection import with_topics

    course = course_from(args)
    topics = [topic.name for topic in (with_topics(course, args.topic) if args.topic else course).topics]
    write_if_changed(args.out, autograder_zip(course, topics, args.isolation))
    points = sum(topic.points for topic in course.topics if topic.name in topics)
    print(f"wrote {args.out}: {', '.join(topics)}, {points:g} points in all (hidden tests inside: not for students)")
    return 0


def _student(args: argparse.Namespace) -> int:
    from antorcha.release.student import release, release_each

    course = course_from(args)
    language = language_from(course, args.language)
    students = [*args.student, *_names(args.students)]
    if students:
        folders, made = release_each(course, students, args.out, language, args.force, args.github)
    else:
        released, made = release(course, args.out, language, args.force, args.github)
        folders = [released]
        if course.shuffle_quizzes:
            print("note: quizzes are in the course's own order; name students with --student or --students")
    for notice in made.notices:
        print(f"note: {notice}")
    for folder in folders:
        for path in folder.set_aside:
            print(f"kept {path}")
        for path in folder.removed:
            print(f"removed {path}: no longer part of the release")
        print(f"wrote {folder.folder} ({len(made.files)} files, {folder.changed} of them new or changed)")
        print(f"wrote {folder.archive}")
    return 0


def _names(path: Path | None) -> list[str]:
    from antorcha.course.shuffled_quizzes import names_in
    from antorcha.errors import UserError

    if path is None:
        return []
    names = names_in(path)
    if not names:
        raise UserError(f"{path}: no names in it, or no such file", "it is a text with one name a line")
    return names
