"""One exercise of one student, checked again, as an instructor reads it: on the terminal, as JSON and as a page.

The page is in the course's language; terminal and JSON are in English, as all commands for instructors. It shows
hidden tests, their inputs and the reference's answers: it is for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from antorcha.bulk.protocol import CallDetails, CheckDetails, Explanation
from antorcha.compare.as_code import imports_of
from antorcha.explain import explain, place_of, smallest_input
from antorcha.i18n import translate
from antorcha.plain import to_plain
from antorcha.report.explanation_words import WORDS
from antorcha.report.markup import clean
from antorcha.report.numbers import number
from antorcha.report.page_words import Words
from antorcha.report.rendering import render
from antorcha.results import CheckResult, Diagnosis, ExerciseResult, Verdict

_LANGUAGE = "en"  # of terminal and JSON
_MOST_PRINTED = 2000  # characters of what it printed, on a terminal


@dataclass(frozen=True)
class ExplainedExercise:
    """The check, run again.

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
    """A failed check as page and terminal show it. `word`: for its verdict, in the language of what is shown."""

    name: str
    verdict: str
    word: str
    sentence: str
    told: str
    smallest: str
    details: CheckDetails | None
    code: str = ""
    call: CallDetails | None = None

    @property
    def short_name(self) -> str:
        """Return the test's name without its file."""
        return self.name.rpartition("::")[2]

    @property
    def parameters(self) -> str:
        """Return the test's parameters as one text, "" for none."""
        return ", ".join(f"{name}={value}" for name, value in self.details.parameters.items()) if self.details else ""


@dataclass(frozen=True)
class ShownMistake:
    """A known mistake that was considered, as page and terminal show it."""

    name: str
    message: str
    matched: bool
    why: str


@dataclass(frozen=True)
class _Page:
    title: str
    language: str
    words: Words
    shown: ExplainedExercise
    head: list[str]
    checks: list[ShownCheck]
    mistakes: list[ShownMistake]
    place: str


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
        "failed": [_check_record(check) for check in checks_of(shown, _LANGUAGE)],
        "mistakes": [asdict(mistake) for mistake in mistakes_of(shown, _LANGUAGE)],
        "lines": [list(line) for line in shown.lines],
        "output": shown.output,
    }


def checks_of(shown: ExplainedExercise, language: str) -> list[ShownCheck]:
    """Return the checks that failed, that with the smallest call first."""
    checks = [_shown(check, shown, language) for check in shown.failed]
    return sorted(checks, key=lambda check: (not check.code, len(check.code)))


def mistakes_of(shown: ExplainedExercise, language: str) -> list[ShownMistake]:
    """Return the known mistakes that were considered, with the reasons in a language."""
    return [
        ShownMistake(mistake.name, mistake.message, mistake.matched, explain(mistake.why, language))
        for mistake in shown.explanation.mistakes
    ]


def as_text(shown: ExplainedExercise, *, every_check: bool = False) -> str:
    """Return it for a terminal, with the call of the first check or of `every_check` that failed."""
    return "\n".join(clean(line) for line in _text(shown, every_check)) + "\n"


def as_page(shown: ExplainedExercise) -> str:
    """Return it as one HTML file that needs nothing from outside itself."""
    language = shown.language
    words = Words(WORDS, language)
    page = _Page(
        f"{shown.student}: {shown.topic}.{shown.result.name}",
        language,
        words,
        shown,
        head_of(shown, words, language),
        checks_of(shown, language),
        mistakes_of(shown, language),
        place_of(shown.lines[0][0], language) if shown.lines else "",
    )
    return render("explanation.html.j2", page)


def head_of(shown: ExplainedExercise, words: Words, language: str) -> list[str]:
    """Return the lines about the result as a whole."""
    result = shown.result
    passed, total = sum(check.passed for check in result.checks), len(result.checks)
    points = {"points": number(result.points), "max": number(result.max_points)}
    lines = [words.say("summary", file=shown.filename, **points, passed=passed, total=total)]
    if shown.stands is not None and abs(shown.stands - result.points) > 1e-6:
        lines.append(words.say("stands", points=number(shown.stands)))
    if not shown.same:
        lines.append(words.say("other_file"))
    when, antorcha, course = shown.version
    if antorcha:
        lines.append(words.say("made", date=when[:10], version=antorcha, course=course))
    if shown.note is not None:
        lines.append(explain(shown.note, language, full=True))
    if not shown.failed:
        lines.append(words.say("all_right"))
    return lines


