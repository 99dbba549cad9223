"""An audit on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from antorcha.audit.model import Count, Fate, Judged, TopicAudit, count, shortcomings
from antorcha.audit.mutants import WRAPPED
from antorcha.audit.record import by_exercise
from antorcha.audit.wrappers import SILENT
from antorcha.course.model import Audit
from antorcha.report.table import plain_lines

if TYPE_CHECKING:
    from antorcha.audit.run import Report

_FEW = 2


def report_lines(report: Report, demands: Audit) -> Iterator[str]:
    """The whole report, topic by topic."""
    for audit in report.audits:
        yield from topic_lines(audit, demands)
        yield ""
    for name in report.unchanged:
        yield f"{name}: as it was when it last passed the audit"
    reused = sum(audit.reused for audit in report.audits)
    rate = f", {report.rate:.1f} mutants/s" if report.mutants_run else ""
    yield f"{report.mutants_run} mutants run, {reused} outcomes reused, {report.seconds:.1f} s{rate}"


def topic_lines(audit: TopicAudit, demands: Audit) -> Iterator[str]:
    """The tables of one topic, then all that an author has to look at."""
    yield f"{audit.topic} (on {', '.join(audit.devices) or 'no device'})"
    yield ""
    yield from _indented(plain_lines([_HEADER, *_exercise_rows(audit)]))
    yield ""
    yield from _indented(plain_lines([("mutants of", "killed", "%"), *_operator_rows(audit)]))
    yield ""
    yield from _survivors(audit)
    yield from _unseen(audit)
    yield from _remarks(audit)
    problems = shortcomings(audit, demands)
    yield f"{audit.topic}: {'does not pass the audit' if problems else 'passes the audit'}"
    yield from (f"  - {problem}" for problem in problems)


_HEADER = ("exercise", "right", "wrong refused", "told apart", "mutants killed", "%", "equivalent")


def _exercise_rows(audit: TopicAudit) -> Iterator[Sequence[str]]:
    for name, counted in by_exercise(audit).items():
        yield _exercise_row(audit, name, counted, (name,))
    yield _exercise_row(audit, "all", count(audit.mutants), audit.exercises)


def _exercise_row(audit: TopicAudit, title: str, counted: Count, names: Sequence[str]) -> Sequence[str]:
    right = [one for one in audit.right if one.exercise in names]
    wrong = [one for one in audit.wrong if one.exercise in names]
    return (
        title,
        f"{sum(not one.refused for one in right)}/{len(right)}",
        f"{sum(one.refused for one in wrong)}/{len(wrong)}",
        f"{sum(one.told_apart for one in wrong)}/{len(wrong)}",
        *_share(counted),
        str(counted.equivalent or ""),
    )


def _operator_rows(audit: TopicAudit) -> Iterator[Sequence[str]]:
    plain = [one for one in audit.mutants if not one.mutant.silent]
    for family in dict.fromkeys(one.mutant.family for one in plain):
        group = [one for one in plain if one.mutant.family == family]
        if family == WRAPPED:
            yield (family, *_share(count(group)))
            continue
        for operator in dict.fromkeys(one.mutant.operator for one in group):
            counted = count(one for one in group if one.mutant.operator == operator)
            yield (f"{family}: {operator}", *_share(counted))
    for name in SILENT:
        yield (f"silent: {name}", *_share(count(one for one in audit.silent if one.mutant.silent == name)))
    yield ("all silent classes", *_share(count(audit.silent)))


def _share(counted: Count) -> tuple[str, str]:
    return f"{counted.killed}/{counted.total}", f"{100 * counted.share:.1f}" if counted.total else "-"


def _survivors(audit: TopicAudit) -> Iterator[str]:
    survivors = audit.of(Fate.SURVIVED)
    if survivors:
        yield f"Survivors ({len(survivors)}): wrong code that the tests take for right"
        for one in survivors:
            yield f"  {one.mutant.exercise} | {one.mutant.id}"
            yield from (f"      {line}" for line in one.mutant.diff.split("\n"))
        yield ""


def _unseen(audit: TopicAudit) -> Iterator[str]:
    """By disguise: one exercise more or less is what an author decides about."""
    unseen = audit.of(Fate.UNSEEN)
    if not unseen:
        return
    yield f"Not distinguishable ({len(unseen)}, not counted above): no input of the tests shows a difference."
    yield "Give one that does, or mark them as equivalent."
    for title, group in _grouped(unseen):
        yield f"  {title}: {', '.join(one.mutant.exercise for one in group)}"
    yield ""


def _grouped(mutants: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    for name in dict.fromkeys(one.mutant.id for one in mutants):
        group = [one for one in mutants if one.mutant.id == name]
        silent = group[0].mutant.silent
        yield (f"{name} [{silent}]" if silent else name), group


def _remarks(audit: TopicAudit) -> Iterator[str]:
    elsewhere = audit.of(Fate.NOT_TESTED)
    if elsewhere:
        yield f"Not tested here: {len(elsewhere)} mutants that need another device than the CPU"
    if audit.many_equivalents:
        many = count(audit.mutants).equivalent
        yield f"Many marked as equivalent: {many}. Is each one really as right as the solution?"
    for one in audit.stale:
        yield f"Stale mark, it excuses nothing: {one.exercise} | {one.mutant}"
    bare = [name for name in audit.exercises if sum(one.exercise == name for one in audit.right) <= _FEW]
    if bare:
        yield f"Fewer than two other right solutions: {', '.join(bare)}"
    alone = [name for name in audit.exercises if not any(one.exercise == name for one in audit.wrong)]
    if alone:
        yield f"No wrong variant: {', '.join(alone)}"


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
