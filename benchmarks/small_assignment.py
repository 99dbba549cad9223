"""The small assignment that all graders are measured with: three functions, six hidden checks, in each one's form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAME = "small"
HEAD = "import torch"
ANSWERS = {
    "double": "def double(x):\n    return x * 2",
    "center": "def center(x):\n    return x - x.mean(dim=0)",
    "last_row": "def last_row(x):\n    return x[-1:]",
}
# By exercise: calls, each with what it must return.
CHECKS = {
    "double": [
        ("double(torch.tensor([[1.5, -2.0]]))", "torch.tensor([[3.0, -4.0]])"),
        ("double(torch.tensor([3, -7]))", "torch.tensor([6, -14])"),
    ],
    "center": [
        ("center(torch.tensor([[1.0, 2.0], [3.0, 6.0]]))", "torch.tensor([[-1.0, -2.0], [1.0, 2.0]])"),
        ("center(torch.tensor([[5.0]]))", "torch.tensor([[0.0]])"),
    ],
    "last_row": [
        ("last_row(torch.arange(6).reshape(3, 2))", "torch.tensor([[4, 5]])"),
        ("last_row(torch.ones(1, 2))", "torch.ones(1, 2)"),
    ],
}
EXERCISES = len(ANSWERS)


def hand_in(number: int) -> str:
    """Return a module as somebody hands it in; no two are the same text."""
    return "\n\n\n".join([HEAD, *ANSWERS.values(), f"# {number}"]) + "\n"


def write_course(root: Path) -> Path:
    """Write the assignment as a course of ours; return its folder."""
    exercises = ", ".join(f'{{ name = "{name}" }}' for name in ANSWERS)
    settings = f'title = "Small"\nlanguage = "en"\n\n[[topics]]\nname = "{NAME}"\nexercises = [{exercises}]\n'
    _write(root / "grading.toml", settings)
    docstring = '"""The small assignment."""\n\n'
    _write(root / "reference" / f"{NAME}.py", docstring + hand_in(0))
    stubs = "\n\n\n".join(f"def {name}(x):\n    raise NotImplementedError" for name in ANSWERS)
    _write(root / "exercises" / f"{NAME}.py", f"{docstring}{HEAD}\n\n\n{stubs}\n")
    tests = [
        f"def test_{name}_{number}(agree):\n    agree({name!r}, {call.removeprefix(name + '(').removesuffix(')')})\n"
        for name, checks in CHECKS.items()
        for number, (call, _) in enumerate(checks)
    ]
    _write(root / "graders" / f"test_{NAME}.py", "\n\n".join([HEAD, "", *tests]))
    return root


def change_a_test(root: Path) -> None:
    """Give a hidden test of one exercise another input."""
    path = root / "graders" / f"test_{NAME}.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace("torch.tensor([[5.0]])", "torch.tensor([[7.0]])"), "utf-8")


def write_class(folder: Path, count: int) -> Path:
    """Write `count` hand-ins for us, a module each; return the folder."""
    for number in range(count):
        _write(folder / f"student-{number:05d}" / f"{NAME}.py", hand_in(number))
    return folder


def write_pytest(folder: Path, count: int) -> list[Path]:
    """Write `count` folders for pytest, each with a hand-in and the tests; return them."""
    tests = [
        f"def test_{name}_{number}():\n    {_equal(call, right)}\n"
        for name, checks in CHECKS.items()
        for number, (call, right) in enumerate(checks)
    ]
    text = "\n\n".join([f"import torch\nfrom {NAME} import {', '.join(ANSWERS)}", "", *tests])
    made = []
    for number in range(count):
        made.append(folder / f"{number:05d}")
        _write(made[-1] / f"{NAME}.py", hand_in(number))
        _write(made[-1] / f"test_{NAME}.py", text)
    return made


def write_nbgrader(course: Path, count: int) -> Path:
    """Write an nbgrader course with `count` submissions; `nbgrader generate_assignment` has to be run. Return it."""
    _write(course / "nbgrader_config.py", "c = get_config()\nc.CourseDirectory.course_id = 'small'\n")
    _write(course / "source" / NAME / f"{NAME}.ipynb", _notebook(0, released=True))
    for number in range(count):
        notebook = _notebook(number)
        _write(course / "submitted" / f"student-{number:05d}" / NAME / f"{NAME}.ipynb", notebook)
    return course


def write_otter(folder: Path, count: int) -> Path:
    """Write the tests and `count` submissions as otter-grader takes them; return the folder."""
    for name, checks in CHECKS.items():
        cases = [{"code": f">>> {_equal(call, right)}", "hidden": True, "locked": False} for call, right in checks]
        suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": name, "points": 1, "suites": [suite]}
        _write(folder / "tests" / f"{name}.py", f"OK_FORMAT = True\ntest = {test!r}\n")
    for number in range(count):
        _write(folder / "submissions" / f"{number:05d}.ipynb", _notebook(number))
    return folder


def _equal(call: str, right: str) -> str:
    return f"assert torch.equal({call}, {right})"


def _notebook(number: int, *, released: bool = False) -> str:
    """Return a notebook with nbgrader's marks on its cells; `released`: with those around solutions too."""
    cells = [_cell("head", f"{HEAD}\n# {number}")]
    for name, checks in CHECKS.items():
        definition, body = ANSWERS[name].split("\n")
        if released:
            body = f"    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells.append(_cell(name, f"{definition}\n{body}", solution=True))
        for place, (call, right) in enumerate(checks):
            cells.append(_cell(f"test_{name}_{place}", _equal(call, right), grade=True, locked=True, points=1))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def _cell(name: str, code: str, **marks: Any) -> dict[str, Any]:
    nbgrader = {
        "schema_version": 3,
        "grade_id": name,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
    }
    metadata = {"nbgrader": {**nbgrader, "cell_type": "code", **marks}} if marks else {}
    return {
        "cell_type": "code",
        "id": name.replace("_", "-"),
        "metadata": metadata,
        "execution_count": None,
        "outputs": [],
        "source": code,
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
