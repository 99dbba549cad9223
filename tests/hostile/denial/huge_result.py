# about: an answer of forty megabytes
# expects: points=0 squares=result_limit
import torch


def squares(n):
    return torch.zeros(5_000_000, dtype=torch.float64)
