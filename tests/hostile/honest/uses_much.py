# about: threads, a thousand small tensors, an optimizer, a data loader, warnings, a lot of recursion
# expects: points=7
import sys
import threading
import warnings

import torch
from torch.utils.data import DataLoader, TensorDataset

model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters())
for (batch,) in DataLoader(TensorDataset(torch.ones(8, 2)), batch_size=4):
    optimizer.zero_grad()
    model(batch).sum().backward()
    optimizer.step()

kept = [torch.rand(10) for _ in range(1000)]
workers = [threading.Thread(target=lambda: torch.rand(100).sum()) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
warnings.warn("this is fine", stacklevel=1)
sys.setrecursionlimit(5000)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


deep(2000)


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
