# about: every function sleeps: wall time is the backstop
# expects: points=0 scale=wall_limit squares=wall_limit summary=wall_limit
import time


def scale(*args):
    time.sleep(3600)


squares = weighted = Running = permutation = root = summary = scale
