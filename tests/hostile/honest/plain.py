# about: the reference's own answers
# expects: points=8
import tempfile

import torch


def scale(x, factor):
    return x * factor


def squares(n):
    return torch.arange(n) ** 2


def weighted(x, w):
    return (w * x**3).sum()


class Running:
    def __init__(self):
        self.total, self.count = torch.tensor(0.0), 0

    def add(self, values):
        self.total = self.total + values.sum()
        self.count += values.numel()

    def mean(self):
        return self.total / self.count


def permutation(n):
    return torch.randperm(n)


def root(x):
    if (x < 0).any():
        raise ValueError("negative")
    return x.sqrt()


def summary(x):
    return {"largest": x.max().item(), "smallest": x.min().item(), "shape": tuple(x.shape)}


def kept(x):
    with tempfile.TemporaryDirectory() as folder:
        torch.save(x, f"{folder}/x.pt")
        return torch.load(f"{folder}/x.pt")
