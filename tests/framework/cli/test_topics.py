"""`antorcha topics`: the course as it is, counted by pytest."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import MINI_COURSE, ROOT


def topics(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", "topics", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINI_COURSE, tmp_path / "mini"))


def test_the_small_course() -> None:
    done = topics("--json", "--course", str(MINI_COURSE))
    assert done.returncode == 0
    names = {"double": 2, "average": 2, "last_row": 1}
    exercises = [{"name": name, "kind": "write", "points": 1.0, "visible": 1, "hidden": n} for name, n in names.items()]
    assert json.loads(done.stdout) == {"topics": [{"name": "warmup", "points": 3.0, "exercises": exercises}]}


def test_every_exercise_of_this_course_has_visible_and_hidden_checks() -> None:
    done = topics("--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"topics"}
    for topic in found["topics"]:
        assert set(topic) == {"name", "points", "exercises"}
        assert topic["points"] == sum(exercise["points"] for exercise in topic["exercises"])
        for exercise in topic["exercises"]:
            assert set(exercise) == {"name", "kind", "points", "visible", "hidden"}
            assert exercise["visible"] >= 1, exercise
            assert exercise["hidden"] >= 1, exercise


def test_the_table(mini: Path) -> None:
    done = topics(cwd=mini / "graders")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "warmup: A first look at tensors (3 points)",
        "  exercise  kind     points  visible  hidden",
        "  double    write         1        1       2",
        "  average   write         1        1       2",
        "  last_row  write         1        1       1",
    ]


def test_parametrised_tests_count_one_by_one(mini: Path) -> None:
    more = "import pytest\n\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_more(agree, n):\n"
    path = mini / "graders" / "test_warmup.py"
    path.write_text(path.read_text("utf-8") + more + "    agree('double', torch.ones(n))\n", "utf-8")
    done = topics("--json", "--course", str(mini))
    assert [exercise["hidden"] for exercise in json.loads(done.stdout)["topics"][0]["exercises"]] == [5, 2, 1]


def test_an_exercise_without_hidden_checks_is_named(mini: Path) -> None:
    config = mini / "grading.toml"
    config.write_text(config.read_text("utf-8").replace('{ name = "double" }', '{ name = "double" }, { name = "new" }'))
    done = topics("--json", "--course", str(mini))
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["antorcha: warmup: no hidden test grades new"]
    assert json.loads(done.stdout)["topics"][0]["exercises"][1]["hidden"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "code", "said"),
    [
        ("graders", "import no_such_module\n", "no_such_module"),
        ("exercises", "def test_nothing(agree):\n    agree('tripple', 1)\n", "exercise"),
        ("exercises", "import pytest\npytestmark = pytest.mark.exercise('x')\ndef test_a(agree): pass\n", "'x'"),
    ],
)
def test_tests_that_cannot_be_collected(mini: Path, folder: str, code: str, said: str) -> None:
    (mini / folder / "test_warmup.py").write_text(code, "utf-8")
    done = topics("--course", str(mini))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"antorcha: {mini}: the tests cannot be collected")
    assert said in done.stderr
    assert folder in done.stderr
    assert "INTERNALERROR" not in done.stderr


@pytest.mark.slow
def test_no_tests_at_all(mini: Path) -> None:
    shutil.rmtree(mini / "graders")
    done = topics("--course", str(mini))
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
