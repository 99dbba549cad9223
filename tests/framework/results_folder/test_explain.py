"""`antorcha explain`: one exercise checked again, with all that an instructor may see."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from support.browser import COMMAND, Browser, faults
from support.paths import MINI_CLASS, MINI_COURSE

from antorcha.cli.main import main
from antorcha.compare.as_code import arguments_as_code

VARIANTS = """
from antorcha.variants import N_, wrong


@wrong("last_row", N_("You took the row alone."))
def one_axis(matrix):
    return matrix[-1]


@wrong("last_row", N_("You took the first row."))
def first_row(matrix):
    return matrix[:1]
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a course that knows mistakes, a class, and its results."""
    home = tmp_path_factory.mktemp("explain")
    shutil.copytree(MINI_COURSE, home / "course")
    (home / "course/reference/variants").mkdir()
    (home / "course/reference/variants/warmup.py").write_text(VARIANTS)
    shutil.copytree(MINI_CLASS, home / "class")
    assert main(["grade", f"{home / 'class'}", *_options(home), "--quiet", "--jobs", "1"]) == 0
    return home


def _options(home: Path) -> list[str]:
    return ["--course", f"{home / 'course'}", "--out", f"{home / 'results'}"]


def explain(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", *words, *_options(home)]) == 0
    return capsys.readouterr().out


def test_it_shows_the_call_both_answers_and_the_mistakes_considered(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(explain(graded, capsys, "wrong", "last_row", "--json"))
    check = record["failed"][0]
    call = check["details"]["calls"][0]
    assert "from warmup import last_row" in check["code"]
    names = {"torch": torch, "last_row": lambda matrix: matrix[-1:]}
    expected = eval(check["code"].splitlines()[-1], names)
    assert torch.equal(expected, eval(call["expected"], names))
    assert torch.equal(expected[0], eval(call["got"], names))
    mistakes = {mistake["name"]: mistake for mistake in record["mistakes"]}
    assert mistakes["one_axis"]["matched"]
    assert not mistakes["first_row"]["matched"]
    assert "it gives torch.tensor(" in mistakes["first_row"]["why"]
    assert [text for _, _, text in record["lines"]] == ["def last_row(matrix):", "    return matrix[-1]"]
    assert record["graded"]["antorcha"]
    assert record["same_code"]


def test_the_json_of_a_class_says_of_each_mark_what_failed_when_and_with_what(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", f"{graded / 'class'}", *_options(graded), "--json"]) == 0
    rows = {row["student"]: row for row in json.loads(capsys.readouterr().out)["submissions"]}
    (failed,) = (
        one
        for one in rows["wrong"]["exercises"]["last_row"]["failed"]
        if one["check"].endswith("last_row_keeps_its_axis")
    )
    assert (failed["kind"], failed["mistake"], failed["told"]) == ("variant", "one_axis", "You took the row alone.")
    assert "shape" in failed["found"]
    assert "failed" not in rows["all-right"]["exercises"]["last_row"]
    file = rows["half"]["files"]["warmup"]
    assert file["filename"] == "half.ipynb"
    assert file["graded"] > "2026"
    assert file["course"]
    assert rows["half"]["topics"]["warmup"]["seconds"] > 0


def test_a_notebook_is_explained_by_its_cells(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(explain(graded, capsys, "half", "warmup.average", "--json"))
    assert record["file"] == "half.ipynb"
    assert record["points"] == record["stands"]
    assert all("cell" in file for file, _, _ in record["lines"])


def test_the_terminal_and_the_page_say_the_same(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = explain(graded, capsys, "wrong", "double")
    assert "The student's lines" in text
    assert "Your function changed its argument" in text
    page = graded / "page.html"
    explain(graded, capsys, "wrong", "double", "--page", f"{page}")
    html = page.read_text(encoding="utf-8")
    assert "Your function changed its argument" in html
    assert "http" not in html.partition("</head>")[2]


def test_the_page_is_in_the_courses_language_and_terminal_and_json_in_english(
    graded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(graded, tmp_path / "home")
    home = tmp_path / "home"
    config = home / "course/grading.toml"
    config.write_text(config.read_text().replace('"en"', '"es"'))
    explain(home, capsys, "wrong", "last_row", "--page", f"{home / 'page.html'}")
    html = (home / "page.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in html
    assert "Se esperaba" in html
    assert "sí: responde como la entrega en las 2 comprobaciones" in html
    assert "no: en test_last_row" in html
    assert not re.search(r"Expected|checks pass|The student|Known mistakes|the hand-in", html)
    assert "the hand-in gives" in explain(home, capsys, "wrong", "last_row")
    explain(home, capsys, "half", "average", "--page", f"{home / 'page.html'}")
    assert "half.ipynb, celda " in (home / "page.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_axe_finds_no_serious_fault_on_the_page(
    graded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if COMMAND is None:
        pytest.skip("there is no chromium here")
    explain(graded, capsys, "wrong", "last_row", "--page", f"{tmp_path / 'page.html'}")
    with Browser(tmp_path / "profile") as browser:
        browser.open_file(tmp_path / "page.html")
        assert faults(browser) == []


def test_a_shell_runs_beside_the_hand_in_and_is_locked(
    graded: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y = double(torch.ones(1))\ny + 1\nopen('/etc/passwd')\n1 / 0\n\n"))
    out = explain(graded, capsys, "wrong", "double", "--shell")
    assert "tensor([3.])" in out
    assert "/etc/passwd" in out
    assert "root:" not in out
    assert "ZeroDivisionError" in out


def test_what_is_no_answer_and_what_is_left_out_are_told_in_words(
    graded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_loop(tmp_path / "class")
    words = ["wrong", "double", "--class", f"{tmp_path / 'class'}"]
    assert "Got       not found" in explain(graded, capsys, *words)
    shutil.copytree(graded, tmp_path / "home")
    config = tmp_path / "home/course/grading.toml"
    config.write_text(config.read_text().replace('"en"', '"es"'))
    page = tmp_path / "page.html"
    explain(tmp_path / "home", capsys, *words, "--page", f"{page}")
    assert "quedó fuera (no termina a tiempo)" in page.read_text(encoding="utf-8")


def write_loop(folder: Path) -> None:
    """Write a hand-in of `wrong` whose module has nothing but a loop without an end."""
    folder.mkdir()
    (folder / "wrong.py").write_text("while True:\n    pass\n")


def test_the_arguments_of_a_scenario_are_code() -> None:
    names: dict[str, Any] = {"torch": torch}
    exec(arguments_as_code([[1], {"size": 2}]), names)
    assert (names["arguments"], names["options"]) == ((1,), {"size": 2})


def test_another_version_of_the_file_is_told(graded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(graded / "class", tmp_path / "class")
    file = tmp_path / "class/wrong.py"
    file.write_text(file.read_text().replace("matrix[-1]", "matrix[-1:]"))
    text = explain(graded, capsys, "wrong", "last_row", "--class", f"{tmp_path / 'class'}")
    assert "another version of the file" in text
    assert "grade again" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nobody", "double"], 'nobody in this class goes by "nobody"'),
        (["wrong", "dubble"], "Did you mean: double"),
        (["wrong", "double", "--class", "/nowhere"], "there is nothing now"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(
    graded: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main(["explain", *words, *_options(graded)]) == 2
    assert says in capsys.readouterr().err
