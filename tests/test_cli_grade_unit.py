"""`antorcha grade` around the grading itself: what is written, reused, printed and returned."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from antorcha import messages
from antorcha.cli.main import main
from antorcha.course.model import Course
from antorcha.intake.model import Source, Submission
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise

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


@dataclass(frozen=True)
class Graded:
    student: str
    result: TopicResult
    cached: bool = False


@dataclass
class FakeGrader:
    """Gives right for `x + x`, wrong otherwise; `spoil` turns a unit into something else."""

    ran: list[str] = field(default_factory=list)
    key: str = "graders"
    backwards: bool = False
    spoil: Callable[[str, TopicResult], TopicResult | None] = lambda student, result: result

    def course_key(self, course: Course, topic: object) -> str:
        return f"{self.key} {topic if isinstance(topic, str) else topic.name}"  # type: ignore[attr-defined]

    def grade_class(
        self, course: Course, submissions: Sequence[Submission], *, skip: Any, workers: int | None = None, **_: Any
    ) -> Iterator[Graded]:
        units = [(one, topic.name) for one in submissions for topic in course.topics]
        for submission, name in reversed(units) if self.backwards else units:
            source = submission.sources.get(name)
            if source is None:
                yield Graded(submission.student, self._missing(course, name))
            elif (known := skip(submission.student, source)) is not None:
                yield Graded(submission.student, known, cached=True)
            else:
                self.ran.append(f"{submission.student}.{name}")
                result = self.spoil(submission.student, self._graded(course, name, source))
                if result is not None:
                    yield Graded(submission.student, result)

    def _graded(self, course: Course, name: str, source: Source) -> TopicResult:
        code = "\n".join(cell.code for cell in source.cells)
        exercises = []
        for exercise in course.topic(name).exercises:  # type: ignore[union-attr]
            right = exercise.name != "double" or "x + x" in code
            diagnosis = None if right else Diagnosis("shape", {"expected": (1,)}, {"input": "hidden"})
            check = CheckResult("t", exercise.name, Verdict.PASSED if right else Verdict.WRONG, diagnosis=diagnosis)
            exercises.append(score_exercise(exercise.name, exercise.points, (check,)))
        return TopicResult(name, tuple(exercises), output="what it printed")

    def _missing(self, course: Course, name: str) -> TopicResult:
        exercises = course.topic(name).exercises  # type: ignore[union-attr]
        checks = [CheckResult("t", one.name, Verdict.MISSING) for one in exercises]
        scored = (score_exercise(one.name, one.points, (check,)) for one, check in zip(exercises, checks, strict=True))
        return TopicResult(name, tuple(scored), Verdict.MISSING)


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> FakeGrader:
    fake, module = FakeGrader(), ModuleType("antorcha.bulk.grade")
    module.__dict__.update(Graded=Graded, grade_class=fake.grade_class, course_key=fake.course_key)
    monkeypatch.setitem(sys.modules, "antorcha.bulk.grade", module)
    return fake


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with a class of three: ana all right, bea wrong in topic one, carl without topic two."""
    (tmp_path / "grading.toml").write_text(GRADING)
    for folder in ("exercises", "graders", "reference"):
        (tmp_path / folder).mkdir()
        for topic in ("one", "two"):
            stem = topic if folder == "reference" else f"test_{topic}"
            (tmp_path / folder / f"{stem}.py").write_text("")
            (tmp_path / "exercises" / f"{topic}.py").write_text("")
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
    assert bea["exercises"]["double"] == {"points": 0, "max": 2, "verdict": "wrong"}
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
    assert mixed["submissions"] == fresh["submissions"]
    assert first["submissions"] == [mixed["submissions"][1]]
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


def test_who_left_the_class_is_in_no_table(home: Path, grader: FakeGrader, capsys: Any) -> None:
    grade(capsys=capsys)
    (home / "class" / "bea").rename(home / "bea")
    _, record = grade(capsys=capsys)
    assert [one["student"] for one in record["submissions"]] == ["ana", "carl"]
    assert set(marks(home)) == {"ana", "carl"}
    (home / "bea").rename(home / "class" / "bea")
    assert grade(capsys=capsys)[1]["graded"] == 0


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
    assert {one["verdict"] for one in record["submissions"]} == {"missing"}
