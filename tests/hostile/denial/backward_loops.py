# about: a gradient that takes for ever
# expects: points=0 weighted=cpu_limit
import torch


class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        return (w * x**3).sum()

    @staticmethod
    def backward(ctx, gradient):
        while True:
            pass


def weighted(x, w):
    return Bad.apply(x, w)
