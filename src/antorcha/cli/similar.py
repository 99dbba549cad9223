"""`antorcha similar`: hand-ins that are more alike than the course and the class explain."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from
from antorcha.intake.recognise import FORMAT_NAMES

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.intake.model import Delivery

HELP = "hand-ins that are more alike than the stub, the course's answers and the rest of the class explain"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("hand_ins", type=Path, metavar="CLASS", help="a folder, .zip or .tar.gz of submissions, as for grade")
    add(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="another class, such as last year's; may be repeated",
    )
    add("--topic", action="append", default=[], metavar="T", help="only this topic; may be repeated")
    add("--format", choices=FORMAT_NAMES, default="", metavar="F", help="how CLASS was delivered")
    add("--rules", metavar="FILE", help="the class's rules, of which a group's members are not compared")
    add("--page", type=Path, metavar="FILE", help="write the passages side by side as a page")
    add("--json", action="store_true", help="print one JSON object")
    add_course_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Compare the hand-ins, and return 0 whatever is found. Raises: `UserError`."""
    from antorcha.files import make_folder, write_if_changed
    from antorcha.intake.read import read_delivery
    from antorcha.results_folder.selection import with_topics
    from antorcha.similarity.class_files import compared
    from antorcha.similarity.show import lines, page, record

    course = course_from(args)
    delivery = read_delivery(args.hand_ins, course, format_name=args.format)
    pairs = compared(course, delivery, against=args.against, group_of=_groups(args, course, delivery))
    if args.topic:
        names = {topic.name for topic in with_topics(course, args.topic).topics}
        pairs = [pair for pair in pairs if pair.topic in names]
    if args.page:
        make_folder(args.page.parent)
        write_if_changed(args.page, page(pairs, course.language))
    if args.json:
        print(json.dumps(record(pairs)))
    else:
        print("\n".join(lines(pairs)))
        if args.page:
            print(args.page)
    return 0


def _groups(args: argparse.Namespace, course: Course, delivery: Delivery) -> Callable[[str, str], str]:
    """Return a function for the name of a student's group: those in it hand in one thing."""
    from antorcha.marks.class_rules import RULES_FILE
    from antorcha.marks.groups import Groups
    from antorcha.marks.known_people import People
    from antorcha.marks.load import load_rules

    path = Path(args.rules) if args.rules else course.root / RULES_FILE
    if not args.rules and not path.is_file():
        return lambda _student, _topic: ""
    groups = Groups(load_rules(path, course), People(delivery.known_as))

    def group_of(student: str, topic: str) -> str:
        members = groups.sharing(student, topic)
        return "\n".join(sorted(members)) if len(members) > 1 else ""

    return group_of
