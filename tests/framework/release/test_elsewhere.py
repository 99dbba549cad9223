"""What runs in other people's machines: Gradescope's autograder, and the workflow of students' repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.paths import ROOT

from antorcha.cli.main import main

MINI_COURSE = ROOT / "tests" / "data" / "mini_course"
RIGHT = (MINI_COURSE / "reference" / "warmup.py").read_text()
BIN = Path(sys.executable).parent


def bash(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as those machines do, with this Python's commands."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for name in [name for name in environment if name.startswith(("PYTEST_", "ANTORCHA_"))]:
        del environment[name]
    command = ["bash", "-e", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    """A folder that stands for `/autograder`, as Gradescope makes it of the zip; its `venv` is this Python's."""
    assert main(["release", "gradescope", "--course", str(MINI_COURSE), "--out", str(tmp_path / "autograder.zip")]) == 0
    root = tmp_path / "autograder"
    for folder in ("source", "submission", "results"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(root / "source")
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "source" / "venv").symlink_to(BIN.parent)
    return root


def results(autograder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((autograder / "results" / "results.json").read_text("utf-8"))
    return record


@pytest.mark.slow
def test_gradescope_gets_the_points_of_a_submission_and_what_its_student_may_read(autograder: Path) -> None:
    assert bash(autograder / "source", "bash -n setup.sh").returncode == 0
    wrong = RIGHT.replace("matrix[-1:]", "matrix[-1]")
    (autograder / "submission" / "warmup.py").write_text(wrong)
    (autograder / "submission_metadata.json").write_text('{"users": [{"name": "Ana / Ñu", "email": "a@x.org"}]}')
    done = bash(autograder, "bash run_autograder")
    assert done.returncode == 0, done.stderr
    record = results(autograder)
    assert record["score"] == 2
    assert [(test["name"], test["score"], test["max_score"]) for test in record["tests"]] == [
        ("warmup.double", 1, 1), ("warmup.average", 1, 1), ("warmup.last_row", 0, 1),
    ]  # fmt: skip
    assert "wrong number of axes" in record["tests"][2]["output"]
    assert "test_last_row_keeps_its_axis" not in json.dumps(record)


def test_gradescope_says_what_it_missed_and_gives_no_zero_for_a_fault_of_ours(autograder: Path, capsys: Any) -> None:
    (autograder / "submission" / "notes.txt").write_text("Here it is.")
    course = ["--course", str(autograder / "source" / "course")]
    assert main(["gradescope", str(autograder), *course]) == 0
    record = results(autograder)
    assert (record["score"], record["output"]) == (
        0,
        "warmup: There is no file for this topic. It should be called warmup.py.",
    )
    (autograder / "results" / "results.json").unlink()
    (autograder / "submission" / "warmup.py").write_text(RIGHT)
    (autograder / "source" / "course" / "grading.toml").write_text("title = ")
    assert main(["gradescope", str(autograder), *course]) != 0
    assert not (autograder / "results" / "results.json").exists()


def test_only_the_files_of_the_assignments_topics_go_to_gradescope(tmp_path: Path, capsys: Any) -> None:
    words = ["release", "gradescope", "--course", str(ROOT), "--topic", "concepts", "--isolation", "none"]
    assert main([*words, "--out", str(tmp_path / "a.zip")]) == 0
    assert "hidden tests inside: not for students" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = set(archive.namelist())
        script = archive.read("run_autograder").decode()
    assert script.endswith("--course source/course --topic concepts --isolation=none\n")
    assert {"course/graders/test_concepts.py", "course/reference/concepts.py", "course/grading.toml"} <= names
    assert not [name for name in names if "tensors" in name or name.startswith("course/src")]
    assert main(["release", "gradescope", "--course", str(ROOT), "--topic", "tensor", "--out", "b.zip"]) == 2
    assert "there is no topic 'tensor' here" in capsys.readouterr().err
    assert not Path("b.zip").exists()


@pytest.mark.slow
def test_the_workflow_does_in_a_students_repository_what_it_says(tmp_path: Path) -> None:
    released = tmp_path / "warmup-ana"
    assert main(["release", "student", "--course", str(MINI_COURSE), "--out", str(released), "--github"]) == 0
    workflow = yaml.safe_load((released / ".github" / "workflows" / "classroom.yml").read_text())
    assert workflow["name"] == "Autograding Tests"
    assert workflow["on"] == ["push", "workflow_dispatch"]
    (job,) = workflow["jobs"].items()
    assert job[0] == "run-autograding-tests"
    commands = {step["name"]: step["run"] for step in job[1]["steps"] if "run" in step}
    assert list(commands) == ["Install", "Exercises"]
    # Of what is to be installed the wheel is there, and the rest is here already.
    done = bash(released, commands["Install"].replace("pip install", "pip install --dry-run --no-index"))
    assert done.returncode == 0, done.stderr
    assert "Would install antorcha" in done.stdout or "already satisfied: antorcha" in done.stdout
    (released / "exercises" / "warmup.py").write_text(RIGHT.replace("x * 2", "x * 3"))
    wrong = bash(released, commands["Exercises"])
    assert wrong.returncode == 1
    assert "2 of 3 exercises" in wrong.stdout
    assert "✗ double" in wrong.stdout
