"""nbgrader's converters with our steps in them: stubs in releases, and marks from locked workers.

`nbgrader_config.py` asks for the two lists. Nothing here runs a student's code: that is the worker's, and what comes
back is written as the outputs that nbgrader reads its marks from.
"""

from __future__ import annotations

import atexit
import json
import os
import threading
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor
from traitlets import Unicode

from antorcha.bulk.grade import GradingService, course_key
from antorcha.course.load import load_course
from antorcha.course.locate import find_course
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n import N_, translate
from antorcha.intake.check import Checker
from antorcha.intake.entry import UnusableError
from antorcha.intake.model import Source
from antorcha.intake.notebook import read_notebook
from antorcha.messages import explain
from antorcha.notebook import COURSE_VARIABLE
from antorcha.release.nbgrader_feedback import feedback_lines
from antorcha.release.notebook_cells import KEY, POINTS_PREFIX
from antorcha.results import ExerciseResult, TopicResult, Verdict

__all__ = ["GradeInWorker", "ReleaseStubs", "autograde_preprocessors", "generate_preprocessors"]

_IDLE_SECONDS = 60.0
_NOT_OURS = N_("This cell belongs to no exercise of the course, and was not run.")


def generate_preprocessors() -> list[Any]:
    """nbgrader's list for `generate_assignment`, with the stubs put in once the solutions are gone."""
    found: list[Any] = []
    for one in GenerateAssignment.class_traits()["preprocessors"].default():
        found += [one, ReleaseStubs] if one is ClearSolutions else [one]
    return found


def autograde_preprocessors() -> list[Any]:
    """nbgrader's list for `autograde`, with our grader in the place of the student's kernel."""
    stock = Autograde.class_traits()["autograde_preprocessors"].default()
    return [GradeInWorker if one is Execute else one for one in stock]


class ReleaseStubs(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives each solution cell the stub that its metadata holds, and takes our metadata away."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        ours = cell.metadata.pop(KEY, {})
        if utils.is_solution(cell) and "stub" in ours:
            cell.source = ours["stub"]
        return cell, resources

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb.metadata.pop(KEY, None)
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]


class GradeInWorker(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes the place of nbgrader's `Execute`: grades the notebook in Antorcha's locked worker.

    Every points cell gets the exercise's points as its output, with the sentences that explain them. A cell that asks
    for points and belongs to no exercise gets an error, and so none. What goes wrong in the grader itself is raised:
    nbgrader reports it and records no mark.
    """

    course = Unicode("", help=f"The Antorcha course's folder; default: ${COURSE_VARIABLE}").tag(config=True)
    isolation = Unicode("required", help="'none' runs hand-ins unlocked where the machine cannot lock them").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        names = resources["nbgrader"]
        course = _course(self.course)
        topic = course.topic(names["notebook"])
        if topic is None:
            raise UserError(
                f"{names['notebook']}.ipynb: the course at {course.root} has no such topic",
                "a notebook has its topic's name; other notebooks are graded with nbgrader's own Execute",
            )
        source = _source(nb, topic)
        result = _SERVICES.grade(course, topic, names["student"], source, self.isolation)
        if result.verdict is Verdict.GRADER_ERROR:
            reason = result.note.private.get("message", "") if result.note else ""
            raise UserError(f"{names['student']}: the grader failed, and no mark was recorded: {reason}")
        _add_missing(nb, names)
        self.write_marks(nb, course, topic, result)
        return nb, resources

    def write_marks(self, nb: Any, course: Course, topic: Topic, result: TopicResult) -> None:
        """Set the outputs of every cell that nbgrader reads points from."""
        by_cell = {POINTS_PREFIX + one.name: one for one in result.exercises}
        note = explain(result.note, course.language) if result.note else ""
        for number, cell in enumerate(nb.cells, start=1):
            if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
                continue
            name = cell.metadata.nbgrader["grade_id"]
            cell.execution_count = number
            if name in by_cell:
                cell.outputs = self._points(by_cell[name], cell, course, note)
            elif float(cell.metadata.nbgrader["points"]) > 0:
                self.log.error("%s: belongs to no exercise of %s; it gets no points", name, topic.name)
                cell.outputs = [_error(translate(_NOT_OURS, course.language))]

    def _points(self, result: ExerciseResult, cell: Any, course: Course, note: str) -> list[Any]:
        for check in result.checks:
            if check.verdict is Verdict.GRADER_ERROR:
                private = check.diagnosis.private if check.diagnosis else {}
                self.log.error("%s: the check itself failed: %s", check.check, private.get("message", ""))
        maximum = float(cell.metadata.nbgrader["points"])
        if maximum != result.max_points:
            self.log.warning(
                "%s: %g points here, %g in grading.toml; graded as a share of %g. Release the assignment again.",
                *(result.name, maximum, result.max_points, maximum),
            )
        lines = feedback_lines(result, course.feedback_of(result.name), course.language)
        if note and result.points < result.max_points and not any(note in line for line in lines):
            lines.insert(1, f"  - {note}")
        return [_stream("\n".join(lines) + "\n"), _number(_scaled(result, maximum), cell.execution_count)]


class _Services:
    """Warm graders that stay from one notebook to the next of the same course, and leave when nothing comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, ...] = ()
        self._service: GradingService | None = None
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def grade(self, course: Course, topic: Topic, student: str, source: Source, isolation: str) -> TopicResult:
        with self._lock:
            self._stop_timer()
            key = (str(course.root), isolation, *(course_key(course, one.name) for one in course.topics))
            if self._service is None or key != self._key:  # a changed course needs graders that have read it
                self._end()
                self._service, self._key = GradingService(course, isolation=isolation), key
            try:
                return self._service.grade(student, source)
            finally:
                self._timer = threading.Timer(_IDLE_SECONDS, self.close)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        with self._lock:
            self._stop_timer()
            self._end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            service.close()


