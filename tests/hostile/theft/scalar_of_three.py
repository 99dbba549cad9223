# about: a NumPy scalar that is an array of three
# expects: points=0 summary=forged|wrong
import numpy as np

import antorcha.worker.wire.encoding as codec

plain = codec._Encoder.array


def array(self, value):
    node = plain(self, value)
    node[1]["sc"] = True
    return node


codec._Encoder.array = array


def summary(x):
    return {"largest": np.zeros(3), "smallest": np.zeros(3), "shape": (3, 2)}
