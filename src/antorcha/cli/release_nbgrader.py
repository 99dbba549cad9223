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
        "--exchange", type=Path, metavar="DIR", help="nbgrader's exchange: the folder that students and you both reach"
    )
    parser.add_argument(
        "--force", action="store_true", help="write over notebooks changed by hand and over nbgrader_config.py"
    )


def run(args: argparse.Namespace) -> int:
    """Write the nbgrader course, and print which of nbgrader's commands come next."""
    from antorcha.cli.common import language_from
    from antorcha.course.load import load_course
    from antorcha.course.locate import find_course
    from antorcha.nbgrader.assignment import release
    from antorcha.nbgrader.imports import leave_out_address_grammar
    from antorcha.results_folder.selection import with_topics

    leave_out_address_grammar()
    course = load_course(find_course(args.antorcha))
    with_topics(course, args.topics)  # for its error about a topic that does not exist
    source = release(
        course,
        args.course.absolute(),
        topics=args.topics,
        assignment=args.assignment,
        language=language_from(course, args.language),
        exchange=args.exchange,
        force=args.force,
    )
    for path in source.changed:
        print(f"wrote {path}")
    if not source.changed:
        print("the nbgrader course was up to date")
    for test in source.skipped:
        print(f"note: not run here, so without an answer: {test}")
    for note in source.notes:
        print(f"note: {note}")
    if source.missing_lines:
        print(f"\nnbgrader_config.py was left as it is. It lacks:\n\n{source.missing_lines}\n")
    name = args.assignment or (args.topics or [topic.name for topic in course.topics])[0]
    print("\n".join(_next_commands(args.course, name)))
    return 0


def _next_commands(folder: Path, assignment: str) -> list[str]:
    """Return the commands that come next, in the order in which they are given, for one assignment."""
    from antorcha.nbgrader.under_submissions import RELEASE_FOLDER

    # nbgrader skips what is there already.
    force = " --force" if (folder / RELEASE_FOLDER / assignment).is_dir() else ""
    return [
        f"next, in {folder}:",
        f"  nbgrader generate_assignment {assignment}{force}",
        f"  nbgrader release_assignment {assignment}{force}     # students: nbgrader fetch_assignment, nbgrader submit",
        f"  nbgrader collect {assignment}",
        f"  nbgrader autograde {assignment}",
        f"  nbgrader generate_feedback {assignment}",
        f"  nbgrader release_feedback {assignment}",
    ]
