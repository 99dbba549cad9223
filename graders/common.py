"""What the hidden tests of several topics share: scenarios, and questions to what they bring back."""

import numpy as np
import torch


def all_whole(numbers):
    """True if each of them is an int, Python's or NumPy's; `agree` takes 3.0 for 3."""
    return all(isinstance(number, int | np.integer) and not isinstance(number, bool) for number in numbers)


def kept(module, exercise, *calls):
    """Return what two calls returned, looked at after the second one: a buffer that both of them use shows."""
    first, second = [getattr(module, exercise)(*arguments) for arguments in calls]
    return {"first call": first, "second call": second}


def beside_an_earlier_gradient(module, exercise, x, *others):
    """Return the answer for an `x` that comes with a gradient of its caller's, and that gradient afterwards."""
    x = x.detach().clone().requires_grad_()
    x.grad = torch.full_like(x, 50.0)
    answer = getattr(module, exercise)(x, *others)
    return {"what you returned": answer, "gradient of the argument": x.grad}
