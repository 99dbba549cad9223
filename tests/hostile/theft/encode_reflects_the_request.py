# about: the worker sends the question back as the answer
# expects: points=0 scale=forged whole=forged
import sys

import torch

import antorcha.worker.wire.encoding
import antorcha.worker.serve

plain = antorcha.worker.wire.encoding.encode


def encode(value, limit=1 << 26):
    frame = sys._getframe()
    while frame and "request" not in frame.f_locals:
        frame = frame.f_back
    return plain(frame.f_locals["request"] if frame else value, limit)


antorcha.worker.wire.encoding.encode = antorcha.worker.serve.encode = encode


def scale(x, factor):
    return torch.zeros(3)
