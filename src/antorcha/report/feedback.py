"""One page a student, Markdown and HTML: what is right, what is not yet, and the sentence that explains it.

A page is made of points, verdicts and what `disclosure` tells of a check. The name of a hidden test, its source and
what was printed while it ran are not in the data that the templates see, nor are inputs and answers, unless the course
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.files import make_folder, write_if_changed
from antorcha.i18n import translate
from antorcha.i18n.catalog import course_catalog
from antorcha.messages import explain
from antorcha.report import messages
from antorcha.report.devices import untested
from antorcha.report.disclosure import told
from antorcha.report.markup import clean, to_heading, to_html, to_markdown
from antorcha.report.names import feedback_name
from antorcha.report.numbers import bar, number, percent
from antorcha.report.picture import picture
from antorcha.report.rows import topic_note
from antorcha.results import ExerciseResult, SubmissionResult, TopicResult, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

    from antorcha.course.model import Course, Feedback

__all__ = ["feedback_name", "render_html", "render_markdown", "write_all", "write_feedback"]

_TONES = {
    Verdict.PASSED: "good",
    Verdict.NOT_STARTED: "quiet",
    Verdict.NOT_TESTED: "quiet",
    Verdict.GRADER_ERROR: "quiet",  # nothing that the student did
}


@dataclass(frozen=True)
class _Line:
    """A sentence, and how many checks it was said of."""

    sentence: str
    count: int


@dataclass(frozen=True)
class _Pictures:
    """Two pictures side by side, each with the words under it; `mine` is empty where nothing was drawn."""

    mine: str
    mine_words: str
    expected: str
    expected_words: str


@dataclass(frozen=True)
class _Exercise:
    name: str
    points: str
    symbol: str
    word: str
    tone: str  # "good", "partly", "bad" or "quiet"
    checks: str
    lines: tuple[_Line, ...]
    pictures: tuple[_Pictures, ...]


@dataclass(frozen=True)
class _Topic:
    title: str
    points: str
    note: str
    exercises: tuple[_Exercise, ...]


@dataclass(frozen=True)
class _Page:
    language: str
    course: str
    student: str
    title: str
    total: str
    points: str
    percent: float
    notes_title: str
    notes: tuple[str, ...]
    topics: tuple[_Topic, ...]
    empty: str


def write_all(folder: Path, course: Course, submissions: Sequence[SubmissionResult]) -> int:
    """Writes everybody's pages into `folder`; returns for how many students one changed. Raises `UserError`."""
    make_folder(folder)
    course = _translated(course)
    return sum(write_feedback(folder, course, submission) for submission in submissions)


def write_feedback(folder: Path, course: Course, submission: SubmissionResult) -> bool:
    """Writes `<name>.md` and `<name>.html` into `folder`, with the titles as `course` has them.

    Returns whether either changed. Raises `UserError` where they cannot be written.
    """
    name = feedback_name(submission.student)
    page = _page(course, submission)
    changed = [
        write_if_changed(folder / f"{name}.md", _render("feedback.md.j2", page)),
        write_if_changed(folder / f"{name}.html", _render("feedback.html.j2", page)),
    ]
    return any(changed)


def render_markdown(course: Course, submission: SubmissionResult) -> str:
    return _render("feedback.md.j2", _page(_translated(course), submission))


def render_html(course: Course, submission: SubmissionResult) -> str:
    """A whole page that needs nothing from outside itself."""
    return _render("feedback.html.j2", _page(_translated(course), submission))


def _translated(course: Course) -> Course:
    """The course with its titles in its language."""
    catalog = course_catalog(course, course.language)
    topics = tuple(replace(topic, title=catalog.gettext(topic.title)) for topic in course.topics)
    return replace(course, title=catalog.gettext(course.title), topics=topics)


def _render(template: str, page: _Page) -> str:
    return _environment().get_template(template).render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("antorcha.report"),
        autoescape=lambda name: name is None or not name.endswith(".md.j2"),  # Markdown has the filter below
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(rich=to_html, md=to_markdown, heading=to_heading, clean=clean, bar=bar)
    return environment


def _page(course: Course, submission: SubmissionResult) -> _Page:
    language = course.language
    return _Page(
        language=language,
        course=course.title,
        student=submission.student,
        title=translate(messages.TITLE, language).format(student=submission.student),
        total=translate(messages.TOTAL, language),
        points=translate(messages.POINTS, language).format(**_share(submission)),
        percent=percent(submission.points, submission.max_points),
        notes_title=translate(messages.FOLDER_NOTES, language),
        notes=tuple(dict.fromkeys(explain(note, language) for note in submission.notes)),
        topics=tuple(_topic(course, topic, language) for topic in submission.topics),
        empty="" if submission.topics else translate(messages.NOTHING_GRADED, language),
    )


def _topic(course: Course, result: TopicResult, language: str) -> _Topic:
    known = course.topic(result.topic)
    note = topic_note(result, language)
    return _Topic(
        title=(known.title if known else "") or result.topic,
        points=_points(result),
        note=" ".join(one for one in (note, untested(course, result, language)) if one),
        exercises=tuple(_exercise(one, course, note) for one in result.exercises),
    )


def _exercise(result: ExerciseResult, course: Course, said: str) -> _Exercise:
    """`said` is what the topic's note told already: no exercise repeats it."""
    language, feedback = course.language, course.feedback_of(result.name)
    partly = result.verdict is not Verdict.PASSED and result.points > 0
    symbol = messages.SYMBOLS.get(result.verdict, messages.SYMBOL_WRONG)
    passed = sum(check.passed for check in result.checks)
    counts = translate(messages.CHECKS_PASSED, language).format(passed=passed, total=len(result.checks))
    return _Exercise(
        name=result.name,
        points=_points(result),
        symbol=messages.SYMBOL_PARTLY if partly else symbol,
        word=translate(messages.PARTLY if partly else messages.WORDS[result.verdict], language),
        tone="partly" if partly else _TONES.get(result.verdict, "bad"),
        checks=counts if partly and feedback != "nothing" else "",
        lines=_lines(result, feedback, language, said),
        pictures=_pictures(result, language),
    )


def _pictures(result: ExerciseResult, language: str) -> tuple[_Pictures, ...]:
    """The figures of visible tests, which anybody may see; none where they cannot be drawn here."""
    shown = []
    for one in result.pictures if result.verdict is not Verdict.NOT_STARTED else ():
        expected, mine = picture(one.expected), picture(one.drawn) if one.drawn else ""
        words = messages.DRAWN if mine else messages.NOT_DRAWN
        if expected:
            under = translate(words, language), translate(messages.EXPECTED_DRAWING, language)
            shown.append(_Pictures(mine, under[0], expected, under[1]))
    return tuple(shown)


def _lines(result: ExerciseResult, feedback: Feedback, language: str, said: str) -> tuple[_Line, ...]:
    if result.checks and all(check.verdict is Verdict.NOT_STARTED for check in result.checks):
        return ()  # the word beside its points says so already
    failed = [check for check in result.checks if not check.passed and told(check, "difference", language) != said]
    sentences = [told(check, feedback, language) for check in failed]
    if not result.checks:
        sentences = [translate(messages.EXPLANATIONS[result.verdict], language)]
    counts = Counter(sentence for sentence in sentences if sentence and sentence != said)
    return tuple(_Line(sentence, count) for sentence, count in counts.items())


def _points(result: TopicResult | ExerciseResult) -> str:
    return "{points} / {max}".format(**_share(result))


def _share(result: SubmissionResult | TopicResult | ExerciseResult) -> dict[str, str]:
    return {"points": number(result.points), "max": number(result.max_points)}
