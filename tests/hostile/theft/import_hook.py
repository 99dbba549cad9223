# about: an import hook and a patched __import__ replace whatever is imported later
# expects: points=0 scale=wrong
import builtins
import sys
import types

import torch

plain = builtins.__import__


def fake(name, *args, **kwargs):
    if name.startswith("antorcha"):
        return types.ModuleType(name)
    return plain(name, *args, **kwargs)


builtins.__import__ = fake
sys.meta_path.insert(0, type("Finder", (), {"find_spec": lambda *args: None}))


def scale(x, factor):
    return torch.zeros(3)
