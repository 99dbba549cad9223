# about: announces the largest message that there can be, which has the mark of a note on how far loading is
# expects: points=0 scale=forged
import os
import sys


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def scale(x, factor):
    os.write(channel(), b"\xff" * 8)
    while True:
        os.write(channel(), b"\0" * 65536)
