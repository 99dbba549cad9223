"""`antorcha audit`: a proof that the hidden tests refuse what is wrong and nothing else."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from antorcha.cli.common import add_course_argument, at_least_one, course_from

HELP = "prove the graders: stubs, right and wrong variants, and mutants of the solutions"
EXIT_NOT_PASSED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("topics", nargs="*", metavar="TOPIC", help="only these topics (default: all)")
    add_course_argument(parser)
    add("--changed", action="store_true", help="leave out topics that passed and have not changed since")
    add("--no-mutants", action="store_true", help="only stubs, variants and foreign failures")
    add("--jobs", type=at_least_one, metavar="N", help="submissions at once (default: one a core)")
    add("--json", action="store_true", help="print one JSON object instead of tables")
    add("--html", type=Path, metavar="FILE", help="write the report as a page, too")
    add("--cache", type=Path, metavar="DIR", help="where outcomes are kept (default: .antorcha/audit/ in the course)")
    add("--locked", action="store_true", help="run all of it in locked workers, as what students hand in: slower")
    add("--fresh", action="store_true", help="try everything again, whatever is kept")


def run(args: argparse.Namespace) -> int:
    """Audit the topics and print the report; return 1 where one of them falls short of the course's demands."""
    from antorcha.audit.model import shortcomings
    from antorcha.audit.run import AuditOptions, run_audit
    from antorcha.results_folder.selection import with_topics

    course = course_from(args)
    topics = [topic.name for topic in with_topics(course, args.topics).topics]
    folder = args.cache or course.root / ".antorcha" / "audit"
    options = AuditOptions(
        folder,
        args.jobs,
        args.changed,
        args.fresh,
        silent=args.json,
        mutants=not args.no_mutants,
        locked=args.locked,
    )
    report = run_audit(course, topics, options)
    if args.html is not None:
        from antorcha.audit.page import render
        from antorcha.files import make_folder, write_if_changed

        make_folder(args.html.resolve().parent)
        write_if_changed(args.html, render(course, report))
    if args.json:
        from antorcha.audit.record import report_record

        print(json.dumps(report_record(report, course.audit)))
    else:
        from antorcha.audit.show import report_lines

        print("\n".join(report_lines(report, course.audit)))
    return EXIT_NOT_PASSED if any(shortcomings(audit, course.audit) for audit in report.audits) else 0
