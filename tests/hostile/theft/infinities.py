# about: infinities, and floats beyond 1e400
# expects: points=0 scale=wrong weighted=wrong summary=wrong
import torch


def scale(x, factor):
    return torch.full_like(x, float("inf"))


def weighted(x, w):
    return (x * w).sum() * float("inf")


def summary(x):
    return {"largest": 1e400, "smallest": -1e400, "shape": tuple(x.shape)}
