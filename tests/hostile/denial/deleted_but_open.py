# about: files that are open and in no folder any more; they end with the worker
# expects: points=0|1 kept=passed|file_limit
import os

KEPT = []


def kept(x):
    for number in range(8):
        KEPT.append(open(f"{number}", "wb"))
        KEPT[-1].write(bytes(5_000_000))
        os.unlink(f"{number}")
    return x.clone()
