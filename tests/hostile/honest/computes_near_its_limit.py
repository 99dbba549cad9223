# about: a right answer that computes most of what a call may, on however busy a machine
# expects: points=1 squares=passed
import time

import torch


def squares(n):
    until = time.process_time() + 0.7
    while time.process_time() < until:
        pass
    return torch.arange(n) ** 2
