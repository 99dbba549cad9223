"""The state of one pytest session: the courses of its tests, the submission that they ask, the expected answers."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antorcha.plugin.answers import Answers
from antorcha.plugin.given import GivenSubmission
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.plugin.test_folder import Origin, TestFolder, find_test_folder

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.accelerator.lease import Lease
    from antorcha.plugin.generators import SharedGenerators


@dataclass
class GradingSession:
    """All that one pytest session knows of courses, submissions and answers.

    In bulk grading `submission` takes the place of `given`. `locked`: submissions run in locked workers; `lease` is
    the right to a real GPU there.
    """

    given: GivenSubmission = field(default_factory=GivenSubmission)
    language: str | None = None
    device: str | None = None
    submission: SubmissionUnderTest | None = None
    answers: Answers = field(default_factory=Answers)
    locked: bool = False
    lease: Lease | None = None
    _test_folders: dict[Path, TestFolder | None] = field(default_factory=dict)

    def test_folder(self, test_file: Path) -> TestFolder | None:
        """Return the folder of a test file, or `None` when it belongs to no course.

        Raises: `UserError`, `CourseError` when the course cannot be read.
        """
        folder = test_file.parent
        if folder not in self._test_folders:
            self._test_folders[folder] = find_test_folder(folder, self.language)
        return self._test_folders[folder]

    def test_folders(self) -> list[TestFolder]:
        """Return the folders that were found so far."""
        return [test_folder for test_folder in self._test_folders.values() if test_folder is not None]

    def origin(self, test_file: Path) -> Origin | None:
        """Return what the tests of a file belong to, or `None` when they are no checks of a course."""
        test_folder = self.test_folder(test_file)
        topic = test_folder.topic_of(test_file) if test_folder else None
        if test_folder is None or topic is None:
            return None
        return Origin(test_folder, topic, hidden=test_file.parent != test_folder.exercises)

    def under_test(self, origin: Origin) -> SubmissionUnderTest:
        """Return the submission that a test of `origin` asks."""
        return self.submission or self.given.under_test(origin)

    def untouched(self, origin: Origin) -> frozenset[str]:
        """Return the exercises of a topic that nobody has worked on, without loading what is handed in."""
        return self.submission.untouched if self.submission else self.given.untouched(origin)

    @cached_property
    def generators(self) -> SharedGenerators:
        """Return the random generators that the course's tests share."""
        from antorcha.plugin.generators import SharedGenerators

        return SharedGenerators()

    def take_in_generators(self) -> None:
        """Remember the generators at the top of the test files, and of the helpers beside them, as collected."""
        folders = tuple(f"{test_folder.tests}{os.sep}" for test_folder in self.test_folders())
        for module in list(sys.modules.values()) if folders else ():  # a copy: a lazy module may import others here
            if str(getattr(module, "__file__", None)).startswith(folders):
                self.generators.take_in_module(module)


GRADING_SESSION: pytest.StashKey[GradingSession] = pytest.StashKey()
