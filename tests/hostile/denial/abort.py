# about: aborts, which would leave a core dump
# expects: points=0 squares=crashed
import os


def squares(n):
    os.abort()
