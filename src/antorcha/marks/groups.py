"""Groups of a class: what one member hands in counts for each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from antorcha.errors import UserError
from antorcha.marks.class_rules import ClassRules
from antorcha.marks.known_people import People


class Groups:
    """The groups of a class, by student and topic."""

    def __init__(self, rules: ClassRules, people: People) -> None:
        """Find the members. Raises: `UserError` for a name that two students go by, or one student in two groups."""
        self._groups = [
            (list(dict.fromkeys(people.named(member) or member for member in group.members)), group.topics)
            for group in rules.groups
        ]
        for (members, topics), (others, other_topics) in combinations(self._groups, 2):
            shared_topics = set(topics) & set(other_topics) if topics and other_topics else {*topics, *other_topics}
            twice = [member for member in members if member in others]
            if twice and (shared_topics or not topics or not other_topics):
                which = f" for {', '.join(sorted(shared_topics))}" if shared_topics else ""
                raise UserError(
                    f'the rules have "{twice[0]}" in two groups{which}.',
                    "Take the name out of one of them, or name the topics of each group.",
                )

    @property
    def members(self) -> list[str]:
        """Return everybody in a group, each once."""
        return list(dict.fromkeys(member for members, _ in self._groups for member in members))

    def sharing(self, student: str, topic: str) -> list[str]:
        """Return the students whose hand-ins count for a student: the group's, else the student alone."""
        for members, topics in self._groups:
            if student in members and (not topics or topic in topics):
                return members
        return [student]


def unmatched(rules: ClassRules, people: People) -> list[str]:
    """Return the names in a class's rules by which nobody in it goes, each once."""
    named: Iterable[str] = [
        *(extension.student for extension in rules.extensions),
        *(entry.student for entry in rules.handed_in),
    ]
    return list(dict.fromkeys(name for name in named if people.named(name) is None))
