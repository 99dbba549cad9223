"""A desk to try `agree` at: a reference and a submission as text, here or in a locked worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from antorcha.compare.agreement import Finding
from antorcha.course.model import Course, Exercise, Limits, Topic
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plugin.agree import Agree
from antorcha.plugin.check import Check, Disagreement
from antorcha.plugin.check_context import CheckContext
from antorcha.plugin.oracle import Oracle, ReferenceOracle
from antorcha.results import Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.remote import RemoteRunner
from antorcha.worker.runtime import CallOptions

__all__ = ["Desk", "Verdict", "course_folder"]

COURSE = Course("Course", (Topic("topic", (Exercise("exercise"),)),), language="en", languages=("en",))


class Desk:
    """One check of one submission. `ask` runs a test's lines and returns what they found (`None`: all agreed)."""

    def __init__(
        self,
        reference: str,
        student: str,
        *,
        zygote: Any = None,
        oracle: Oracle | None = None,
        check: str = "test",
        **limits: float,
    ) -> None:
        self.check = Check(check, "exercise")
        if zygote is None:
            self.runner: Any = LocalRunner("student_topic", [(student, "topic.py")])
        else:
            self.runner = RemoteRunner(
                zygote, SubmittedFile("topic", "topic.py", (Cell(student, "topic.py"),)), Limits(**limits)
            )
        known = oracle or ReferenceOracle(LocalRunner("reference_topic", [(reference, "reference.py")]))
        options = CallOptions(seed=COURSE.seed)
        self.agree = Agree(CheckContext(COURSE, self.runner, known, self.check, "en", str, options=options))

    def ask(self, test: Callable[[Agree], None]) -> Finding | None:
        try:
            test(self.agree)
        except Disagreement as disagreement:
            return disagreement.finding
        return None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.close()


def course_folder(root: Path, reference: str, stub: str, visible: str) -> Path:
    """A course on disk with one topic of one exercise, `center`."""
    for name, text in (
        ("reference/topic.py", reference),
        ("exercises/topic.py", stub),
        ("exercises/test_topic.py", visible),
        ("grading.toml", COURSE_TOML),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "graders").mkdir(exist_ok=True)
    return root


COURSE_TOML = """
title = "Course"
language = "en"
languages = ["en"]

[[topics]]
name = "topic"
title = "Topic"
exercises = [{ name = "center" }]
"""
