"""One student never stops the class: what people do to notebooks, through `nbgrader autograde` and its feedback."""

from __future__ import annotations

import json
import shutil
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


def code_cell(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": name, "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def inserted(*sources: str) -> Callable[[Notebook], None]:
    """Cells of the student's own at the top."""
    cells = [code_cell(f"own-{number}", source) for number, source in enumerate(sources)]
    return lambda notebook: notebook["cells"].__setitem__(slice(0, 0), cells)


def everything_twice(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] for cell in (cell, json.loads(json.dumps(cell)))]


def split(notebook: Notebook) -> None:
    """An answer that goes on in a cell of the student's own."""
    cell_of(notebook, "solution_double")["source"] = "def times(x, factor):\n    return x * factor"
    own = code_cell("second", "def double(x):\n    return times(x, 2)")
    notebook["cells"].insert(position_of(notebook, "solution_double") + 1, own)


def merged(notebook: Notebook) -> None:
    """Two answers in one cell, with the check that stood between them."""
    first = cell_of(notebook, "solution_double")
    for grade_id in ("check_double", "solution_halves"):
        other = cell_of(notebook, grade_id)
        first["source"] += f"\n\n{other['source']}"
        notebook["cells"].remove(other)


def of_type(cell_type: str, *grade_ids: str) -> Callable[[Notebook], None]:
    """Cells that a key turned into Markdown or raw text."""

    def change(notebook: Notebook) -> None:
        for grade_id in grade_ids:
            cell = cell_of(notebook, grade_id)
            cell["cell_type"] = cell_type
            del cell["outputs"], cell["execution_count"]

    return change


def of_another_kernel(notebook: Notebook) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}


def no_metadata(notebook: Notebook) -> None:
    """As a script leaves a notebook: also each cell without its own, and so without nbgrader's name of it."""
    notebook.pop("metadata")
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def one_id_for_all(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "same"


def large_outputs(notebook: Notebook) -> None:
    text = "x" * 50_000_000
    cell_of(notebook, "solution_double")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]


def broken_outputs(notebook: Notebook) -> None:
    cell_of(notebook, "solution_double")["outputs"] = [{"output_type": "nonsense"}, 7, {"output_type": "display_data"}]


def as_format_3(notebook: Notebook) -> None:
    """The notebook as an old Jupyter wrote it."""
    cells = [
        {**cell, "input": cell.pop("source"), "prompt_number": 1, "language": "python", "collapsed": False}
        if cell["cell_type"] == "code"
        else cell
        for cell in notebook.pop("cells")
    ]
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


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
    "kept_both": (lambda notebook: None, FULL),
    "twice": (everything_twice, FULL),
    "magics": (inserted("%matplotlib inline\n!ls", "%%bash\nls", "%%time\nimport math", "?print"), FULL),
    "prints": (inserted("while True: print('x')"), FULL),
    "loops": (inserted("while True:\n    pass"), FULL),
    "exits": (inserted("exit()", "import os; os._exit(0)", "import sys; sys.exit(3)"), FULL),
    "asks": (inserted("n = input('?')"), FULL),
    "half_a_character": (inserted("x = '\ud800'"), FULL),
    "split": (split, FULL),
    "merged": (merged, FULL),
    "answer_as_text": (of_type("markdown", "solution_double"), FULL),
    "answer_as_raw": (of_type("raw", "solution_double"), FULL),
    "points_as_text": (of_type("markdown", "points_double", "check_halves"), FULL),
    "other_kernel": (of_another_kernel, FULL),
    "no_metadata": (no_metadata, FULL),
    "one_id": (one_id_for_all, FULL),
    "large_outputs": (large_outputs, FULL),
    "broken_outputs": (broken_outputs, FULL),
    "format_3": (as_format_3, FULL),
    "emptied": (lambda notebook: notebook["cells"].clear(), NOTHING),
}
# What is in the log of one who did nothing but write answers, and cells of his own that cost what they define.
SILENT = ("magics", "prints", "loops", "exits", "asks", "half_a_character", "split", "other_kernel", "one_id")
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
        self._hand_in("a_folder", lambda notebook: None).unlink()
        (self.folder / "submitted/a_folder/bits/bits.ipynb").mkdir()
        both = self.folder / "submitted/kept_both/bits/bits.ipynb"
        shutil.copy(both, both.with_name("bits-Copy1.ipynb"))
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


