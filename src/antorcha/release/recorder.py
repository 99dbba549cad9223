"""The script that runs a course's visible tests once with the reference as the student, and records every answer.

    python -m antorcha.release.recorder COURSE FOLDER TOPIC ...

It is a process of its own, with the plug-ins that a student has: nothing of the caller's pytest, and no test file of
one course in the way of another's. Writes `<topic>.bin` and `report.json` into FOLDER.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from antorcha.torch_import import import_torch

import_torch()  # before a module below does so

import pytest

from antorcha.course.load import load_course
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n.catalog import course_catalog
from antorcha.plugin.answers import reference_mistakes
from antorcha.plugin.check import CHECK, RESULT_PROPERTY
from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.mistakes import recorded, write_mistakes
from antorcha.plugin.oracle import write_answers
from antorcha.plugin.quizzes import require_complete
from antorcha.plugin.recognise import ReferenceMistakes
from antorcha.plugin.rounds import run_round
from antorcha.plugin.session import run_session
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.plugin.test_folder import ORIGIN
from antorcha.release.frozen import MISTAKES_SUFFIX, REPORT_FILE
from antorcha.results import Verdict
from antorcha.worker.wire.device_names import with_accelerator
from antorcha.worker.wire.recording import answers_only


class Recorder:
    """A pytest plugin that records answers, and the problems that keep them from being given to students."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, dict[str, Any]]] = {}
        self.mistakes: dict[str, dict[str, dict[str, Any]]] = {}  # by topic, then by wrong variant, then by call
        self.problems: list[str] = []
        self.skipped: list[str] = []
        self._topic = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Record what the grading session answers; last, since our own plugin makes that session."""
        config.stash[GRADING_SESSION].answers.record = self.record

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note tests that students cannot be given."""
        seen: set[tuple[Path, str]] = set()
        for item in items:
            if "reference" in getattr(item, "fixturenames", ()):
                self.problems.append(f"{item.nodeid}: uses the fixture `reference`, which students do not have")
            if (item.path, item.name) in seen:  # an answer is found again by the name of its test
                self.problems.append(f"{item.nodeid}: another test in this file has the name {item.name}")
            seen.add((item.path, item.name))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, bool, bool]:
        """Try the wrong options of quizzes once all tests have run on the reference."""
        done = yield
        for item in session.items:
            self._require_silence(item)
        return done

    def _require_silence(self, item: pytest.Item) -> None:
        """Note a quiz's visible test that a wrong option fails: it gives the right one away."""
        grading, origin = item.config.stash[GRADING_SESSION], item.stash.get(ORIGIN, None)
        if origin is None or (exercise := item.stash[CHECK].exercise) not in origin.topic.quizzes:
            return
        known_mistakes = grading.answers.known_mistakes(origin)
        runners = (
            [known_mistakes.runner(variant) for variant in known_mistakes.wrong(exercise)]
            if isinstance(known_mistakes, ReferenceMistakes)
            else []
        )
        results = [result for runner in runners for result in run_round([item], SubmissionUnderTest(runner), grading)]
        grading.submission = None  # run_round left the last option there
        if not all(result.passed for result in results) and not any(item.nodeid in known for known in self.problems):
            self.problems.append(f"{item.nodeid}: tells the answer of the quiz {exercise}: a wrong option fails it")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be collected."""
        if report.failed:
            self.problems.append(f"{report.nodeid}: cannot be collected: {_last_line(report.longreprtext)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note the topic whose answers come next; first, before fixtures ask for any."""
        self._topic = item.stash[ORIGIN].topic.name if ORIGIN in item.stash else ""

    def record(self, key: str, digest: str, message: bytes) -> None:
        """Keep an answer under its call's `key`; `message`: as it came over the wire."""
        entry = {"digest": digest, "message": answers_only(message)}
        self.answers.setdefault(self._topic, {})[key] = entry

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Record the answers of the known mistakes to the calls that this test made to the reference."""
        grading, origin = item.config.stash[GRADING_SESSION], item.stash.get(ORIGIN, None)
        if origin is None:
            return
        check, topic = item.stash[CHECK], origin.topic
        known_mistakes = grading.answers.known_mistakes(origin)
        exercise = topic.exercise(check.exercise)
        # Of a quiz, knowing the wrong answers is knowing the right one.
        if isinstance(known_mistakes, ReferenceMistakes) and exercise is not None and exercise.kind != "quiz":
            kept = self.mistakes.setdefault(topic.name, {})
            for name, answers in recorded(known_mistakes, check.exercise, check.trace, _given_away).items():
                kept.setdefault(name, {}).update(answers)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that did not pass on the reference, or did not run."""
        result: Any = dict(report.user_properties).get(RESULT_PROPERTY)
        if result is not None and result["verdict"] not in (Verdict.PASSED, Verdict.NOT_TESTED):
            self.problems.append(f"{report.nodeid}: {_why(result)}")
        elif report.failed:
            self.problems.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")
        elif report.skipped:
            self.skipped.append(report.nodeid)


