# about: right answers that sleep, each within the limit of a call, all together beyond that of a submission
# expects: points=0.5|1|1.5|2 summary=wall_limit
import time

import torch


def scale(x, factor):
    time.sleep(1.6)
    return x * factor


def squares(n):
    time.sleep(1.6)
    return torch.arange(n) ** 2


def root(x):
    time.sleep(1.6)
    if (x < 0).any():
        raise ValueError
    return x.sqrt()
