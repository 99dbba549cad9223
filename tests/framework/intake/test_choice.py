"""Which of several files counts, what travels with it, and what of a file is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antorcha.course.model import Course, Exercise, Topic
from antorcha.intake import limits
from antorcha.intake.at_home import module_text
from antorcha.intake.model import Submission
from antorcha.intake.newer import as_newer_python
from antorcha.intake.read import read_class

ZEROS = "def zeros():\n    return 0\n"
ONES = "def ones():\n    return 1\n"
STUB = (
    'def zeros():\n    """Text."""\n    value = None\n    return value\n\n\ndef ones():\n    raise NotImplementedError'
)


def notebook(*sources: str, **more: object) -> str:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, **more}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def read(folder: Path, files: dict[str, str]) -> Submission:
    """Read `files` of one student, in a course whose stub of `zeros` has code, as a "debug" exercise has."""
    (folder / "exercises").mkdir()
    (folder / "exercises" / "tensors.py").write_text(STUB)
    course = Course("One", (Topic("tensors", (Exercise("zeros"), Exercise("ones"))),), root=folder)
    for name, content in {**{f"ana/{name}": content for name, content in files.items()}, "bea/x.txt": ""}.items():
        path = folder / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return next(submission for submission in read_class(folder / "class", course) if submission.student == "ana")


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"tensors.py": STUB, "tensors.ipynb": notebook(ZEROS)}, "tensors.ipynb"),
        ({"tensors (2).py": STUB, "tensors.py": ZEROS}, "tensors.py"),
        ({"original/tensors.py": STUB, "solucion/tensors.py": ZEROS}, "tensors.py"),
        ({"tensors.py": "def zeros(:\n", "tensors_final.py": ZEROS}, "tensors_final.py"),
        ({"tensors.py": ZEROS, "tensors (1).py": ZEROS + "# again\n"}, "tensors (1).py"),
        ({"attempt2/tensors.py": ZEROS + "x = 2\n", "attempt10/tensors.py": ZEROS}, "tensors.py"),
        ({"tensors.py": "", "respuestas.ipynb": notebook(ZEROS)}, "respuestas.ipynb"),
    ],
)
def test_the_file_that_counts(tmp_path: Path, files: dict[str, str], chosen: str) -> None:
    submission = read(tmp_path, files)
    source = submission.files["tensors"]
    assert source.filename == chosen
    assert ZEROS in "\n".join(cell.code for cell in source.cells)
    assert [note.kind for note in source.notes if note.kind == "another_file"] == ["another_file"]
    (other,) = [record for record in submission.records if record.reason]
    assert other.reason is not None
    assert other.reason.kind == "another_file"
    assert other.reason.details["used"] != other.reason.details["file"]


def test_the_tenth_attempt_is_after_the_second(tmp_path: Path) -> None:
    source = read(tmp_path, {"attempt2/tensors.py": ZEROS + "x = 2\n", "attempt10/tensors.py": ZEROS}).files["tensors"]
    assert [cell.code for cell in source.cells] == [ZEROS]


def test_two_parts_are_joined_without_each_other_s_stubs(tmp_path: Path) -> None:
    ones_left = "\n\ndef ones():\n    raise NotImplementedError\n"
    submission = read(tmp_path, {"tensors.py": ZEROS + ones_left, "parte2.py": STUB.split("\n\n\n")[0] + "\n" + ONES})
    source = submission.files["tensors"]
    assert [note.kind for note in source.notes] == ["files_joined"]
    code = "\n".join(cell.code for cell in source.cells)
    namespace: dict[str, object] = {}
    exec(code, namespace)
    assert (namespace["zeros"](), namespace["ones"]()) == (0, 1)  # type: ignore[operator]
    assert code.count("def zeros") == code.count("def ones") == 1
    assert [record.reason for record in submission.records] == [None, None]


def test_two_parts_that_clash_are_not_joined(tmp_path: Path) -> None:
    helper = "def helper():\n    return {}\n"
    files = {"tensors.py": helper.format(1) + ZEROS, "parte2.py": helper.format(2) + ONES}
    source = read(tmp_path, files).files["tensors"]
    assert [note.kind for note in source.notes] == ["another_file"]


def test_the_student_s_own_modules_travel_and_count_for_the_cache(tmp_path: Path) -> None:
    files = {
        "tensors.py": "from utils import *\nimport tools.shapes\nimport torch, random\n",
        "utils.py": ZEROS,
        "tools/shapes.py": "from . import deep\n",
        "tools/deep.py": "x = 1\n",
        "unused.py": "x = 2\n",
    }
    submission = read(tmp_path, files)
    source = submission.files["tensors"]
    assert [module.name for module in source.modules] == ["tools.deep", "tools.shapes", "utils"]
    assert source.importable["tools"] == ""
    assert source.digest() != source.__class__(source.topic, source.filename, source.cells).digest()
    assert {record.path: bool(record.topics) for record in submission.records}["ana/unused.py"] is False


def test_what_a_cell_writes_is_an_answer_and_can_be_imported(tmp_path: Path) -> None:
    text = notebook("%%writefile tensors.py\n" + ZEROS, "from tensors import *\nzeros()")
    source = read(tmp_path, {"cuaderno.ipynb": text}).files["tensors"]
    assert source.cells[0].code == "\n" + ZEROS
    assert source.importable == {"tensors": "\n" + ZEROS}
    assert "written_by_a_cell" in [note.kind for note in source.notes]


def test_outputs_and_widgets_do_not_count_towards_the_size(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * (limits.NOTEBOOK_BYTES + 1)}}
    source = read(tmp_path, {"tensors.ipynb": notebook(ZEROS, outputs=[picture])}).files["tensors"]
    assert source.problem is None
    assert source.cells[0].code == ZEROS


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("type Number = int", "3.12"),
        ("def first[T](items: list[T]) -> T:", "3.12"),
        ("x = f'{'hola ' + name}'", "3.12"),
        ('query = t"{name}"', "3.14"),
        ("x = = 1", None),
        ("print 'hola'", None),
        ("def f(:", None),
        ("type = 3 3", None),
    ],
)
def test_newer_syntax_is_told_from_a_mistake(text: str, needed: str | None) -> None:
    newer = as_newer_python({"line": 1, "text": text}, running=(3, 11))
    assert (newer and newer["needed"]) == needed
    assert as_newer_python({"line": 1, "text": text}, running=(3, 99)) is None


def test_a_module_is_read_at_home_as_in_grading(tmp_path: Path) -> None:
    exported = "# -*- coding: utf-8 -*-\n!pip install torchmetrics\n%matplotlib inline\n" + ZEROS
    graded = read(tmp_path, {"tensors.py": exported}).files["tensors"].cells[0].code
    assert module_text(exported.encode(), "tensors.py") == graded
    assert module_text((ZEROS + "# año\n").encode("cp1252"), "tensors.py") == ZEROS + "# año\n"
    assert module_text(ZEROS.encode("utf-16"), "tensors.py") == ZEROS
