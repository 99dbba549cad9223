# about: a loop that does not end, in one function
# expects: points=1 scale=cpu_limit squares=passed
import torch


def scale(x, factor):
    while True:
        pass


def squares(n):
    return torch.arange(n) ** 2
