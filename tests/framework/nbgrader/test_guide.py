"""docs/nbgrader.md followed to the letter: its own commands, in their order, by a teacher and a student."""

from __future__ import annotations

import ast
import csv
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser import COMMAND, Browser
from support.jupyter_lab import Notebook, jupyter_lab
from support.nbgrader_course import cell_of, read
from support.paths import ROOT
from support.two_people import Person, why_one_user

pytestmark = pytest.mark.slow

_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
GUIDE = (ROOT / "docs/nbgrader.md").read_text(encoding="utf-8")
TOPIC = "tensors"  # the guide's own
# Of the shipped course: the guide's own topic, four more by the same commands, and what a student has right in each.
RIGHT = {
    "tensors": ("first_tensors", "grid"),
    "operations": ("elementwise", "nudge"),
    "broadcasting": ("outer_sum",),
    "matmul": ("two_products",),
    "autograd": ("slope_at", "value_and_gradient"),
}
WRONG = "def from_nested(data, dtype=None):\n    return [data]\n"


def grading() -> dict[str, Any]:
    return tomllib.loads((ROOT / "grading.toml").read_text(encoding="utf-8"))


def points(topic: str, exercises: Container[str] | None = None) -> float:
    """Return what a topic's exercises are worth: these, or all."""
    (found,) = [found for found in grading()["topics"] if found["name"] == topic]
    worth = {exercise["name"]: exercise["points"] for exercise in found["exercises"]}
    return float(sum(number for name, number in worth.items() if exercises is None or name in exercises))


