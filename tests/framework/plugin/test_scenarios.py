"""What a scenario is made of: it decides which answer is the expected one, and all of it reaches the worker."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from antorcha.plugin.content import content_of

GRADING = """
title = "Red"
language = "en"
languages = ["en"]

[[topics]]
name = "red"
exercises = [{ name = "noisy" }, { name = "mean" }, { name = "helped" }]
"""
REFERENCE = '''"""Red."""

import torch


def noisy(x):
    """Return `x` plus noise of your choice."""
    return x + 0.5


def mean(x):
    """Return the mean."""
    return x.mean()


def helped(x):
    """Return twice `x`."""
    return x * 2
'''
COMMON = """
import torch

EXPECTED = "SECRET-4711"
SCALE = 2


def ramp(count):
    return torch.arange(float(count)) * SCALE


class Pair:
    def __init__(self, first):
        self.first = first

    def both(self):
        return [self.first, ramp(2)]
"""
TESTS = """
import functools
import pytest
import torch

{imports}
TABLE = ["SECRET-4712"]


def added(x, y=None):
    return x if y is None else x + y


def of_so_many(module, count):
    return module.helped({ramp}(count))


def closing():
    def made():
        return {ramp}(2)

    return lambda module: module.helped(made())


class Case:
    def __init__(self, count):
        self.count = count

    def made(self):
        return {ramp}(self.count)

    def __call__(self, module):
        return module.helped(self.made())


@pytest.mark.exercise("noisy")
def test_noisy(agree, student):
    agree.that(isinstance(student.noisy(torch.zeros(3)), torch.Tensor), "A tensor.")


@pytest.mark.exercise("mean")
def test_mean_of_ones_own_noise(agree, student):
    own = student.noisy(torch.zeros(3))

    def through_a_default(module, own=own):
        "SECRET-4713 of the scenario"
        return module.mean(own)

    agree.scenario(lambda module: module.mean(own))
    agree.scenario(through_a_default)
    agree.scenario(lambda module: (lambda: module.mean(added(own)))())


@pytest.mark.exercise("helped")
def test_helped(agree):
    agree.scenario(lambda module: module.helped({ramp}(4)))
    agree.scenario(lambda module: module.helped({pair}(torch.ones(2)).both()[0]))


@pytest.mark.exercise("helped")
def test_helped_by_what_is_no_plain_function(agree):
    agree.scenario(functools.partial(of_so_many, count=3))
    agree.scenario(closing())
    agree.scenario(Case(4))
    agree.scenario(Case(5).__call__)
    agree.scenario(functools.partial(Case.__call__, Case(6)))
"""
IMPORTS = {
    "relative": ("from .common import Pair, ramp\n", "ramp", "Pair"),
    "by name": ("from common import Pair, ramp\n", "ramp", "Pair"),
    "module": ("import common\n", "common.ramp", "common.Pair"),
}
# Looks for what only the graders know in everything that this process can reach.
NOSY = """
import gc, sys


def found():
    texts = [text for text in gc.get_objects() if isinstance(text, dict)]
    names = {name for module in list(sys.modules.values()) for name in vars(module)}
    values = [value for table in texts for value in list(table.values()) if isinstance(value, str | list)]
    texts = [value for value in gc.get_objects() if isinstance(value, tuple) and len(value) < 50]
    values += [part for text in texts for part in text if isinstance(part, str)]
    frame = sys._getframe()
    while frame is not None:
        values += [part for part in frame.f_code.co_consts if isinstance(part, str)]
        frame = frame.f_back
    secret = "".join(("SECRET", "-471"))
    return any(secret in str(value)[:200] for value in values if len(value) < 50) or "EXPECTED" in names


def helped(x):
    return torch.zeros(1) if found() else x * 2


def mean(x):
    return torch.zeros(1) if found() else x.mean()
