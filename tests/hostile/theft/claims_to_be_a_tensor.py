# about: __class__ says torch.Tensor
# expects: points=0 scale=wrong|error
import torch


class Claim:
    __class__ = torch.Tensor
    shape = torch.Size([3])
    dtype = torch.float32


def scale(x, factor):
    return Claim()
