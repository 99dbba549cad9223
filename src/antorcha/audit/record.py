"""An audit as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antorcha.audit.model import Count, Fate, Judged, TopicAudit, count, shortcomings
from antorcha.audit.wrappers import SILENT
from antorcha.course.model import Audit

if TYPE_CHECKING:
    from antorcha.audit.run import Report


def report_record(report: Report, demands: Audit) -> dict[str, Any]:
    """The whole report; topics that were left alone with what was last found of them."""
    topics: dict[str, Any] = dict(report.unchanged)
    for audit in report.audits:
        topics[audit.topic] = {**topic_record(audit), "shortcomings": shortcomings(audit, demands)}
    return {
        "topics": topics,
        "unchanged": list(report.unchanged),
        "seconds": round(report.seconds, 3),
        "mutants_per_second": round(report.rate, 2),
    }


def topic_record(audit: TopicAudit) -> dict[str, Any]:
    """One topic: numbers, and what an author has to look at."""
    whole = count(audit.mutants)
    return {
        "exercises": len(audit.exercises),
        "right": len(audit.right),
        "right_refused": sum(one.refused for one in audit.right),
        "variants": len(audit.wrong),
        "variants_caught": sum(one.refused for one in audit.wrong),
        "variants_told_apart": sum(one.told_apart for one in audit.wrong),
        "mutants": whole.total + whole.equivalent,
        "killed": whole.killed,
        "equivalent": whole.equivalent,
        "survivors": [_mutant(one) for one in audit.of(Fate.SURVIVED)],
        "silent": {name: _count(count(_of_class(audit, name))) for name in SILENT},
        "operators": {name: _count(counted) for name, counted in by_operator(audit).items()},
        "by_exercise": {name: _count(counted) for name, counted in by_exercise(audit).items()},
        "not_distinguishable": [_mutant(one) for one in audit.of(Fate.UNSEEN)],
        "not_distinguishable_accepted": len(audit.of(Fate.ACCEPTED)),
        "not_applicable": len(audit.of(Fate.NOT_APPLICABLE)),
        "not_tested": [_mutant(one) for one in audit.of(Fate.NOT_TESTED)],
        "stale_marks": [{"exercise": one.exercise, "id": one.mutant} for one in audit.stale],
        "devices": list(audit.devices),
        "reused": audit.reused,
    }


def by_exercise(audit: TopicAudit) -> dict[str, Count]:
    return {name: count(one for one in audit.mutants if one.mutant.exercise == name) for name in audit.exercises}


def by_operator(audit: TopicAudit) -> dict[str, Count]:
    """Rewritings of the code by their operator; what was done around the solution by its own name."""
    names = dict.fromkeys(one.mutant.operator for one in audit.mutants)
    counts = {name: count(one for one in audit.mutants if one.mutant.operator == name) for name in names}
    return {name: one for name, one in counts.items() if one.total or one.equivalent}


def _of_class(audit: TopicAudit, name: str) -> list[Judged]:
    return [one for one in audit.mutants if one.mutant.silent == name]


def _count(one: Count) -> dict[str, int]:
    return {"killed": one.killed, "total": one.total, "equivalent": one.equivalent}


def _mutant(one: Judged) -> dict[str, str]:
    mutant = one.mutant
    return {
        "exercise": mutant.exercise,
        "operator": mutant.operator,
        "silent": mutant.silent,
        "id": mutant.id,
        "diff": mutant.diff,
    }
