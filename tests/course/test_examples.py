"""The shipped class: intake reads each submission as `examples/README.md` says that it comes."""

from __future__ import annotations

import ast
import json
import re
from functools import cache

import pytest
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.intake.model import Submission, SubmittedFile
from antorcha.intake.read import read_class

CLASS = ROOT / "examples" / "class"
UNREADABLE = {
    "gabriela-nunez": "syntax_error",
    "irene-molina": "empty_file",
    "wendy-acosta": "broken_notebook",
}
NOTEBOOKS = {"carla-romero", "elena-vidal", "victor-ibarra", "wendy-acosta"}


@cache
def the_class() -> dict[str, Submission]:
    return {submission.student: submission for submission in read_class(CLASS, load_course(ROOT))}


def functions(source: SubmittedFile) -> dict[str, str]:
    """Name -> what the function does, without its docstring."""
    found = {}
    for cell in source.cells:
        for node in ast.parse(cell.code).body:
            if isinstance(node, ast.FunctionDef):
                body = [
                    line
                    for line in node.body
                    if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
                ]
                found[node.name] = ast.dump(ast.Module(body, [])) + ast.dump(node.args)
    return found


def test_every_hand_in_is_described() -> None:
    described = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "examples" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert described == sorted(path.name for path in CLASS.iterdir())
    assert described == list(the_class())
    assert len(described) >= 16


@pytest.mark.parametrize(("student", "kind"), sorted(UNREADABLE.items()))
def test_what_cannot_be_read_says_why(student: str, kind: str) -> None:
    source = the_class()[student].files["tensors"]
    assert source.problem is not None
    assert source.problem.kind == kind
    assert source.cells == ()


def test_everything_else_can_be_read() -> None:
    for student, submission in the_class().items():
        if student in UNREADABLE or student == "ximena-bravo":
            continue
        source = submission.files["tensors"]
        assert source.problem is None, student
        assert source.cells, student
        assert source.filename.endswith(".ipynb") == (student in NOTEBOOKS), student


def test_a_folder_without_a_hand_in() -> None:
    submission = the_class()["ximena-bravo"]
    assert submission.files == {}
    assert [note.kind for note in submission.notes] == ["foreign_set_aside", "nothing_usable"]


def test_a_module_in_windows_1252_is_read_with_a_note() -> None:
    source = the_class()["hugo-pena"].files["tensors"]
    assert source.problem is None
    assert [note.kind for note in source.notes] == ["other_encoding"]


def test_a_wrong_name_is_guessed() -> None:
    source = the_class()["javier-castro"].files["tensors"]
    assert source.filename == "Tensores_final (1).py"
    assert [note.kind for note in source.notes] == ["name_guessed"]


def test_the_notes_on_the_notebooks() -> None:
    noted = {name: {note.kind for note in the_class()[name].files["tensors"].notes} for name in NOTEBOOKS}
    assert noted == {
        "carla-romero": {"magic_set_aside", "cell_set_aside"},
        "elena-vidal": {"magic_set_aside"},
        "victor-ibarra": {"cell_syntax_error"},
        "wendy-acosta": set(),
    }


def test_the_module_and_the_notebook_hold_the_same_functions() -> None:
    module, notebook = (functions(the_class()[name].files["tensors"]) for name in ("diego-santos", "elena-vidal"))
    assert module == notebook
    assert len(module) == len(load_course(ROOT).topics[0].exercises)


def test_the_notebooks_are_as_jupyter_saves_them() -> None:
    for name in NOTEBOOKS - {"wendy-acosta"}:
        book = json.loads((CLASS / name / "tensors.ipynb").read_text("utf-8"))
        code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
        kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
        assert "error" in kinds, name
        assert any(cell["execution_count"] for cell in code), name
        assert book["nbformat"] == 4


def test_the_untouched_stub_is_the_stub() -> None:
    names = {exercise.name for exercise in load_course(ROOT).topics[0].exercises}
    assert set(functions(the_class()["felipe-ortega"].files["tensors"])) == names


def test_reading_again_gives_the_same() -> None:
    assert {submission.student: submission for submission in read_class(CLASS, load_course(ROOT))} == the_class()
