# about: walks all frames and closures for something that is called expected or reference
# expects: points=0 scale=wrong|error squares=wrong|error
import sys

import torch


def search():
    frame = sys._getframe()
    while frame is not None:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if name.lower() in ("expected", "oracle", "reference", "answer", "solution") and value is not None:
                return value
        frame = frame.f_back
    return None


def scale(x, factor):
    return search()


def squares(n):
    return search()
