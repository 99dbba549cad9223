"""What a student can learn of a hidden check: every channel that code has, at every level of `feedback`."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from antorcha.bulk.grade import LocalEngine, course_key, grade_class
from antorcha.course.load import load_course
from antorcha.course.manifest import manifest_path, read_manifest, write_manifest
from antorcha.course.model import Course, ExerciseLimits, Feedback, Topic
from antorcha.intake.read import read_class
from antorcha.nbgrader.feedback import feedback_lines
from antorcha.report.feedback import render_html, render_markdown
from antorcha.results import CheckResult, Diagnosis, SubmissionResult, TopicResult, Verdict, score_exercise

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

LEVELS: tuple[Feedback, ...] = get_args(Feedback)
WORD, SIZE, FIRST = "zq81hidden", "31337", "424200"  # inputs of the hidden tests, and found nowhere else
MISTAKE = "You add where you should multiply."

GRADING = """\
title = "Secrets"
language = "en"
languages = ["en", "es"]

[[topics]]
name = "channels"
exercises = [{ name = "numbers" }, { name = "table" }, { name = "double" }, { name = "triple" }, { name = "tally" }]
"""

REFERENCE = '''\
"""Channels."""

import torch


def numbers(word, size):
    """Return three zeros."""
    return torch.zeros(3)


def table(word, size):
    """Return a table."""
    return {"kind": "plain"}


def tally(word, size):
    """Return a table of tables."""
    return {word: {"kind": torch.zeros(2)}, "plain": size}


def double(n):
    """Return twice `n`."""
    return 2 * n


def triple(n):
    """Return three times `n`."""
    return 3 * n
'''

VARIANTS = f'''\
"""Known mistakes."""

from antorcha.variants import wrong


@wrong("triple", "{MISTAKE}")
def triple_adds(n):
    return n + 3
'''

HIDDEN = f'''\
"""Hidden tests."""

from antorcha.strategies import integers


def test_numbers_in_private(agree):
    agree("numbers", "{WORD}", {SIZE})


def test_table_in_private(agree):
    agree("table", "{WORD}", {SIZE})


def test_tally_in_private(agree):
    agree("tally", "{WORD}", {SIZE})


def test_double_in_private(agree):
    agree.forall("double", integers({FIRST}, {FIRST} + 40), examples=3)


def test_triple_in_private(agree):
    agree.forall("triple", integers({FIRST}, {FIRST} + 40), examples=3)
'''

# What a submission does with its arguments, and which of them "everything" shows in a diagnosis.
CHANNELS = {
    "prints": ("numbers", "print(word, size)\n    return torch.zeros(2)", ()),
    "prints_errors": ("numbers", "sys.stderr.write(word)\n    return torch.zeros(2)", ()),
    "writes": ("numbers", "os.write(1, word.encode())\n    return torch.zeros(2)", ()),
    "returns_text": ("table", 'return {"kind": word}', (WORD,)),
    "returns_numbers": ("numbers", "return torch.full((3,), float(size))", (SIZE,)),
    "returns_a_shape": ("numbers", "return torch.zeros(size)", (SIZE,)),
    "returns_a_rank": ("numbers", "return torch.zeros(1, size)", (SIZE,)),
    "returns_a_length": ("table", "return [0] * size", ()),
    "returns_a_key": ("table", 'return {"kind": "plain", word: size}', (WORD,)),
    "returns_only_a_key": ("table", "return {word: size}", ()),
    "names_a_type": ("table", "return type(word, (), {})()", ()),
    "names_a_field": ("table", "return collections.namedtuple(word, word)(1)", ()),
    "raises_text": ("numbers", "raise ValueError(f'{word} {size}')", (WORD, SIZE)),
    "raises_a_type": ("numbers", "raise type(word, (Exception,), {})()", ()),
    "raises_a_type_of_its_own": ("numbers", "raise type(word, (ValueError,), {'__qualname__': word})('x')", ()),
    "asks_for_a_name": ("numbers", "return globals()[word]", (WORD,)),
    "asks_for_an_attribute": ("numbers", "return getattr(torch, word)", (WORD,)),
    "lacks_a_key": ("tally", 'return {"plain": size}', (WORD,)),
    "differs_inside": ("tally", 'return {word: {"kind": torch.ones(2)}, "plain": size}', (WORD,)),
    "none_inside": ("tally", 'return {word: {"kind": None}, "plain": size}', (WORD,)),
    "lacks_a_key_that_is_known": ("tally", "return {word: {'kind': torch.zeros(2)}}", ()),
    "runs_a_word": ("numbers", "exec(word)", (WORD,)),
    "forges_a_name": ("numbers", "raise NameError(f\"name '{word}' is not defined\")", (WORD,)),
    "forges_a_key": ("numbers", "raise KeyError(word)", (WORD,)),
    "forges_a_module": ("numbers", "raise ModuleNotFoundError(f\"No module named '{word}'\", name=word)", (WORD,)),
    "forges_shapes": (
        "numbers",
        "raise RuntimeError(f'mat1 and mat2 shapes cannot be multiplied ({size}x1 and 1x1)')",
        (SIZE,),
    ),
    "misnames": ("double", "return n\n\n\ndef tallly(word, size):\n    return {}", ()),
    "misspells": ("numbers", "return torch.zeos(3)", ()),
    "exits": ("numbers", "sys.exit(word)", ()),
    "changes_a_setting": ("numbers", "os.environ[word] = word\n    return torch.zeros(3)", ()),
    "not_right": ("double", "return n", ()),
    "known_mistake": ("triple", "return n + 3", ()),
}
HEAD = "import collections\nimport os\nimport sys\n\nimport torch\n\n\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a course, and a class with a student for every channel."""
    base = tmp_path_factory.mktemp("disclosure")
    files = {
        "course/grading.toml": GRADING,
        "course/reference/channels.py": REFERENCE,
        "course/reference/variants/channels.py": VARIANTS,
        "course/graders/test_channels.py": HIDDEN,
        "course/exercises/channels.py": REFERENCE,
    }
    for student, (exercise, body, _) in CHANNELS.items():
        parameters = "n" if exercise in ("double", "triple") else "word, size"
        files[f"class/{student}/channels.py"] = f"{HEAD}def {exercise}({parameters}):\n    {body}\n"
    for name, text in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    return base


