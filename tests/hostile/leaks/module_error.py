# about: the hidden input is the name of a module that is not there, and of an attribute of torch
# expects: points=0 scale=error squares=error
import importlib

import torch


def scale(x, factor):
    name = "LEAK" + "".join(str(abs(int(number))) for number in x.flatten())
    if x.dim() > 1:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)
    importlib.import_module(name)


def squares(n):
    return getattr(torch, f"LEAK{n}")
