"""The one result record: what the plugin and the bulk grader write, what every report and export reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What happened to one check (one test function). Only `PASSED` earns points."""

    PASSED = "passed"
    WRONG = "wrong"  # an answer came back and differs
    ERROR = "error"  # the student's code raised
    NOT_STARTED = "not_started"  # the stub, untouched, or NotImplementedError
    MISSING = "missing"  # the function is not there, or is no function
    UNREADABLE = "unreadable"  # the hand-in could not be read, decoded or compiled
    CPU_LIMIT = "cpu_limit"
    WALL_LIMIT = "wall_limit"
    MEMORY_LIMIT = "memory_limit"
    THREAD_LIMIT = "thread_limit"
    FILE_LIMIT = "file_limit"  # of what a scratch folder may hold
    OUTPUT_LIMIT = "output_limit"
    RESULT_LIMIT = "result_limit"
    EXITED = "exited"  # sys.exit, os._exit
    CRASHED = "crashed"  # killed by a signal that no limit explains
    FORGED = "forged"  # what came over the wire was not what our runtime writes
    NO_EVIDENCE = "no_evidence"  # the check ended without the comparisons that it owes
    NOT_TESTED = "not_tested"  # a device that is not here, or a run that was cut short
    GRADER_ERROR = "grader_error"  # our fault or the course's: never held against a student silently


@dataclass(frozen=True)
class Diagnosis:
    """Why a check did not pass, as data. `antorcha.compare.diagnose` turns it into a sentence in a language.

    `kind` is a key of the message table ("shape", "dtype", "value", "mutated", ...); `details` holds plain JSON
    values for its placeholders. `private` holds what only the instructor may see (hidden inputs, output).
    """

    kind: str
    details: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckResult:
    """One hidden or visible test on one hand-in."""

    check: str  # the test's node id without its folder: "test_tensors.py::test_columns_have_zero_mean"
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


@dataclass(frozen=True)
class Picture:
    """What a visible test has drawn: plain JSON, as `antorcha.compare.drawing` makes it."""

    check: str
    expected: dict[str, Any]
    drawn: dict[str, Any] | None = None  # by the hand-in, if anything


@dataclass(frozen=True)
class ExerciseResult:
    """An exercise's points: its share of passed checks, by weight. `verdict` is its first check that failed."""

    name: str
    points: float
    max_points: float
    verdict: Verdict
    checks: tuple[CheckResult, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class TopicResult:
    """One student's hand-in for one topic."""

    topic: str
    exercises: tuple[ExerciseResult, ...]
    verdict: Verdict = Verdict.PASSED  # of the whole hand-in: UNREADABLE, MISSING (no file), CPU_LIMIT on load ...
    note: Diagnosis | None = None  # what to say about the whole file ("your module stops at line 12 ...")
    output: str = ""  # what it printed while it was graded; for the instructor only
    seconds: float = 0.0

    @property
    def points(self) -> float:
        return sum(one.points for one in self.exercises)

    @property
    def max_points(self) -> float:
        return sum(one.max_points for one in self.exercises)


@dataclass(frozen=True)
class SubmissionResult:
    """One student's row."""

    student: str
    topics: tuple[TopicResult, ...]
    notes: tuple[Diagnosis, ...] = ()  # about the hand-in as a folder: files set aside, names guessed

    @property
    def points(self) -> float:
        return sum(one.points for one in self.topics)

    @property
    def max_points(self) -> float:
        return sum(one.max_points for one in self.topics)


def to_json(record: Any) -> dict[str, Any]:
    """A record as plain JSON data (`StrEnum` values become strings, tuples become lists on dumping)."""
    return asdict(record)


def diagnosis_from_json(data: dict[str, Any] | None) -> Diagnosis | None:
    return None if data is None else Diagnosis(**data)


def check_from_json(data: dict[str, Any]) -> CheckResult:
    rest = {**data, "verdict": Verdict(data["verdict"]), "diagnosis": diagnosis_from_json(data["diagnosis"])}
    return CheckResult(**rest)


def topic_from_json(data: dict[str, Any]) -> TopicResult:
    """The inverse of `to_json` for a `TopicResult`."""
    exercises = tuple(
        ExerciseResult(
            name=one["name"],
            points=one["points"],
            max_points=one["max_points"],
            verdict=Verdict(one["verdict"]),
            checks=tuple(check_from_json(check) for check in one["checks"]),
            pictures=tuple(Picture(**picture) for picture in one.get("pictures", ())),
        )
        for one in data["exercises"]
    )
    return TopicResult(
        topic=data["topic"],
        exercises=exercises,
        verdict=Verdict(data["verdict"]),
        note=diagnosis_from_json(data["note"]),
        output=data["output"],
        seconds=data["seconds"],
    )


def score_exercise(name: str, max_points: float, checks: tuple[CheckResult, ...]) -> ExerciseResult:
    """Partial credit: `max_points` times the weight of passed checks over the weight of all checks.

    A check that could not be tested here counts neither way; where there is no other, there are no points to earn.
    """
    tested = [check for check in checks if check.verdict is not Verdict.NOT_TESTED]
    if checks and not tested:
        return ExerciseResult(name, 0.0, 0.0, Verdict.NOT_TESTED, checks)
    total = sum(check.weight for check in tested)
    earned = sum(check.weight for check in checks if check.passed)
    points = max_points * earned / total if total else 0.0
    failed = next((check.verdict for check in tested if not check.passed), None)
    verdict = failed or (Verdict.PASSED if checks else Verdict.NO_EVIDENCE)
    return ExerciseResult(name, round(points, 6), max_points, verdict, checks)
