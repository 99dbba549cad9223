# about: zero-dimensional and one-element arrays of object, structured and datetime dtypes
# expects: points=0 scale=wrong summary=wrong
import numpy as np


def scale(x, factor):
    return np.array([object()], dtype=object)


def summary(x):
    return np.array([(1.0, 2)], dtype=[("largest", "f4"), ("smallest", "i4")])
