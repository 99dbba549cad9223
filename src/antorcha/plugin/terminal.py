"""The view at the end: how far each topic is, what is wrong, and what to do next."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from antorcha.course.model import Exercise, Topic
from antorcha.i18n import N_, translate
from antorcha.messages import explain
from antorcha.plugin.keys import PROPERTY, WORKSHOP
from antorcha.plugin.workshop import Place, Workshop
from antorcha.results import Diagnosis, Verdict

_BAR = 20
ANSWERED = N_("answered; it is graded when you hand it in")


@dataclass(frozen=True)
class Line:
    """One exercise in the view."""

    topic: str
    exercise: str
    state: str  # "done", "answered" (a quiz, which only the hidden tests judge), "wrong", "new" or "unseen"
    sentence: str = ""


def results_in(reports: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The check results that reports carry, from this process or from xdist's workers."""
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == PROPERTY:
                yield value


def lines_of(place: Place, results: list[dict[str, Any]]) -> list[Line]:
    """One line for each exercise of every topic that was run, in the course's order."""
    by_exercise: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        if result["verdict"] != Verdict.NOT_TESTED:  # on a device that is not here
            by_exercise.setdefault((result["topic"], result["exercise"]), []).append(result)
    seen = {result["topic"] for result in results}
    return [
        _line(topic, exercise, by_exercise.get((topic.name, exercise.name), []), place.language)
        for topic in place.course.topics
        if topic.name in seen
        for exercise in topic.exercises
    ]


def _line(of_topic: Topic, known: Exercise, results: list[dict[str, Any]], language: str) -> Line:
    topic, exercise = of_topic.name, known.name
    verdicts = [result["verdict"] for result in results]
    if not results:
        return Line(topic, exercise, "unseen")
    if all(verdict == Verdict.PASSED for verdict in verdicts):
        judged = known.kind != "quiz" or any(result.get("hidden") for result in results)
        return Line(topic, exercise, "done" if judged else "answered")
    if all(verdict == Verdict.NOT_STARTED for verdict in verdicts):
        return Line(topic, exercise, "new")
    begun = [result for result in results if result["verdict"] not in (Verdict.PASSED, Verdict.NOT_STARTED)]
    failed = begun[0] if begun else next(result for result in results if result["verdict"] != Verdict.PASSED)
    return Line(topic, exercise, "wrong", explain(Diagnosis(**failed["diagnosis"]), language, full=True))


def show(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the view under pytest's own summary."""
    workshop = config.stash[WORKSHOP]
    results = list(results_in(report for reports in reporter.stats.values() for report in reports))
    place = _place_of(workshop)
    if place is None or not results:
        return
    lines = lines_of(place, results)
    say = _Speaker(place.language)
    reporter.write_sep("=", f"Antorcha · {workshop.course_text(place)(place.course.title)}", bold=True)
    for topic in dict.fromkeys(line.topic for line in lines):
        _show_topic(reporter, workshop, place, topic, [line for line in lines if line.topic == topic], say)
    unfinished = next((line for line in lines if line.state in ("wrong", "new")), None)
    if unfinished is not None:
        where = _location(workshop, place, unfinished)
        reporter.write_line(say(N_("Next: {name} ({where})")).format(name=unfinished.exercise, where=where), cyan=True)
    elif all(line.state in ("done", "answered") for line in lines):
        reporter.write_line(
            say(N_("All of these tests pass. Well done! Your mark comes from more tests than these.")), green=True
        )


def _show_topic(
    reporter: pytest.TerminalReporter, workshop: Workshop, place: Place, topic: str, lines: list[Line], say: _Speaker
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
    known = place.course.topic(topic)
    note = workshop.tested(place, known).runner.whole_file() if known is not None else None
    said = explain(note, place.language, full=True) if note is not None else ""
    if said:
        reporter.write_line(f"   ! {said}", yellow=True)
    width = max(len(line.exercise) for line in lines)
    for line in lines:
        if line.state == "wrong" and line.sentence == said:
            continue  # the whole file cannot be read: that is said once
        if line.state == "wrong":
            first = line.sentence.splitlines()[0]
            reporter.write_line(f"   ✗ {line.exercise:<{width}}  {first}", red=True)
        elif line.state == "answered":
            reporter.write_line(f"   ? {line.exercise:<{width}}  {say(ANSWERED)}")
        elif line.state == "new":
            reporter.write_line(f"   · {line.exercise:<{width}}  {say(N_('not started'))}")


class _Speaker:
    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, message: str) -> str:
        return translate(message, self.language)


def _place_of(workshop: Workshop) -> Place | None:
    return next((place for place in workshop.places() if place is not None), None)


def _location(workshop: Workshop, place: Place, line: Line) -> str:
    """`exercises/tensors.py:12`, relative to where the student stands."""
    topic = place.course.topic(line.topic)
    path = workshop.student_file(place, topic) if topic else place.exercises
    note = workshop.tested(place, topic).runner.whole_file() if topic else None
    number = _line_of(path, line.exercise) or (note.details.get("line") if note is not None else None)
    shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
    return f"{shown}:{number}" if number else shown


def _line_of(path: Path, name: str) -> int | None:
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return next((node.lineno for node in body if isinstance(node, kinds) and node.name == name), None)
