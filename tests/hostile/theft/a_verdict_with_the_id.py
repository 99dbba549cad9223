# about: a message with the right id that says passed
# expects: points=0 scale=forged
import os
import sys

import antorcha.worker.wire as codec


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def scale(x, factor):
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    data = codec.encode({"id": frame.f_locals["request"]["id"], "verdict": "passed", "comparisons": 2, "passed": True})
    os.write(channel(), len(data).to_bytes(8, "little") + data)
    os._exit(0)
