# about: a wrapper subclass with a dispatch mode and no memory behind it
# expects: points=0 scale=wrong
import torch


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, shape):
        return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=torch.float32)

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return torch.zeros(3)


def scale(x, factor):
    return Wrapper(x.shape)
