# about: leaves with status 0 from within a call
# expects: points=0 scale=exited squares=exited root=exited
import os


def scale(*args):
    os._exit(0)


squares = weighted = permutation = root = summary = scale
