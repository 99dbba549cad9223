"""Essays: answers that a person grades, beside those of the checks in one total."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.fake_grader import FakeGrader
from support.tiny_class import HALF, RIGHT, finals, grade, hand_in, rows

from antorcha.cli.main import main
from antorcha.results import CheckResult, TopicResult, Verdict, score_exercise

GRADING = """\
title = "Tiny"
language = "en"

[[topics]]
name = "one"
title = "Topic one"
exercises = [
    { name = "double", points = 6 },
    { name = "half", points = 4, kind = "essay", rubric = [
        { name = "cause", points = 3, title = "Names the cause" },
        { name = "example", points = 1 },
    ] },
]
"""


@pytest.fixture
def texts(home: Path, grader: FakeGrader) -> dict[str, str]:
    """What each student writes for the essay `half`: ana and bea something, carl nothing."""
    (home / "grading.toml").write_text(GRADING)
    answers = {"ana": "Products shrink.\n=and so on", "bea": "No idea", "carl": ""}

    def with_essay(student: str, result: TopicResult) -> TopicResult:
        text = answers[student.partition(",")[0]]
        check = CheckResult("why", "half", Verdict.TO_GRADE if text else Verdict.NOT_STARTED)
        return replace(
            result, exercises=(result.exercises[0], replace(score_exercise("half", 4, (check,)), answer=text))
        )

    grader.spoil = with_essay
    return answers


def hand_in_three(home: Path, capsys: Any) -> dict[str, Any]:
    hand_in(home, "ana", "03-07 10:00")  # a day late: a tenth
    hand_in(home, "bea", "03-05 10:00", HALF)
    hand_in(home, "carl", "03-05 10:00")
    return grade(capsys=capsys)


def page(home: Path, student: str) -> str:
    return (home / "results" / "feedback" / f"{student}.md").read_text("utf-8")


def test_what_nobody_has_graded_yet_is_no_zero_anywhere(home: Path, texts: dict[str, str], capsys: Any) -> None:
    record = hand_in_three(home, capsys)
    table = rows(home)
    cells = {name: (row["one.half"], row["verdict"], row["to_grade"], row["points"]) for name, row in table.items()}
    assert cells == {
        "ana": ("", "incomplete", "4", "5.4"),
        "bea": ("", "incomplete", "4", "0"),
        "carl": ("0", "graded", "0", "6"),
    }
    ana = record["submissions"][0]
    assert (ana["to_grade"], ana["exercises"]["half"]["points"]) == (4, None)
    assert [case["student"] for case in record["worth_a_look"] if case["kind"] == "to_grade"] == ["ana", "bea"]
    assert not any(case["kind"] == "no_points" for case in record["worth_a_look"] if case["student"] == "ana")
    assert "### … half: not graded yet (– / 4)" in page(home, "ana")
    assert "Not graded yet, since a person reads the answer: 4 of 10 points." in page(home, "ana")
    assert "Products shrink" not in page(home, "bea") + json.dumps(record)
    assert main(["export", "moodle"]) == 0
    assert "one: answers that nobody has graded yet, so no points for it: ana, bea" in capsys.readouterr().err
    with (home / "results" / "moodle.csv").open(newline="") as file:
        assert {row["Full name"]: row["one"] for row in csv.DictReader(file)} == {"carl": "6"}
    assert main(["export", "gradescope"]) == 0
    tests = json.loads((home / "results" / "gradescope" / "ana" / "results.json").read_text())["tests"]
    assert tests[1] == {"name": "one.half", "output": "Your instructor reads this answer and gives its points."}
    assert main(["export", "junit"]) == 0
    cases = ElementTree.parse(home / "results" / "junit.xml").iter("testcase")
    assert [case.find("skipped") is not None for case in cases if case.get("name") == "half"] == [True, True, False]


def test_a_list_of_answers_is_filled_in_and_read_back(home: Path, texts: dict[str, str], capsys: Any) -> None:
    hand_in_three(home, capsys)
    assert main(["mark", "--to-grade", "answers.csv"]) == 0
    assert "answers.csv (2 answers)" in capsys.readouterr().out
    with (home / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        ana, bea = csv.DictReader(file)
    assert ana == {
        "student": "ana", "exercise": "one.half", "answer": "Products shrink.\n'=and so on", "max": "4", "points": "",
        "rubric": "cause=; example=", "why": "", "also for": "",
    }  # fmt: skip
    filled = [{**ana, "rubric": "cause=2,5; example=1"}, bea]
    with (home / "answers.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(ana))
        writer.writeheader()
        writer.writerows(filled)
    assert main(["mark", "--from", "answers.csv"]) == 0  # bea's is still to be read
    said = capsys.readouterr().out
    assert "ana, one.half: 3.5 of 4\n" in said
    assert "Not graded yet: answers in 1 hand-in" in said
    row = rows(home)["ana"]
    # It is no override, and being late costs a tenth of it too.
    assert [row[f"one.{part}"] for part in ("raw", "override", "penalty", "final")] == ["9.5", "0", "0.95", "8.55"]
    assert (row["one.half"], row["verdict"], row["to_grade"]) == ("3.5", "graded", "0")
    assert "### • half: marked by your instructor (3.5 / 4)" in page(home, "ana")
    assert "half, Names the cause: 2.5 of 3." in page(home, "ana")
    assert "gives its points" not in page(home, "ana")
    assert rows(home)["bea"]["verdict"] == "incomplete"
    record = grade("--regrade", capsys=capsys)
    assert record["submissions"][0]["exercises"]["half"]["given"]["rubric"] == {"cause": 2.5, "example": 1}
    assert rows(home)["ana"] == row


def test_what_a_group_wrote_is_graded_once_for_all_of_them(
    home: Path, texts: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rules = (home / "rules.toml").read_text()
    (home / "rules.toml").write_text(rules + '\n[[groups]]\nmembers = ["ana", "carl", "dora"]\n')
    hand_in(home, "ana", "03-05 10:00")
    hand_in(home, "bea", "03-05 10:00")
    grade(capsys=capsys)
    assert main(["mark", "--to-grade", "answers.csv"]) == 0
    with (home / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [(row["student"], row["also for"]) for row in csv.DictReader(file)]
    assert listed == [("ana", "carl; dora"), ("bea", "")]
    (home / "marks.csv").write_text("student,exercise,points\ncarl,half,3\ndora,half,1\n")  # dora did less
    assert main(["mark", "--from", "marks.csv"]) == 0
    assert finals(home) == {"ana": "9", "bea": "6", "carl": "9", "dora": "7"}
    assert main(["mark", "ana", "half", "4"]) == 0
    assert finals(home) == {"ana": "10", "bea": "6", "carl": "10", "dora": "7"}
    assert main(["mark", "ana", "half", "2", "--alone"]) == 0
    assert finals(home) == {"ana": "8", "bea": "6", "carl": "10", "dora": "7"}
    assert main(["mark", "carl", "half", "--withdraw"]) == 0
    assert {name: row["to_grade"] for name, row in rows(home).items()} == {
        "ana": "0",
        "bea": "4",
        "carl": "4",
        "dora": "0",
    }


def test_another_answer_than_the_one_that_was_graded_is_worth_a_look(
    home: Path, texts: dict[str, str], capsys: Any
) -> None:
    hand_in_three(home, capsys)
    assert main(["mark", "bea", "half", "4"]) == 0  # no reason: nothing was changed
    capsys.readouterr()
    assert "answer_changed_under_mark" not in {case["kind"] for case in grade(capsys=capsys)["worth_a_look"]}
    texts["bea"] = "Another text"
    (case,) = [one for one in grade("--regrade", capsys=capsys)["worth_a_look"] if "mark" in one["kind"]]
    assert (case["student"], case["kind"]) == ("bea", "answer_changed_under_mark")
    assert case["what"] == "half: 4 was given for another answer than this one."
    assert main(["mark", "carl", "half", "2", "--why", "She told it."]) == 0  # nothing was written: the last word
    row = rows(home)["carl"]
    assert [row[f"one.{part}"] for part in ("raw", "override", "final")] == ["6", "2", "8"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["half", "5"], "It may be anything from 0 to 4."),
        (["half", "--rubric", "cause=1"], "its rows are: cause, example"),
        (
            ["half", "--rubric", "cause=1", "--rubric", "example=2"],
            '"2" is not a number of points for one.half, example',
        ),
        (["half", "3", "--rubric", "cause=1", "--rubric", "example=1"], "come to 2 points, and not to 3"),
        (["double", "--rubric", "cause=1", "--why", "x"], "it has none"),
        (["double", "1"], "the mark of ana for double has no reason"),
    ],
)
def test_half_a_rubric_is_refused(home: Path, texts: dict[str, str], capsys: Any, words: list[str], said: str) -> None:
    hand_in_three(home, capsys)
    before = rows(home)
    assert main(["mark", "ana", *words]) == 2
    assert said in capsys.readouterr().err
    assert rows(home) == before


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (('kind = "essay", ', ""), 9, 'a rubric is for an exercise of kind = "essay"'),
        (("points = 3", "points = 2"), 9, "its rows come to 3 points, and the exercise to 4"),
        (('"example"', '"cause"'), 11, '"cause" is already the name of another row'),
        (("points = 6", 'points = 6, kind = "essay"'), 7, "a topic needs an exercise that hidden tests grade"),
    ],
)
def test_a_rubric_that_does_not_fit_is_named_with_its_line(
    home: Path, capsys: Any, change: tuple[str, str], line: int, said: str
) -> None:
    (home / "grading.toml").write_text(GRADING.replace(*change))
    assert main(["topics"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert f"grading.toml:{line}:" in error


TABLES_SINCE_LAYOUT_7 = ("mark_changes", "cluster_members", "clusters", "proofs", "exercise_keys")
COLUMNS_SINCE_LAYOUT_6 = {"teacher_marks": ("rubric", "answer"), "runs": ("delivery", "antorcha", "course_digest")}


def test_marks_given_before_there_were_essays_stay(home: Path, texts: dict[str, str], capsys: Any) -> None:
    hand_in_three(home, capsys)
    assert main(["mark", "ana", "double", "1", "--why", "copied"]) == 0
    before = rows(home)
    with sqlite3.connect(home / "results" / "results.db") as db:
        for newer in (
            "VIEW class_clusters",
            "VIEW class_mistakes",
            *(f"TABLE {name}" for name in TABLES_SINCE_LAYOUT_7),
        ):
            db.execute(f"DROP {newer}")
        for table, columns in COLUMNS_SINCE_LAYOUT_6.items():
            for column in columns:
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 5")
    assert main(["mark", "bea", "--comment", "Well."]) == 0
    assert rows(home) == before


QUESTION = '''\
def half() -> str:
    """Say why a gradient may vanish."""
    return "A secret."
'''
TESTS = "def test_double(agree):\n    agree('double', {})\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course that can be graded, with an essay in it."""
    files = {
        "grading.toml": GRADING,
        "reference/one.py": f'def double(x):\n    """Return `x` twice."""\n    return 2 * x\n\n\n{QUESTION}',
        "exercises/test_one.py": TESTS.format(2) + "\n\ndef test_half(agree, student):\n"
        "    agree.that(len(student.half()) > 5, 'Write more.')\n",
        "graders/test_one.py": TESTS.format(3.5),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def antorcha(course: Path, *words: str) -> str:
    command = [sys.executable, "-m", "antorcha.cli.main", *words]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def written_in_nbgraders_cell(course: Path, answer: str | None, *, solved: bool = True) -> tuple[dict[str, Any], Any]:
    """The notebook that nbgrader's own steps make of ours, with an answer in it, and nbgrader's grade of that."""
    import nbformat
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums
    from nbgrader.utils import determine_grade

    from antorcha.course.load import load_course
    from antorcha.nbgrader.cells import notebook_for
    from antorcha.nbgrader.preprocessor import ReleaseStubs

    loaded = load_course(course)
    notebook = nbformat.from_dict(notebook_for(loaded, loaded.topics[0], "es", "one"))
    for step in (ClearSolutions, ReleaseStubs, ComputeChecksums):
        notebook, _ = step().preprocess(notebook, {})
    cells = {one.metadata.get("nbgrader", {}).get("grade_id"): one for one in notebook.cells}
    assert cells["essay_half"].source == "Escribe aquí tu respuesta."
    assert "A secret" not in json.dumps(notebook)
    if solved:
        cells["solution_double"].source = "def double(x):\n    return x + x\n"
    if answer is not None:
        cells["essay_half"].source = answer
    return notebook, determine_grade(cells["essay_half"])


@pytest.mark.slow
def test_a_text_is_read_from_a_module_and_from_nbgraders_own_kind_of_cell(course: Path) -> None:
    antorcha(course, "stubs")
    stub = (course / "exercises" / "one.py").read_text()
    assert '    return """\n\n    """\n' in stub
    solved = stub.replace("raise NotImplementedError", "return x + x")
    hand_ins = {
        "ana": solved.replace('"""\n\n', '"""\n    Because products\n      shrink.\n'),
        "bea": solved,
        "carl": RIGHT.partition("def half")[0] + "def half(): return 5\n",
        "dora": stub.replace('    """Say why', '    """Still: say why'),
    }
    for student, code in hand_ins.items():
        (course / "class" / student).mkdir(parents=True)
        (course / "class" / student / "one.py").write_text(code)
    for student, answer, wanted in (("eva", "Porque *encogen*.", (None, 4.0)), ("fede", None, (0, 4.0))):
        notebook, grade_of_nbgrader = written_in_nbgraders_cell(course, answer)
        assert grade_of_nbgrader == wanted
        (course / "class" / student).mkdir()
        (course / "class" / student / "one.ipynb").write_text(json.dumps(notebook))
    # An untouched notebook is no work, and loses to what is.
    (course / "class" / "gala").mkdir()
    (course / "class" / "gala" / "one.py").write_text(hand_ins["ana"] + "# gala\n")
    untouched, _ = written_in_nbgraders_cell(course, None, solved=False)
    (course / "class" / "gala" / "one.ipynb").write_text(json.dumps(untouched))
    record = json.loads(antorcha(course, "grade", "class", "--json", "--jobs", "1"))
    verdicts = {one["student"]: one["exercises"]["half"]["verdict"] for one in record["submissions"]}
    assert verdicts == {
        "ana": "to_grade", "bea": "not_started", "carl": "to_grade", "dora": "not_started", "eva": "to_grade",
        "fede": "not_started", "gala": "to_grade",
    }  # fmt: skip
    assert [one["exercises"]["double"]["points"] for one in record["submissions"]] == [6, 6, 6, 0, 6, 6, 6]
    antorcha(course, "mark", "--to-grade", "answers.csv")
    with (course / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        answers = {row["student"]: row["answer"] for row in csv.DictReader(file)}
    assert answers == {
        "ana": "Because products\n  shrink.", "carl": "(no text: look at the file)", "eva": "Porque *encogen*.",
        "gala": "Because products\n  shrink.",
    }  # fmt: skip
    antorcha(course, "release", "student", "--out", "released")
    assert not [path for path in (course / "released").rglob("*") if path.is_file() and b"secret" in path.read_bytes()]
    assert '"rubric"' not in (course / "released/exercises/_antorcha/manifest.json").read_text()
