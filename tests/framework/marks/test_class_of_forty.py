"""Forty students over three weeks: late, extended, grouped, overridden and hand-graded, by a table written by hand."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from antorcha.cli.main import main

pytestmark = pytest.mark.slow

# Per student: handed in and what; once more; marks by hand; raw, override, penalty and final of topic `one`; then of
# topic `two` the same, with the points of its essay ("?": nobody has graded it). All of one is due 03-06 23:59, of two
# 03-13 23:59, with ten minutes of grace; a tenth is off for each day, and never more than half.
#
# R: all right, 10. D: double alone, 6. H: half alone, 4. L: right until the hidden test asks for an odd number, then 6.
# X: no Python. S: the stub. T: triple right, 5, and an essay. W: triple wrong, and an essay. E: triple right, no essay.
CLASS = """
s01 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | 5   | 10 0 0 10
s02 | 03-06 23:59 R |               |            | 10 0 0 10   | 03-14 00:05 T | 4   | 9 0 0 9
s03 | 03-07 00:08 R |               |            | 10 0 0 10   | 03-14 10:00 T | 5   | 10 0 1 9
s04 | 03-07 00:20 R |               |            | 10 0 1 9    | 03-13 10:00 E |     | 5 0 0 5
s05 | 03-08 00:20 D |               |            | 6 0 1.2 4.8 | 03-15 09:00 W | 3   | 3 0 0.6 2.4
s06 | 04-20 12:00 R |               |            | 10 0 5 5    |               |     | 0 0 0 0
s07 | 03-06 10:00 H |               |            | 4 0 0 4     | 03-13 10:00 T | 0   | 5 0 0 5
s08 | 03-06 10:00 L |               |            | 6 0 0 6     | 03-13 10:00 T | 5   | 10 0 0 10
s09 | 03-06 10:00 L |               | half=3     | 6 3 0 9     | 03-13 10:00 T | 2.5 | 7.5 0 0 7.5
s10 | 03-07 10:00 L |               |            | 6 0 0.6 5.4 | 03-13 10:00 T | 5   | 10 0 0 10
s11 | 03-09 20:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | 5   | 10 0 0 10
s12 | 03-09 10:00 R |               |            | 10 0 1 9    | 03-13 10:00 T | 5   | 10 0 0 10
s13 | 03-06 10:00 D | 03-08 20:00 R |            | 10 0 2 8    | 03-13 10:00 T | 5   | 10 0 0 10
s14 | 03-06 10:00 D | 03-10 10:00 R |            | 6 0 0 6     | 03-13 10:00 T | 5   | 10 0 0 10
s15 | 03-06 10:00 R | 03-06 12:00 X |            | 10 0 0 10   | 03-13 10:00 T | 5   | 10 0 0 10
s16 | 03-06 10:00 X | 03-07 12:00 H |            | 4 0 0.4 3.6 | 03-13 10:00 T | 5   | 10 0 0 10
s17 | 03-06 10:00 X |               | double=6   | 0 6 0 6     | 03-13 10:00 T | 5   | 10 0 0 10
s18 |               |               |            | 0 0 0 0     |               | 4   | 9 0 0 9
s19 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | 4   | 9 0 0 9
s20 | 03-06 10:00 R |               |            | 10 0 0 10   |               | 4   | 9 0 0 9
s21 |               |               | half=4     | 0 4 0 4     | 03-13 10:00 T | 5   | 10 0 0 10
s22 | 03-06 10:00 S |               |            | 0 0 0 0     | 03-13 10:00 W | 5   | 5 0 0 5
s23 | 03-06 10:00 S | 03-06 20:00 R |            | 10 0 0 10   | 03-13 10:00 T | 5   | 10 0 0 10
s24 | 03-08 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | 5   | 10 0 0 10
s25 | 03-07 10:00 R |               | double=6   | 10 0 0.4 9.6 | 03-13 10:00 T | 5  | 10 0 0 10
s26 | 03-07 10:00 D |               | half=2     | 6 2 0.6 7.4 | 03-13 10:00 T | 5   | 10 0 0 10
s27 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 E | 3   | 8 0 0 8
s28 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 12:00 T | 3   | 8 0 0 8
s29 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-15 10:00 T | 5   | 10 0 2 8
s30 | 03-06 10:00 R |               |            | 10 0 0 10   |               | 5   | 10 0 0 10
s31 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | 1   | 6 0 0 6
s32 | 03-06 10:00 D |               |            | 6 0 0 6     | 03-13 10:00 T | 2   | 7 0 0 7
s33 | 03-06 10:00 H |               |            | 4 0 0 4     | 03-13 10:00 T | 3   | 8 0 0 8
s34 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 W | 4   | 4 0 0 4
s35 | 03-07 10:00 H |               |            | 4 0 0.4 3.6 | 03-16 10:00 T | 5   | 10 0 3 7
s36 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 E |     | 5 0 0 5
s37 | 03-06 10:00 D |               | double=0   | 6 -6 0 0    | 03-13 10:00 T | 5   | 10 0 0 10
s38 | 03-06 10:00 R |               | triple=4   | 10 0 0 10   | 03-13 10:00 T | 5   | 10 -1 0 9
s39 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-14 10:00 T | ?   | 5 0 0.5 4.5
s40 | 03-06 10:00 R |               |            | 10 0 0 10   | 03-13 10:00 T | ?   | 5 0 0 5
"""
RULES = """
timezone = "America/Bogota"
grace_minutes = 10
penalty = { per_day = 0.1, most = 0.5 }

