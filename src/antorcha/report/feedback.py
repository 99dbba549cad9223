"""The feedback pages, one a student, in Markdown and HTML: what is right, what is not yet, and why in a sentence.

A page is made of points, verdicts and what `disclosure` tells of a check. The name of a hidden test, its source and
what was printed while it ran are not in the data that the templates see, nor are inputs and answers, unless the course
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.explain import explain
from antorcha.files import write_if_changed
from antorcha.i18n import translate
from antorcha.i18n.catalog import course_catalog
from antorcha.report import words
from antorcha.report.devices import untested
from antorcha.report.disclosure import student_sentence
from antorcha.report.marks import parts_told
from antorcha.report.markup import clean, to_heading, to_html, to_markdown
from antorcha.report.names import feedback_name
from antorcha.report.numbers import bar, number, percent
from antorcha.report.picture import picture
from antorcha.report.rows import not_graded_yet, topic_note
from antorcha.results import (
    ExerciseResult,
    HandedInFile,
    SubmissionResult,
    TeacherMark,
    TopicMark,
    TopicResult,
    Verdict,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from antorcha.course.model import Course, Feedback

__all__ = ["feedback_name", "render_html", "render_markdown", "translated", "write_feedback"]


NO_MARK = "–"  # in place of an exercise's points, where it was not graded


@dataclass(frozen=True)
class _Line:
    """A sentence and the number of checks that it was said of."""

    sentence: str
    count: int


@dataclass(frozen=True)
class Pictures:
    """Two pictures side by side, each with the words under it; `mine` is empty where nothing was drawn."""

    mine: str
    mine_words: str
    expected: str
    expected_words: str


@dataclass(frozen=True)
class _Exercise:
    """An exercise as the templates see it: texts in the student's language, points written out."""

    name: str
    points: str
    symbol: str
    word: str
    tone: str  # "good", "partly", "bad" or "quiet"
    checks: str
    lines: tuple[_Line, ...]
    pictures: tuple[Pictures, ...]


@dataclass(frozen=True)
class _Topic:
    """A topic as the templates see it.

    `note` is "" where nothing is to be said of the whole file; `marks`: what the class's rules make of the points;
    `file`: what was graded, and with what.
    """

    title: str
    points: str
    note: str
    marks: tuple[str, ...]
    file: str
    exercises: tuple[_Exercise, ...]


@dataclass(frozen=True)
class _Page:
    """All that the templates see: what is not in here cannot be told by a mistake in a template."""

    language: str
    course: str
    student: str
    title: str
    total: str
    points: str
    waiting: str
    percent: float
    comment_title: str
    comment: str
    notes_title: str
    notes: tuple[str, ...]
    topics: tuple[_Topic, ...]
    empty: str


ClassShares = Mapping[tuple[str, str], float]  # by topic and exercise, how much of the class has all of it right


def write_feedback(
    folder: Path, course: Course, submission: SubmissionResult, shares: ClassShares | None = None
) -> bool:
    """Write `<name>.md` and `<name>.html` into `folder`, with the titles as `course` has them.

    `shares`: of the class, from 0 to 1, where students may read them.
    Return whether either changed. Raises: `UserError` where they cannot be written.
    """
    name = feedback_name(submission.student)
    page = _page(course, submission, shares or {})
    changed = [
        write_if_changed(folder / f"{name}.md", _render("feedback.md.j2", page)),
        write_if_changed(folder / f"{name}.html", _render("feedback.html.j2", page)),
    ]
    return any(changed)


def render_markdown(course: Course, submission: SubmissionResult) -> str:
    """Return the page as Markdown."""
    return _render("feedback.md.j2", _page(translated(course), submission, {}))


def render_html(course: Course, submission: SubmissionResult) -> str:
    """Return the page as HTML that needs nothing from outside itself."""
    return _render("feedback.html.j2", _page(translated(course), submission, {}))


