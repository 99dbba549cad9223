"""nbgrader's `Execute`, with Antorcha's locked worker in the place of the student's kernel.

Nothing here runs a student's code: that is the worker's, and what comes back is written as the outputs that nbgrader
reads its marks from.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool, Unicode

from antorcha.course.load import load_course
from antorcha.course.locate import find_course
from antorcha.course.manifest import manifest_path, read_manifest
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.intake.check import Checker
from antorcha.intake.delivered import UnusableError
from antorcha.intake.helpers import modules_beside
from antorcha.intake.model import SubmittedFile
from antorcha.intake.source import from_notebook
from antorcha.nbgrader.cells import CHECK_PREFIX, METADATA_KEY, POINTS_PREFIX
from antorcha.nbgrader.check_cell import COURSE_VARIABLE
from antorcha.nbgrader.marks import write_marks
from antorcha.nbgrader.one_line_log import shorten_errors
from antorcha.nbgrader.released import grade_id
from antorcha.nbgrader.submission import NOTES, PROBLEM
from antorcha.nbgrader.warm_graders import WarmGraders
from antorcha.results import Diagnosis, Verdict

_GRADERS = WarmGraders()


class GradeInWorker(NbGraderPreprocessor):  # type: ignore[misc]
    """The step of `nbgrader autograde` that grades a notebook in Antorcha's locked worker.

    Every points cell gets the exercise's points as its output, with the sentences that explain them. A cell that asks
    for points and belongs to no exercise gets an error, and so none, unless `execute_others` is set. What goes wrong
    in the grader itself is raised: nbgrader reports it and records no mark.
    """

    course = Unicode("", help=f"The Antorcha course's folder; default: ${COURSE_VARIABLE}").tag(config=True)
    isolation = Unicode("required", help="'none' runs submissions unlocked where the machine cannot lock them").tag(
        config=True
    )
    execute_others = Bool(
        False,
        help="Whether nbgrader's own Execute runs the notebooks and the tests that are not Antorcha's: in a kernel, "
        "with your rights and the student's code in it",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade `nb` and write its marks. Raises: `UserError` where there is no course, topic or result."""
        shorten_errors()
        names = resources["nbgrader"]
        course = _course(self.course)
        topic = course.topic(names["notebook"])
        if topic is None:
            return self._execute_all(nb, resources, course)
        course = replace(course, language=self._language(course, names["assignment"]))
        file = _submitted_file(nb, topic, resources.get("metadata", {}).get("path", ""))
        result = _GRADERS.grade(course, names["student"], file, self.isolation)
        if result.verdict is Verdict.GRADER_ERROR:
            reason = result.note.private.get("message", "") if result.note else ""
            raise UserError(f"{names['student']}: the grader failed, and no mark was recorded: {reason}")
        if self.execute_others:
            self._execute_others(nb, resources, topic)
        write_marks(nb, course, result, file.notes, self.log, others_ran=self.execute_others)
        return nb, resources

    def _execute_all(self, nb: Any, resources: Any, course: Course) -> tuple[Any, Any]:
        """Run a notebook that is none of ours as nbgrader does. Raises: `UserError` unless that is allowed."""
        if not self.execute_others:
            raise UserError(
                f"{resources['nbgrader']['notebook']}.ipynb: the course at {course.root} has no such topic",
                "c.GradeInWorker.execute_others = True lets nbgrader's own Execute grade notebooks that are not "
                "Antorcha's; docs/nbgrader.md says what that means for trust",
            )
        return Execute(parent=self.parent).preprocess(nb, resources)  # type: ignore[no-any-return]

    def _execute_others(self, nb: Any, resources: Any, topic: Topic) -> None:
        """Run the notebook as nbgrader does and keep what came out of the tests that are not ours."""
        ours = {prefix + exercise.name for exercise in topic.exercises for prefix in (CHECK_PREFIX, POINTS_PREFIX)}
        others = [position for position, cell in enumerate(nb.cells) if _is_test(cell) and grade_id(cell) not in ours]
        if not others:
            return
        copy = deepcopy(nb)
        for cell in copy.cells:
            if grade_id(cell) in ours:
                cell.source = ""  # no hidden test of ours runs beside a student's code
        executed, _ = Execute(parent=self.parent).preprocess(copy, resources)
        for position in others:
            nb.cells[position].outputs = executed.cells[position].outputs

    def _language(self, course: Course, assignment: str) -> str:
        """Return the language that an assignment was released in: its notes are in the source's folder."""
        # This step's parent is the converter, which has the course's folders; a step that runs alone has neither.
        coursedir = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        if coursedir is None:
            return course.language
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
        try:
            language = read_manifest(manifest_path(folder)).language
        except UserError:
            return course.language
        return language if language in course.languages else course.language


def _is_test(cell: Any) -> bool:
    """Return whether nbgrader reads points from what a cell puts out."""
    return bool(cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell))


def _course(configured: str) -> Course:
    """Return the course in the folder `configured`, else in the one that the environment names."""
    folder = configured or os.environ.get(COURSE_VARIABLE, "")
    if not folder:
        raise UserError(
            "nobody says where the Antorcha course is",
            f"set {COURSE_VARIABLE}, or c.GradeInWorker.course in nbgrader_config.py",
        )
    return load_course(find_course(Path(folder)))


def _submitted_file(nb: Any, topic: Topic, folder: str) -> SubmittedFile:
    """Return the student's cells of a notebook in `folder` as a submission for `topic`, with the modules beside it.

    nbgrader has put back the locked cells, and intake leaves out the tests by their marks.
    """
    name = f"{topic.name}.ipynb"
    unreadable = nb.metadata.get(METADATA_KEY, {}).get(PROBLEM)
    if unreadable:
        problem = Diagnosis(str(unreadable["kind"]), dict(unreadable["details"]))
        return SubmittedFile(topic.name, name, problem=problem)
    data = json.dumps(nb).encode("ascii")
    with Checker() as checker:
        try:
            read = from_notebook(data, name, topic.name, checker, _notes(nb))
            modules = modules_beside(Path(folder), name, read, checker) if folder else ()
        except UnusableError as unusable:
            return SubmittedFile(topic.name, name, problem=unusable.diagnosis)
    return replace(read.source, modules=modules)


def _notes(nb: Any) -> tuple[Diagnosis, ...]:
    """Return what was noted of the file when it was first read, such as its encoding."""
    noted = nb.metadata.get(METADATA_KEY, {}).get(NOTES, [])
    return tuple(Diagnosis(note["kind"], dict(note["details"])) for note in noted)
