# about: loading takes a while and every call ends the process, so that it is loaded again and again
# expects: points=0 scale=exited summary=exited|cpu_limit|wall_limit
import os
import time

until = time.process_time() + 0.6
while time.process_time() < until:
    pass


def scale(*args):
    os._exit(0)


squares = weighted = Running = permutation = root = summary = scale
