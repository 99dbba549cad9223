"""The roster of a class, as platforms export it: the people that a delivery should hold, and their names there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from antorcha.course.quiz import same_student
from antorcha.errors import UserError
from antorcha.intake import limits
from antorcha.intake.handin import HandIn
from antorcha.intake.model import Person
from antorcha.intake.people import PersonsHandIns
from antorcha.intake.text import lenient, separator_of

# What columns are usually called, as `same_student` compares texts; the first that a list has counts.
_COLUMNS = {
    "id": (
        "sis user id", "sid", "student id", "student number", "id number", "idnumber", "numero de id",
        "numero de identificacion", "numero de estudiante", "matricula", "expediente", "nia", "dni", "codigo",
        "identificador", "identifier", "id", "canvas user id", "github id",
    ),
    "first": ("first name", "firstname", "given name", "nombres", "nombre", "nombre de pila"),
    "last": ("last name", "lastname", "surname", "family name", "apellido s", "apellidos", "apellido"),
    "name": (
        "full name", "nombre completo", "student name", "nombre y apellidos", "apellidos y nombre", "student",
        "estudiante", "alumno", "alumna", "alumno a", "name", "nombre",
    ),
    "email": (
        "email address", "email", "e mail", "mail", "direccion de correo", "direccion de correo electronico",
        "correo electronico", "correo",
    ),
    "username": (
        "username", "user name", "sis login id", "login id", "login", "nombre de usuario", "usuario", "user",
        "github username",
    ),
    "handed_in": (
        "last modified submission", "ultima modificacion entrega", "ultima modificacion envio",
        "ultima modificacion de la entrega",
    ),
    "section": ("section", "sections", "section name", "seccion", "group", "groups", "grupo", "grupos"),
}  # fmt: skip
# Rows of Canvas's gradebook that are no person: the points of each column, and the teacher's own test student.
_NO_STUDENTS = re.compile(r"^\s*(?:points possible|student, test|test student|puntos posibles)", re.IGNORECASE)

_PARTICIPANT = re.compile(r"^partici\w+ (?P<number>\d+)$", re.IGNORECASE)  # in English and Spanish


@dataclass(frozen=True)
class RosterEntry:
    """A person of the roster; `ids`: every number that the roster has of them.

    `participant`: Moodle's number in one assignment, of that assignment's grading worksheet; `handed_in`: when the
    worksheet says that the submission was last changed.
    """

    person: Person
    ids: frozenset[str]
    participant: str = ""
    handed_in: str = ""


def read_roster(path: Path) -> list[RosterEntry]:
    """Return the entries of a CSV with any of the columns id, name, email, username and section.

    Headings are in English or Spanish. Commas, semicolons and tabs separate; a list without a heading is one of names.
    Raises: `UserError`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.", "Give a list of the class.") from error
    text = lenient(data)
    if len(data) > limits.ROSTER_BYTES or "\0" in text:
        raise UserError(f"{path} is not a CSV file.", "Save the list as CSV.")
    lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)) if any(row)]
    if not lines:
        raise UserError(f"{path} is empty.", "Give a CSV with a column for names or ids.")
    columns = _columns(lines[0])
    if columns:
        rows = lines[1:]
    elif max(map(len, lines)) == 1:
        columns, rows = {"name": [0]}, lines
    else:
        raise UserError(
            f"{path}: none of its columns is called name, id, email or username ({', '.join(lines[0][:8])}).",
            "Name a column in its first line so.",
        )
    entries = [entry for row in rows if (entry := _entry(row, columns)) is not None]
    _refuse_repeated_ids(path, entries)
    return entries


def people_of_table(lines: list[list[str]]) -> list[RosterEntry | None]:
    """Return the person of each row of a table, heading included; `None` for a row without one."""
    columns = _columns(lines[0]) if lines else {}
    return [None, *(_entry(row, columns) for row in lines[1:])] if columns else [None] * len(lines)


def _columns(heading: list[str]) -> dict[str, list[int]]:
    """Return the columns of each kind, the best first, by their numbers from 0; empty where none names people."""
    names = [same_student(title) for title in heading]
    columns = {kind: [names.index(title) for title in titles if title in names] for kind, titles in _COLUMNS.items()}
    if not columns["last"]:
        columns["first"] = []  # "Nombre" alone is the whole name
    return columns if any(columns[kind] for kind in ("id", "name", "email", "username", "last")) else {}


def _entry(row: list[str], columns: dict[str, list[int]]) -> RosterEntry | None:
    """Return the person of a row, or `None` for a row without one."""

    def cells(kind: str) -> list[str]:
        return [text for place in columns.get(kind, []) if place < len(row) and (text := row[place].strip())]

    def first(kind: str) -> str:
        return next(iter(cells(kind)), "")

    # "Participant 1234567" of Moodle's grading worksheet is another number in each assignment, and so no id.
    marks = [mark for text in cells("id") if (mark := _PARTICIPANT.match(text))]
    ids = [text for text in cells("id") if not _PARTICIPANT.match(text)]
    id = next(iter(ids), "")
    name = " ".join(text for text in (first("first"), first("last")) if text) if columns.get("last") else ""
    name = name or first("name")
    if _NO_STUDENTS.match(name):
        return None
    # GitHub Classroom's list calls people by whatever identifier its owner typed, often the name.
    spelled_out = id if " " in id else ""
    person = Person(
        name or spelled_out or first("username") or first("email") or id,
        id,
        first("email"),
        first("username"),
        first("section"),
    )
    participant = marks[0]["number"] if marks else ""
    handed_in = first("handed_in") if participant else ""  # of one assignment, as the number is
    return RosterEntry(person, frozenset(ids), participant, handed_in) if person.name else None


