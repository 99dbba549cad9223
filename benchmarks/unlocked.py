"""Run a topic's hidden tests on every hand-in of a class, warm and unlocked in this one process: what isolation costs.

    python benchmarks/unlocked.py COURSE TOPIC CLASS

CLASS has a folder for each student with a module TOPIC.py. Nothing is locked up and nothing is kept: only
for hand-ins that you wrote yourself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.rounds import run_round
from antorcha.plugin.session import run_session
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.plugin.test_folder import tests_that_count
from antorcha.student.local import LocalRunner


class Unlocked:
    """A pytest plugin whose run loop asks one hand-in after another."""

    def __init__(self, hand_ins: list[Path]) -> None:
        self.hand_ins = hand_ins
        self.passed = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        grading = session.config.stash[GRADING_SESSION]
        for path in self.hand_ins:
            submission = SubmissionUnderTest(LocalRunner.from_file("student", path))
            self.passed += sum(result.passed for result in run_round(session.items, submission, grading))
        return True


def main() -> None:
    root, topic, folder = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    plugin = Unlocked(sorted(folder.glob(f"*/{topic}.py")))
    run_session(root, list(tests_that_count(root, topic)), [plugin])
    print(f"{plugin.passed} checks passed")


if __name__ == "__main__":
    main()
