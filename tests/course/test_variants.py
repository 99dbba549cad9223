"""Known mistakes: the shipped course has them for every exercise, and a student who makes one reads its message."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.i18n.catalog import SOURCE_LANGUAGE, course_catalog
from antorcha.plugin.answers import reference_mistakes
from antorcha.translation.extract import course_messages, student_messages
from antorcha.variants import Variant

COURSE = load_course(ROOT)
EXERCISES = [(topic.name, exercise.name) for topic in COURSE.topics for exercise in topic.exercises]

# Known mistakes and a right answer.
HAND_IN = """
import torch


def inclusive_range(start, stop, step=1):
    return torch.tensor(list(range(start, stop, step)))


def grid(start, stop, count):
    return torch.linspace(start, stop, count)


def number_from(t):
    return round(t.item(), 2)


def describe(t):
    shape = t.size
    count = t.nelement()
    return dict(elements=count, shape=shape, ndim=t.dim(), dtype=t.dtype, device="cpu")
"""


@cache
def _variants(topic: str) -> list[Variant]:
    known_mistakes = reference_mistakes(COURSE, topic)
    return known_mistakes.all() if known_mistakes else []


def _message(topic: str, name: str) -> str:
    return next(variant.message for variant in _variants(topic) if variant.name == name)


@pytest.mark.parametrize(("topic", "exercise"), EXERCISES)
def test_every_exercise_has_other_right_answers_and_known_mistakes(topic: str, exercise: str) -> None:
    its = [variant for variant in _variants(topic) if variant.exercise == exercise]
    assert sum(not variant.is_wrong for variant in its) >= 2
    assert sum(variant.is_wrong for variant in its) >= 2


@pytest.mark.parametrize("topic", [topic.name for topic in COURSE.topics])
def test_no_helper_of_one_exercise_takes_the_place_of_another_ones(topic: str) -> None:
    tree = ast.parse((COURSE.variants_dir / f"{topic}.py").read_text(encoding="utf-8"))
    defined = Counter(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    assert [name for name, times in defined.items() if times > 1] == []


@pytest.mark.parametrize("topic", [topic.name for topic in COURSE.topics])
def test_names_and_messages_are_one_mistake_s_own(topic: str) -> None:
    variants = _variants(topic)
    assert len({variant.name for variant in variants}) == len(variants)
    # A message is written once for an exercise: ways to write the same mistake share a constant.
    exercises = {
        message: {variant.exercise for variant in variants if variant.is_wrong and variant.message == message}
        for message in {variant.message for variant in variants if variant.is_wrong}
    }
    written = _written(topic)
    assert {message: count for message, count in written.items() if count > len(exercises.get(message, ()))} == {}
    assert exercises.keys() <= written.keys()


def _written(topic: str) -> Counter[str]:
    """Return how often each message stands in a topic's file of variants."""
    tree = ast.parse((COURSE.variants_dir / f"{topic}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"]
    return Counter(ast.literal_eval(call.args[0]) for call in calls)


def _code(text: str) -> set[str]:
    assert text.count("`") % 2 == 0, text
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("language", [language for language in COURSE.languages if language != SOURCE_LANGUAGE])
def test_every_mistake_is_explained_in_every_language(language: str) -> None:
    catalog = course_catalog(COURSE, language)
    wrong = [variant for topic in COURSE.topics for variant in _variants(topic.name) if variant.is_wrong]
    untranslated = [variant.name for variant in wrong if catalog.gettext(variant.message) == variant.message]
    # A translation may name more code than its source ("reshaped" has no verb in Spanish), but it loses none.
    code_lost = [
        variant.name for variant in wrong if not _code(variant.message) <= _code(catalog.gettext(variant.message))
    ]
    assert wrong
    assert untranslated == []
    assert code_lost == []


def test_messages_of_mistakes_are_the_course_s_and_never_the_student_s() -> None:
    message = _message("tensors", "size_not_called")
    assert message in {found.message for found in course_messages(COURSE)}
    assert message not in {found.message for found in student_messages(COURSE)}


@pytest.mark.parametrize("language", ["en", "es"])
def test_pytest_exercises_explains_a_known_mistake(language: str, tmp_path: Path) -> None:
    hand_in = tmp_path / "tensors.py"
    hand_in.write_text(HAND_IN, encoding="utf-8")
    said = _pytest_exercises(hand_in, language)
    translate = course_catalog(COURSE, language).gettext
    for name in ("end_left_out", "size_not_called", "rounded"):
        assert translate(_message("tensors", name)) in said
    # Within the usual tolerance the two answer alike, but this check allows none.
    assert translate(_message("tensors", "always_a_float")) not in said
    of_the_right_one = [variant for variant in _variants("tensors") if variant.exercise == "grid" and variant.is_wrong]
    assert [variant.name for variant in of_the_right_one if translate(variant.message) in said] == []


def _pytest_exercises(hand_in: Path, language: str) -> str:
    """What a student reads, with its lines joined."""
    tests = ["exercises/test_tensors.py", "-k", "inclusive_range or grid or describe or number_from"]
    options = ["-p", "no:cacheprovider", "--antorcha-student", str(hand_in), "--antorcha-language", language]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *tests, *options], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.stdout, ran.stderr
    return re.sub(r"\s+", " ", ran.stdout)
