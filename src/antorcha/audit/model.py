"""What an audit found, as data: the table, the page and the JSON are made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from antorcha.audit.mutants import Mutant
from antorcha.course.model import Audit
from antorcha.variants import Equivalent

MANY_EQUIVALENTS = 0.05


class Fate(StrEnum):
    """What became of a mutant. Only the first three count in its exercise's total."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"  # survived, and its author says why nothing could tell it apart
    UNSEEN = "not distinguishable"  # around the solution; on every input of the tests it does just what that does
    ACCEPTED = "accepted"  # not distinguishable, and marked by its author
    NOT_APPLICABLE = "not applicable"  # there is nothing that it could change
    NOT_TESTED = "not tested"  # it needs a device that is not here
    UNJUDGED = "not judged"  # the grader itself failed on it


@dataclass(frozen=True)
class Judged:
    """A mutant and its fate; `by` is the check that killed it."""

    mutant: Mutant
    fate: Fate
    by: str = ""


@dataclass(frozen=True)
class Tried:
    """A variant: was it refused (some check failed), and by whose message are its failures explained?"""

    exercise: str
    name: str
    refused: bool
    told_apart: bool = False
    why: str = ""


@dataclass(frozen=True)
class Count:
    """Killed, of those that count and that nobody marked as equivalent."""

    killed: int = 0
    total: int = 0
    equivalent: int = 0

    @property
    def share(self) -> float:
        return self.killed / self.total if self.total else 1.0


def count(mutants: Iterable[Judged]) -> Count:
    fates = [one.fate for one in mutants]
    killed, survived = fates.count(Fate.KILLED), fates.count(Fate.SURVIVED)
    return Count(killed, killed + survived, fates.count(Fate.EQUIVALENT))


@dataclass(frozen=True)
class TopicAudit:
    """One topic. `faults` are sentences about what is broken besides mutants: the stub earns points, and so on."""

    topic: str
    exercises: tuple[str, ...]
    right: tuple[Tried, ...]  # the solution of each exercise among them
    wrong: tuple[Tried, ...]
    mutants: tuple[Judged, ...]
    faults: tuple[str, ...]
    stale: tuple[Equivalent, ...]
    devices: tuple[str, ...]
    reused: int = 0

    def of(self, *fates: Fate) -> list[Judged]:
        return [one for one in self.mutants if one.fate in fates]

    @property
    def silent(self) -> list[Judged]:
        return [one for one in self.mutants if one.mutant.silent]

    @property
    def many_equivalents(self) -> bool:
        whole = count(self.mutants)
        return whole.equivalent > MANY_EQUIVALENTS * (whole.total + whole.equivalent)


def shortcomings(audit: TopicAudit, demands: Audit) -> list[str]:
    """Why the topic's graders do not pass the audit, a sentence each; empty when they do."""
    found = list(audit.faults)
    found += [f"right, but refused: {one.name} of {one.exercise} ({one.why})" for one in audit.right if one.refused]
    found += [f"wrong, but it passes: {one.name} of {one.exercise}" for one in audit.wrong if not one.refused]
    found += [
        f"wrong, and not told apart: {one.name} of {one.exercise} ({one.why})"
        for one in audit.wrong
        if one.refused and not one.told_apart
    ]
    found += [f"not judged: {one.mutant.id} of {one.mutant.exercise}" for one in audit.of(Fate.UNJUDGED)]
    for what, those, least in (
        ("mutants", audit.mutants, demands.min_killed),
        ("mutants with a silent bug", audit.silent, demands.min_silent),
    ):
        got = count(those)
        if got.share < least:
            found.append(f"{got.killed} of {got.total} {what} die, {got.share:.1%}; at least {least:.1%} must")
    return found
