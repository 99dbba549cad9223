"""How a hand-in of the audit ended, as plain data that a cache can keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from antorcha.audit.wrappers import spied
from antorcha.bulk.grade import Graded
from antorcha.results import CheckResult, Verdict


@dataclass(frozen=True)
class Failure:
    """A check that did not pass. `variant`: the wrong variant by whose message it is explained, if any."""

    check: str
    exercise: str
    verdict: str
    kind: str
    variant: str = ""


@dataclass(frozen=True)
class Outcome:
    """`points` by exercise, for those that ran; `digest`: the evidence of one that passed as a probe;
    `shown`: what kinds of things the spy saw go in and out."""

    points: dict[str, float]
    max_points: dict[str, float]
    failures: tuple[Failure, ...]
    devices: tuple[str, ...]
    digest: str = ""
    shown: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether the tests gave a verdict at all."""
        return bool(self.points) and not any(one.verdict == Verdict.GRADER_ERROR for one in self.failures)

    @property
    def passed(self) -> bool:
        return self.judged and not self.failures


def outcome_of(graded: Graded) -> Outcome:
    """What is kept of a result."""
    ran = [one for one in graded.result.exercises if one.checks]
    # A check for a device that is not here says nothing about an answer.
    checks = [check for one in ran for check in one.checks if check.verdict is not Verdict.NOT_TESTED]
    return Outcome(
        points={one.name: one.points for one in ran},
        max_points={one.name: one.max_points for one in ran},
        failures=tuple(_failure(check) for check in checks if not check.passed),
        devices=tuple(sorted({device for check in checks for device in check.device.split("+")})),
        digest=graded.evidence,
        shown=spied(graded.result.output),
    )


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


def outcome_from_json(data: dict[str, Any]) -> Outcome:
    """Errors: `KeyError` or `TypeError` for what `outcome_to_json` did not write."""
    failures = tuple(Failure(**one) for one in data["failures"])
    rest = {name: tuple(data[name]) for name in ("devices", "shown")}
    return Outcome(**{**data, **rest, "failures": failures})


def _failure(check: CheckResult) -> Failure:
    diagnosis = check.diagnosis
    kind = diagnosis.kind if diagnosis else ""
    variant = str(diagnosis.details.get("variant", "")) if diagnosis and kind == "variant" else ""
    return Failure(check.check, check.exercise, check.verdict.value, kind, variant)
