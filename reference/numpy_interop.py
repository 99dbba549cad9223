"""PyTorch and NumPy.

A tensor and a NumPy array are much alike, and each can be turned into the other. What decides
between a quick trick and a long hunt for a bug is one question: do both look at the same memory, or
does each have its own?

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the code.

Two things **share memory** if writing into one changes what the other holds.
"""

from __future__ import annotations

import numpy as np
import torch


def other_side(x: np.ndarray | torch.Tensor, single: bool = False) -> torch.Tensor | np.ndarray:
    """Turn an array into a tensor, or a tensor into an array.

    If `x` is a NumPy array, return a tensor; if it is a tensor, return an array. The result has the
    shape and the values of `x`. Its dtype is the one of `x` too: float64 stays float64, int32 stays
    int32, bool stays bool. With `single=True` the result is float32 instead, whatever `x` is; what
    float32 cannot hold exactly is rounded to the nearest number that it can.

    `x` does not change. The result may share memory with it or have its own, as you like.

    Arrays and tensors hold integers, floats or booleans, in any dtype that both libraries have.
    They may be transposed, have no axes at all (the result then has shape `()` and is still a
    tensor or an array, not a number), or hold no elements. You need not think of arrays that are
    read backwards (`array[::-1]`) or cannot be written to. Tensors are on the CPU and need no
    gradient.

    >>> other_side(np.array([0.5, 1.5]))
    tensor([0.5000, 1.5000], dtype=torch.float64)
    >>> other_side(torch.tensor([1, 2]))
    array([1, 2])
    >>> other_side(np.array([0.5, 1.5]), single=True)
    tensor([0.5000, 1.5000])
    """
    if isinstance(x, np.ndarray):
        tensor = torch.from_numpy(x)
        return tensor.float() if single else tensor
    array = x.numpy()
    return array.astype(np.float32) if single else array


def linked_pair(array: np.ndarray, t: torch.Tensor) -> tuple[torch.Tensor, np.ndarray]:
    """Look at the memory of an array through a tensor, and at that of a tensor through an array.

    Return two things: first a tensor that shares the memory of `array`, then an array that shares
    the memory of `t`. Each has the shape, the dtype and the values of what it was made from, and
    from then on a change on either side is seen on the other.

    `t` may need a gradient; the array still shares its memory, and `t` still needs the gradient
    afterwards. `array` and `t` hold integers, floats or booleans. They may have no axes (the result
    then is a tensor or an array of shape `()`, not a number), be transposed or be part of something
    larger. You need not think of arrays that are read backwards (`array[::-1]`) or cannot be
    written to. `t` is on the CPU. Your function writes into neither.

    >>> array, t = np.zeros(2), torch.zeros(2)
    >>> tensor_of_array, array_of_t = linked_pair(array, t)
    >>> array[0] = 7
    >>> tensor_of_array
    tensor([7., 0.], dtype=torch.float64)
    >>> array_of_t[1] = 8
    >>> t
    tensor([0., 8.])
    """
    return torch.from_numpy(array), t.detach().numpy()


def stays_linked(case: str) -> bool:
    """Predict: does the result share memory with `array` or with `t`?

    Before each expression these two lines run:

        array = np.ones((2, 3))
        t = torch.ones(2, 3)

    So `array` is float64, and `t` is float32 and on the CPU. Return True if writing into the result
    of the expression named by `case` would change `array` or `t`, and False if it would not. `case`
    is one of the letters "a" to "l":

        a: torch.from_numpy(array)
        b: torch.tensor(array)
        c: torch.as_tensor(array)
        d: torch.from_numpy(array).float()
        e: torch.from_numpy(array).double()
        f: torch.from_numpy(array + 0)
        g: torch.from_numpy(array)[1:]
        h: t.numpy()
        i: t.clone().numpy()
        j: t.cpu().numpy()
        k: t.numpy().copy()
        l: t.detach().numpy()

    >>> stays_linked("a")
    True
    """
    answers = {
        "a": True,
        "b": False,
        "c": True,
        "d": False,
        "e": True,
        "f": False,
        "g": True,
        "h": True,
        "i": False,
        "j": True,
        "k": False,
        "l": True,
    }
    return answers[case]


def copied_pair(array: np.ndarray, t: torch.Tensor) -> tuple[torch.Tensor, np.ndarray]:
    """Copy an array into a tensor, and a tensor into an array, with no memory shared.

    Return two things: first a tensor with the values of `array`, then an array with those of `t`.
    Each has the shape and the dtype of what it was made from, and memory of its own: whatever is
    written into it later, `array` and `t` stay as they are, and the other way round. Your function
    does not change them either.

    `array` and `t` hold integers, floats or booleans. They may have no axes (the result then is a
    tensor or an array of shape `()`, not a number), hold no elements or be transposed. You need not
    think of arrays that are read backwards (`array[::-1]`) or cannot be written to. `t` is on the
    CPU and needs no gradient.

    >>> array, t = np.zeros(2), torch.zeros(2)
    >>> tensor, copy = copied_pair(array, t)
    >>> tensor[0] = 7
    >>> copy[0] = 7
    >>> array, t
    (array([0., 0.]), tensor([0., 0.]))
    """
    return torch.tensor(array), t.numpy().copy()


