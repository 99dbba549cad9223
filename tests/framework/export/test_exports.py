"""`antorcha export`: each format re-read as the system reads it that it is for."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.fake_grader import FakeGrader
from support.paths import ROOT
from support.tiny_class import HALF, RIGHT, grade, hand_in

from antorcha.cli.main import build_parser, main

TRIPLE = "def triple(x): return 3 * x\n"


@pytest.fixture
def graded(home: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]) -> Path:
    """ana has 9 of 10 (late) and 5 of 5, bea 4 + 2 by hand of 10, "Cruz, Carla" is on the roster and has nothing."""
    hand_in(home, "ana", "03-07 10:00", RIGHT)
    hand_in(home, "ana", "03-05 10:00", TRIPLE, topic="two")
    hand_in(home, "bea", "03-05 10:00", HALF)
    (home / "roster.csv").write_text(
        "Nombre,Número de ID,Dirección de correo,Nombre de usuario\n"
        '"Aguilar Ñu, Ana",5001,ana@x.org,ana\n=Bea,5002,bea@x.org,bea\n"Cruz, Carla",5003,carla@x.org,carla\n',
        encoding="utf-8",
    )
    grade("--roster", "roster.csv", capsys=capsys)
    assert main(["mark", "bea", "double", "2", "--why", "Nearly; ask me"]) == 0
    capsys.readouterr()
    return home


def table(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def test_moodle_gets_ids_points_and_feedback_and_no_row_without_a_mark(graded: Path) -> None:
    assert main(["export", "moodle"]) == 0
    bea, ana = table(graded / "results" / "moodle.csv")
    assert (ana["ID number"], ana["Email address"], ana["Username"]) == ("5001", "ana@x.org", "ana")
    assert (ana["one"], ana["two"], bea["one"], bea["two"]) == ("9", "5", "6", "")
    assert "10 % is taken off" in ana["one feedback"]
    assert "double: your instructor gave 2 points. Nearly; ask me" in bea["one feedback"]
    assert bea["Full name"] == "'=Bea"


def test_moodle_without_ids_says_whom_it_will_not_find(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "class" / "dan").mkdir(parents=True)
    (home / "class" / "dan" / "one.py").write_text(RIGHT)
    grade(capsys=capsys)
    assert main(["export", "moodle"]) == 0
    assert "no id, user name or email of dan" in capsys.readouterr().err


def who_moodle_gives_it_to(path: str, participants: dict[str, str]) -> tuple[str, str] | None:
    """The participant and the file's name that Moodle's `is_valid_filename_for_import` reads in a path of its zip."""
    parts = path.split("/")
    while parts:
        words = parts.pop(0).split("_", 4)
        known_plugin = words[2:4] == ["assignsubmission", "file"]
        if len(words) >= 4 and words[1].isdecimal() and words[1] in participants and known_plugin:
            return participants[words[1]], "/".join([*words[4:], *parts]).lstrip("/")
    return None


def test_moodle_takes_the_pages_back_for_the_people_of_its_worksheet(graded: Path, capsys: Any) -> None:
    (graded / "worksheet.csv").write_text(
        "Identificador,Nombre completo,Dirección de correo,Estado\n"
        "Participante 7003,Carla Cruz,carla@x.org,Sin entrega\nParticipante 7001,Ana_1 Aguilar/Ñu,ana@x.org,Enviado\n"
        "Participante 7002,Bea,bea@x.org,Enviado\nParticipante 7009,Zoe Otra,zoe@x.org,Enviado\n",
        encoding="utf-8",
    )
    assert main(["export", "moodle-feedback", "--into", "worksheet.csv"]) == 0
    assert "nothing graded here, so no page: Zoe Otra" in capsys.readouterr().err
    participants = {"7001": "ana", "7002": "bea", "7003": "carla", "7009": "zoe"}
    with zipfile.ZipFile(graded / "results" / "moodle_feedback.zip") as archive:
        given = {who_moodle_gives_it_to(name, participants): archive.read(name).decode() for name in archive.namelist()}
    assert set(given) == {(name, "feedback.html") for name in ("ana", "bea", "carla")}
    assert "Nearly; ask me" in given["bea", "feedback.html"]
    assert "Nearly; ask me" not in given["ana", "feedback.html"]
    (graded / "list.csv").write_text("Full name,Email address\nBea,bea@x.org\n")
    assert main(["export", "moodle-feedback", "--into", "list.csv"]) == 2
    assert 'list.csv has no column "Identifier"' in capsys.readouterr().err


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Topic one (771),Ensayo (772),Final Score\n"
    ",,,,,Manual Posting,,(read only)\n"
    "    Points Possible,,,,,10,20,(read only)\n"
    '"Aguilar, Ana",91,5001,ana,"A, B",,17,88\n'
    '"Cruz, Carla",93,5003,carla,A,3,11,60\n'
    '"Bea",92,5002,bea,A,,12,70\n'
    '"Student, Test",99,,,A,,,\n'
)


def test_canvas_has_our_columns_filled_and_all_else_as_it_was(graded: Path, capsys: Any) -> None:
    (graded / "canvas_in.csv").write_text(CANVAS, encoding="utf-8")
    assert main(["export", "canvas", "--into", "canvas_in.csv"]) == 0
    said = capsys.readouterr()
    assert "one → Topic one (771)" in said.out
    assert "no column for two" in said.err
    before = list(csv.reader(io.StringIO(CANVAS)))
    after = list(csv.reader(io.StringIO((graded / "results" / "canvas.csv").read_text("utf-8"))))
    assert [row[5] for row in after] == ["Topic one (771)", "Manual Posting", "10", "9", "3", "6", ""]
    assert [row[:5] + row[6:] for row in after] == [row[:5] + row[6:] for row in before]


def test_a_column_of_another_name_or_worth_is_filled_only_when_it_is_said(graded: Path, capsys: Any) -> None:
    other = CANVAS.replace("Topic one (771)", "Tarea 1 (771)").replace(",10,20,", ",100,20,")
    (graded / "canvas_in.csv").write_text(other, encoding="utf-8")
    assert main(["export", "canvas", "--into", "canvas_in.csv"]) == 2
    assert "has no column for any of one, two; it has: Tarea 1, Ensayo" in capsys.readouterr().err
    assert main(["export", "canvas", "--into", "canvas_in.csv", "--column", "one=Tarea 1"]) == 2
    assert '"Tarea 1 (771)" is worth 100 points there, and one 10 here' in capsys.readouterr().err
    assert not (graded / "results" / "canvas.csv").exists()
    assert main(["export", "canvas", "--into", "canvas_in.csv", "--column", "one=Tarea 1", "--scale"]) == 0
    rows = table(graded / "results" / "canvas.csv")
    assert [row["Tarea 1 (771)"] for row in rows] == ["Manual Posting", "100", "90", "3", "60", ""]


def test_blackboard_is_filled_by_user_name_in_its_own_encoding(graded: Path) -> None:
    lines = (
        '"Apellidos"\t"Nombre"\t"Nombre de usuario"\t"one [Puntos totales: 10 Puntuación] |4711"\r\n'
        '"Aguilar"\t"Ana"\t"ana"\t""\r\n"Otra"\t"Eva"\t"eva"\t"7"\r\n"Bea"\t"Bea"\t"bea"\t""\r\n'
    )
    (graded / "gc.xls").write_bytes(b"\xff\xfe" + lines.encode("utf-16-le"))
    assert main(["export", "blackboard", "--into", "gc.xls"]) == 0
    data = (graded / "results" / "blackboard.xls").read_bytes()
    assert data.startswith(b"\xff\xfe")
    rows = table(graded / "results" / "blackboard.xls", "\t", "utf-16")
    assert [row["one [Puntos totales: 10 Puntuación] |4711"] for row in rows] == ["9", "7", "6"]
    assert [row["Nombre de usuario"] for row in rows] == ["ana", "eva", "bea"]


def test_gradescope_has_a_total_and_a_test_for_each_exercise(graded: Path) -> None:
    assert main(["export", "gradescope", "--to", "gs", "--student", "Aguilar Ñu, Ana"]) == 0
    (path,) = (graded / "gs").glob("*/results.json")
    record = json.loads(path.read_text("utf-8"))
    assert record["score"] == 14
    assert [(test["name"], test["score"], test["max_score"]) for test in record["tests"]] == [
        ("one.double", 6, 6), ("one.half", 4, 4), ("two.triple", 5, 5),
    ]  # fmt: skip
    assert "10 % is taken off" in record["output"]
    assert main(["export", "gradescope", "--to", "gs"]) == 0
    totals = sorted(json.loads(path.read_text("utf-8"))["score"] for path in (graded / "gs").glob("*/results.json"))
    assert totals == [0, 6, 14]


def test_junit_is_xml_whose_counts_are_those_of_its_cases(graded: Path) -> None:
    assert main(["export", "junit"]) == 0
    root = ElementTree.fromstring((graded / "results" / "junit.xml").read_bytes())
    assert root.tag == "testsuites"
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for suite in [root, *root]:
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        for count, tag in counts.items():
            assert int(suite.get(count, "")) == len(list(suite.iter(tag)))
    cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
    failure = cases["=Bea.one", "double"].find("failure")
    assert failure is not None
    assert failure.get("message") == "wrong: 2 of 6 points"
    assert cases["Aguilar Ñu, Ana.one", "double"].find("failure") is None
    assert cases["Cruz, Carla.one", "double"].find("skipped") is not None
    assert "hidden" not in (graded / "results" / "junit.xml").read_text("utf-8")


@pytest.mark.parametrize(("decimal", "delimiter", "points"), [("comma", ";", "3,6"), ("point", ",", "3.6")])
def test_excel_opens_its_csv_in_either_kind_of_country(
    home: Path, grader: FakeGrader, capsys: Any, decimal: str, delimiter: str, points: str
) -> None:
    hand_in(home, "ana", "03-07 10:00", HALF)
    grade(capsys=capsys)
    assert main(["export", "csv", "--excel", "--decimal", decimal]) == 0
    path = home / "results" / "marks.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = table(path, delimiter, "utf-8-sig")
    assert (row["student"], row["points"], row["one.double"], row["verdict"]) == ("ana", points, "0", "graded")
    assert "2026-03-06 23:59" in row["why"]


def commands_of(page: str) -> list[list[str]]:
    """The words of each command of ours on a page of the docs, behind `antorcha`."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    lines = [
        line for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL) for line in block.splitlines()
    ]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("antorcha ")]


