"""One student never stops the class: what people do to notebooks, through `nbgrader autograde` and its feedback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.nbgrader_course import GRADING, RIGHT, antorcha, cell_of, hand_in, nbgrader, read, write_course

Notebook = dict[str, Any]
FULL = {"double": 1, "halves": 2, "Counter": 1.5}
NOTHING = {"double": 0, "halves": 0, "Counter": 0}


def position_of(notebook: Notebook, grade_id: str) -> int:
    return notebook["cells"].index(cell_of(notebook, grade_id))


def copied(*grade_ids: str, new_text: str = "") -> Callable[[Notebook], None]:
    """A copy of each cell right above it, as Ctrl-C and Ctrl-V leave one: with nbgrader's metadata."""

    def change(notebook: Notebook) -> None:
        for grade_id in grade_ids:
            copy = json.loads(json.dumps(cell_of(notebook, grade_id)))
            copy["id"] = f"copy-of-{grade_id}"
            copy["source"] = new_text or copy["source"]
            notebook["cells"].insert(position_of(notebook, grade_id), copy)

    return change


def deleted(*grade_ids: str) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for grade_id in grade_ids:
            notebook["cells"].remove(cell_of(notebook, grade_id))

    return change


def foreign_cells(notebook: Notebook) -> None:
    """Cells of other courses and of other versions of nbgrader, each of which ends `autograde` for all."""
    marks = {"grade": True, "grade_id": "points_of_another_course", "locked": True, "points": 7, "solution": False}
    for number, schema in enumerate(({"schema_version": 1}, {"schema_version": 9}, {}, {"grade_id": ""})):
        cell = {"cell_type": "code", "id": f"foreign-{number}", "metadata": {"nbgrader": {**marks, **schema}}}
        notebook["cells"].append({**cell, "execution_count": None, "outputs": [], "source": "x = 1"})
    notebook["cells"].append({"cell_type": "markdown", "id": "e", "metadata": {"nbgrader": {}}, "source": "text"})
    notebook["cells"].append({"cell_type": "markdown", "id": "f", "metadata": {"nbgrader": []}, "source": "text"})
    cell_of(notebook, "solution_double")["metadata"]["nbgrader"]["schema_version"] = 2


def from_colab(notebook: Notebook) -> None:
    """Widgets without state, cells without metadata, ids and outputs, and a picture that stayed behind."""
    notebook["metadata"] = {"widgets": {"application/vnd.jupyter.widget-state+json": {}}, "colab": {"name": "x"}}
    notebook["cells"].append({"cell_type": "code", "source": ["y = 1\n", "y"]})
    notebook["cells"].append({"cell_type": "markdown", "source": "![foto](attachment:foto.png)", "metadata": {}})
    notebook["cells"].append({"cell_type": "sql", "source": "select 1"})
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["nbformat_minor"] = 4


def syntax_error(notebook: Notebook) -> None:
    cell_of(notebook, "solution_double")["source"] = "def double(x:\n    return 2 * x\n"
    cell = {"cell_type": "code", "id": "m", "metadata": {}, "execution_count": None, "outputs": []}
    notebook["cells"].insert(0, {**cell, "source": "%pip install torch"})


def changed_marks(notebook: Notebook) -> None:
    """More points for a wrong answer, and a points cell that would give them by itself."""
    points = cell_of(notebook, "points_double")
    points["metadata"]["nbgrader"] |= {"points": 1000, "solution": True, "locked": False}
    points["source"] = "1000.0"
    cell_of(notebook, "solution_double")["source"] = "def double(x):\n    return x\n"


