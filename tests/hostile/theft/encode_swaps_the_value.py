# about: the codec sends the argument as the value, whatever was returned
# expects: points=0 scale=wrong
import torch

import antorcha.worker.wire.encoding
import antorcha.worker.serve

plain = antorcha.worker.wire.encoding.encode


def encode(value, limit=1 << 26):
    if "report" in value and value["report"]["arguments"]:
        value["report"]["value"] = value["report"]["arguments"][0][0]
    return plain(value, limit)


antorcha.worker.wire.encoding.encode = antorcha.worker.serve.encode = encode


def scale(x, factor):
    return torch.zeros(3)
