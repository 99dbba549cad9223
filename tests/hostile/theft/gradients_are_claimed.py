# about: says that the answer requires a gradient, without a graph behind it
# expects: points=0 weighted=wrong
import torch


def weighted(x, w):
    return (w.detach() * x.detach() ** 3).sum().requires_grad_()
