# about: a tensor with a shape and no numbers
# expects: points=0 scale=wrong permutation=wrong
import torch


def scale(x, factor):
    return torch.empty(x.shape, device="meta")


def permutation(n):
    return torch.empty(n, dtype=torch.int64, device="meta")
