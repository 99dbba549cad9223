# about: a timer's signal handler writes frames while the runtime works
# expects: points=0 scale=forged|wrong squares=forged|wrong whole=forged|graded
import os
import sys
import signal


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


number = channel()


def handler(*_):
    os.write(number, bytes(8))


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)


def scale(x, factor):
    for _ in range(100_000):
        pass
    return None


def squares(n):
    return None