[[topics]]
name = "one"
due = "2026-03-06"
attempts = "best"

[[topics]]
name = "two"
due = "2026-03-13T23:59"

[[extensions]]
student = "s11"
days = 3
topics = ["one"]

[[extensions]]
student = "s12@example.org"
due = "2026-03-08"
topics = ["one"]

[[extensions]]
student = "s30"
due = "2026-03-16"
topics = ["two"]

[[groups]]
members = ["s18", "s19", "s20"]
topics = ["two"]

[[groups]]
members = ["s27", "s28"]
topics = ["two"]

[[groups]]
members = ["s29", "s30"]
topics = ["two"]

[[handed_in]]
student = "s24"
topic = "one"
time = "2026-03-06T10:00"
"""
GRADING = """
title = "Forty"
language = "en"

[[topics]]
name = "one"
exercises = [{ name = "double", points = 6 }, { name = "half", points = 4 }]

[[topics]]
name = "two"
exercises = [{ name = "triple", points = 5 }, { name = "why", points = 5, kind = "essay" }]
"""
REFERENCE = {
    "one": 'def double(x):\n    """Return twice `x`."""\n    return 2 * x\n\n\n'
    'def half(x):\n    """Return half of `x`."""\n    return x / 2\n',
    "two": 'def triple(x):\n    """Return thrice `x`."""\n    return 3 * x\n\n\ndef why():\n    """Say why."""\n'
    '    return "So."\n',
}
CODES = {
    "R": "def double(x): return x + x\ndef half(x): return x / 2\n",
    "D": "def double(x): return x + x\ndef half(x): return x\n",
    "H": "def double(x): return x\ndef half(x): return x / 2\n",
    "L": "def double(x): return x + x\ndef half(x): return x // 2\n",
    "X": "def double(x) return x\n",
    "T": "def triple(x): return 3 * x\ndef why(): return 'Because.'\n",
    "W": "def triple(x): return x\ndef why(): return 'Because.'\n",
    "E": "def triple(x): return 3 * x\ndef why(): return ''\n",
}
PARTS = ("raw", "override", "penalty", "final")


class Student:
    """A line of the table."""

    def __init__(self, line: str) -> None:
        cells = [cell.strip() for cell in line.split("|")]
        self.username, self.first, self.again, self.by_hand, one, self.second, self.essay, two = cells
        self.marks = {"one": one.split(), "two": two.split()}

    @property
    def total(self) -> float:
        return round(float(self.marks["one"][-1]) + float(self.marks["two"][-1]), 6)


STUDENTS = [Student(line) for line in CLASS.strip().splitlines()]


def write_course(root: Path, *, odd: bool = False) -> None:
    """Write the course; `odd`: with the hidden test that asks for half of an odd number."""
    half = f"def test_half(agree):\n    agree('half', {5.0 if odd else 8.0})\n"
    hidden = f"def test_double(agree):\n    agree('double', 7)\n\n\n{half}"
    triple = "def test_triple(agree):\n    agree('triple', 4)\n"
    files = {"grading.toml": GRADING, "rules.toml": RULES, "graders/test_one.py": hidden, "graders/test_two.py": triple}
    files |= {f"reference/{topic}.py": text for topic, text in REFERENCE.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)


def hand_in(root: Path, week: str, username: str, what: str, topic: str) -> None:
    """Add a file as Blackboard delivers it. `what`: a moment and a letter of `CODES`, or "S" for the stub."""
    if what:
        moment, code = what.rsplit(" ", 1)
        text = (root / "exercises" / f"{topic}.py").read_text() if code == "S" else CODES[code]
        name = f"Week_{username}_attempt_2026-{moment.replace(' ', '-').replace(':', '-')}-00_{topic}.py"
        (root / week).mkdir(exist_ok=True)
        (root / week / name).write_text(text)


def read_table(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter)


def username_of(name: str) -> str:
    """Two students have one name; all have their number in it."""
    return f"s{name.split()[-1]}"


def marks_of(path: Path) -> dict[str, dict[str, str]]:
    return {username_of(row["student"]): row for row in read_table(path)}


@dataclass
class Forty:
    """The class after three weeks; `first` is `grades.csv` after the first, `record` the JSON of the last run."""

    home: Path
    first: dict[str, dict[str, str]]
    record: dict[str, Any]

    @property
    def table(self) -> dict[str, dict[str, str]]:
        return marks_of(self.home / "results" / "grades.csv")


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forty]:
    root, before = tmp_path_factory.mktemp("forty"), Path.cwd()
    os.chdir(root)
    write_course(root)
    said("stubs")
    deliver(root)
    grade("w1")
    first = marks_of(root / "results" / "grades.csv")
    grade("w2")
    said("mark", "--from", str(overrides(root)))
    said("mark", "--to-grade", "answers.csv")
    fill_in(root / "answers.csv")
    said("mark", "--from", "answers.csv")
    write_course(root, odd=True)
    yield Forty(root, first, grade("w3"))
    os.chdir(before)


def said(*words: str) -> str:
    with redirect_stdout(io.StringIO()) as out:
        assert main(list(words)) == 0
    return out.getvalue()


def grade(week: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(said("grade", week, "--roster", "roster.csv", "--json", "--jobs", "1"))
    return record


def deliver(root: Path) -> None:
    """Write what the class hands in; the third delivery has the first one's files again, and second attempts."""
    lines = [
        f"2026{one.username},{one.username},{one.username}@example.org,Ana Gil {one.username[1:]}" for one in STUDENTS
    ]
    (root / "roster.csv").write_text("\n".join(["id,username,email,name", *lines]))
    for one in STUDENTS:
        for week, what, topic in (("w1", one.first, "one"), ("w2", one.second, "two"), ("w3", one.first, "one")):
            hand_in(root, week, one.username, what, topic)
        hand_in(root, "w3", one.username, one.again, "one")


