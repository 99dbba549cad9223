# about: the hidden input is an exit status, bit by bit
# expects: points=0 scale=exited squares=exited
import os


def scale(x, factor):
    os._exit(int(abs(x.flatten()[0])) % 256)


def squares(n):
    os._exit(n)
