"""A student's row as one verdict and one sentence: the same for the table, `grades.csv` and `--json`."""

from __future__ import annotations

from collections.abc import Iterable

from antorcha.i18n import translate
from antorcha.messages import explain
from antorcha.report.messages import EXPLANATIONS
from antorcha.results import SubmissionResult, TopicResult, Verdict

GRADED = "graded"

# Worst first: which whole-file verdict speaks for a hand-in of several topics.
_WORST = (
    Verdict.GRADER_ERROR,
    Verdict.FORGED,
    Verdict.UNREADABLE,
    Verdict.CRASHED,
    Verdict.EXITED,
    Verdict.MEMORY_LIMIT,
    Verdict.THREAD_LIMIT,
    Verdict.FILE_LIMIT,
    Verdict.CPU_LIMIT,
    Verdict.WALL_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.RESULT_LIMIT,
    Verdict.ERROR,
    Verdict.MISSING,
    Verdict.NO_EVIDENCE,
    Verdict.NOT_TESTED,
)


def whole_verdict(topics: Iterable[TopicResult]) -> str:
    """`"graded"`, or the worst verdict that a file as a whole got (`"unreadable"`, `"missing"`, ...)."""
    found = {topic.verdict for topic in topics}
    return next((verdict.value for verdict in _WORST if verdict in found), GRADED)


def topic_note(topic: TopicResult, language: str) -> str:
    """What there is to say about the whole file, or `""`."""
    if topic.note is not None:
        return explain(topic.note, language)
    return translate(EXPLANATIONS[topic.verdict], language) if topic.verdict in _WORST else ""


def message(submission: SubmissionResult, language: str) -> str:
    """What there is to say about the hand-in's files, each sentence once, or `""`.

    What intake remarked on the folder is told where a file could not be graded: it may well be the reason.
    """
    notes = [topic_note(topic, language) for topic in submission.topics]
    if whole_verdict(submission.topics) != GRADED:
        notes += [explain(note, language) for note in submission.notes]
    return " ".join(dict.fromkeys(note for note in notes if note))


def grader_failed(topics: Iterable[TopicResult]) -> bool:
    """Whether a fault of ours, not the student's, kept something from being graded."""
    return any(Verdict.GRADER_ERROR in _verdicts(topic) for topic in topics)


def grader_reasons(topics: Iterable[TopicResult]) -> list[str]:
    """For the instructor only: what went wrong on our side, in full, each reason once and with where it was."""
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


def _verdicts(topic: TopicResult) -> set[Verdict]:
    checks = [check.verdict for exercise in topic.exercises for check in exercise.checks]
    return {topic.verdict, *(exercise.verdict for exercise in topic.exercises), *checks}
