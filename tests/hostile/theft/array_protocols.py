# about: an object with __array__, __array_interface__, __dlpack__ and __array_function__
# expects: points=0 scale=wrong squares=wrong
import numpy as np


class Protocols:
    __array_interface__ = {"shape": (3,), "typestr": "<f4", "data": (0, True), "version": 3}

    def __array__(self, *args, **kwargs):
        return np.zeros(3, dtype=np.float32)

    def __array_function__(self, *args):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __dlpack__(self, *args, **kwargs):
        raise SystemExit(0)


def scale(*args):
    return Protocols()


squares = scale