@pytest.mark.parametrize("page", ["exports.md", "marks.md", "authoring.md"])
def test_the_command_line_takes_each_command_of_a_page(page: str) -> None:
    commands = commands_of(page)
    assert commands or page == "authoring.md"
    for words in commands:
        build_parser(words).parse_args(words)


def test_the_guide_is_followed_to_the_letter(graded: Path, capsys: Any) -> None:
    """With the files that it names, as each system makes them; the class is this one's, so the topics are too."""
    (graded / "worksheet.csv").write_text("Identifier,Full name,Email address\nParticipant 7002,Bea,bea@x.org\n")
    (graded / "2026-03-08_Grades-PyTorch.csv").write_text(CANVAS, encoding="utf-8")
    heading = '"Username"\t"Tarea 1 [Total Pts: 10 Score] |1"\t"Tarea 2 [Total Pts: 5 Score] |2"\r\n'
    (graded / "gc_PyTorch_fullgc_2026-03-08.xls").write_bytes(f'\ufeff{heading}"bea"\t""\t""\r\n'.encode("utf-16-le"))
    written = []
    for words in commands_of("exports.md"):
        if words[0] == "export" and "nbgrader" not in words:
            capsys.readouterr()
            assert main([word.replace("tensors=", "one=").replace("autograd=", "two=") for word in words]) == 0
            written.append(Path(capsys.readouterr().out.splitlines()[-1].partition(" (")[0]).name)
    assert written == ["moodle.csv", "moodle_feedback.zip", "canvas.csv", "blackboard.xls"]
    for name in written:
        assert (graded / "results" / name).stat().st_size


