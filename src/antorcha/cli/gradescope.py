"""`antorcha gradescope`: what `run_autograder` runs in Gradescope's container, for one submission."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from
from antorcha.errors import UserError

if TYPE_CHECKING:
    from antorcha.course.model import Course
    from antorcha.grading.class_table import ClassTable

HELP = "in Gradescope's container: grade the submission and write results.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="/autograder: has submission/, and gets results/results.json")
    add("--topic", action="append", default=[], metavar="T", help="of the assignment; may be repeated")
    add("--isolation", choices=("required", "none"), default="required", help="as for `antorcha grade`")
    add_course_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Write the results and return 0. Raises: `UserError` where there are none: a student must not read a 0 then."""
    from antorcha.export.gradescope import gradescope_results
    from antorcha.files import make_folder, write_if_changed
    from antorcha.report.feedback import translated

    course = course_from(args)
    submission = args.folder / "submission"
    if not submission.is_dir():
        raise UserError(f"there is no folder {submission}", "Name the one that Gradescope calls /autograder.")
    with tempfile.TemporaryDirectory(prefix="antorcha-") as work:
        table = _graded(args, course, submission, Path(work))
    (row,) = table.rows
    make_folder(args.folder / "results")
    text = gradescope_results(translated(table.course), row)
    write_if_changed(args.folder / "results" / "results.json", text)
    return 0


def _graded(args: argparse.Namespace, course: Course, submission: Path, work: Path) -> ClassTable:
    """Return the class of one student. Raises: `UserError` where something of it could not be graded."""
    from antorcha.bulk.topic_result import missing_file
    from antorcha.grading.class_table import ClassTable
    from antorcha.intake.read import NoSubmissionsError
    from antorcha.report.rows import grader_reasons
    from antorcha.results import SubmissionResult
    from antorcha.results_folder.grade import grade
    from antorcha.results_folder.selection import with_topics

    part = with_topics(course, args.topic) if args.topic else course
    student = _student(args.folder)
    # Links are copied as links, which intake follows nowhere.
    shutil.copytree(submission, work / "class" / student, symlinks=True)
    names = [topic.name for topic in part.topics]
    options = {"topics": names, "delivered_as": "folders", "rules": "none", "isolation": args.isolation}
    try:
        grading = grade(course, work / "class", out=work / "results", jobs=1, **options)
    except NoSubmissionsError:
        return ClassTable(part, (SubmissionResult(student, tuple(map(missing_file, part.topics))),))
    results = [graded.result for graded in grading]
    if len(results) < len(names) or any(result.grader_failed for result in results):
        reasons = grader_reasons(results) or ["no result came back"]
        raise UserError("a fault of the grader kept this from being graded", "; ".join(reasons), exit_code=1)
    return grading.table


def _student(folder: Path) -> str:
    """Return the student's name as Gradescope has it, for whom quizzes may be shuffled."""
    try:
        metadata = json.loads((folder / "submission_metadata.json").read_text(encoding="utf-8"))
        name = str(metadata["users"][0]["name"])
    except (OSError, ValueError, KeyError, IndexError, TypeError):  # not there, or of another form one day
        name = ""
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]', " ", name).strip(" .") or "student"
