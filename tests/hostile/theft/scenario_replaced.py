# about: the scenario that arrives is replaced by one that returns what it likes
# expects: points=0 Running=wrong
import pickle

import torch


def loads(data):
    return lambda module, *args: [torch.tensor(1.0), torch.tensor(1.0)]


pickle.loads = loads


class Running:
    pass
