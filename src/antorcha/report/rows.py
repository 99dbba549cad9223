"""A student's row as one verdict and one sentence: the same for the table, `grades.csv` and `--json`."""

from __future__ import annotations

from collections.abc import Iterable

from antorcha.explain import explain
from antorcha.i18n import translate
from antorcha.report.numbers import number
from antorcha.report.words import NOT_GRADED_YET
from antorcha.results import SubmissionResult, TopicResult, Verdict

GRADED = "graded"
INCOMPLETE = "incomplete"  # something was graded, and other topics, or what a person grades, not yet
NOT_GRADED = "not_graded"


def whole_verdict(topics: Iterable[TopicResult]) -> str:
    """Return `"graded"`, or the worst verdict that a file as a whole got (`"unreadable"`, `"missing"`, ...)."""
    worst = max((topic.verdict for topic in topics), key=lambda verdict: verdict.about.severity, default=Verdict.PASSED)
    return worst.value if worst.about.severity else GRADED


def row_verdict(submission: SubmissionResult, columns: int) -> str:
    """Return the one word for a row that `grades.csv`, the table and `--json` show.

    `columns`: how many topics the class has results or files for.
    """
    if not submission.topics:
        return NOT_GRADED
    worst = whole_verdict(submission.topics)
    is_part = len(submission.topics) < columns or submission.to_grade > 0
    return INCOMPLETE if worst == GRADED and is_part else worst


def topic_note(topic: TopicResult, language: str) -> str:
    """Return what there is to say about the whole file, or `""`."""
    if topic.note is not None:
        return explain(topic.note, language)
    return translate(topic.verdict.about.explanation, language) if topic.verdict.about.severity else ""


def message(submission: SubmissionResult, language: str) -> str:
    """Return what there is to say about the submission's files, each sentence once, or `""`.

    What intake remarked on the folder is told where a file could not be graded: it may well be the reason.
    """
    notes = [topic_note(topic, language) for topic in submission.topics]
    if whole_verdict(submission.topics) != GRADED:
        notes += [explain(note, language) for note in submission.notes]
    notes.append(not_graded_yet(submission.to_grade, submission.max_points, language))
    return " ".join(dict.fromkeys(note for note in notes if note))


def not_graded_yet(points: float, most: float, language: str) -> str:
    """Return the sentence about answers that a person has still to grade, "" for no points."""
    sentence = translate(NOT_GRADED_YET, language) if points else ""
    return sentence.format(points=number(points), max=number(most))


def grader_reasons(topics: Iterable[TopicResult]) -> list[str]:
    """Return the reasons of faults on our side, in full, each once and with its place: for the instructor only."""
    reasons = []
    for topic in topics:
        if topic.verdict is Verdict.GRADER_ERROR and topic.note is not None:
            reasons.append(f"{topic.topic}: {explain(topic.note, 'en', full=True)}")
        reasons += [
            f"{check.check}: {explain(check.diagnosis, 'en', full=True)}"
            for exercise in topic.exercises
            for check in exercise.checks
            if check.verdict is Verdict.GRADER_ERROR and check.diagnosis is not None
        ]
    return list(dict.fromkeys(reasons))
