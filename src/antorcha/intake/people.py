"""The people behind hand-ins: who handed in several times is one person, and two of one name stay two."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

from antorcha.intake.account import Piece
from antorcha.intake.delivered import printable
from antorcha.intake.handin import HandIn
from antorcha.intake.model import Person
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class PersonsHandIns:
    """All that one person handed in, the oldest attempt first."""

    person: Person
    hand_ins: tuple[HandIn, ...]

    @property
    def key(self) -> str:
        """Return the text that tells this person apart in the delivery."""
        return self.hand_ins[0].identity if self.hand_ins else self.person.id

    @property
    def attempts(self) -> int:
        """Return the number of attempts: folders and files of one moment are one."""
        return len({(hand_in.time, hand_in.number) for hand_in in self.hand_ins})

    @property
    def pieces(self) -> list[Piece]:
        """Return the files of all attempts, each with the number of its attempt, from 0 for the oldest."""
        moments = sorted({(hand_in.time, hand_in.number) for hand_in in self.hand_ins})
        order = {moment: number for number, moment in enumerate(moments)}
        return [
            Piece(
                file,
                order[hand_in.time, hand_in.number],
                hand_in.topic,
                hand_in.folder_topic,
                hand_in.time,
                hand_in.late,
            )
            for hand_in in self.hand_ins
            for file in hand_in.files
        ]

    @property
    def each_attempt(self) -> list[PersonsHandIns]:
        """Return the same person with the hand-ins of each moment alone, the oldest first."""
        moments = sorted({(hand_in.time, hand_in.number) for hand_in in self.hand_ins})
        return [
            replace(
                self, hand_ins=tuple(hand_in for hand_in in self.hand_ins if (hand_in.time, hand_in.number) == moment)
            )
            for moment in moments
        ]


def by_person(hand_ins: list[HandIn]) -> list[PersonsHandIns]:
    """Return the people of these hand-ins, each with all of their own; the format told them apart by a key."""
    grouped: dict[str, list[HandIn]] = {}
    for hand_in in hand_ins:
        grouped.setdefault(hand_in.identity, []).append(hand_in)
    people = []
    for persons_own in grouped.values():
        ordered = sorted(persons_own, key=lambda hand_in: (hand_in.time, hand_in.number))
        # The formats of several assignments name one person more or less fully.
        fullest = max(ordered, key=lambda hand_in: len(hand_in.person.known_as))
        people.append(PersonsHandIns(fullest.person, tuple(ordered)))
    return people


def display_names(people: list[PersonsHandIns]) -> list[str]:
    """Return each person's name, safe to print and to tabulate; two of one name with what tells them apart."""
    bases = [
        printable(unicodedata.normalize("NFC", submitter.person.name.strip())) or "unnamed" for submitter in people
    ]
    shared = Counter(bases)
    names: list[str] = []
    for submitter, base in zip(people, bases, strict=True):
        told_apart_by = submitter.person.id or (submitter.key if submitter.key != submitter.person.name else "")
        name = f"{base} ({printable(told_apart_by, 40)})" if shared[base] > 1 and told_apart_by else base
        unique, count = name, 2
        while unique in names:
            unique, count = f"{name} ({count})", count + 1
        names.append(unique)
    return names


def namesakes(people: list[PersonsHandIns], names: list[str]) -> list[Diagnosis]:
    """Remark on people whose names differ in nothing that one would notice, and who have no number of their own."""
    alike: dict[str, list[str]] = {}
    for submitter, name in zip(people, names, strict=True):
        if not submitter.person.id and submitter.key == submitter.person.name:
            plain = printable(unicodedata.normalize("NFC", submitter.person.name.strip()).casefold())
            alike.setdefault(plain, []).append(name)
    return [Diagnosis("namesakes", {"students": ", ".join(same)}) for same in alike.values() if len(same) > 1]
