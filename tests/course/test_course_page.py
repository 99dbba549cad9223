"""`docs/course.md` names exercises, parts of lessons and tests that there are, and leaves out no exercise."""

from __future__ import annotations

import re

import pytest
from support.paths import ROOT, TESTS

from antorcha.course.load import load_course

PAGE = (ROOT / "docs" / "course.md").read_text("utf-8")
COURSE = load_course(ROOT)
EXERCISES = {exercise.name for topic in COURSE.topics for exercise in topic.exercises}
NOTES = ("000", "001", "002", "003", "004")
SECTIONS = (*NOTES, "Beyond")
A_LESSON = re.compile(r"\[(\w+)\]\(\.\./reference/lessons/(\w+)\.md\): ([^;|]+)")


def rows(note: str) -> list[list[str]]:
    """The cells of each row of a note's table: what the notes say, exercises, lesson, test."""
    section = next(part for part in PAGE.split("\n## ")[1:] if part.startswith(note))
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("note", NOTES)
def test_every_row_leads_somewhere(note: str) -> None:
    assert len(rows(note)) >= 10
    for row in rows(note):
        assert len(row) == 4, row
        assert row[1:].count("–") <= 2, row
        assert "missing" not in " ".join(row).casefold()


@pytest.mark.parametrize("note", SECTIONS)
def test_its_exercises_exist(note: str) -> None:
    assert {name for row in rows(note) for name in names(row[1])} <= EXERCISES


@pytest.mark.parametrize("note", SECTIONS)
def test_its_parts_of_lessons_exist(note: str) -> None:
    cells = [row[2] for row in rows(note) if row[2] != "–"]
    for cell in cells:
        found = A_LESSON.findall(cell)
        assert found, cell
        for topic, file, headings in found:
            lesson = (ROOT / "reference" / "lessons" / f"{file}.md").read_text("utf-8")
            assert topic == file
            for heading in re.findall(r"\*([^*]+)\*", headings):
                assert re.search(rf"^#+ {re.escape(heading)}$", lesson, re.MULTILINE), (topic, heading)


@pytest.mark.parametrize("note", SECTIONS)
def test_its_tests_exist(note: str) -> None:
    texts = [path.read_text("utf-8") for path in sorted(TESTS.rglob("test_*.py"))]
    known = {name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}
    assert {name for row in rows(note) for name in names(row[3])} <= known


def test_every_exercise_comes_from_somewhere() -> None:
    told = {name for note in SECTIONS for row in rows(note) for name in names(row[1])}
    assert EXERCISES - told == set()
