"""`antorcha grade`: a class goes in; marks, feedback pages and a table come out."""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, at_least_one, course_from
from antorcha.errors import UserError

if TYPE_CHECKING:
    from antorcha.cli.grading import Run
    from antorcha.course.model import Course
    from antorcha.results import SubmissionResult

HELP = "grade a class: marks, feedback pages and a table"
EXIT_NOT_GRADED = 1
EXIT_INTERRUPTED = 130
_LISTED = 8
_AGAIN = "run again to retry only these"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("hand_ins", type=Path, metavar="CLASS", help="a folder, .zip or .tar.gz of hand-ins, or one file")
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where results go (default: results/)")
    add_course_argument(parser)
    add("--topic", action="append", default=[], metavar="T", help="only this topic; may be repeated")
    add("--student", action="append", default=[], metavar="S", help="only this student; may be repeated")
    add("--jobs", type=at_least_one, metavar="N", help="hand-ins at once (default: one a core)")
    add("--regrade", action="store_true", help="grade again also what did not change")
    add("--json", action="store_true", help="print one JSON object instead of the table")
    add("--quiet", action="store_true", help="print nothing but problems")
    add(
        "--isolation",
        choices=("required", "none"),
        default="required",
        help="required (default): refuse to run hand-ins that cannot be locked up; none: run them all the same",
    )


def run(args: argparse.Namespace) -> int:
    from antorcha.cli.grading import Grading, Options
    from antorcha.cli.selection import handed_in, with_students, with_topics
    from antorcha.intake.read import read_class
    from antorcha.store.db import Store

    begun = time.monotonic()
    _let_any_terminal_print()
    course = course_from(args)
    part = with_topics(course, args.topic)
    _refuse_results_among_hand_ins(args.hand_ins, args.out)
    everybody = read_class(args.hand_ins, course)
    whole = handed_in(course, everybody, args.topic)
    part = part if args.topic else whole
    chosen = with_students(everybody, args.student)
    _complain(_unshuffled(course, [one.student for one in everybody]))
    options = Options(args.jobs, args.regrade, args.isolation, silent=args.json or args.quiet)
    with Store(_database(args.out)) as store:
        _complain(store.remarks)
        store.begin_run(course.title, [one.student for one in everybody], args.isolation)
        grading = Grading(store, course, options)
        try:
            grading.run(part, chosen)
        except KeyboardInterrupt:
            raise _interrupted(args.out, len(grading.state.results), len(chosen) * len(part.topics)) from None
        grading.remember(everybody)
        store.finish_run()
    state = grading.state
    changed = _write(args.out, whole, state.rows(everybody), state.rows(chosen))
    shown = state.rows(chosen, part)
    _print(args, part, shown, state, changed, time.monotonic() - begun)
    return _exit_code(part, shown)


def _unshuffled(course: Course, students: Sequence[str]) -> list[str]:
    """Whose letters are read in the course's own order, in a course that shuffles its quizzes."""
    from antorcha.course.roster import ROSTER_FILE, Readers
    from antorcha.report.markup import clean

    strangers = [clean(one) for one in Readers(course).strangers(students)]
    if not strangers:
        return []
    names = _listed(strangers)
    return [f"not in {ROSTER_FILE}, so quizzes are read in the course's own order: {names}"]


def _write(out: Path, course: Course, everybody: Sequence[SubmissionResult], chosen: Sequence[SubmissionResult]) -> int:
    """Writes `grades.csv` for the class and the pages of who was graded; returns how many pages changed."""
    from antorcha.export.csv import write_grades
    from antorcha.report.feedback import write_all

    write_grades(out / "grades.csv", course, everybody)
    return write_all(out / "feedback", course, chosen)