def told_of_exercise(
    course: Course, topic: TopicResult, exercise: ExerciseResult, mark: TopicMark | None = None
) -> list[str]:
    """Return the sentences that the page has about an exercise, for programs that show feedback of their own.

    `mark`: the topic's, which has the sentences about an essay that a person graded.
    """
    if exercise.to_grade and mark and mark.given_for(exercise.name):
        return []
    lines = _lines(exercise, course.feedback_of(exercise.name), course.language, topic_note(topic, course.language))
    return [clean(line.sentence) for line in lines]


def translated(course: Course) -> Course:
    """Return the course with its titles in its language."""
    catalog = course_catalog(course, course.language)
    topics = tuple(replace(topic, title=catalog.gettext(topic.title)) for topic in course.topics)
    return replace(course, title=catalog.gettext(course.title), topics=topics)


def _render(template: str, page: _Page) -> str:
    return _environment().get_template(template).render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # here: few commands render a page

    environment = Environment(
        loader=PackageLoader("antorcha.report"),
        autoescape=lambda name: name is None or not name.endswith(".md.j2"),  # Markdown has the filter below
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,  # a misspelt field is an error, and no gap in a page
        keep_trailing_newline=True,
    )
    environment.filters.update(rich=to_html, md=to_markdown, heading=to_heading, clean=clean, bar=bar)
    return environment


def _page(course: Course, submission: SubmissionResult, shares: ClassShares) -> _Page:
    language = course.language
    return _Page(
        language=language,
        course=course.title,
        student=submission.student,
        title=translate(words.TITLE, language).format(student=submission.student),
        total=translate(words.TOTAL, language),
        points=translate(words.POINTS, language).format(**_share(submission)),
        waiting=not_graded_yet(submission.to_grade, submission.max_points, language),
        percent=percent(submission.points, submission.max_points),
        comment_title=translate(words.COMMENT, language),
        comment=submission.comment,
        notes_title=translate(words.FOLDER_NOTES, language),
        notes=tuple(dict.fromkeys(explain(note, language) for note in submission.notes)),
        topics=tuple(_topic(course, topic, submission, shares) for topic in submission.topics),
        empty="" if submission.topics else translate(words.NOTHING_GRADED, language),
    )


def _topic(course: Course, result: TopicResult, submission: SubmissionResult, shares: ClassShares) -> _Topic:
    mark, to_grade = submission.mark_of(result.topic), submission.to_grade_in(result)
    most = mark.max_points if mark else result.max_points
    reasons = (
        [*(explain(reason, course.language) for reason in mark.told), parts_told(mark, course.language)] if mark else []
    )
    known, language = course.topic(result.topic), course.language
    note = topic_note(result, language)
    return _Topic(
        title=(known.title if known else "") or result.topic,
        points=f"{number(mark.final)} / {number(mark.max_points)}" if mark else _points(result),
        marks=tuple(filter(None, (*reasons, not_graded_yet(to_grade, most, language)))),
        note=" ".join(filter(None, (note, untested(course, result, language)))),
        file=_about_file(submission.file_of(result.topic), mark.handed_in if mark else "", language),
        exercises=tuple(
            _with_share(
                _exercise(exercise, course, note, mark.given_for(exercise.name) if mark else None),
                shares.get((result.topic, exercise.name)),
                language,
            )
            for exercise in result.exercises
        ),
    )


def _about_file(file: HandedInFile | None, moment: str, language: str) -> str:
    """Return what was graded: its name, when it was handed in, which attempt it was, and with what it was graded.

    `moment`: in the class's own time zone, where it has rules; else it is told as the platform writes it.
    """
    if file is None:
        return ""
    parts = [translate(words.FILE, language).format(filename=file.filename)]
    if moment or file.handed_in:
        parts.append(translate(words.HANDED_IN, language).format(moment=moment or file.handed_in))
    if file.attempts > 1 and file.attempt:
        parts.append(translate(words.ATTEMPT, language).format(number=file.attempt, total=file.attempts))
    if file.antorcha:
        parts.append(translate(words.GRADED_BY, language).format(version=file.antorcha, course=file.course))
    return " · ".join(parts)


