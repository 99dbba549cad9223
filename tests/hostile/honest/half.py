# about: half right: a mutated argument, a lost dtype, a forgotten error
# expects: points=5.166667 scale=wrong squares=wrong root=wrong
import torch


def scale(x, factor):
    x *= factor
    return x


def squares(n):
    return torch.tensor([k**2 for k in range(n)])


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
    return x.sqrt()


def summary(x):
    return {"largest": x.max().item(), "smallest": x.min().item(), "shape": tuple(x.shape)}
