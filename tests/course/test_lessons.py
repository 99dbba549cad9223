"""Every example that a student reads, in a lesson or in an exercise's docstring, prints what it says it prints."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

from antorcha.course.load import load_course

LESSONS = sorted((ROOT / "reference" / "lessons").glob("*.md"))
REFERENCES = sorted(path for path in (ROOT / "reference").glob("*.py") if not path.stem.endswith("_variants"))

FENCED_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _failures(test: doctest.DocTest) -> str:
    """What doctest has to say about the examples that print something else; the empty string if there is none."""
    torch.manual_seed(1729)
    report: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    return "".join(report)


def _lesson_test(text: str, name: str) -> doctest.DocTest:
    """The fenced Python of a lesson as one doctest; all else is blanked, so that line numbers stay the lesson's."""
    kept = [""] * (text.count("\n") + 1)
    for fence in FENCED_PYTHON.finditer(text):
        first = text.count("\n", 0, fence.start(1))
        for offset, line in enumerate(fence.group(1).splitlines()):
            kept[first + offset] = line
    return doctest.DocTestParser().get_doctest("\n".join(kept), {}, name, name, 0)


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"lesson_example_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_prints_what_it_says(path: Path) -> None:
    test = _lesson_test(path.read_text(encoding="utf-8"), path.name)
    assert test.examples, "the lesson has no example"
    assert _failures(test) == ""


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_docstring_prints_what_it_says(path: Path) -> None:
    module = _load(path)
    tests = [test for test in doctest.DocTestFinder().find(module, path.stem) if test.examples]
    assert tests, "no exercise has an example"
    assert [failure for failure in map(_failures, tests) if failure] == []


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_every_exercise_has_an_example(path: Path) -> None:
    module = _load(path)
    topic = load_course(ROOT).topic(path.stem)
    quizzes = topic.quizzes if topic else ()  # an example would tell an answer
    bare = [
        name
        for name, member in inspect.getmembers(module, lambda it: inspect.isfunction(it) or inspect.isclass(it))
        if member.__module__ == module.__name__
        and not name.startswith("_")
        and ">>>" not in (member.__doc__ or "")
        and name not in quizzes
    ]
    assert bare == []


def test_a_wrong_output_is_found() -> None:
    """The checks above can fail."""
    text = "# Title\n\n```python\n>>> 1 + 1\n3\n```\n\n```python\n>>> 2 + 2\n4\n```\n"
    report = _failures(_lesson_test(text, "wrong.md"))
    assert "line 4" in report
    assert report.count("Failed example") == 1
