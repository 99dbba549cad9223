"""One course and one submission, in a calm place and in one where everything around tries to have a say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

from antorcha import surroundings

# Run by whoever collects it: every comparison finds nothing, and every seed is another.
PLANTED = """
import antorcha.plugin.agree
import antorcha.compare.agreement

antorcha.plugin.agree.compare = lambda *given, **named: None
raise RuntimeError("a file outside the course was run")
"""
SETTINGS = "[pytest]\naddopts = -k nothing_at_all -n 2\npython_functions = none_*\n"
VARIABLES = {
    "PYTEST_ADDOPTS": "-n 2 --setup-only -k 'not double'",
    "PYTEST_PLUGINS": "planted",
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "PYTHONPATH": "{planted}",
    "TORCH_COMPILE_DISABLE": "1",
    "ATEN_CPU_CAPABILITY": "default",
    "LC_ALL": "C",
    "ANTORCHA_LANG": "en",
}


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A course in a folder full of files that pytest and Python look for, and which are none of its own."""
    around = tmp_path / "around"
    shutil.copytree(MINI_COURSE, around / "course")
    shutil.copytree(MINI_CLASS, around / "class")
    for path in (tmp_path / "conftest.py", around / "conftest.py", around / "planted.py", around / "cloudpickle.py"):
        path.write_text(PLANTED)
    for name in ("pytest.ini", "tox.ini"):
        (around / name).write_text(SETTINGS)
    return around


def run(planted: Path, *words: str, calm: bool = False) -> subprocess.CompletedProcess[str]:
    shell = {name: text.replace("{planted}", str(planted)) for name, text in VARIABLES.items()}
    return subprocess.run(
        # As the command is installed: it does not search the current folder.
        [sys.executable, "-P", "-m", "antorcha.cli.main", *words],
        cwd=planted.parent if calm else planted,
        env={**os.environ, **({} if calm else shell)},
        capture_output=True,
        text=True,
        check=False,
    )


def verdicts(record: dict[str, Any]) -> dict[str, Any]:
    return {row["student"]: row["points"] for row in record["submissions"]}


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_a_mark_does_not_depend_on_what_is_around_the_course(planted: Path, tmp_path: Path) -> None:
    done = run(planted, "grade", "class", "--course", "course", "--out", "results", "--json", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    for name in ("conftest.py", "around/conftest.py"):
        (tmp_path / name).unlink()
    calm = ("grade", str(planted / "class"), "--course", str(planted / "course"), "--out", str(tmp_path / "calm"))
    again = run(planted, *calm, "--json", "--jobs", "1", calm=True)
    assert verdicts(json.loads(again.stdout)) == verdicts(said)
    assert len(set(verdicts(said).values())) > 1  # right and wrong answers are told apart


def test_the_checks_are_counted_alike_everywhere(planted: Path) -> None:
    done = run(planted, "topics", "--course", "course", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == run(planted, "topics", "--course", str(planted / "course"), "--json", calm=True).stdout


CELL = """
import torch
from antorcha.notebook import check


def double(x):
    return x * 2 + 1


try:
    check("double")
except AssertionError as wrong:
    print("found:", wrong)
"""


def test_what_students_get_does_not_depend_on_what_is_around(planted: Path) -> None:
    done = run(planted, "release", "student", "--out", "released", "--course", "course")
    assert done.returncode == 0, done.stderr
    exercises = planted / "released" / "exercises"
    environment = {**os.environ, "PYTEST_ADDOPTS": "--setup-only", "PYTEST_PLUGINS": "planted"}
    cell = subprocess.run(
        [sys.executable, "-c", CELL], cwd=exercises, env=environment, capture_output=True, text=True, check=False
    )
    assert "double: visible tests passed: 0 of 1" in cell.stdout, cell.stdout + cell.stderr
    assert "found:" in cell.stdout


def test_a_library_that_the_shell_lends_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lent = Path(surroundings.__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(lent)]))
    searched = surroundings.environment()["PYTHONPATH"].split(os.pathsep)
    assert str(lent) in searched
    assert str(tmp_path) not in searched
