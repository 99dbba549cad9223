# about: returns the first tensor of the right shape that the collector knows, other than the argument
# expects: points=0 scale=wrong
import gc

import torch


def scale(x, factor):
    for one in gc.get_objects():
        try:
            if isinstance(one, torch.Tensor) and one.shape == x.shape and one is not x:
                return one
            if hasattr(one, "data") and isinstance(one.data, torch.Tensor) and one.data.shape == x.shape:
                return one.data
        except Exception:
            pass
    return None
