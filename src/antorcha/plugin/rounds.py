"""Runs collected checks on one hand-in, as often as there are hand-ins: a round in a warm grader or in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from antorcha.plugin.keys import CHECK, PROPERTY
from antorcha.plugin.workshop import HandIn, Workshop
from antorcha.results import CheckResult, Diagnosis, Verdict, check_from_json


def run_round(items: Sequence[pytest.Item], hand_in: HandIn, workshop: Workshop) -> Iterator[CheckResult]:
    """Run every item once on `hand_in`. Module and session fixtures stay for the next round."""
    from _pytest.runner import runtestprotocol

    workshop.hand_in = lambda _course, _topic: hand_in
    for item in items[:1]:
        # The last round may have been of another file, or ended early: let go of what it set up and this one lacks.
        item.session._setupstate.teardown_exact(item)
    for number, item in enumerate(items):
        following = items[(number + 1) % len(items)]
        reports = runtestprotocol(item, log=False, nextitem=following if following is not item else None)
        yield _result_in(reports, item)


def with_evidence(result: CheckResult, owed: int) -> CheckResult:
    """A pass counts only with all the comparisons that the reference's run made (`owed`, at least one)."""
    if result.passed and result.comparisons < owed:
        return replace(result, verdict=Verdict.NO_EVIDENCE, diagnosis=Diagnosis("no_evidence"))
    return result


def _result_in(reports: list[pytest.TestReport], item: pytest.Item) -> CheckResult:
    for report in reports:
        data = dict(report.user_properties).get(PROPERTY)
        if isinstance(data, dict):
            return check_from_json({key: value for key, value in data.items() if key not in ("topic", "hidden")})
    check = item.stash[CHECK]
    if any(report.skipped for report in reports):  # the test says itself that it cannot run here
        unfit = Diagnosis("cannot_run", {}, {"why": _reason(reports)})
        return CheckResult(check.test, check.exercise, Verdict.NOT_TESTED, check.weight, diagnosis=unfit)
    failed = next((report for report in reports if not report.passed), None)
    message = str(failed.longrepr)[:500] if failed else "the test reported nothing"
    diagnosis = Diagnosis("grader_error", {}, {"message": message})
    return CheckResult(check.test, check.exercise, Verdict.GRADER_ERROR, check.weight, diagnosis=diagnosis)


def _reason(reports: list[pytest.TestReport]) -> str:
    """Why a test was skipped, in its author's words."""
    found = next(report.longrepr for report in reports if report.skipped)
    return str(found[-1] if isinstance(found, tuple) else found)[:200]
