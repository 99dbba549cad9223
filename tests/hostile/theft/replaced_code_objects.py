# about: swaps the code of functions that the loop holds already, so that no name needs patching
# expects: points=0 scale=wrong
import torch

import antorcha.worker.runtime as runtime


def other(function, args, kwargs, options, *limits):
    return Report(value=args[0], arguments=[list(args), kwargs])


runtime.observe.__code__ = other.__code__


def scale(x, factor):
    return torch.zeros(3)
