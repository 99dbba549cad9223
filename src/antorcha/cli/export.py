"""`antorcha export`: the marks of a graded class as other programs read them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from
from antorcha.errors import UserError

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.grading.class_table import ClassTable

HELP = "the marks of a graded class for a spreadsheet or another system"
# What `--to` is called by default, in the results folder.
FORMATS = {
    "csv": "marks.csv: as grades.csv, or with --excel",
    "moodle": "moodle.csv, for Moodle's grade import",
    "moodle-feedback": "moodle_feedback.zip: a page a student, for the assignment of a grading worksheet (--into)",
    "canvas": "canvas.csv: Canvas's gradebook (--into) with our columns filled",
    "blackboard": "blackboard.csv: Blackboard's grade center (--into) with our columns filled",
    "nbgrader": "marks and comments in nbgrader's own gradebook.db (--into)",
    "gradescope": "gradescope/<student>/results.json",
    "junit": "junit.xml",
    "tables": "tables/*.csv: marks, checks, mistakes and more, for a notebook of your own (--parquet)",
}
_INTO = ("canvas", "blackboard", "nbgrader", "moodle-feedback")
_WHOLE_TOPICS = ("moodle", "canvas", "blackboard")  # a part of a topic's points would stand there as its mark


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "format", choices=FORMATS, metavar="FORMAT", help="; ".join(f"{name}: {what}" for name, what in FORMATS.items())
    )
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)")
    add("--to", type=Path, metavar="PATH", help="the file, or gradescope's folder, to write (default: in --out)")
    add(
        "--into",
        type=Path,
        metavar="FILE",
        help="the gradebook that Canvas or Blackboard let you download, or nbgrader's, or Moodle's grading worksheet",
    )
    add(
        "--column",
        action="append",
        default=[],
        metavar="TOPIC=HEADING",
        help="a topic's column or assignment, called otherwise",
    )
    add("--scale", action="store_true", help="turn our points into those that a column is worth")
    add("--student", action="append", default=[], metavar="S", help="gradescope: only this one; may be repeated")
    add("--excel", action="store_true", help="csv: as Excel opens it by a double click")
    add(
        "--decimal", choices=("comma", "point"), help="csv --excel: the decimal sign (default: the course's language's)"
    )
    add("--parquet", action="store_true", help="tables: as Parquet, where pyarrow is installed")
    add_course_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file and return 0."""
    from antorcha.grading.class_table import class_table
    from antorcha.results_folder.folder import open_results
    from antorcha.results_folder.paths import database
    from antorcha.results_folder.rules import class_rules

    course = course_from(args)
    if (args.into is None) == (args.format in _INTO):
        said = "is filled into a gradebook" if args.format in _INTO else "takes no --into"
        said = "is made for a grading worksheet" if args.format == "moodle-feedback" else said
        example = args.format if args.format in _INTO else _INTO[0]
        raise UserError(f"{args.format} {said}", f"antorcha export {example} --into FILE")
    if args.format == "tables":
        return _write_tables(args)
    rules, _ = class_rules(None, course, database(args.out))
    with open_results(args.out) as store:
        table = class_table(course, store, rules)
    _tell_of_waiting(args.format, table)
    if args.format == "nbgrader":
        _write_gradebook(args, table)
    elif args.format == "moodle-feedback":
        _write_feedback_zip(args, table)
    elif args.format in _INTO:
        _fill(args, table)
    elif args.format == "gradescope":
        _write_each(args, table)
    else:
        _write_one(args, course, table)
    return 0


def _write_tables(args: argparse.Namespace) -> int:
    from antorcha.export.tables import write_tables
    from antorcha.results_folder.folder import open_results

    with open_results(args.out) as store:
        for path in write_tables(store, args.to or args.out / "tables", parquet=args.parquet):
            print(path)
    return 0


def _tell_of_waiting(name: str, table: ClassTable) -> None:
    """Say whose marks are not whole, since a person has still to grade an answer."""
    for topic in table.course.topics:
        waiting = [
            row.student
            for row in table.rows
            for result in row.topics
            if result.topic == topic.name and row.to_grade_in(result)
        ]
        if waiting:
            said = "no points for it" if name in _WHOLE_TOPICS else "a part of its points"
            who = ", ".join(waiting)
            print(f"antorcha: {topic.name}: answers that nobody has graded yet, so {said}: {who}", file=sys.stderr)