def _refuse_repeated_ids(path: Path, entries: list[RosterEntry]) -> None:
    """Raise `UserError` where one id belongs to two people."""
    owners: dict[str, Person] = {}
    for entry in entries:
        known = owners.setdefault(entry.person.id, entry.person)
        if entry.person.id and known != entry.person:
            raise UserError(
                f'{path}: the id {entry.person.id} belongs to "{known.name}" and to "{entry.person.name}".',
                "Give each person an id of their own.",
            )


def match(people: list[PersonsHandIns], entries: list[RosterEntry]) -> tuple[list[PersonsHandIns | None], list[Person]]:
    """Return the people of a delivery as the roster has them, and those of the roster who handed in nothing.

    The first list has an item for each of `people`: the same hand-ins under the roster's name and numbers, or `None`
    for a person who is not on it. Raises: `UserError` where a name fits two people: nobody could tell
    whose work it is.
    """
    matched: list[PersonsHandIns | None] = []
    taken: dict[int, PersonsHandIns] = {}
    for mine in people:
        entry = _entry_of(mine, entries)
        if entry is None:
            matched.append(None)
            continue
        number = entries.index(entry)
        if number in taken:
            raise UserError(
                f'"{taken[number].person.name}" and "{mine.person.name}" are both "{entry.person.name}" on the roster.',
                "If they are one person, give their files one name; if not, put their ids into the names.",
            )
        taken[number] = mine
        matched.append(replace(mine, person=_joined(entry.person, mine.person), hand_ins=_timed(mine, entry)))
    absent = [entry.person for number, entry in enumerate(entries) if number not in taken]
    return matched, absent


def _timed(mine: PersonsHandIns, entry: RosterEntry) -> tuple[HandIn, ...]:
    """Return the hand-ins, where they have no time with that of the worksheet, if it is of their assignment."""
    if entry.participant not in {hand_in.key for hand_in in mine.hand_ins}:
        return mine.hand_ins
    return tuple(replace(hand_in, time=hand_in.time or entry.handed_in) for hand_in in mine.hand_ins)


def _entry_of(mine: PersonsHandIns, entries: list[RosterEntry]) -> RosterEntry | None:
    """Return the entry of a person by the first way that fits any. Raises: `UserError` where it fits several."""
    for fits in _ways(mine):
        fitting = [entry for entry in entries if fits(entry)]
        if len(fitting) > 1:
            ids = ", ".join(entry.person.id or entry.person.email or entry.person.username for entry in fitting)
            raise UserError(
                f'the roster has {len(fitting)} people called "{mine.person.name}" ({ids}), and nothing in the '
                "delivery tells which of them it is.",
                "Put the id or the user name into the name of the folder or file.",
            )
        if fitting:
            return fitting[0]
    return None


def _ways(mine: PersonsHandIns) -> Iterator[Callable[[RosterEntry], bool]]:
    """Yield how a person may be found, the surest first: by id, by email, by user name, by name."""
    person = mine.person
    numbers = {person.id, person.username, person.name, *(word for word in re.split(r"[\W_]+", person.name) if word)}
    names = {text.casefold() for text in (person.username, person.name) if text}
    words = _words(person.name)
    keys = {hand_in.key for hand_in in mine.hand_ins} - {""}
    yield lambda entry: entry.participant in keys
    yield lambda entry: bool(entry.ids & numbers - {""})
    yield lambda entry: bool(person.email) and entry.person.email.casefold() == person.email.casefold()
    yield lambda entry: bool(names & _logins(entry.person))
    yield lambda entry: bool(words) and _words(entry.person.name) == words
    yield lambda entry: bool(words) and "".join(words) in _run_together(entry.person.name)


def _logins(person: Person) -> set[str]:
    return {text.casefold() for text in (person.username, person.email, person.email.partition("@")[0]) if text}


def _words(name: str) -> list[str]:
    """Return the words of a name in an order that "García, Ana" and "Ana García" share."""
    return sorted(same_student(name).split())


def _run_together(name: str) -> set[str]:
    """Return a name as Canvas writes it, "garciaana", beginning at any of its words."""
    words = same_student(name).split()
    return {"".join(words[start:] + words[:start]) for start in range(len(words))}


def _joined(listed: Person, delivered: Person) -> Person:
    """Return a person as the roster has them; where it has nothing, as the delivery does."""
    return Person(
        listed.name,
        listed.id or delivered.id,
        listed.email or delivered.email,
        listed.username or delivered.username,
        listed.section,
    )