@pytest.fixture(scope="module")
def course(desk: Path) -> Course:
    return load_course(desk / "course")


@pytest.fixture(scope="module")
def graded(desk: Path, course: Course) -> dict[str, SubmissionResult]:
    found = grade_class(course, read_class(desk / "class", course), engine=LocalEngine(2))
    return {graded.student: SubmissionResult(graded.student, (graded.result,)) for graded in found}


def texts(course: Course, level: Feedback, submission: SubmissionResult) -> list[str]:
    """All that a student may get: both pages, and what stands under nbgrader's cells."""
    course = replace(course, feedback=level)
    lines = [
        "\n".join(feedback_lines(exercise, course.feedback_of(exercise.name), course.language))
        for topic in submission.topics
        for exercise in topic.exercises
    ]
    return [render_html(course, submission), render_markdown(course, submission).replace("\\", ""), "\n".join(lines)]


def the_check(submission: SubmissionResult) -> CheckResult:
    """The check of the one exercise that the student tried."""
    tried = CHANNELS[submission.student][0]
    (check,) = next(exercise for exercise in submission.topics[0].exercises if exercise.name == tried).checks
    return check


@pytest.mark.parametrize("student", CHANNELS)
@pytest.mark.parametrize("level", LEVELS)
def test_no_channel_tells_a_hidden_input_unless_the_course_says_everything(
    level: Feedback, student: str, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    submission = graded[student]
    assert not the_check(submission).passed or student == "changes_a_setting"
    shown = CHANNELS[student][2] if level == "everything" else ()
    for text in texts(course, level, submission):
        for secret in (WORD, SIZE):
            assert (secret in text) == (secret in shown), text
        assert "in_private" not in text
        assert "test_" not in text


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("lacks_a_key", "Your answer lacks an entry that it should have."),
        ("lacks_a_key_that_is_known", "Your answer has no entry &#39;plain&#39;."),
        ("differs_inside", "Shape and type are right, but the values are not."),
        ("misspells", "module &#39;torch&#39; has no attribute &#39;zeos&#39;"),
        ("runs_a_word", "name &#39;…&#39; is not defined"),
        ("forges_shapes", "mat1 and mat2 shapes cannot be multiplied (… and …)"),
        ("forges_shapes", " A matrix product needs as many columns on the left as there are rows on the right."),
    ],
)
def test_what_the_student_could_know_is_told(
    student: str, sentence: str, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    assert sentence in texts(course, "difference", graded[student])[0]


def test_a_name_that_is_nearly_right_is_named(course: Course, graded: dict[str, SubmissionResult]) -> None:
    page = texts(course, "difference", graded["misnames"])[0]
    assert "There is no function called tally in your file. Did you mean it by tallly?" in page
    assert "There is no function called triple in your file.<" in page


@pytest.mark.parametrize(
    ("student", "secret"), [("prints", f"{WORD} {SIZE}"), ("prints_errors", WORD), ("writes", WORD)]
)
def test_what_was_printed_is_the_instructor_s(student: str, secret: str, graded: dict[str, SubmissionResult]) -> None:
    assert secret in graded[student].topics[0].output


def test_nothing_is_points_and_a_word(course: Course, graded: dict[str, SubmissionResult]) -> None:
    for submission in graded.values():
        page, markdown, lines = texts(course, "nothing", submission)
        assert "<li>" not in page
        assert not [line for line in markdown.splitlines() if line.startswith("- ")]
        assert all(": 0 / 1" in line or ": 1 / 1" in line for line in lines.splitlines())
    page, markdown, _ = texts(course, "nothing", graded["not_right"])
    assert "not right yet" in page
    assert "not right yet" in markdown


def test_nothing_does_not_count_checks(course: Course) -> None:
    checks = tuple(CheckResult(f"t::{verdict}", "double", verdict) for verdict in (Verdict.PASSED, Verdict.WRONG))
    submission = SubmissionResult("ana", (TopicResult("channels", (score_exercise("double", 1.0, checks),)),))
    assert "partly right" in texts(course, "nothing", submission)[0]
    assert "checks passed" not in texts(course, "nothing", submission)[0]
    assert "checks passed" in texts(course, "difference", submission)[0]


@pytest.mark.parametrize("student", ["not_right", "known_mistake"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_smallest_input_is_told_where_the_course_says_so(
    level: Feedback, student: str, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    name = CHANNELS[student][0]
    for text in texts(course, level, graded[student]):
        assert (f"{name} fails already for {FIRST}." in text) == (level in ("smallest", "everything")), text
        assert (FIRST in text) == (level in ("smallest", "everything")), text
        assert ("it should be" in text) == (level == "everything"), text


@pytest.mark.parametrize("level", LEVELS)
def test_no_input_is_told_to_who_wrote_nothing(
    level: Feedback, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    for text in texts(course, level, graded["prints"]):  # a file without `double` and `triple`
        assert FIRST[:4] not in text


@pytest.mark.parametrize("level", LEVELS)
def test_a_known_mistake_is_told_with_the_difference(
    level: Feedback, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    assert the_check(graded["known_mistake"]).diagnosis.kind == "variant"  # type: ignore[union-attr]
    for text in texts(course, level, graded["known_mistake"]):
        assert (MISTAKE in text) == (level != "nothing")


def test_an_exercise_has_a_level_of_its_own(
    desk: Path, tmp_path: Path, course: Course, graded: dict[str, SubmissionResult]
) -> None:
    text = GRADING.replace('{ name = "double" }', '{ name = "double", feedback = "smallest" }')
    (tmp_path / "grading.toml").write_text(text.replace("[[topics]]", 'feedback = "nothing"\n\n[[topics]]'))
    mixed = load_course(tmp_path)
    assert [mixed.feedback_of(name) for name in ("numbers", "double", "elsewhere")] == [
        "nothing",
        "smallest",
        "nothing",
    ]
    assert FIRST in render_html(mixed, graded["not_right"])
    assert MISTAKE not in render_html(mixed, graded["known_mistake"])
    assert course.feedback_of("double") == "difference"


def test_a_sentence_that_is_added_is_in_the_course_s_language(
    course: Course, graded: dict[str, SubmissionResult]
) -> None:
    for text in texts(replace(course, language="es"), "smallest", graded["not_right"]):
        assert FIRST in text
        assert "fails already" not in text


@pytest.mark.parametrize("verdict", [Verdict.GRADER_ERROR, Verdict.NOT_TESTED, Verdict.UNREADABLE])
@pytest.mark.parametrize("level", LEVELS)
def test_what_is_not_about_the_answer_stays_the_instructor_s(level: Feedback, verdict: Verdict, course: Course) -> None:
    kind = {Verdict.GRADER_ERROR: "grader_error", Verdict.NOT_TESTED: "cannot_run", Verdict.UNREADABLE: "syntax"}
    diagnosis = Diagnosis(kind[verdict], {"line": 3}, {"message": WORD, "why": WORD, "text": WORD})
    checks = (CheckResult("t::one", "double", verdict, diagnosis=diagnosis),)
    exercise = score_exercise("double", 1.0, checks)
    submission = SubmissionResult("ana", (TopicResult("channels", (exercise,), output=WORD),))
    for text in texts(course, level, submission):
        assert WORD not in text


def with_levels(course: Course, level: Feedback) -> Course:
    (topic,) = course.topics
    return replace(
        course,
        topics=(replace(topic, exercises=tuple(replace(exercise, feedback=level) for exercise in topic.exercises)),),
    )


def test_marks_do_not_depend_on_the_level(course: Course) -> None:
    key = course_key(course, "channels")
    for level in LEVELS:
        assert course_key(replace(course, feedback=level), "channels") == key
        assert course_key(with_levels(course, level), "channels") == key
    assert course_key(replace(course, seed=1), "channels") != key


def without_limits(topic: Topic) -> Topic:
    return replace(topic, exercises=tuple(replace(exercise, limits=ExerciseLimits()) for exercise in topic.exercises))


def test_a_released_folder_does_not_say_the_level(course: Course, tmp_path: Path) -> None:
    told = write_manifest(replace(with_levels(course, "everything"), feedback="smallest"), "en")
    assert told == write_manifest(course, "en")
    assert "feedback" not in told
    path = manifest_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(told, encoding="utf-8")
    # Of an exercise's limits it says one, by which a student's own computer stops a loop without end.
    told_topics = read_manifest(path).topics
    assert all(
        exercise.limits.call_cpu_seconds == course.limits.call_cpu_seconds
        for topic in told_topics
        for exercise in topic.exercises
    )
    assert tuple(map(without_limits, told_topics)) == tuple(map(without_limits, course.topics))


@pytest.mark.slow
def test_another_level_writes_the_pages_again_and_grades_nothing(desk: Path, tmp_path: Path) -> None:
    folder, hand_ins, out = tmp_path / "course", tmp_path / "class", tmp_path / "out"
    shutil.copytree(desk / "course", folder)
    for student in ("prints", "not_right"):
        shutil.copytree(desk / "class" / student, hand_ins / student)
    seen, tables = [], []
    for level in LEVELS:
        (folder / "grading.toml").write_text(f'feedback = "{level}"\n{GRADING}', encoding="utf-8")
        words = ["grade", str(hand_ins), "--course", str(folder), "--out", str(out), "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "antorcha.cli.main", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["graded"] == (2 if level == LEVELS[0] else 0)
        seen.append((out / "feedback" / "not_right.html").read_text("utf-8"))
        tables.append((out / "grades.csv").read_text("utf-8"))
        for text in (done.stdout, tables[-1], *(page.read_text("utf-8") for page in (out / "feedback").iterdir())):
            assert WORD not in text
    assert [FIRST in page for page in seen] == [False, False, True, True]
    assert len(set(seen)) == len(LEVELS)
    assert len(set(tables)) == 1
    with sqlite3.connect(out / "results.db") as database:
        assert any(WORD in output for (output,) in database.execute("SELECT output FROM topics"))
