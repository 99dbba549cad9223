"""Grading again with care: what would change, what changed and why, and how a mark came to be."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.fake_grader import FakeGrader
from support.fake_grader import grader as grader
from support.tiny_class import HALF, grade, hand_in, rows
from support.tiny_class import home as home

from antorcha.cli.main import main
from antorcha.errors import UserError
from antorcha.results import CheckResult, TopicResult, Verdict, score_exercise


def _stricter(student: str, result: TopicResult) -> TopicResult:
    """Return a result as a course gives it whose test of `half` everybody fails."""
    exercises = []
    for exercise in result.exercises:
        checks = exercise.checks
        if exercise.name == "half":
            checks = tuple(_with(check, Verdict.WRONG) for check in checks)
        exercises.append(score_exercise(exercise.name, exercise.max_points, checks))
    return TopicResult(result.topic, tuple(exercises))


def _with_another_check(student: str, result: TopicResult) -> TopicResult:
    """Return a result as a course gives it that has one more test of `half`, which everybody fails."""
    exercises = []
    for exercise in result.exercises:
        checks = exercise.checks
        if exercise.name == "half":
            checks = (*checks, *(replace(check, check="u", verdict=Verdict.WRONG) for check in checks))
        exercises.append(score_exercise(exercise.name, exercise.max_points, checks))
    return TopicResult(result.topic, tuple(exercises))


def _with(check: CheckResult, verdict: Verdict) -> CheckResult:

    return replace(check, verdict=verdict)


def _change_course(grader: FakeGrader) -> None:
    grader.key, grader.spoil = "other graders", _stricter


def _history(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["history", *words, "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


@pytest.fixture
def graded(home: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]) -> Path:
    hand_in(home, "ana", "03-06 20:15")
    hand_in(home, "bea", "03-06 20:15", HALF)
    grade(capsys=capsys)
    return home


def test_a_dry_run_shows_what_would_change_and_writes_no_mark(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {
        path: path.read_bytes() for path in graded.glob("results/**/*.*") if path.name.endswith((".csv", ".html"))
    }
    _change_course(grader)
    assert main(["grade", "class", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "0 up, 2 down" in out
    assert "ana, one.half: 4 → 0 of 4 (-4): the course or Antorcha changed (t fails now)" in out
    assert {path: path.read_bytes() for path in before} == before
    assert rows(graded)["ana"]["one.final"] == "10"
    assert _history(capsys, "ana")["changes"][-1]["kind"] == "first"


def test_a_failing_check_that_is_taken_out_is_named(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    _change_course(grader)
    grader.spoil = _with_another_check
    grade(capsys=capsys)
    grader.key, grader.spoil = "the check is gone", lambda _student, result: result
    assert main(["grade", "class", "--dry-run"]) == 0
    assert "ana, one.half: 2 → 4 of 4 (+2): the course or Antorcha changed (u is gone)" in capsys.readouterr().out


def test_accept_writes_what_was_shown_without_grading_it_again(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    _change_course(grader)
    assert main(["grade", "class", "--dry-run", "--quiet"]) == 0
    grader.ran.clear()
    capsys.readouterr()
    record = grade("--accept", "--why", "half was never tested", capsys=capsys)
    assert grader.ran == []
    assert rows(graded)["ana"]["one.final"] == "6"
    assert {change["exercise"] for change in record["changes"]} == {"half", ""}
    kept = _history(capsys, "ana")["changes"]
    assert [(change["before"], change["after"]) for change in kept if not change["exercise"]] == [(None, 10), (10, 6)]
    assert kept[-1]["why"] == "half was never tested"
    assert kept[-1]["antorcha"]


def test_accept_refuses_what_was_not_shown(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", "class", "--accept"]) == 2
    assert "no dry run" in capsys.readouterr().err
    assert main(["grade", "class", "--dry-run", "--quiet"]) == 0
    _change_course(grader)
    assert main(["grade", "class", "--accept"]) == 2
    assert "not what the dry run showed" in capsys.readouterr().err
    assert rows(graded)["ana"]["one.final"] == "10"


def test_a_plain_run_says_afterwards_what_changed(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    _change_course(grader)
    hand_in(graded, "carla", "03-06 21:00")
    assert main(["grade", "class"]) == 0
    out = capsys.readouterr().out
    assert "New marks: 1 first, 0 for another hand-in" in out
    assert "Marks of unchanged hand-ins that changed: 0 up, 2 down" in out
    assert main(["history"]) == 0
    assert "ana, one: 10 → 6 of 10 (-4)" in capsys.readouterr().out


def test_the_reason_of_each_change_is_kept(
    graded: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(graded, "bea", "03-06 22:00", "def double(x): return x + x\ndef half(x): return x / 2\n")
    grade(capsys=capsys)
    assert _history(capsys, "bea")["changes"][-1]["kind"] == "hand_in"
    (graded / "grading.toml").write_text((graded / "grading.toml").read_text().replace("points = 6", "points = 8"))
    grader.key = "with points"
    grade(capsys=capsys)
    kept = _history(capsys, "bea")["changes"]
    assert [(change["exercise"], change["kind"]) for change in kept[-2:]] == [("double", "points"), ("", "course")]
    (graded / "rules.toml").write_text((graded / "rules.toml").read_text().replace("03-06T23:59", "03-06T20:00"))
    grade(capsys=capsys)
    assert _history(capsys, "bea")["changes"][-1]["kind"] == "rules"
    assert main(["mark", "bea", "double", "1", "--why", "copied from the board"]) == 0
    assert _history(capsys, "bea")["by_hand"][-1]["why"] == "copied from the board"


def test_what_did_not_change_has_no_history(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(capsys=capsys)["changes"] == []
    assert len(_history(capsys, "ana")["changes"]) == 1


def test_the_copy_of_a_dry_run_goes_whatever_ends_it(
    graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UserError("nobody can be graded", "")

    here = tmp_path / "temporary"
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    monkeypatch.setattr("antorcha.results_folder.grade.grade_delivery", fail)
    assert main(["grade", "class", "--dry-run"]) != 0
    assert list(here.glob("antorcha-dry-run-*")) == []


def test_a_class_of_which_nothing_is_graded_ends_without_a_traceback(
    graded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(graded, "eva", "03-06 20:15")
    monkeypatch.setattr("antorcha.grading.run.grade_class", lambda *_, **__: iter(()))
    assert main(["grade", "class", "--regrade"]) == 1
    said = capsys.readouterr().err
    assert "no result came back for ana, bea, eva" in said
    assert "Traceback" not in said
