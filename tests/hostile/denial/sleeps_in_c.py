# about: sleeps in the C library, where no signal handler of Python's runs
# expects: points=0 squares=wall_limit
import ctypes


def squares(n):
    while True:
        ctypes.CDLL(None).sleep(3600)
