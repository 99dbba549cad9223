# about: reports no gradients at all
# expects: points=0 weighted=wrong
import torch

import antorcha.worker.runtime as runtime

runtime._gradients = lambda value, inputs: ()


def weighted(x, w):
    return (w.detach() * x.detach() ** 3).sum().requires_grad_()
