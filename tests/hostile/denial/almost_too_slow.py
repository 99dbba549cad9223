# about: every call takes nearly as long as one may and then ends the process: no call breaks a limit, the sum does
# expects: points=0 scale=exited summary=wall_limit
import os
import time


def scale(*args):
    time.sleep(1.5)
    os._exit(0)


squares = weighted = Running = permutation = root = summary = scale
