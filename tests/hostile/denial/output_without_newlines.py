# about: prints one endless line of wide characters, surrogates and NULs, below the limit
# expects: points=1 squares=passed
import sys

import torch


def squares(n):
    sys.stdout.buffer.write(("\U0001f600" * 10_000 + "\0\x1b[2J").encode() + b"\xff\xfe\xed\xa0\x80")
    sys.stdout.flush()
    return torch.arange(n) ** 2
