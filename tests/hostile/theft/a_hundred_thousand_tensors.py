# about: as many tensors as fit, which are cheap to send and dear to rebuild
# expects: points=0 scale=wrong|result_limit|cpu_limit squares=wrong|result_limit|cpu_limit
import torch

one = torch.zeros(())


def scale(x, factor):
    return [one] * 9000


def squares(n):
    return [one] * 9000