def _print(
    args: argparse.Namespace,
    part: Course,
    shown: Sequence[SubmissionResult],
    state: Run,
    changed: int,
    seconds: float,
) -> None:
    if args.json:
        print(json.dumps(_record(args, part, shown, state, seconds)))
    elif not args.quiet:
        from antorcha.report.summary import summarise, summary_lines
        from antorcha.report.table import print_table

        print_table(part, shown, sys.stdout)
        summary = summarise(shown)
        print()
        print("\n".join([*(summary_lines(summary) if summary else []), "", *_attention(shown)]))
        print("\n".join(_set_aside(state.course, part, args.topic)))
        print("\n".join(_where(args.out, len(shown), changed)))
        print(f"{state.graded} graded, {state.cached} reused, {seconds:.1f} s")
    _complain(_grader_faults(part, shown))


def _record(
    args: argparse.Namespace, part: Course, shown: Sequence[SubmissionResult], state: Run, seconds: float
) -> dict[str, object]:
    from antorcha.export.record import submissions_record

    return {
        "submissions": submissions_record(state.course, shown),
        "seconds": round(seconds, 3),
        "graded": state.graded,
        "cached": state.cached,
        "course": state.course.title,
        "topics": [topic.name for topic in part.topics],
        "isolation": args.isolation,
    }


def _attention(shown: Sequence[SubmissionResult]) -> list[str]:
    """Whose hand-ins a person should open, by what happened to them."""
    from antorcha.report.markup import clean
    from antorcha.report.rows import GRADED, whole_verdict

    found: dict[str, list[str]] = {}
    for one in shown:
        if (verdict := whole_verdict(one.topics)) != GRADED:
            found.setdefault(verdict, []).append(clean(one.student))
    lines = [f"  {verdict}: {_listed(students)}" for verdict, students in sorted(found.items())]
    return ["Worth a look:", *lines, ""] if lines else []


def _set_aside(course: Course, part: Course, named: Sequence[str]) -> list[str]:
    """The topics of the course that nobody handed in."""
    graded = {topic.name for topic in part.topics}
    absent = [topic.name for topic in course.topics if topic.name not in graded]
    if named or not absent:
        return []
    return [f"Nobody handed in {_listed(absent)}: left out. (With --topic they count as missing.)", ""]


def _where(out: Path, pages: int, changed: int) -> list[str]:
    return [
        f"Marks     {out / 'grades.csv'}",
        f"Feedback  {out / 'feedback'} ({pages} {'page' if pages == 1 else 'pages'}, {changed} changed)",
        f"Details   {_database(out)}",
    ]


def _grader_faults(part: Course, shown: Sequence[SubmissionResult]) -> list[str]:
    from antorcha.report.markup import clean
    from antorcha.report.rows import grader_failed, grader_reasons

    broken = [one.student for one in shown if grader_failed(one.topics)]
    absent = [one.student for one in shown if len(one.topics) < len(part.topics)]
    lines = []
    if broken:
        lines.append(f"a fault of the grader kept checks of {_listed(broken)} from being graded; {_AGAIN}")
        reasons = dict.fromkeys(reason for one in shown for reason in grader_reasons(one.topics))
        lines += [f"  {clean(reason)}" for reason in list(reasons)[:_LISTED]]
    if absent:
        lines.append(f"no result came back for {_listed(absent)}; {_AGAIN}")
    return lines


def _exit_code(part: Course, shown: Sequence[SubmissionResult]) -> int:
    return EXIT_NOT_GRADED if _grader_faults(part, shown) else 0


def _refuse_results_among_hand_ins(hand_ins: Path, out: Path) -> None:
    """Results inside the class would be taken for a student's on the next run."""
    folder, target = hand_ins.resolve(), out.resolve()
    if folder.is_dir() and (target == folder or folder in target.parents):
        raise UserError(f"the results folder {out} lies inside {hand_ins}", "Choose another one with --out.")


def _interrupted(out: Path, done: int, total: int) -> UserError:
    return UserError(
        f"interrupted after {done} of {total}",
        f"What was done is kept in {_database(out)}: the same command goes on from there.",
        EXIT_INTERRUPTED,
    )


def _database(out: Path) -> Path:
    return out / "results.db"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _let_any_terminal_print() -> None:
    """A terminal without the drawing characters shows `?` for them instead of stopping the run."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _complain(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"antorcha: {line}", file=sys.stderr)
