# about: a tensor subclass whose comparisons are always true
# expects: points=0 scale=wrong
import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        if name in ("eq", "__eq__", "isclose", "allclose", "equal", "all"):
            return torch.tensor(True)
        return super().__torch_function__(func, types, args, kwargs or {})

    def __eq__(self, other):
        return True


def scale(x, factor):
    return torch.zeros(x.shape).as_subclass(Liar)
