"""Collected checks, run on one submission after another: a round each, in a warm grader or in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from antorcha.plain import from_plain
from antorcha.plugin.check import CHECK, RESULT_PROPERTY
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.results import CheckResult, Diagnosis, Verdict


def run_round(
    items: Sequence[pytest.Item], submission: SubmissionUnderTest, grading: GradingSession
) -> Iterator[CheckResult]:
    """Run every item once on `submission`. Module and session fixtures stay for the next round."""
    from _pytest.runner import runtestprotocol

    grading.submission = submission
    for item in items[:1]:
        # The last round may have been of another file, or ended early: let go of what it set up and this one lacks.
        item.session._setupstate.teardown_exact(item)
    for number, item in enumerate(items):
        # The last item is told that the first one follows: pytest then keeps the fixtures that the next round needs.
        following = items[(number + 1) % len(items)]
        reports = runtestprotocol(item, log=False, nextitem=following if following is not item else None)
        yield _result_in(reports, item)


def with_evidence(result: CheckResult, required_comparisons: int) -> CheckResult:
    """Let a pass count only with all the comparisons that the reference's run made (at least one)."""
    if result.passed and result.comparisons < required_comparisons:
        return replace(result, verdict=Verdict.NO_EVIDENCE, diagnosis=Diagnosis("no_evidence"))
    return result


def _result_in(reports: list[pytest.TestReport], item: pytest.Item) -> CheckResult:
    for report in reports:
        data = dict(report.user_properties).get(RESULT_PROPERTY)
        if isinstance(data, dict):
            return from_plain(CheckResult, data)
    check = item.stash[CHECK]
    skipped = next((report for report in reports if report.skipped), None)
    if skipped is not None:  # the test says itself that it cannot run here, and why: (path, line, reason)
        reason = skipped.longrepr[-1] if isinstance(skipped.longrepr, tuple) else skipped.longrepr
        unfit = Diagnosis("cannot_run", {}, {"why": str(reason)[:200]})
        return CheckResult(check.test, check.exercise, Verdict.NOT_TESTED, check.weight, diagnosis=unfit)
    failed = next((report for report in reports if not report.passed), None)
    message = str(failed.longrepr)[:500] if failed else "the test reported nothing"
    diagnosis = Diagnosis("grader_error", {}, {"message": message})
    return CheckResult(check.test, check.exercise, Verdict.GRADER_ERROR, check.weight, diagnosis=diagnosis)
