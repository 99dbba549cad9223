# about: the mark that says "locked" is sent once more, and an exit with the status of a failed lock
# expects: points=0 scale=forged|exited squares=exited
import os
import sys


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def scale(x, factor):
    os.write(channel(), bytes(8))
    os._exit(99)


def squares(n):
    os._exit(99)
