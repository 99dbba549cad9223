"""The one result record: what the plugin and the bulk grader write, what every report and export reads.

With slots: the results of a class lie in memory together, and most of what they hold is small.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from antorcha.course.model import VISIBLE_TESTS
from antorcha.verdicts import Verdict as Verdict

# A package that a diagnosis may name. Python says that there is no `google`, which is no package at all.
COLAB = "google.colab"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The reason why a check did not pass, as data. `antorcha.explain` turns it into a sentence in a language.

    `kind` is a key of the message table ("shape", "dtype", "value", "mutated", ...); `details` holds plain JSON
    values for its placeholders. `private` holds what only the instructor may see (hidden inputs, output).
    """

    kind: str
    details: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one hidden or visible test on one submission."""

    check: str  # the test's node id: "graders/test_tensors.py::test_columns_have_zero_mean"
    exercise: str
    verdict: Verdict
    weight: float = 1.0
    comparisons: int = 0
    seconds: float = 0.0
    device: str = "cpu"  # all that it ran on: "cpu", "cpu+sim", "cpu+cuda"
    diagnosis: Diagnosis | None = None
    parity: float | None = None  # the largest difference between the answers on the devices, where there are several

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED

    @property
    def visible(self) -> bool:
        """Return whether students have the test."""
        return self.check.startswith(f"{VISIBLE_TESTS}/")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that a visible test has drawn: plain JSON, as `antorcha.compare.drawing` makes it."""

    check: str
    expected: dict[str, Any]
    drawn: dict[str, Any] | None = None  # by the submission, if anything


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """An exercise's points: its share of passed checks, by weight. `verdict` is its first check that failed.

    `answer`: the text of an essay.
    """

    name: str
    points: float
    max_points: float
    verdict: Verdict
    checks: tuple[CheckResult, ...] = ()
    pictures: tuple[Picture, ...] = ()
    answer: str = ""

    @property
    def to_grade(self) -> bool:
        """Return whether a person has to give its points."""
        return self.verdict is Verdict.TO_GRADE

    @property
    def answer_digest(self) -> str:
        """Return a digest of an essay's text, by which another answer is told from this; "" where there is none."""
        return hashlib.sha256(self.answer.encode("utf-8", "surrogatepass")).hexdigest()[:16] if self.answer else ""

    @property
    def graded(self) -> bool:
        """Return whether its points are a mark: a file was there, and it could be read and judged."""
        ran = self.verdict not in (Verdict.UNREADABLE, Verdict.NOT_TESTED, Verdict.GRADER_ERROR, Verdict.TO_GRADE)
        # A topic without a file has one check an exercise, which bears no test's name.
        return ran and all(check.check and check.verdict is not Verdict.GRADER_ERROR for check in self.checks)


