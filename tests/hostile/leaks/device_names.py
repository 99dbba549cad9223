# about: the hidden input as the name of the device that an answer lives on
# expects: points=0 scale=wrong
import antorcha.worker.wire.encoding as codec

plain = codec._Encoder.tensor


def tensor(self, value, **settings):
    node = plain(self, value, **settings)
    node[1]["dv"] = f"LEAK{value.flatten()[:1].tolist()}"
    node[1]["fn"] = node[1]["ty"] = f"LEAK{value.flatten()[:1].tolist()}"
    return node


codec._Encoder.tensor = tensor


def scale(x, factor):
    return x * factor
