"""`pytest graders --antorcha-student FILE`: one submission looked at closely, and locked up as `grade` would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import MINI_COURSE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")

RIGHT = """\
import torch


def double(x):
    return x * 2


def average(values):
    return values.float().mean()


def last_row(matrix):
    return matrix[-1:]
"""
OUTSIDE = """
import os
from pathlib import Path


def double(x):
    Path({file!r}).write_text("I was here")
    return x * 2
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINI_COURSE, tmp_path / "course"))


def run(course: Path, *words: str, tests: str = "graders") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", tests, "-p", "no:cacheprovider", *words],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_not_the_courses_own_runs_locked_up_unless_told_otherwise(course: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    (tmp_path / "warmup.py").write_text(RIGHT + OUTSIDE.format(file=str(written)))
    locked = run(course, "--antorcha-student", str(tmp_path / "warmup.py"))
    assert not written.exists()
    assert locked.returncode == 1
    assert "runs in locked workers" in locked.stdout
    unlocked = run(course, "--antorcha-student", str(tmp_path / "warmup.py"), "--antorcha-isolation", "none")
    assert written.read_text() == "I was here"
    assert unlocked.returncode == 0, unlocked.stdout
    assert "runs UNLOCKED" in unlocked.stdout


def test_a_notebook_and_a_folder_are_read_as_grade_reads_them(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ana"
    folder.mkdir()
    cells = [part + "\n" for part in RIGHT.split("\n\n\n")]
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in ["%pip list\n", *cells]]
    notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for cell in code:
        cell["execution_count"] = None  # type: ignore[assignment]
    (folder / "warmup.ipynb").write_text(json.dumps(notebook))
    for given in (folder, folder / "warmup.ipynb"):
        done = run(course, "--antorcha-student", str(given), "-q")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "5 passed" in done.stdout
    here = run(course, "--antorcha-student", str(folder), "--antorcha-isolation=none", "-q")
    assert here.returncode == 0, here.stdout


@pytest.mark.parametrize("given", ["nobody.py", "empty", "two"])
def test_what_is_not_there_is_one_line(course: Path, tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()
    for student in ("ana", "bea"):
        (tmp_path / "two" / student).mkdir(parents=True)
        (tmp_path / "two" / student / "warmup.py").write_text(RIGHT)
    done = run(course, "--antorcha-student", str(tmp_path / given))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.startswith("ERROR: ")
    assert given in done.stderr
    assert "FAILED" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("code", "said"), [("", "empty"), ("answer = 1\n", "double"), ("def double(:\n", "syntax")])
def test_a_module_that_is_named_is_looked_at_under_any_name(course: Path, tmp_path: Path, code: str, said: str) -> None:
    (tmp_path / "sent by mail.py").write_text(code)
    done = run(course, "--antorcha-student", str(tmp_path / "sent by mail.py"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "5 failed" in done.stdout
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_courses_own_files_run_here(course: Path) -> None:
    (course / "exercises" / "warmup.py").write_text(
        RIGHT.replace("    return x * 2", "    print('seen')\n    return x")
    )
    done = run(course, "-s", tests="exercises")
    assert "seen" in done.stdout
    assert "locked" not in done.stdout
    reference = run(course, "--antorcha-student", "reference")
    assert reference.returncode == 0, reference.stdout
    assert "locked" not in reference.stdout
