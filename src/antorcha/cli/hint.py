"""`antorcha hint`: the next step towards an exercise; again for more."""

from __future__ import annotations

import argparse

from antorcha.cli.common import add_student_folder_argument
from antorcha.i18n import N_

HELP = N_("for students: a hint for an exercise; ask again for the next one")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exercise", metavar="EXERCISE", help=N_("the exercise's name"))
    add_student_folder_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print the hint. Raises: `UserError` where there is no such folder, or no such exercise in it."""
    import difflib
    import shutil

    from antorcha.errors import UserError
    from antorcha.hints.released import steps_of
    from antorcha.hints.show import hint_lines, next_hint
    from antorcha.hints.used import UsedHints
    from antorcha.home.folder import student_folder

    folder = student_folder(args.folder)
    topics = {exercise.name: topic.name for topic in folder.course.topics for exercise in topic.exercises}
    if args.exercise not in topics:
        near = difflib.get_close_matches(args.exercise, topics, n=1)
        hint = folder.say(N_("did you mean {name}?")).format(name=near[0]) if near else ""
        raise UserError(folder.say(N_("there is no exercise {name} here")).format(name=args.exercise), hint)
    used = UsedHints(folder.root)
    steps = steps_of(folder.course, folder.exercises, topics[args.exercise], args.exercise, folder.language)
    mistake = used.mistake(args.exercise, folder.language)
    shown = next_hint(used, args.exercise, steps, mistake, folder.language)
    for line in hint_lines(shown, min(100, shutil.get_terminal_size().columns)):
        print(line)
    return 0
