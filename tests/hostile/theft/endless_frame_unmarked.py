# about: announces the largest message without the mark that notes while loading bear
# expects: points=0 scale=result_limit
import os
import sys


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def scale(x, factor):
    os.write(channel(), b"\xff" * 7 + b"\x7f")
    while True:
        os.write(channel(), b"\0" * 65536)
