"""The end of a test as a student reads it: one result, one text, no frame of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from antorcha.compare.finding import Finding
from antorcha.errors import CourseError
from antorcha.explain import explain, what_it_means
from antorcha.i18n import N_, translate
from antorcha.plain import to_plain
from antorcha.plugin.check import Check, Disagreement, finding_of
from antorcha.results import CheckResult, Diagnosis, Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.worker.runtime import student_frames


def result_of(check: Check, error: BaseException | None, seconds: float) -> CheckResult:
    """Return the record of a check that ended with `error`, or without one."""
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
    """Return the diagnosis with the device that it was found on, unless that is the CPU or nothing was tried."""
    diagnosis = finding.diagnosis
    if check.device == "cpu" or finding.verdict in (Verdict.NOT_STARTED, Verdict.NOT_TESTED):
        return diagnosis
    return replace(diagnosis, details={**diagnosis.details, "on_device": check.device})


def as_property(result: CheckResult, topic: str, hidden: bool) -> dict[str, Any]:
    """Return the plain JSON that a report carries for the terminal view, through xdist's workers too."""
    plain: dict[str, Any] = json.loads(json.dumps({"topic": topic, "hidden": hidden, **to_plain(result)}))
    return plain


def rewrite(report: pytest.TestReport, call: pytest.CallInfo[None], result: CheckResult, view: View) -> None:
    """Make pytest's report of a check say what the check found, and nothing of our own frames.

    `call` is changed with it, for what else looks there: a debugger opens at its exception.
    """
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
    """Return whether the student's exception is what the check found, and none that an earlier call was to raise."""
    if result.verdict is not Verdict.WRONG or result.diagnosis is None:
        return True
    general = result.diagnosis.private.get("general") or {"kind": result.diagnosis.kind}
    return str(general["kind"]) == "error_other"


class View:
    """All that explains one result to the person at the terminal."""

    def __init__(self, item: pytest.Item, language: str, runner: Runner | None) -> None:
        self.item = item
        self.language = language
        self._local = runner if isinstance(runner, LocalRunner) else None

    def exception(self) -> BaseException | None:
        """Return the exception of the student's code, its traceback cut to begin with the student's own first line."""
        if self._local is None or self._local.exception is None:
            return None
        exception = self._local.exception
        traceback = exception.__traceback__
        while traceback is not None and traceback.tb_frame.f_code.co_filename not in self._local.module.files:
            traceback = traceback.tb_next
        return exception.with_traceback(traceback) if traceback is not None else None

    def text(self, result: CheckResult, exception: BaseException | None) -> str:
        """Return the lines under the test's name."""
        assert result.diagnosis is not None
        lines = [explain(result.diagnosis, self.language, full=True)]
        lines += filter(None, [what_it_means(result.diagnosis, self.language, full=True)])
        if exception is not None and self._local is not None:
            lines.append("")
            for frame in student_frames(exception, self._local.module.files):
                lines += [f"{frame.file}:{frame.line}: {frame.function}", f"    {frame.text}"]
            lines.append(f"{type(exception).__name__}: {exception}")
        return "\n".join(lines)