@dataclass(frozen=True, slots=True)
class TopicResult:
    """The result of one student's submission for one topic."""

    topic: str
    exercises: tuple[ExerciseResult, ...]
    verdict: Verdict = Verdict.PASSED  # of the whole submission: UNREADABLE, MISSING (no file), CPU_LIMIT on load ...
    note: Diagnosis | None = None  # what to say about the whole file ("your module stops at line 12 ...")
    output: str = ""  # what it printed while it was graded; for the instructor only
    seconds: float = 0.0
    # The second time alone: its grader ended, or a busy machine may have had a part in the first verdict.
    judged_twice: bool = False

    @property
    def points(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def verdicts(self) -> set[Verdict]:
        """Return the verdicts of the file, of its exercises and of their checks."""
        checks = [check.verdict for exercise in self.exercises for check in exercise.checks]
        return {self.verdict, *(exercise.verdict for exercise in self.exercises), *checks}

    @property
    def grader_failed(self) -> bool:
        """Return whether a fault of ours, not the student's, kept something from being graded."""
        return Verdict.GRADER_ERROR in self.verdicts


@dataclass(frozen=True, slots=True)
class RubricPoints:
    """The points that a person gave for a row of an essay's rubric; `max_points` and `title` as the course has them."""

    name: str
    points: float
    max_points: float = 0.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class TeacherMark:
    """The points that a person gave for an exercise: in the place of those that the checks give, or for an essay.

    `automatic`: what the checks had given by then, `None` for nothing; `max_points`: of the exercise, as the course has
    it now; `given`: when, in UTC; `rubric`: of an essay, row by row; `answer`: the digest of the essay that was read.
    """

    topic: str
    exercise: str
    points: float
    why: str
    automatic: float | None = None
    max_points: float = 0.0
    given: str = ""
    rubric: tuple[RubricPoints, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class TopicMark:
    """The mark of a topic under the class's rules and a teacher's word.

    `raw`: what the checks gave, and a person for essays; `override`: what a teacher's other marks change of that;
    `penalty`: points taken off for being late; `final`: what counts. `told`: the reasons, as the student reads them;
    `unsure`: what a person should look at, told to the instructor.
    """

    topic: str
    raw: float
    override: float
    penalty: float
    final: float
    max_points: float
    given: tuple[TeacherMark, ...] = ()
    told: tuple[Diagnosis, ...] = ()
    unsure: tuple[Diagnosis, ...] = ()
    handed_in: str = ""  # as "2026-03-06 23:59" in the class's time zone, "" where nobody knows it
    due: str = ""  # for this student

    def given_for(self, exercise: str) -> TeacherMark | None:
        """Return the mark that a teacher gave for an exercise, if one did."""
        return next((mark for mark in self.given if mark.exercise == exercise), None)


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """The file that a topic's result is of, and when and with what it was graded.

    `handed_in`: as the platform writes it, "" where nobody knows; `attempt` of `attempts`, from 1 on, 0 where that is
    not known; `antorcha` and `course`: version and digest, "" for a result of an older version; `graded`: the moment,
    in UTC.
    """

    topic: str
    filename: str
    handed_in: str = ""
    attempt: int = 0
    attempts: int = 0
    antorcha: str = ""
    course: str = ""
    graded: str = ""


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One student's row: the results of all topics.

    `marks`: one for each topic in a class with rules or with marks that a teacher gave, none in any other; points are
    those that count. `comment`: a teacher's, for the page. `files`: one for each topic with a file.
    """

    student: str
    topics: tuple[TopicResult, ...]
    notes: tuple[Diagnosis, ...] = ()  # about the submission as a folder: files set aside, names guessed
    marks: tuple[TopicMark, ...] = ()
    comment: str = ""
    files: tuple[HandedInFile, ...] = ()

    @property
    def points(self) -> float:
        return sum(self.points_of(topic) for topic in self.topics)

    @property
    def max_points(self) -> float:
        marks = {mark.topic: mark.max_points for mark in self.marks}
        return sum(marks.get(topic.topic, topic.max_points) for topic in self.topics)

    def mark_of(self, topic: str) -> TopicMark | None:
        """Return the mark of a topic, `None` where the checks alone decide."""
        return next((mark for mark in self.marks if mark.topic == topic), None)

    def file_of(self, topic: str) -> HandedInFile | None:
        """Return the file that a topic's result is of, where that is known."""
        return next((file for file in self.files if file.topic == topic), None)

    def to_grade_in(self, topic: TopicResult) -> float:
        """Return the points of a topic that a person has still to give: the most that they may come to."""
        mark = self.mark_of(topic.topic)
        return sum(
            exercise.max_points
            for exercise in topic.exercises
            if exercise.to_grade and not (mark and mark.given_for(exercise.name))
        )

    @property
    def to_grade(self) -> float:
        """Return the points that a person has still to give, in all topics."""
        return sum(self.to_grade_in(topic) for topic in self.topics)

    def points_of(self, topic: TopicResult) -> float:
        """Return the points that count for a topic."""
        mark = self.mark_of(topic.topic)
        return mark.final if mark else topic.points


# A process that is out of memory is ended by SIGKILL; where nobody could read the signal, it may have been that one.
_SIGNALS_OF_THE_MACHINE = ("", "SIGKILL")


def depends_on_machine(result: TopicResult) -> bool:
    """Return whether a verdict in it may be the machine's doing on that day: it is tried again before it stands."""
    checks = [check for exercise in result.exercises for check in exercise.checks]
    verdicts = [(result.verdict, result.note), *((check.verdict, check.diagnosis) for check in checks)]
    return any(
        verdict.about.depends_on_machine
        and (
            verdict is not Verdict.CRASHED
            or diagnosis is None
            or diagnosis.details.get("signal", "") in _SIGNALS_OF_THE_MACHINE
        )
        for verdict, diagnosis in verdicts
    )


def score_exercise(name: str, max_points: float, checks: tuple[CheckResult, ...]) -> ExerciseResult:
    """Return an exercise's result with partial credit: `max_points` times the weight of passed checks over that of all.

    A check that could not be tested here counts neither way; where there is no other, there are no points to earn.
    Visible checks count too, but not alone: whoever looks their answers up in a table passes no hidden one.
    """
    tested = [check for check in checks if check.verdict is not Verdict.NOT_TESTED]
    deciding = [check for check in checks if not check.visible] or list(checks)
    if checks and all(check.verdict is Verdict.NOT_TESTED for check in deciding):
        return ExerciseResult(name, 0.0, 0.0, Verdict.NOT_TESTED, checks)
    total = sum(check.weight for check in tested)
    earned = sum(check.weight for check in checks if check.passed) if any(check.passed for check in deciding) else 0.0
    points = max_points * earned / total if total else 0.0
    failed = next((check.verdict for check in tested if not check.passed), None)
    verdict = failed or (Verdict.PASSED if checks else Verdict.NO_EVIDENCE)
    # Weights and points are floats: the sixth decimal is far below any mark, and far above their rounding errors.
    return ExerciseResult(name, round(points, 6), max_points, verdict, checks)
