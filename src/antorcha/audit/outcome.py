"""The outcome of a submission of the audit, as plain data that a cache can keep."""

from __future__ import annotations

from dataclasses import dataclass, field

from antorcha.audit.wrappers import observed_kinds
from antorcha.bulk.grade import Graded
from antorcha.course.device_kinds import CPU
from antorcha.results import CheckResult, Verdict


@dataclass(frozen=True)
class Failure:
    """A check that did not pass. `variant`: the wrong variant by whose message it is explained, if any.

    `devices`: all that it ran on, with + between them.
    """

    check: str
    exercise: str
    verdict: str
    kind: str
    variant: str = ""
    at_home: bool = False  # a visible test: students see it fail before they hand in
    devices: str = CPU


@dataclass(frozen=True)
class Outcome:
    """The outcome of one submission of the audit.

    `points` by exercise, for those that ran; `digest`: of what the checks of a mutant saw that passed; `shown`: what
    kinds of things the observing wrapper saw go in and out; `claims`: see `antorcha.bulk.protocol.MutantEvidence`.
    """

    points: dict[str, float]
    max_points: dict[str, float]
    failures: tuple[Failure, ...]
    devices: tuple[str, ...]
    digest: str = ""
    shown: tuple[str, ...] = ()
    claims: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        """Return whether the tests gave a verdict at all."""
        return bool(self.points) and not any(failure.verdict == Verdict.GRADER_ERROR for failure in self.failures)

    @property
    def passed(self) -> bool:
        return self.judged and not self.failures


def outcome_of(graded: Graded) -> Outcome:
    """Return the part of a result that is kept."""
    ran = [exercise for exercise in graded.result.exercises if exercise.checks and not exercise.to_grade]
    # A check for a device that is not here says nothing about an answer.
    checks = [check for exercise in ran for check in exercise.checks if check.verdict is not Verdict.NOT_TESTED]
    return Outcome(
        points={exercise.name: exercise.points for exercise in ran},
        max_points={exercise.name: exercise.max_points for exercise in ran},
        failures=tuple(_failure(check) for check in checks if not check.passed),
        devices=tuple(sorted({device for check in checks for device in check.device.split("+")})),
        digest=graded.evidence.digest,
        shown=observed_kinds(graded.result.output),
        claims=graded.evidence.claims,
    )


def _failure(check: CheckResult) -> Failure:
    diagnosis = check.diagnosis
    kind = diagnosis.kind if diagnosis else ""
    variant = str(diagnosis.details.get("variant", "")) if diagnosis and kind == "variant" else ""
    return Failure(check.check, check.exercise, check.verdict.value, kind, variant, check.visible, check.device)
