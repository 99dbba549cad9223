"""Hidden inputs that are drawn at random are the same for every submission, whoever was graded before."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXERCISES = ("plain", "numpy", "python", "fixture", "top", "shared", "closure")
GRADING = "title = 'Red'\nlanguage = 'en'\nlanguages = ['en']\n\n[[topics]]\nname = 'red'\nexercises = [\n"
GRADING += "".join(f"    {{ name = '{name}' }},\n" for name in EXERCISES) + "]\n"

REFERENCE = '"""Red."""\n\nimport torch\n' + "".join(
    f'\n\ndef {name}(x):\n    """Return `x`."""\n    return x\n' for name in EXERCISES
)
# Each test draws more than once, and each call shows what it was given: a submission returns its argument.
TESTS = """
import random

import numpy as np
import pytest
import torch

TOP = torch.rand(2), np.random.rand(), random.random()
OWN = np.random.default_rng(3)


@pytest.fixture(scope="module")
def drawn():
    return torch.rand(2)


@pytest.fixture(scope="module")
def generator():
    return torch.Generator().manual_seed(5)


def test_torch(agree):
    for _ in range(3):
        agree("plain", torch.rand(2))


def test_numpy(agree):
    for _ in range(3):
        agree("numpy", float(np.random.rand()))


def test_python(agree):
    for _ in range(3):
        agree("python", random.random())


def test_fixture(agree, drawn):
    agree("fixture", [drawn, torch.rand(1)])


def test_top(agree):
    agree("top", [TOP[0], TOP[1], TOP[2], float(OWN.random())])


def test_shared(agree, generator):
    agree("shared", torch.rand(2, generator=generator))


def test_closure(agree, student):
    drawn = torch.rand(1)
    seen = student.closure(drawn)
    agree.scenario(lambda module: module.closure([seen, 1]))
    agree("closure", torch.rand(1))
"""
# What each draws for itself must change nothing: not in its own process, and not for whoever comes after.
ANSWERS = {
    "a": REFERENCE,
    "b": REFERENCE.replace("    return x\n", "    torch.rand(3)\n    return x\n"),
    "c": REFERENCE.replace("    return x\n", "    torch.manual_seed(9)\n    return x\n"),
    "d": REFERENCE + "# the same once more\n",
}
SPY = """
import json, os
from antorcha.plugin.check import CHECK
import pytest

@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    with open(os.environ["ANTORCHA_TEST_SPY"], "a") as file:
        check = item.stash[CHECK]
        file.write(json.dumps([check.test, [asked.payload.hex() for asked in check.trace]]) + "\\n")
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    files = {"grading.toml": GRADING, "reference/red.py": REFERENCE, "exercises/red.py": REFERENCE}
    files |= {"graders/test_red.py": TESTS, "graders/conftest.py": SPY, "exercises/test_red.py": TESTS}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def grade(course: Path, tmp_path: Path, students: dict[str, str], out: str) -> dict[str, list[list[str]]]:
    """What each test asked in each of its runs, in order: first of the reference, then of each student."""
    hand_ins = tmp_path / f"class_{out}"
    for number, (student, code) in enumerate(students.items()):
        (hand_ins / f"{number}{student}").mkdir(parents=True, exist_ok=True)
        (hand_ins / f"{number}{student}" / "red.py").write_text(code)
    seen = tmp_path / f"{out}.jsonl"
    seen.unlink(missing_ok=True)
    words = ["grade", str(hand_ins), "--course", str(course), "--out", str(tmp_path / out), "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "antorcha.cli.main", *words],
        env={**os.environ, "ANTORCHA_TEST_SPY": str(seen)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked: dict[str, list[list[str]]] = {}
    for test, payloads in map(json.loads, seen.read_text().splitlines()):
        asked.setdefault(test, []).append(payloads)
    return asked


def marks(out: Path) -> dict[str, float]:
    with sqlite3.connect(out / "results.db") as db:
        rows = db.execute("SELECT student, result FROM topics").fetchall()
    return {name[1:]: sum(part["points"] for part in json.loads(result)["exercises"]) for name, result in rows}


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_every_submission_is_asked_the_same(course: Path, tmp_path: Path) -> None:
    forward = grade(course, tmp_path, ANSWERS, "forward")
    assert len(forward) == len(EXERCISES)
    for first, *others in forward.values():
        assert len(others) >= len(ANSWERS)
        for payloads in others:  # who seeds a generator fails at the first call, and is asked no more
            assert payloads == first[: len(payloads)]
    backward = grade(course, tmp_path, dict(reversed(ANSWERS.items())), "backward")
    assert [runs[0] for runs in backward.values()] == [runs[0] for runs in forward.values()]
    assert [runs[-1] for runs in backward.values()] == [runs[0] for runs in forward.values()]
    assert marks(tmp_path / "forward") == marks(tmp_path / "backward")


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_who_comes_later_is_asked_the_same(course: Path, tmp_path: Path) -> None:
    first = grade(course, tmp_path, {"a": ANSWERS["a"]}, "out")
    later = grade(course, tmp_path, {"a": ANSWERS["a"], "d": ANSWERS["d"]}, "out")  # `a` is reused from the store
    assert [runs[0] for runs in later.values()] == [runs[0] for runs in first.values()]
    assert [runs[-1] for runs in later.values()] == [runs[-1] for runs in first.values()]


def test_a_right_answer_that_draws_a_number_is_right_in_a_released_folder(course: Path, tmp_path: Path) -> None:
    run(course.parent, "-m", "antorcha.cli.main", "stubs", "--course", str(course))
    run(course.parent, "-m", "antorcha.cli.main", "release", "student", "--course", str(course), "--out", "given")
    (tmp_path / "given" / "exercises" / "red.py").write_text(ANSWERS["b"])
    said = run(tmp_path / "given", "-m", "pytest", "exercises", "-q", "-p", "no:cacheprovider")
    assert "7 passed" in said, said


def run(folder: Path, *words: str) -> Any:
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
