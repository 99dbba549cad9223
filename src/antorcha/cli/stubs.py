"""`antorcha stubs`: write `exercises/<topic>.py` and `.md` from the reference, or tell where they drifted."""

from __future__ import annotations

import argparse

from antorcha.cli.common import add_course_argument, course_from, language_from

HELP = "write the exercises' stubs and lessons from the reference (or check that they are up to date)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_course_argument(parser)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help="only these topics (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; print a diff and exit 1 on drift")
    parser.add_argument("--language", metavar="LANG", help="the language to write in (default: the course's)")


def run(args: argparse.Namespace) -> int:
    """Write the stubs, or with `--check` print how they differ and return 1 if they do."""
    from antorcha.sources.stubs import drift, write_files

    course = course_from(args)
    language = language_from(course, args.language)
    topics = args.topics or [topic.name for topic in course.topics]
    if args.check:
        diffs = "".join(drift(course, topic, language) for topic in topics)
        print(diffs or "exercises/ is what the reference says\n", end="")
        return 1 if diffs else 0
    changed = [path for topic in topics for path in write_files(course, topic, language)]
    for path in changed:
        print(f"wrote {path.relative_to(course.root).as_posix()}")
    if not changed:
        print("exercises/ was up to date")
    return 0