"""
RIGHT = REFERENCE.replace("0.5", "0.25")


def make_course(root: Path, tests: str) -> Path:
    files = {"grading.toml": GRADING, "reference/red.py": REFERENCE, "exercises/red.py": REFERENCE}
    files |= {"graders/test_red.py": tests, "graders/common.py": COMMON}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def grade(course: Path, **students: str) -> subprocess.CompletedProcess[str]:
    for student, code in students.items():
        (course / "class" / student).mkdir(parents=True)
        (course / "class" / student / "red.py").write_text(code)
    words = ["grade", str(course / "class"), "--course", str(course), "--out", str(course / "out"), "--jobs", "1"]
    command = [sys.executable, "-m", "antorcha.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def verdicts(course: Path) -> dict[str, dict[str, Any]]:
    with sqlite3.connect(course / "out" / "results.db") as db:
        rows = db.execute("SELECT student, result FROM topics").fetchall()
    return {
        student: {exercise["name"]: exercise["verdict"] for exercise in json.loads(result)["exercises"]}
        for student, result in rows
    }


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
@pytest.mark.parametrize("kind", IMPORTS)
def test_a_scenario_may_use_helpers_and_what_the_student_answered(tmp_path: Path, kind: str) -> None:
    imports, ramp, pair = IMPORTS[kind]
    course = make_course(tmp_path, TESTS.format(imports=imports, ramp=ramp, pair=pair))
    done = grade(course, reference=REFERENCE, right=RIGHT, nosy=REFERENCE + NOSY)
    assert done.returncode == 0, done.stderr
    found = verdicts(course)
    assert {student: set(table.values()) for student, table in found.items()} == {
        student: {"passed"} for student in found
    }
    assert set(found) == {"reference", "right", "nosy"}


HERE_ONLY = """
import sys, types
import pytest
import torch

made_here = types.ModuleType("made_here")
made_here.two = 2
sys.modules["made_here"] = made_here


@pytest.mark.exercise("noisy")
def test_noisy(agree):
    agree("noisy", torch.zeros(1))


@pytest.mark.exercise("mean")
def test_mean(agree):
    agree("mean", torch.zeros(1))


@pytest.mark.exercise("helped")
def test_helped(agree):
    agree.scenario({scenario})
"""
IMPOSSIBLE = {
    "a module that workers do not have": ("lambda module: module.helped(made_here.two)", "made_here"),
    "something that cannot be pickled": ("lambda module, file=sys.stdin: module.helped(2)", "cannot travel"),
    "what only works here": ("lambda module: module.helped(int('pytest' in sys.modules))", "locked worker"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_a_scenario_that_does_not_run_in_a_worker_blames_nobody(tmp_path: Path, kind: str) -> None:
    scenario, told = IMPOSSIBLE[kind]
    course = make_course(tmp_path, HERE_ONLY.replace("{scenario}", scenario))
    done = grade(course, right=RIGHT)
    assert done.returncode != 0
    assert "test_helped" in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_two_scenarios_are_one_only_if_all_of_them_is() -> None:
    def scenario(own: Any, scale: float = 1.0) -> Any:
        def played(module: Any, again: Any = own) -> Any:
            return module.f(own, again, scale)

        return played

    ones = content_of(scenario(torch.ones(2)))
    assert ones == content_of(scenario(torch.ones(2)))
    assert ones.whole
    others = [scenario(torch.zeros(2)), scenario(torch.ones(2, dtype=torch.float64)), scenario(torch.ones(2), 2.0)]
    others += [scenario(1), scenario(True), scenario(1.0), scenario([1]), scenario((1,)), scenario({"a": 1})]
    others += [scenario({"a": [1, 2]}), scenario(torch.nn.Linear(1, 1)), scenario(lambda: 1), scenario(lambda: 2)]
    digests = [ones.digest, *(content_of(other).digest for other in others)]
    assert len(set(digests)) == len(digests)
    with Path(__file__).open() as file:
        assert not content_of(scenario(file)).whole


STARTED_ANEW = """
import pytest
import torch


def of_zeros(module):
    return module.noisy(torch.zeros(2))


@pytest.mark.exercise("noisy")
def test_noisy_is_the_same_when_python_starts_anew(agree):
    first, second = agree.evidence(of_zeros), agree.evidence(of_zeros, another_start=True)
    agree.that(torch.equal(first, second), "Started anew, Python has other hashes.")


def test_the_others(agree):
    agree("mean", torch.ones(2))


def test_helped(agree):
    agree("helped", torch.ones(2))
"""
WORDS = '["oak", "ash", "elm", "fir", "yew", "box", "may", "bay"]'
BY_SET = f"\n\ndef noisy(x):\n    return x + sum(place * ord(word[0]) for place, word in enumerate({{*{WORDS}}}))\n"
BY_HASH = "\n\ndef noisy(x):\n    return x + hash('a word') % 1009\n"


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_a_scenario_can_be_asked_of_a_python_with_other_hashes(tmp_path: Path) -> None:
    course = make_course(tmp_path, STARTED_ANEW)
    done = grade(course, right=RIGHT, by_set=REFERENCE + BY_SET, by_hash=REFERENCE + BY_HASH)
    assert done.returncode == 0, done.stderr
    noisy = {student: exercises["noisy"] for student, exercises in verdicts(course).items()}
    assert noisy == {"right": "passed", "by_set": "wrong", "by_hash": "wrong"}
