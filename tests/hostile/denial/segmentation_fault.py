# about: reads address zero
# expects: points=0 squares=crashed
import ctypes


def squares(n):
    return ctypes.string_at(0)
