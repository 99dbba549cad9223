"""The count of a course's checks, as pytest collects them in a process of its own.

python -m antorcha.bulk.collect COURSE FILE...     (prints one JSON object)
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from antorcha import surroundings
from antorcha.course.model import HIDDEN_TESTS, VISIBLE_TESTS, Course
from antorcha.errors import UserError
from antorcha.plugin.session import CollectionProblems, run_session

Counts = dict[str, dict[str, tuple[int, int]]]  # {topic: {exercise: (visible, hidden)}}
_MOST_SHOWN = 2000  # characters of what pytest said, from its end: that is where the error stands


def count_checks(course: Course) -> Counts:
    """Return `{topic: {exercise: (visible, hidden)}}`: the test functions that grade it, each parametrisation counted.

    Raises: `UserError` when the tests cannot be collected, or a test names no exercise.
    """
    counts = _collected(course)
    return {
        topic.name: {
            exercise.name: (
                counts[VISIBLE_TESTS, topic.name, exercise.name],
                counts[HIDDEN_TESTS, topic.name, exercise.name],
            )
            for exercise in topic.exercises
        }
        for topic in course.topics
    }


def without_hidden(course: Course, counts: Counts) -> list[str]:
    """Return a sentence for each exercise that no hidden test grades, and no person: nobody could earn its points."""
    return [
        f"{topic.name}: no hidden test grades {exercise.name}"
        for topic in course.topics
        for exercise in topic.checked
        if not counts[topic.name][exercise.name][1]
    ]


def _collected(course: Course) -> Counter[tuple[str, str, str]]:
    """Return the number of tests by folder, topic and exercise."""
    folders = (course.exercises_dir, course.graders_dir)
    files = [folder / f"test_{topic.name}.py" for folder in folders for topic in course.topics]
    present = [str(path.resolve()) for path in files if path.is_file()]
    if not present:
        return Counter()
    done = subprocess.run(
        surroundings.python_command("antorcha.bulk.collect", str(course.root.resolve()), *present),
        env=surroundings.environment(),
        cwd=course.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        collected = json.loads(done.stdout.splitlines()[-1])  # before it, whatever a test file printed from C
    except (IndexError, ValueError):
        raise UserError(f"{course.root}: the tests cannot be collected", done.stderr.strip()[-_MOST_SHOWN:]) from None
    if collected["problems"]:
        raise UserError(
            f"{course.root}: the tests cannot be collected", "\n".join(collected["problems"])[-_MOST_SHOWN:]
        )
    return Counter({(folder, topic, exercise): number for folder, topic, exercise, number in collected["counts"]})


class _Counter(CollectionProblems):
    """A pytest plugin that counts what was collected."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.seen: set[tuple[Path, str]] = set()  # a test on several devices is one

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from antorcha.plugin.check import CHECK
        from antorcha.plugin.test_folder import ORIGIN

        for item in session.items:
            origin, check = item.stash.get(ORIGIN, None), item.stash.get(CHECK, None)
            if origin is not None and check is not None and (item.path, check.test) not in self.seen:
                self.seen.add((item.path, check.test))
                self.counts[item.path.parent.name, origin.topic.name, check.exercise] += 1

    def as_json(self) -> dict[str, Any]:
        return {"problems": self.problems, "counts": [[*key, number] for key, number in self.counts.items()]}


def main(words: Sequence[str]) -> int:
    """Print the counts of a course's test files as one JSON object; `words`: the course's folder, then the files."""
    root, *files = words
    counter = _Counter()
    run_session(Path(root), [Path(file) for file in files], [counter], ["--collect-only"])
    print(json.dumps(counter.as_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
