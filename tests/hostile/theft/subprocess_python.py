# about: starts another Python, which would not be locked
# expects: points=0 scale=error squares=error|missing
import os
import subprocess
import sys


def scale(x, factor):
    return subprocess.run([sys.executable, "-c", "print(1)"], check=False)


def squares(n):
    os.execv(sys.executable, [sys.executable, "-c", "print(1)"])
