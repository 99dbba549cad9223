"""`antorcha mark`: a teacher's points for an essay, the last word on any exercise, a comment for a student's page."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from
from antorcha.errors import UserError

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.grading.class_table import ClassTable
    from antorcha.marks.given_by_hand import Checked, GivenByHand
    from antorcha.results_folder.class_overview import ClassOverview
    from antorcha.store.db import Store

HELP = "grade an essay, give a mark by hand that survives grading again, or a comment for a student's page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("student", nargs="?", help="by name, id, user name or email; without one the marks that were given are listed")
    add("exercise", nargs="?", help="the exercise that the mark is for")
    add("points", nargs="?", help="from 0 to the exercise's maximum; nothing is taken off them for being late")
    add("--why", default="", metavar="TEXT", help="the reason, which the student's page shows")
    add(
        "--rubric",
        action="append",
        default=[],
        metavar="ROW=POINTS",
        help="of an essay: the points of a row, instead of all together; once for each row",
    )
    add(
        "--alone", action="store_true", help="of an essay that a group handed in: for this student, not for all of them"
    )
    add("--withdraw", action="store_true", help="take the mark back: what the checks give counts again")
    add("--comment", metavar="TEXT", help='for the top of the student\'s page; "" takes it away')
    add("--from", dest="file", type=Path, metavar="FILE", help="a CSV: student, exercise, points, why, comment, rubric")
    add("--to-grade", type=Path, metavar="FILE", help="write the answers that wait for a person to a CSV for --from")
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)")
    add_course_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Keep what is given, make `grades.csv` and the pages anew, and return 0."""
    from antorcha.export.record import all_marks
    from antorcha.grading.class_table import class_table
    from antorcha.grading.counting import sharing
    from antorcha.results_folder.class_overview import ClassOverview
    from antorcha.results_folder.folder import open_results
    from antorcha.results_folder.paths import database
    from antorcha.results_folder.rules import class_rules

    course = course_from(args)
    lines = _lines(args)
    rules, _ = class_rules(None, course, database(args.out))
    with open_results(args.out) as store:
        if args.to_grade:
            return _write_answers(args.to_grade, class_table(course, store, rules), sharing(store))
        if not lines:
            return _list(store)
        given = _checked(lines, course, store, alone=args.alone)
        store.give_marks(given.marks, given.comments)
        table = class_table(course, store, rules)
        store.record_marks(all_marks(table.rows))
        overview = ClassOverview(store, table)
    _write(args.out, given, table, overview)
    return 0


def _checked(lines: Sequence[GivenByHand], course: Course, store: Store, *, alone: bool) -> Checked:
    """Return what is given, for a whole group where a group handed in. Raises: `UserError` for what cannot be given."""
    from antorcha.grading.class_table import people_of
    from antorcha.grading.counting import sharing
    from antorcha.marks.final import answer_digest, automatic_points
    from antorcha.marks.given_by_hand import checked, with_groups

    results = store.results()

    def known(student: str, topic: str, exercise: str) -> tuple[float | None, str]:
        result = next((graded for graded in results.get(student, ()) if graded.topic == topic), None)
        return automatic_points(result, exercise), answer_digest(result, exercise)

    given = checked(lines, course, people_of(store), known)
    return given if alone else with_groups(given, course, sharing(store), store.teacher_marks())


def _write(out: Path, given: Checked, table: ClassTable, overview: ClassOverview) -> None:
    """Write marks and pages, and say what was given. Raises: `UserError` for a page that could not be made."""
    from antorcha.results_folder.folder import write_results
    from antorcha.results_folder.paths import class_page

    concerned = [*(student for student, *_ in given.marks), *given.comments]
    # A class without rules shows more columns with its first mark by hand; pages are only of those concerned.
    changed, problems = write_results(out, table, concerned)
    problems += overview.write(class_page(out))
    _tell(given)
    waiting = sum(bool(row.to_grade_in(topic)) for row in table.rows for topic in row.topics)
    if waiting:
        print(f"Not graded yet: answers in {waiting} hand-in{'s' if waiting != 1 else ''}")
    print(f"Marks     {out / 'grades.csv'}")
    print(f"Feedback  {out / 'feedback'} ({changed} page{'s' if changed != 1 else ''} changed)")
    if problems:
        raise UserError(problems[0], "The mark is kept.", exit_code=1)


def _lines(args: argparse.Namespace) -> list[GivenByHand]:
    """Return what the command line gives. Raises: `UserError` where that is half a mark."""
    from antorcha.marks.given_by_hand import GivenByHand, read_given

    if args.to_grade is not None and (args.file is not None or args.student is not None):
        raise UserError("--to-grade only writes the answers that wait for a person", "Run it by itself.")
    if args.file is not None:
        if args.student is not None:
            raise UserError("a mark is given on the command line or --from a file, not both", "Run it twice.")
        return read_given(args.file)
    if args.student is None:
        return []
    if args.exercise is None and args.comment is None:
        raise UserError("a mark needs an exercise and points", "antorcha mark STUDENT EXERCISE POINTS --why TEXT")
    if args.exercise is not None and (args.points is None and not args.rubric) != args.withdraw:
        raise UserError("a mark has either points or --withdraw", "antorcha mark STUDENT EXERCISE POINTS --why TEXT")
    points = None if args.withdraw else args.points or ""
    return [GivenByHand(args.student, args.exercise or "", points, args.why, args.comment, ";".join(args.rubric))]


def _write_answers(path: Path, table: ClassTable, shared: Mapping[tuple[str, str], Sequence[str]]) -> int:
    from antorcha.export.answers import answers_to_grade
    from antorcha.export.excel import decimal_comma, for_excel
    from antorcha.files import write_if_changed

    text, count = answers_to_grade(table, shared)
    # It is filled in in a spreadsheet, as a rule; `--from` reads either form.
    write_if_changed(path, for_excel(text, comma=decimal_comma(table.course.language)))
    print(f"{path} ({count} answer{'s' if count != 1 else ''}): fill in points or rubric, and why; then")
    print(f"antorcha mark --from {path}")
    return 0


def _tell(given: Checked) -> None:
    from antorcha.report.markup import clean

    for student, mark, topic, exercise in given.marks:
        name = f"{clean(student)}, {topic}.{exercise}"
        if mark is None:
            print(f"{name}: what the checks give counts again")
        else:
            automatic = "nothing yet" if mark.automatic is None else f"{mark.automatic:g}"
            instead = "" if mark.answer else f" (the checks give {automatic})"
            print(f"{name}: {mark.points:g} of {mark.max_points:g}{instead}: {clean(mark.why)}".removesuffix(": "))
    for student, comment in given.comments.items():
        print(f"{clean(student)}: {'a comment' if comment else 'no comment any longer'}")


def _list(store: Store) -> int:
    from antorcha.report.markup import clean

    marks = store.teacher_marks()
    for student, given in sorted(marks.items()):
        for mark in given:
            print(f"{clean(student)}, {mark.topic}.{mark.exercise}: {mark.points:g}, {mark.given}: {clean(mark.why)}")
    for student, comment in sorted(store.comments().items()):
        print(f"{clean(student)}: {clean(comment)}")
    if not marks:
        print("No mark was given by hand.")
    return 0