def _with_share(exercise: _Exercise, share: float | None, language: str) -> _Exercise:
    """Return an exercise with how much of the class has it right, where students may read that."""
    if share is None:
        return exercise
    said = translate(words.CLASS_SHARE, language).format(percent=round(100 * share))
    return replace(exercise, checks=" · ".join(filter(None, (exercise.checks, said))))


def _exercise(
    result: ExerciseResult, course: Course, note_of_topic: str, given: TeacherMark | None = None
) -> _Exercise:
    """Return an exercise for the page.

    `note_of_topic`: the topic's note, which no exercise repeats; `given`: the mark that a teacher gave for it.
    """
    language, feedback = course.language, course.feedback_of(result.name)
    partly = result.verdict is not Verdict.PASSED and result.points > 0
    symbol = result.verdict.about.symbol
    passed = sum(check.passed for check in result.checks)
    counts = translate(words.CHECKS_PASSED, language).format(passed=passed, total=len(result.checks))
    exercise = _Exercise(
        name=result.name,
        points=_points(result),
        symbol=words.SYMBOL_PARTLY if partly else symbol,
        word=translate(words.PARTLY if partly else result.verdict.about.word, language),
        tone="partly" if partly else result.verdict.about.tone,
        checks=counts if partly and feedback != "nothing" else "",
        lines=_lines(result, feedback, language, note_of_topic),
        pictures=pictures_of(result, language),
    )
    if given is None:
        return exercise
    word = translate(words.MARK_GIVEN, language)
    points = f"{number(given.points)} / {number(given.max_points)}"
    marked = replace(exercise, points=points, symbol=words.SYMBOL_GIVEN, word=word, tone="quiet")
    return replace(marked, lines=()) if result.to_grade else marked  # that it waits is no longer so


def pictures_of(result: ExerciseResult, language: str) -> tuple[Pictures, ...]:
    """Return the figures of visible tests, which anybody may see; none where they cannot be drawn here."""
    shown = []
    for drawn in result.pictures if result.verdict is not Verdict.NOT_STARTED else ():
        expected, mine = picture(drawn.expected), picture(drawn.drawn) if drawn.drawn else ""
        caption = words.OWN_DRAWING if mine else words.NO_OWN_DRAWING
        if expected:
            under = translate(caption, language), translate(words.EXPECTED_DRAWING, language)
            shown.append(Pictures(mine, under[0], expected, under[1]))
    return tuple(shown)


def _lines(result: ExerciseResult, feedback: Feedback, language: str, note_of_topic: str) -> tuple[_Line, ...]:
    """Return the sentences about checks that did not pass, each once, in the order of the checks."""
    if result.checks and all(check.verdict is Verdict.NOT_STARTED for check in result.checks):
        return ()  # the word beside its points says so already
    # Asked at the lowest level: the topic's note is told at that, and the same end of a file is not told twice.
    failed = [
        check
        for check in result.checks
        if not check.passed and student_sentence(check, "difference", language) != note_of_topic
    ]
    sentences = [student_sentence(check, feedback, language) for check in failed]
    if not result.checks:
        sentences = [translate(result.verdict.about.explanation, language)]
    counts = Counter(sentence for sentence in sentences if sentence and sentence != note_of_topic)
    return tuple(_Line(sentence, count) for sentence, count in counts.items())


def _points(result: TopicResult | ExerciseResult) -> str:
    """Return "2.5 / 3", with a dash for the points of an exercise that was not graded."""
    share = _share(result)
    if isinstance(result, ExerciseResult) and not result.graded:
        share["points"] = NO_MARK
    return "{points} / {max}".format(**share)


def _share(result: SubmissionResult | TopicResult | ExerciseResult) -> dict[str, str]:
    return {"points": number(result.points), "max": number(result.max_points)}
