"""After a change of the course those exercises are graded again that it concerns, and the marks are as of one run."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

from antorcha.bulk.exercise_keys import exercise_keys
from antorcha.course.load import load_course

TESTS = "graders/test_warmup.py"
REFERENCE = "reference/warmup.py"
VARIANTS = "reference/variants/warmup.py"
HELPED = """
import torch


def ramp(count):
    return count_up(count) + 1.0


def count_up(count):
    return torch.arange(count)


LENGTHS = (3,)


def test_last_row_of_a_ramp(agree):
    agree("last_row", ramp(4).reshape(2, 2))
"""
MISTAKES = """
from antorcha.variants import N_, wrong


@wrong("average", N_("Each column has a mean of its own."))
def of_columns(values):
    return values.float().mean(dim=0)


@wrong("last_row", N_("The axis is lost."))
def without_its_axis(matrix):
    return matrix[-1]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = shutil.copytree(MINI_COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / VARIANTS).parent.mkdir(exist_ok=True)
    (folder / VARIANTS).write_text(MISTAKES)
    (folder / TESTS).write_text((folder / TESTS).read_text() + HELPED)
    return folder


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return change


def appended(name: str, text: str) -> Callable[[Path], None]:
    return lambda root: (root / name).write_text((root / name).read_text() + text) and None


ALL = ("double", "average", "last_row")
CHANGES: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a comment between tests": (appended(TESTS, "\n# A note.\n"), ()),
    "one exercise's test": (replaced(TESTS, "[3, -7, 11]", "[3, -7, 12]"), ("double",)),
    "a test more": (appended(TESTS, '\ndef test_more(agree):\n    agree("average", torch.ones(2))\n'), ("average",)),
    "a test fewer": (replaced(TESTS, "def test_average_is_one_number", "def not_a_test"), ("average",)),
    "a helper that one exercise uses": (replaced(TESTS, "+ 1.0", "+ 2.0"), ("last_row",)),
    "a helper of that helper": (replaced(TESTS, "torch.arange(count)", "torch.ones(count)"), ("last_row",)),
    "the value of a name of the file": (replaced(TESTS, "(3,)", "(4,)"), ALL),
    "a fixture": (appended(TESTS, "\n@pytest.fixture(autouse=True)\ndef calm():\n    yield\n"), ALL),
    "a mark on all tests of the file": (appended(TESTS, "\npytestmark = pytest.mark.points(2)\n"), ALL),
    "a look at the file's own names": (appended(TESTS, "\nCOUNT = len(globals())\n"), ALL),
    "a file that is no Python": (appended(TESTS, "\ndef (\n"), ALL),
    "one exercise's reference": (replaced(REFERENCE, "return x * 2", "return x + x"), ("double",)),
    "one exercise's known mistake": (replaced(VARIANTS, "return matrix[-1]", "return matrix[-1, :]"), ("last_row",)),
    "one exercise's points": (
        replaced("grading.toml", '{ name = "average" }', '{ name = "average", points = 3 }'),
        ("average",),
    ),
    "a limit": (replaced("grading.toml", "call_cpu_seconds = 2", "call_cpu_seconds = 3"), ALL),
    "a visible test": (appended("exercises/test_warmup.py", "\n"), ALL),
    "a helper beside the tests": (lambda root: (root / "graders/common.py").write_text("X = 1\n") and None, ALL),
    "an exercise more": (
        replaced("grading.toml", '{ name = "last_row" }', '{ name = "last_row" }, { name = "new" }'),
        (*ALL, "new"),
    ),
}


@pytest.mark.parametrize(("change", "concerned"), CHANGES.values(), ids=CHANGES)
def test_a_change_concerns_those_exercises_that_may_use_it(
    root: Path, change: Callable[[Path], None], concerned: tuple[str, ...]
) -> None:
    before = exercise_keys(load_course(root), "warmup")
    change(root)
    after = exercise_keys(load_course(root), "warmup")
    assert tuple(name for name in after if after[name] != before.get(name)) == concerned


# ------------------------------------------------------------------------------------------------- graded in part

linux = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
RIGHT = (MINI_CLASS / "all-right.py").read_text()
HAND_INS = {
    "right": RIGHT,
    "wrong": (MINI_CLASS / "wrong.py").read_text(),
    "printing": RIGHT.replace("return x + x", "print(x)\n    return x + x"),
    "leaving": RIGHT.replace("return x + x", "raise SystemExit(3)"),
    "unreadable": (MINI_CLASS / "broken.py").read_text(),
    "counting": RIGHT.replace("def average", "calls = []\n\n\ndef average"),
}
# What the changed test finds is right until now, and wrong by half of the class.
STRICTER = (
    '\ndef test_double_of_nothing(agree):\n    agree("double", torch.zeros(0))\n    agree("double", torch.ones(2, 2))\n'
)


