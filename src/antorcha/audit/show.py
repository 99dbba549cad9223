"""An audit on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple

from antorcha.audit.model import AuditReport, Count, Fate, Judged, Messages, TopicAudit, Tried, count, shortcomings
from antorcha.audit.mutants import WRAPPER_FAMILY
from antorcha.audit.record import by_exercise
from antorcha.audit.wrappers import SILENT_BUGS
from antorcha.course.model import Audit
from antorcha.report.table import plain_lines

_FEW_RIGHT_VARIANTS = 2  # of an exercise, its solution among them


def report_lines(report: AuditReport, demands: Audit) -> Iterator[str]:
    """Yield the lines of the whole report, topic by topic."""
    for audit in report.audits:
        yield from topic_lines(audit, demands)
        yield ""
    for name in report.unchanged:
        yield f"{name}: as it was when it last passed the audit"
    reused = sum(audit.reused for audit in report.audits)
    rate = f", {report.rate:.1f} mutants/s" if report.mutants_run else ""
    yield f"{report.mutants_run} mutants run, {reused} outcomes reused, {report.seconds:.1f} s{rate}"


def topic_lines(audit: TopicAudit, demands: Audit) -> Iterator[str]:
    """Yield the tables of one topic, then all that an author has to look at."""
    yield f"{audit.topic} (on {', '.join(audit.devices) or 'no device'})"
    yield ""
    yield from _indented(plain_lines([_HEADER, *_exercise_rows(audit)]))
    yield ""
    yield from _indented(plain_lines([("mutants of", "killed", "%"), *_operator_rows(audit)]))
    yield ""
    yield from _survivors(audit)
    yield from _unseen(audit)
    yield from _workers_word(audit)
    yield from _remarks(audit)
    problems = shortcomings(audit, demands)
    yield f"{audit.topic}: {'does not pass the audit' if problems else 'passes the audit'}"
    yield from (f"  - {problem}" for problem in problems)


_HEADER = (
    "exercise",
    "right",
    "wrong refused",
    "told apart",
    "red at home",
    "messages true/general/false",
    "mutants killed",
    "%",
    "equivalent",
)


def _exercise_rows(audit: TopicAudit) -> Iterator[Sequence[str]]:
    for name, counted in by_exercise(audit).items():
        yield _exercise_row(audit, name, counted, (name,))
    yield _exercise_row(audit, "all", count(audit.mutants), audit.exercises)


def _exercise_row(audit: TopicAudit, title: str, counted: Count, names: Sequence[str]) -> Sequence[str]:
    right = [tried for tried in audit.right if tried.exercise in names]
    wrong = [tried for tried in audit.wrong if tried.exercise in names]
    return (
        title,
        f"{sum(not tried.refused for tried in right)}/{len(right)}",
        f"{sum(tried.refused for tried in wrong)}/{len(wrong)}",
        f"{sum(tried.told_apart for tried in wrong)}/{len(wrong)}",
        _red_at_home(wrong),
        _slashed(sum((tried.messages for tried in wrong), Messages())),
        *_share(counted),
        str(counted.equivalent or ""),
    )


def _slashed(messages: Messages) -> str:
    return "/".join(str(number) for number in astuple(messages))


def _red_at_home(wrong: Sequence[Tried]) -> str:
    counted = [tried.red_at_home for tried in wrong if tried.red_at_home is not None]
    return f"{sum(counted)}/{len(counted)}" if counted else "-"


def _operator_rows(audit: TopicAudit) -> Iterator[Sequence[str]]:
    plain = [judged for judged in audit.mutants if not judged.mutant.silent]
    for family in dict.fromkeys(judged.mutant.family for judged in plain):
        group = [judged for judged in plain if judged.mutant.family == family]
        if family == WRAPPER_FAMILY:
            yield (family, *_share(count(group)))
            continue
        for operator in dict.fromkeys(judged.mutant.operator for judged in group):
            counted = count(judged for judged in group if judged.mutant.operator == operator)
            yield (f"{family}: {operator}", *_share(counted))
    for name in SILENT_BUGS:
        yield (f"silent: {name}", *_share(count(judged for judged in audit.silent if judged.mutant.silent == name)))
    yield ("all silent classes", *_share(count(audit.silent)))


def _share(counted: Count) -> tuple[str, str]:
    return f"{counted.killed}/{counted.total}", f"{100 * counted.share:.1f}" if counted.total else "-"


def _survivors(audit: TopicAudit) -> Iterator[str]:
    survivors = audit.of(Fate.SURVIVED)
    if survivors:
        yield f"Survivors ({len(survivors)}): wrong code that the tests take for right"
        for judged in survivors:
            note = "" if judged.mutant.demanded else "   (listed only: wrong where the text asks for it)"
            yield f"  {judged.mutant.exercise} | {judged.mutant.id}{note}"
            yield from (f"      {line}" for line in judged.mutant.diff.split("\n"))
        yield ""


def _unseen(audit: TopicAudit) -> Iterator[str]:
    """Yield the wrappers that no input shows, each with its exercises: an author decides which get one more."""
    unseen = audit.of(Fate.UNSEEN)
    if not unseen:
        return
    yield f"Not distinguishable ({len(unseen)}, not counted above): no input of the tests shows a difference."
    yield "Give one that does, or mark them as equivalent."
    for title, group in _grouped(unseen):
        yield f"  {title}: {', '.join(judged.mutant.exercise for judged in group)}"
    yield ""


def _grouped(mutants: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    for name in dict.fromkeys(judged.mutant.id for judged in mutants):
        group = [judged for judged in mutants if judged.mutant.id == name]
        silent = group[0].mutant.silent
        yield (f"{name} [{silent}]" if silent else name), group


def _workers_word(audit: TopicAudit) -> Iterator[str]:
    """Yield the checks that a hostile submission could satisfy by claims, by what is claimed."""
    if not audit.claims:
        return
    yield f"Rest on the worker's word ({len(audit.claims)} checks): a hostile submission could make up what it says of"
    yield "itself. Give an input for which cheating gives another answer, or breaks a limit."
    for claim in dict.fromkeys(word for words in audit.claims.values() for word in words):
        checks = [check for check, words in audit.claims.items() if claim in words]
        yield f"  {claim}: {', '.join(checks)}"
    yield ""


def _remarks(audit: TopicAudit) -> Iterator[str]:
    elsewhere = audit.of(Fate.NOT_TESTED)
    if elsewhere:
        yield f"Not tested here: {len(elsewhere)} mutants that need another device than the CPU"
    if audit.first_sentences.total:
        yield f"What mutants are told (true/general/false): {_slashed(audit.first_sentences)}"
    if audit.messages_at_home.total:
        yield f"What the visible tests alone say (true/general/false): {_slashed(audit.messages_at_home)}"
    for tried in audit.named_falsely_at_home:
        yield f"Told another mistake at home: {tried.name} of {tried.exercise} ({tried.why})"
    for judged in audit.told_falsely:
        yield f"Told {judged.kind} by {judged.by}: {judged.mutant.id} of {judged.mutant.exercise}"
    for tried in audit.dear:
        yield f"Keeps {tried.kept:.0%} of its points: {tried.name} of {tried.exercise}"
    if audit.green_at_home:
        names = ", ".join(f"{tried.name} of {tried.exercise}" for tried in audit.green_at_home)
        yield f"Green at home ({audit.share_red_at_home:.0%} are red): {names}"
    if audit.many_equivalents:
        many = count(audit.mutants).equivalent
        yield f"Many marked as equivalent: {many}. Is each judged really as right as the solution?"
    for mark in audit.stale:
        yield f"Stale mark, it excuses nothing: {mark.exercise} | {mark.mutant}"
    bare = [
        name for name in audit.exercises if sum(tried.exercise == name for tried in audit.right) <= _FEW_RIGHT_VARIANTS
    ]
    if bare:
        yield f"Fewer than two other right solutions: {', '.join(bare)}"
    alone = [name for name in audit.exercises if not any(tried.exercise == name for tried in audit.wrong)]
    if alone:
        yield f"No wrong variant: {', '.join(alone)}"


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
