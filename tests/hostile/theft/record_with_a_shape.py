# about: a dataclass with the attributes that a test looks at
# expects: points=0 permutation=wrong
from dataclasses import dataclass

import torch


@dataclass
class Answer:
    shape: object
    dtype: object
    values: object
    ndim: int = 1


def permutation(n):
    return Answer(torch.Size([n]), torch.int64, torch.arange(n))
