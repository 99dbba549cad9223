"""A topic as the cells of nbgrader's source notebook: the lesson, and three cells for each exercise.

A solution cell holds the reference's answer between nbgrader's marks, and in its metadata the stub that
`nbgrader generate_assignment` puts in its place. A check cell runs the visible tests; it is worth no points, but a
failure in it is one that `nbgrader validate` reports. A points cell holds a call to the hidden tests.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from antorcha.course.model import Course, Exercise, Topic
from antorcha.i18n import N_, translate
from antorcha.release.reference import Definition, Reference, docstring_node, read_reference
from antorcha.release.stubs import (
    STUB_PREFIX,
    Piece,
    join_pieces,
    reference_path,
    render_lesson,
    stub_pieces,
    translator,
)

KEY = "antorcha"  # in the metadata of cells and notebooks
POINTS_PREFIX = "points_"

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_WORDS_AROUND = N_(
    "Work in the cells that say `raise NotImplementedError`, or that hold code with a mistake in it. The cell below "
    "each one checks it: run it as often as you like. The cell with the points is run when your work is graded."
)
_HEADING = N_("## `{name}` ({points} points)")
_HEADING_ONE = N_("## `{name}` (1 point)")
_POINTS_HERE = N_(
    "Points: {points}. Hidden tests run here when your work is graded; until then there is nothing to do."
)

Cell = dict[str, Any]


@dataclass(frozen=True)
class _Part:
    """What belongs to one exercise: its piece, and what of the reference comes before it and is not given away."""

    piece: Piece
    shared: tuple[Piece, ...]  # kept pieces (constants, helpers) between the last exercise and this one
    hidden: str  # source text


def notebook_for(course: Course, topic: Topic, language: str, *, ambiguous: frozenset[str] = frozenset()) -> Cell:
    """The source notebook of a topic as nbformat 4.5 JSON. `ambiguous`: exercises that need their topic's name."""
    cells = _cells(course, topic, language, ambiguous)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, KEY: {"digest": digest_of(cells)}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def digest_of(cells: list[Cell]) -> str:
    """What an author may have changed by hand: the text of the cells, and not their outputs."""
    text = [[one.get("cell_type"), _joined(one.get("source", ""))] for one in cells]
    return hashlib.sha256(json.dumps(text).encode("utf-8", "surrogatepass")).hexdigest()


def _joined(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)


def _cells(course: Course, topic: Topic, language: str, ambiguous: frozenset[str]) -> list[Cell]:
    reference = read_reference(reference_path(course, topic.name))
    pieces = stub_pieces(course, topic.name, translator(course, language))
    intro, shared, parts = _parts(reference, topic, pieces)
    lesson = render_lesson(course, topic.name, language)
    texts = [lesson, intro, translate(_WORDS_AROUND, language)]
    cells = [_markdown(f"text-{number}", text) for number, text in enumerate(texts) if text]
    cells.append(_locked("setup", join_pieces(shared).strip() or "import torch"))
    for part in parts:  # in the reference's order: an answer may stand on one above it
        exercise = topic.exercise(part.piece.exercise)
        assert exercise is not None
        cells += _exercise_cells(reference, topic, exercise, part, language, exercise.name in ambiguous)
    return cells


def _parts(reference: Reference, topic: Topic, pieces: list[Piece]) -> tuple[str, list[Piece], list[_Part]]:
    """The module's docstring as text, the pieces above the first exercise, and the exercises in the file's order."""
    intro = ""
    shared: list[Piece] = []
    parts: list[_Part] = []
    top: list[Piece] = []
    hidden = _left_out(reference, topic, {piece.line for piece in pieces})
    for piece in pieces:
        if piece.line == 0:
            intro = ast.literal_eval(piece.text).strip()
        elif piece.exercise:
            above = [text for line, text in hidden if line < piece.line]
            hidden = [one for one in hidden if one[0] >= piece.line]
            parts.append(_Part(piece, tuple(shared), "\n\n".join(above)))
            shared = []
        else:
            (shared if parts else top).append(piece)
    if parts and hidden:  # below the last exercise: called by it, and only when it runs
        last = parts[-1]
        below = "\n\n".join([*([last.hidden] if last.hidden else []), *(text for _, text in hidden)])
        parts[-1] = _Part(last.piece, last.shared, below)
    return intro, top, parts


