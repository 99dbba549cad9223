# about: writes rubbish to every descriptor that is open
# expects: points=0 scale=forged
import os

import torch


def scale(x, factor):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b'\x08\0\0\0\0\0\0\0{"v":1}\0')
        except OSError:
            pass
    return torch.zeros(3)
