# about: honest mistakes of type: a list for a tensor, a tensor for a number, None
# expects: points=0 scale=wrong squares=wrong root=wrong summary=wrong
import torch


def scale(x, factor):
    return (x * factor).tolist()


def squares(n):
    [k**2 for k in range(n)]


def root(x):
    print(x.sqrt())


def summary(x):
    return {"largest": x.max(), "smallest": x.min(), "shape": x.shape}
