"""The view at the end: each topic's progress, what is wrong, and what to do next."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from antorcha.course.model import Exercise, Topic
from antorcha.errors import UserError
from antorcha.explain import explain
from antorcha.i18n import N_, translate
from antorcha.plugin.check import RESULT_PROPERTY
from antorcha.plugin.grading_session import GRADING_SESSION, GradingSession
from antorcha.plugin.test_folder import Origin, TestFolder
from antorcha.results import Diagnosis, Verdict

_BAR = 20  # characters
ANSWERED = N_("answered; it is graded when you hand it in")


@dataclass(frozen=True)
class Line:
    """An exercise as a line of the view."""

    topic: str
    exercise: str
    state: str  # "done", "answered" (a quiz or an essay, which nobody judges at home), "wrong", "new" or "unseen"
    sentence: str = ""


def results_in(reports: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the check results that reports carry, from this process or from xdist's workers."""
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == RESULT_PROPERTY:
                yield value


def lines_of(test_folder: TestFolder, results: list[dict[str, Any]]) -> list[Line]:
    """Return one line for each exercise of every topic that was run, in the course's order."""
    by_exercise: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        if result["verdict"] != Verdict.NOT_TESTED:  # on a device that is not here
            by_exercise.setdefault((result["topic"], result["exercise"]), []).append(result)
    seen = {result["topic"] for result in results}
    return [
        _line(topic, exercise, by_exercise.get((topic.name, exercise.name), []), test_folder.language)
        for topic in test_folder.course.topics
        if topic.name in seen
        for exercise in topic.exercises
        # An essay need not have a test.
        if not exercise.is_essay or (topic.name, exercise.name) in by_exercise
    ]


def _line(of_topic: Topic, known: Exercise, results: list[dict[str, Any]], language: str) -> Line:
    topic, exercise = of_topic.name, known.name
    verdicts = [result["verdict"] for result in results]
    if not results:
        return Line(topic, exercise, "unseen")
    if all(verdict == Verdict.PASSED for verdict in verdicts):
        judged = known.kind != "quiz" or any(result.get("hidden") for result in results)
        return Line(topic, exercise, "done" if judged and not known.is_essay else "answered")
    if all(verdict == Verdict.NOT_STARTED for verdict in verdicts):
        return Line(topic, exercise, "new")
    begun = [result for result in results if result["verdict"] not in (Verdict.PASSED, Verdict.NOT_STARTED)]
    failed = begun[0] if begun else next(result for result in results if result["verdict"] != Verdict.PASSED)
    return Line(topic, exercise, "wrong", explain(Diagnosis(**failed["diagnosis"]), language, full=True))


def show(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the view under pytest's own summary."""
    grading = config.stash[GRADING_SESSION]
    results = list(results_in(report for reports in reporter.stats.values() for report in reports))
    test_folder = next(iter(grading.test_folders()), None)
    if test_folder is None or not results:
        return
    lines = lines_of(test_folder, results)
    say = partial(translate, language=test_folder.language)
    reporter.write_sep("=", f"Antorcha · {test_folder.course_text(test_folder.course.title)}", bold=True)
    for topic in dict.fromkeys(line.topic for line in lines):
        _show_topic(reporter, grading, test_folder, topic, [line for line in lines if line.topic == topic], say)
    unfinished = next((line for line in lines if line.state in ("wrong", "new")), None)
    if unfinished is not None:
        where = _location(grading, test_folder, unfinished)
        reporter.write_line(say(N_("Next: {name} ({where})")).format(name=unfinished.exercise, where=where), cyan=True)
    elif all(line.state in ("done", "answered") for line in lines):
        reporter.write_line(
            say(N_("All of these tests pass. Well done! Your mark comes from these tests and from others.")), green=True
        )


def _show_topic(
    reporter: pytest.TerminalReporter,
    grading: GradingSession,
    test_folder: TestFolder,
    topic: str,
    lines: list[Line],
    say: Callable[[str], str],
) -> None:
    done = sum(line.state == "done" for line in lines)
    answered = sum(line.state == "answered" for line in lines)
    full = _BAR * done // max(1, len(lines))
    shaded = _BAR * (done + answered) // max(1, len(lines)) - full
    bar = "█" * full + "▒" * shaded + "░" * (_BAR - full - shaded)
    count = say(N_("{done} of {total} exercises")).format(done=done, total=len(lines))
    unseen = sum(line.state == "unseen" for line in lines)
    waiting = " · " + say(N_("{count} answered")).format(count=answered) if answered else ""
    rest = " · " + say(N_("{count} not run this time")).format(count=unseen) if unseen else ""
    reporter.write_line(f" {topic}  {bar}  {count}{waiting}{rest}", bold=True)
    note = _note_on_the_file(grading, test_folder, topic)
    note_text = explain(note, test_folder.language, full=True) if note is not None else ""
    if note_text:
        reporter.write_line(f"   ! {note_text}", yellow=True)
    width = max(len(line.exercise) for line in lines)
    for line in lines:
        if line.state == "wrong" and line.sentence == note_text:
            continue  # the whole file cannot be read: that is said once
        if line.state == "wrong":
            first = line.sentence.splitlines()[0]
            reporter.write_line(f"   ✗ {line.exercise:<{width}}  {first}", red=True)
        elif line.state == "answered":
            reporter.write_line(f"   ? {line.exercise:<{width}}  {say(ANSWERED)}")
        elif line.state == "new":
            reporter.write_line(f"   · {line.exercise:<{width}}  {say(N_('not started'))}")


def _note_on_the_file(grading: GradingSession, test_folder: TestFolder, topic: str) -> Diagnosis | None:
    """Return the diagnosis of a topic's file as a whole, or `None` where all of it counts."""
    known = test_folder.course.topic(topic)
    if known is None or not grading.given.has_file(test_folder.course, topic):
        return None
    try:
        return grading.under_test(Origin(test_folder, known, hidden=False)).runner.whole_file()
    except UserError:  # each of its tests has said so
        return None


def _location(grading: GradingSession, test_folder: TestFolder, line: Line) -> str:
    """Return `exercises/tensors.py:12`, relative to where the student stands."""
    topic = test_folder.course.topic(line.topic)
    path = grading.given.file_shown(test_folder, topic) if topic else test_folder.exercises
    note = _note_on_the_file(grading, test_folder, line.topic)
    number = _line_of(path, line.exercise) or (note.details.get("line") if note is not None else None)
    shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
    return f"{shown}:{number}" if number else shown


def _line_of(path: Path, name: str) -> int | None:
    """Return the line of a function or a class in a module, from 1; `None` where there is none, as in a notebook."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return next((node.lineno for node in body if isinstance(node, kinds) and node.name == name), None)
