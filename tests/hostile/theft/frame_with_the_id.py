# about: finds the question's id in the frames, answers it itself, and lets the runtime answer again
# expects: points=0 scale=wrong|forged squares=forged|wrong
import os
import sys

import antorcha.worker.wire as codec
from antorcha.worker.runtime import Report


def channel():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def answer(*args):
    frame = sys._getframe()
    while "request" not in frame.f_locals or "id" not in frame.f_locals["request"]:
        frame = frame.f_back
    report = Report(value=True, arguments=[[], {}]).as_message(())
    data = codec.encode({"id": frame.f_locals["request"]["id"], "report": report})
    os.write(channel(), len(data).to_bytes(8, "little") + data)


scale = squares = weighted = permutation = root = summary = answer
