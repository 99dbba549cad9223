# about: a profile function rewrites what the runtime's frames hold
# expects: points=0 scale=wrong
import ctypes
import sys

import torch


def profile(frame, event, argument):
    names = frame.f_locals if frame.f_code.co_name == "observe" else {}
    if names.get("exception"):
        names.update(exception=None, value=True)
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))


sys.setprofile(profile)


def scale(x, factor):
    raise RuntimeError


def squares(n):
    return None
