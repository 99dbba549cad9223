# about: a line that raises in the middle: what stands above it counts
# expects: points=2 Running=error
import torch


def scale(x, factor):
    return x * factor


def squares(n):
    return torch.arange(n) ** 2


print(undefined_name)


class Running:
    pass
