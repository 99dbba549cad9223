# about: the right numbers in layouts that a comparison may not look into
# expects: points=0 scale=wrong root=wrong|error
import torch


def scale(x, factor):
    return torch.zeros(x.shape).to_sparse()


def root(x):
    return torch.quantize_per_tensor(torch.zeros(x.shape), 0.1, 0, torch.qint8)
