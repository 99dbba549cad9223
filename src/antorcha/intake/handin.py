"""Types for a delivery as a format reads it: hand-ins, each one person's, and files that are nobody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from antorcha.course.model import Course
from antorcha.intake.delivered import DeliveredFile
from antorcha.intake.model import Person
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class Listing:
    """The files of a delivery. `name`: of its folder or archive, which some formats are recognised by.

    `outside`: what lies beside the folders that were stepped into, so that it is accounted for too.
    """

    files: tuple[DeliveredFile, ...]
    name: str = ""
    outside: tuple[DeliveredFile, ...] = ()

    @property
    def root_names(self) -> tuple[str, ...]:
        """Return the names in the delivery's root, each once, in the order of the files."""
        return tuple(dict.fromkeys(file.parts[0] for file in self.files if file.parts))

    def under(self, name: str) -> tuple[DeliveredFile, ...]:
        """Return what lies in the folder `name` of the root, with its paths counted from there."""
        return tuple(file.below(1) for file in self.files if len(file.parts) > 1 and file.parts[0] == name)

    def entered(self, name: str) -> Listing:
        """Return the listing of a folder of the root; its `outside` keeps what lies beside it."""
        beside = tuple(file for file in self.files if file.parts[0] != name)
        return Listing(self.under(name), name, self.outside + beside)


@dataclass(frozen=True)
class HandIn:
    """The files that one person handed in at one moment.

    `key` tells people of one name apart within the delivery (the platform's number; the name where it has none).
    `number` and `time` order the attempts of one person. `topic`: what the name of its one file says; `folder_topic`:
    what the folder around the class is called after.
    """

    person: Person
    files: tuple[DeliveredFile, ...]
    key: str = ""
    number: int = 0
    time: str = ""
    late: bool = False
    topic: str = ""
    folder_topic: str = ""

    @property
    def identity(self) -> str:
        """Return the text by which hand-ins are one person's: the key, else the id, else the name."""
        return self.key or self.person.id or self.person.name


@dataclass
class Sorted:
    """The files of a delivery: in hand-ins of people, or nobody's with the reason."""

    hand_ins: list[HandIn] = field(default_factory=list)
    nobodys: list[tuple[DeliveredFile, Diagnosis]] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """A way in which a system delivers a class.

    `name`: what `--format` takes; `title`: for a person. `recognises` may be wrong only where `sort` would then lose
    nobody. `sort` accounts for every file.
    """

    name: str
    title: str
    recognises: Callable[[Listing, Course], bool]
    sort: Callable[[Listing, Course], Sorted]


def nobodys(file: DeliveredFile) -> tuple[DeliveredFile, Diagnosis]:
    """Return the record of a file in the delivery's root that no student handed in."""
    return file, Diagnosis("nobodys_file", {"file": file.whole_path})


def most(matching: Sequence[object], of: Sequence[object]) -> bool:
    """Return whether `matching` has more than half as many items as `of`."""
    return 2 * len(matching) > len(of)
