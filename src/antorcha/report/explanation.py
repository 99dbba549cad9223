"""One exercise of one student, checked again, as an instructor reads it: on the terminal, as JSON and as a page.

It shows hidden tests, their inputs and the reference's answers: it is for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from antorcha.bulk.protocol import CallDetails, CheckDetails, Explanation
from antorcha.compare.as_code import imports_of
from antorcha.explain import explain, smallest_input
from antorcha.plain import to_plain
from antorcha.report.markup import clean
from antorcha.report.numbers import number
from antorcha.report.rendering import render
from antorcha.results import CheckResult, Diagnosis, ExerciseResult

_MOST_PRINTED = 2000  # characters of what it printed, on a terminal


@dataclass(frozen=True)
class ExplainedExercise:
    """What came of the check again.

    `stands`: the points in the results folder, `None` for none; `same`: they are of this very code. `version`: moment,
    version of Antorcha and digest of the course of that result. `lines`: the student's own: file, number, text.
    `language`: the students'.
    """

    student: str
    topic: str
    filename: str
    result: ExerciseResult
    explanation: Explanation
    stands: float | None = None
    same: bool = True
    version: tuple[str, str, str] = ("", "", "")
    lines: tuple[tuple[str, int, str], ...] = ()
    note: Diagnosis | None = None
    output: str = ""
    language: str = "en"

    @property
    def failed(self) -> list[CheckResult]:
        """Return the checks that did not pass."""
        return [check for check in self.result.checks if not check.passed]

    def details_of(self, check: CheckResult) -> CheckDetails | None:
        """Return what the grader told of a check beside its result."""
        return next((details for details in self.explanation.checks if details.check == check.check), None)


@dataclass(frozen=True)
class ShownCheck:
    """A failed check as page and terminal show it."""

    name: str
    verdict: str
    sentence: str
    told: str
    smallest: str
    details: CheckDetails | None
    code: str = ""
    call: CallDetails | None = None


@dataclass(frozen=True)
class _Page:
    title: str
    shown: ExplainedExercise
    head: list[str]
    checks: list[ShownCheck]
    lines: list[str] = field(default_factory=list)


def as_record(shown: ExplainedExercise) -> dict[str, Any]:
    """Return all of it as plain JSON."""
    return {
        "student": shown.student,
        "topic": shown.topic,
        "exercise": shown.result.name,
        "file": shown.filename,
        "points": shown.result.points,
        "max": shown.result.max_points,
        "verdict": shown.result.verdict.value,
        "stands": shown.stands,
        "same_code": shown.same,
        "graded": dict(zip(("at", "antorcha", "course"), shown.version, strict=True)),
        "passed": [check.check for check in shown.result.checks if check.passed],
        "failed": [_check_record(check) for check in checks_of(shown)],
        "mistakes": to_plain(shown.explanation)["mistakes"],
        "lines": [list(line) for line in shown.lines],
        "output": shown.output,
    }


def checks_of(shown: ExplainedExercise) -> list[ShownCheck]:
    """Return the checks that failed, that with the smallest call first."""
    checks = [_shown(check, shown) for check in shown.failed]
    return sorted(checks, key=lambda check: (not check.code, len(check.code)))


def as_text(shown: ExplainedExercise, *, every_check: bool = False) -> str:
    """Return it for a terminal, with the call of the first check or of `every_check` that failed."""
    return "\n".join(clean(line) for line in _text(shown, every_check)) + "\n"


def as_page(shown: ExplainedExercise) -> str:
    """Return it as one HTML file that needs nothing from outside itself."""
    title = f"{shown.student}: {shown.topic}.{shown.result.name}"
    return render("explanation.html.j2", _Page(title, shown, head_of(shown), checks_of(shown)))


def head_of(shown: ExplainedExercise) -> list[str]:
    """Return the lines about the result as a whole."""
    result = shown.result
    passed = sum(check.passed for check in result.checks)
    total = len(result.checks)
    points = f"{number(result.points)} of {number(result.max_points)} points"
    lines = [f"{shown.filename}: {points}, {passed} of {total} checks pass"]
    if shown.stands is not None and abs(shown.stands - result.points) > 1e-6:
        lines.append(f"In the results stand {number(shown.stands)} points: grade again to have these.")
    if not shown.same:
        lines.append("This is another version of the file than the one that was graded.")
    when, antorcha, course = shown.version
    if antorcha:
        lines.append(f"The mark that stands was made on {when[:10]} by Antorcha {antorcha}, course {course}.")
    if shown.note is not None:
        lines.append(explain(shown.note, "en", full=True))
    return lines


def _shown(check: CheckResult, shown: ExplainedExercise) -> ShownCheck:
    diagnosis = check.diagnosis
    details = shown.details_of(check)
    call = details.calls[-1] if details and details.calls else None
    return ShownCheck(
        check.check,
        check.verdict.value,
        explain(diagnosis, "en", full=True) if diagnosis else check.verdict.about.explanation,
        explain(diagnosis, shown.language) if diagnosis else "",
        _smallest(diagnosis) if diagnosis else "",
        details,
        _pasteable(call, shown.topic, check.exercise) if call else "",
        call,
    )


def _smallest(diagnosis: Diagnosis) -> str:
    general = diagnosis.private.get("general")
    return smallest_input(diagnosis, "en") or (smallest_input(Diagnosis(**general), "en") if general else "")


def _pasteable(call: CallDetails, topic: str, exercise: str) -> str:
    """Return lines that can be pasted beside the hand-in: imports, then the call."""
    name = call.code.partition("(")[0]
    if call.is_scenario:
        return "\n".join([*imports_of(call.code), f"arguments = {call.code.removeprefix(name)}"])
    return "\n".join([*imports_of(call.code), f"from {topic} import {name or exercise}", "", call.code])


def _check_record(check: ShownCheck) -> dict[str, Any]:
    return {
        "check": check.name,
        "verdict": check.verdict,
        "sentence": check.sentence,
        "told": check.told,
        "smallest": check.smallest,
        "code": check.code,
        "details": to_plain(check.details) if check.details else None,
    }


def _text(shown: ExplainedExercise, every_check: bool) -> Iterator[str]:
    yield f"{shown.student}, {shown.topic}.{shown.result.name}"
    yield from head_of(shown)
    checks = checks_of(shown)
    whole = checks if every_check else checks[:1]
    for check in whole:
        yield from _check_lines(check)
    if checks[len(whole) :]:
        yield from ["", "Failed too (--all shows their calls)"]
    for check in checks[len(whole) :]:
        yield f"  ✗ {check.name.rpartition('::')[2]} ({check.verdict}): {check.sentence.splitlines()[-1]}"
    if shown.lines:
        yield from ["", "The student's lines"]
        yield from _numbered(shown.lines)
    if shown.explanation.mistakes:
        yield from ["", "Known mistakes that were considered"]
    for mistake in shown.explanation.mistakes:
        yield f"  {'✓' if mistake.matched else '·'} {mistake.name}: {mistake.why}"
    if shown.output:
        yield from ["", "It printed", *_indented(shown.output[:_MOST_PRINTED])]


def _check_lines(check: ShownCheck) -> Iterator[str]:
    yield from ["", f"✗ {check.name} ({check.verdict})"]
    yield from _indented(check.sentence)
    if check.told and check.told not in check.sentence:
        yield from _indented(f"The student reads: {check.told}")
    if check.smallest and check.smallest not in check.sentence:
        yield from _indented(check.smallest)
    if check.details and check.details.parameters:
        yield from _indented("With " + ", ".join(f"{name}={value}" for name, value in check.details.parameters.items()))
    if check.call is not None:
        yield from _call_lines(check)
    if check.details and (check.call is None or check.call.is_scenario):
        yield from ["", f"    the test, line {check.details.line}:", *_indented(check.details.source, 6)]


def _call_lines(check: ShownCheck) -> Iterator[str]:
    assert check.call is not None
    assert check.details is not None
    yield ""
    if check.details.agreed:
        yield f"    after {check.details.agreed} calls that agreed:"
    yield from _indented(check.code)
    yield f"    expected  {check.call.expected}"
    yield f"    got       {check.call.got}"
    for place, expected, got in check.call.places:
        yield f"      at {place}: expected {expected}, got {got}"
    for frame in check.call.frames:
        yield f"      {frame}"


def _numbered(lines: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for file in dict.fromkeys(file for file, _, _ in lines):
        yield f"  {file}"
        yield from (f"  {line:>5}  {text}" for name, line, text in lines if name == file)


def _indented(text: str, by: int = 4) -> list[str]:
    return [f"{' ' * by}{line}".rstrip() for line in text.splitlines()]
