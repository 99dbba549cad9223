"""A small course behind nbgrader, the real commands, and what students do to its notebook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.paths import ROOT

GRADING = """\
title = "Bits"
language = "en"
languages = ["en"]
[[topics]]
name = "bits"
exercises = [
    { name = "double", points = 1 },
    { name = "halves", points = 2, kind = "debug" },
    { name = "Counter", points = 1.5 },
]
"""

REFERENCE = '''\
"""Bits of tensors.

Replace each `raise NotImplementedError`.
"""

from __future__ import annotations

import torch

_SECRET_FACTOR = 2
START = 10


def _times(x: torch.Tensor, factor: int) -> torch.Tensor:
    return x * factor


def double(x: torch.Tensor) -> torch.Tensor:
    """Return twice `x`."""
    return _times(x, _SECRET_FACTOR)


def halves(x: torch.Tensor) -> torch.Tensor:
    """Return half of `x`, always as float32."""
    wide = x.to(torch.float32)
    return wide / 2


def _stub_halves(x: torch.Tensor) -> torch.Tensor:
    return x // 2


class Counter:
    """Counts from START."""

    def __init__(self) -> None:
        self.value = START

    def up(self) -> int:
        """Count one up and return the value."""
        self.value += 1
        return self.value
'''

VISIBLE = """\
import pytest
import torch


def test_double(agree):
    agree("double", torch.tensor([1, 2]))


def test_halves(agree):
    agree("halves", torch.tensor([2.0, 4.0]))


@pytest.mark.exercise("Counter")
def test_counter(agree):
    agree.scenario(lambda module: module.Counter().up())
"""

HIDDEN = """\
import pytest
import torch


def test_double_of_918273(agree):
    agree("double", torch.tensor([918273]))


def test_halves_of_an_odd_number(agree):
    agree("halves", torch.tensor([3.0]))


def test_halves_of_whole_numbers(agree):
    agree("halves", torch.tensor([3]))


def test_halves_of_an_even_number(agree):
    agree("halves", torch.tensor([8.0]))


@pytest.mark.exercise("Counter")
def test_counter_twice(agree):
    def twice(module):
        counter = module.Counter()
        return counter.up(), counter.up()

    agree.scenario(twice)
"""

# Right answers to all three exercises, by name.
DOUBLE = "def double(x):\n    return x + x\n"
COUNTER = """\
class Counter:
    def __init__(self):
        self.value = START

    def up(self):
        self.value = self.value + 1
        return self.value
"""
RIGHT = {
    "double": DOUBLE,
    "halves": "def halves(x):\n    return x.float() * 0.5\n",
    "Counter": COUNTER,
}


def environment() -> dict[str, str]:
    """The environment of a person's shell, with the commands of this Python's environment."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ANTORCHA_"))}
    return {
        **plain,
        "PATH": str(Path(sys.executable).parent) + os.pathsep + plain["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests/support/quick_commands"), plain.get("PYTHONPATH", "")]),
    }


def nbgrader(folder: Path, *words: str, expect: int = 0) -> str:
    """Run the real command in a course's folder; what it printed."""
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def antorcha(*words: str | Path, expect: int = 0) -> str:
    """Run the real command; what it printed, of one that fails its error, too."""
    command = [sys.executable, "-m", "antorcha.cli.main", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + (done.stderr if expect else "")


def write_course(root: Path, topic: str = "bits") -> Path:
    files = {
        "grading.toml": GRADING.replace('"bits"', f'"{topic}"'),
        f"reference/{topic}.py": REFERENCE,
        f"exercises/test_{topic}.py": VISIBLE,
        f"graders/test_{topic}.py": HIDDEN,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def cell_of(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def hand_in(course: Path, student: str, answers: dict[str, str], first: str = "", drop: str = "") -> None:
    """Solve the released notebook as a student would, and put it where nbgrader collects."""
    notebook = read(course / "release/bits/bits.ipynb")
    for name, code in answers.items():
        cell_of(notebook, f"solution_{name}")["source"] = code
    if first:
        cell = {"cell_type": "code", "execution_count": 1, "id": "mine", "metadata": {}, "outputs": [], "source": first}
        notebook["cells"].insert(0, cell)
        cell_of(notebook, "points_halves")["source"] = "2.0"
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != drop]
    target = course / "submitted" / student / "bits"
    shutil.copytree(course / "release/bits", target)
    (target / "bits.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
