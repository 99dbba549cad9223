"""Marks and comments that a teacher gives by hand, from a command line or a CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from antorcha.course.model import Course, Exercise, RubricRow, Topic
from antorcha.course.quiz import same_student as plain_words
from antorcha.errors import UserError
from antorcha.intake.text import lenient, separator_of
from antorcha.marks.known_people import People
from antorcha.results import RubricPoints, TeacherMark

# Headings as they are compared: without accents and case.
_COLUMNS = {
    "student": ("student", "estudiante", "alumno", "alumna"),
    "exercise": ("exercise", "ejercicio"),
    "points": ("points", "puntos"),
    "why": ("why", "reason", "motivo", "por que"),
    "comment": ("comment", "comentario"),
    "rubric": ("rubric", "rubrica"),
    "answer": ("answer", "respuesta"),
}
_HINT = "Its first line names the columns: student, exercise, points, why, comment, rubric."

# What is known of an exercise of a student now: its points, or none, and the digest of an essay's text.
Known = Callable[[str, str, str], tuple[float | None, str]]


@dataclass(frozen=True)
class GivenByHand:
    """A line that a teacher wrote, not checked yet; `place` says where it stands: "marks.csv, line 3".

    `points` is "" where the line has a comment alone, or a rubric whose rows say them, and `None` where the mark is to
    be withdrawn; `rubric`: "cause=2; example=0.5".
    """

    student: str
    exercise: str = ""
    points: str | None = ""
    why: str = ""
    comment: str | None = None
    rubric: str = ""
    place: str = ""


@dataclass(frozen=True)
class Checked:
    """Marks and comments that may be kept.

    `marks`: the student, the mark (`None`: withdrawn), topic and exercise; `comments`: by student.
    """

    marks: list[tuple[str, TeacherMark | None, str, str]]
    comments: dict[str, str]


def read_given(path: Path) -> list[GivenByHand]:
    """Return the lines of a CSV with commas, semicolons or tabs. Raises: `UserError`."""
    try:
        text = lenient(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.", _HINT) from error
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)))
    titles = [plain_words(title) for title in lines[0]] if lines else []
    places = {
        kind: next((titles.index(name) for name in names if name in titles), -1) for kind, names in _COLUMNS.items()
    }
    wanted = (places["exercise"] >= 0 and places["points"] >= 0) or places["comment"] >= 0
    if places["student"] < 0 or not wanted:
        raise UserError(f"{path} has no columns for student, exercise and points, or for student and comment.", _HINT)
    found = []
    for number, row in enumerate(lines[1:], start=2):
        cells = {kind: row[place].strip() if 0 <= place < len(row) else "" for kind, place in places.items()}
        if not any(_rubric_cells(cells["rubric"]).values()):
            cells["rubric"] = ""
        answer, comment = cells.pop("answer"), cells.pop("comment") or None
        waits = answer and not any((comment, cells["points"], cells["why"], cells["rubric"]))
        if (any(cells.values()) or comment) and not waits:  # of a list of answers what is not graded yet is passed over
            found.append(GivenByHand(**cells, comment=comment, place=f"{path.name}, line {number}"))
    return found


def checked(lines: Iterable[GivenByHand], course: Course, people: People, known: Known) -> Checked:
    """Return what the lines give, by the names under which results are kept.

    `known(student, topic, exercise)`: what the checks give now, and what an essay says.
    Raises: `UserError` with a line for each mistake, in which case nothing may be kept.
    """
    found = Checked([], {})
    mistakes = []
    for line in lines:
        try:
            _add(line, course, people, known, found)
        except UserError as mistake:
            place = f"{line.place}: " if line.place else ""
            mistakes.append((f"{place}{mistake.message}", mistake.hint))
    if mistakes:
        hint = mistakes[0][1] if len(mistakes) == 1 else "Nothing was kept: mend these and run it again."
        raise UserError("\n".join(message for message, _ in mistakes), hint)
    return found


def with_groups(
    given: Checked,
    course: Course,
    sharing: Mapping[tuple[str, str], Sequence[str]],
    earlier: Mapping[str, Sequence[TeacherMark]],
) -> Checked:
    """Return the marks, with those of essays given to the rest of a group too.

    `sharing`: by student and topic, the others for whom the same submission counts; `earlier`: marks given
    before. A member with a line of their own, or with another mark than the one that is replaced, keeps it.
    """
    essays = {(topic.name, name) for topic in course.topics for name in topic.essays}
    named = {(student, topic, exercise) for student, _, topic, exercise in given.marks}

    def before(student: str, topic: str, exercise: str) -> tuple[float, str, tuple[RubricPoints, ...]] | None:
        marks = (mark for mark in earlier.get(student, ()) if (mark.topic, mark.exercise) == (topic, exercise))
        return next(((mark.points, mark.why, mark.rubric) for mark in marks), None)

    marks = list(given.marks)
    for student, mark, topic, exercise in given.marks:
        others = sharing.get((student, topic), ()) if (topic, exercise) in essays else ()
        for other in others:
            same_before = before(other, topic, exercise) == before(student, topic, exercise)
            if same_before and (other, topic, exercise) not in named:
                named.add((other, topic, exercise))  # of a file's lines for one group the first is that of the rest
                marks.append((other, mark, topic, exercise))
    return Checked(marks, given.comments)


def _add(
    line: GivenByHand,
    course: Course,
    people: People,
    known: Known,
    found: Checked,
) -> None:
    student = people.require(line.student)
    if line.comment is not None:
        found.comments[student] = line.comment
    if not line.exercise and line.comment is not None:
        return
    topic, exercise = find_exercise(line.exercise, course)
    if any(pair == (student, topic.name, exercise.name) for pair in ((who, t, e) for who, _, t, e in found.marks)):
        raise UserError(f"{student} has a mark for {exercise.name} twice", "Keep one of the two lines.")
    if line.points is None:
        found.marks.append((student, None, topic.name, exercise.name))
        return
    rubric = _rubric(line, topic, exercise)
    points = _points(line.points, topic, exercise) if line.points or not rubric else sum(row.points for row in rubric)
    if rubric and abs(points - sum(row.points for row in rubric)) > 1e-6:
        raise UserError(
            f"the rows of {exercise.name} come to {sum(row.points for row in rubric):g} points, and not to {points:g}",
            "Leave the points away, or mend the rows.",
        )
    automatic, answer = known(student, topic.name, exercise.name)
    # Where checks gave points, who loses or gains some is owed a reason; an essay's points need none.
    if not line.why.strip() and not exercise.is_essay:
        raise UserError(
            f"the mark of {student} for {exercise.name} has no reason",
            "Say it with --why TEXT, or in the column why: the student's page shows it.",
        )
    mark = TeacherMark(
        topic.name, exercise.name, points, line.why.strip(), automatic, exercise.points, rubric=rubric, answer=answer
    )
    found.marks.append((student, mark, topic.name, exercise.name))


def find_exercise(name: str, course: Course) -> tuple[Topic, Exercise]:
    """Return the exercise of a name: "center", or "tensors.center". Raises: `UserError` where there is none."""
    every = {
        f"{topic.name}.{exercise.name}": (topic, exercise) for topic in course.topics for exercise in topic.exercises
    }
    for full, pair in every.items():
        if name in (full, pair[1].name):
            return pair
    names = [exercise.name for _, exercise in every.values()]
    near = get_close_matches(name.rpartition(".")[2], names, n=3)
    raise UserError(
        f'the course has no exercise "{name}"',
        f"Did you mean: {', '.join(near)}?" if near else "`antorcha topics` lists them.",
    )


def _points(text: str, topic: Topic, exercise: Exercise, row: RubricRow | None = None) -> float:
    """Return points as a person writes them, with a point or a comma. Raises: `UserError`."""
    try:
        points = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        points = math.nan
    most = row.points if row else exercise.points
    if not 0 <= points <= most:
        of_row = f", {row.name}" if row else ""
        raise UserError(
            f'"{text}" is not a number of points for {topic.name}.{exercise.name}{of_row}',
            f"It may be anything from 0 to {most:g}.",
        )
    return points


def _rubric_cells(text: str) -> dict[str, str]:
    """Return what is written for each row of a rubric: "cause=2; example=" or a line for each."""
    pairs = [part.partition("=") for part in re.split(r"[;\n]", text) if part.strip()]
    return {name.strip(): points.strip() for name, _, points in pairs}


def _rubric(line: GivenByHand, topic: Topic, exercise: Exercise) -> tuple[RubricPoints, ...]:
    """Return the points of a rubric's rows, none where none are said. Raises: `UserError` unless all rows are."""
    cells = _rubric_cells(line.rubric)
    if not cells:
        return ()
    names = [row.name for row in exercise.rubric]
    if sorted(cells) != sorted(names):
        said = f"its rows are: {', '.join(names)}" if names else "it has none"
        raise UserError(
            f'"{line.rubric}" is not the rubric of {topic.name}.{exercise.name}; {said}',
            f'Say it as "{"; ".join(f"{name}=1" for name in names)}".' if names else "Give the points alone.",
        )
    return tuple(
        RubricPoints(row.name, _points(cells[row.name], topic, exercise, row), row.points) for row in exercise.rubric
    )
