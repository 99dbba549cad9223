"""Cases of a run that a person should see: submissions that went wrong, and marks that alone hide something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from antorcha.explain import explain
from antorcha.i18n import N_, translate
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

_LEFT_OUT = N_("statements left out")
_ARCHIVE_NOT_READ = N_("an archive that could not be read")
_TOO_MUCH = N_("more files than are looked at")
_SET_ASIDE = N_("files set aside")

# What stands before the names, on the terminal and on the class page; a verdict goes by its own words there.
_LABELS = {
    NOT_GRADED: N_("nothing of it has been graded"),
    NO_POINTS: N_("0 points with work in the file"),
    JUDGED_TWICE: N_("judged twice, the second time alone (a busy machine may have had a part in it)"),
    KEPT_FROM_BEFORE: N_("no file in this delivery, the mark of an earlier one stands"),
    OUTDATED: N_("judged before the course or Antorcha changed (grade that delivery again)"),
    NOT_IN_THIS_DELIVERY: N_("not in this delivery, earlier marks stand (--forget-absent takes them out)"),
    FILE_SET_ASIDE: _SET_ASIDE,
    NAMED_BY_RULES: N_("named by the class's rules, and nobody in the class"),
    TO_GRADE: N_("answers that a person has to grade (`antorcha mark --to-grade answers.csv` lists them)"),
    "answer_changed_under_mark": N_("another answer than the one that was graded by hand (grade it again)"),
    "moved_under_mark": N_("an automatic mark moved under one that was given (give it again to keep it)"),
    "time_not_known": N_("no time of handing in, so in time"),
    "late_by_how_much": N_("late by nobody knows how much, so without a penalty (say it under [[handed_in]])"),
    "time_not_read": N_("a time of handing in that cannot be read, so in time"),
    "set_aside": _LEFT_OUT,
    "set_aside_package": _LEFT_OUT,
    "set_aside_several": _LEFT_OUT,
    "defined_twice": N_("functions defined twice"),
    "name_guessed": N_("files under another name, told by what they hold"),
    "another_file": N_("several files for one topic"),
    "files_joined": N_("a topic handed in in parts"),
    "other_encoding": N_("not UTF-8 text, and read all the same"),
    "written_by_a_cell": N_("a notebook's cell that writes a file"),
    "really_a_notebook": N_("a notebook with the name of a module"),
    "cell_newer_python": N_("cells left out"),
    "cell_syntax_error": N_("cells left out"),
    "cell_unreadable": N_("cells left out"),
    "cell_set_aside": N_("cells left out"),
    "magic_set_aside": N_("commands of Jupyter left out"),
    "foreign_set_aside": _SET_ASIDE,
    "more_notes": N_("more notes than are listed"),
    "more_files": N_("more notes than are listed"),
    "unsafe_path": _ARCHIVE_NOT_READ,
    "archive_broken": _ARCHIVE_NOT_READ,
    "not_unpacked": _ARCHIVE_NOT_READ,
    "archive_too_large": _ARCHIVE_NOT_READ,
    "archive_encrypted": _ARCHIVE_NOT_READ,
    "archive_unsupported": _ARCHIVE_NOT_READ,
    "archive_nested": _ARCHIVE_NOT_READ,
    "archive_empty": _ARCHIVE_NOT_READ,
    "too_many_files": _TOO_MUCH,
    "too_many_archives": _TOO_MUCH,
    "too_deep": _TOO_MUCH,
    "not_listed": _TOO_MUCH,
    "leftover": _SET_ASIDE,
    "course_file": _SET_ASIDE,
    "nobodys_file": _SET_ASIDE,
    "not_a_source": _SET_ASIDE,
    "online_text": _SET_ASIDE,
    "namesakes": N_("names that look alike, taken for different people"),
    "nothing_handed_in": N_("nothing handed in"),
    "nothing_usable": N_("nothing to grade in what was handed in"),
}


@dataclass(frozen=True)
class CaseToSee:
    """A case worth a look; `student` or `topic` is "" where it concerns none, `files` are paths in the delivery."""

    student: str
    topic: str
    kind: str
    what: str
    files: tuple[str, ...] = ()


def label(kind: str, language: str = _LANGUAGE) -> str:
    """Return the words for a kind of case."""
    return translate(_LABELS[kind], language) if kind in _LABELS else kind.replace("_", " ")


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
        yield CaseToSee(row.student, "", NOT_GRADED, label(NOT_GRADED))
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
