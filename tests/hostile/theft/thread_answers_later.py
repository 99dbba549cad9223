# about: a thread reads the questions of later calls before the runtime does and answers them
# expects: points=0 scale=wrong|forged squares=forged|wrong|wall_limit
import os
import sys
import threading

import torch

import antorcha.worker.wire as codec
from antorcha.worker.runtime import Report


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


number = channel()


def thief():
    while True:
        size = os.read(number, 8)
        message = codec.live(codec.decode(os.read(number, int.from_bytes(size, "little"))))
        size = os.read(number, 8)
        arguments = codec.live(codec.decode(os.read(number, int.from_bytes(size, "little"))))
        report = Report(value=torch.zeros(3), arguments=arguments).as_message(())
        data = codec.encode({"id": message["id"], "report": report})
        os.write(number, len(data).to_bytes(8, "little") + data)


def scale(x, factor):
    threading.Thread(target=thief, daemon=True).start()
    return torch.zeros(3)


def squares(n):
    return torch.zeros(3)
