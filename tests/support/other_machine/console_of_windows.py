"""The two functions of Windows's consoles that a watch uses, on a terminal of Linux."""

import os
import select
import sys


def kbhit():
    return bool(select.select([sys.stdin], [], [], 0)[0])


def getwch():
    return os.read(sys.stdin.fileno(), 1).decode("latin-1")
