"""Hints as an author writes them: read, translated, and refused where they give something away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.paths import MINI_COURSE

from antorcha.course.load import load_course
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.sources.hint_checks import hint_complaints
from antorcha.sources.hints import read_hints
from antorcha.translation.extract import course_messages

LESSON = "# A first look\n\n## Adding, `*` and more\n\nWords.\n"
OF_DOUBLE = (
    "Which element changes?",
    "Read **Adding, `*` and more** in the lesson.",
    "An operator between a tensor and\n   a number works element by element.",
)
OTHERS = "".join(
    f"\n## {name}\n\n1. Which shape?\n2. See **A first look**.\n3. One function does it.\n"
    for name in ("average", "last_row")
)


def course_with(root: Path, *steps: str, others: str = OTHERS) -> Course:
    """Return the small course with these steps for `double`, and with proper ones for the others."""
    shutil.copytree(MINI_COURSE, root)
    for name, text in (("lessons", LESSON), ("hints", hints_of("double", steps) + others)):
        (root / "reference" / name).mkdir()
        (root / "reference" / name / "warmup.md").write_text(text, encoding="utf-8")
    return load_course(root)


def hints_of(name: str, steps: tuple[str, ...]) -> str:
    return f"## {name}\n\n" + "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))


def complaints_about(course: Course) -> list[str]:
    return hint_complaints(course, course.topics[0])


def test_hints_are_read_step_by_step_and_each_step_is_a_message(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course", *OF_DOUBLE)
    hints = read_hints(course, "warmup", lambda message, line: f"{line}: {message}")
    assert list(hints) == ["double", "average", "last_row"]
    assert hints["double"][2].text == "5: An operator between a tensor and a number works element by element."
    assert complaints_about(course) == []
    extracted = [message.message for message in course_messages(course) if message.path.parent.name == "hints"]
    assert extracted[0] == "Which element changes?"
    assert len(extracted) == 9


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("## nothing\n\n1. Why?\n", 'warmup.md:1: "nothing" is no exercise of warmup'),
        ("Hello there.\n", "warmup.md:1: neither"),
        ("## double\n\n1. Why?\n3. So.\n", "warmup.md:4: neither"),
        ("## double\n\n1. Why?\n\n```python\nx = 1\n```\n", "warmup.md:5: neither"),
        ("## double\n\n## double\n", 'warmup.md:3: "double" has hints already'),
    ],
)
def test_what_is_no_step_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    course = course_with(tmp_path / "course", others="")
    (course.reference_dir / "hints" / "warmup.md").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=complaint.replace("(", r"\(")):
        complaints_about(course)


def test_steps_and_exercises_that_are_missing_are_named(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course", *OF_DOUBLE[:2], others="")
    assert complaints_about(course) == [
        "reference/hints/warmup.md: no hints for average",
        "reference/hints/warmup.md: no hints for last_row",
        "reference/hints/warmup.md: double has 2 steps instead of 3",
    ]


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("See the lesson.", "step 2 of double names no heading of the lesson in **bold** (en)"),
        ("See **Adding**.", 'step 2 of double: the lesson has no heading "Adding" (en)'),
    ],
)
def test_the_second_step_names_a_heading_of_the_lesson(tmp_path: Path, place: str, complaint: str) -> None:
    course = course_with(tmp_path / "course", OF_DOUBLE[0], place, OF_DOUBLE[2])
    assert complaints_about(course) == [f"reference/hints/warmup.md:4: {complaint}"]


@pytest.mark.parametrize(
    ("idea", "given_away"),
    [
        ("It is `x * 2`.", "x * 2"),
        ("It is `tensor * 2`.", "x * 2"),
        ("Return `y = t * 2`.", ""),  # another line than the solution's
        ("Use the operator `*`, or `torch.mul`.", ""),
    ],
)
def test_a_line_of_the_solution_is_found_under_other_names(tmp_path: Path, idea: str, given_away: str) -> None:
    course = course_with(tmp_path / "course", *OF_DOUBLE[:2], idea)
    complaints = complaints_about(course)
    assert bool(complaints) == bool(given_away)
    assert all(given_away in complaint for complaint in complaints)


def test_a_line_of_another_right_solution_is_found_in_plain_words(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course", *OF_DOUBLE[:2], "Try torch.add(x,\n   x, alpha=1) at the end.")
    course.variants_dir.mkdir()
    (course.variants_dir / "warmup.py").write_text(
        "import torch\nfrom antorcha.variants import right\n\n\n"
        '@right("double")\ndef summed(x):\n    return torch.add(x, x, alpha=1)\n',
        encoding="utf-8",
    )
    (complaint,) = complaints_about(course)
    assert complaint.startswith("reference/hints/warmup.md:5: it holds a line of the solution: ")
    assert "torch.add(x, x, alpha=1)" in complaint


QUIZ = '''

def which(case: str) -> str:
    """Which one?

    A) The first of the situations.
    B) The second of the situations.

    Options:

    a) an answer of several words for one
    b) another answer of several words
    """
    return {"A": "a", "B": "b"}[case]


def guessed(case: str) -> tuple[int, ...]:
    """Predict the shape.

    a: torch.ones(2, 3)
    b: torch.ones(4)
    """
    return {"a": (2, 3), "b": (4,)}[case]


def alone() -> str:
    """Which one?

    a) an answer of several words for one
    b) another answer of several words
    """
    return "b"
'''


@pytest.mark.parametrize(
    ("name", "step", "found"),
    [
        ("which", "In `A` it is `a`.", True),
        ("which", "Of `A`, ask what is known.", False),
        ("which", "Of `A`, ask whether `b` could be.", False),
        ("guessed", "The shape of `torch.ones(4)` is `(4,)`.", True),
        ("guessed", "Count the arguments of `torch.ones(4)`.", False),
        ("alone", "Leave out what cannot be: `b` stays.", True),
        ("alone", "Think of another answer of several words.", True),
        ("alone", "Leave out what cannot be.", False),
    ],
)
def test_an_answer_of_a_question_is_found(tmp_path: Path, name: str, step: str, found: bool) -> None:
    root = tmp_path / "course"
    kind = {"guessed": "predict"}.get(name, "quiz")
    more = hints_of(name, (step, *OF_DOUBLE[1:]))
    course_with(root, *OF_DOUBLE, others=f"{OTHERS}\n{more}")
    with (root / "reference" / "warmup.py").open("a", encoding="utf-8") as reference:
        reference.write(QUIZ)
    grading = (root / "grading.toml").read_text(encoding="utf-8")
    row = f'    {{ name = "last_row" }},\n    {{ name = "{name}", kind = "{kind}" }},'
    grading = grading.replace('    { name = "last_row" },', row)
    (root / "grading.toml").write_text(grading, encoding="utf-8")
    complaints = complaints_about(load_course(root))
    assert bool(complaints) == found, complaints


def test_a_step_without_a_translation_is_named(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course", *OF_DOUBLE)
    grading = (course.root / "grading.toml").read_text(encoding="utf-8").replace('["en"]', '["en", "es"]')
    (course.root / "grading.toml").write_text(grading, encoding="utf-8")
    catalog = course.root / "locale" / "es" / "LC_MESSAGES"
    catalog.mkdir(parents=True)
    (catalog / "course.po").write_text('msgid "Which shape?"\nmsgstr "¿Qué forma?"\n', encoding="utf-8")
    complaints = complaints_about(load_course(course.root))
    assert "reference/hints/warmup.md:3: step 1 of double has no translation (es)" in complaints
    assert not [complaint for complaint in complaints if "step 1 of average" in complaint]