def write_five_topics(course: Path) -> None:
    """Write the shipped course in English, with five of its topics."""
    for folder in ("exercises", "graders", "reference", "locale"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__", ".antorcha*"))
    first, *topics = (ROOT / "grading.toml").read_text(encoding="utf-8").split("[[topics]]\n")
    kept = [text for text in topics if text.partition('"')[2].partition('"')[0] in RIGHT]
    assert len(kept) == len(RIGHT)
    text = "[[topics]]\n".join([first.replace('language = "es"', 'language = "en"'), *kept])
    (course / "grading.toml").write_text(text, encoding="utf-8")


def blocks(heading: str, language: str) -> list[str]:
    """Return the commands or lines of configuration that the page shows below a heading, in their order."""
    parts = _HEADING.split(GUIDE)
    found = [block for kind, block in _BLOCK.findall(parts[parts.index(heading) + 1]) if kind == language]
    assert found, f"docs/nbgrader.md has no {language} below {heading}"
    return found


def for_other_topics(commands: str) -> str:
    """Return the commands that bring the other topics to their marks: those that name the guide's, with their names."""
    lines = [line for line in commands.splitlines() if TOPIC in line and not re.search("validate|feedback", line)]
    return "\n".join("\n".join(lines).replace(TOPIC, topic) for topic in RIGHT if topic != TOPIC)


def reference_answers(topic: str) -> dict[str, str]:
    """Return what a student answers who has some exercises of a topic right: the reference's functions."""
    text = (ROOT / f"reference/{topic}.py").read_text(encoding="utf-8")
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    return {name: ast.unparse(functions[name]) for name in RIGHT[topic]}


def answer(notebook: Path, answers: dict[str, str]) -> None:
    """Write a student's answers into a fetched notebook."""
    document = read(notebook)
    for name, code in answers.items():
        cell_of(document, f"solution_{name}")["source"] = code
    notebook.write_text(json.dumps(document), encoding="utf-8")


class Followed:
    """The whole life of five assignments by the page's commands, and what each step printed."""

    def __init__(self, root: Path) -> None:
        served = root / "srv"
        served.mkdir()
        administrator = Person("root", 0, root / "root", served)
        self.teacher = Person("antorcha-teacher", 65501, root / "teacher", served)
        self.student = Person("antorcha-student", 65502, root / "student", served)
        self._write_course()
        administrator.types(blocks("Release", "sh")[0].replace("sudo ", ""))
        self.released = self._both(self.teacher, self._release())
        with (self.teacher.home / "nbgrader-course/nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write("\n" + blocks("Late work", "python")[0])
        self.worked = self._work()
        # What the page names as the other way: from the assignment's own folder.
        self.validated_inside = self.student.types(f"(cd {TOPIC} && nbgrader validate {TOPIC}.ipynb)")
        self._put_into_submitted("by-hand")
        collect_to_export, fetch_feedback = blocks("Grade", "sh")
        self.graded = self._both(self.teacher, collect_to_export)
        self.fetched = self.student.types(fetch_feedback)

    def _both(self, person: Person, commands: str) -> str:
        """Type the page's commands, then those that name a topic for the others; what they printed."""
        *before, last = commands.splitlines()
        others = for_other_topics(commands)
        # What names no topic comes once, and at the end: the export is of all assignments.
        lines = [*before, others, last] if TOPIC not in last else [commands, others]
        return person.types("\n".join(lines))

    def _write_course(self) -> None:
        write_five_topics(self.teacher.home / "my-antorcha-course")
        self.teacher.own()

    def _release(self) -> str:
        """Return the page's commands, with a due date that has passed on whatever day this runs."""
        commands = blocks("Release", "sh")[1]
        assert '"2026-' in commands
        return commands.replace('"2026-', '"2020-')

    def _work(self) -> str:
        config = self.student.as_seen_here(blocks("Work", "python")[0])
        (self.student.home / "nbgrader_config.py").write_text(config, encoding="utf-8")
        self.student.own()
        fetch, *rest = blocks("Work", "sh")[0].splitlines()
        assert "fetch_assignment" in fetch
        self._both(self.student, fetch)
        for topic in RIGHT:
            answers = reference_answers(topic) | ({"from_nested": WRONG} if topic == TOPIC else {})
            answer(self.student.home / f"{topic}/{topic}.ipynb", answers)
        return self._both(self.student, "\n".join(rest))

    def _put_into_submitted(self, student: str) -> None:
        """Put a submission beside those that will be collected, as a teacher does who got it by mail."""
        course = self.teacher.home / "nbgrader-course"
        shutil.copytree(course / "release" / TOPIC, course / "submitted" / student / TOPIC)
        self.teacher.own()


@pytest.fixture(scope="module")
def followed() -> Iterator[Followed]:
    with tempfile.TemporaryDirectory(prefix="antorcha-guide-") as folder:
        Path(folder).chmod(0o755)  # two users have their homes below it
        yield Followed(Path(folder))


def test_teacher_and_student_are_two_users_of_the_machine(followed: Followed) -> None:
    if reason := why_one_user():
        pytest.skip(reason)
    assert "antorcha-student" in followed.student.types("id --user --name")
    theirs = f"cat {followed.teacher.home}/my-antorcha-course/reference/{TOPIC}.py"
    assert "Permission denied" in followed.student.types(f"{theirs} 2>&1 || true")
    assert "cheating attempt" not in followed.graded


def test_the_references_own_answers_validate(followed: Followed) -> None:
    assert "Success! Your notebook passes all the tests." in followed.released


def test_validate_tells_the_student_what_is_wrong(followed: Followed) -> None:
    assert "VALIDATION FAILED ON " in followed.worked
    assert "Your answer is of type list; it should be torch.Tensor." in followed.worked
    assert "constants: not started yet" in followed.worked
    assert "Your answer is of type list; it should be torch.Tensor." in followed.validated_inside


def test_the_export_holds_marks_and_the_penalty_of_the_pages_plugin(followed: Followed) -> None:
    with (followed.teacher.home / "nbgrader-course/grades.csv").open(encoding="utf-8") as file:
        found = {
            (row["assignment"], row["student_id"]): [
                float(row[key]) for key in ("raw_score", "max_score", "late_submission_penalty")
            ]
            for row in csv.DictReader(file)
        }
    name = followed.student.login
    assert {topic: marks for (topic, student), marks in found.items() if student == name} == {
        topic: pytest.approx([points(topic, right), points(topic), points(topic, right)])
        for topic, right in RIGHT.items()
    }
    assert found[TOPIC, "by-hand"] == [0.0, points(TOPIC), 0.0]


def test_a_submission_that_no_exchange_has_seen_is_named_when_feedback_is_released(followed: Followed) -> None:
    (line,) = [line for line in followed.graded.splitlines() if "by-hand: not submitted through the exchange" in line]
    assert line.endswith("feedback/by-hand/tensors")
    assert "Traceback" not in followed.graded


def test_the_student_has_fetched_the_feedback(followed: Followed) -> None:
    (page,) = (followed.student.home / TOPIC / "feedback").glob("*/*.html")
    text = page.read_text(encoding="utf-8")
    assert "first_tensors: 2 / 2" in text
    assert "from_nested: 0 / 1" in text


def test_no_step_shows_a_traceback(followed: Followed) -> None:
    assert "Traceback" not in followed.released + followed.worked + followed.graded + followed.fetched


# --------------------------------------------------------------------------------- the same course, seen in a browser

browser_needed = pytest.mark.skipif(COMMAND is None, reason="no headless browser here")


@pytest.fixture(scope="module")
def formgrader(followed: Followed) -> Iterator[tuple[Browser, str]]:
    """JupyterLab as the teacher started it in the course's folder, and a browser."""
    teacher = followed.teacher
    assert teacher.here.name == "nbgrader-course"
    with jupyter_lab(teacher.starts, teacher.home) as address, Browser(teacher.home / "profile") as browser:
        yield browser, address


@pytest.fixture(scope="module")
def students_lab(followed: Followed) -> Iterator[str]:
    """The address of JupyterLab as the student started it at home."""
    student = followed.student
    student.types(f"cd {student.home}")
    with jupyter_lab(student.starts, student.home) as address:
        yield address


def number(value: float) -> str:
    return f"{value:g}"


@browser_needed
@pytest.mark.parametrize("topic", RIGHT)
def test_the_teacher_reads_the_marks_of_each_topic_in_formgrader(formgrader: tuple[Browser, str], topic: str) -> None:
    browser, address = formgrader
    marks = f"{number(points(topic, RIGHT[topic]))} / {number(points(topic))}"
    browser.open(f"{address}/formgrader/gradebook/{topic}/{topic}")
    row = f"[...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes({json.dumps(marks)}))"
    browser.click(f"{row}?.querySelector('a')")
    for name in RIGHT[topic]:
        mark = browser.wait_for(f"document.querySelector('#points_{name}')?.placeholder", f"the mark of {name}")
        assert float(mark) == points(topic, (name,))


@browser_needed
@pytest.mark.parametrize("topic", RIGHT)
def test_the_student_runs_a_wrong_and_a_right_answer_of_each_topic_in_jupyterlab(
    students_lab: str, topic: str, tmp_path: Path
) -> None:
    name, *_ = RIGHT[topic]
    check = f'check("{name}")'
    with Browser(tmp_path / "profile") as browser:
        notebook = Notebook.opened(browser, f"{students_lab}/lab/tree/{topic}/{topic}.ipynb")
        notebook.run("import torch")
        notebook.run(f"def {name}(", f"def {name}(*args, **kwargs):\n    return 'nothing'\n")
        notebook.run(check)
        said = notebook.output(check)
        assert said.startswith(f"✗ {name}: visible tests passed: 0 of ")
        assert "Your answer is of type str" in said
        assert "Traceback" not in said
        notebook.run(f"def {name}(", reference_answers(topic)[name])
        notebook.run(check)
        assert notebook.output(check).startswith(f"✓ {name}: visible tests passed: ")
