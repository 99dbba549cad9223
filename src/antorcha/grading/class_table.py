"""The class as its store has it: a row a student, with the marks that its rules and its teacher make of the results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from antorcha.bulk.topic_result import missing_file
from antorcha.course.model import Course, Exercise, Topic
from antorcha.i18n.catalog import Catalog, course_catalog
from antorcha.intake.model import Person
from antorcha.marks.class_rules import NO_ZONE, ClassRules
from antorcha.marks.final import Marking
from antorcha.marks.known_people import People
from antorcha.results import RubricPoints, SubmissionResult, TeacherMark, TopicMark
from antorcha.store.db import ClassRow, Store


@dataclass(frozen=True)
class ClassTable:
    """The class as it stands: a row a student, for the topics of `course`, which are those that the rows may have.

    `people`: who each student is, as far as a delivery or a roster said it, by the row's name.
    """

    course: Course
    rows: tuple[SubmissionResult, ...]
    people: dict[str, Person] = field(default_factory=dict)


def class_table(
    course: Course,
    store: Store,
    rules: ClassRules | None,
    names: Mapping[str, str] | None = None,
    delivered: Collection[str] = (),
) -> ClassTable:
    """Return the class as a store has it, with the marks under its rules.

    `names`: how students of a delivery are called, by their names in the store; they come first. `delivered`: topics
    that have a column though nobody has a result for them.
    """
    rows = {row.student: row for row in store.class_rows()}
    names = names or {}
    given = _given(course, store, rows)
    for student, marks_given in given.items():  # an exam that was spoken has a mark, and no file
        for topic in course.topics:
            if topic.name in {mark.topic for mark in marks_given} and topic.name not in rows[student].results:
                rows[student].results[topic.name] = missing_file(topic)
                rows[student].file_notes[topic.name] = ()
    have_results = {topic for row in rows.values() for topic in row.results}
    columns = tuple(topic for topic in course.topics if topic.name in have_results | set(delivered))
    order = [*names, *(student for student in rows if student not in names)]
    if not names:
        order.sort(key=lambda name: (name.casefold(), name))  # as a delivery has them
    elif len(order) > len(names):
        order.sort()
    marks = _marks(store, rules, rows, columns, given)
    comments, files = store.comments(), store.handed_in_files()
    shown = (
        replace(
            _row(rows.get(name, ClassRow(name)), names.get(name, name), columns),
            marks=marks.get(name, ()),
            comment=comments.get(name, ""),
            files=files.get(name, ()),
        )
        for name in order
    )
    people = {names.get(name, name): row.person for name, row in rows.items()}
    return ClassTable(replace(course, topics=columns), tuple(shown), people)


def _row(row: ClassRow, student: str, columns: Iterable[Topic]) -> SubmissionResult:
    topics = [topic.name for topic in columns if topic.name in row.results]
    notes = [note for topic in topics for note in row.file_notes[topic]]
    return SubmissionResult(student, tuple(row.results[topic] for topic in topics), (*row.notes, *notes))


def _given(course: Course, store: Store, rows: Collection[str]) -> dict[str, list[TeacherMark]]:
    """Return the marks that a teacher gave to the class, for exercises that the course has."""
    known = {(topic.name, exercise.name): exercise for topic in course.topics for exercise in topic.exercises}
    titles = course_catalog(course, course.language)
    return {
        student: [
            _as_the_course_has_it(mark, known[mark.topic, mark.exercise], titles)
            for mark in marks
            if (mark.topic, mark.exercise) in known
        ]
        for student, marks in store.teacher_marks().items()
        if student in rows
    }


def _as_the_course_has_it(mark: TeacherMark, exercise: Exercise, titles: Catalog) -> TeacherMark:
    """Return a mark with what the exercise and the rows of its rubric are worth; rows that it lost are left out."""
    given = {row.name: row.points for row in mark.rubric}
    rubric = tuple(
        RubricPoints(row.name, given[row.name], row.points, titles.gettext(row.title) if row.title else "")
        for row in exercise.rubric
        if row.name in given
    )
    return replace(mark, max_points=exercise.points, rubric=rubric)


def _marks(
    store: Store,
    rules: ClassRules | None,
    rows: Mapping[str, ClassRow],
    columns: Iterable[Topic],
    given: Mapping[str, Sequence[TeacherMark]],
) -> dict[str, tuple[TopicMark, ...]]:
    """Return each student's marks under the class's rules and a teacher's word, none where the checks alone decide."""
    if rules is None and not any(given.values()):
        return {}
    marking = Marking(rules or ClassRules(NO_ZONE), people_of(store))
    attempts = {(kept.student, kept.topic, kept.handed_in, kept.digest): kept for kept in store.attempts()}
    counted = store.counted()
    marks: dict[str, tuple[TopicMark, ...]] = {}
    for student, row in rows.items():
        own = []
        for result in (row.results[topic.name] for topic in columns if topic.name in row.results):
            author, moment, digest = counted.get((student, result.topic), (student, "", ""))
            theirs = tuple(mark for mark in given.get(student, ()) if mark.topic == result.topic)
            attempt = attempts.get((author, result.topic, moment, digest))
            own.append(marking.mark(student, result, attempt, theirs))
        marks[student] = tuple(own)
    return marks


def people_of(store: Store) -> People:
    """Return the students of the class, to be found by any of their names."""
    return People({student: person.known_as for student, person in store.people().items()})
