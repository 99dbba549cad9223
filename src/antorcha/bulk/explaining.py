"""The explanation of what was judged: known mistakes, figures, gaps of devices. No failure here moves a verdict."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from antorcha.bulk.topic_tests import TopicTests, traces_by_test
from antorcha.plugin.devices import merged, parity
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.recognise import EXPLAINABLE, Asked, explained, refine
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.results import CheckResult, Picture
from antorcha.student.runners import Runners
from antorcha.variants import Variant


def fault_line(error: BaseException) -> str:
    """Return an exception as one line for the instructor: its type, its text and the place that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    # An exception's text may be a whole tensor: 500 characters are enough to know it by.
    return " ".join(f"{type(error).__name__}: {error}{place}".split())[:500]


def merge_devices(checks: list[CheckResult], items: list[pytest.Item]) -> list[CheckResult]:
    """Return one result a test where it ran on several devices, with how far its answers lay apart."""
    if len(checks) == len({check.check for check in checks}):
        return checks
    traces = traces_by_test(items)
    return [
        replace(check, parity=_parity(traces[check.check])) if "+" in check.device else check
        for check in merged(checks)
    ]


def _parity(traces: list[list[Asked]]) -> float | None:
    try:
        return parity(traces)
    except Exception:  # both sides are the submission's, and may be anything
        return None


def name_known_mistakes(checks: list[CheckResult], tests: TopicTests, grading: GradingSession) -> list[CheckResult]:
    """Give failed checks the message of the known mistake that the submission's answers behave like.

    Where the search itself fails, the general diagnosis stays, and its `private` says what failed.
    Raises: `CourseError` when the topic's known mistakes cannot be loaded.
    """
    known_mistakes, text = grading.answers.known_mistakes(tests.origin), tests.origin.folder.course_text
    traces = {test: list(chain.from_iterable(devices)) for test, devices in traces_by_test(tests.items).items()}
    recognised: dict[str, Variant] = {}
    failures: dict[str, str] = {}
    for exercise in dict.fromkeys(check.exercise for check in checks if check.verdict in EXPLAINABLE):
        # Those that passed too: a known mistake that would have failed them is another one.
        own = [check for check in checks if check.exercise == exercise]
        failed = [check.check for check in own if check.verdict in EXPLAINABLE]
        try:
            recognised |= refine(
                {check.check: traces[check.check] for check in own},
                failed,
                exercise,
                known_mistakes,
                tests.course,
            )
        except Exception as error:  # the verdicts stand: a mistake without its name costs nobody a point
            failures |= dict.fromkeys(failed, fault_line(error))
    return [_explained(check, recognised.get(check.check), failures.get(check.check), text) for check in checks]


def _explained(
    check: CheckResult, mistake: Variant | None, failure: str | None, text: Callable[[str], str]
) -> CheckResult:
    if check.diagnosis is None:
        return check
    if failure is not None:
        private = {**check.diagnosis.private, "unexplained": failure}
        return replace(check, diagnosis=replace(check.diagnosis, private=private))
    return check if mistake is None else replace(check, diagnosis=explained(check.diagnosis, mistake, text))


def draw_figures(tests: TopicTests, runners: Runners, grading: GradingSession) -> list[tuple[str, Picture]]:
    """Return what the submission draws for its visible tests, by exercise; nothing where drawing fails.

    It draws in workers of their own: no hidden input has ever reached them, so none can be in a picture.
    """
    fresh = runners.afresh()
    try:
        return tests.figures.of(SubmissionUnderTest(fresh.plain, choose_runner=fresh.runner_for), grading)
    except Exception:  # a figure is worth no points, so a page without it is better than no result
        return []
    finally:
        fresh.close()
