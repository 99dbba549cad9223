# about: a tensor of a million million elements in four bytes of memory
# expects: points=0 squares=result_limit scale=result_limit
import torch


def squares(n):
    return torch.zeros(1).expand(1 << 40)


def scale(x, factor):
    return torch.zeros(1).as_strided((1 << 20, 1 << 20), (0, 0))
