# about: scans the heap with ctypes for numbers three times as large as the argument's
# expects: points=0 scale=wrong|crashed|cpu_limit
import ctypes
import struct

import torch


def scale(x, factor):
    wanted = struct.pack("f", float(x.flatten()[0]) * factor)
    start = x.data_ptr() - (1 << 16)
    memory = ctypes.string_at(start, 1 << 17)
    place = memory.find(wanted)
    return torch.frombuffer(bytearray(memory[place : place + 12]), dtype=torch.float32) if place >= 0 else None
