"""The attempts that count, by the rules of a class: of each student, and of those in a group."""

from __future__ import annotations

from antorcha.bulk.topic_result import missing_file
from antorcha.course.model import Course
from antorcha.grading.class_table import people_of
from antorcha.marks.class_rules import ClassRules
from antorcha.marks.final import Attempt, Marking
from antorcha.marks.groups import Groups
from antorcha.store.db import Store


def settle(course: Course, store: Store, rules: ClassRules | None) -> None:
    """Let that attempt at each topic count which the class's rules say, of a student's own and of those of a group.

    Without rules what was graded last counts, as it does already. Raises: `UserError`.
    """
    borrowed = {pair for pair, (author, *_) in store.counted().items() if author != pair[0]}
    if rules is None and not borrowed:
        return
    people = people_of(store)
    groups = Groups(rules, people) if rules else None
    marking = Marking(rules, people) if rules else None
    attempts: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in store.attempts():
        attempts.setdefault((attempt.student, attempt.topic), []).append(attempt)
    for student in store.class_members():
        for topic in course.topics:
            pair = student, topic.name
            sharing = groups.sharing(student, topic.name) if groups else [student]
            pool = [attempt for member in sharing for attempt in attempts.get((member, topic.name), ())]
            if pool and (marking or pair in borrowed):
                newest = max(pool, key=lambda attempt: attempt.run)
                store.let_count(student, marking.counting(student, pool) if marking else newest)
            elif pair in borrowed:  # from a group that is none any longer
                store.record(student, missing_file(topic), "")


def sharing(store: Store) -> dict[tuple[str, str], list[str]]:
    """Return, by student and topic, the other students for whom the same submission of a group counts."""
    counted = store.counted()
    together: dict[tuple[str, ...], list[str]] = {}
    for (student, topic), submission in counted.items():
        together.setdefault((topic, *submission), []).append(student)
    return {
        (student, topic): [other for other in together[topic, *submission] if other != student]
        for (student, topic), submission in counted.items()
    }
