"""Marks and feedback in nbgrader's gradebook without a run of autograde, through nbgrader's own API.

https://nbgrader.readthedocs.io/en/stable/api/gradebook.html: a submission has a grade for each grade cell, of which a
manual score goes before an automatic one, and a comment for each solution cell; a notebook has the penalty for being
late.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from antorcha.course.model import Topic
from antorcha.errors import UserError
from antorcha.export.topic_points import points_so_far, result_of, told_of_topic
from antorcha.grading.class_table import ClassTable
from antorcha.intake.model import Person
from antorcha.nbgrader.cells import grade_cell, solution_cell
from antorcha.report.feedback import told_of_exercise
from antorcha.results import SubmissionResult

_GENERATE = "Run `nbgrader generate_assignment` on what `antorcha release nbgrader` made."


@dataclass
class GradebookReport:
    """An account of what was written: the assignment of each topic, and the number of submissions.

    `manual_scores`: those that nbgrader has and we do not give, which still go before the automatic ones.
    """

    assignments: dict[str, str] = field(default_factory=dict)
    submissions: int = 0
    manual_scores: list[str] = field(default_factory=list)


def write_gradebook(path: Path, table: ClassTable, assignments: Mapping[str, str]) -> GradebookReport:
    """Write the marks of a class into the gradebook in `path`; who has no mark for a topic is left alone.

    `assignments`: by topic, where several have its notebook. All is checked before anything is written.
    Raises: `UserError` where there is no gradebook, no notebook of a topic, or one that was released with other points.
    """
    if not path.is_file():
        raise UserError(f"there is no gradebook {path}", _GENERATE)
    try:
        with Gradebook(f"sqlite:///{path.resolve()}") as gradebook:
            report = GradebookReport(_assignments(path, gradebook, table, assignments))
            for topic in table.course.topics:
                if topic.name in report.assignments:
                    _check_points(gradebook, topic, report.assignments[topic.name])
            for row in table.rows:
                for topic in table.course.topics:
                    if topic.name in report.assignments and points_so_far(row, topic.name) is not None:
                        _write(gradebook, table, row, topic, report)
            gradebook.db.commit()
    except SQLAlchemyError as error:
        raise UserError(f"{path} is no gradebook that this nbgrader reads: {error}", "`nbgrader db upgrade`") from error
    return report


def _assignments(path: Path, gradebook: Any, table: ClassTable, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the assignment of each topic that has a notebook."""
    found = {}
    for topic in table.course.topics:
        names = [
            str(assignment.name)
            for assignment in gradebook.assignments
            if any(notebook.name == topic.name for notebook in assignment.notebooks)
        ]
        if topic.name in wanted:
            if wanted[topic.name] not in names:
                raise UserError(f'{path} has no notebook "{topic.name}" in "{wanted[topic.name]}"', _GENERATE)
            names = [wanted[topic.name]]
        if len(names) > 1:
            hint = f"Say which with --column {topic.name}=ASSIGNMENT."
            raise UserError(f'the notebook "{topic.name}" is in {len(names)} assignments: {", ".join(names)}', hint)
        if names:
            found[topic.name] = names[0]
    if not found:
        raise UserError(f"{path} has a notebook of none of the topics that have marks", _GENERATE)
    return found


def _check_points(gradebook: Any, topic: Topic, assignment: str) -> None:
    """Raise `UserError` where an exercise is worth other points in the gradebook, or is not in it."""
    worth = {cell.name: cell.max_score for cell in gradebook.find_notebook(topic.name, assignment).grade_cells}
    for exercise in topic.exercises:
        theirs = worth.get(grade_cell(exercise))
        if theirs is None or abs(theirs - exercise.points) > 1e-6:
            there = "is not there" if theirs is None else f"is worth {theirs:g} points there"
            raise UserError(
                f'{topic.name}.{exercise.name} {there} ("{assignment}"), and {exercise.points:g} here',
                f"The notebook was released before that changed. {_GENERATE}",
            )


def _write(gradebook: Any, table: ClassTable, row: SubmissionResult, topic: Topic, report: GradebookReport) -> None:
    assignment, course = report.assignments[topic.name], table.course
    student = _student(gradebook, row.student, table.people.get(row.student, Person(row.student)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # about nbgrader's own order of adding rows, and nothing of ours
        submission = gradebook.update_or_create_submission(assignment, student)
    notebook = next(notebook for notebook in submission.notebooks if notebook.name == topic.name)
    mark, result = row.mark_of(topic.name), result_of(row, topic.name)
    assert result is not None  # for the type checker: a topic without a result has no points
    notebook.late_submission_penalty = mark.penalty if mark else 0.0
    grades = {grade.name: grade for grade in notebook.grades}
    comments = {comment.name: comment for comment in notebook.comments}
    for grade in grades.values():
        if not grade.max_score:  # the visible tests' cell: nobody has to look at it
            grade.auto_score, grade.needs_manual_grade = 0.0, False
    whole = told_of_topic(course, row, result)
    for exercise in result.exercises:
        given = mark.given_for(exercise.name) if mark else None
        known = topic.exercise(exercise.name)
        assert known is not None  # for the type checker: results are of the course's exercises
        if grade := grades.get(grade_cell(known)):
            grade.auto_score = exercise.points if exercise.graded else None
            if given:
                grade.manual_score = given.points
            elif grade.manual_score is not None:
                report.manual_scores.append(f"{student}, {topic.name}.{exercise.name}: {grade.manual_score:g}")
            grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
        if comment := comments.get(solution_cell(known)):
            # What concerns the whole topic is told at its first exercise.
            comment.auto_comment = "\n".join([*whole, *told_of_exercise(course, result, exercise, mark)]) or None
            whole = []
    report.submissions += 1


def _student(gradebook: Any, name: str, person: Person) -> str:
    """Return the student's id in the gradebook: the first of their names that is one, else a new student's."""
    names = [text for text in (person.username, person.id, name, person.email) if text]
    for known in names:
        try:
            return str(gradebook.find_student(known).id)
        except MissingEntry:
            continue
    first, _, last = person.name.partition(" ")
    gradebook.update_or_create_student(names[0], first_name=first, last_name=last, email=person.email or None)
    return names[0]
