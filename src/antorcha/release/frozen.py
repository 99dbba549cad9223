"""Frozen answers: the reference's to the visible tests, recorded for folders that have no reference."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from antorcha import surroundings
from antorcha.course.load import load_course
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.release.kept import Recorded, keep, kept

REPORT_FILE = "report.json"
MISTAKES_SUFFIX = "mistakes"  # the ending of a topic's file of known mistakes, beside its answers
_SHOWN_PROBLEMS = 5  # problems told at once
_WORTH_TWO_PROCESSES = 4  # topics: with fewer, importing torch a second time takes longer than it saves


@dataclass(frozen=True)
class Frozen:
    """Recorded answers, by topic: `answers/<topic>.bin` and `mistakes/<topic>.bin` (of topics with variants).

    `skipped`: tests that did not run here.
    """

    answers: dict[str, bytes]
    mistakes: dict[str, bytes] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def of(self, topic: str) -> Frozen:
        """Return the recorded answers of one topic alone."""
        mistakes = {name: data for name, data in self.mistakes.items() if name == topic}
        return Frozen({topic: self.answers[topic]}, mistakes, self.skipped)


def freeze(course: Course) -> Frozen:
    """Return the reference's answers to the visible tests of the course's topics.

    The tests run on it where nothing kept from an earlier release still holds. Raises: `UserError` where a visible
    test fails on the reference or needs what students do not have.
    """
    whole = load_course(course.root)  # what a topic rests on depends on which other topics there are
    recorded = {topic.name: kept(whole, topic.name) for topic in course.topics}
    missing = [topic for topic in course.topics if recorded[topic.name] is None]
    made, skipped = _record(replace(course, topics=tuple(missing))) if missing else ({}, ())
    if not skipped:  # what could not run here may be able to tomorrow
        for name, topic_recorded in made.items():
            keep(whole, name, topic_recorded)
    ordered = {name: of_topic for name in recorded if (of_topic := made.get(name) or recorded[name])}
    return Frozen(
        {name: of_topic.answers for name, of_topic in ordered.items()},
        {name: of_topic.mistakes for name, of_topic in ordered.items() if of_topic.mistakes is not None},
        skipped,
    )


def _record(course: Course) -> tuple[dict[str, Recorded], tuple[str, ...]]:
    """Return what the course's topics record, by name, and the tests that did not run. Raises: `UserError`."""
    with tempfile.TemporaryDirectory(prefix="antorcha-") as folder:
        # Each recorder writes a report of its own, so each has a folder.
        shares = [(topics, Path(folder, str(number))) for number, topics in enumerate(_shares(course))]
        with ThreadPoolExecutor(len(shares)) as recorders:
            reports = list(recorders.map(lambda share: _recorded(course, *share), shares))
        for message, hint in (quiz for report in reports for quiz in report["quizzes"]):
            raise UserError(message, hint)
        if problems := [problem for report in reports for problem in report["problems"]]:
            raise _problem(problems)
        made = {topic.name: _read(path, topic.name) for topics, path in shares for topic in topics}
    return made, tuple(test for report in reports for test in report["skipped"])


def _read(folder: Path, topic: str) -> Recorded:
    mistakes = folder / f"{topic}.{MISTAKES_SUFFIX}"
    return Recorded((folder / f"{topic}.bin").read_bytes(), mistakes.read_bytes() if mistakes.is_file() else None)


def _shares(course: Course) -> list[tuple[Topic, ...]]:
    """Return the topics for each of the processes that record side by side, in the course's order.

    Two at most: each imports torch anew, which takes as long as recording several topics. What a topic takes goes by
    its wrong variants, each of which answers all visible checks: the longest files of variants are given out first.
    """
    if len(course.topics) < _WORTH_TWO_PROCESSES or (os.cpu_count() or 1) < 2:
        return [course.topics]
    shares: tuple[dict[str, int], ...] = ({}, {})
    for size, name in sorted(((_size_of_variants(course, topic), topic.name) for topic in course.topics), reverse=True):
        min(shares, key=lambda share: sum(share.values()))[name] = size
    return [tuple(topic for topic in course.topics if topic.name in share) for share in shares]


def _size_of_variants(course: Course, topic: Topic) -> int:
    """Return the size of a topic's file of variants in bytes, 0 where it has none."""
    path = course.variants_dir / f"{topic.name}.py"
    return path.stat().st_size if path.is_file() else 0


def frozen_files(frozen: Frozen, folder: str) -> dict[str, bytes]:
    """Return the files under `folder` (`_antorcha`) that a student's folder gets of what was recorded."""
    answers = {f"{folder}/answers/{name}.bin": data for name, data in frozen.answers.items()}
    return answers | {f"{folder}/{MISTAKES_SUFFIX}/{name}.bin": data for name, data in frozen.mistakes.items()}


def _recorded(course: Course, topics: tuple[Topic, ...], folder: Path) -> dict[str, Any]:
    """Record these topics into `folder`, in a process of its own, and return the recorder's report."""
    folder.mkdir()
    names = [topic.name for topic in topics]
    command = surroundings.python_command("antorcha.release.recorder", str(course.root), str(folder), *names)
    # Without bytecode recording leaves nothing in the course's own folders.
    environment = surroundings.environment() | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, env=environment, cwd=course.root, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    return _report(folder, done)


def _report(folder: Path, done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the recorder's report. Raises: `UserError` with pytest's own error where it left none."""
    try:
        report: dict[str, Any] = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith(("ERROR: ", "INTERNALERROR> "))]
        reason = (errors or lines or [f"exit code {done.returncode}"])[-1]
        raise UserError(
            f"the visible tests could not be run on the reference: {reason.removeprefix('ERROR: ')}",
            "try: pytest exercises/ --antorcha-student reference/",
        ) from None
    return report


def _problem(problems: list[str]) -> UserError:
    """Return the error for visible tests that cannot be released, with the first few of them."""
    shown = "\n  ".join(problems[:_SHOWN_PROBLEMS])
    more = f"\n  and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
    return UserError(
        f"visible tests that students cannot be given:\n  {shown}{more}",
        "each must pass on the reference and use only what students have: "
        "pytest exercises/ --antorcha-student reference/",
    )
