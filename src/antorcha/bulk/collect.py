"""Counts a course's checks by letting pytest collect them, in a process of its own.

python -m antorcha.bulk.collect FILE...     (prints one JSON object)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from antorcha.course.model import Course
from antorcha.errors import UserError

Counts = dict[str, dict[str, tuple[int, int]]]
_SHOWN = 2000


def count_checks(course: Course) -> Counts:
    """`{topic: {exercise: (visible, hidden)}}`: how many test functions grade it, each parametrisation counted.

    Errors: `UserError` when the tests cannot be collected, or a test names no exercise.
    """
    counts = _collected(course)
    return {
        topic.name: {
            one.name: (counts["exercises", topic.name, one.name], counts["graders", topic.name, one.name])
            for one in topic.exercises
        }
        for topic in course.topics
    }


def without_hidden(course: Course, counts: Counts) -> list[str]:
    """One sentence for each exercise that no hidden test grades: nobody could earn its points."""
    return [
        f"{topic.name}: no hidden test grades {one.name}"
        for topic in course.topics
        for one in topic.exercises
        if not counts[topic.name][one.name][1]
    ]


def _collected(course: Course) -> Counter[tuple[str, str, str]]:
    """How many tests there are by folder, topic and exercise."""
    folders = (course.exercises_dir, course.graders_dir)
    files = [folder / f"test_{topic.name}.py" for folder in folders for topic in course.topics]
    present = [str(path.resolve()) for path in files if path.is_file()]
    if not present:
        return Counter()
    done = subprocess.run(
        [sys.executable, "-m", "antorcha.bulk.collect", str(course.root.resolve()), *present],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        raise UserError(f"{course.root}: the tests cannot be collected", done.stderr.strip()[-_SHOWN:]) from None
    if found["problems"]:
        raise UserError(f"{course.root}: the tests cannot be collected", "\n".join(found["problems"])[-_SHOWN:])
    return Counter({(folder, topic, exercise): number for folder, topic, exercise, number in found["counts"]})


class _Counter:
    """A pytest plugin that writes down what was collected."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.seen: set[tuple[Path, str]] = set()  # a test on several devices is one

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(str(report.longrepr).strip())

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None]:
        try:
            yield
        except pytest.UsageError as error:
            self.problems.append(str(error))
            raise

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from antorcha.plugin.keys import CHECK, WORKSHOP

        workshop = session.config.stash[WORKSHOP]
        for item in session.items:
            topic, check = workshop.topic(item.path), item.stash.get(CHECK, None)
            if topic is not None and check is not None and (item.path, check.test) not in self.seen:
                self.seen.add((item.path, check.test))
                self.counts[item.path.parent.name, topic.name, check.exercise] += 1

    def as_json(self) -> dict[str, Any]:
        return {"problems": self.problems, "counts": [[*key, number] for key, number in self.counts.items()]}


def main(words: Sequence[str]) -> int:
    root, *files = words
    counter = _Counter()
    options = ["-c", os.devnull, "--rootdir", root, "-p", "antorcha.plugin", "-p", "no:cacheprovider", "--collect-only"]
    quiet = ["-p", "no:terminal", "--capture=no", "--import-mode=importlib", "-o", "addopts="]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        answer, sys.stdout = sys.stdout, nowhere  # what a course's own tests print on import is no answer of ours
        pytest.main([*options, *quiet, *files], plugins=[counter])
        sys.stdout = answer
    print(json.dumps(counter.as_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
