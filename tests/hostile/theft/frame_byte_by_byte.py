# about: sends its answer one byte at a time
# expects: points=1 squares=passed
import os
import time

import torch

import antorcha.worker.serve as serve


def slowly(descriptor, message):
    for byte in len(message).to_bytes(8, "little") + message:
        os.write(descriptor, bytes([byte]))
        time.sleep(0.0001)


serve._write = slowly


def squares(n):
    return torch.arange(n) ** 2
