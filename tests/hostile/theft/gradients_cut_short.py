# about: reports one gradient of two, and hopes that the comparison stops at the shorter list
# expects: points=0 weighted=wrong
import torch

import antorcha.worker.runtime as runtime

plain = runtime._gradients
runtime._gradients = lambda value, inputs: tuple(plain(value, inputs)[:1])


def weighted(x, w):
    return (w.detach() * x**3).sum()
