"""`antorcha submit-check`: what it says of a folder is what grading says of the zip that it makes."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.paths import MINI_COURSE
from support.released import released_mini_course


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", "submit-check", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def answer(given: Path, old: str, new: str) -> None:
    module = given / "exercises" / "warmup.py"
    text = module.read_text("utf-8")
    assert old in text
    module.write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_to_hand_in_and_no_folder(tmp_path: Path) -> None:
    given = released_mini_course(tmp_path, "es")
    done = check(given)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "Todavía no hay nada que entregar: todos los ejercicios están como llegaron.\n"
    assert not list(given.glob("*.zip"))
    lost = check(tmp_path / "course")
    assert lost.returncode == 2
    assert "no hay ninguna carpeta de ejercicios" in lost.stderr


@pytest.mark.slow
def test_what_is_handed_in_is_what_was_checked(tmp_path: Path) -> None:
    given = released_mini_course(tmp_path)
    answer(given, "    raise NotImplementedError", "    from tools import twice\n    return twice(x)")
    (given / "exercises" / "tools.py").write_text("def twice(x):\n    return x * 2\n", "utf-8")
    done = check(given)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ warmup: 1 of 3 exercises answered (warmup.py)." in done.stdout
    assert "Not answered: average, last_row." in done.stdout
    with zipfile.ZipFile(given / "submission.zip") as archive:
        assert archive.namelist() == ["tools.py", "warmup.py"]
    command = ["grade", str(given / "submission.zip"), "--course", str(MINI_COURSE), "--out", str(tmp_path / "out")]
    graded = subprocess.run(
        [sys.executable, "-m", "antorcha.cli.main", *command, "--json"], capture_output=True, text=True, check=False
    )
    report = json.loads(graded.stdout[graded.stdout.index("{") :])
    assert report["submissions"][0]["exercises"]["double"]["points"] == 1.0
    assert "!" not in check(given).stdout, "an earlier zip is in nobody's way"


@pytest.mark.slow
def test_what_grading_would_set_aside_is_said(tmp_path: Path) -> None:
    given = released_mini_course(tmp_path)
    answer(given, "    raise NotImplementedError", "    return x * 2")
    answer(given, "import torch\n", "import torch\nimport beside\n")
    (given / "beside.py").write_text("", "utf-8")
    (given / "exercises" / "notes.docx").write_text("mine", "utf-8")
    (given / "submission.zip").write_text("somebody's", "utf-8")
    refused = check(given)
    assert refused.returncode == 2
    assert "no zip of an earlier check" in refused.stderr
    assert (given / "submission.zip").read_text("utf-8") == "somebody's"
    done = check(given, "--out", "mine.zip")
    assert done.returncode == 1
    assert "! warmup: 1 of 3" in done.stdout
    assert "warmup.py imports beside, which is not in `exercises`" in done.stdout
    assert "were not read: notes.docx" in done.stdout
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell("def double(x):\n    return x * 2")]}
    notebook["cells"] += [cell("1 / 0"), cell("def average(values)\n    return 1")]
    (given / "exercises" / "warmup.ipynb").write_text(json.dumps(notebook), "utf-8")
    (given / "exercises" / "warmup.py").unlink()
    done = check(given, "--out", "mine.zip")
    assert done.returncode == 1
    assert "warmup.ipynb, cell 2, line 1, is left out (ZeroDivisionError" in done.stdout
    assert "warmup.ipynb, cell 3 is not valid Python" in done.stdout
    with zipfile.ZipFile(given / "mine.zip") as archive:
        assert archive.namelist() == ["warmup.ipynb"]


def cell(code: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": code}
