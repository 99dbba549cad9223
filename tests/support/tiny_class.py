"""A tiny course with rules for its class, hand-ins as Blackboard delivers them, and a look at what comes out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from antorcha.cli.main import main
from support.fake_grader import write_course_of_two

GRADING = """\
title = "Tiny"
language = "en"

[[topics]]
name = "one"
title = "Topic one"
exercises = [{ name = "double", points = 6 }, { name = "half", points = 4 }]

[[topics]]
name = "two"
exercises = [{ name = "triple", points = 5 }]
"""
RULES = """\
timezone = "America/Bogota"

[penalty]
per_day = 0.1
most = 0.5

[[topics]]
name = "one"
due = "2026-03-06T23:59"
"""
RIGHT = "def double(x): return x + x\ndef half(x): return x / 2\n"  # 10 points
HALF = "def double(x): return x\ndef half(x): return x / 2\n"  # 4 points


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_course_of_two(tmp_path, GRADING)
    (tmp_path / "rules.toml").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hand_in(home: Path, student: str, time: str, code: str = RIGHT, topic: str = "one", folder: str = "class") -> None:
    """Add a file as Blackboard delivers it, which writes the moment into its name: "03-06 20:15"."""
    moment = f"2026-{time.replace(' ', '-').replace(':', '-')}-00"
    path = home / folder / f"Tarea_{student}_attempt_{moment}_{topic}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{code}# {student}\n")


def grade(*options: str, folder: str = "class", capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["grade", folder, "--json", *options]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def rows(home: Path) -> dict[str, dict[str, str]]:
    with (home / "results" / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def finals(home: Path) -> dict[str, str]:
    return {student: row["one.final"] for student, row in rows(home).items()}
