"""`grades.csv` as Excel opens it by a double click, which depends on the country that Windows is set to.

https://support.microsoft.com/office/import-or-export-text-txt-or-csv-files-5250ac4c-663c-47ce-937b-339e391393ba:
Excel takes the list separator and the decimal sign of the system, and UTF-8 only behind a byte-order mark.
"""

from __future__ import annotations

import csv
import io
import re

# Languages of countries that mostly write 0,5 and so separate cells with semicolons.
_WITH_COMMA = frozenset(
    ("es", "pt", "fr", "de", "it", "nl", "ca", "gl", "eu", "da", "sv", "nb", "fi", "pl", "cs", "ru", "tr")
)
_TEXTS = ("student", "why", "verdict", "exercise", "answer", "rubric")  # columns without numbers
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def decimal_comma(language: str) -> bool:
    """Return whether who speaks a language most likely writes 0,5."""
    return language.partition("_")[0] in _WITH_COMMA


def for_excel(grades: str, *, comma: bool) -> str:
    """Return a table with commas and decimal points in the other form where `comma`, and with Excel's mark in front."""
    rows = list(csv.reader(io.StringIO(grades, newline="")))
    texts = {place for place, title in enumerate(rows[0]) if title in _TEXTS}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if comma else ",", lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            cell.replace(".", ",") if comma and place not in texts and _NUMBER.fullmatch(cell) else cell
            for place, cell in enumerate(row)
        )
    return "\ufeff" + text.getvalue()
