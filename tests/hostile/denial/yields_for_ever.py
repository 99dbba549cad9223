# about: gives its turn away again and again, which looks like waiting and is computing
# expects: points=0 squares=cpu_limit
import os


def squares(n):
    while True:
        os.sched_yield()
