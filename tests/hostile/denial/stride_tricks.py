# about: NumPy views far outside of their memory
# expects: points=0 squares=result_limit|crashed|wrong scale=result_limit|crashed|wrong
import numpy as np
from numpy.lib.stride_tricks import as_strided


def squares(n):
    return as_strided(np.zeros(1), shape=(1 << 20, 1 << 20), strides=(0, 0))


def scale(x, factor):
    return as_strided(np.zeros(4), shape=(100, 100), strides=(1 << 30, 8))
