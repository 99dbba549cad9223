"""`antorcha history`: how marks came to be what they are, each change with its reason."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antorcha.results import TeacherMark

HELP = "how a student's marks came to be what they are; without a name, what the latest run changed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("student", nargs="?", metavar="STUDENT", help="by name, id, user name or email")
    add("--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)")
    add("--run", dest="number", type=int, metavar="N", help="what this run changed, of everybody or of STUDENT")
    add("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the changes, the oldest first, and return 0. Raises: `UserError`."""
    from antorcha.grading.class_table import people_of
    from antorcha.report.changes import change_record, history_line
    from antorcha.results_folder.folder import open_results
    from antorcha.store.standing import history

    with open_results(args.out) as store:
        student = people_of(store).require(args.student) if args.student else ""
        kept = history(store, student, args.number or (0 if student else store.run))
        by_hand = store.teacher_history(student) if student else []
    if args.json:
        record = [
            {**change_record(entry.change), "at": entry.at, "run": entry.run}
            | {"antorcha": entry.antorcha, "course": entry.course}
            for entry in kept
        ]
        print(json.dumps({"student": student, "changes": record, "by_hand": [_by_hand(mark) for mark in by_hand]}))
        return 0
    lines = [(entry.at, history_line(entry)) for entry in kept] + [(mark.given, _hand_line(mark)) for mark in by_hand]
    for _, line in sorted(lines, key=lambda pair: pair[0]):
        print(line)
    if not lines:
        print("No mark changed." if not student else f"No mark of {student} has a history yet.")
    return 0


def _by_hand(mark: TeacherMark) -> dict[str, object]:
    withdrawn = mark.points < 0
    return {
        "topic": mark.topic,
        "exercise": mark.exercise,
        "points": None if withdrawn else mark.points,
        "why": mark.why,
        "automatic": mark.automatic,
        "at": mark.given,
    }


def _hand_line(mark: TeacherMark) -> str:
    from antorcha.report.markup import clean

    said = "withdrawn" if mark.points < 0 else f"{mark.points:g}"
    why = f": {clean(mark.why)}" if mark.why else ""
    return f"{mark.given[:16].replace('T', ' ')}  {mark.topic}.{mark.exercise}: by hand {said}{why}"
