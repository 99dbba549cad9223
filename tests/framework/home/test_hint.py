"""Hints as a student asks for them: step by step, through each door, and counted on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.released import released_mini_course

from antorcha.course.load import load_course
from antorcha.home.folder import student_folder
from antorcha.home.reset import reset
from antorcha.release.frozen import freeze

HINTS = """\
## double

1. Which elements change?
2. See **Numbers and tensors** in the lesson.
3. One operator does it, element by element.

## average

1. Which dtype?
2. See **Numbers and tensors**.
3. One method.

## last_row

1. Which shape?
2. See **Numbers and tensors**.
3. One slice.
"""
VARIANTS = """\
from antorcha.variants import N_, wrong


@wrong("double", N_("You multiplied by three. Count again."))
def tripled(x):
    return x * 3
"""


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """The released folder of a small course with hints and a known mistake."""
    released_mini_course(tmp_path, course_files={"hints/warmup.md": HINTS, "variants/warmup.py": VARIANTS})
    folder = tmp_path / "given"
    frozen = freeze(load_course(tmp_path / "course"))
    for kind, recorded in (("answers", frozen.answers), ("mistakes", frozen.mistakes)):
        (folder / "exercises" / "_antorcha" / kind).mkdir(exist_ok=True)
        for name, data in recorded.items():
            (folder / "exercises" / "_antorcha" / kind / f"{name}.bin").write_bytes(data)
    return folder


def run(given: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "ANTORCHA_LANG"}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=given, capture_output=True, text=True, env=environment, timeout=120
    )
    return done.stdout + done.stderr


def hint(given: Path, name: str = "double") -> str:
    return run(given, "antorcha.cli.main", "hint", name)


def answer(given: Path, code: str) -> None:
    module = given / "exercises" / "warmup.py"
    module.write_text(module.read_text("utf-8").replace("    raise NotImplementedError", f"    {code}", 1), "utf-8")


def test_each_call_shows_one_step_more(given: Path) -> None:
    assert hint(given) == "Hint 1 of 3 for double\n  1. Which elements change?\nAsk again for the next one.\n"
    assert '2. See "Numbers and tensors" in the lesson.' in hint(given)
    hint(given)
    last = hint(given)
    assert last.startswith("Hint 3 of 3 for double\n  1. Which")
    assert last.endswith("3. One operator does it, element by element.\nThese are all the hints that there are.\n")
    assert hint(given, "average").startswith("Hint 1 of 3 for average\n")


def test_pytest_shows_the_hint_of_the_exercise_to_work_on_now(given: Path) -> None:
    assert "Hint" not in run(given, "pytest", "exercises")
    assert not (given / ".antorcha").exists(), "nothing is written before there is something to remember"
    text = run(given, "pytest", "exercises", "--hint")
    assert "Hint 1 of 3 for double\n  1. Which elements change?\n" in text
    answer(given, "return x * 2")
    assert "Hint 1 of 3 for average" in run(given, "pytest", "exercises", "--hint")


def test_the_mistake_that_was_recognised_is_the_last_step(given: Path) -> None:
    answer(given, "return x * 3")
    run(given, "pytest", "exercises")
    for _ in range(3):
        assert "three" not in hint(given)
    assert "4. About your last answer: You multiplied by three. Count again." in hint(given)
    reset(student_folder(given), "warmup", "double")
    answer(given, "return x * 2")
    run(given, "pytest", "exercises")
    assert hint(given).startswith("Hint 3 of 3")


def test_the_count_is_never_handed_in(given: Path) -> None:
    answer(given, "return x * 2")
    hint(given)
    assert (given / ".antorcha" / ".gitignore").read_text("utf-8") == "*\n"
    assert run(given, "antorcha.cli.main", "submit-check").count("hint") == 0
    (archive,) = given.glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == ["warmup.py"]


def test_a_damaged_count_begins_anew_and_a_wrong_name_is_told(given: Path) -> None:
    hint(given)
    (given / ".antorcha" / "hints.json").write_text("[", "utf-8")
    assert hint(given).startswith("Hint 1 of 3")
    assert hint(given, "doubel") == "antorcha: there is no exercise doubel here\n  did you mean double?\n"


def test_the_help_of_students_commands_is_in_the_language_of_the_folder(tmp_path: Path) -> None:
    folder = released_mini_course(tmp_path, "es")
    for command in ("watch", "hint", "submit-check", "update", "run"):
        text = run(folder, "antorcha.cli.main", command, "--help")
        assert text.startswith(f"uso: antorcha {command}"), text
        assert "mostrar esta ayuda y terminar" in text
        assert "show this" not in text
    assert "usage: antorcha watch" in run(tmp_path, "antorcha.cli.main", "watch", "--help")


def test_a_folder_without_hints_says_so(tmp_path: Path) -> None:
    assert hint(released_mini_course(tmp_path)) == (
        "There are no hints for double.\nRead its text and its lesson again.\n"
    )