def overrides(root: Path) -> Path:
    """Write the marks by hand as somebody in Spain would."""
    lines = [
        f"{one.username};{exercise};{points.replace('.', ',')};as we said"
        for one in STUDENTS
        for exercise, _, points in (mark.partition("=") for mark in one.by_hand.split())
    ]
    (root / "overrides.csv").write_text("\n".join(["estudiante;ejercicio;puntos;motivo", *lines]))
    return root / "overrides.csv"


def fill_in(path: Path) -> None:
    """Grade the essays in the list of them, which has those of the table and no other, those of a group once."""
    answers = list(read_table(path, "utf-8-sig"))
    wanted = {one.username: one.essay for one in STUDENTS if one.essay}
    named = [name for answer in answers for name in (answer["student"], *answer["also for"].split("; ")) if name]
    assert sorted(map(username_of, named)) == sorted(wanted)
    assert sum(bool(answer["also for"]) for answer in answers) == 3  # groups
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(answers[0]))
        writer.writeheader()
        writer.writerows(one | {"points": wanted[username_of(one["student"])].replace("?", "")} for one in answers)


def test_forty_students_get_the_marks_of_the_table(forty: Forty) -> None:
    assert len(forty.table) == 40
    for topic in ("one", "two"):
        got = {name: [row[f"{topic}.{part}"] for part in PARTS] for name, row in forty.table.items()}
        assert got == {one.username: one.marks[topic] for one in STUDENTS}
    points = {name: float(row["points"]) for name, row in forty.table.items()}
    assert points == {one.username: one.total for one in STUDENTS}
    assert {name for name, row in forty.table.items() if row["to_grade"] == "5"} == {"s39", "s40"}
    assert {username_of(one["student"]): one["points"] for one in forty.record["submissions"]} == points


def test_a_changed_hidden_test_keeps_each_override_and_names_what_moved_under_one(forty: Forty) -> None:
    before = {name: (row["one.raw"], row["one.final"]) for name, row in forty.first.items()}
    assert (before["s09"], before["s13"], before["s10"]) == (("10", "10"), ("6", "6"), ("10", "9"))
    given = {name for name, row in forty.table.items() if "as we said" in row["why"]}
    assert given == {one.username for one in STUDENTS if one.by_hand}
    moved = [case for case in forty.record["worth_a_look"] if case["kind"] == "moved_under_mark"]
    assert [(username_of(case["student"]), case["topic"]) for case in moved] == [("s09", "one")]
    assert "when the checks had given 4, and now they give 0" in moved[0]["what"]


