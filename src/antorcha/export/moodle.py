"""Moodle's grade import: a CSV with a person's ids, and for each topic the points and what is told of it.

https://docs.moodle.org/en/Grade_import: the first line names the columns, and the teacher maps one of them to a user
(email address, ID number or username) and the others to grade items and to their feedback.
"""

from __future__ import annotations

import csv
import io

from antorcha.course.model import Course
from antorcha.export.csv import harmless
from antorcha.export.topic_points import points_of, result_of, told_of_topic, written
from antorcha.grading.class_table import ClassTable
from antorcha.intake.model import Person
from antorcha.report.feedback import told_of_exercise
from antorcha.results import SubmissionResult, TopicResult


def moodle_import(table: ClassTable) -> str:
    """Return the table as text, without a row for who has no mark at all: an empty cell would delete one there."""
    course = table.course
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    topics = [column for topic in course.topics for column in (topic.name, f"{topic.name} feedback")]
    writer.writerow(["ID number", "Username", "Email address", "Full name", *topics])
    for row in table.rows:
        person = table.people.get(row.student, Person(row.student))
        cells = [cell for topic in course.topics for cell in _cells(course, row, topic.name)]
        if any(cells):
            who = (person.id, person.username, person.email, person.name or row.student)
            writer.writerow([*map(harmless, who), *cells])
    return text.getvalue()


def _cells(course: Course, row: SubmissionResult, topic: str) -> tuple[str, str]:
    points, result = points_of(row, topic), result_of(row, topic)
    if points is None or result is None:
        return "", ""
    return written(points), harmless(feedback_text(course, row, result))


def feedback_text(course: Course, row: SubmissionResult, topic: TopicResult) -> str:
    """Return the feedback on a topic as one line of plain text, as the student's page tells it."""
    told = told_of_topic(course, row, topic)
    for exercise in topic.exercises:
        if sentences := told_of_exercise(course, topic, exercise, row.mark_of(topic.topic)):
            told.append(f"{exercise.name}: {' '.join(sentences)}")
    return " · ".join(" ".join(part.split()) for part in told)
