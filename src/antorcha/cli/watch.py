"""`antorcha watch`: try each exercise whenever its file is saved."""

from __future__ import annotations

import argparse

from antorcha.cli.common import add_student_folder_argument
from antorcha.i18n import N_

HELP = N_("for students: try each exercise whenever its file is saved")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_student_folder_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Watch until `q` or Ctrl-C, which are how it ends. Raises: `UserError` where there is no such folder."""
    from antorcha.home.folder import student_folder
    from antorcha.home.keys import keys
    from antorcha.home.screen import Screen
    from antorcha.home.warm import WarmProcess
    from antorcha.home.watch import WatchSession

    folder = student_folder(args.folder)
    warm = WarmProcess(folder.exercises)
    try:
        with keys() as key:
            WatchSession(folder, warm, Screen(folder), key).run()
    except KeyboardInterrupt:
        pass
    finally:
        warm.close()
    return 0