def test_each_export_says_the_same(forty: Forty, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held against the same table, of which nobody has a mark who handed in nothing, or whose essay waits."""
    home = forty.home
    nothing = {"one": {"s18"}, "two": {"s06", "s39", "s40"}}
    # What nobody could read has no mark, unless a teacher gave it.
    wanted = {
        topic: {one.username: float(one.marks[topic][-1]) for one in STUDENTS if one.username not in nothing[topic]}
        for topic in ("one", "two")
    }
    assert main(["export", "moodle"]) == 0
    assert (
        "two: answers that nobody has graded yet, so no points for it: Ana Gil 39, Ana Gil 40"
        in capsys.readouterr().err
    )
    moodle = {row["Username"]: row for row in read_table(home / "results" / "moodle.csv")}
    for topic in wanted:
        assert {name: float(row[topic]) for name, row in moodle.items() if row[topic]} == wanted[topic]
    assert moodle["s03"]["ID number"] == "2026s03"

    lines = [
        f'"Gil, Ana {one.username[1:]}",{9000 + number},2026{one.username},{one.username},A,,'
        for number, one in enumerate(STUDENTS)
    ]
    heading = "Student,ID,SIS User ID,SIS Login ID,Section,one (71),two (72)\n    Points Possible,,,,,10,10\n"
    (home / "canvas_in.csv").write_text(heading + "\n".join(lines) + "\n")
    assert main(["export", "canvas", "--into", "canvas_in.csv"]) == 0
    canvas = {row["SIS Login ID"]: row for row in read_table(home / "results" / "canvas.csv") if row["ID"]}
    for topic, column in (("one", "one (71)"), ("two", "two (72)")):
        assert {name: float(row[column]) for name, row in canvas.items() if row[column]} == wanted[topic]

    lines = [f'"Gil"\t"Ana"\t"{one.username}"\t""\t""' for one in STUDENTS]
    heading = (
        '"Last Name"\t"First Name"\t"Username"\t"one [Total Pts: 10 Score] |1"\t"two [Total Pts: 10 Score] |2"\r\n'
    )
    (home / "gc.xls").write_bytes(("\ufeff" + heading + "\r\n".join(lines) + "\r\n").encode("utf-16-le"))
    assert main(["export", "blackboard", "--into", "gc.xls"]) == 0
    for topic, number in (("one", 1), ("two", 2)):
        column = f"{topic} [Total Pts: 10 Score] |{number}"
        blackboard = read_table(home / "results" / "blackboard.xls", "utf-16", "\t")
        assert {row["Username"]: float(row[column]) for row in blackboard if row[column]} == wanted[topic]

    assert main(["export", "gradescope"]) == 0
    scores = sorted(json.loads(path.read_text())["score"] for path in (home / "results/gradescope").glob("*/*.json"))
    assert scores == sorted(one.total for one in STUDENTS)

    assert main(["export", "junit"]) == 0
    suites = ElementTree.parse(home / "results" / "junit.xml").getroot()
    skipped = {
        username_of(str(case.get("classname")).partition(".")[0])
        for case in suites.iter("testcase")
        if case.get("name") == "why" and case.find("skipped") is not None
    }
    assert skipped == {"s06", "s39", "s40"}

    assert main(["export", "csv", "--excel", "--decimal", "comma"]) == 0
    excel = read_table(home / "results" / "marks.csv", "utf-8-sig", ";")
    finals = {username_of(row["student"]): float(row["points"].replace(",", ".")) for row in excel}
    assert finals == {one.username: one.total for one in STUDENTS}

    assert nbgraders_scores(home, monkeypatch) == {
        "one": (wanted["one"], {"s17", "s21"}),  # of the two exercises only one has a mark
        "two": (wanted["two"] | {"s39": 4.5, "s40": 5}, {"s39", "s40"}),
    }


def nbgraders_scores(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[dict[str, float], set[str]]]:
    """By topic the scores in nbgrader's own gradebook, less its penalties, and who needs manual grading there."""
    from nbgrader.api import Gradebook

    # nbgrader calls alembic for a new gradebook.
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    path = f"sqlite:///{home / 'gradebook.db'}"
    cells = {"one": {"points_double": 6, "points_half": 4}, "two": {"points_triple": 5, "essay_why": 5}}
    with Gradebook(path) as gradebook:
        for topic, worth in cells.items():
            gradebook.add_assignment(topic)
            gradebook.add_notebook(topic, topic)
            for name, points in worth.items():
                kind = "markdown" if name.startswith("essay_") else "code"
                gradebook.add_grade_cell(name, topic, topic, max_score=points, cell_type=kind)
                gradebook.add_solution_cell(name.replace("points_", "solution_"), topic, topic)
    assert main(["export", "nbgrader", "--into", "gradebook.db"]) == 0
    found = {}
    with Gradebook(path) as gradebook:
        for topic in cells:
            theirs = gradebook.assignment_submissions(topic)
            scores = {one.student.id: round(one.score - one.late_submission_penalty, 6) for one in theirs}
            found[topic] = scores, {one.student.id for one in theirs if one.needs_manual_grade}
    return found
