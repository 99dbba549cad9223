"""`antorcha grade` around the grading itself: what is written, reused, printed and returned."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.fake_grader import FakeGrader, write_course_of_two
from support.records import TIMES, without

from antorcha import messages
from antorcha.cli.main import main
from antorcha.course.load import load_course
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.grading.run import Step
from antorcha.grading.run import grade as grade_delivery
from antorcha.intake.model import Delivery, FileRecord, Person
from antorcha.intake.read import read_class
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise
from antorcha.store.db import Store
from antorcha.student.loading import Loaded, Loss

GRADING = """\
title = "Tiny"
language = "en"

[[topics]]
name = "one"
title = "Topic one"
exercises = [{ name = "double", points = 2 }, { name = "half", points = 1 }]

[[topics]]
name = "two"
exercises = [{ name = "triple", points = 3 }]
"""
RIGHT = "def double(x): return x + x\ndef half(x): return x / 2\n"
WRONG = "def double(x): return x\ndef half(x): return x / 2\n"
TRIPLE = "def triple(x): return 3 * x\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with a class of three: ana all right, bea wrong in topic one, carl without topic two."""
    write_course_of_two(tmp_path, GRADING)
    hand_in(tmp_path, "ana", one=RIGHT, two=TRIPLE)
    hand_in(tmp_path, "bea", one=WRONG, two=TRIPLE + "# bea\n")
    hand_in(tmp_path, "carl", one=RIGHT + "# carl\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hand_in(home: Path, student: str, **topics: str) -> None:
    folder = home / "class" / student
    folder.mkdir(parents=True, exist_ok=True)
    for topic, code in topics.items():
        (folder / f"{topic}.py").write_text(code)


def grade(*options: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON object."""
    code = main(["grade", "class", "--json", *options])
    printed = capsys.readouterr().out
    return code, json.loads(printed) if printed else {}


def marks(home: Path) -> dict[str, dict[str, str]]:
    with (home / "results" / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def pages(home: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (home / "results" / "feedback").iterdir()}


def test_json_ends_with_one_object_and_nothing_else(home: Path, grader: FakeGrader, capsys: Any) -> None:
    code, record = grade(capsys=capsys)
    assert code == 0
    assert {key: record[key] for key in ("graded", "cached", "course", "isolation")} == {
        "graded": 5, "cached": 0, "course": "Tiny", "isolation": "required",
    }  # fmt: skip
    assert record["seconds"] >= 0
    ana, bea, carl = record["submissions"]
    assert (ana["student"], ana["points"], ana["max"], ana["verdict"], ana["message"]) == ("ana", 6, 6, "graded", "")
    double = bea["exercises"]["double"]
    assert (double["points"], double["max"], double["verdict"]) == (0, 2, "wrong")
    assert (bea["points"], bea["verdict"]) == (4, "graded")
    assert (carl["points"], carl["max"], carl["verdict"]) == (3, 6, "missing")
    assert carl["message"]


def test_results_are_a_table_pages_and_a_database(home: Path, grader: FakeGrader, capsys: Any) -> None:
    grade(capsys=capsys)
    assert marks(home)["bea"]["points"] == "4"
    assert marks(home)["bea"]["one.double"] == "0"
    assert set(pages(home)) == {f"{name}.{end}" for name in ("ana", "bea", "carl") for end in ("md", "html")}
    assert "Topic one" in pages(home)["bea.html"]
    assert not any("what it printed" in page for page in pages(home).values())
    with sqlite3.connect(home / "results" / "results.db") as db:
        rows = db.execute("SELECT student, exercise, verdict FROM class_checks WHERE student = 'bea'").fetchall()
    assert ("bea", "double", "wrong") in rows
    assert len(rows) == 3


def test_a_second_run_grades_only_what_changed(home: Path, grader: FakeGrader, capsys: Any) -> None:
    _, first = grade(capsys=capsys)
    written = pages(home), marks(home)
    grader.ran.clear()
    _, second = grade(capsys=capsys)
    assert grader.ran == []
    assert (second["graded"], second["cached"]) == (0, 5)
    assert second["submissions"] == first["submissions"]
    assert (pages(home), marks(home)) == written
    hand_in(home, "bea", one=RIGHT + "# bea mended it\n")
    _, third = grade(capsys=capsys)
    assert grader.ran == ["bea.one"]
    assert third["submissions"][1]["points"] == 6


def test_regrade_and_other_graders_grade_all_again(home: Path, grader: FakeGrader, capsys: Any) -> None:
    grade(capsys=capsys)
    _, again = grade("--regrade", capsys=capsys)
    assert (again["graded"], again["cached"]) == (5, 0)
    grader.key = "changed graders"
    _, changed = grade(capsys=capsys)
    assert (changed["graded"], changed["cached"]) == (5, 0)


def test_marks_depend_neither_on_order_nor_on_the_cache(home: Path, grader: FakeGrader, capsys: Any) -> None:
    _, first = grade("--student", "bea", capsys=capsys)
    _, mixed = grade(capsys=capsys)
    grader.backwards = True
    _, fresh = grade("--out", "elsewhere", capsys=capsys)
    assert mixed["cached"] == 2
    assert fresh["cached"] == 0
    assert without(mixed["submissions"], TIMES) == without(fresh["submissions"], TIMES)
    assert without(first["submissions"], TIMES) == [without(mixed["submissions"][1], TIMES)]
    assert (home / "elsewhere/grades.csv").read_bytes() == (home / "results/grades.csv").read_bytes()


def test_part_of_a_class_leaves_the_rest_of_the_table_as_it_is(home: Path, grader: FakeGrader, capsys: Any) -> None:
    _, one = grade("--topic", "one", "--student", "ana", capsys=capsys)
    assert [(row["student"], row["max"]) for row in one["submissions"]] == [("ana", 3)]
    assert (marks(home)["ana"]["verdict"], marks(home)["bea"]["verdict"]) == ("incomplete", "not_graded")
    grade(capsys=capsys)
    grader.ran.clear()
    grade("--topic", "two", "--student", "bea", "--regrade", capsys=capsys)
    assert grader.ran == ["bea.two"]
    assert {row["verdict"] for row in marks(home).values()} == {"graded", "missing"}
    assert "Topic one" in pages(home)["bea.md"]


def cells_everywhere(home: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    """Grade, require that table, pages, `--json` and `grades.csv` say the same, and return the cells of the last.

    A cell is "points/max" of an exercise; "total", "percent" and "verdict" are the row's.
    """
    _, record = grade(*options, capsys=capsys)
    assert main(["grade", "class", *options]) == 0
    printed = capsys.readouterr().out.splitlines()
    rows = {}
    for row in record["submissions"]:
        student, kept = row["student"], marks(home)[row["student"]]
        page = (home / "results" / "feedback" / f"{student}.md").read_text("utf-8")
        shown = {name: exercise["points"] for name, exercise in row["exercises"].items()}
        in_json = {name: points for name, points in shown.items() if points is not None}  # the others were not graded
        columns = [name for name in kept if "." in name]
        in_csv = {name.partition(".")[2]: float(kept[name]) for name in columns if kept[name]}
        on_page = {
            name: float(points)
            for name, points in re.findall(r"^### \S+ (\w+): .* \((\S+) / \S+\)$", page, re.M)
            if points != "–"
        }
        assert in_json == in_csv == on_page, student
        total = f"{row['points']:g}/{row['max']:g}"
        table_row = next(line for line in printed if line.split()[0] == student)
        assert total == (f"{kept['points']}/{kept['max']}" if kept["max"] else "0/0") == table_row.split()[1]
        assert f"{row['points']:g} of {row['max']:g} points" in page
        assert row["verdict"] == kept["verdict"]
        assert row["verdict"] in table_row
        rows[student] = {**{name: kept[name] for name in columns}, "total": total, "verdict": kept["verdict"]}
    if "--student" not in options:
        assert set(rows) == set(marks(home))
    return rows


def only_topic(home: Path, topic: str, *students: str) -> None:
    """Make the class one of these students with this topic's file each, as another week's delivery would be."""
    shutil.rmtree(home / "class")
    for student in students:
        hand_in(home, student, **{topic: (RIGHT if topic == "one" else TRIPLE) + f"# {student}\n"})


def test_one_topic_then_another_then_both(home: Path, grader: FakeGrader, capsys: Any) -> None:
    only_topic(home, "one", "ana", "bea")
    (home / "class" / "carl").mkdir()
    (home / "class" / "carl" / "notes.txt").write_text("nothing yet")
    first = cells_everywhere(home, capsys=capsys)
    assert first == {
        "ana": {"one.double": "2", "one.half": "1", "total": "3/3", "verdict": "graded"},
        "bea": {"one.double": "2", "one.half": "1", "total": "3/3", "verdict": "graded"},
        "carl": {"one.double": "", "one.half": "", "total": "0/3", "verdict": "missing"},
    }
    only_topic(home, "two", "ana", "carl", "dora")
    second = cells_everywhere(home, capsys=capsys)
    assert second == {
        "ana": {**first["ana"], "two.triple": "3", "total": "6/6"},
        "bea": {**first["bea"], "two.triple": "", "verdict": "incomplete"},
        "carl": {**first["carl"], "two.triple": "3", "total": "3/6"},
        "dora": {"one.double": "", "one.half": "", "two.triple": "3", "total": "3/3", "verdict": "incomplete"},
    }
    hand_in(home, "ana", one=RIGHT + "# ana\n")
    hand_in(home, "bea", one=WRONG, two=TRIPLE)
    third = cells_everywhere(home, capsys=capsys)
    assert third["ana"] == second["ana"]
    assert third["bea"] == {
        "one.double": "0", "one.half": "1", "two.triple": "3", "total": "4/6", "verdict": "graded",
    }  # fmt: skip
    assert third["dora"]["verdict"] == "missing"  # topic one was asked for now, and she is in this delivery


def test_a_mark_that_stands_is_never_overwritten_by_missing(home: Path, grader: FakeGrader, capsys: Any) -> None:
    before = cells_everywhere(home, capsys=capsys)
    (home / "class" / "ana" / "one.py").unlink()
    after = cells_everywhere(home, capsys=capsys)
    assert after["ana"] == before["ana"]
    assert main(["grade", "class"]) == 0
    assert "no file in this delivery, the mark of an earlier one stands: ana" in capsys.readouterr().out


def test_part_of_the_class_and_a_topic_that_nobody_handed_in(home: Path, grader: FakeGrader, capsys: Any) -> None:
    only_topic(home, "one", "ana", "bea", "carl")
    everybody = cells_everywhere(home, capsys=capsys)
    assert set(everybody["ana"]) == {"one.double", "one.half", "total", "verdict"}
    only_topic(home, "one", "bea")
    assert cells_everywhere(home, capsys=capsys) == everybody
    assert cells_everywhere(home, "--student", "bea", capsys=capsys) == {"bea": everybody["bea"]}
    named = cells_everywhere(home, "--topic", "two", capsys=capsys)
    assert named["bea"] == {**everybody["bea"], "two.triple": "", "total": "3/6", "verdict": "missing"}
    assert named["ana"] == {**everybody["ana"], "two.triple": "", "verdict": "incomplete"}


def test_who_left_the_class_keeps_the_marks_until_told_otherwise(home: Path, grader: FakeGrader, capsys: Any) -> None:
    before = cells_everywhere(home, capsys=capsys)
    (home / "class" / "bea").rename(home / "bea")
    assert cells_everywhere(home, capsys=capsys) == before
    assert main(["grade", "class"]) == 0
    assert "not in this delivery, earlier marks stand (--forget-absent takes them out): bea" in capsys.readouterr().out
    without = cells_everywhere(home, "--forget-absent", capsys=capsys)
    assert set(without) == {"ana", "carl"}
    assert cells_everywhere(home, capsys=capsys) == without
    (home / "bea").rename(home / "class" / "bea")
    assert grade(capsys=capsys)[1]["graded"] == 0


def test_a_mark_of_other_graders_stands_and_is_named(home: Path, grader: FakeGrader, capsys: Any) -> None:
    before = cells_everywhere(home, capsys=capsys)
    only_topic(home, "two", "ana", "bea")
    grader.key = "mended graders"
    after = cells_everywhere(home, capsys=capsys)
    assert after["ana"] == before["ana"]
    _, record = grade(capsys=capsys)
    outdated = {(case["student"], case["topic"]) for case in record["worth_a_look"] if case["kind"] == "outdated"}
    assert outdated == {("ana", "one"), ("bea", "one"), ("carl", "one"), ("carl", "two")}


def test_the_roster_says_who_is_in_the_class(home: Path, grader: FakeGrader, capsys: Any) -> None:
    before = cells_everywhere(home, capsys=capsys)
    (home / "roster.csv").write_text("name,id\nana,5001\ncarl,5003\ndora,5004\n")
    only_topic(home, "two", "ana")
    after = cells_everywhere(home, "--roster", "roster.csv", capsys=capsys)
    assert set(after) == {"ana", "carl", "dora"}  # bea is not on it, and in no more than an earlier delivery
    assert after["ana"] == before["ana"]
    assert after["carl"] == before["carl"]
    assert after["dora"]["verdict"] == "missing"
    assert (after["dora"]["one.double"], after["dora"]["total"]) == ("", "0/3")  # topic one was not asked for now


def test_all_that_is_worth_a_look_is_in_a_list_in_json_and_in_the_database(
    home: Path, grader: FakeGrader, capsys: Any
) -> None:
    for number in range(20):
        hand_in(home, f"s{number:02}", one="def double(x): return x\n", two=TRIPLE)

    def nothing(student: str, result: TopicResult) -> TopicResult:
        if result.topic != "one" or not student.startswith("s"):
            return result
        checks = [CheckResult("t", exercise.name, Verdict.WRONG) for exercise in result.exercises]
        return TopicResult("one", tuple(score_exercise(check.exercise, 1.0, (check,)) for check in checks))

    grader.spoil = nothing
    assert main(["grade", "class"]) == 0
    printed = capsys.readouterr().out
    assert "0 points with work in the file: s00, s01" in printed
    assert "and 12 more" in printed
    assert "results/worth_a_look.csv" in printed
    with (home / "results" / "worth_a_look.csv").open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["kind"] == "no_points"]
    assert [(row["student"], row["topic"], row["files"]) for row in listed] == [
        (f"s{number:02}", "one", "one.py") for number in range(20)
    ]
    _, record = grade(capsys=capsys)
    assert [case["student"] for case in record["worth_a_look"] if case["kind"] == "no_points"] == [
        row["student"] for row in listed
    ]
    with sqlite3.connect(home / "results" / "results.db") as db:
        rows = db.execute(
            "SELECT student, topic, kind, what, files FROM worth_a_look WHERE run = (SELECT max(id) FROM runs)"
        ).fetchall()
    assert rows == [
        (c["student"], c["topic"], c["kind"], c["what"], "; ".join(c["files"])) for c in record["worth_a_look"]
    ]


def test_a_file_without_any_function_of_its_topic_is_worth_a_look(home: Path, grader: FakeGrader, capsys: Any) -> None:
    def renamed(student: str, result: TopicResult) -> TopicResult:
        if (student, result.topic) != ("bea", "one"):
            return result
        missing = [CheckResult("t", exercise.name, Verdict.MISSING) for exercise in result.exercises]
        return TopicResult("one", tuple(score_exercise(check.exercise, 1.0, (check,)) for check in missing))

    grader.spoil = renamed
    _, record = grade(capsys=capsys)
    assert [(case["student"], case["topic"]) for case in record["worth_a_look"] if case["kind"] == "no_points"] == [
        ("bea", "one")
    ]


def test_a_run_sums_up_the_packages_that_hand_ins_stop_at(home: Path, grader: FakeGrader, capsys: Any) -> None:
    losses = {  # the statements of one hand-in that are left out, by student
        "ana": [("import seaborn as sns", "seaborn")],
        "bea": [("1 / 0", ""), ("import pandas", "pandas"), ("import seaborn", "seaborn")],
        "carl": [("from google.colab import drive", "google.colab")],
    }

    def stops(student: str, result: TopicResult) -> TopicResult:
        told = [
            Loss(
                {"cell": "one.py", "line": line, "text": text, "reason": "E"} | ({"package": name} if name else {}),
                frozenset(),
                "set_aside_package" if name else "set_aside",
                "",
            )
            for line, (text, name) in enumerate(losses[student], start=1)
        ]
        return replace(result, note=Loaded(losses=tuple(told)).note)  # in both topics: it is people who are counted

    grader.spoil = stops
    assert main(["grade", "class"]) == 0
    printed = capsys.readouterr().out
    assert "2 hand-ins stop at `import seaborn`: add it to `requirements`, or ignore.\n" in printed
    assert "1 hand-in stops at `import pandas`: add it to `requirements`, or ignore.\n" in printed
    assert "1 hand-in stops at `import google.colab`: only Colab has it, so ignore.\n" in printed
    assert "statements left out: ana, bea, carl\n" in printed
    assert "files set aside" not in printed
    _, record = grade(capsys=capsys)
    assert record["missing_packages"] == [
        {"package": "seaborn", "students": ["ana", "bea"]},
        {"package": "google.colab", "students": ["carl"]},
        {"package": "pandas", "students": ["bea"]},
    ]
    _, record = grade("--student", "ana", capsys=capsys)
    assert record["missing_packages"] == [{"package": "seaborn", "students": ["ana"]}]


def test_a_page_that_cannot_be_made_costs_no_other_and_is_said(
    home: Path, grader: FakeGrader, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from antorcha.results_folder import folder as results_folder

    real = results_folder.write_feedback

    def broken(folder: Path, course: Course, submission: Any, *shares: Any) -> bool:
        if submission.student == "bea":
            raise OverflowError("too high to draw")
        return real(folder, course, submission, *shares)

    monkeypatch.setattr(results_folder, "write_feedback", broken)
    assert main(["grade", "class", "--quiet"]) == 1
    assert "no feedback page could be made for bea (OverflowError: too high to draw)" in capsys.readouterr().err
    assert {name.partition(".")[0] for name in pages(home)} == {"ana", "carl"}
    assert set(marks(home)) == {"ana", "bea", "carl"}


def test_a_course_that_stops_half_way_keeps_and_writes_what_is_done(
    home: Path, grader: FakeGrader, capsys: Any
) -> None:
    def refused(student: str, result: TopicResult) -> TopicResult:
        if student == "carl":
            raise UserError("the reference itself does not pass")
        return result

    grader.spoil = refused
    assert main(["grade", "class", "--quiet"]) == 2
    assert "the reference itself does not pass" in capsys.readouterr().err
    assert (marks(home)["ana"]["points"], marks(home)["carl"]["verdict"]) == ("6", "not_graded")
    assert "Topic one" in pages(home)["ana.md"]


def test_a_fault_of_ours_is_exit_1_and_is_tried_again(
    home: Path, grader: FakeGrader, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(messages.MESSAGES, "test.broken", "A fault.")
    monkeypatch.setitem(messages.MESSAGES, "test.broken.full", "{what}")
    broke = Diagnosis("test.broken", {}, {"what": "the fixture stopped"})

    def broken(student: str, result: TopicResult) -> TopicResult:
        if student != "ana":
            return result
        return TopicResult(result.topic, result.exercises, Verdict.GRADER_ERROR, broke)

    grader.spoil = broken
    assert main(["grade", "class"]) == 1
    said = capsys.readouterr().err
    assert "ana" in said
    assert said.count("one: the fixture stopped") == 1
    assert "fixture" not in pages(home)["ana.md"]
    grader.ran.clear()
    grader.spoil = lambda student, result: result
    assert main(["grade", "class", "--quiet"]) == 0
    assert grader.ran == ["ana.one", "ana.two"]


def test_a_hand_in_without_a_result_is_exit_1(home: Path, grader: FakeGrader, capsys: Any) -> None:
    grader.spoil = lambda student, result: None if student == "bea" else result
    assert main(["grade", "class", "--quiet"]) == 1
    assert "bea" in capsys.readouterr().err
    assert marks(home)["bea"]["verdict"] == "not_graded"


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(home: Path, grader: FakeGrader, capsys: Any) -> None:
    def interrupted(student: str, result: TopicResult) -> TopicResult:
        if student == "bea":
            raise KeyboardInterrupt
        return result

    grader.spoil = interrupted
    assert main(["grade", "class", "--json"]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "interrupted after 2 of 6" in captured.err
    assert "Traceback" not in captured.err
    grader.spoil = lambda student, result: result
    _, record = grade(capsys=capsys)
    assert (record["graded"], record["cached"]) == (3, 2)


def test_the_terminal_view_says_where_to_look(home: Path, grader: FakeGrader, capsys: Any) -> None:
    assert main(["grade", "class"]) == 0
    captured = capsys.readouterr()
    assert "missing: carl" in captured.out
    assert "results/grades.csv" in captured.out
    assert "5 graded, 0 reused" in captured.out
    assert "median" in captured.out
    assert "graded 6/6" in captured.err
    assert main(["grade", "class", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nowhere"], "nowhere"),
        (["class", "--student", "anna"], "Did you mean: ana"),
        (["class", "--topic", "on"], "Did you mean: one"),
        (["class", "--out", "class/results"], "lies inside"),
        (["class", "--course", "class"], ""),
    ],
)
def test_bad_input_is_exit_2_and_writes_nothing(
    home: Path, grader: FakeGrader, capsys: Any, options: list[str], said: str
) -> None:
    if "--course" in options:
        (home / "grading.toml").unlink()
    assert main(["grade", *options]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.startswith("antorcha: ")
    assert captured.out == ""
    assert not (home / "results").exists()


def test_bad_usage_is_exit_2(home: Path, grader: FakeGrader, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["grade", "class", "--jobs", "0"])
    assert caught.value.code == 2
    assert "whole number" in capsys.readouterr().err


@pytest.mark.parametrize("blocked", ["results", "results/grades.csv/x", "results/feedback", "results/results.db/x"])
def test_results_that_cannot_be_written_are_exit_3(home: Path, grader: FakeGrader, capsys: Any, blocked: str) -> None:
    if blocked.endswith("/x"):
        (home / blocked).mkdir(parents=True)
    else:
        (home / blocked).parent.mkdir(exist_ok=True)
        (home / blocked).write_text("in the way")
    assert main(["grade", "class"]) == 3
    assert "could not be written" in capsys.readouterr().err


def test_a_damaged_database_is_set_aside_and_said_so(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "results").mkdir()
    (home / "results" / "results.db").write_bytes(b"rubbish" * 1000)
    assert main(["grade", "class", "--quiet"]) == 0
    assert "results.db.corrupt-1" in capsys.readouterr().err
    assert (home / "results" / "results.db.corrupt-1").read_bytes() == b"rubbish" * 1000


def test_a_topic_that_nobody_handed_in_is_missing_from_nobody(home: Path, grader: FakeGrader, capsys: Any) -> None:
    for student in ("ana", "bea"):
        (home / "class" / student / "two.py").unlink()
    assert main(["grade", "class"]) == 0
    assert "Nobody handed in two: left out." in capsys.readouterr().out
    assert marks(home)["carl"]["verdict"] == "graded"
    assert not [name for name in marks(home)["carl"] if name.startswith("two.")]
    code, record = grade("--topic", "two", capsys=capsys)
    assert code == 0
    assert {row["verdict"] for row in record["submissions"]} == {"missing"}


def test_the_python_door_yields_results_and_tells_how_far_it_is(home: Path, grader: FakeGrader) -> None:
    course = load_course(home)
    person = Person("Ana García", id="5001", email="ana@example.org")
    submissions = [
        replace(submission, person=person) if submission.student == "ana" else submission
        for submission in read_class(home / "class", course)
    ]
    left_out = FileRecord("ana/entrega.rar", reason=Diagnosis("foreign_set_aside", {"names": ["entrega.rar"]}))
    steps: list[Step] = []
    with Store(home / "results" / "results.db") as store:
        run = grade_delivery(course, Delivery("x", tuple(submissions), (left_out,)), store, progress=steps.append)
        results = {(graded.student, graded.result.topic): graded.result.points for graded in run}
        table = run.table()
    assert results["ana", "two"] == results["bea", "two"] == results["carl", "one"] == 3
    assert (len(results), results["bea", "one"], results["carl", "two"]) == (6, 1, 0)
    assert [(step.done, step.total) for step in steps] == [(number, 6) for number in range(1, 7)]
    assert [(step.student, step.free) for step in steps][-1] == ("carl", True)
    assert {row.student: row.points for row in table.rows} == {"ana": 6, "bea": 4, "carl": 3}
    assert table.people["ana"] == person
    with sqlite3.connect(home / "results" / "results.db") as db:
        assert ("ana/entrega.rar", "") in db.execute("SELECT path, topics FROM delivered_files").fetchall()
        assert db.execute("SELECT id, email FROM submissions WHERE name = 'Ana García'").fetchall() == [
            ("5001", "ana@example.org")
        ]


def test_every_file_of_a_delivery_is_accounted_for(home: Path, grader: FakeGrader, capsys: Any) -> None:
    extras = {"ana/notes.pdf": b"%PDF", "bea/entrega.rar": b"Rar!", "carl/one (1).py": b"# older\n", "todo.7z": b"7z"}
    for name, content in extras.items():
        (home / "class" / name).write_bytes(content)
    delivered = {path.relative_to(home / "class").as_posix() for path in (home / "class").rglob("*") if path.is_file()}
    _, record = grade(capsys=capsys)
    in_json = {file["path"]: file for file in record["files"]}
    assert set(in_json) == delivered
    assert all(bool(file["topics"]) != bool(file["reason"]) for file in in_json.values())
    assert {name for name, file in in_json.items() if file["reason"]} == set(extras)
    with sqlite3.connect(home / "results" / "results.db") as db:
        rows = db.execute("SELECT path, student, reason FROM delivered_files").fetchall()
    assert {(path, student, bool(reason)) for path, student, reason in rows} == {
        (name, file["student"], bool(file["reason"])) for name, file in in_json.items()
    }
    with (home / "results" / "worth_a_look.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["files"]: row for row in csv.DictReader(file) if row["kind"] == "file_set_aside"}
    assert set(listed) == set(extras)
    assert all(row["what"] for row in listed.values())
    assert main(["grade", "class"]) == 0
    assert "files set aside: ana, bea, carl, todo" in capsys.readouterr().out
