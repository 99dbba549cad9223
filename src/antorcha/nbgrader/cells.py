"""The cells of nbgrader's source notebook for a topic: requirements, the lesson, and three cells for each exercise.

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
from antorcha.intake.notebook import ESSAY_PREFIX, ESSAY_TEXT, REQUIREMENTS_CELL
from antorcha.nbgrader.requirements_cell import requirements_cell
from antorcha.sources.reference import Definition, Reference, docstring_node, read_reference
from antorcha.sources.reference_checks import STUB_PREFIX
from antorcha.sources.stub_pieces import StubPiece, join_pieces
from antorcha.sources.stubs import reference_path, render_lesson, stub_pieces, translator

METADATA_KEY = "antorcha"  # in the metadata of cells and notebooks

# What nbgrader calls our cells of an exercise, followed by the exercise's name.
SOLUTION_PREFIX = "solution_"
CHECK_PREFIX = "check_"
POINTS_PREFIX = "points_"

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_WORDS_AROUND = N_(
    "Work in the cells that say `raise NotImplementedError`, or that hold code with a mistake in it. The cell below "
    "each one checks it: run it as often as you like. In a cell of your own `%antorcha hint` gives a hint, again for "
    "the next one, and `%antorcha progress` shows how far you are. The cell with the points is run when your work is "
    "graded."
)
_HEADING = N_("## `{name}` ({points} points)")
_HEADING_ONE = N_("## `{name}` (1 point)")
_ESSAY_POINTS = N_("Points: {points}. Your instructor reads this answer.")
_POINTS_HERE = N_(
    "Points: {points}. Hidden tests run here when your work is graded; until then there is nothing to do."
)

JsonNode = dict[str, Any]


@dataclass(frozen=True)
class _ExercisePart:
    """An exercise: its piece, and what of the reference comes before it and is not given away."""

    piece: StubPiece
    shared: tuple[StubPiece, ...]  # kept pieces (constants, helpers) between the last exercise and this one
    hidden: str  # source text


def notebook_for(
    course: Course, topic: Topic, language: str, assignment: str, *, ambiguous: frozenset[str] = frozenset()
) -> JsonNode:
    """Return the source notebook of a topic as nbformat 4.5 JSON. `ambiguous`: exercises told by their topic too."""
    requirements = _locked(REQUIREMENTS_CELL, requirements_cell(assignment, language))
    cells = [requirements, *_cells(course, topic, language, ambiguous)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    # By these a later release knows our cells from what a teacher added.
    released = {"cells": [cell["id"] for cell in cells], "digest": digest_of(cells)}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, METADATA_KEY: released}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def notebook_bytes(notebook: JsonNode) -> bytes:
    """Return a notebook as the bytes of its file."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def with_cells_added(present: JsonNode, wanted: JsonNode) -> JsonNode | None:
    """Return the notebook `wanted` with the cells that a teacher added to `present`, each below the same cell of ours.

    `None` where one of our own cells in `present` was changed or is gone. Raises: `KeyError`, `TypeError` or
    `AttributeError` for what is no notebook of ours.
    """
    released = present["metadata"][METADATA_KEY]
    # Without noted ids the notebook was released before teachers' cells were kept: all were ours.
    names = released.get("cells") or [cell.get("id") for cell in present["cells"]]
    ours = [cell for cell in present["cells"] if cell.get("id") in names]
    if digest_of(ours) not in (released["digest"], wanted["metadata"][METADATA_KEY]["digest"]):
        return None
    above: dict[str, list[JsonNode]] = {}
    last = ""
    for cell in present["cells"]:
        if cell.get("id") in names:
            last = cell["id"]
        else:
            above.setdefault(last, []).append(cell)
    cells = above.pop("", [])
    for cell in wanted["cells"]:
        cells += [cell, *above.pop(cell["id"], [])]
    left_over = [cell for added in above.values() for cell in added]  # below a cell that is no longer released
    return {**wanted, "cells": cells + left_over}


def digest_of(cells: list[JsonNode]) -> str:
    """Return the SHA-256 (hex) of the kind and the text of cells: what a person changes, and not the outputs."""
    text = [[cell.get("cell_type"), _joined(cell.get("source", ""))] for cell in cells]
    return hashlib.sha256(json.dumps(text).encode("utf-8", "surrogatepass")).hexdigest()


def _joined(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)


def _cells(course: Course, topic: Topic, language: str, ambiguous: frozenset[str]) -> list[JsonNode]:
    """Return all cells of a topic's notebook but the first, in their order."""
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


def _parts(
    reference: Reference, topic: Topic, pieces: list[StubPiece]
) -> tuple[str, list[StubPiece], list[_ExercisePart]]:
    """Return the module's docstring, the pieces above the first exercise, and the exercises in the file's order."""
    intro = ""
    shared: list[StubPiece] = []
    parts: list[_ExercisePart] = []
    top: list[StubPiece] = []
    hidden = _left_out(reference, topic, {piece.line for piece in pieces})
    for piece in pieces:
        if piece.line == 0:
            intro = ast.literal_eval(piece.text).strip()
        elif piece.exercise:
            above = [text for line, text in hidden if line < piece.line]
            hidden = [(line, text) for line, text in hidden if line >= piece.line]
            parts.append(_ExercisePart(piece, tuple(shared), "\n\n".join(above)))
            shared = []
        else:
            (shared if parts else top).append(piece)
    if parts and hidden:  # below the last exercise: called by it, and only when it runs
        last = parts[-1]
        below = "\n\n".join([*([last.hidden] if last.hidden else []), *(text for _, text in hidden)])
        parts[-1] = _ExercisePart(last.piece, last.shared, below)
    return intro, top, parts


