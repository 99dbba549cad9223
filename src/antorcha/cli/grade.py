"""`antorcha grade`: a class goes in; marks, feedback pages and a table come out."""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antorcha.cli.common import add_course_argument, at_least_one, course_from
from antorcha.errors import UserError
from antorcha.intake.recognise import FORMAT_NAMES
from antorcha.marks.class_rules import RULES_FILE
from antorcha.results_folder.paths import class_page, database, list_of_cases

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.grading.class_table import ClassTable
    from antorcha.grading.run import GradingRun
    from antorcha.intake.model import Delivery
    from antorcha.report.worth_a_look import CaseToSee
    from antorcha.results_folder.grade import FolderGrading

HELP = "grade a class: marks, feedback pages and a table"
EXIT_NOT_GRADED = 1
EXIT_INTERRUPTED = 130
_LISTED = 8  # names in one line of the terminal, before "and 12 more"
_RUN_AGAIN_HINT = "run again to retry only these"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _add_class(parser)
    _add_engine(parser.add_argument_group("where and how it is graded"))
    _add_marks(parser.add_argument_group("marks that change"))
    _add_output(parser.add_argument_group("what is printed"))


def _add_class(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("hand_ins", type=Path, nargs="?", metavar="CLASS", help="a folder, .zip or .tar.gz of submissions, or one file")
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where results go (default: results/)")
    add_course_argument(parser)
    add("--topic", action="append", default=[], metavar="T", help="only this topic; may be repeated")
    add("--student", action="append", default=[], metavar="S", help="only this student; may be repeated")
    add(
        "--format",
        choices=FORMAT_NAMES,
        default="",
        metavar="F",
        help=f"how CLASS was delivered, where it is not recognised: {', '.join(FORMAT_NAMES)}",
    )
    add("--roster", type=Path, metavar="FILE", help="a CSV with the class: names, ids, emails, user names, sections")
    add(
        "--rules",
        metavar="FILE",
        help=f"due dates, penalties, groups (default: the last run's, or {RULES_FILE}); or none",
    )
    add("--forget-absent", action="store_true", help="take out of the class who is in earlier deliveries only")


def _add_engine(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--jobs", type=at_least_one, metavar="N", help="submissions at once (default: one a core)")
    add(
        "--scheduler",
        default="",
        metavar="WHERE",
        help="grade on a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local:N for N graders on this machine",
    )
    add("--regrade", action="store_true", help="grade again also what did not change")
    add(
        "--isolation",
        choices=("required", "none"),
        default="required",
        help="required (default): refuse to run submissions that cannot be locked up; none: run them all the same",
    )


def _add_marks(group: argparse._ArgumentGroup) -> None:
    ways = group.add_mutually_exclusive_group()
    ways.add_argument(
        "--dry-run", action="store_true", help="say whose marks would change, and by which check; write none"
    )
    ways.add_argument(
        "--accept", action="store_true", help="write what the latest --dry-run showed, and refuse anything else"
    )
    ways.add_argument(
        "--status", action="store_true", help="from another terminal: how far the run is that grades into --out now"
    )
    group.add_argument("--why", default="", metavar="TEXT", help="kept in the history of each mark that changes")


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    group.add_argument("--quiet", action="store_true", help="print nothing but problems")


def run(args: argparse.Namespace) -> int:
    """Grade a class; return 0, or 1 where something that was asked for got no mark or no page."""
    if args.status:
        from antorcha.cli.grading_status import tell_status

        return tell_status(args.out, as_json=args.json)
    if args.hand_ins is None:
        raise UserError("there is nothing to grade", "Say which class: antorcha grade CLASS")
    from antorcha.results_folder.grade import grade

    begun = time.monotonic()  # in seconds, and not the time of day, which may be set while a class is graded
    _let_any_terminal_print()
    options = _grading_options(args)
    course = course_from(args)
    if args.accept:
        _require_shown(args, grade(course, args.hand_ins, dry_run=True, **options))
        options["regrade"] = False  # what the dry run graded is known by now
    grading = grade(course, args.hand_ins, dry_run=args.dry_run, **options)
    run = grading.run
    if not args.json and not args.quiet:
        rules = [f"Rules: {run.options.rules_file}"] if run.options.rules else []
        print("\n".join([*_recognised(run.delivery), *rules]), flush=True)
    _complain([*_unshuffled(run.course, run.delivery), *run.store.remarks])
    try:
        _follow(grading, silent=args.json or args.quiet)
    except KeyboardInterrupt:
        raise _interrupted(args.out, run.done, run.total) from None
    if args.dry_run:
        return _tell_of_dry_run(args, grading)
    _print(args, grading, time.monotonic() - begun)
    problems = [*_grader_faults(run), *grading.unwritten]
    _complain(problems)
    return EXIT_NOT_GRADED if problems else 0


def _grading_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `results_folder.grade` that stand on the command line, but for `dry_run`."""
    return {
        "out": args.out,
        "topics": args.topic,
        "students": args.student,
        "delivered_as": args.format,
        "roster": args.roster,
        "rules": args.rules,
        "jobs": args.jobs,
        "scheduler": args.scheduler,
        "regrade": args.regrade,
        "isolation": args.isolation,
        "forget_absent": args.forget_absent,
        "why": args.why,
    }


def _require_shown(args: argparse.Namespace, dry_run: FolderGrading) -> None:
    """Raise `UserError` unless what would change is what the latest dry run showed."""
    from antorcha.results_folder.dry_run import require_shown

    try:
        _follow(dry_run, silent=args.json or args.quiet)
    except KeyboardInterrupt:
        raise _interrupted(args.out, dry_run.run.done, dry_run.run.total) from None
    require_shown(args.out, dry_run.changes)


def _follow(grading: FolderGrading, *, silent: bool) -> None:
    """Grade, and show on stderr how far it has come."""
    from antorcha.report.progress import progress

    total = grading.run.total
    with progress(total, silent=silent) as meter, closing(iter(grading)) as results:  # type: ignore[type-var]
        grading.run.progress = lambda step: meter.step(step.student, free=step.free)
        for _ in results:
            pass


def _recognised(delivery: Delivery) -> list[str]:
    """Return the lines that say in which format the class came, and how many people and files were found in it."""
    from antorcha.explain import explain
    from antorcha.intake.recognise import title_of

    handed_in = sum(bool(submission.records) for submission in delivery.submissions)
    set_aside = sum(record.count for _, record in delivery.set_aside_by_people)
    released = sum(record.count for _, record in delivery.set_aside) - set_aside
    people, files = _count(handed_in, "person", "people"), _count(delivery.file_count - released, "file")
    beside = f" Besides, {_count(released, 'file')} of the course's own release." if released else ""
    lines = [f"Delivery: {title_of(delivery.format)}. {people}, {files}, {set_aside} of them set aside.{beside}"]
    lines += [explain(remark, "en", full=True) for remark in delivery.remarks]
    listed = [submission for submission in delivery.submissions if submission.on_roster is not None]
    if listed:
        absent = [submission.student for submission in listed if not submission.records and submission.on_roster]
        strangers = [submission.student for submission in listed if not submission.on_roster]
        lines += [f"Handed in nothing: {_listed(absent)}."] if absent else []
        lines += [f"Not on the roster: {_listed(strangers)}."] if strangers else []
    return lines


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _unshuffled(course: Course, delivery: Delivery) -> list[str]:
    """Return a line about the students whose quizzes are read in the course's own order, where it shuffles them."""
    from antorcha.course.shuffled_quizzes import SHUFFLED_QUIZZES_FILE, OptionOrders
    from antorcha.report.markup import clean

    orders = OptionOrders(course, delivery.known_as)
    not_shuffled = [clean(student) for student in orders.not_shuffled(delivery.known_as)]
    if not not_shuffled:
        return []
    names = _listed(not_shuffled)
    return [f"not in {SHUFFLED_QUIZZES_FILE}, so quizzes are read in the course's own order: {names}"]


def _tell_of_dry_run(args: argparse.Namespace, grading: FolderGrading) -> int:
    """Say what would change, keep it for `--accept`, and return 0, or 1 where something could not be graded."""
    from antorcha.report.changes import change_record, changes_lines
    from antorcha.results_folder.dry_run import remember_shown

    remember_shown(args.out, grading.changes)
    if args.json:
        print(json.dumps({"dry_run": True, "changes": [change_record(change) for change in grading.changes]}))
    else:
        print("\n".join(changes_lines(grading.changes, len(grading.changes), would=True)))
        print("Nothing was written. `antorcha grade ... --accept` writes this.")
    problems = _grader_faults(grading.run)
    _complain(problems)
    return EXIT_NOT_GRADED if problems else 0


def _print(args: argparse.Namespace, grading: FolderGrading, seconds: float) -> None:
    from antorcha.results_folder.folder import rows_of

    run, table, cases = grading.run, grading.table, grading.cases
    shown = rows_of(table, args.student)
    if args.json:
        print(json.dumps(_record(args, grading, seconds)))
    elif not args.quiet:
        from antorcha.report.changes import changes_lines
        from antorcha.report.missing_packages import missing_package_lines
        from antorcha.report.summary import summarise, summary_lines
        from antorcha.report.table import print_table

        print_table(table.course, shown, sys.stdout)
        summary = summarise(shown)
        print()
        names = {row.student for row in shown} | {""}  # "": a file that is nobody's concerns whoever reads this
        attention = _attention(args.out, [case for case in cases if case.student in names])
        packages = missing_package_lines(_missing_packages(run))
        packages = [*packages, ""] if packages else []
        print("\n".join([*(summary_lines(summary) if summary else []), "", *attention, *packages]))
        print("\n".join(_not_asked(run, table, args.topic)))
        print("\n".join([*changes_lines(grading.changes, _LISTED), ""]))
        print(f"Marks     {args.out / 'grades.csv'}")
        print(f"Feedback  {args.out / 'feedback'} ({_count(len(shown), 'page')}, {grading.changed_pages} changed)")
        print(f"Class     {class_page(args.out)}")
        print(f"Details   {database(args.out)}")
        in_part = (
            f" ({run.graded_in_part} only in {_listed(list(run.changed_exercises))})" if run.graded_in_part else ""
        )
        print(f"{run.graded} graded{in_part}, {run.cached} reused, {seconds:.1f} s")


def _record(args: argparse.Namespace, graded: FolderGrading, seconds: float) -> dict[str, object]:
    from antorcha.explain import explain
    from antorcha.export.record import submissions_record
    from antorcha.export.worth_a_look import case_record
    from antorcha.report.changes import change_record
    from antorcha.results_folder.folder import rows_of

    grading, table, cases = graded.run, graded.table, graded.cases
    course, shown = grading.course, rows_of(table, args.student)
    return {
        "submissions": submissions_record(course, shown, len(table.course.topics), table.people),
        "seconds": round(seconds, 3),
        "graded": grading.graded,
        "cached": grading.cached,
        "graded_in_part": grading.graded_in_part,
        "changed_exercises": list(grading.changed_exercises),
        "course": course.title,
        "topics": [topic.name for topic in grading.part.topics],
        "isolation": args.isolation,
        "rules": grading.options.rules_file,
        "format": grading.delivery.format,
        "remarks": [explain(remark, "en", full=True) for remark in grading.delivery.remarks],
        "worth_a_look": [case_record(case) for case in cases],
        "changes": [change_record(change) for change in graded.changes],
        "missing_packages": [
            {"package": package, "students": students} for package, students in _missing_packages(grading).items()
        ],
        "files": _files(grading),
    }


def _missing_packages(grading: GradingRun) -> dict[str, list[str]]:
    """Return the students of each package that this run's hand-ins import and that is not here."""
    from antorcha.report.missing_packages import missing_packages

    kept = set(grading.kept)
    return missing_packages((pair[0], result) for pair, result in grading.noteworthy.items() if pair not in kept)


def _files(grading: GradingRun) -> list[dict[str, object]]:
    """Return what became of each file of the delivery."""
    from antorcha.explain import explain

    delivery = grading.delivery
    owned = [(submission.student, record) for submission in delivery.submissions for record in submission.records]
    return [
        {
            "path": record.path,
            "student": student,
            "topics": list(record.topics),
            "reason": explain(record.reason, "en", full=True) if record.reason else "",
            "count": record.count,
        }
        for student, record in [*owned, *(("", record) for record in delivery.records)]
    ]


def _attention(out: Path, cases: Sequence[CaseToSee]) -> list[str]:
    """Return the names to look at by what happened to them, and where the whole list is."""
    from antorcha.report.markup import clean
    from antorcha.report.worth_a_look import label

    by_label: dict[str, list[str]] = {}
    for case in cases:
        name = case.student or ", ".join(case.files)
        by_label.setdefault(label(case.kind), []).append(clean(name))
    if not by_label:
        return []
    lines = [f"  {words}: {_listed(list(dict.fromkeys(names)))}" for words, names in by_label.items()]
    return ["Worth a look:", *lines, f"  ({len(cases)} in all, each with its reason: {list_of_cases(out)})", ""]


def _not_asked(grading: GradingRun, table: ClassTable, named: Sequence[str]) -> list[str]:
    """Return a line about the topics of the course that nobody has handed in yet."""
    have_columns = {topic.name for topic in table.course.topics}
    absent = [topic.name for topic in grading.course.topics if topic.name not in have_columns]
    if named or not absent:
        return []
    return [f"Nobody handed in {_listed(absent)}: left out. (With --topic they count as missing.)", ""]


def _grader_faults(grading: GradingRun) -> list[str]:
    """Return what kept something that this run was asked for from being graded."""
    from antorcha.report.markup import clean
    from antorcha.report.rows import grader_reasons

    broken = [(student, result) for (student, _), result in grading.noteworthy.items() if result.grader_failed]
    lines = []
    if broken:
        students = list(dict.fromkeys(clean(student) for student, _ in broken))
        lines.append(f"a fault of the grader kept checks of {_listed(students)} from being graded; {_RUN_AGAIN_HINT}")
        reasons = dict.fromkeys(reason for _, result in broken for reason in grader_reasons([result]))
        lines += [f"  {clean(reason)}" for reason in list(reasons)[:_LISTED]]
    if grading.unanswered:
        students = list(dict.fromkeys(clean(student) for student, _ in grading.unanswered))
        lines.append(f"no result came back for {_listed(students)}; {_RUN_AGAIN_HINT}")
    return lines


def _interrupted(out: Path, done: int, total: int) -> UserError:
    return UserError(
        f"interrupted after {done} of {total}",
        f"What was done is kept in {database(out)}: the same command goes on from there.",
        EXIT_INTERRUPTED,
    )


def _listed(names: Sequence[str]) -> str:
    """Return the first names and how many more there are; whoever cuts a list says where the whole one is."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    between = "; " if any("," in name for name in names) else ", "  # a roster may say "García, Ana"
    return between.join(names[:_LISTED]) + more


def _let_any_terminal_print() -> None:
    """Let a terminal without the drawing characters show `?` for them instead of stopping the run."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _complain(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"antorcha: {line}", file=sys.stderr)
