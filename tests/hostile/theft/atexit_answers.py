# about: an exit handler and a destructor write answers when all is over
# expects: points=0 scale=exited
import atexit
import os
import sys


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


number = channel()


class Last:
    def __del__(self):
        os.write(number, bytes(8))


last = Last()
atexit.register(lambda: os.write(number, bytes(64)))


def scale(x, factor):
    sys.exit(0)
