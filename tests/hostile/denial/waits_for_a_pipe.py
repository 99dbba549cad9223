# about: reads from a pipe into which nobody writes
# expects: points=0 squares=wall_limit
import os


def squares(n):
    return os.read(os.pipe()[0], 1)
