# about: fits the visible values and fails beyond them
# expects: points=0.5 squares=wrong
# (it also gives right answers for 0 and 1, which is one check of two)
import torch


def squares(n):
    return torch.tensor([0, 1, 4, 9, 17, 25, 36, 50])[:n]
