# about: a profile function rewrites what the runtime's frames hold
# expects: points=0 scale=wrong
import ctypes
import sys

import torch


def profile(frame, event, argument):
    if frame.f_code.co_name == "observe" and "report" in frame.f_locals:
        frame.f_locals["report"].exception = None
        frame.f_locals["report"].value = True
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))


sys.setprofile(profile)


def scale(x, factor):
    raise RuntimeError


def squares(n):
    return None
