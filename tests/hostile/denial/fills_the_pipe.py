# about: fills the output pipe and closes it, and closes the standard streams
# expects: points=1 scale=passed
import os
import sys


def scale(x, factor):
    if not sys.stdout.closed:
        os.write(1, b"z" * 50_000)
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        stream.close()
    os.closerange(0, 3)
    return x * factor
