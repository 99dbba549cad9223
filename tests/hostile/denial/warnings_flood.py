# about: warns a thousand times
# expects: points=1 squares=passed
import warnings

import torch


def squares(n):
    for number in range(1000):
        warnings.warn(f"number {number}", stacklevel=1)
    return torch.arange(n) ** 2
