"""Answers that a person grades: the text that an essay's function returns, asked for in a locked worker."""

from __future__ import annotations

from inspect import cleandoc

from antorcha.compare.agreement import finding_without_answer
from antorcha.compare.finding import Finding
from antorcha.course.model import HIDDEN_TESTS, Topic
from antorcha.results import CheckResult, Diagnosis, Verdict
from antorcha.student.runner import Runner
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode

_CALL = encode([[], {}])
# Where there is no answer at all, nobody has to read one; anything else that went wrong a person should see.
_NO_ANSWER = (Verdict.NOT_STARTED, Verdict.MISSING, Verdict.UNREADABLE, Verdict.GRADER_ERROR)


def read_essays(
    topic: Topic, runner: Runner, untouched: frozenset[str], *, in_notebook: bool
) -> list[tuple[CheckResult, str]]:
    """Return a check for each essay of a topic, with its text.

    It waits for a person, unless nothing was written: then there are no points to give. `untouched`: exercises that
    still hold the stub; `in_notebook`: it was handed in as one, of which intake reads no cell that holds its own text.
    """
    return [_read(topic, name, runner, name in untouched, in_notebook) for name in topic.essays]


def _read(topic: Topic, name: str, runner: Runner, untouched: bool, in_notebook: bool) -> tuple[CheckResult, str]:
    finding, text = (_not_started(), "") if untouched else _asked(name, runner)
    if in_notebook and finding.verdict is Verdict.MISSING:
        finding = _not_started()
    # No test has this name; a check without one would be that of a file that is not there.
    check = f"{HIDDEN_TESTS}/{topic.name}::{name}"
    return CheckResult(check, name, finding.verdict, diagnosis=finding.diagnosis), text


def _asked(name: str, runner: Runner) -> tuple[Finding, str]:
    observation = runner.call(name, _CALL, CallOptions(gradients=False))
    finding = finding_without_answer(observation)
    if finding is not None:
        return finding if finding.verdict in _NO_ANSWER else Finding(Verdict.TO_GRADE, finding.diagnosis), ""
    if type(observation.value) is not str:
        return Finding(Verdict.TO_GRADE, Diagnosis("essay_no_text")), ""
    text = cleandoc(observation.value).strip()  # in a module it is indented as the code is
    return (Finding(Verdict.TO_GRADE, Diagnosis("to_grade")) if text else _not_started()), text


def _not_started() -> Finding:
    return Finding(Verdict.NOT_STARTED, Diagnosis("not_started"))
