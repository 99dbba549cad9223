"""Another system's gradebook file with our marks in its columns; all else in it stays as it was, ids above all.

Canvas: https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
    A CSV with `Student`, `ID`, `SIS User ID`, `SIS Login ID`, `Section` and a column `Name (assignment id)` for each
    assignment; a row "Points Possible" says how much each is worth.
Blackboard: https://help.blackboard.com/Learn/Instructor/Original/Grade/Grading_Tasks/Work_Offline_With_Grade_Data
    Tabs in UTF-16 (called .xls) or a CSV, with `Last Name`, `First Name`, `Username` and a column
    `Name [Total Pts: 10 Score] |column id` for each item: the user name and the column's id are what it goes by.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from antorcha.course.model import Course
from antorcha.course.quiz import same_student as plain_words
from antorcha.errors import UserError
from antorcha.export.topic_points import points_of, written
from antorcha.grading.class_table import ClassTable
from antorcha.i18n.catalog import course_catalog
from antorcha.intake.roster import RosterEntry, people_of_table
from antorcha.intake.text import separator_of
from antorcha.marks.known_people import People

_CANVAS_ID = re.compile(r" \((\d+)\)$")
_BLACKBOARD_ID = re.compile(r" \[(?P<about>[^\]]*)\] ?\|\d+$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DOWNLOAD_AGAIN = "Download the gradebook once more."
_POINTS_POSSIBLE = re.compile(r"^\s*(?:points possible|puntos posibles)", re.IGNORECASE)


@dataclass
class Filled:
    """A gradebook with our marks: its bytes, and what a person should know of it."""

    content: bytes
    students: int = 0
    columns: dict[str, str] = field(default_factory=dict)  # topic -> heading
    without_mark: list[str] = field(default_factory=list)  # in their file, with no mark here
    not_there: list[str] = field(default_factory=list)  # with a mark here, and not in their file


@dataclass(frozen=True)
class _Written:
    """The encoding and the separators of a file."""

    encoding: str
    start: bytes
    delimiter: str
    line_end: str


def fill_gradebook(path: Path, table: ClassTable, columns: Mapping[str, str], *, scale: bool = False) -> Filled:
    """Return the gradebook in `path` with the marks of a class.

    `columns`: headings by topic, where they are not called as the topic is; `scale`: turn our points into theirs where
    a column is worth more or less than the topic. A cell of somebody without a mark stays as it is.
    Raises: `UserError` where the file is none, no column is a topic's, or a column is worth other points than the
    topic.
    """
    text, form = _read(path)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter))
    entries = people_of_table(lines)
    if not any(entries):
        raise UserError(f"{path} is no gradebook: it has no rows of students.", _DOWNLOAD_AGAIN)
    heading = lines[0]
    places = _places(path, heading, table.course, columns)
    factors = {topic: _factor(lines, place, topic, table.course, scale) for topic, place in places.items()}
    filled = Filled(b"", columns={topic: heading[place] for topic, place in places.items()})
    people = people_of(table)
    places_of = {row.student: number for number, row in enumerate(table.rows)}
    found: dict[str, RosterEntry] = {}
    decimal = "," if form.delimiter == ";" else "."  # as programs write numbers where commas separate no cells
    for line, entry in zip(lines, entries, strict=True):
        if entry is None:
            continue
        student = student_of(entry, people)
        if student is None:
            filled.without_mark.append(entry.person.name)
            continue
        if student in found:
            raise UserError(
                f'{path}: "{found[student].person.name}" and "{entry.person.name}" are both {student} here.',
                "Give the class a roster with ids: antorcha grade ... --roster FILE.",
            )
        found[student] = entry
        line += [""] * (len(heading) - len(line))
        row = table.rows[places_of[student]]
        for topic, place in places.items():
            points = points_of(row, topic)
            if points is not None:
                line[place] = written(points * factors[topic], decimal)
    filled.students = len(found)
    filled.not_there = [row.student for row in table.rows if row.student not in found and row.topics]
    text_out = io.StringIO()
    writer = csv.writer(text_out, delimiter=form.delimiter, lineterminator=form.line_end)
    writer.writerows(lines)
    filled.content = form.start + text_out.getvalue().encode(form.encoding)
    return filled


def _read(path: Path) -> tuple[str, _Written]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}.", "Give the file that you downloaded."
        ) from error
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    start, encoding = next(((mark, name) for mark, name in marks if data.startswith(mark)), (b"", "utf-8"))
    # What could not be read to the letter could not be written back so.
    for tried in (encoding, "cp1252"):
        try:
            text = data[len(start) :].decode(tried)
        except UnicodeDecodeError:
            continue
        return text, _Written(tried, start, separator_of(text), "\r\n" if "\r\n" in text else "\n")
    raise UserError(f"{path} is no table: it is neither UTF-8 nor UTF-16 nor Windows-1252.", _DOWNLOAD_AGAIN)


def _places(path: Path, heading: list[str], course: Course, columns: Mapping[str, str]) -> dict[str, int]:
    """Return the column of each topic that has one."""
    titles = course_catalog(course, course.language)
    places = {}
    for topic in course.topics:
        if topic.name in columns:
            wanted = columns[topic.name]
            fits = [place for place, text in enumerate(heading) if wanted in (text, _title(text))]
        else:
            names = {plain_words(name) for name in (topic.name, topic.title, titles.gettext(topic.title or topic.name))}
            fits = [place for place, text in enumerate(heading) if plain_words(_title(text)) in names - {""}]
        if len(fits) > 1:
            raise UserError(
                f"{path} has {len(fits)} columns for {topic.name}: {', '.join(heading[place] for place in fits)}",
                f'Say which with --column {topic.name}="...", with the whole heading.',
            )
        if not fits and topic.name in columns:
            raise UserError(f'{path} has no column "{columns[topic.name]}"', f"It has: {', '.join(_items(heading))}.")
        if fits:
            places[topic.name] = fits[0]
    if not places:
        topics = ", ".join(topic.name for topic in course.topics)
        raise UserError(
            f"{path} has no column for any of {topics}; it has: {', '.join(_items(heading)) or 'none of assignments'}",
            'Say which is which with --column TOPIC="Heading", once for each topic.',
        )
    return places


def _items(heading: list[str]) -> list[str]:
    """Return the titles of what looks like an assignment's column."""
    return [_title(text) for text in heading if _title(text) != text]


