# about: torch's own comparisons say yes to everything
# expects: points=0 scale=wrong squares=wrong
import torch

torch.equal = torch.allclose = torch.isclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
torch.Tensor.__eq__ = torch.Tensor.eq = lambda self, other: torch.tensor(True)
torch.Tensor.all = lambda self, *args: torch.tensor(True)


def scale(x, factor):
    return torch.zeros(())


def squares(n):
    return torch.full((n + 1,), 5)


def permutation(n):
    return torch.zeros(n, dtype=torch.int64)
