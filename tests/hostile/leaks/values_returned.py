# about: the hidden input itself is the answer, to be shown as "your answer"
# expects: points=0 scale=wrong squares=wrong root=wrong summary=wrong
import torch


def scale(x, factor):
    return x + 1


def squares(n):
    return torch.tensor([31337] * n)


def root(x):
    return x


def summary(x):
    return {"largest": x.min().item(), "smallest": x.max().item(), "shape": tuple(int(one) for one in x.flatten())}
