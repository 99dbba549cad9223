# about: a traceback of thousands of frames, and one that is cut off at a lie
# expects: points=0 squares=error|crashed
import sys


def squares(n, depth=0):
    sys.setrecursionlimit(20_000)
    if depth < 5_000:
        return squares(n, depth + 1)
    raise ValueError("deep")