def grade(root: Path, out: Path, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", str(root.parent / "class"), "--course", str(root)]
    done = subprocess.run(
        [*command, "--out", str(out), "--json", "--jobs", "1", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    record: dict[str, Any] = json.loads(done.stdout)
    return record


def hand_in(root: Path) -> None:
    (root.parent / "class").mkdir()
    for name, code in HAND_INS.items():
        (root.parent / "class" / f"{name}.py").write_text(code)


def results(out: Path) -> dict[str, Any]:
    """All that the store has of the results that count, but for what a clock measured."""
    with closing(sqlite3.connect(out / "results.db")) as store:
        rows = store.execute("SELECT student, key, graders, result FROM topics WHERE counts").fetchall()
    return {student: (key, graders, without_seconds(json.loads(result))) for student, key, graders, result in rows}


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_seconds(part) for name, part in value.items() if name != "seconds"}
    return [without_seconds(part) for part in value] if isinstance(value, list) else value


def keys_of(root: Path) -> dict[str, str]:
    return exercise_keys(load_course(root), "warmup")


def changed(root: Path, change: Callable[[Path], None]) -> tuple[str, ...]:
    """The exercises whose keys a change moves."""
    before = keys_of(root)
    change(root)
    after = keys_of(root)
    return tuple(name for name in after if after[name] != before[name])


def test_a_visible_test_may_use_the_reference_of_another_exercise(root: Path) -> None:
    (root / "exercises/test_warmup.py").write_text(
        "import torch\n\n\ndef halved(module, x):\n    return module.average(module.last_row(x))\n\n\n"
        "def test_average(agree):\n    agree.scenario(halved, torch.ones(2, 2))\n"
    )
    assert changed(root, replaced(REFERENCE, "return matrix[-1:]", "return matrix[-1:, :]")) == ("average", "last_row")


def test_a_fixture_beside_the_tests_may_name_what_a_test_file_defines(root: Path) -> None:
    (root / "graders/conftest.py").write_text(
        "import pytest\n\n\n@pytest.fixture\ndef made(request):\n    return request.module.count_up(3)\n"
    )
    assert changed(root, replaced(TESTS, "torch.arange(count)", "torch.ones(count)")) == ALL


def test_a_case_may_bear_a_mark_of_its_own(root: Path) -> None:
    marked = (
        '\n\n@pytest.mark.exercise("double")\n@pytest.mark.parametrize("name", ["double", '
        'pytest.param("average", marks=pytest.mark.exercise("average"))])\n'
        "def test_both(agree, name):\n    agree(name, torch.ones(3))\n"
    )
    appended(TESTS, "\n\nimport pytest\n" + marked)(root)
    assert changed(root, replaced(TESTS, "torch.ones(3)", "torch.ones(4)")) == ("double", "average")


@pytest.mark.parametrize(
    "definition",
    [
        "def test_drawn(agree, x=torch.rand({count})):\n    agree('double', x)\n",
        "@pytest.mark.parametrize('x', [torch.randn({count})])\ndef test_drawn(agree, x):\n    agree('double', x)\n",
        "class Drawn:\n    numbers = torch.randperm({count})\n",
    ],
)
def test_what_is_drawn_while_a_test_file_is_read_moves_what_others_draw_there(root: Path, definition: str) -> None:
    appended(TESTS, "\n\nimport pytest\n\n\n" + definition.format(count=3))(root)
    assert changed(root, replaced(TESTS, definition.format(count=3), definition.format(count=4))) == ALL


@linux
def test_after_a_changed_test_only_its_exercise_is_graded_and_all_is_as_if_everything_were(root: Path) -> None:
    hand_in(root)
    first, afresh = root.parent / "results", root.parent / "afresh"
    assert grade(root, first)["graded"] == 6
    appended(TESTS, STRICTER)(root)
    again = grade(root, first)
    assert (again["graded"], again["cached"]) == (6, 0)
    # Whoever prints, leaves or cannot be read is graded as a whole: exercises share a worker, and what it says.
    assert again["graded_in_part"] == 3
    assert again["changed_exercises"] == ["warmup.double"]
    grade(root, afresh)
    assert results(first) == results(afresh)
    assert (first / "grades.csv").read_bytes() == (afresh / "grades.csv").read_bytes()
    assert grade(root, first)["cached"] == 6


@linux
def test_a_comment_in_a_test_file_costs_no_grading(root: Path) -> None:
    hand_in(root)
    out = root.parent / "results"
    grade(root, out)
    before, tests = results(out), (root / TESTS).read_text()
    appended(TESTS, "\n# A note for the next year.\n")(root)
    again = grade(root, out)
    assert (again["graded"], again["cached"]) == (3, 3)  # those that print, leave or cannot be read
    after = results(out)
    assert {name: result[2] for name, result in after.items()} == {name: result[2] for name, result in before.items()}
    (root / TESTS).write_text(tests)
    assert grade(root, out)["cached"] == 6, "the earlier results are still there"


@linux
@pytest.mark.slow
def test_what_a_part_does_to_the_whole_has_the_whole_graded(root: Path) -> None:
    hand_in(root)
    (root.parent / "class" / "counting.py").write_text(
        RIGHT.replace("return x + x", "if x.numel() == 0:\n        print('empty')\n    return x + x")
    )
    out, afresh = root.parent / "results", root.parent / "afresh"
    grade(root, out)
    appended(TESTS, STRICTER)(root)
    assert grade(root, out)["graded_in_part"] == 2  # the new test makes one print, which belongs to all its exercises
    grade(root, afresh)
    assert results(out) == results(afresh)


@linux
def test_a_dry_run_grades_the_changed_exercise_and_the_run_that_follows_nothing(root: Path) -> None:
    hand_in(root)
    out = root.parent / "results"
    grade(root, out)
    appended(TESTS, STRICTER)(root)
    assert grade(root, out, "--dry-run")["dry_run"]
    assert grade(root, out)["cached"] == 6
    # And from there on too: the keys of the exercises came with what the dry run graded.
    replaced(TESTS, "torch.ones(2, 2)", "torch.ones(2, 3)")(root)
    assert grade(root, out)["graded_in_part"] == 3
