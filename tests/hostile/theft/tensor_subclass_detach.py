# about: a tensor subclass whose detach, numpy and data_ptr belong to another tensor
# expects: points=0 scale=wrong
import torch


class Liar(torch.Tensor):
    def detach(self):
        return torch.ones(3)

    def numpy(self):
        return torch.ones(3).numpy()

    def data_ptr(self):
        return torch.ones(3).data_ptr()

    def __array__(self, *args):
        return torch.ones(3).numpy()


def scale(x, factor):
    return torch.zeros(x.shape).as_subclass(Liar)