_SERVICES = _Services()


def _course(configured: str) -> Course:
    folder = configured or os.environ.get(COURSE_VARIABLE, "")
    if not folder:
        raise UserError(
            "nobody says where the Antorcha course is",
            f"set {COURSE_VARIABLE}, or c.GradeInWorker.course in nbgrader_config.py",
        )
    return load_course(find_course(Path(folder)))


def _source(nb: Any, topic: Topic) -> Source:
    """The notebook's own cells. nbgrader has put back the locked ones, and ours are told by their marks."""
    name = f"{topic.name}.ipynb"
    data = json.dumps(nb).encode("ascii")
    with Checker() as checker:
        try:
            notebook = read_notebook(data, name, checker)
        except UnusableError as unusable:
            return Source(topic.name, name, problem=unusable.diagnosis)
    return Source(topic.name, name, tuple(notebook.cells), notes=tuple(notebook.notes))


def _add_missing(nb: Any, names: dict[str, str]) -> None:
    """A student may have deleted a points cell; the gradebook waits for its points all the same."""
    present = {cell.metadata.nbgrader.get("grade_id") for cell in nb.cells if utils.is_grade(cell)}
    with Gradebook(names["db_url"]) as gradebook:
        released = gradebook.find_notebook(names["notebook"], names["assignment"]).grade_cells
        points = {cell.name: cell.max_score for cell in released if cell.cell_type == "code"}
    for name in points.keys() - present:
        if name.startswith(POINTS_PREFIX):
            marks = {"grade": True, "grade_id": name, "locked": True, "points": points[name]}
            marks |= {"schema_version": 3, "solution": False, "task": False}
            nb.cells.append(_node(cell_type="code", source="", outputs=[], metadata=_node(nbgrader=_node(**marks))))


def _scaled(result: ExerciseResult, maximum: float) -> float:
    """The points that nbgrader records. It counts a number above a cell's points as an error, one below 0 as full."""
    if maximum != result.max_points:
        share = result.points / result.max_points if result.max_points else 0.0
        return round(min(max(share, 0.0), 1.0) * maximum, 6)
    return min(max(result.points, 0.0), maximum)


def _node(**fields: Any) -> Any:
    return NotebookNode(fields)  # type: ignore[no-untyped-call]


def _stream(text: str) -> Any:
    return _node(output_type="stream", name="stdout", text=text)


def _number(points: float, count: int) -> Any:
    data = _node(**{"text/plain": repr(float(points))})
    return _node(output_type="execute_result", data=data, metadata=_node(), execution_count=count)


def _error(sentence: str) -> Any:
    return _node(output_type="error", ename="NotGraded", evalue=sentence, traceback=[sentence])
