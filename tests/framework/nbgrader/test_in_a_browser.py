"""nbgrader's formgrader and JupyterLab, as teachers and students see them: driven by clicks in a real browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from support.browser import COMMAND, Browser
from support.jupyter_lab import Notebook, jupyter_lab
from support.nbgrader_course import DOUBLE, antorcha, cell_of, environment, hand_in, nbgrader, read, write_course

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMMAND is None, reason="no headless browser here")]

WRONG = "def double(x):\n    return x\n"
QUESTION = "Why do tensors have a dtype?"
ESSAY_AND_FIGURE = '{ name = "why", points = 5, kind = "essay" }, { name = "curve", points = 2, figure = true },'
FIGURE = """


def curve():
    \"\"\"Draw a line.\"\"\"
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().plot([0, 1])
    return figure
"""
ESSAY = {  # a cell of the teacher's own, added by hand to the source notebook
    "cell_type": "markdown",
    "id": "essay",
    "metadata": {
        "nbgrader": {
            "grade": True, "grade_id": "essay", "locked": False, "points": 4, "schema_version": 3, "solution": True,
            "task": False,
        }
    },
    "source": "What did you find hard?",
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """An nbgrader course in which a student was graded, and the JupyterLab of its folder in a browser."""

    course: Path
    browser: Browser
    address: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("browser")
    course = graded_course(root)
    shutil.copytree(course / "release/bits", course / "home")
    surroundings = {**environment(), "HOME": str(root), "OMP_NUM_THREADS": "1"}

    def start(command: Sequence[str], log: IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(command, cwd=course, env=surroundings, stdout=log, stderr=log, text=True)

    with jupyter_lab(start, root) as address, Browser(root / "profile") as browser:
        yield Site(course, browser, address)


def graded_course(root: Path) -> Path:
    """Make a course with a cell of the teacher's own that is graded by hand, and grade a student in it."""
    course = root / "course"
    antorcha_course = write_course(root / "antorcha")
    grading = antorcha_course / "grading.toml"
    text = grading.read_text("utf-8").replace("exercises = [", f"exercises = [{ESSAY_AND_FIGURE}")
    grading.write_text(f'preload = ["matplotlib.figure"]\n{text}', "utf-8")
    with (antorcha_course / "reference/bits.py").open("a", encoding="utf-8") as file:
        file.write(f'{FIGURE}\n\ndef why() -> str:\n    """{QUESTION}"""\n    return "It says what a number takes."\n')
    for folder in ("exercises", "graders"):
        with (antorcha_course / folder / "test_bits.py").open("a", encoding="utf-8") as file:
            file.write('\n\ndef test_a_curve(agree):\n    agree("curve")\n')
    antorcha("release", "nbgrader", "--course", course, "--antorcha", root / "antorcha")
    source = course / "source/bits/bits.ipynb"
    notebook = read(source)
    notebook["cells"].append(ESSAY)
    source.write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(course, "generate_assignment", "bits")
    answers = {
        "double": DOUBLE,
        "halves": "def halves(x):\n    return x\n",
        "curve": FIGURE.replace("[0, 1]", "[1, 0]"),
    }
    hand_in(course, "ana", answers)
    submitted = course / "submitted/ana/bits/bits.ipynb"
    notebook = read(submitted)
    cell_of(notebook, "essay")["source"] = "Nothing at all."
    cell_of(notebook, "essay_why")["source"] = "So that each number takes as few bytes as will do."
    submitted.write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(course, "autograde", "bits")
    return course


def link(text: str) -> str:
    return f"[...document.querySelectorAll('tbody a')].find(link => link.innerText === {json.dumps(text)})"


def test_the_teacher_reads_a_mark_and_scores_essays_in_formgrader(site: Site) -> None:
    browser = site.browser
    browser.open(f"{site.address}/formgrader/gradebook")
    for text in ("bits", "bits", "Submission #1"):
        browser.click(link(text))
    mark = browser.wait_for("document.querySelector('#points_double')?.placeholder", "the mark of double")
    assert mark == "1"
    told = browser.ask("document.body.innerText")
    assert QUESTION in told
    assert "halves: 0 / 2" in told
    assert "The dtype of your answer is torch.int64; it should be torch.float32." in told
    figures = "[...document.querySelectorAll('.output_html img')].map(image => image.naturalWidth > 0)"
    assert browser.ask(figures) == [True, True]
    assert "Your figure for a visible test" in told
    for name, score in (("essay", "3.5"), ("essay_why", "4")):
        browser.click(f"document.querySelector('#{name}.needs_manual_grade')")
        browser.type(score)
        browser.leave()
        browser.wait_for(f"document.querySelector('#{name}:not(.needs_manual_grade)')?.id", "the score to be saved")
    browser.open(f"{site.address}/formgrader/gradebook/bits/bits")
    row = browser.wait_for(f"{link('Submission #1')}?.closest('tr').innerText", "the table of submissions")
    assert row.split("\t")[1:5] == ["Submission #1", "8.5 / 15.5", "1 / 6.5", "7.5 / 9"]


def test_the_student_runs_a_wrong_and_a_right_answer_in_jupyterlab(site: Site) -> None:
    notebook = Notebook.opened(site.browser, f"{site.address}/lab/tree/home/bits.ipynb")
    notebook.run("import torch")
    notebook.run("def double", WRONG)
    notebook.run('check("double")')
    said = notebook.output('check("double")')
    assert said.startswith("✗ double: visible tests passed: 0 of 1.")
    assert "The first is at index [0]: expected 2, got 1." in said
    assert "Traceback" not in said
    notebook.run("def double", DOUBLE)
    notebook.run('check("double")')
    assert notebook.output('check("double")').strip() == "✓ double: visible tests passed: 1 of 1."
