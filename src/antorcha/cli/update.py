"""`antorcha update`: take a new release into the folder that one works in."""

from __future__ import annotations

import argparse
from pathlib import Path

from antorcha.i18n import N_

HELP = N_("for students: take a new release of the course into your folder; your answers stay")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", type=Path, metavar="FOLDER|ZIP", help=N_("the new release"))
    parser.add_argument(
        "--into",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help=N_("the folder with your `exercises` (default: here)"),
    )


def run(args: argparse.Namespace) -> int:
    """Update the folder, and say what changed in it. Raises: `UserError` for what is no release of its course."""
    from antorcha.home.folder import student_folder
    from antorcha.home.update import read_release, update

    folder = student_folder(args.into)
    outcome = update(folder, read_release(args.release, folder))
    for line in outcome.told:
        print(line)
    if not outcome.count:
        print(folder.say(N_("Nothing is new: this folder has that release already.")))
        return 0
    print(folder.say(N_("Files that are new, changed or gone: {count}.")).format(count=outcome.count))
    if outcome.to_install:
        print(folder.say(N_("Now run once more: {command}")).format(command="pip install -r requirements.txt"))
    return 0