def _left_out(reference: Reference, topic: Topic, kept: set[int]) -> list[tuple[int, str]]:
    """Return private helpers and constants, (line, source) each: the answers need them and students do not get them."""
    docstring = docstring_node(reference.tree)
    left_out = []
    for node in reference.tree.body:
        is_docstring = isinstance(node, ast.Expr) and node.value is docstring
        name = node.name if isinstance(node, Definition) else ""
        is_exercise = topic.exercise(name.removeprefix(STUB_PREFIX)) is not None
        # A script's part would run in the notebook, where `__name__` is "__main__".
        is_script = isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__")
        if node.lineno not in kept and not (is_docstring or is_exercise or is_script):
            left_out.append((node.lineno, "\n".join(reference.source_lines(node))))
    return left_out


def _exercise_cells(
    reference: Reference, topic: Topic, exercise: Exercise, part: _ExercisePart, language: str, ambiguous: bool
) -> list[JsonNode]:
    """Return an exercise's heading, what of the reference is given above it, and its answer, check and points."""
    name = exercise.name
    points = f"{exercise.points:g}"
    heading = translate(_HEADING_ONE if exercise.points == 1 else _HEADING, language)
    cells = [_markdown(f"heading-{name}", heading.format(name=name, points=points))]
    if part.shared:
        cells.append(_locked(f"given_{name}", join_pieces(part.shared).strip()))
    if exercise.is_essay:
        return [*cells, *_essay_cells(exercise, part, language)]
    topic_argument = f', topic="{topic.name}"' if ambiguous else ""
    comment = translate(_POINTS_HERE, language).format(points=points)
    hidden = f'from antorcha.notebook import grade_cell\n\ngrade_cell("{topic.name}", "{name}", globals())'
    return [
        *cells,
        _solution(name, _solved(reference, part), part.piece.text),
        _graded(CHECK_PREFIX + name, f'from antorcha.notebook import check\n\ncheck("{name}"{topic_argument})', 0),
        _graded(
            POINTS_PREFIX + name,
            f"# {comment}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS",
            exercise.points,
        ),
    ]


def _essay_cells(exercise: Exercise, part: _ExercisePart, language: str) -> list[JsonNode]:
    """Return an essay's question, and the Markdown cell for the answer, which nbgrader has a person grade."""
    node = ast.parse(part.piece.text).body[0]
    assert isinstance(node, Definition)
    question = ast.get_docstring(node) or ""
    points = translate(_ESSAY_POINTS, language).format(points=f"{exercise.points:g}")
    answer = _markdown(grade_cell(exercise), translate(ESSAY_TEXT, language))
    marks = {"grade": True, "grade_id": grade_cell(exercise), "locked": False, "points": exercise.points}
    answer["metadata"] = {
        "nbgrader": {**marks, "solution": True, "task": False, "schema_version": 3},
        METADATA_KEY: {"stub": answer["source"]},
    }
    return [_markdown(f"question-{exercise.name}", f"{question}\n\n{points}"), answer]


def grade_cell(exercise: Exercise) -> str:
    """Return nbgrader's name of the cell that an exercise's points belong to."""
    return (ESSAY_PREFIX if exercise.is_essay else POINTS_PREFIX) + exercise.name


def solution_cell(exercise: Exercise) -> str:
    """Return nbgrader's name of the cell that holds an exercise's answer, and comments on it."""
    return (ESSAY_PREFIX if exercise.is_essay else SOLUTION_PREFIX) + exercise.name


def _solved(reference: Reference, part: _ExercisePart) -> str:
    """Return the reference's own answer, with the stub's signature and docstring, between nbgrader's marks.

    The docstring is the stub's because that one is translated.
    """
    stub = part.piece.text
    node = ast.parse(stub).body[0]
    answers = [definition for definition in reference.tree.body if isinstance(definition, Definition)]
    answer = [definition for definition in answers if definition.name == part.piece.exercise][-1]
    assert isinstance(node, Definition)
    docstring = docstring_node(node)
    lines = stub.split("\n")
    opening = lines[: docstring.end_lineno] if docstring else reference.header(answer).split("\n")
    hidden = [_BEGIN, part.hidden, _END, "", ""] if part.hidden else []
    body = reference.body(answer) or "    pass"
    return "\n".join([*hidden, *opening, f"    {_BEGIN}", body, f"    {_END}"])


def _markdown(name: str, text: str) -> JsonNode:
    return {"cell_type": "markdown", "id": _cell_id(name), "metadata": {}, "source": text.strip()}


def _code(name: str, source: str, marks: dict[str, Any]) -> JsonNode:
    """Return a code cell; `marks`: nbgrader's metadata where it differs from that of a cell without a part in it."""
    nbgrader = {"grade": False, "grade_id": name, "locked": False, "solution": False, "task": False, **marks}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": _cell_id(name),
        "metadata": {"nbgrader": {**nbgrader, "schema_version": 3}},
        "outputs": [],
        "source": source,
    }


def _locked(name: str, source: str) -> JsonNode:
    return _code(name, source, {"locked": True})


def _solution(name: str, source: str, stub: str) -> JsonNode:
    cell = _code(SOLUTION_PREFIX + name, source, {"solution": True})
    cell["metadata"][METADATA_KEY] = {"stub": stub}
    return cell


def _graded(name: str, source: str, points: float) -> JsonNode:
    return _code(name, source, {"grade": True, "locked": True, "points": points})


def _cell_id(name: str) -> str:
    """Return a name that nbformat takes for a cell: the same in every release, so that versions can be compared.

    nbformat 4.5 allows 1 to 64 letters, digits, dashes and underscores; a digest keeps two long names apart.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    return plain if len(plain) <= 64 else f"{plain[:48]}-{hashlib.sha256(name.encode()).hexdigest()[:15]}"
