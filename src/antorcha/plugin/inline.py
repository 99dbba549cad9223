"""Runs the checks of one exercise inside this process, as a notebook's test cell needs it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from antorcha.course.model import Topic
from antorcha.plugin.check import CourseError
from antorcha.plugin.keys import CHECK, WORKSHOP
from antorcha.plugin.rounds import run_round
from antorcha.plugin.workshop import HandIn, Place, Workshop
from antorcha.results import CheckResult

HandIns = Callable[[Workshop, Place, Topic], Iterable[HandIn]]

# Nothing of the folder's or the shell's pytest has a say, and nothing that looks after a process which is not ours.
_QUIET = (
    *("terminal", "cacheprovider", "faulthandler", "unraisableexception", "threadexception"),
    *("debugging", "logging", "warnings"),
)


@dataclass
class Rounds:
    """What `run_inline` found: the results of each hand-in, and the language to speak of them."""

    language: str = "en"
    results: list[list[CheckResult]] = field(default_factory=list)


def run_inline(test_file: Path, exercise: str, hand_ins: HandIns, *, capture: bool) -> Rounds:
    """Run the checks of `exercise` in `test_file` once on each hand-in, one after the other.

    With `capture` nothing that is printed meanwhile is seen. Errors: `CourseError` when the tests cannot be
    collected or there is none for the exercise.
    """
    session = _Session(test_file, exercise, hand_ins)
    options = ["-c", os.devnull, "--rootdir", str(test_file.parent), "-p", "antorcha.plugin", "-o", "addopts="]
    # The package's own `agree` is the module of that name once it was imported, and no fixture any more.
    options += ["-p", "antorcha.plugin.fixtures"]
    options += [word for name in _QUIET for word in ("-p", f"no:{name}")]
    options += ["--import-mode=importlib", f"--capture={'fd' if capture else 'no'}"]
    for name in (test_file.stem, "conftest"):  # the last run's: of another folder, or before it was changed
        sys.modules.pop(name, None)
    with _plain_environment(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.main([*options, str(test_file)], plugins=[session])
    if session.problem is not None:
        raise session.problem
    return session.rounds


class _Session:
    """A pytest plugin: keeps the exercise's checks, and runs them in rounds instead of once."""

    def __init__(self, test_file: Path, exercise: str, hand_ins: HandIns) -> None:
        self.rounds = Rounds()
        self.problem: Exception | None = CourseError(f"{test_file}: the tests could not be run")
        self._test_file = test_file
        self._exercise = exercise
        self._hand_ins = hand_ins

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        yield
        items[:] = [one for one in items if CHECK in one.stash and one.stash[CHECK].exercise == self._exercise]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problem = CourseError(f"{self._test_file}: the tests cannot be collected:\n{report.longreprtext}")

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
        workshop = session.config.stash[WORKSHOP]
        place, topic = workshop.place(self._test_file), workshop.topic(self._test_file)
        if place is None or topic is None:
            raise CourseError(f"{self._test_file} belongs to no topic of a course")
        if not session.items:
            raise CourseError(f"{self._test_file}: there is no test for {self._exercise}")
        self.rounds.language = place.language
        for hand_in in self._hand_ins(workshop, place, topic):
            self.rounds.results.append(list(run_round(session.items, hand_in, workshop)))


@contextmanager
def _plain_environment() -> Iterator[None]:
    saved: dict[str, Any] = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(saved)
