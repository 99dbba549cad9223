"""`worth_a_look.csv`: the cases of a run that a person should see, a line each, never cut off."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from antorcha.export.csv import harmless
from antorcha.files import write_if_changed
from antorcha.report.worth_a_look import CaseToSee


def write_worth_a_look(path: Path, cases: Iterable[CaseToSee]) -> bool:
    """Write the list and return whether it changed. Raises: `UserError` when it cannot be written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "topic", "kind", "what", "files"])
    writer.writerows([harmless(cell) for cell in case_row(case)] for case in cases)
    return write_if_changed(path, text.getvalue())


def case_row(case: CaseToSee) -> tuple[str, str, str, str, str]:
    """Return a case as the columns of the list."""
    return case.student, case.topic, case.kind, " ".join(case.what.split()), "; ".join(case.files)


def case_record(case: CaseToSee) -> dict[str, Any]:
    """Return a case as plain data for `--json`."""
    return {
        "student": case.student,
        "topic": case.topic,
        "kind": case.kind,
        "what": case.what,
        "files": list(case.files),
    }
