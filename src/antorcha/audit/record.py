"""An audit as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from antorcha.audit.model import AuditReport, Count, Fate, Judged, Messages, TopicAudit, count, shortcomings
from antorcha.audit.wrappers import SILENT_BUGS
from antorcha.course.model import Audit


def report_record(report: AuditReport, demands: Audit) -> dict[str, Any]:
    """Return the whole report; for a topic that was left alone, its last record."""
    topics: dict[str, Any] = dict(report.unchanged)
    for audit in report.audits:
        topics[audit.topic] = {**topic_record(audit), "shortcomings": shortcomings(audit, demands)}
    return {
        "topics": topics,
        "unchanged": list(report.unchanged),
        "seconds": round(report.seconds, 3),
        "mutants_run": report.mutants_run,
        "mutants_per_second": round(report.rate, 2),
    }


def topic_record(audit: TopicAudit) -> dict[str, Any]:
    """Return the record of one topic: its numbers, and what an author has to look at."""
    whole = count(audit.mutants)
    silent = {name: [judged for judged in audit.silent if judged.mutant.silent == name] for name in SILENT_BUGS}
    return {
        "exercises": len(audit.exercises),
        "right": len(audit.right),
        "right_refused": sum(tried.refused for tried in audit.right),
        "variants": len(audit.wrong),
        "variants_caught": sum(tried.refused for tried in audit.wrong),
        "variants_told_apart": sum(tried.told_apart for tried in audit.wrong),
        "messages": asdict(audit.messages),
        "messages_at_home": asdict(audit.messages_at_home),
        "named_falsely_at_home": {tried.name: tried.why for tried in audit.named_falsely_at_home},
        "first_sentences": asdict(audit.first_sentences),
        "told_falsely": [{**_mutant(judged), "kind": judged.kind} for judged in audit.told_falsely],
        "messages_by_exercise": {name: asdict(messages) for name, messages in messages_by_exercise(audit).items()},
        "red_at_home": round(audit.share_red_at_home, 3),
        "green_at_home": [tried.name for tried in audit.green_at_home],
        "points_kept": {tried.name: round(tried.kept, 3) for tried in audit.wrong},
        "foreign_failures": audit.foreign,
        "mutants": whole.total + whole.equivalent,
        "killed": whole.killed,
        "equivalent": whole.equivalent,
        "survivors": [_mutant(judged) for judged in audit.of(Fate.SURVIVED)],
        "silent": {name: _count(count(mutants)) for name, mutants in silent.items()},
        "operators": {name: _count(counted) for name, counted in by_operator(audit).items()},
        "by_exercise": {name: _count(counted) for name, counted in by_exercise(audit).items()},
        "not_distinguishable": [_mutant(judged) for judged in audit.of(Fate.UNSEEN)],
        "not_distinguishable_accepted": len(audit.of(Fate.ACCEPTED)),
        "not_applicable": len(audit.of(Fate.NOT_APPLICABLE)),
        "not_tested": [_mutant(judged) for judged in audit.of(Fate.NOT_TESTED)],
        "stale_marks": [{"exercise": mark.exercise, "id": mark.mutant} for mark in audit.stale],
        "devices": list(audit.devices),
        "workers_word": audit.claims,
        "reused": audit.reused,
    }


def messages_by_exercise(audit: TopicAudit) -> dict[str, Messages]:
    """Return how the failed checks of each exercise's wrong variants are explained."""
    none = Messages()
    return {
        name: sum((tried.messages for tried in audit.wrong if tried.exercise == name), none) for name in audit.exercises
    }


def by_exercise(audit: TopicAudit) -> dict[str, Count]:
    return {
        name: count(judged for judged in audit.mutants if judged.mutant.exercise == name) for name in audit.exercises
    }


def by_operator(audit: TopicAudit) -> dict[str, Count]:
    """Return the counts of mutants by operator; a wrapper mutant counts under its wrapper's name."""
    names = dict.fromkeys(judged.mutant.operator for judged in audit.mutants)
    counts = {name: count(judged for judged in audit.mutants if judged.mutant.operator == name) for name in names}
    return {name: counted for name, counted in counts.items() if counted.total or counted.equivalent}


def _count(counted: Count) -> dict[str, int]:
    return {"killed": counted.killed, "total": counted.total, "equivalent": counted.equivalent}


def _mutant(judged: Judged) -> dict[str, str]:
    mutant = judged.mutant
    return {
        "exercise": mutant.exercise,
        "operator": mutant.operator,
        "silent": mutant.silent,
        "id": mutant.id,
        "diff": mutant.diff,
    }
