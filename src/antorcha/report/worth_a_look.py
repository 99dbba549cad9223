"""Cases of a run that a person should see: submissions that went wrong, and marks that alone hide something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from antorcha.explain import explain
from antorcha.intake.model import Delivery
from antorcha.report.numbers import number
from antorcha.report.rows import NOT_GRADED, topic_note
from antorcha.results import SubmissionResult, TopicResult, Verdict

_LANGUAGE = "en"  # the instructor's terminal and files are in English, as the command is
_NO_WORK = (Verdict.NOT_STARTED, Verdict.NOT_TESTED, Verdict.TO_GRADE)

NO_POINTS = "no_points"
JUDGED_TWICE = "judged_twice"
KEPT_FROM_BEFORE = "kept_from_before"
OUTDATED = "outdated"
NOT_IN_THIS_DELIVERY = "not_in_this_delivery"
FILE_SET_ASIDE = "file_set_aside"
NAMED_BY_RULES = "named_by_rules"
TO_GRADE = "to_grade"

_LEFT_OUT = "statements left out"

# What stands before the names on the terminal; any other kind goes by its own words.
_LABELS = {
    NO_POINTS: "0 points with work in the file",
    JUDGED_TWICE: "judged twice, the second time alone (a busy machine may have had a part in it)",
    KEPT_FROM_BEFORE: "no file in this delivery, the mark of an earlier one stands",
    OUTDATED: "judged before the course or Antorcha changed (grade that delivery again)",
    NOT_IN_THIS_DELIVERY: "not in this delivery, earlier marks stand (--forget-absent takes them out)",
    FILE_SET_ASIDE: "files set aside",
    NAMED_BY_RULES: "named by the class's rules, and nobody in the class",
    TO_GRADE: "answers that a person has to grade (`antorcha mark --to-grade answers.csv` lists them)",
    "answer_changed_under_mark": "another answer than the one that was graded by hand (grade it again)",
    "moved_under_mark": "an automatic mark moved under one that was given (give it again to keep it)",
    "time_not_known": "no time of handing in, so in time",
    "late_by_how_much": "late by nobody knows how much, so without a penalty (say it under [[handed_in]])",
    "time_not_read": "a time of handing in that cannot be read, so in time",
    "set_aside": _LEFT_OUT,
    "set_aside_package": _LEFT_OUT,
    "set_aside_several": _LEFT_OUT,
}


@dataclass(frozen=True)
class CaseToSee:
    """A case worth a look; `student` or `topic` is "" where it concerns none, `files` are paths in the delivery."""

    student: str
    topic: str
    kind: str
    what: str
    files: tuple[str, ...] = ()


def label(kind: str) -> str:
    """Return the words for a kind of case."""
    return _LABELS.get(kind, kind.replace("_", " "))


def cases_in(
    rows: Sequence[SubmissionResult],
    delivery: Delivery,
    *,
    judged_twice: Iterable[tuple[str, str]] = (),
    kept: Iterable[tuple[str, str]] = (),
    outdated: Iterable[tuple[str, str]] = (),
    absent: Iterable[str] = (),
    unmatched: Iterable[str] = (),
) -> list[CaseToSee]:
    """Return all cases in these rows and in what was delivered, those of the rows first and files set aside last.

    `judged_twice`, `kept`, `outdated`: pairs of student and topic; `absent`: students; `unmatched`: names in the
    class's rules.
    """
    filenames = {
        (submission.student, topic): file.filename
        for submission in delivery.submissions
        for topic, file in submission.files.items()
    }
    cases = [case for row in rows for case in _row_cases(row, filenames)]
    cases += [case for row in rows for case in _mark_cases(row)]
    cases += [case for row in rows for case in _essay_cases(row)]
    cases += [CaseToSee(name, "", NAMED_BY_RULES, label(NAMED_BY_RULES)) for name in unmatched]
    cases += _note_cases(delivery, filenames)
    for kind, pairs in ((JUDGED_TWICE, judged_twice), (KEPT_FROM_BEFORE, kept), (OUTDATED, outdated)):
        cases += [
            CaseToSee(student, topic, kind, label(kind), _named(filenames, student, topic)) for student, topic in pairs
        ]
    cases += [CaseToSee(student, "", NOT_IN_THIS_DELIVERY, label(NOT_IN_THIS_DELIVERY)) for student in absent]
    cases += _set_aside_cases(delivery)
    return list(dict.fromkeys(cases))  # what was noted of a file may stand with its row too


def _row_cases(row: SubmissionResult, filenames: dict[tuple[str, str], str]) -> Iterator[CaseToSee]:
    """Yield the cases of one row, of each topic the gravest at most."""
    if not row.topics:
        yield CaseToSee(row.student, "", NOT_GRADED, "nothing of it has been graded")
    for topic in row.topics:
        files = _named(filenames, row.student, topic.topic)
        if topic.verdict.about.severity:
            yield CaseToSee(row.student, topic.topic, topic.verdict.value, topic_note(topic, _LANGUAGE), files)
        elif topic.note is not None:
            yield CaseToSee(row.student, topic.topic, topic.note.kind, explain(topic.note, _LANGUAGE), files)
        elif _earned_nothing(topic):
            yield CaseToSee(row.student, topic.topic, NO_POINTS, label(NO_POINTS), files)


def _mark_cases(row: SubmissionResult) -> Iterator[CaseToSee]:
    """Yield what is unsure about the marks of one row."""
    for mark in row.marks:
        for note in mark.unsure:
            yield CaseToSee(row.student, mark.topic, note.kind, explain(note, _LANGUAGE))


def _essay_cases(row: SubmissionResult) -> Iterator[CaseToSee]:
    """Yield the topics of one row in which a person has points to give still."""
    for topic in row.topics:
        if points := row.to_grade_in(topic):
            yield CaseToSee(row.student, topic.topic, TO_GRADE, f"not graded yet: {number(points)} points")


def _note_cases(delivery: Delivery, filenames: dict[tuple[str, str], str]) -> Iterator[CaseToSee]:
    """Yield what intake noted of each submission as a whole, then of its files."""
    for submission in delivery.submissions:
        notes = [("", note) for note in submission.notes]
        notes += [(topic, note) for topic, file in submission.files.items() for note in file.notes]
        for topic, note in notes:
            files = _named(filenames, submission.student, topic)
            yield CaseToSee(submission.student, topic, note.kind, explain(note, _LANGUAGE), files)


def _set_aside_cases(delivery: Delivery) -> Iterator[CaseToSee]:
    """Yield each file of the delivery that was not read, with the reason."""
    for student, record in delivery.set_aside_by_people:
        assert record.reason is not None  # for the type checker: nothing is set aside without one
        reason = explain(record.reason, _LANGUAGE, full=True)
        times = f" ({record.count} files)" if record.count > 1 else ""
        yield CaseToSee(student, "", FILE_SET_ASIDE, reason + times, (record.path,))


def _earned_nothing(topic: TopicResult) -> bool:
    """Return whether a file has work in it and got no point for any of it.

    A function that is missing counts as work: another name or a class around it may be why.
    """
    worked_on = any(exercise.verdict not in _NO_WORK for exercise in topic.exercises)
    return topic.points == 0 and topic.max_points > 0 and worked_on


def _named(filenames: dict[tuple[str, str], str], student: str, topic: str) -> tuple[str, ...]:
    filename = filenames.get((student, topic))
    return (filename,) if filename else ()
