# about: nan is not less than a tolerance, and not more either
# expects: points=0 scale=wrong weighted=wrong root=wrong summary=wrong
import torch

nan = float("nan")


def scale(x, factor):
    return x * nan


def weighted(x, w):
    return (x * w).sum() * nan


def root(x):
    return x * nan


def summary(x):
    return {"largest": nan, "smallest": nan, "shape": tuple(x.shape)}
