"""`antorcha release nbgrader`: the same exercises as an nbgrader course."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--course",
        type=Path,
        required=True,
        metavar="DIR",
        help="the nbgrader course's folder: source/<assignment>/<topic>.ipynb and nbgrader_config.py go there",
    )
    parser.add_argument(
        "--antorcha",
        type=Path,
        metavar="DIR",
        help="the Antorcha course's folder (the one with grading.toml); default: the nearest one from here upward",
    )
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help="only these topics (default: all)")
    parser.add_argument("--assignment", metavar="NAME", help="one assignment for all (default: one for each topic)")
    parser.add_argument("--language", metavar="LANG", help="the language of all texts (default: the course's)")
    parser.add_argument(
        "--force", action="store_true", help="write over notebooks changed by hand and over nbgrader_config.py"
    )


def run(args: argparse.Namespace) -> int:
    from antorcha.cli.common import language_from
    from antorcha.cli.selection import with_topics
    from antorcha.course.load import load_course
    from antorcha.course.locate import find_course
    from antorcha.release.nbgrader import config_lines, release

    course = load_course(find_course(args.antorcha))
    with_topics(course, args.topics)  # names a topic that does not exist
    written = release(
        course,
        args.course.absolute(),
        topics=args.topics,
        assignment=args.assignment,
        language=language_from(course, args.language),
        force=args.force,
    )
    for path in written.changed:
        print(f"wrote {path}")
    if not written.changed:
        print("the nbgrader course was up to date")
    for test in written.skipped:
        print(f"note: not run here, so without an answer: {test}")
    if written.config_kept:
        print("\nnbgrader_config.py was left as it is. It must say this:\n")
        print(config_lines(course))
    print(f"next, in {args.course}: nbgrader generate_assignment NAME")
    return 0