def _title(heading: str) -> str:
    """Return the name that a person gave: without Canvas's or Blackboard's number."""
    return _BLACKBOARD_ID.sub("", _CANVAS_ID.sub("", heading.strip())).strip()


def _factor(lines: list[list[str]], place: int, topic: str, course: Course, scale: bool) -> float:
    """Return what a point of ours is worth in a column. Raises: `UserError` where it is not one, and nobody said so."""
    known = course.topic(topic)
    ours, theirs = known.points if known else 0.0, _worth(lines, place)
    if theirs is None or not ours or abs(theirs - ours) < 1e-6:
        return 1.0
    if not scale:
        raise UserError(
            f'"{lines[0][place]}" is worth {theirs:g} points there, and {topic} {ours:g} here',
            f"Say --scale to turn {ours:g} into {theirs:g}, or change what it is worth.",
        )
    return theirs / ours


def _worth(lines: list[list[str]], place: int) -> float | None:
    """Return what a column is worth, `None` where the file does not say it."""
    if mark := _BLACKBOARD_ID.search(lines[0][place]):
        number = _NUMBER.search(mark["about"])
        return float(number.group().replace(",", ".")) if number else None
    for line in lines[1:3]:  # Canvas may put a row about each column's state in between
        if any(_POINTS_POSSIBLE.match(cell) for cell in line[:1]) and place < len(line):
            number = _NUMBER.search(line[place])
            return float(number.group().replace(",", ".")) if number else None
    return None


def people_of(table: ClassTable) -> People:
    """Return the students of a class, to be found by any of their names."""
    people = table.people
    return People({row.student: people[row.student].known_as if row.student in people else () for row in table.rows})


def student_of(entry: RosterEntry, people: People) -> str | None:
    """Return the student of a row, by the surest of its names. Raises: `UserError` for a name that two go by."""
    person = entry.person
    sure = (*sorted(entry.ids), person.username, person.email)
    found = {student for name in sure if name and (student := people.named(name))}
    if len(found) > 1:
        raise UserError(
            f'"{person.name}" is {" and ".join(sorted(found))} here, by id, user name and email',
            "Mend the roster that the class was graded with.",
        )
    return found.pop() if found else people.named(person.name)
