"""Writing of the grader's results as cell outputs, which nbgrader reads its marks from and shows to students."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from logging import Logger
from typing import Any

from nbgrader import utils

from antorcha.course.model import Course
from antorcha.explain import explain
from antorcha.i18n import N_, translate
from antorcha.intake.notebook import may_be_students
from antorcha.nbgrader.cells import METADATA_KEY, POINTS_PREFIX
from antorcha.nbgrader.feedback import feedback_lines
from antorcha.nbgrader.released import as_students_see, grade_id, node
from antorcha.report.markup import clean
from antorcha.results import Diagnosis, ExerciseResult, TopicResult, Verdict

_NOT_OURS = N_("This cell belongs to no exercise of the course, and was not run.")
_SUMMARY = N_("### About your submission")
_MISSING = ("missing", "missing_set_aside")  # the diagnoses of a function that no cell defines
_CELL_NUMBER = re.compile(r"(\d+)$")
# Escaped in the summary, a Markdown cell: a student's file name or line must not become a link or a heading.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|$~&])")
_ESCAPED = r"\\\1"
_IMAGE = '<img src="{}" alt=""><br>'  # an address of ours: a drawing is made anew from a student's numbers


def write_marks(
    nb: Any,
    course: Course,
    result: TopicResult,
    notes: Sequence[Diagnosis],
    log: Logger,
    *,
    others_ran: bool = False,
) -> None:
    """Set the outputs of every cell that nbgrader reads points from, and say above all what concerns the whole file.

    `notes`: what was said of the file before it was graded, such as cells that are no Python. `others_ran`: tests that
    are not ours have the outputs of their own run; without it they get an error, and so no points.
    """
    lost = _set_aside(nb, notes, course.language)
    exercises = {POINTS_PREFIX + exercise.name: exercise for exercise in result.exercises}
    for number, cell in enumerate(nb.cells, start=1):
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            continue
        name = grade_id(cell)
        cell.execution_count = number
        if name in exercises:
            # Nobody needs to read the call that stands for the hidden tests below each exercise.
            cell.source = as_students_see(cell)
            cell.outputs = _points(exercises[name], cell, course, result.note, lost, log)
        elif float(cell.metadata.nbgrader["points"]) > 0 and not others_ran:
            log.error("%s: belongs to no exercise of %s; it gets no points", name, result.topic)
            sentence = translate(_NOT_OURS, course.language)
            cell.outputs = [node(output_type="error", ename="NotGraded", evalue=sentence, traceback=[sentence])]
    whole = [*([result.note] if result.note else []), *notes]
    if whole:
        nb.cells.insert(0, _summary([explain(note, course.language) for note in whole], course.language))


def student_cells(nb: Any) -> list[Any]:
    """Return the code cells of `nb` that are the student's, in the order in which messages number them."""
    return [cell for cell in nb.cells if cell.cell_type == "code" and may_be_students(cell)]


def _set_aside(nb: Any, notes: Sequence[Diagnosis], language: str) -> dict[str, str]:
    """Write below each cell that a note is about the note's sentence; return the sentences by the cells' functions."""
    cells = student_cells(nb)
    lost: dict[str, str] = {}
    for note in notes:
        number = _CELL_NUMBER.search(str(note.details.get("cell", "")))
        if number is None or not 0 < int(number.group()) <= len(cells):
            continue
        cell, sentence = cells[int(number.group()) - 1], explain(note, language)
        if not utils.is_grade(cell):
            cell.outputs = [_stream(f"{sentence}\n")]
        # By a pattern and not by `ast`: most of these cells do not compile.
        for name in re.findall(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", cell.source, re.MULTILINE):
            lost.setdefault(name, sentence)
    return lost


def _points(
    exercise: ExerciseResult, cell: Any, course: Course, note: Diagnosis | None, lost: dict[str, str], log: Logger
) -> list[Any]:
    """Return the outputs of a points cell: the sentences about the exercise, then its points.

    nbgrader reads a cell's points from its first result. `lost`: sentences for functions whose cell was left out.
    """
    for check in exercise.checks:
        if check.verdict is Verdict.GRADER_ERROR:
            private = check.diagnosis.private if check.diagnosis else {}
            log.error("%s: the check itself failed: %s", check.check, private.get("message", ""))
    maximum = float(cell.metadata.nbgrader["points"])
    if maximum != exercise.max_points:
        log.warning(
            "%s: %g points here, %g in grading.toml; graded as a share of %g. Release the assignment again.",
            *(exercise.name, maximum, exercise.max_points, maximum),
        )
    lines = feedback_lines(exercise, course.feedback_of(exercise.name), course.language)
    if exercise.name in lost and any(check.diagnosis and check.diagnosis.kind in _MISSING for check in exercise.checks):
        lines = [lines[0], f"  - {clean(lost[exercise.name])}"]  # the function is there, in a cell that cannot run
    sentence = explain(note, course.language) if note else ""
    # It stands above the page already; an exercise repeats it only where nothing else says why its points are lost.
    if sentence and exercise.points < exercise.max_points and len(lines) == 1:
        lines.append(f"  - {sentence}")
    said = _stream("\n".join(lines) + "\n")
    return [said, *_figures(exercise, course.language), _number(_scaled(exercise, maximum), cell.execution_count)]


def _figures(exercise: ExerciseResult, language: str) -> list[Any]:
    """Return the figures of visible tests as outputs, the student's beside the one that is expected."""
    if not exercise.pictures:
        return []
    # Not above: it brings torch along, and every command of nbgrader imports this file with its configuration.
    from antorcha.report.feedback import pictures_of

    outputs = []
    for pair in pictures_of(exercise, language):
        sides = (pair.mine, pair.mine_words), (pair.expected, pair.expected_words)
        cells = [f"<td>{_IMAGE.format(image) if image else ''}{escape(words)}</td>" for image, words in sides]
        data = node(**{"text/html": f"<table><tr>{''.join(cells)}</tr></table>"})
        outputs.append(node(output_type="display_data", data=data, metadata=node()))
    return outputs


def _scaled(exercise: ExerciseResult, maximum: float) -> float:
    """Return the points that nbgrader records, from 0 to `maximum`.

    It counts a number above a cell's points as an error, and one below 0 as full points.
    """
    if maximum != exercise.max_points:
        share = exercise.points / exercise.max_points if exercise.max_points else 0.0
        return round(min(max(share, 0.0), 1.0) * maximum, 6)
    return min(max(exercise.points, 0.0), maximum)


def _summary(sentences: list[str], language: str) -> Any:
    """Return the Markdown cell above the notebook, with each sentence once."""
    lines = [translate(_SUMMARY, language), ""]
    lines += [f"- {_MARKDOWN.sub(_ESCAPED, clean(sentence))}" for sentence in sentences]
    source = "\n".join(dict.fromkeys(lines))
    return node(cell_type="markdown", id="antorcha-summary", metadata=node(**{METADATA_KEY: node()}), source=source)


def _stream(text: str) -> Any:
    return node(output_type="stream", name="stdout", text=text)


def _number(points: float, count: int) -> Any:
    """Return the output of a cell that ends in this number; its text is what nbgrader reads as points."""
    data = node(**{"text/plain": repr(float(points))})
    return node(output_type="execute_result", data=data, metadata=node(), execution_count=count)
