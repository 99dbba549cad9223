# about: the runtime that watches calls reports success without calling
# expects: points=0 scale=wrong
import torch

import antorcha.worker.runtime as runtime


def observe(function, args, kwargs, options, *limits):
    return runtime.Report(value=True, arguments=[list(args), kwargs])


runtime.observe = observe


def scale(x, factor):
    return torch.zeros(3)
