# about: fits the visible values and fails beyond them
# expects: points=0.666667 squares=wrong
# (it also gives right answers for 0 and 1, and at home: two checks of three)
import torch


def squares(n):
    return torch.tensor([0, 1, 4, 9, 17, 25, 36, 50])[:n]
