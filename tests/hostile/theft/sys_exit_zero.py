# about: SystemExit(0) from within a call
# expects: points=0 scale=exited
import sys


def scale(*args):
    sys.exit(0)


squares = weighted = permutation = root = summary = scale
