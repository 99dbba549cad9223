"""`antorcha messages`: keep the translations in step with what students read."""

from __future__ import annotations

import argparse

from antorcha.cli.common import add_course_argument, course_from

HELP = "extract what students read into the translation catalogs, or check that nothing is missing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    update = actions.add_parser("update", help="merge new and changed messages into locale/*/LC_MESSAGES/*.po")
    add_course_argument(update)
    update.add_argument("--prune", action="store_true", help="drop translations whose message is gone")
    check = actions.add_parser("check", help="list missing, fuzzy and stale translations; exit 1 if there are any")
    add_course_argument(check)


def run(args: argparse.Namespace) -> int:
    """Update the catalogs, or check them and return 1 where a translation has to be mended."""
    from antorcha.translation.maintain import check, domains, update

    catalogs = domains(course_from(args))
    if args.action == "check":
        problems = [problem for domain in catalogs for problem in check(domain)]
        for problem in problems:
            print(problem)
        print(f"{len(problems)} to mend" if problems else "every message is translated")
        return 1 if problems else 0
    changed = [(domain, path) for domain in catalogs for path in update(domain, args.prune)]
    for domain, path in changed:
        print(f"wrote {path.relative_to(domain.root).as_posix()}")
    if not changed:
        print("the catalogs were up to date")
    return 0
