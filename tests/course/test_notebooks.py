"""The shipped course as an nbgrader course: every topic's notebook validates, and grades as its module does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.nbgrader_course import environment
from support.paths import ROOT

from antorcha.course.load import load_course

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

COURSE = load_course(ROOT)
TOPICS = [topic.name for topic in COURSE.topics]


def run(*words: str | Path, cwd: Path) -> str:
    command = [sys.executable, "-m", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def solved(notebook: Path, answers: Path) -> str:
    """A released notebook with the solution cells of the source notebook, as a student would hand it in."""
    found = {_grade_id(cell): cell["source"] for cell in json.loads(answers.read_text(encoding="utf-8"))["cells"]}
    released = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in released["cells"]:
        if _grade_id(cell).startswith("solution_"):
            cell["source"] = [line for line in found[_grade_id(cell)] if "SOLUTION" not in line]
    return json.dumps(released)


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One assignment with all topics, generated, and handed in by a student who solved everything."""
    folder = tmp_path_factory.mktemp("whole") / "course"
    command = ("antorcha.cli.main", "release", "nbgrader", "--course", folder, "--assignment", "all")
    run(*command, cwd=ROOT)
    run("nbgrader", "generate_assignment", "all", cwd=folder)
    target = folder / "submitted" / "ana" / "all"
    target.mkdir(parents=True)
    for topic in TOPICS:
        text = solved(folder / f"release/all/{topic}.ipynb", folder / f"source/all/{topic}.ipynb")
        (target / f"{topic}.ipynb").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_the_source_notebook_validates(course: Path, topic: str) -> None:
    assert "Success!" in run("nbgrader", "validate", f"source/all/{topic}.ipynb", cwd=course)


@pytest.mark.slow
def test_autograde_gives_every_solution_all_its_points(course: Path) -> None:
    from nbgrader.api import Gradebook

    run("nbgrader", "autograde", "all", cwd=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        (submission,) = gradebook.assignment_submissions("all")
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades if grade.max_score]
        found = {grade.name.removeprefix("points_"): (grade.score, grade.max_score) for grade in grades}
    wanted = {
        exercise.name: (exercise.points, exercise.points) for topic in COURSE.topics for exercise in topic.exercises
    }
    assert found == wanted


@pytest.mark.slow
def test_notebooks_and_modules_get_the_same_marks(course: Path, tmp_path: Path) -> None:
    hand_ins = tmp_path / "class"
    for student, folder in (("module", ROOT / "reference"), ("notebook", course / "submitted" / "ana" / "all")):
        (hand_ins / student).mkdir(parents=True)
        for topic in TOPICS:
            name = f"{topic}.py" if student == "module" else f"{topic}.ipynb"
            (hand_ins / student / name).write_bytes((folder / name).read_bytes())
    said = run("antorcha.cli.main", "grade", hand_ins, "--out", tmp_path / "results", "--json", cwd=ROOT)
    module, notebook = json.loads(said)["submissions"]
    assert module["exercises"] == notebook["exercises"]
    assert module["points"] == module["max"] == sum(topic.points for topic in COURSE.topics)
