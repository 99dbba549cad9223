# about: a tensor of a terabyte
# expects: points=0 squares=memory_limit
import torch


def squares(n):
    return torch.zeros(1 << 38)