def _left_out(reference: Reference, topic: Topic, kept: set[int]) -> list[tuple[int, str]]:
    """What the reference's answers need and students do not get, by line: private helpers and constants."""
    docstring = docstring_node(reference.tree)
    found = []
    for node in reference.tree.body:
        is_docstring = isinstance(node, ast.Expr) and node.value is docstring
        name = node.name if isinstance(node, Definition) else ""
        is_exercise = topic.exercise(name.removeprefix(STUB_PREFIX)) is not None
        is_script = isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__")
        if node.lineno not in kept and not (is_docstring or is_exercise or is_script):
            found.append((node.lineno, "\n".join(reference.source_lines(node))))
    return found


def _exercise_cells(
    reference: Reference, topic: Topic, exercise: Exercise, part: _Part, language: str, ambiguous: bool
) -> list[Cell]:
    name = exercise.name
    points = f"{exercise.points:g}"
    heading = translate(_HEADING_ONE if exercise.points == 1 else _HEADING, language)
    cells = [_markdown(f"heading-{name}", heading.format(name=name, points=points))]
    if part.shared:
        cells.append(_locked(f"given_{name}", join_pieces(part.shared).strip()))
    which = f', topic="{topic.name}"' if ambiguous else ""
    comment = translate(_POINTS_HERE, language).format(points=points)
    hidden = f'from antorcha.notebook import grade_cell\n\ngrade_cell("{topic.name}", "{name}", globals())'
    return [
        *cells,
        _solution(name, _solved(reference, part), part.piece.text),
        _graded(f"check_{name}", f'from antorcha.notebook import check\n\ncheck("{name}"{which})', 0),
        _graded(
            POINTS_PREFIX + name,
            f"# {comment}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS",
            exercise.points,
        ),
    ]


def _solved(reference: Reference, part: _Part) -> str:
    """The reference's own answer, with the stub's signature and docstring, between nbgrader's marks."""
    stub = part.piece.text
    node = ast.parse(stub).body[0]
    answer = [one for one in reference.tree.body if isinstance(one, Definition) and one.name == part.piece.exercise][-1]
    assert isinstance(node, Definition)
    docstring = docstring_node(node)
    lines = stub.split("\n")
    opening = lines[: docstring.end_lineno] if docstring else reference.header(answer).split("\n")
    hidden = [_BEGIN, part.hidden, _END, "", ""] if part.hidden else []
    body = reference.body(answer) or "    pass"
    return "\n".join([*hidden, *opening, f"    {_BEGIN}", body, f"    {_END}"])


def _markdown(name: str, text: str) -> Cell:
    return {"cell_type": "markdown", "id": _cell_id(name), "metadata": {}, "source": text.strip()}


def _code(name: str, source: str, marks: dict[str, Any]) -> Cell:
    nbgrader = {"grade": False, "grade_id": name, "locked": False, "solution": False, "task": False, **marks}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": _cell_id(name),
        "metadata": {"nbgrader": {**nbgrader, "schema_version": 3}},
        "outputs": [],
        "source": source,
    }


def _locked(name: str, source: str) -> Cell:
    return _code(name, source, {"locked": True})


def _solution(name: str, source: str, stub: str) -> Cell:
    cell = _code(f"solution_{name}", source, {"solution": True})
    cell["metadata"][KEY] = {"stub": stub}
    return cell


def _graded(name: str, source: str, points: float) -> Cell:
    return _code(name, source, {"grade": True, "locked": True, "points": points})


def _cell_id(name: str) -> str:
    """A name that nbformat takes for a cell: the same in every release, so that versions can be compared."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    return plain if len(plain) <= 64 else f"{plain[:48]}-{hashlib.sha256(name.encode()).hexdigest()[:15]}"
