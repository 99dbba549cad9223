"""A small course whose checks run on several devices, and a class of it that is graded through the public door."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

GRADING = """
title = "Devices"
language = "en"
languages = ["en"]
devices = {devices}

[[topics]]
name = "places"
exercises = [{{ name = "center", points = 2 }}, {{ name = "shift" }}, {{ name = "best" }}]
"""
REFERENCE = '''\
"""Places."""

import torch


def center(x):
    """Center."""
    return x - x.mean(0)


def shift(x, n):
    """Shift."""
    return x + torch.arange(n, device=x.device)


def best():
    """The accelerator, if there is one."""
    found = torch.accelerator.current_accelerator()
    return "cpu" if found is None else "accelerator"
'''
TESTS = """\
import pytest
import torch


def test_center(agree, device):
    agree("center", torch.arange(12.0, device=device).reshape(4, 3))


@pytest.mark.parametrize("n", [2, 3])
def test_shift(agree, device, n):
    agree("shift", torch.rand(n, device=device, requires_grad=True), n)


def test_shift_in_a_scenario(agree, device):
    x = torch.ones(3, device=device)
    agree.scenario(lambda module: (module.shift(x, 3), torch.zeros(2).to(device)))


def test_center_by_its_answer(agree, student, device):
    answer = student.center(torch.ones(2, 2, device=device))
    agree.that(answer.device == device and not answer.any(), "It should be zero.")


def test_best(agree):
    agree("best")
"""
HARD_CODED = REFERENCE.replace(", device=x.device", "")
BACK_ON_THE_CPU = REFERENCE.replace("x - x.mean(0)", "(x - x.mean(0)).cpu()")
THROUGH_NUMPY = REFERENCE.replace("x - x.mean(0)", "torch.from_numpy(x.numpy() - x.numpy().mean(0))")


def make_course(root: Path, devices: str) -> Path:
    files = {
        "grading.toml": GRADING.format(devices=devices),
        "reference/places.py": REFERENCE,
        "graders/test_places.py": TESTS,
        "exercises/test_places.py": TESTS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    assert run("-m", "antorcha.cli.main", "stubs", "--course", str(root)).returncode == 0
    return root


def run(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "pytest", "exercises", "-q", "-p", "no:cacheprovider", *words, folder=folder)


def graded(course: Path, **hand_ins: str) -> Path:
    """The folder of results of a class with these submissions, judged by the hidden tests alone."""
    (course / "exercises" / "test_places.py").unlink(missing_ok=True)
    for student, code in hand_ins.items():
        (course / "class" / student).mkdir(parents=True)
        (course / "class" / student / "places.py").write_text(code, "utf-8")
    out = course / "out"
    words = ("grade", str(course / "class"), "--course", str(course), "--out", str(out))
    done = run("-m", "antorcha.cli.main", *words)
    assert done.returncode == 0, done.stderr
    return out


def checks_in(out: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Every check of every student, by the name of its test."""
    with sqlite3.connect(out / "results.db") as db:
        rows = db.execute("SELECT student, result FROM topics").fetchall()
    return {
        student: {
            check["check"].partition("::")[2]: check
            for exercise in json.loads(result)["exercises"]
            for check in exercise["checks"]
        }
        for student, result in rows
    }


def marks(out: Path) -> dict[str, str]:
    lines = (out / "grades.csv").read_text("utf-8").splitlines()[1:]
    return {line.split(",")[0]: line.split(",")[1] for line in lines}
