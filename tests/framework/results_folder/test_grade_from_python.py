"""`antorcha.grade`: what the command does, from Python."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.fake_grader import grader as grader
from support.tiny_class import HALF, hand_in, rows
from support.tiny_class import home as home

import antorcha
from antorcha.cli.main import main
from antorcha.errors import UserError
from antorcha.grading import class_table

pytestmark = pytest.mark.usefixtures("grader")


def test_it_writes_what_the_command_writes(home: Path) -> None:
    hand_in(home, "ana", "03-06 20:15")
    hand_in(home, "bea", "03-07 20:15", HALF)
    students: list[str] = []
    grading = antorcha.grade(
        home, home / "class", out=home / "python", progress=lambda step: students.append(step.student)
    )
    points = {graded.student: graded.result.points for graded in grading}
    assert points == {"ana": 10, "bea": 4}
    assert set(students) == {"ana", "bea"}
    assert {row.student for row in grading.table.rows} == {"ana", "bea"}
    assert (grading.changed_pages, grading.unwritten) == (2, [])

    assert main(["grade", "class"]) == 0
    assert (home / "python/grades.csv").read_text() == (home / "results/grades.csv").read_text()
    assert rows(home)["bea"]["one.final"] == "3.6"  # a day late, by the rules beside the course
    pages = {page.name: page.read_bytes() for page in (home / "python/feedback").iterdir()}
    assert pages == {page.name: page.read_bytes() for page in (home / "results/feedback").iterdir()}


def test_a_large_class_whose_rows_are_packed_gives_the_same_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(home, "bea", "03-07 20:15", HALF)
    hand_in(home, "ana", "03-06 20:15")
    hand_in(home, "cleo", "03-09 20:15")
    for name, most in (("few", 4000), ("many", 2)):
        monkeypatch.setattr(class_table, "_MOST_UNPACKED", most)
        grading = antorcha.grade(home, home / "class", out=home / name)
        assert len(list(grading)) == 3
        first, last = grading.table.rows[0], grading.table.rows[-1]
        assert (first is grading.table.rows[0]) == (name == "few")
        assert [row.student for row in grading.table.rows] == ["ana", "bea", "cleo"]
        assert [row.student for row in grading.table.rows[1:]] == ["bea", last.student]
        for given in (["ana", "double", "3", "--why", "spoken"], ["bea", "--comment", "come and see me"]):
            assert main(["mark", *given, "--out", str(home / name)]) == 0
        assert main(["export", "csv", "--out", str(home / name)]) == 0
    few = {path.relative_to(home / "few"): path.read_bytes() for path in pages_and_tables(home / "few")}
    assert {Path("grades.csv"), Path("marks.csv"), Path("index.html")} <= set(few)
    many = {path.relative_to(home / "many"): path.read_bytes() for path in pages_and_tables(home / "many")}
    assert many.keys() == few.keys()
    assert [str(path) for path in few if without_moment(few[path]) != without_moment(many[path])] == []


def pages_and_tables(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.suffix in (".csv", ".html", ".md"))


def without_moment(content: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", b"", content)


def test_who_stops_early_goes_on_from_there(home: Path) -> None:
    for number in range(4):
        hand_in(home, f"student{number}", "03-06 20:15")
    for _ in antorcha.grade(home, "class"):
        break
    again = antorcha.grade(home, "class")
    assert len(list(again)) == 4
    assert again.run.cached >= 1
    assert again.run.cached + again.run.graded == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"topics": ["tow"]}, "there is no topic 'tow' here"),
        ({"students": ["anna"]}, "there is no student 'anna' here"),
        ({"out": "class/results"}, "lies inside class"),
        ({"rules": "no_rules.toml"}, "no_rules.toml"),
    ],
)
def test_what_cannot_be_graded_is_said_before_anything_is(home: Path, options: dict[str, object], says: str) -> None:
    hand_in(home, "ana", "03-06 20:15")
    with pytest.raises(UserError, match=says):
        antorcha.grade(home, "class", **options)  # type: ignore[arg-type]
    assert not (home / "class/results").exists()


def test_importing_the_package_imports_nothing_that_grades() -> None:
    code = "import sys, antorcha; print([name for name in sys.modules if name.startswith(('antorcha.', 'torch'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
