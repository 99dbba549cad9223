# about: changes torch, numpy or the grader on disk for whoever comes next
# expects: points=1 squares=passed
import os

import numpy
import torch

import antorcha


def squares(n):
    for module in (torch, numpy, antorcha, os):
        for act in (
            lambda path: open(path, "a"),
            lambda path: os.chmod(path, 0o777),
            lambda path: os.utime(path, (0, 0)),
            lambda path: os.unlink(path),
            lambda path: os.rename(path, path + ".hostile-was-here"),
            lambda path: os.truncate(path, 0),
            lambda path: os.symlink(path, path + ".hostile-was-here"),
            lambda path: os.link(path, path + ".hostile-was-here"),
        ):
            try:
                act(module.__file__)
            except OSError:
                continue
            raise AssertionError(module.__name__)
    return torch.arange(n) ** 2
