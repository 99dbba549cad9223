# about: which descriptors it was born with: three standard ones and its own channel
# expects: points=1 squares=passed
import os

import torch

found = []
for number in range(0, 64):
    try:
        os.fstat(number)
        found.append(number)
    except OSError:
        pass


def squares(n):
    assert len(found) == 4, found
    assert os.read(0, 10) == b""
    return torch.arange(n) ** 2
