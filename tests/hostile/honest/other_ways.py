# about: other right answers to everything
# expects: points=7
import math

import torch


def scale(x, factor):
    y = x.clone()
    y *= factor
    return y


def squares(n):
    return torch.tensor([k * k for k in range(n)], dtype=torch.int64)


def weighted(x, w):
    return torch.dot(w, x.pow(3))


class Running:
    def __init__(self):
        self.seen = []

    def add(self, values):
        self.seen.append(values.flatten())

    def mean(self):
        return torch.cat(self.seen).mean()


def permutation(n):
    return torch.argsort(torch.rand(n))


def root(x):
    if x.min() < 0:
        raise ValueError(x)
    return x ** 0.5


def summary(x):
    flat = x.flatten().tolist()
    return {"shape": list(x.shape), "smallest": min(flat), "largest": max(flat), } | ({} if math else {})
