"""The documented database: every question of the page has an answer, and every table and view is on it."""

from __future__ import annotations

import csv
import re
import sqlite3
from pathlib import Path

import pytest
from support.fake_grader import FakeGrader
from support.fake_grader import grader as grader
from support.paths import ROOT
from support.tiny_class import HALF, grade, hand_in
from support.tiny_class import home as home

from antorcha.cli.main import main

PAGE = (ROOT / "docs/results-database.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def results(home: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]) -> Path:
    hand_in(home, "ana", "03-06 20:15")
    hand_in(home, "bea", "03-07 20:15", HALF)
    hand_in(home, "carla", "03-06 20:15", HALF)
    grade(capsys=capsys)
    assert main(["mark", "ana", "half", "1", "--why", "talked it over"]) == 0
    capsys.readouterr()
    return home / "results"


def test_each_question_is_answered(results: Path) -> None:
    assert len(QUERIES) >= 10
    with sqlite3.connect(results / "results.db") as database:
        answers = [database.execute(query).fetchall() for query in QUERIES]
    assert answers[0][0] == ("bea", 4, 10)
    assert answers[3] == []  # two are no group of three
    assert [row[:2] for row in answers[7]] == [("bea", "one")]
    assert answers[8][0][:5] == ("ana", "one", "half", 4, 1)


def test_every_table_and_view_is_on_the_page(results: Path) -> None:
    with sqlite3.connect(results / "results.db") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_tables_are_files_for_a_notebook(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "tables"]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    with (results / "tables/clusters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["exercise"], row["students"], row["names"]) for row in rows] == [("double", "2", "bea, carla")]
    assert all(path.is_file() for path in written)


def test_parquet_says_what_it_needs_or_is_written(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "tables", "--parquet"])
    if code == 0:
        assert (results / "tables/marks.parquet").read_bytes().startswith(b"PAR1")
    else:
        assert "pip install pyarrow" in capsys.readouterr().err


def test_a_page_names_file_date_attempt_and_version(results: Path) -> None:
    page = (results / "feedback/bea.md").read_text(encoding="utf-8").replace("\\", "")
    about = r"File: one.py · handed in: 2026-03-07 20:15 · graded by Antorcha \S+, course \w+"
    assert re.search(about, page)
    assert "of the class" not in page


def test_the_share_of_the_class_is_told_where_the_course_says_so(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = results.parent / "grading.toml"
    course.write_text(f"class_share = true\n{course.read_text()}")
    grade(capsys=capsys)
    page = (results / "feedback/bea.md").read_text(encoding="utf-8")
    assert "33 % of the class have all of it right" in page
