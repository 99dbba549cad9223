"""One file with every fault of loading: the same points in `antorcha grade`, in `pytest exercises/` and in nbgrader."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.nbgrader_course import DOUBLE, GRADING, VISIBLE, antorcha, cell_of, hand_in, nbgrader, read, write_course

pytestmark = pytest.mark.slow

# Statements that end the process, and one of each sort that raises: what comes before and after them counts.
FAULTS = """\
import nobody_has_this_package as nothing
import math
1 / 0
raise SystemExit("done")
while True: pass
while True: print("x")
"""
BESIDE = "def half_of(x):\n    return x.float() / 2\n"
FROM_BESIDE = "from mine import half_of\ndef halves(x):\n    return half_of(x)\n"
# It needs the package that is not there, and fails for that reason: the points are not all.
COUNTER = "class Counter:\n    def up(self):\n        return nothing.value\n"
MODULE = f"""\
# Escrito en Windows: año
!pip install torchmetrics
%matplotlib inline
{FAULTS}
{DOUBLE}
{FROM_BESIDE}
{COUNTER}
"""
POINTS = {"double": 1, "halves": 2, "Counter": 0}


class Doors:
    """A course whose hidden tests are its visible ones, so that points can be compared, and the files of two people."""

    def __init__(self, root: Path) -> None:
        self.course = write_course(root / "antorcha")
        (self.course / "graders/test_bits.py").write_text(VISIBLE, encoding="utf-8")
        limits = "[limits]\ncall_cpu_seconds = 1\n"
        (self.course / "grading.toml").write_text(GRADING + limits, encoding="utf-8")
        self.nbgrader = root / "nbgrader"
        antorcha("release", "nbgrader", "--course", self.nbgrader, "--antorcha", self.course)
        nbgrader(self.nbgrader, "generate_assignment", "bits")
        hand_in(self.nbgrader, "nb", {"double": DOUBLE, "halves": FROM_BESIDE, "Counter": COUNTER})
        self.notebook = self.nbgrader / "submitted/nb/bits/bits.ipynb"
        self.notebook.write_bytes(with_faults(read(self.notebook)))
        self.module = root / "class/py/bits.py"
        self.module.parent.mkdir(parents=True)
        self.module.write_bytes(MODULE.encode("cp1252"))
        (self.module.parent / "mine.py").write_text(BESIDE, encoding="utf-8")
        shutil.copytree(self.notebook.parent, root / "class/nb")

    def at_home(self, *options: str | Path) -> dict[str, float]:
        """Return the points by what the view of the progress says of each exercise."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        command = [sys.executable, "-m", "pytest", "exercises", "-p", "no:cacheprovider", *map(str, options)]
        done = subprocess.run(
            command, cwd=self.course, env=environment, capture_output=True, encoding="utf-8", timeout=200
        )
        assert "2 of 3 exercises" in done.stdout, done.stdout
        wrong = set(re.findall(r"^ *✗ (\w+)", done.stdout, re.MULTILINE))
        return {name: 0 if name in wrong else points for name, points in {**POINTS, "Counter": 1.5}.items()}


def with_faults(notebook: dict[str, Any]) -> bytes:
    """Put a cell for each fault among the released ones; a module that a cell writes is imported in the next one."""
    written = f"%%writefile mine.py\n{BESIDE}"
    sources = ["# año", "!ls\n%matplotlib inline", written, *FAULTS.splitlines()]
    cells = [
        {
            "cell_type": "code",
            "id": f"m{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": code,
        }
        for number, code in enumerate(sources)
    ]
    before = notebook["cells"].index(cell_of(notebook, "solution_double"))
    notebook["cells"][before:before] = cells
    return json.dumps(notebook, ensure_ascii=False).encode("cp1252")


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    return Doors(tmp_path_factory.mktemp("doors"))


def test_in_grade(doors: Doors, tmp_path: Path) -> None:
    report = antorcha("grade", doors.module.parents[1], "--course", doors.course, "--out", tmp_path / "out", "--json")
    graded = json.loads(report[report.index("{") :])
    points = {
        row["student"]: {name: exercise["points"] for name, exercise in row["exercises"].items()}
        for row in graded["submissions"]
    }
    assert points == {"nb": POINTS, "py": POINTS}
    assert graded["missing_packages"] == [{"package": "nobody_has_this_package", "students": ["nb", "py"]}]


def test_of_a_module_at_home(doors: Doors) -> None:
    exercises = doors.course / "exercises"
    shutil.copy(doors.module, exercises)
    shutil.copy(doors.module.with_name("mine.py"), exercises)
    try:
        assert doors.at_home() == POINTS
    finally:
        (exercises / "bits.py").unlink()
        (exercises / "mine.py").unlink()


def test_of_a_notebook_at_home(doors: Doors) -> None:
    assert doors.at_home("--antorcha-student", doors.notebook) == POINTS


def test_behind_nbgrader(doors: Doors) -> None:
    from nbgrader.api import Gradebook

    nbgrader(doors.nbgrader, "autograde", "bits")
    with Gradebook(f"sqlite:///{doors.nbgrader / 'gradebook.db'}") as gradebook:
        (submission,) = gradebook.assignment_submissions("bits")
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        scores = {grade.name.removeprefix("points_"): grade.score for grade in grades if grade.max_score}
    assert scores == POINTS
    autograded = read(doors.nbgrader / "autograded/nb/bits/bits.ipynb")
    assert "Windows-1252" in autograded["cells"][0]["source"]
