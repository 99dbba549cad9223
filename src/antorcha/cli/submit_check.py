"""`antorcha submit-check`: look at one's answers as grading will, and make the zip to hand in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_student_folder_argument
from antorcha.i18n import N_

if TYPE_CHECKING:
    from antorcha.home.folder import StudentFolder
    from antorcha.home.submit_check import CheckedFolder, CheckedTopic

HELP = N_("for students: look at your answers as grading will read them, and make the zip to hand in")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_student_folder_argument(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help=N_("the zip to write (default: beside `exercises`)"))


def run(args: argparse.Namespace) -> int:
    """Return 0 where all that was answered counts, 1 where there is something to mend or nothing to hand in."""
    from antorcha.home.folder import student_folder
    from antorcha.home.submit_check import ZIP_NAME, check_folder, write_zip

    folder = student_folder(args.folder)
    checked = check_folder(folder)
    for line in _lines(folder, checked):
        print(line)
    if not checked.begun:
        return 1
    path = args.out or folder.root / folder.say(ZIP_NAME)
    write_zip(folder, checked.files, path)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    print(folder.say(N_("Hand in {path}. In it: {files}.")).format(path=shown, files=", ".join(sorted(checked.files))))
    return 1 if checked.problems or any(topic.problems for topic in checked.begun) else 0


def _lines(folder: StudentFolder, checked: CheckedFolder) -> list[str]:
    if not checked.begun:
        return [folder.say(N_("There is nothing to hand in yet: all exercises are as they came.")), *checked.problems]
    lines = [line for topic in checked.begun for line in _of_topic(folder, topic)]
    others = [topic.name for topic in folder.course.topics if topic not in [begun.topic for begun in checked.begun]]
    if others:
        lines.append(folder.say(N_("Not begun, and not in the zip: {topics}.")).format(topics=", ".join(others)))
    return [*lines, *(f"! {problem}" for problem in checked.problems)]


def _of_topic(folder: StudentFolder, checked: CheckedTopic) -> list[str]:
    count, total = len(checked.answered), len(checked.topic.exercises)
    text = folder.say(N_("{symbol} {topic}: {count} of {total} exercises answered ({file})."))
    symbol = "!" if checked.problems else "✓"
    line = text.format(symbol=symbol, topic=checked.topic.name, count=count, total=total, file=checked.file.filename)
    missing = [exercise.name for exercise in checked.topic.exercises if exercise.name not in checked.answered]
    rest = folder.say(N_("Not answered: {names}.")).format(names=", ".join(missing))
    return [line, *(f"    {problem}" for problem in checked.problems), *([f"    {rest}"] if missing and count else [])]