CHANGES: dict[str, tuple[Callable[[Notebook], None], dict[str, float]]] = {
    "copied_answer": (copied("solution_double", new_text="def double(x):\n    return 0\n"), FULL),
    "copied_points": (copied("points_double", "check_double", new_text="raise SystemExit"), FULL),
    "copied_setup": (copied("setup"), FULL),
    "deleted_check": (deleted("check_double", "points_double", "check_Counter"), FULL),
    "deleted_all": (deleted("solution_double", "check_double", "points_double"), {**FULL, "double": 0}),
    "foreign_cells": (foreign_cells, FULL),
    "from_colab": (from_colab, FULL),
    "syntax_error": (syntax_error, {**FULL, "double": 0}),
    "changed_marks": (changed_marks, {**FULL, "double": 0}),
    "renamed": (lambda notebook: None, FULL),
}
# Files that are no notebooks at all, by student.
BROKEN = {
    "empty": b"",
    "not_json": b"<html>",
    "a_list": b"[]",
    "no_cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
    "latin": "# a\xf1o".encode("latin-1"),
    "deep": b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


def gradebook_scores(course: Path) -> dict[str, dict[str, float | None]]:
    """Return the scores of each student; none where nbgrader still waits for somebody to give one."""
    from nbgrader.api import Gradebook

    scores: dict[str, dict[str, float | None]] = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions("bits"):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            scores[submission.student.id] = {
                grade.name.removeprefix("points_"): None if grade.needs_manual_grade else grade.score
                for grade in grades
                if grade.max_score or grade.needs_manual_grade
            }
    return scores


class GradedClass:
    """The nbgrader course after `autograde` and `generate_feedback`, and what these printed."""

    def __init__(self, folder: Path) -> None:
        write_course(folder / "antorcha")
        grading = GRADING.replace('languages = ["en"]', 'languages = ["en", "es"]')
        (folder / "antorcha/grading.toml").write_text(grading, encoding="utf-8")
        self.folder = folder / "course"
        antorcha(
            *("release", "nbgrader", "--course", self.folder, "--antorcha", folder / "antorcha", "--language", "es")
        )
        nbgrader(self.folder, "generate_assignment", "bits")
        for student, (change, _) in CHANGES.items():
            self._hand_in(student, change)
        for student, data in BROKEN.items():
            self._hand_in(student, lambda notebook: None).write_bytes(data)
        renamed = self.folder / "submitted/renamed/bits/bits.ipynb"
        renamed.rename(renamed.with_name("bits (1) de Ana.ipynb"))
        self._hand_in("unknown", lambda notebook: notebook["cells"].clear()).rename(
            self.folder / "submitted/unknown/bits/apuntes.ipynb"
        )
        self._hand_in("zoe", lambda notebook: None)  # comes after all others
        self.log = nbgrader(self.folder, "autograde", "bits", expect=1)
        nbgrader(self.folder, "generate_feedback", "bits")
        self.scores = gradebook_scores(self.folder)

    def _hand_in(self, student: str, change: Callable[[Notebook], None]) -> Path:
        hand_in(self.folder, student, RIGHT)
        path = self.folder / "submitted" / student / "bits/bits.ipynb"
        notebook = read(path)
        change(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    def lines_about(self, student: str) -> list[str]:
        return [line for line in self.log.splitlines() if student in line and ("WARNING" in line or "ERROR" in line)]

    def autograded(self, student: str) -> Notebook:
        return read(self.folder / "autograded" / student / "bits/bits.ipynb")

    def feedback(self, student: str) -> str:
        return (self.folder / "feedback" / student / "bits/bits.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> GradedClass:
    return GradedClass(tmp_path_factory.mktemp("odd"))


pytestmark = pytest.mark.slow


def test_everybody_behind_an_odd_notebook_is_graded(graded: GradedClass) -> None:
    assert graded.scores["zoe"] == FULL
    assert "Traceback" not in graded.log
    assert "nbgrader update" not in graded.log


@pytest.mark.parametrize("student", CHANGES)
def test_what_was_done_to_a_notebook_costs_what_it_touched_and_no_more(graded: GradedClass, student: str) -> None:
    assert graded.scores[student] == CHANGES[student][1]


@pytest.mark.parametrize("student", BROKEN)
def test_a_file_that_is_no_notebook_is_graded_with_its_reason(graded: GradedClass, student: str) -> None:
    assert graded.scores[student] == NOTHING
    assert "bits.ipynb" in graded.feedback(student)
    points = cell_of(graded.autograded(student), "points_double")
    assert "bits.ipynb" in points["outputs"][0]["text"][0] + points["outputs"][0]["text"][-1]


def test_a_copy_keeps_its_text_and_is_named_in_the_log(graded: GradedClass) -> None:
    texts = [cell["source"] for cell in graded.autograded("copied_answer")["cells"]]
    assert "def double(x):\n    return 0\n" in texts
    assert any("solution_double is there more than once" in line for line in graded.lines_about("copied_answer"))


def test_deleted_cells_are_back_beside_their_exercise(graded: GradedClass) -> None:
    notebook = graded.autograded("deleted_check")
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    start = names.index("solution_double")
    assert names[start : start + 4] == ["solution_double", "check_double", "points_double", "solution_halves"]
    assert cell_of(notebook, "points_double")["outputs"]


def test_a_notebook_of_another_name_is_told_by_its_cells(graded: GradedClass) -> None:
    assert any("bits (1) de Ana.ipynb: this is bits.ipynb" in line for line in graded.lines_about("renamed"))
    assert (graded.folder / "submitted/renamed/bits/bits (1) de Ana.ipynb").is_file()
    assert any("apuntes.ipynb: none of bits" in line for line in graded.lines_about("unknown"))


def test_only_changes_of_the_students_own_are_in_the_log(graded: GradedClass) -> None:
    assert graded.lines_about("zoe") == []
    assert "checksum" not in graded.log
    assert len(graded.lines_about("changed_marks: bits.ipynb")) == 1


def test_what_is_said_of_the_whole_file_stands_in_feedback_in_the_assignments_language(graded: GradedClass) -> None:
    notebook = graded.autograded("syntax_error")
    assert notebook["cells"][0]["source"].startswith("### Sobre tu entrega")
    assert (
        "órdenes de Jupyter" in notebook["cells"][0]["source"] or "orden de Jupyter" in notebook["cells"][0]["source"]
    )
    points = "".join(cell_of(notebook, "points_double")["outputs"][0]["text"])
    assert "no es Python válido" in points
    assert "No hay ninguna función" not in points
    assert "no es Python válido" in "".join(cell_of(notebook, "solution_double")["outputs"][0]["text"])


def test_pages_show_no_call_of_hidden_tests(graded: GradedClass) -> None:
    for student in (*CHANGES, *BROKEN):
        page = graded.feedback(student)
        assert "HIDDEN TESTS" not in page
        assert "grade_cell" not in page


def test_feedback_opens_with_the_names_of_exercises(graded: GradedClass) -> None:
    page = graded.feedback("zoe")
    assert '<a href="#points_double"><code>double</code></a> (Score: 1.0 / 1.0)' in page
    assert "Test cell" not in page
    assert 'href="#check_double"' not in page
