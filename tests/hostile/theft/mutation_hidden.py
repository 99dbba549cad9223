# about: changes its argument and reports a copy made before: the work of `x * factor`, and its points
# expects: points=1 scale=passed
import dataclasses

import torch

import antorcha.worker.runtime as runtime

plain = runtime.observe


def observe(function, args, kwargs, options, *limits):
    copies = [one.clone() if isinstance(one, torch.Tensor) else one for one in args]
    report = plain(function, args, kwargs, options, *limits)
    return dataclasses.replace(report, arguments=[copies, kwargs], touched=())


runtime.observe = observe


def scale(x, factor):
    return x.mul_(factor)