def _fill(args: argparse.Namespace, table: ClassTable) -> None:
    from antorcha.export.gradebook_file import fill_gradebook
    from antorcha.files import write_if_changed

    columns = dict(_column(text, table.course) for text in args.column)
    filled = fill_gradebook(args.into, table, columns, scale=args.scale)
    target = args.to or args.out / f"{args.format}{args.into.suffix or '.csv'}"
    if target.resolve() == args.into.resolve():
        raise UserError(f"{target} is the file that you downloaded", "Choose another one with --to.")
    write_if_changed(target, filled.content)
    for topic, heading in filled.columns.items():
        print(f"{topic} → {heading}")
    absent = [topic.name for topic in table.course.topics if topic.name not in filled.columns]
    for line in (
        f"no column for {', '.join(absent)} (name it with --column TOPIC=HEADING)" if absent else "",
        f"not graded here, left as they are: {', '.join(filled.without_mark)}" if filled.without_mark else "",
        f"not in {args.into}: {', '.join(filled.not_there)}" if filled.not_there else "",
    ):
        if line:
            print(f"antorcha: {line}", file=sys.stderr)
    print(f"{target} ({filled.students} students)")


def _write_gradebook(args: argparse.Namespace, table: ClassTable) -> None:
    from antorcha.nbgrader.imports import leave_out_address_grammar

    leave_out_address_grammar()
    from antorcha.nbgrader.gradebook import write_gradebook

    assignments = dict(_column(text, table.course) for text in args.column)
    report = write_gradebook(args.into, table, assignments)
    for topic, assignment in report.assignments.items():
        print(f"{topic} → {assignment}")
    absent = [topic.name for topic in table.course.topics if topic.name not in report.assignments]
    if absent:
        print(f"antorcha: no notebook for {', '.join(absent)}", file=sys.stderr)
    for line in report.manual_scores:
        print(f"antorcha: a manual score of nbgrader's stands: {line}", file=sys.stderr)
    print(f"{args.into} ({report.submissions} submissions)")


def _write_feedback_zip(args: argparse.Namespace, table: ClassTable) -> None:
    from antorcha.export.moodle_feedback import feedback_zip
    from antorcha.files import write_if_changed

    made = feedback_zip(args.into, table)
    target = args.to or args.out / "moodle_feedback.zip"
    write_if_changed(target, made.content)
    if made.without:
        print(f"antorcha: nothing graded here, so no page: {', '.join(made.without)}", file=sys.stderr)
    print(f"{target} ({made.students} students)")


def _column(text: str, course: Course) -> tuple[str, str]:
    topic, equals, heading = text.partition("=")
    if not equals or not heading or course.topic(topic) is None:
        known = ", ".join(topic.name for topic in course.topics)
        raise UserError(f'--column "{text}" is no TOPIC=HEADING', f"The course's topics with marks: {known}.")
    return topic, heading


def _write_each(args: argparse.Namespace, table: ClassTable) -> None:
    from antorcha.export.gradescope import gradescope_results
    from antorcha.files import make_folder, write_if_changed
    from antorcha.report.names import feedback_name
    from antorcha.results_folder.folder import rows_of

    unknown = [name for name in args.student if name not in {row.student for row in table.rows}]
    if unknown:
        raise UserError(f'there is no student "{unknown[0]}" in {args.out}', "grades.csv has their names.")
    folder = args.to or args.out / "gradescope"
    for row in rows_of(table, args.student):
        make_folder(folder / feedback_name(row.student))
        write_if_changed(folder / feedback_name(row.student) / "results.json", gradescope_results(table.course, row))
    print(folder)


def _write_one(args: argparse.Namespace, course: Course, table: ClassTable) -> None:
    from antorcha.export.csv import grades
    from antorcha.export.excel import decimal_comma, for_excel
    from antorcha.export.junit import junit_xml
    from antorcha.export.moodle import moodle_import
    from antorcha.files import write_if_changed

    if args.format == "csv":
        text, name = grades(table.course, table.rows), "marks.csv"
        if args.excel:
            comma = args.decimal == "comma" if args.decimal else decimal_comma(course.language)
            text = for_excel(text, comma=comma)
    elif args.format == "moodle":
        text, name = moodle_import(table), "moodle.csv"
        nameless = [row.student for row in table.rows if row.topics and not _ids(table, row.student)]
        if nameless:
            hint = "Moodle finds nobody by name: grade with --roster"
            print(f"antorcha: no id, user name or email of {', '.join(nameless)} ({hint})", file=sys.stderr)
    else:
        text, name = junit_xml(table), "junit.xml"
    target = args.to or args.out / name
    write_if_changed(target, text)
    print(target)


def _ids(table: ClassTable, student: str) -> list[str]:
    """Return all by which Moodle may know a student."""
    person = table.people.get(student)
    return [text for text in (person.id, person.username, person.email) if text] if person else []
