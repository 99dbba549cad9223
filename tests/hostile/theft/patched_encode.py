# about: the codec in the worker writes a verdict in place of evidence
# expects: points=0 scale=forged whole=forged
import torch

import antorcha.worker.wire.encoding
import antorcha.worker.serve

plain = antorcha.worker.wire.encoding.encode


def encode(value, limit=1 << 26):
    return plain({"id": value["id"], "verdict": "passed", "passed": True, "points": 7, "comparisons": 99}, limit)


antorcha.worker.wire.encoding.encode = antorcha.worker.serve.encode = encode


def scale(x, factor):
    return torch.zeros(3)
