# about: every answer is as large as one may be
# expects: points=0 scale=wrong squares=wrong
import torch

full = torch.zeros(480_000)


def scale(*args):
    return full


squares = permutation = root = summary = scale
