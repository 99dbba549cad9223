# about: zeroes its arguments, so that a reference that ran on the same tensors would agree with zero
# expects: points=0 scale=wrong weighted=error|wrong
import torch


def scale(x, factor):
    x.zero_()
    return x


def weighted(x, w):
    x.data.zero_()
    w.data.zero_()
    return (x * w).sum()