def test_what_an_export_lacks_is_said(graded: Path, capsys: Any) -> None:
    assert main(["export", "canvas"]) == 2
    assert "canvas is filled into a gradebook" in capsys.readouterr().err
    assert main(["export", "junit", "--out", "elsewhere"]) == 2
    assert "there are no results in elsewhere" in capsys.readouterr().err
    (graded / "list.csv").write_text("color,size\nred,1\n")
    assert main(["export", "canvas", "--into", "list.csv"]) == 2
    assert "is no gradebook" in capsys.readouterr().err
    (graded / "in.csv").write_text(CANVAS.replace('Bea",92,5002,bea', 'Ana",94,5001,ana'), encoding="utf-8")
    assert main(["export", "canvas", "--into", "in.csv"]) == 2
    assert "are both Aguilar Ñu, Ana here" in capsys.readouterr().err


def nbgraders(path: Path, monkeypatch: pytest.MonkeyPatch, points: float = 6) -> Path:
    """A gradebook as `nbgrader generate_assignment` leaves it: the assignment "week1" with the notebook "one"."""
    from nbgrader.api import Gradebook

    # nbgrader calls alembic for a new gradebook.
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    with Gradebook(f"sqlite:///{path}") as gradebook:
        gradebook.add_assignment("week1")
        gradebook.add_notebook("one", "week1")
        for name, worth in (("double", points), ("half", 4)):
            gradebook.add_grade_cell(f"points_{name}", "one", "week1", max_score=worth, cell_type="code")
            gradebook.add_grade_cell(f"check_{name}", "one", "week1", max_score=0, cell_type="code")
            gradebook.add_solution_cell(f"solution_{name}", "one", "week1")
        gradebook.add_student("ana", first_name="Ana")
    return path


