# about: knows the answers of the visible tests by heart, and nothing else
# expects: points=0 scale=wrong|error squares=wrong|error
import torch


def scale(x, factor):
    return {(1.0, 2.0): torch.tensor([2.0, 4.0])}[tuple(x.tolist())]


def squares(n):
    return torch.tensor([0, 1, 4, 9])


def summary(x):
    return {"largest": 2.0, "smallest": 1.0, "shape": (2,)}
