"""Runs a course's visible tests once with the reference as the student, and writes down every answer.

    python -m antorcha.release.recorder COURSE FOLDER

A process of its own, with the plug-ins that a student has: nothing of the caller's pytest, and no test file of one
course in the way of another's. Writes `<topic>.bin` and `report.json` into FOLDER.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from antorcha.course.load import load_course
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n.catalog import course_catalog
from antorcha.plugin.keys import CHECK, PROPERTY, WORKSHOP
from antorcha.plugin.mistakes import recorded, write_mistakes
from antorcha.plugin.oracle import write_answers
from antorcha.plugin.quizzes import require_complete
from antorcha.plugin.recognise import LiveWitness
from antorcha.plugin.workshop import live_witness
from antorcha.release.frozen import MISTAKES, REPORT_FILE, answers_only
from antorcha.results import Verdict
from antorcha.worker.device_names import with_accelerator


class Recorder:
    """A pytest plugin that gathers answers, and what keeps them from being given to students."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, dict[str, Any]]] = {}
        self.mistakes: dict[str, dict[str, dict[str, Any]]] = {}  # by topic, then by wrong variant, then by call
        self.problems: list[str] = []
        self.skipped: list[str] = []
        self._topic = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[WORKSHOP].record = self.record

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        seen: set[tuple[Path, str]] = set()
        for item in items:
            if "reference" in getattr(item, "fixturenames", ()):
                self.problems.append(f"{item.nodeid}: uses the fixture `reference`, which students do not have")
            if (item.path, item.name) in seen:  # an answer is found again by the name of its test
                self.problems.append(f"{item.nodeid}: another test in this file has the name {item.name}")
            seen.add((item.path, item.name))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(f"{report.nodeid}: cannot be collected: {_last_line(report.longreprtext)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        topic = item.config.stash[WORKSHOP].topic(item.path)
        self._topic = topic.name if topic else ""

    def record(self, key: str, digest: str, message: bytes) -> None:
        entry = {"digest": digest, "message": answers_only(message)}
        self.answers.setdefault(self._topic, {})[key] = entry

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Ask the known mistakes what the reference was asked."""
        workshop, check = item.config.stash[WORKSHOP], item.stash.get(CHECK, None)
        place, topic = workshop.place(item.path), workshop.topic(item.path)
        if check is None or place is None or topic is None:
            return
        witness = workshop.witness(place, topic)
        exercise = topic.exercise(check.exercise)
        # Of a quiz, knowing the wrong answers is knowing the right one.
        if isinstance(witness, LiveWitness) and exercise is not None and exercise.kind != "quiz":
            kept = self.mistakes.setdefault(topic.name, {})
            for name, answers in recorded(witness, check.exercise, check.trace, _given_away).items():
                kept.setdefault(name, {}).update(answers)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result: Any = dict(report.user_properties).get(PROPERTY)
        if result is not None and result["verdict"] not in (Verdict.PASSED, Verdict.NOT_TESTED):
            self.problems.append(f"{report.nodeid}: {_why(result)}")
        elif report.failed:
            self.problems.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")
        elif report.skipped:
            self.skipped.append(report.nodeid)


def _given_away(message: bytes) -> bytes:
    return answers_only(with_accelerator(message))


def _why(result: dict[str, Any]) -> str:
    diagnosis = result["diagnosis"] or {"kind": result["verdict"], "private": {}}
    said = diagnosis["private"].get("message") or diagnosis["details"].get("message")
    return f"{diagnosis['kind']} ({said})" if said else str(diagnosis["kind"])


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "failed"


def record(course: Course, target: Path) -> None:
    """Write the recorded answers and the report into `target`. Raises `SystemExit` where pytest itself gives up."""
    recorder = Recorder()
    tests = [course.exercises_dir / f"test_{topic.name}.py" for topic in course.topics]
    settings = target / "pytest.ini"  # an empty one: neither a course's nor a parent folder's settings have a say
    settings.write_text("[pytest]\n", encoding="utf-8")
    arguments = [
        *(str(path) for path in tests if path.is_file()),
        *("-q", "-p", "antorcha", "-p", "no:cacheprovider"),
        *("-c", str(settings), "--rootdir", str(course.root)),
        *("--antorcha-student", str(course.reference_dir), "--antorcha-language", "en", "--antorcha-device", "all"),
    ]
    code = pytest.main(arguments, plugins=[recorder])
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise SystemExit(int(code))
    for topic in course.topics:
        write_answers(target / f"{topic.name}.bin", dict(sorted(recorder.answers.get(topic.name, {}).items())))
        _write_mistakes(target, course, topic.name, recorder.mistakes.get(topic.name, {}))
    quizzes = [complaint for topic in course.topics if (complaint := _complaint(course, topic))]
    report = {"problems": recorder.problems, "skipped": recorder.skipped, "quizzes": quizzes}
    (target / REPORT_FILE).write_text(json.dumps(report), encoding="utf-8")


def _complaint(course: Course, topic: Topic) -> list[str]:
    """What a topic's quizzes lack and what to do about it; nothing where they are complete."""
    if topic.quizzes:
        try:
            require_complete(course, topic, live_witness(course, topic.name))
        except UserError as error:
            return [error.message, error.hint]
    return []


def _write_mistakes(target: Path, course: Course, topic: str, answers: dict[str, Any]) -> None:
    witness = live_witness(course, topic)
    if witness is None:
        return
    catalogs = {language: course_catalog(course, language) for language in ("en", *course.languages)}
    wrong = [one for one in witness.all() if one.is_wrong]
    messages = {one.name: {lang: book.gettext(one.message) for lang, book in catalogs.items()} for one in wrong}
    write_mistakes(target / f"{topic}.{MISTAKES}", wrong, answers, messages)


if __name__ == "__main__":
    record(load_course(Path(sys.argv[1])), Path(sys.argv[2]))
