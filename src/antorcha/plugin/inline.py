"""The checks of one exercise, run inside this process, as a notebook's test cell needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antorcha.errors import CourseError
from antorcha.plugin.check import CHECK
from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.rounds import run_round
from antorcha.plugin.session import Output, run_session
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.plugin.test_folder import Origin
from antorcha.results import CheckResult, Picture

if TYPE_CHECKING:  # it imports torch
    from antorcha.plugin.oracle import Oracle

SubmissionsUnderTest = Callable[[Origin], Iterable[SubmissionUnderTest]]


@dataclass
class Rounds:
    """The results of each submission, and the language to speak of them.

    `pictures`: what the last submission drew, beside what a release recorded, where the exercise's figures are shown.
    """

    language: str = "en"
    results: list[list[CheckResult]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def run_inline(
    root: Path,
    test_files: Sequence[Path],
    exercise: str,
    submissions: SubmissionsUnderTest,
    *,
    output: Output,
    language: str | None = None,
) -> Rounds:
    """Run the checks of `exercise` in the files of its topic once on each submission, one after the other.

    `root` is the course or the released folder; `language` is the one to explain in, or `None` for the reader's own.
    Raises: `CourseError` when the tests cannot be collected or there is none for the exercise.
    """
    session = _Session(test_files[0], exercise, submissions)
    for test_file in test_files:
        for name in (test_file.stem, "conftest"):  # the last run's: of another folder, or before it was changed
            sys.modules.pop(name, None)
            sys.modules.pop(f"{test_file.parent.name}.{name}", None)
    options = ["--antorcha-language", language] if language else []
    run_session(root, test_files, [session], options, output=output)
    if session.problem is not None:
        raise session.problem
    return session.rounds


class _Session:
    """A pytest plugin that keeps the exercise's checks, and runs them in rounds instead of once."""

    def __init__(self, test_file: Path, exercise: str, submissions: SubmissionsUnderTest) -> None:
        self.rounds = Rounds()
        # Until the rounds have run, whatever keeps pytest from running them.
        self.problem: Exception | None = CourseError(f"{test_file}: the tests could not be run")
        self._test_file = test_file
        self._exercise = exercise
        self._submissions = submissions

    # wrapper: the plugin of the course gives every item its check first.
    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        yield
        items[:] = [item for item in items if CHECK in item.stash and item.stash[CHECK].exercise == self._exercise]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problem = CourseError(f"{self._test_file}: the tests cannot be collected:\n{report.longreprtext}")

    # tryfirst: the first plugin that returns something takes the place of pytest's own loop.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            return True
        try:
            self._run(session)
            self.problem = None
        except Exception as error:  # told to the one who asked, not to pytest
            self.problem = error
        return True

    def _run(self, session: pytest.Session) -> None:
        grading = session.config.stash[GRADING_SESSION]
        origin = grading.origin(self._test_file)
        if origin is None:
            raise CourseError(f"{self._test_file} belongs to no topic of a course")
        if not session.items:
            raise CourseError(f"{self._test_file}: there is no test for {self._exercise}")
        self.rounds.language = origin.language
        for submission in self._submissions(origin):
            self.rounds.results.append(list(run_round(session.items, submission, grading)))
        exercise = origin.topic.exercise(self._exercise)
        if exercise is not None and exercise.figure:
            self.rounds.pictures = list(_pictures(session.items, grading.answers.oracle(origin)))


def _pictures(items: Sequence[pytest.Item], oracle: Oracle) -> Iterator[Picture]:
    """Yield the first figure that each check was answered with, beside the one that was recorded for it."""
    from antorcha.compare.drawing import drawing_of
    from antorcha.plugin.oracle import FrozenOracle

    if not isinstance(oracle, FrozenOracle):
        return
    for check in [item.stash[CHECK] for item in items]:
        for asked in check.trace:
            try:
                expected = drawing_of(oracle.recorded(asked.key, asked.payload, asked.content).value)
            except CourseError:  # a call with what the answers before gave, which nobody has recorded
                continue
            if expected is not None:
                yield Picture(check.test, expected, drawing_of(asked.answer.value))
                break