@pytest.mark.parametrize("student", [*BROKEN, "a_folder"])
def test_a_file_that_is_no_notebook_is_graded_with_its_reason(graded: GradedClass, student: str) -> None:
    assert graded.scores[student] == NOTHING
    assert "bits.ipynb" in graded.feedback(student)
    points = cell_of(graded.autograded(student), "points_double")
    assert "bits.ipynb" in points["outputs"][0]["text"][0] + points["outputs"][0]["text"][-1]


def test_a_copy_keeps_its_text_and_is_named_in_the_log(graded: GradedClass) -> None:
    texts = [cell["source"] for cell in graded.autograded("copied_answer")["cells"]]
    assert "def double(x):\n    return 0\n" in texts
    (line,) = graded.lines_about("copied_answer")
    assert "a cell is there more than once" in line
    assert line.endswith("(solution_double)")


def test_deleted_cells_are_back_beside_their_exercise(graded: GradedClass) -> None:
    notebook = graded.autograded("deleted_check")
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    start = names.index("solution_double")
    assert names[start : start + 4] == ["solution_double", "check_double", "points_double", "solution_halves"]
    assert cell_of(notebook, "points_double")["outputs"]


def test_a_notebook_of_another_name_is_told_by_its_cells(graded: GradedClass) -> None:
    (line,) = graded.lines_about("renamed")
    assert "bits (1) de Ana.ipynb: this is bits.ipynb" in line
    (line,) = graded.lines_about("kept_both")
    assert "bits-Copy1.ipynb: bits.ipynb is there, too, so it is not graded" in line
    assert (graded.folder / "submitted/renamed/bits/bits (1) de Ana.ipynb").is_file()
    assert any("apuntes.ipynb: none of bits" in line for line in graded.lines_about("unknown"))


def test_only_changes_of_the_students_own_are_in_the_log(graded: GradedClass) -> None:
    assert graded.lines_about("zoe") == []
    assert "checksum" not in graded.log
    assert len(graded.lines_about("changed_marks: bits.ipynb")) == 1
    assert {student: graded.lines_about(student) for student in SILENT} == {student: [] for student in SILENT}


def test_whatever_went_wrong_with_one_hand_in_is_one_line_that_names_it(graded: GradedClass) -> None:
    for student in ("twice", "merged", "points_as_text", "emptied", "a_folder"):
        assert len(graded.lines_about(student)) == 1, student
    assert "(solution_double)" in graded.lines_about("answer_as_text")[0]
    spoken_of = {*CHANGES, *BROKEN, "unknown", "a_folder"}
    lines = [line for line in graded.log.splitlines() if "WARNING" in line or "ERROR" in line]
    # Two of nbgrader's own, of a student who handed in nothing of the assignment, and at the end of such a run.
    nameless = [line for line in lines if not any(student in line for student in spoken_of)]
    assert len(nameless) == 2
    assert "No notebooks found" in nameless[0]
    assert "Please see" in nameless[1]


def test_a_cell_that_ends_or_loops_is_named_by_its_number(graded: GradedClass) -> None:
    for student in ("prints", "loops", "exits"):
        assert "celda 1, línea 1" in graded.autograded(student)["cells"][0]["source"]


def test_the_marks_are_those_of_antorcha_grade(graded: GradedClass, tmp_path: Path) -> None:
    report = antorcha(
        *("grade", graded.folder / "submitted", "--course", graded.folder.parent / "antorcha"),
        *("--out", tmp_path / "results", "--json"),
    )
    rows = json.loads(report)["submissions"]
    points = {
        row["student"]: {name: exercise["points"] or 0 for name, exercise in row["exercises"].items()} for row in rows
    }
    assert {student: points[student] for student in CHANGES} == {student: graded.scores[student] for student in CHANGES}


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