def weight_history(weights: torch.Tensor, steps: list[torch.Tensor]) -> list[np.ndarray]:
    """Debug: note down the weights before training and after each step of it.

    Each tensor in `steps` has the shape and the dtype of `weights`; it is subtracted from `weights`
    in place, one after the other, so that at the end `weights` holds the result of the last step.
    `weights` keeps its memory: it may be a part of a larger tensor, such as one of its rows, and
    whoever holds that tensor, or is looking at a part of `weights`, sees the new numbers. Return a
    list of `len(steps) + 1` arrays, each with the shape and the dtype of `weights`: the values before
    the first step, after the first, after the second, and so on. With no steps at all the list has
    one array, and `weights` stays as it is.

    Each array has memory of its own: writing into it changes neither `weights` nor another array,
    nor one of `steps`. `weights` may need a gradient, and still does afterwards; the tensors in
    `steps` do not need one and do not change. All are on the CPU and have at least one axis.

    Nothing fails when the code below runs, but its history makes it look as if training had stood
    still. For the example at the end it returns

        [array([5.], dtype=float32), array([5.], dtype=float32), array([5.], dtype=float32)]

    when it ought to say:

    >>> weight_history(torch.tensor([8.0]), [torch.tensor([1.0]), torch.tensor([2.0])])
    [array([8.], dtype=float32), array([7.], dtype=float32), array([5.], dtype=float32)]
    """
    history = [weights.detach().numpy().copy()]
    for step in steps:
        with torch.no_grad():
            weights -= step
        history.append(weights.detach().numpy().copy())
    return history


def _stub_weight_history(weights: torch.Tensor, steps: list[torch.Tensor]) -> list[np.ndarray]:
    history = [weights.detach().numpy()]
    for step in steps:
        with torch.no_grad():
            weights -= step
        history.append(weights.detach().numpy())
    return history


def mirror_image(image: np.ndarray) -> torch.Tensor:
    """Debug: turn an image into a tensor, with left and right swapped.

    `image` has the shape `(height, width)` or `(height, width, channels)` and any dtype of
    integers, floats or booleans. Return a tensor of the same shape and dtype in which the columns
    stand in the reverse order: the last one comes first. Rows and channels stay where they are.

    The tensor has memory of its own, and `image` does not change. `image` has at least one row and
    two columns. It may be transposed, but it is not itself read backwards.

    The code below stops with this error:

        ValueError: At least one stride in the given numpy array is negative, and tensors with
        negative strides are not currently supported. (You can probably work around this by making a
        copy of your array with array.copy().)

    >>> mirror_image(np.array([[1, 2, 3], [4, 5, 6]]))
    tensor([[3, 2, 1],
            [6, 5, 4]])
    """
    return torch.from_numpy(image[:, ::-1].copy())


def _stub_mirror_image(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image[:, ::-1])


def plain_array(t: torch.Tensor) -> np.ndarray:
    """Turn any tensor into a NumPy array, wherever it lives and whether or not it needs a gradient.

    `t` may be on the CPU or on an accelerator of any make, not just CUDA. It may need a gradient,
    and it may be the result of a computation with tensors that need one. It may have any shape,
    with no axes or no elements too.

    Return an array with the shape and the values of `t`. It has the dtype of `t`, with one
    exception: NumPy has no bfloat16, so a bfloat16 tensor gives a float32 array, which can hold all
    of its values. `t` holds integers, floats or booleans.

    `t` itself does not change: it stays on its device, still needs a gradient if it did, and a
    gradient can still flow back through it. The array may share memory with `t` or have its own, as
    you like.

    >>> plain_array(torch.tensor([1.0, 2.0], requires_grad=True))
    array([1., 2.], dtype=float32)
    >>> plain_array(torch.tensor([0.5], dtype=torch.bfloat16))
    array([0.5], dtype=float32)
    """
    here = t.detach().cpu()
    if here.dtype == torch.bfloat16:
        here = here.float()
    return here.numpy()


def what_they_hold(case: str) -> tuple[list[float], list[float]]:
    """Predict: what do the array and the tensor hold afterwards?

    Before each case these two lines run:

        array = np.array([1.0, 2.0, 3.0])
        tensor = torch.from_numpy(array)

    Then comes the code named by `case`, one of the letters "a" to "k":

        a: tensor[0] = 9
        b: array = array + 1
        c: array += 1
        d: array[:] = 0
        e: np.add(array, 1, out=array)
        f: tensor = tensor * 2
        g: tensor.mul(2)
        h: tensor.mul_(2)
        i: array = array + 1; tensor *= 2
        j: array += 1; array = array + 1
        k: tensor = tensor + 1; array *= 2

    Return a pair of lists with three numbers each: what the name `array` holds at the end, and then
    what the name `tensor` holds.

    >>> what_they_hold("a")
    ([9.0, 2.0, 3.0], [9.0, 2.0, 3.0])
    """
    answers = {
        "a": ([9.0, 2.0, 3.0], [9.0, 2.0, 3.0]),
        "b": ([2.0, 3.0, 4.0], [1.0, 2.0, 3.0]),
        "c": ([2.0, 3.0, 4.0], [2.0, 3.0, 4.0]),
        "d": ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        "e": ([2.0, 3.0, 4.0], [2.0, 3.0, 4.0]),
        "f": ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
        "g": ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]),
        "h": ([2.0, 4.0, 6.0], [2.0, 4.0, 6.0]),
        "i": ([2.0, 3.0, 4.0], [2.0, 4.0, 6.0]),
        "j": ([3.0, 4.0, 5.0], [2.0, 3.0, 4.0]),
        "k": ([2.0, 4.0, 6.0], [2.0, 3.0, 4.0]),
    }
    return answers[case]
