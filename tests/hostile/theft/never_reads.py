# about: a worker that stops reading: the grader must not wait for it in `send`
# expects: points=0 scale=wrong squares=wrong
import time

import torch

import antorcha.worker.serve as serve


def scale(x, factor):
    serve._read = lambda descriptor: time.sleep(600)
    return torch.zeros(3)


def squares(n):
    return None
