"""The essays that wait for a person, as a CSV to be filled in and given to `antorcha mark --from`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from antorcha.export.csv import harmless
from antorcha.export.topic_points import written
from antorcha.grading.class_table import ClassTable
from antorcha.results import ExerciseResult, SubmissionResult, TopicResult


def answers_to_grade(table: ClassTable, sharing: Mapping[tuple[str, str], Sequence[str]]) -> tuple[str, int]:
    """Return the table as text, exercise by exercise, and how many answers are in it.

    `sharing`: by student and topic, the others for whom the same submission counts. What a group wrote is listed once.
    `points`, `rubric` and `why` are for the person; `rubric` is there with the rows' names: "cause=; example=".
    """
    waiting = [
        (topic, exercise, row)
        for topic in table.course.topics
        for exercise in topic.exercises
        for row in table.rows
        if (result := _result(row, topic.name, exercise.name)) and _waits(row, *result)
    ]
    text = io.StringIO()
    listed: set[tuple[str, str]] = set()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "exercise", "answer", "max", "points", "rubric", "why", "also for"])
    for topic, exercise, row in waiting:
        others = sharing.get((row.student, topic.name), ())
        if any((other, exercise.name) in listed for other in others):
            continue
        listed.add((row.student, exercise.name))
        result = _result(row, topic.name, exercise.name)
        assert result is not None  # for the type checker: it was found above
        answer = "\n".join(map(harmless, result[1].answer.splitlines())) or "(no text: look at the file)"
        rubric = "; ".join(f"{part.name}=" for part in exercise.rubric)
        name = f"{topic.name}.{exercise.name}"
        writer.writerow(
            [harmless(row.student), name, answer, written(exercise.points), "", rubric, "", harmless("; ".join(others))]
        )
    return text.getvalue(), len(listed)


def _result(row: SubmissionResult, topic: str, exercise: str) -> tuple[TopicResult, ExerciseResult] | None:
    for result in row.topics:
        for graded in result.exercises if result.topic == topic else ():
            if graded.name == exercise:
                return result, graded
    return None


def _waits(row: SubmissionResult, topic: TopicResult, exercise: ExerciseResult) -> bool:
    mark = row.mark_of(topic.topic)
    return exercise.to_grade and not (mark and mark.given_for(exercise.name))