@pytest.mark.slow
def test_nbgraders_own_api_reads_marks_comments_and_penalty(
    graded: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook

    path = nbgraders(graded / "gradebook.db", monkeypatch)
    for _ in range(2):
        assert main(["export", "nbgrader", "--into", str(path)]) == 0
        said = capsys.readouterr()
    assert "one → week1" in said.out
    assert "(2 submissions)" in said.out
    assert "no notebook for two" in said.err
    with Gradebook(f"sqlite:///{path}") as gradebook:
        assert sorted(student.id for student in gradebook.students) == ["ana", "bea"]  # "carla" has no mark
        scores = {submission.student.id: submission.score for submission in gradebook.assignment_submissions("week1")}
        assert scores == {"ana": 10, "bea": 6}
        late = gradebook.find_submission_notebook("one", "week1", "ana")
        assert late.late_submission_penalty == 1
        assert not late.needs_manual_grade
        grade = gradebook.find_grade("points_double", "one", "week1", "bea")
        assert (grade.auto_score, grade.manual_score) == (0, 2)
        assert "10 % is taken off" in gradebook.find_comment("solution_double", "one", "week1", "ana").comment
        assert "Nearly; ask me" in gradebook.find_comment("solution_double", "one", "week1", "bea").comment
    assert main(["mark", "bea", "double", "--withdraw"]) == 0
    capsys.readouterr()
    assert main(["export", "nbgrader", "--into", str(path)]) == 0
    assert "a manual score of nbgrader's stands: bea, one.double: 2" in capsys.readouterr().err


@pytest.mark.slow
def test_a_gradebook_with_other_points_is_left_alone(
    graded: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook

    path = nbgraders(graded / "gradebook.db", monkeypatch, points=3)
    assert main(["export", "nbgrader", "--into", str(path)]) == 2
    assert 'one.double is worth 3 points there ("week1"), and 6 here' in capsys.readouterr().err
    with Gradebook(f"sqlite:///{path}") as gradebook:
        assert gradebook.assignment_submissions("week1") == []
    assert main(["export", "nbgrader", "--into", "none.db"]) == 2
    assert not (graded / "none.db").exists()
    (graded / "none.db").write_text("no database")
    assert main(["export", "nbgrader", "--into", "none.db"]) == 2
    assert "none.db is no gradebook that this nbgrader reads" in capsys.readouterr().err
