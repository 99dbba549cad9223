"""`antorcha mark`: what a teacher gives by hand survives grading again, and is shown as what it is."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.fake_grader import FakeGrader
from support.tiny_class import HALF, RIGHT, finals, grade, hand_in, rows

from antorcha.cli.main import main
from antorcha.results import TopicResult, Verdict


def page(home: Path, student: str) -> str:
    return (home / "results" / "feedback" / f"{student}.md").read_text("utf-8")


def test_a_mark_by_hand_survives_grading_again_and_is_shown_as_one(home: Path, grader: FakeGrader, capsys: Any) -> None:
    hand_in(home, "ana", "03-07 10:00", HALF)  # 0 + 4 points, a tenth of them off
    hand_in(home, "bea", "03-05 10:00")
    grade(capsys=capsys)
    assert main(["mark", "ana", "double", "5", "--why", "Right, under another name."]) == 0
    said = capsys.readouterr().out
    assert "ana, one.double: 5 of 6 (the checks give 0): Right, under another name." in said

    def is_shown() -> None:
        row = rows(home)["ana"]
        assert [row[f"one.{part}"] for part in ("raw", "override", "penalty", "final")] == ["4", "5", "0.4", "8.6"]
        assert (row["points"], row["one.double"], row["one.half"]) == ("8.6", "5", "4")
        assert "double: your instructor gave 5 points. Right, under another name." in row["why"]
        assert "### • double: marked by your instructor (5 / 6)" in page(home, "ana")
        assert "## Topic one (8.6 / 10)" in page(home, "ana")
        assert "Earned: 4. Changed by hand: +5. Taken off for being late: 0.4. What counts: 8.6." in page(home, "ana")
        with sqlite3.connect(home / "results" / "results.db") as db:
            parts = db.execute("SELECT raw, override, penalty, final FROM topic_marks WHERE student = 'ana'").fetchone()
        assert parts == (4, 5, 0.4, 8.6)

    is_shown()
    record = grade("--regrade", capsys=capsys)
    is_shown()
    ana, bea = record["submissions"]
    given = ana["exercises"]["double"].pop("given")
    assert [ana["exercises"]["double"][key] for key in ("points", "max", "verdict")] == [5, 6, "wrong"]
    assert (given["automatic"], given["why"]) == (0, "Right, under another name.")
    assert ana["points"] == 8.6
    assert "given" not in bea["exercises"]["double"]
    assert "moved_under_mark" not in {case["kind"] for case in record["worth_a_look"]}
    assert main(["mark", "ana", "double", "--withdraw"]) == 0
    assert finals(home)["ana"] == "3.6"
    with sqlite3.connect(home / "results" / "results.db") as db:
        assert db.execute("SELECT points FROM teacher_marks ORDER BY id").fetchall() == [(5,), (None,)]


def test_an_automatic_mark_that_moves_under_it_is_worth_a_look(home: Path, grader: FakeGrader, capsys: Any) -> None:
    hand_in(home, "ana", "03-05 10:00", HALF)
    grade("--rules", "none", capsys=capsys)
    main(["mark", "ana", "one.double", "2,5", "--why", "half of it"])
    grader.key = "another hidden test"
    grader.spoil = lambda student, result: replace(
        result, exercises=tuple(replace(exercise, points=3.0) for exercise in result.exercises)
    )
    capsys.readouterr()
    record = grade("--rules", "none", capsys=capsys)
    (case,) = [case for case in record["worth_a_look"] if case["kind"] == "moved_under_mark"]
    assert case["what"] == "double: 2.5 was given when the checks had given 0, and now they give 3 (half of it)."
    assert (case["student"], case["topic"]) == ("ana", "one")
    assert rows(home)["ana"]["points"] == "5.5"  # 2.5 by hand, 3 by the checks
    main(["mark", "ana", "double", "2.5", "--why", "half of it, still"])
    capsys.readouterr()
    record = grade("--rules", "none", capsys=capsys)
    assert "moved_under_mark" not in {case["kind"] for case in record["worth_a_look"]}


def test_a_file_of_marks_is_kept_whole_or_not_at_all(home: Path, grader: FakeGrader, capsys: Any) -> None:
    for student in ("ana", "bea"):
        hand_in(home, student, "03-05 10:00", HALF)
    grade(capsys=capsys)
    heading = "Estudiante;Ejercicio;Puntos;Motivo;Comentario\n"
    (home / "marks.csv").write_text(f"{heading}ana;double;3,5;bien pensado;\nbeo;double;7;;\nana;doble;1;x;\n")
    assert main(["mark", "--from", "marks.csv"]) == 2
    said = capsys.readouterr().err
    assert 'marks.csv, line 3: nobody in this class goes by "beo"' in said
    assert 'marks.csv, line 4: the course has no exercise "doble"' in said
    assert "Nothing was kept" in said
    assert finals(home) == {"ana": "4", "bea": "4"}
    (home / "marks.csv").write_text(
        f"{heading}ana;double;3,5;bien pensado;\nBEA;double;0;copiado;\nbea;;;;Ven a verme.\n"
    )
    assert main(["mark", "--from", "marks.csv"]) == 0
    assert finals(home) == {"ana": "7.5", "bea": "4"}
    assert "## From your instructor\n\nVen a verme." in page(home, "bea")
    assert "From your instructor" in (home / "results" / "feedback" / "bea.html").read_text("utf-8")
    assert "instructor gave 0 points. copiado" in page(home, "bea")
    assert main(["mark", "bea", "--comment", ""]) == 0
    assert "From your instructor" not in page(home, "bea")
    capsys.readouterr()
    assert main(["mark"]) == 0
    assert "ana, one.double: 3.5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ana", "double", "35", "--why", "x"], "It may be anything from 0 to 6."),
        (["ana", "double", "nan", "--why", "x"], '"nan" is not a number of points'),
        (["ana", "double", "-1", "--why", "x"], '"-1" is not a number of points'),
        (["ana", "double", "3"], "the mark of ana for double has no reason"),
        (["ana", "double"], "a mark has either points or --withdraw"),
        (["ana"], "a mark needs an exercise and points"),
        (["anna", "double", "3", "--why", "x"], "Did you mean: ana?"),
        (["ana", "duble", "3", "--why", "x"], "Did you mean: double?"),
    ],
)
def test_half_a_mark_is_refused(home: Path, grader: FakeGrader, capsys: Any, words: list[str], said: str) -> None:
    hand_in(home, "ana", "03-05 10:00", HALF)
    grade(capsys=capsys)
    assert main(["mark", *words]) == 2
    assert said in capsys.readouterr().err
    assert finals(home) == {"ana": "4"}


def test_without_results_there_is_nothing_to_mark(home: Path, capsys: Any) -> None:
    assert main(["mark", "ana", "double", "3", "--why", "x"]) == 2
    assert "there are no results in results" in capsys.readouterr().err
    assert not (home / "results").exists()


def test_who_handed_in_nothing_may_have_a_mark_and_another_topic_its_column(
    home: Path, grader: FakeGrader, capsys: Any
) -> None:
    hand_in(home, "ana", "03-05 10:00")
    (home / "roster.csv").write_text("name\nana\nbea\n")
    grade("--roster", "roster.csv", "--rules", "none", capsys=capsys)
    assert main(["mark", "bea", "triple", "4", "--why", "She explained it."]) == 0
    row = rows(home)["bea"]
    assert (row["two.triple"], row["two.final"], row["points"], row["max"]) == ("4", "4", "4", "15")
    capsys.readouterr()
    grade("--roster", "roster.csv", "--rules", "none", capsys=capsys)
    assert rows(home)["bea"]["points"] == "4"
    assert rows(home)["ana"]["points"] == "10"


def test_what_could_not_be_tested_counts_once_it_is_given(home: Path, grader: FakeGrader, capsys: Any) -> None:
    def untested(student: str, result: TopicResult) -> TopicResult:
        first, *rest = result.exercises
        return replace(
            result, exercises=(replace(first, points=0.0, max_points=0.0, verdict=Verdict.NOT_TESTED), *rest)
        )

    grader.spoil = untested
    hand_in(home, "ana", "03-05 10:00", RIGHT)
    grade("--rules", "none", capsys=capsys)
    assert (rows(home)["ana"]["points"], rows(home)["ana"]["max"]) == ("4", "4")
    main(["mark", "ana", "double", "6", "--why", "It runs on my machine."])
    assert (rows(home)["ana"]["points"], rows(home)["ana"]["max"]) == ("10", "10")