def _shown(check: CheckResult, shown: ExplainedExercise, language: str) -> ShownCheck:
    diagnosis = check.diagnosis
    details = shown.details_of(check)
    call = _in_words(details.calls[-1], language) if details and details.calls else None
    return ShownCheck(
        check.check,
        check.verdict.value,
        translate(check.verdict.about.word, language),
        explain(diagnosis, language, full=True) if diagnosis else translate(check.verdict.about.explanation, language),
        explain(diagnosis, shown.language) if diagnosis else "",
        _smallest(diagnosis, language) if diagnosis else "",
        details,
        _pasteable(call, shown.topic, check.exercise) if call else "",
        call,
    )


def _in_words(call: CallDetails, language: str) -> CallDetails:
    """Return a call with words for a verdict where there is no answer; a text that was returned stands in quotes."""
    verdicts = {verdict.value: translate(verdict.about.word, language) for verdict in Verdict}
    expected, got = (verdicts.get(answer, answer) for answer in (call.expected, call.got))
    return replace(call, expected=expected, got=got)


def _smallest(diagnosis: Diagnosis, language: str) -> str:
    general = diagnosis.private.get("general")
    return smallest_input(diagnosis, language) or (smallest_input(Diagnosis(**general), language) if general else "")


def _pasteable(call: CallDetails, topic: str, exercise: str) -> str:
    """Return lines that can be pasted beside the hand-in: imports, then the call."""
    if call.is_scenario:
        return "\n".join([*imports_of(call.code), call.code])
    name = call.code.partition("(")[0]
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
    words = Words(WORDS, _LANGUAGE)
    yield f"{shown.student}, {shown.topic}.{shown.result.name}"
    yield from head_of(shown, words, _LANGUAGE)
    checks = checks_of(shown, _LANGUAGE)
    whole = checks if every_check else checks[:1]
    for check in whole:
        yield from _check_lines(check, words)
    if checks[len(whole) :]:
        yield from ["", words.say("others")]
    for check in checks[len(whole) :]:
        yield f"  ✗ {check.short_name} ({check.verdict}): {check.sentence.splitlines()[-1]}"
    if shown.lines:
        yield from ["", words.say("lines")]
        yield from _numbered(shown.lines)
    if shown.explanation.mistakes:
        yield from ["", words.say("mistakes")]
    for mistake in mistakes_of(shown, _LANGUAGE):
        yield f"  {'✓' if mistake.matched else '·'} {mistake.name}: {mistake.why}"
    if shown.output:
        yield from ["", words.say("printed"), *_indented(shown.output[:_MOST_PRINTED])]


def _check_lines(check: ShownCheck, words: Words) -> Iterator[str]:
    yield from ["", f"✗ {check.name} ({check.verdict})"]
    yield from _indented(check.sentence)
    if check.told and check.told not in check.sentence:
        yield from _indented(f"{words.say('told')} {check.told}")
    if check.smallest and check.smallest not in check.sentence:
        yield from _indented(check.smallest)
    if check.parameters:
        yield from _indented(words.say("parameters", parameters=check.parameters))
    if check.call is not None:
        yield from _call_lines(check, words)
    if check.details and (check.call is None or check.call.is_scenario):
        heading = words.say("test_from", line=check.details.line)
        yield from ["", f"    {heading}:", *_indented(check.details.source, 6)]


def _call_lines(check: ShownCheck, words: Words) -> Iterator[str]:
    assert check.call is not None
    assert check.details is not None
    yield ""
    if check.details.agreed:
        yield f"    {words.say('agreed', count=check.details.agreed)}"
    yield from _indented(check.code)
    yield f"    {words.say('expected'):10}{check.call.expected}"
    yield f"    {words.say('got'):10}{check.call.got}"
    for place, expected, got in check.call.places:
        yield f"      {words.say('at', place=place, expected=expected, got=got)}"
    for frame in check.call.frames:
        yield f"      {frame}"


def _numbered(lines: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for file in dict.fromkeys(file for file, _, _ in lines):
        yield f"  {file}"
        yield from (f"  {line:>5}  {text}" for name, line, text in lines if name == file)


def _indented(text: str, by: int = 4) -> list[str]:
    return [f"{' ' * by}{line}".rstrip() for line in text.splitlines()]
