"""The class as its store has it: a row a student, with the marks that its rules and its teacher make of the results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from antorcha.bulk.topic_result import missing_file
from antorcha.course.model import Course, Exercise, Topic
from antorcha.i18n.catalog import Catalog, course_catalog
from antorcha.intake.model import Person
from antorcha.marks.class_rules import NO_ZONE, ClassRules
from antorcha.marks.final import Marking
from antorcha.marks.known_people import People
from antorcha.packed import Kept, Packed, Records, Unpacked
from antorcha.results import RubricPoints, SubmissionResult, TeacherMark, TopicMark, TopicResult
from antorcha.store.db import ClassRow, Store

# Results that are kept as they are: 60 KiB each, and nothing to unpack for whoever reads them again.
_MOST_UNPACKED = 4000


@dataclass(frozen=True)
class ClassTable:
    """The class as it stands: a row a student, for the topics of `course`, which are those that the rows may have.

    `rows`: those of a large class are packed, and each is made anew when it is read; `people`: who each student is, as
    far as a delivery or a roster said it, by the row's name.
    """

    course: Course
    rows: Sequence[SubmissionResult]
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
    names = names or {}
    given = _given(course, store)
    marks = _ClassMarks(store, rules, given)
    comments, files = store.comments(), store.handed_in_files()
    keep: Callable[[SubmissionResult], Kept[SubmissionResult]]
    keep = Packed if store.count_class_results() > _MOST_UNPACKED else Unpacked
    rows: dict[str, Kept[SubmissionResult]] = {}
    people: dict[str, Person] = {}
    columns = set(delivered)
    for row in store.class_rows():
        _add_topics_without_file(row, course, given.get(row.student, ()))
        columns.update(row.results)
        name = names.get(row.student, row.student)
        people[name] = row.person
        shown = replace(
            _row(row, name, course.topics), comment=comments.get(row.student, ""), files=files.get(row.student, ())
        )
        rows[row.student] = keep(replace(shown, marks=marks.of(row.student, shown.topics)))
    topics = tuple(topic for topic in course.topics if topic.name in columns)
    return ClassTable(replace(course, topics=topics), Records(rows[student] for student in _order(rows, names)), people)


def _order(students: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the students in the order of the rows: those of a delivery first, as it has them."""
    if not names:
        return sorted(students, key=lambda student: (student.casefold(), student))
    present = set(students)
    return [*(student for student in names if student in present), *sorted(present.difference(names))]


def _add_topics_without_file(row: ClassRow, course: Course, given: Iterable[TeacherMark]) -> None:
    """Give a row the topics that a teacher's mark is all there is of: an exam that was spoken has no file."""
    marked = {mark.topic for mark in given}
    for topic in course.topics:
        if topic.name in marked and topic.name not in row.results:
            row.results[topic.name] = missing_file(topic)
            row.file_notes[topic.name] = ()


def _row(row: ClassRow, student: str, columns: Iterable[Topic]) -> SubmissionResult:
    topics = [topic.name for topic in columns if topic.name in row.results]
    notes = [note for topic in topics for note in row.file_notes[topic]]
    return SubmissionResult(student, tuple(row.results[topic] for topic in topics), (*row.notes, *notes))


def _given(course: Course, store: Store) -> dict[str, list[TeacherMark]]:
    """Return the marks that a teacher gave to the class, for exercises that the course has."""
    known = {(topic.name, exercise.name): exercise for topic in course.topics for exercise in topic.exercises}
    titles = course_catalog(course, course.language)
    members = set(store.class_members())
    return {
        student: [
            _as_the_course_has_it(mark, known[mark.topic, mark.exercise], titles)
            for mark in marks
            if (mark.topic, mark.exercise) in known
        ]
        for student, marks in store.teacher_marks().items()
        if student in members
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


class _ClassMarks:
    """The marks of a class under its rules and a teacher's word; there are none where the checks alone decide."""

    def __init__(self, store: Store, rules: ClassRules | None, given: Mapping[str, Sequence[TeacherMark]]) -> None:
        self._given = given
        self._marking: Marking | None = None
        if rules is not None or any(given.values()):
            self._marking = Marking(rules or ClassRules(NO_ZONE), people_of(store))
            self._attempts = {
                (kept.student, kept.topic, kept.handed_in, kept.digest): kept for kept in store.attempts()
            }
            self._counted = store.counted()

    def of(self, student: str, results: Iterable[TopicResult]) -> tuple[TopicMark, ...]:
        """Return the marks of a student's results."""
        return () if self._marking is None else tuple(self._mark(self._marking, student, result) for result in results)

    def _mark(self, marking: Marking, student: str, result: TopicResult) -> TopicMark:
        author, moment, digest = self._counted.get((student, result.topic), (student, "", ""))
        theirs = tuple(mark for mark in self._given.get(student, ()) if mark.topic == result.topic)
        return marking.mark(student, result, self._attempts.get((author, result.topic, moment, digest)), theirs)


def people_of(store: Store) -> People:
    """Return the students of the class, to be found by any of their names."""
    return People({student: person.known_as for student, person in store.people().items()})
