"""The check of one exercise of one student again, with all that an instructor may see of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from antorcha.bulk.grade import grade_jobs
from antorcha.bulk.jobs import Job
from antorcha.bulk.protocol import Scope
from antorcha.course.model import Course, Exercise, Topic
from antorcha.course.shuffled_quizzes import OptionOrders
from antorcha.errors import UserError
from antorcha.grading.class_table import people_of
from antorcha.intake.model import Submission, SubmittedFile, known_as
from antorcha.marks.given_by_hand import find_exercise
from antorcha.report.explanation import ExplainedExercise
from antorcha.results import ExerciseResult
from antorcha.results_folder.delivered import read_source
from antorcha.results_folder.folder import open_results
from antorcha.store.db import Source, Store, kept_name


@dataclass(frozen=True)
class GradedFile:
    """A student's file for a topic. `stands`: the result in the results folder, `None` where there is none.

    `same`: it is the very code that the result is of. `version`: moment, version of Antorcha, digest of the course.
    """

    student: str
    topic: Topic
    exercise: Exercise
    file: SubmittedFile
    source: Source
    option_order: str
    stands: ExerciseResult | None
    same: bool
    version: tuple[str, str, str] = ("", "", "")


def find_hand_in(course: Course, out: Path, student: str, exercise: str, delivery: Path | None = None) -> GradedFile:
    """Return the file that counts for a student's exercise, from the delivery in which it was graded.

    `delivery`: another one to look in. Raises: `UserError` where the student, the exercise or the file is not there.
    """
    topic, wanted = find_exercise(exercise, course)
    with open_results(out) as store:
        name = people_of(store).require(student)
        author, _, digest = store.counted().get((name, topic.name), (name, "", ""))
        source = Source(str(delivery)) if delivery else store.source_of(author, topic.name, digest)
        standing = store.standing(name, topic.name)
        version = store.version_of(name, topic.name)
        if source is None:
            source = _latest_source(store)
    if source is None:
        raise UserError(
            f"{out} does not know where the hand-ins of {name} are", "Say it with --class CLASS, or grade them again."
        )
    submission, file, orders = _delivered(course, source, author, topic.name, digest)
    stands = next((found for found in standing.exercises if found.name == wanted.name), None) if standing else None
    order = orders.of(submission.student, topic.name)
    return GradedFile(name, topic, wanted, file, source, order, stands, file.digest() == digest, version)


def explain_exercise(course: Course, hand_in: GradedFile) -> ExplainedExercise:
    """Run the checks of the exercise once more, in a locked worker. Raises: `UserError` where it cannot be locked."""
    job = Job(
        hand_in.student,
        hand_in.file,
        Scope(only=(hand_in.exercise.name,), explain=True),
        option_order=hand_in.option_order,
    )
    (graded,) = grade_jobs(course, [job], workers=1)
    result = next(exercise for exercise in graded.result.exercises if exercise.name == hand_in.exercise.name)
    return ExplainedExercise(
        hand_in.student,
        hand_in.topic.name,
        hand_in.file.filename,
        result,
        graded.explanation,
        hand_in.stands.points if hand_in.stands else None,
        hand_in.same,
        hand_in.version,
        tuple(lines_of(hand_in.file, hand_in.exercise.name)),
        graded.result.note,
        graded.result.output,
        course.language,
    )


def lines_of(file: SubmittedFile, name: str) -> Iterator[tuple[str, int, str]]:
    """Yield the lines of the definition of `name` that counts, the last one: file or cell, number, text."""
    found: list[tuple[str, int, str]] = []
    for cell in file.cells:
        try:
            body = ast.parse(cell.code).body
        except (SyntaxError, ValueError):
            continue
        for node in body:
            if getattr(node, "name", "") == name and node.end_lineno is not None:
                decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", [])]
                first = min([node.lineno, *decorators])
                texts = cell.code.splitlines()[first - 1 : node.end_lineno]
                found = [(cell.name, first + number, text) for number, text in enumerate(texts)]
    yield from found


def _latest_source(store: Store) -> Source | None:
    return next(reversed(store.sources()), None)


def _delivered(
    course: Course, source: Source, author: str, topic: str, digest: str
) -> tuple[Submission, SubmittedFile, OptionOrders]:
    """Return a student's submission with the file for a topic: of several attempts the one of the digest."""
    path = Path(source.path)
    if not path.exists():
        raise UserError(f"the hand-ins were in {path}, and there is nothing now", "Say where they are with --class.")
    if not Path(source.roster).is_file():  # without the names that it gave, the student may still be found
        source = replace(source, roster="")
    delivery = read_source(source, course)
    submission = next((found for found in delivery.submissions if kept_name(found.student) == author), None)
    if submission is None:
        raise UserError(f"{author} is not among the hand-ins in {path}", "Say where they are with --class CLASS.")
    attempts = [*submission.earlier.get(topic, ()), *filter(None, [submission.files.get(topic)])]
    if not attempts:
        raise UserError(f"{author} handed in no file for {topic} in {path}", "Say where it is with --class CLASS.")
    file = next((attempt for attempt in attempts if attempt.digest() == digest), attempts[-1])
    return submission, file, OptionOrders(course, known_as(delivery.submissions))
