# about: a complex answer whose real part is right
# expects: points=0 scale=wrong root=wrong|error
import torch


def scale(x, factor):
    return torch.complex(x * factor, torch.ones_like(x))


def root(x):
    return torch.complex(x.sqrt(), torch.ones_like(x))