def _given_away(message: bytes) -> bytes:
    """Return what a student's folder gets of a known mistake's answer, with one name for every accelerator."""
    return answers_only(with_accelerator(message))


def _why(result: dict[str, Any]) -> str:
    """Return the kind of a diagnosis, with its message where it has one."""
    diagnosis = result["diagnosis"] or {"kind": result["verdict"], "private": {}}
    message = diagnosis["private"].get("message") or diagnosis["details"].get("message")
    return f"{diagnosis['kind']} ({message})" if message else str(diagnosis["kind"])


def _last_line(text: str) -> str:
    """Return the last line of pytest's long report, which names the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "failed"


def record(course: Course, target: Path) -> None:
    """Write the recorded answers and the report into `target`. Raises: `SystemExit` where pytest itself gives up."""
    recorder = Recorder()
    tests = [course.exercises_dir / f"test_{topic.name}.py" for topic in course.topics]
    options = ["--antorcha-student", str(course.reference_dir), "--antorcha-language", "en"]
    options += ["--antorcha-device", "all"]
    code = run_session(course.root, [path for path in tests if path.is_file()], [recorder], options)
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise SystemExit(code)
    for topic in course.topics:
        write_answers(target / f"{topic.name}.bin", dict(sorted(recorder.answers.get(topic.name, {}).items())))
        _write_mistakes(target, course, topic.name, recorder.mistakes.get(topic.name, {}))
    quizzes = [complaint for topic in course.topics if (complaint := _complaint(course, topic))]
    report = {"problems": recorder.problems, "skipped": recorder.skipped, "quizzes": quizzes}
    (target / REPORT_FILE).write_text(json.dumps(report), encoding="utf-8")


def _complaint(course: Course, topic: Topic) -> list[str]:
    """Return what a topic's quizzes lack and what to do about it; an empty list where they are complete."""
    if topic.quizzes:
        try:
            require_complete(course, topic, reference_mistakes(course, topic.name))
        except UserError as error:
            return [error.message, error.hint]
    return []


def _write_mistakes(target: Path, course: Course, topic: str, answers: dict[str, Any]) -> None:
    """Write the topic's known mistakes, their answers and their sentences in every language of the course."""
    known_mistakes = reference_mistakes(course, topic)
    if known_mistakes is None:
        return
    catalogs = {language: course_catalog(course, language) for language in ("en", *course.languages)}
    wrong = [variant for variant in known_mistakes.all() if variant.is_wrong]
    messages = {
        variant.name: {language: catalog.gettext(variant.message) for language, catalog in catalogs.items()}
        for variant in wrong
    }
    write_mistakes(target / f"{topic}.{MISTAKES_SUFFIX}", wrong, answers, messages)


if __name__ == "__main__":
    whole_course = load_course(Path(sys.argv[1]))
    chosen = tuple(topic for topic in whole_course.topics if topic.name in sys.argv[3:])
    record(replace(whole_course, topics=chosen), Path(sys.argv[2]))
