"""Limits, for the course and for one exercise: each breach has its own verdict and costs its own check."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

GRADING = """\
title = "Limits"
language = "en"
languages = ["en"]

[limits]
call_cpu_seconds = 1
call_wall_seconds = 3
memory_mib = 512
threads = 8
output_bytes = 10_000
result_bytes = 20_000

[[topics]]
name = "limits"
exercises = [
    { name = "plain" },
    { name = "slow", limits = { call_cpu_seconds = 30 } },
    { name = "big", limits = { memory_mib = 2048 } },
    { name = "busy", limits = { threads = 40, memory_mib = 4096 } },
    { name = "loud", limits = { output_bytes = 1_000_000 } },
    { name = "long", limits = { result_bytes = 2_000_000 } },
    { name = "patient", limits = { call_wall_seconds = 20 } },
    { name = "saved", scratch = true, limits = { file_bytes = 200_000 } },
]
"""

# What each exercise's answer does; with 1 it stays within what the exercise has beyond the course.
REFERENCE = '''\
"""Limits."""

import os
import sys
import tempfile
import threading
import time

import torch


def _compute(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def _threads(count):
    gate = threading.Event()
    started = [threading.Thread(target=gate.wait, daemon=True) for _ in range(count)]
    for thread in started:
        thread.start()
    time.sleep(0.3)
    gate.set()


def plain(n):
    """Return `n`."""
    return n


def slow(n):
    """Take your time."""
    _compute(1.6)
    return n


def big(n):
    """Use memory."""
    torch.empty(200_000_000)
    return n


def busy(n):
    """Start threads."""
    _threads(20)
    return n


def loud(n):
    """Print."""
    print("x" * 100_000)
    return n


def long(n):
    """Return much."""
    return torch.zeros(100_000)


def patient(n):
    """Wait."""
    time.sleep(4)
    return n


def saved(n):
    """Write a file into the temporary folder and read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "kept.pt")
        torch.save(torch.tensor(n), path)
        return torch.load(path, weights_only=True)
'''

# The same answers from those that are not asked how long one may wait.
HASTY = REFERENCE.replace("    time.sleep(4)\n", "").replace("_compute(1.6)", "_compute(0)")

# One function for each exercise, so that each test belongs to one.
HIDDEN = "".join(
    f"def test_{name}(agree):\n    agree({name!r}, 1)\n\n\n"
    for name in ("plain", "slow", "big", "busy", "loud", "long", "patient", "saved")
)

# The same work, done by an exercise that has only what the course gives.
BREACHES = {
    "slow": ("cpu_limit", "return slow(n)"),
    "big": ("memory_limit", "return big(n)"),
    "busy": ("thread_limit", "_threads(20)\n    return n"),
    "loud": ("output_limit", "return loud(n)"),
    "long": ("result_limit", "return long(n)"),
    "patient": ("wall_limit", "return patient(n)"),
    "saved": ("error", "return saved(n)"),
}
FLOODS = {
    "one_file": 'open("big", "wb").write(b"x" * 1_000_000)',
    "many_files": 'for k in range(100_000):\n        open(f"f{k}", "w").write("y")',
    "much_in_all": 'for k in range(100_000):\n        open(f"g{k}", "wb").write(b"z" * 100_000)',
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("limits")
    files = {"grading.toml": GRADING, "reference/limits.py": HASTY, "graders/test_limits.py": HIDDEN}
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (home / "exercises").mkdir()
    return home


def hand_in(home: Path, student: str, code: str) -> None:
    path = home / "class" / student / "limits.py"
    path.parent.mkdir(parents=True)
    path.write_text(code)


@pytest.fixture(scope="module")
def graded(home: Path) -> dict[str, dict[str, str]]:
    """Each student's verdicts by exercise."""
    hand_in(home, "honest", REFERENCE)
    for name, (_, body) in BREACHES.items():
        code = HASTY if name not in ("patient", "slow") else REFERENCE
        hand_in(home, f"breach-{name}", code.replace('"""Return `n`."""\n    return n', body))
    for name, body in FLOODS.items():
        start = HASTY.partition("def saved")[0]
        hand_in(home, f"flood-{name}", f"{start}def saved(n):\n    {body}\n    return torch.tensor(n)\n")
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", "class", "--json"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["submissions"]
    return {row["student"]: {name: one["verdict"] for name, one in row["exercises"].items()} for row in rows}


@pytest.mark.slow
def test_an_exercise_may_have_more_than_the_course(graded: dict[str, dict[str, str]]) -> None:
    assert set(graded["honest"].values()) == {"passed"}, graded["honest"]


@pytest.mark.slow
@pytest.mark.parametrize("name", BREACHES)
def test_each_breach_has_its_verdict_and_costs_its_own_check(graded: dict[str, dict[str, str]], name: str) -> None:
    verdicts = graded[f"breach-{name}"]
    assert verdicts.pop("plain") == BREACHES[name][0]
    assert set(verdicts.values()) == {"passed"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_a_scratch_folder_holds_no_more_than_its_limit(graded: dict[str, dict[str, str]], name: str) -> None:
    assert graded[f"flood-{name}"]["saved"] == "file_limit"


BUSY = {
    "right": ("passed", "_compute(0.7)\n    return n"),
    "endless": ("cpu_limit", "while True:\n        pass"),
    "endless-in-a-thread": ("cpu_limit", "threading.Thread(target=_compute, args=(99,)).start()\n    time.sleep(99)"),
    "sleeps": ("wall_limit", "time.sleep(60)"),
    "stops": ("wall_limit", "os.kill(os.getpid(), 19)"),
}


@contextlib.contextmanager
def busy_machine(processes: int) -> Iterator[None]:
    spinning = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_busy_machine_changes_no_verdict(home: Path) -> None:
    for name, (_, body) in BUSY.items():
        code = HASTY.replace('"""Return `n`."""\n    return n', body)
        path = home / "busy-class" / name / "limits.py"
        path.parent.mkdir(parents=True)
        path.write_text(code)
    words = ["grade", "busy-class", "--json", "--jobs", "2", "--out", "busy-results"]
    with busy_machine(4 * (os.cpu_count() or 2)):
        done = subprocess.run(
            [sys.executable, "-m", "antorcha.cli.main", *words], cwd=home, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    verdicts = {row["student"]: row["exercises"]["plain"]["verdict"] for row in json.loads(done.stdout)["submissions"]}
    assert verdicts == {name: verdict for name, (verdict, _) in BUSY.items()}
