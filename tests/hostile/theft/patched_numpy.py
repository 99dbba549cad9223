# about: NumPy's comparisons say yes to everything
# expects: points=0 scale=wrong permutation=wrong
import numpy as np
import torch

np.allclose = np.array_equal = np.isclose = lambda *args, **kwargs: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None


def scale(x, factor):
    return torch.ones_like(x)


def permutation(n):
    return torch.zeros(n, dtype=torch.int64)
