"""The zip of feedback files that Moodle takes back, with each student's page in a folder as Moodle itself calls it.

https://github.com/moodle/moodle/blob/MOODLE_405_STABLE/mod/assign/feedback/file/importziplib.php: a folder is called
`<full name>_<participant>_assignsubmission_file_`, and what tells whose it is is the number between the first two
underscores: the one of "Participant 1234567" in the assignment's grading worksheet.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from antorcha.errors import UserError
from antorcha.export.gradebook_file import people_of, student_of
from antorcha.grading.class_table import ClassTable
from antorcha.intake.roster import read_roster
from antorcha.report.feedback import render_html

_FOLDER = "{name}_{participant}_assignsubmission_file_"
_FILE = "feedback.html"
_NOT_IN_A_NAME = dict.fromkeys(map(ord, '_/\\:*?"<>|'), " ")  # Moodle, too, writes a blank for an underscore there
_HINT = "Download it in the assignment, from the menu above the submissions: Download grading worksheet."


@dataclass
class FeedbackZip:
    """The zip; `students`: how many pages are in it; `without`: in the worksheet, with nothing graded here."""

    content: bytes = b""
    students: int = 0
    without: list[str] = field(default_factory=list)


def feedback_zip(worksheet: Path, table: ClassTable) -> FeedbackZip:
    """Return the pages of the students in Moodle's grading worksheet. Raises: `UserError` where it is none."""
    entries = read_roster(worksheet)
    if not any(entry.participant for entry in entries):
        raise UserError(f'{worksheet} has no column "Identifier" with "Participant 1234567"', _HINT)
    people, places = people_of(table), {row.student: number for number, row in enumerate(table.rows)}
    made, target = FeedbackZip(), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            student = student_of(entry, people)
            row = None if student is None else table.rows[places[student]]
            if row is None or not row.topics or not entry.participant:
                made.without.append(entry.person.name)
                continue
            name = " ".join(entry.person.name.translate(_NOT_IN_A_NAME).split())
            folder = _FOLDER.format(name=name, participant=entry.participant)
            archive.writestr(f"{folder}/{_FILE}", render_html(table.course, row))
            made.students += 1
    made.content = target.getvalue()
    return made
