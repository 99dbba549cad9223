"""`antorcha grade` on deliveries: what its first lines say, what it refuses, and that helper modules are there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

RIGHT = (MINI_CLASS / "all-right.py").read_text(encoding="utf-8")


def grade(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "antorcha.cli.main", "grade", str(folder), "--course", str(MINI_COURSE)]
    out = str(folder.parent / "results")
    return subprocess.run([*words, "--out", out, "--jobs", "1", *options], capture_output=True, text=True, check=False)


def rows(folder: Path, *options: str) -> dict[str, Any]:
    done = grade(folder, "--json", *options)
    assert done.returncode == 0, done.stderr
    return {row["student"]: row for row in json.loads(done.stdout)["submissions"]}


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def test_a_delivery_that_cannot_be_told_apart_is_refused(tmp_path: Path) -> None:
    done = grade(put(tmp_path / "class", {"Ana García/warmup.py": RIGHT, "garcia_ana/warmup.py": RIGHT}))
    assert done.returncode == 2
    assert '"Ana García" and "garcia_ana" look like one person under two names.' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_a_roster_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "class", {"ana/warmup.py": RIGHT, "../roster.csv": "color\nred,blue\n"})
    done = grade(folder, "--roster", str(tmp_path / "roster.csv"))
    assert done.returncode == 2
    assert "none of its columns is called name" in done.stderr


@pytest.mark.slow
def test_people_files_and_marks_of_a_canvas_delivery(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "class",
        {
            "garciaana_5001_900_warmup.py": "def double(x):\n    raise NotImplementedError\n",
            "garciaana_5001_901_warmup-1.py": RIGHT,
            "gilbea_LATE_5002_902_warmup.py": RIGHT.encode("utf-16"),
            "gilbea_LATE_5002_903_datos.xlsx": b"PK",
            "../roster.csv": 'Student,ID\n"García, Ana",5001\n"Gil, Bea",5002\n"Roca, Carla",5003\n"Sanz, Eva",5004\n',
        },
    )
    done = grade(folder, "--roster", str(tmp_path / "roster.csv"))
    assert done.returncode == 0, done.stderr
    first, second, *_ = done.stdout.splitlines()
    assert first == "Delivery: Canvas's download of submissions. 2 people, 4 files, 2 of them set aside."
    assert second == "Handed in nothing: Roca, Carla; Sanz, Eva."
    found = rows(folder, "--roster", str(tmp_path / "roster.csv"))
    assert {student: row["points"] == row["max"] for student, row in found.items()} == {
        "García, Ana": True,
        "Gil, Bea": True,
        "Roca, Carla": False,
        "Sanz, Eva": False,
    }


@pytest.mark.slow
def test_a_module_of_the_student_s_own_is_there_while_its_submission_is_graded(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "class",
        {
            "ana/warmup.py": "from helpers.mine import *\n",
            "ana/helpers/mine.py": RIGHT,
            "bea/exercises/warmup.py": "from exercises.utils import *\n",
            "bea/exercises/utils.py": RIGHT,
            "carla/warmup.py": "from utils import *\n",
        },
    )
    found = rows(folder)
    assert {student: row["points"] > 0 for student, row in found.items()} == {"ana": True, "bea": True, "carla": False}
    assert found["ana"]["points"] == found["ana"]["max"] == found["bea"]["points"]
