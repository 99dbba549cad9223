"""The findings of an audit, as data: the table, the page and the JSON are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from antorcha.audit.first_sentence import Told
from antorcha.audit.mutants import Mutant
from antorcha.course.model import Audit
from antorcha.variants import Equivalent

MANY_EQUIVALENTS = 0.05  # of a topic's mutants: from here on an author may have marked what a test should catch
KEEPS_TOO_MUCH = 0.7  # of an exercise's points, for an answer that makes one of its known mistakes


class Fate(StrEnum):
    """The fate of a mutant. Only the first three count in its exercise's total."""

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
    """A mutant and its fate; `by` is the check that killed it.

    `told`: the truth of what that check says, where the mutant's class of mistake is known; `kind`: what it says.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    told: Told | None = None
    kind: str = ""


@dataclass(frozen=True)
class Messages:
    """Counts of what failed checks say: the mistake that was made, only what differs, or another mistake."""

    true: int = 0
    general: int = 0
    false: int = 0

    @property
    def total(self) -> int:
        return self.true + self.general + self.false

    def share(self, part: int) -> float:
        return part / self.total if self.total else 0.0

    def __add__(self, other: Messages) -> Messages:
        return Messages(self.true + other.true, self.general + other.general, self.false + other.false)


@dataclass(frozen=True)
class Tried:
    """A variant, whether it was refused (some check failed), and how its failures are explained.

    `kept`: the share of the exercise's points that it keeps. `red_at_home`: a visible test refuses it too; `None` for
    an exercise of which the visible tests may not tell, and for what shows on another device than the CPU only.
    """

    exercise: str
    name: str
    refused: bool
    told_apart: bool = False
    why: str = ""
    kept: float = 0.0
    red_at_home: bool | None = None
    messages: Messages = field(default_factory=Messages)


@dataclass(frozen=True)
class Count:
    """Counts of mutants: killed, and all that count; apart from them, those marked as equivalent."""

    killed: int = 0
    total: int = 0
    equivalent: int = 0

    @property
    def share(self) -> float:
        return self.killed / self.total if self.total else 1.0


def count(mutants: Iterable[Judged]) -> Count:
    fates = [judged.fate for judged in mutants]
    killed, survived = fates.count(Fate.KILLED), fates.count(Fate.SURVIVED)
    return Count(killed, killed + survived, fates.count(Fate.EQUIVALENT))


@dataclass(frozen=True)
class TopicAudit:
    """The audit of one topic.

    `faults` are sentences about what is broken besides mutants: the stub earns points, and so on. `claims`: for each
    check that believes what a worker says of itself, what it is believed about.
    """

    topic: str
    exercises: tuple[str, ...]
    right: tuple[Tried, ...]  # the solution of each exercise among them
    wrong: tuple[Tried, ...]
    at_home: tuple[Tried, ...]  # the wrong variants of write and debug exercises, by the visible tests alone
    mutants: tuple[Judged, ...]
    faults: tuple[str, ...]
    stale: tuple[Equivalent, ...]
    devices: tuple[str, ...]
    reused: int = 0
    claims: dict[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: int = 0  # failures tried that have nothing to do with their exercise

    def of(self, *fates: Fate) -> list[Judged]:
        return [judged for judged in self.mutants if judged.fate in fates]

    @property
    def silent(self) -> list[Judged]:
        return [judged for judged in self.mutants if judged.mutant.silent]

    @property
    def messages(self) -> Messages:
        return sum((tried.messages for tried in self.wrong), Messages())

    @property
    def messages_at_home(self) -> Messages:
        return sum((tried.messages for tried in self.at_home), Messages())

    @property
    def named_falsely_at_home(self) -> list[Tried]:
        return [tried for tried in self.at_home if tried.messages.false]

    @property
    def first_sentences(self) -> Messages:
        """Return what the mutants are told whose class of mistake is known."""
        said = [judged.told for judged in self.mutants]
        return Messages(said.count(Told.TRUE), said.count(Told.GENERAL), said.count(Told.FALSE))

    @property
    def told_falsely(self) -> list[Judged]:
        return [judged for judged in self.mutants if judged.told is Told.FALSE]

    @property
    def dear(self) -> list[Tried]:
        """Return the wrong variants that keep more of their points than a known mistake should."""
        return [tried for tried in self.wrong if tried.kept > KEEPS_TOO_MUCH]

    @property
    def green_at_home(self) -> list[Tried]:
        """Return the wrong variants that pass all visible tests: a student learns of them from the mark only."""
        return [tried for tried in self.wrong if tried.red_at_home is False]

    @property
    def share_red_at_home(self) -> float:
        counted = [tried for tried in self.wrong if tried.red_at_home is not None]
        return 1 - len(self.green_at_home) / len(counted) if counted else 1.0

    @property
    def many_equivalents(self) -> bool:
        whole = count(self.mutants)
        return whole.equivalent > MANY_EQUIVALENTS * (whole.total + whole.equivalent)


def shortcomings(audit: TopicAudit, demands: Audit) -> list[str]:
    """Return the reasons why a topic's graders do not pass the audit, a sentence each; empty when they do."""
    found = list(audit.faults)
    found += [
        f"right, but refused: {variant.name} of {variant.exercise} ({variant.why})"
        for variant in audit.right
        if variant.refused
    ]
    found += [
        f"wrong, but it passes: {variant.name} of {variant.exercise}" for variant in audit.wrong if not variant.refused
    ]
    found += [
        f"wrong, and not told apart: {variant.name} of {variant.exercise} ({variant.why})"
        for variant in audit.wrong
        if variant.refused and not variant.told_apart
    ]
    found += [f"not judged: {judged.mutant.id} of {judged.mutant.exercise}" for judged in audit.of(Fate.UNJUDGED)]
    for name, mutants, least in (
        ("mutants", audit.mutants, demands.min_killed),
        ("mutants with a silent bug", audit.silent, demands.min_silent),
    ):
        got = count(judged for judged in mutants if judged.mutant.demanded)
        if got.share < least:
            found.append(f"{got.killed} of {got.total} {name} die, {got.share:.1%}; at least {least:.1%} must")
    if audit.share_red_at_home < demands.min_red_at_home:
        share, least = audit.share_red_at_home, demands.min_red_at_home
        found.append(f"{share:.1%} of the wrong variants fail a visible test; at least {least:.1%} must")
    return [*found, *_untrue(audit.messages + audit.first_sentences, audit.messages_at_home, demands)]


def _untrue(messages: Messages, at_home: Messages, demands: Audit) -> Iterator[str]:
    """Yield what is too little true, or too often false. At home few inputs tell mistakes apart: more stays general."""
    if messages.share(messages.true) < demands.min_true_messages and messages.total:
        share = messages.share(messages.true)
        yield f"{share:.1%} of the messages name the true mistake; at least {demands.min_true_messages:.1%} must"
    for where, counted in (("", messages), (" at home", at_home)):
        share = counted.share(counted.false)
        if share > demands.max_false_messages:
            most = demands.max_false_messages
            yield f"{share:.1%} of the messages{where} name a false mistake; at most {most:.1%} may"


@dataclass
class AuditReport:
    """The audited topics, the last record of those left alone, and the time that all of it took."""

    audits: list[TopicAudit] = field(default_factory=list)
    unchanged: dict[str, dict[str, object]] = field(default_factory=dict)
    seconds: float = 0.0
    mutants_run: int = 0

    @property
    def rate(self) -> float:
        """Return the mutants judged a second, those of the cache left out."""
        return self.mutants_run / self.seconds if self.seconds else 0.0
