"""From how a test ended to what a student reads: one result, one text, no frame of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from types import TracebackType
from typing import Any

import pytest

from antorcha.compare.agreement import Finding
from antorcha.i18n import N_, translate
from antorcha.messages import explain
from antorcha.plugin.check import Check, CourseError, Disagreement, finding_of
from antorcha.plugin.workshop import Place, Workshop
from antorcha.results import CheckResult, Diagnosis, Verdict, to_json
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.worker.runtime import student_frames


def result_of(check: Check, error: BaseException | None, seconds: float) -> CheckResult:
    """The record of a check that ended with `error`, or without one."""
    finding = check.finding
    if error is not None and finding is None:
        finding = finding_of(error, check)
    if finding is None and check.comparisons == 0:
        finding = Finding(Verdict.NO_EVIDENCE, Diagnosis("no_evidence"))
    return CheckResult(
        check=check.test,
        exercise=check.exercise,
        verdict=Verdict.PASSED if finding is None else finding.verdict,
        weight=check.weight,
        comparisons=check.comparisons,
        seconds=round(seconds, 6),
        device=check.device,
        diagnosis=None if finding is None else _on_device(finding, check),
    )


def _on_device(finding: Finding, check: Check) -> Diagnosis:
    """Says on which device it was found, unless that is the CPU or nothing was tried."""
    diagnosis = finding.diagnosis
    if check.device == "cpu" or finding.verdict in (Verdict.NOT_STARTED, Verdict.NOT_TESTED):
        return diagnosis
    return replace(diagnosis, details={**diagnosis.details, "on_device": check.device})


def as_property(result: CheckResult, topic: str, hidden: bool) -> dict[str, Any]:
    """What a report carries for the terminal view: plain JSON."""
    plain: dict[str, Any] = json.loads(json.dumps({"topic": topic, "hidden": hidden, **to_json(result)}))
    return plain


def rewrite(report: pytest.TestReport, call: pytest.CallInfo[None], result: CheckResult, view: View) -> None:
    """Make pytest's report of a check say what the check found, and nothing of our own frames."""
    if result.verdict is Verdict.PASSED:
        return
    if result.verdict in (Verdict.NOT_STARTED, Verdict.NOT_TESTED):
        words = {Verdict.NOT_STARTED: N_("not started"), Verdict.NOT_TESTED: N_("not tested here")}
        word = translate(words[result.verdict], view.language)
        # Skipped, so that -x goes on, --lf has nothing to run again and --pdb does not stop here.
        if call.excinfo is not None:
            skipped = pytest.skip.Exception(word)
            call.excinfo = pytest.ExceptionInfo.from_exc_info((type(skipped), skipped, call.excinfo.tb))
        report.outcome = "skipped"
        report.longrepr = (str(view.item.path), (view.item.location[1] or 0) + 1, word)
        return
    error = call.excinfo.value if call.excinfo else None
    if error is not None and not isinstance(error, Disagreement | CourseError):
        return  # a plain assert: pytest shows it better than we could
    report.outcome = "failed"
    exception = view.exception() if _is_about_an_exception(result) else None
    report.longrepr = view.text(result, exception)
    if exception is not None:
        call.excinfo = pytest.ExceptionInfo.from_exception(exception)


def _is_about_an_exception(result: CheckResult) -> bool:
    """Is the student's exception what the check found, and not one that an earlier call was expected to raise?"""
    if result.verdict is not Verdict.WRONG or result.diagnosis is None:
        return True
    general = result.diagnosis.private.get("general") or {"kind": result.diagnosis.kind}
    return str(general["kind"]) == "error_other"


class View:
    """What is needed to explain one result to the person at the terminal."""

    def __init__(self, item: pytest.Item, workshop: Workshop, place: Place, runner: Runner | None) -> None:
        self.item = item
        self.language = place.language
        self._local = runner if isinstance(runner, LocalRunner) else None

    def exception(self) -> BaseException | None:
        """What the student's code raised, its traceback cut to begin with the student's own first line."""
        if self._local is None or self._local.exception is None:
            return None
        exception = self._local.exception
        start = _first_frame_of(exception.__traceback__, set(self._local.module.files))
        return exception.with_traceback(start) if start is not None else None

    def text(self, result: CheckResult, exception: BaseException | None) -> str:
        """The lines under the test's name."""
        assert result.diagnosis is not None
        lines = [explain(result.diagnosis, self.language, full=True)]
        if exception is not None and self._local is not None:
            lines.append("")
            for frame in student_frames(exception, self._local.module.files):
                lines += [f"{frame.file}:{frame.line}: {frame.function}", f"    {frame.text}"]
            lines.append(f"{type(exception).__name__}: {exception}")
        return "\n".join(lines)


def _first_frame_of(traceback: TracebackType | None, files: set[str]) -> TracebackType | None:
    while traceback is not None and traceback.tb_frame.f_code.co_filename not in files:
        traceback = traceback.tb_next
    return traceback
