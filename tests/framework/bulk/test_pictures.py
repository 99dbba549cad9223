"""Figures that exercises draw for visible tests, in the feedback page beside what is expected."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from antorcha.compare.drawing import drawing_of
from antorcha.report.picture import picture
from antorcha.worker.facts import RecordFact

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)
pytest.importorskip("matplotlib")

GRADING = """\
title = "Drawing"
language = "en"
languages = ["en"]
preload = ["matplotlib.figure"]

[[topics]]
name = "plots"
exercises = [{ name = "curve", figure = true }, { name = "plain" }]
"""

REFERENCE = '''\
"""Plots."""

from matplotlib.figure import Figure


def curve(x, y):
    """Draw `y` against `x`."""
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot(x, y, label="y")
    axes.set_title("A curve")
    axes.legend()
    return figure


def plain(n):
    """Return `n`."""
    return n
'''

VISIBLE = """\
def test_a_curve(agree):
    agree("curve", [0.0, 1.0, 2.0], [0.0, 1.0, 4.0])


def test_plain(agree):
    agree("plain", 1)
"""

SECRET = 31337.25
HIDDEN = f"""\
def test_another_curve(agree):
    agree("curve", [0.0, 1.0], [{SECRET}, 2.0])


def test_plain(agree):
    agree("plain", 5)
"""

HAND_INS = {
    "right": REFERENCE,
    "wrong": REFERENCE.replace("plot(x, y,", "plot(x, [-one for one in y],"),
    "raises": REFERENCE.replace("    figure = Figure()", "    raise ValueError"),
    "untouched": '"""Plots."""\n\n\ndef curve(x, y):\n    """Draw `y` against `x`."""\n    raise NotImplementedError\n',
    # What a hidden check showed it must not reach the page by way of a visible one.
    "carries": REFERENCE.replace("def curve(x, y):", "seen = []\n\n\ndef curve(x, y):").replace(
        "axes.plot(x, y,", "seen.extend(y)\n    axes.plot(x, (seen * 3)[:len(x)],"
    ),
    "formula": REFERENCE.replace('"A curve"', "r'$\\frac{' + '<script>alert(1)</script>'"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("drawing")
    files = {"grading.toml": GRADING, "reference/plots.py": REFERENCE}
    files |= {"graders/test_plots.py": HIDDEN, "exercises/test_plots.py": VISIBLE}
    files |= {f"class/{student}/plots.py": code for student, code in HAND_INS.items()}
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", "class", "--quiet"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return home / "results"


def pictures(results: Path, student: str) -> list[str]:
    page = (results / "feedback" / f"{student}.html").read_text(encoding="utf-8")
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    return [base64.b64decode(picture).decode("utf-8") for picture in found]


def stored(results: Path, student: str) -> str:
    with sqlite3.connect(results / "results.db") as database:
        (row,) = database.execute("SELECT result FROM topics WHERE student = ?", (student,)).fetchall()
    return json.dumps([exercise["pictures"] for exercise in json.loads(row[0])["exercises"]])


def test_two_pictures_stand_side_by_side(results: Path) -> None:
    mine, expected = pictures(results, "right")
    assert mine == expected
    mine, expected_again = pictures(results, "wrong")
    assert expected_again == expected != mine


def test_what_is_not_drawn_is_said(results: Path) -> None:
    assert len(pictures(results, "raises")) == 1
    page = (results / "feedback/raises.html").read_text(encoding="utf-8")
    assert "your code draws no figure" in page
    assert pictures(results, "untouched") == []


def test_no_hidden_input_is_drawn(results: Path) -> None:
    assert str(SECRET) not in stored(results, "carries")
    assert len(pictures(results, "carries")) == 2


def test_texts_are_drawn_as_they_are(results: Path) -> None:
    mine, _ = pictures(results, "formula")
    assert "<script" not in mine
    assert "alert" not in (results / "feedback/formula.html").read_text(encoding="utf-8")


def test_the_same_page_again(results: Path) -> None:
    before = {path.name: path.read_bytes() for path in (results / "feedback").iterdir()}
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", "class", "--json", "--regrade"]
    done = subprocess.run(command, cwd=results.parent, capture_output=True, text=True, check=True, timeout=600)
    assert json.loads(done.stdout)["graded"] == len(HAND_INS)
    assert before == {path.name: path.read_bytes() for path in (results / "feedback").iterdir()}


@pytest.mark.parametrize("tree", [None, 3, [1, {"a": 2}], RecordFact("matplotlib.figure.Figure", (), False)])
def test_any_answer_has_a_drawing_or_none(tree: object) -> None:
    found = drawing_of(tree)
    assert found is None or found == {"title": "", "axes": []}


def test_what_cannot_be_drawn_is_no_error() -> None:
    assert picture({"title": "", "axes": [{"lines": "nonsense"}]}) == ""
