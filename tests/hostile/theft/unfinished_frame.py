# about: announces a thousand bytes, sends ten, and waits
# expects: points=0 scale=wall_limit
import os
import sys
import time


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def scale(x, factor):
    os.write(channel(), (1000).to_bytes(8, "little") + b"0123456789")
    time.sleep(600)
