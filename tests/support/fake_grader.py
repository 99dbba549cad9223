"""A grader without workers, for tests of what happens around the grading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from antorcha.bulk.jobs import Graded
from antorcha.course.model import Course
from antorcha.intake.model import Submission, SubmittedFile
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise


@dataclass
class FakeGrader:
    """Gives right for `x + x`, wrong otherwise; `spoil` turns a unit into something else."""

    ran: list[str] = field(default_factory=list)
    key: str = "graders"
    backwards: bool = False
    spoil: Callable[[str, TopicResult], TopicResult | None] = lambda student, result: result

    def course_key(self, course: Course, topic: object) -> str:
        return f"{self.key} {topic if isinstance(topic, str) else topic.name}"  # type: ignore[attr-defined]

    def exercise_keys(self, course: Course, topic: str) -> dict[str, str]:
        return {exercise.name: self.course_key(course, topic) for exercise in course.topic(topic).exercises}  # type: ignore[union-attr]

    def grade_class(
        self,
        course: Course,
        submissions: Sequence[Submission],
        *,
        known_result: Any,
        **_: Any,
    ) -> Iterator[Graded]:
        units = [(submission, topic.name) for submission in submissions for topic in course.topics]
        for submission, name in reversed(units) if self.backwards else units:
            source = submission.files.get(name)
            if source is None:
                yield Graded(submission.student, self._missing(course, name))
            elif (known := known_result(submission.student, source)) is not None:
                yield Graded(submission.student, known.kept.unpacked(), cached=True)
            else:
                self.ran.append(f"{submission.student}.{name}")
                result = self.spoil(submission.student, self._graded(course, name, source))
                if result is not None:
                    yield Graded(submission.student, result)

    def _graded(self, course: Course, name: str, source: SubmittedFile) -> TopicResult:
        code = "\n".join(cell.code for cell in source.cells)
        exercises = []
        for exercise in course.topic(name).exercises:  # type: ignore[union-attr]
            right = exercise.name != "double" or "x + x" in code
            diagnosis = None if right else Diagnosis("shape", {"expected": (1,)}, {"input": "hidden"})
            check = CheckResult("t", exercise.name, Verdict.PASSED if right else Verdict.WRONG, diagnosis=diagnosis)
            exercises.append(score_exercise(exercise.name, exercise.points, (check,)))
        return TopicResult(name, tuple(exercises), output="what it printed")

    def _missing(self, course: Course, name: str) -> TopicResult:
        exercises = course.topic(name).exercises  # type: ignore[union-attr]
        checks = [CheckResult("", exercise.name, Verdict.MISSING) for exercise in exercises]
        scored = (
            score_exercise(exercise.name, exercise.points, (check,))
            for exercise, check in zip(exercises, checks, strict=True)
        )
        return TopicResult(name, tuple(scored), Verdict.MISSING)


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> FakeGrader:
    fake = FakeGrader()
    monkeypatch.setattr("antorcha.grading.run.grade_class", fake.grade_class)
    monkeypatch.setattr("antorcha.bulk.grade.course_key", fake.course_key)
    monkeypatch.setattr("antorcha.bulk.grade.exercise_keys", fake.exercise_keys)
    return fake


def write_course_of_two(root: Path, grading: str) -> None:
    """Write a course with the topics "one" and "two", whose files are empty: nobody runs them."""
    (root / "grading.toml").write_text(grading)
    for folder in ("exercises", "graders", "reference"):
        (root / folder).mkdir()
        for topic in ("one", "two"):
            stem = topic if folder == "reference" else f"test_{topic}"
            (root / folder / f"{stem}.py").write_text("")
            (root / "exercises" / f"{topic}.py").write_text("")
