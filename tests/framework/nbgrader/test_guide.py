"""docs/nbgrader.md followed to the letter: its own commands, in their order, by a teacher and a student."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.nbgrader_course import DOUBLE, cell_of, read, write_course
from support.paths import ROOT
from support.two_people import Person, why_one_user

pytestmark = pytest.mark.slow

_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
GUIDE = (ROOT / "docs/nbgrader.md").read_text(encoding="utf-8")
TOPIC, OTHER = "tensors", "vectors"  # the guide's own, and another one by the same commands
VECTORS = {
    "reference": 'import torch\n\n\ndef total(x: torch.Tensor) -> torch.Tensor:\n    """Return the sum."""\n'
    "    return x.sum()\n",
    "exercises/test": 'import torch\n\n\ndef test_total(agree):\n    agree("total", torch.ones(2))\n',
    "graders/test": 'import torch\n\n\ndef test_total_of_three(agree):\n    agree("total", torch.ones(3))\n',
}


def blocks(heading: str, language: str) -> list[str]:
    """Return the commands or lines of configuration that the page shows below a heading, in their order."""
    parts = _HEADING.split(GUIDE)
    found = [block for kind, block in _BLOCK.findall(parts[parts.index(heading) + 1]) if kind == language]
    assert found, f"docs/nbgrader.md has no {language} below {heading}"
    return found


def for_other_topic(commands: str) -> str:
    """Return the commands that bring another topic to its marks: those that name the guide's, with the other's name."""
    lines = [line for line in commands.splitlines() if TOPIC in line and not re.search("validate|feedback", line)]
    return "\n".join(lines).replace(TOPIC, OTHER)


def answer(notebook: Path, answers: dict[str, str]) -> None:
    """Write a student's answers into a fetched notebook."""
    document = read(notebook)
    for name, code in answers.items():
        cell_of(document, f"solution_{name}")["source"] = code
    notebook.write_text(json.dumps(document), encoding="utf-8")


class Followed:
    """The whole life of two assignments by the page's commands, and what each step printed."""

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
        self._put_into_submitted("by-hand")
        collect_to_export, fetch_feedback = blocks("Grade", "sh")
        self.graded = self._both(self.teacher, collect_to_export)
        self.fetched = self.student.types(fetch_feedback)

    def _both(self, person: Person, commands: str) -> str:
        """Type the page's commands, then those that name a topic for the other one; what they printed."""
        *before, last = commands.splitlines()
        others = for_other_topic(commands)
        # What names no topic comes once, and at the end: the export is of all assignments.
        lines = [*before, others, last] if TOPIC not in last else [commands, others]
        return person.types("\n".join(lines))

    def _write_course(self) -> None:
        course = write_course(self.teacher.home / "my-antorcha-course", TOPIC)
        for name, text in VECTORS.items():
            stem = f"{name}_{OTHER}.py" if "/" in name else f"{name}/{OTHER}.py"
            (course / stem).write_text(text, encoding="utf-8")
        with (course / "grading.toml").open("a", encoding="utf-8") as file:
            file.write(f'[[topics]]\nname = "{OTHER}"\nexercises = [{{ name = "total" }}]\n')
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
        answer(
            self.student.home / f"{TOPIC}/{TOPIC}.ipynb", {"double": DOUBLE, "halves": "def halves(x):\n    return x\n"}
        )
        answer(self.student.home / f"{OTHER}/{OTHER}.ipynb", {"total": "def total(x):\n    return sum(x)\n"})
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
    assert "VALIDATION FAILED ON 2 CELL(S)" in followed.worked
    assert "The values differ in 2 of 2 elements." in followed.worked
    assert "Counter: not started yet" in followed.worked


def test_the_export_holds_marks_and_the_penalty_of_the_pages_plugin(followed: Followed) -> None:
    with (followed.teacher.home / "nbgrader-course/grades.csv").open(encoding="utf-8") as file:
        found = {
            (row["assignment"], row["student_id"]): [
                float(row[key]) for key in ("raw_score", "max_score", "late_submission_penalty")
            ]
            for row in csv.DictReader(file)
        }
    name = followed.student.login
    assert {key: marks for key, marks in found.items() if key[1] == name} == {
        (TOPIC, name): [1.0, 4.5, 1.0],
        (OTHER, name): [1.0, 1.0, 1.0],
    }
    assert found[TOPIC, "by-hand"] == [0.0, 4.5, 0.0]


def test_a_submission_that_no_exchange_has_seen_is_named_when_feedback_is_released(followed: Followed) -> None:
    (line,) = [line for line in followed.graded.splitlines() if "by-hand: not submitted through the exchange" in line]
    assert line.endswith("feedback/by-hand/tensors")
    assert "Traceback" not in followed.graded


def test_the_student_has_fetched_the_feedback(followed: Followed) -> None:
    (page,) = (followed.student.home / TOPIC / "feedback").glob("*/*.html")
    text = page.read_text(encoding="utf-8")
    assert "double: 1 / 1" in text
    assert "halves: 0 / 2" in text


def test_no_step_shows_a_traceback(followed: Followed) -> None:
    assert "Traceback" not in followed.released + followed.worked + followed.graded + followed.fetched
