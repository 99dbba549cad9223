# about: struct and int.to_bytes' callers get other numbers
# expects: points=0
import struct

import torch

struct.pack = lambda *args: b"\0" * 8
struct.unpack = lambda *args: (1,)


def scale(x, factor):
    return torch.zeros(3)
