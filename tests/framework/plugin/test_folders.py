"""An exercise that writes files: the reference writes its own where it disturbs nobody, and finds nobody's."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")

GRADING = """
title = "Files"
language = "en"
languages = ["en"]

[[topics]]
name = "files"
exercises = [{ name = "save", scratch = true }]
"""
REFERENCE = '''"""Files."""

import os
import tempfile
from pathlib import Path


def save(text):
    """Make the folder `weights`, write `text` into it, and return what lies here."""
    os.mkdir("weights")
    Path("weights/a.txt").write_text(text)
    return sorted(os.listdir(".")), Path(tempfile.gettempdir()) == Path.cwd()
'''
TESTS = """
def test_save(agree):
    agree("save", "a")


def test_save_again(agree, student):
    said, _ = student.save("b")
    agree.that(said == ["weights"], "Only the folder weights.")


def test_read(agree):
    def scenario(module):
        module.save("c")
        with open("weights/a.txt") as file:
            return file.read()

    agree.scenario(scenario)
"""


def test_every_check_finds_an_empty_folder(tmp_path: Path) -> None:
    course, here = tmp_path / "course", tmp_path / "here"
    files = {"grading.toml": GRADING, "reference/files.py": REFERENCE, "exercises/files.py": REFERENCE}
    files |= {"graders/test_files.py": TESTS}
    for name, text in files.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text)
    for student in ("ana", "bea"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "files.py").write_text(REFERENCE + f"# {student}\n")
    (here / "weights").mkdir(parents=True)
    (course / "weights").mkdir()
    words = ["grade", str(tmp_path / "class"), "--course", str(course), "--out", str(tmp_path / "out"), "--jobs", "1"]
    command = [sys.executable, "-m", "antorcha.cli.main", *words]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "out" / "results.db") as db:
        rows = [json.loads(row) for (row,) in db.execute("SELECT result FROM topics")]
    assert [part["points"] for row in rows for part in row["exercises"]] == [1.0, 1.0]
    for folder in (here, course):
        assert not list((folder / "weights").iterdir())
