"""A learner's progress: what the checks that ran say of each exercise, in the course's own order."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from antorcha.course.model import Exercise, Topic
from antorcha.errors import UserError
from antorcha.explain import explain
from antorcha.plugin.check import RESULT_PROPERTY
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.test_folder import Origin, TestFolder
from antorcha.results import Diagnosis, Verdict

# "answered": a quiz or an essay, which nobody judges at home; "new": nobody has worked on it; "unseen": not run now.
State = Literal["done", "answered", "wrong", "new", "unseen"]


@dataclass(frozen=True)
class Line:
    """An exercise as a line of the view. `mistake`: the sentence again, where it is that of a known mistake."""

    topic: str
    exercise: str
    state: State
    sentence: str = ""
    mistake: str = ""


def results_in(reports: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the check results that reports carry, from this process or from xdist's workers."""
    return (result for report in reports if (result := result_of(report)) is not None)


def result_of(report: Any) -> dict[str, Any] | None:
    """Return the check result that a report carries; `None` where it is no check's."""
    result: dict[str, Any] | None = dict(getattr(report, "user_properties", ())).get(RESULT_PROPERTY)
    return result


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
    failed = most_telling(results)
    sentence = explain(Diagnosis(**failed["diagnosis"]), language, full=True)
    return Line(topic, exercise, "wrong", sentence, sentence if failed["diagnosis"]["kind"] == "variant" else "")


def most_telling(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result that says most of an exercise that is wrong: a known mistake, else the first that failed."""
    failed = [result for result in results if result["verdict"] != Verdict.PASSED]
    begun = [result for result in failed if result["verdict"] != Verdict.NOT_STARTED] or failed
    return next((result for result in begun if result["diagnosis"]["kind"] == "variant"), begun[0])


def bar(lines: list[Line], width: int) -> str:
    """Return how much of a topic is done, and how much answered, as a bar of so many characters."""
    done = sum(line.state == "done" for line in lines)
    answered = sum(line.state == "answered" for line in lines)
    full = width * done // max(1, len(lines))
    shaded = width * (done + answered) // max(1, len(lines)) - full
    return "█" * full + "▒" * shaded + "░" * (width - full - shaded)


def next_line(lines: list[Line]) -> Line | None:
    """Return the exercise to work on now: the first that is wrong, else the first that nobody has begun."""
    return next((line for state in ("wrong", "new") for line in lines if line.state == state), None)


def note_on_the_file(grading: GradingSession, test_folder: TestFolder, topic: str) -> Diagnosis | None:
    """Return the diagnosis of a topic's file as a whole, or `None` where all of it counts."""
    known = test_folder.course.topic(topic)
    if known is None or not grading.given.has_file(test_folder.course, topic):
        return None
    try:
        return grading.under_test(Origin(test_folder, known, hidden=False)).runner.whole_file()
    except UserError:  # each of its tests has said so
        return None


def location(grading: GradingSession, test_folder: TestFolder, line: Line) -> str:
    """Return `exercises/tensors.py:12`, relative to where the student stands."""
    topic = test_folder.course.topic(line.topic)
    path = grading.given.file_shown(test_folder, topic) if topic else test_folder.exercises
    note = note_on_the_file(grading, test_folder, line.topic)
    number = line_of(path, line.exercise) or (note.details.get("line") if note is not None else None)
    shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
    return f"{shown}:{number}" if number else shown


def line_of(path: Path, name: str) -> int | None:
    """Return the line of a function or a class in a module, from 1; `None` where there is none, as in a notebook."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return next((node.lineno for node in body if isinstance(node, kinds) and node.name == name), None)
