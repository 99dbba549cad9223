# about: an answer whose gradient raises, loops or exits
# expects: points=0 weighted=error|exited|wrong
import torch


class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        return (w * x**3).sum()

    @staticmethod
    def backward(ctx, gradient):
        raise SystemExit(0)


def weighted(x, w):
    return Bad.apply(x, w)
