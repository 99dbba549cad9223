"""Creating tensors and reading them.

A tensor is a block of numbers with a shape, one dtype for all of its elements, and a device where
it lives. Here you make tensors in the usual ways and read back what they are.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch


def first_tensors() -> list[torch.Tensor]:
    """Make four tensors with 0, 1, 2 and 3 axes.

    Return a list with these four, in this order, each of dtype float32:

    1. a scalar (no axes at all, shape `()`) that holds 3.14;
    2. a vector of shape `(3,)` that holds 1, 2, 3;
    3. a matrix of shape `(2, 2)` with the rows 1, 2 and 3, 4;
    4. a tensor of shape `(2, 2, 3)` that holds 1 to 12: the first block has the rows 1, 2, 3 and 4,
       5, 6; the second goes on from 7.

    >>> [tuple(t.shape) for t in first_tensors()]
    [(), (3,), (2, 2), (2, 2, 3)]
    """
    return [
        torch.tensor(3.14),
        torch.tensor([1.0, 2.0, 3.0]),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]]]),
    ]


def from_nested(data: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Make a tensor from a Python number or from lists and tuples nested to any depth.

    The result has one axis for each level of nesting: a plain number gives a tensor with no axes,
    shape `()`, and an empty list gives one of shape `(0,)`. Lists and tuples may be mixed.

    With `dtype=None` let PyTorch choose: whole numbers give int64, numbers with a decimal point
    float32, a mixture of both float32, and True and False bool. With a `dtype`, the result has that
    one, and each value is kept with all the precision of that dtype (0.1 in float64 too).

    >>> from_nested([(1, 2), (3, 4)])
    tensor([[1, 2],
            [3, 4]])
    >>> from_nested([1, 2], dtype=torch.float32)
    tensor([1., 2.])
    """
    return torch.tensor(data, dtype=dtype)


def inferred_dtype(case: str) -> torch.dtype:
    """Predict: which dtype does each expression give?

    Return the dtype, such as `torch.int64`, of the expression named by `case`, one of the letters
    "a" to "l":

        a: torch.tensor(7.0)
        b: torch.tensor(7)
        c: torch.tensor([1, 2.5])
        d: torch.tensor([True, False])
        e: torch.zeros(3)
        f: torch.arange(4)
        g: torch.arange(0, 1, 0.25)
        h: torch.linspace(0, 10, 11)
        i: torch.from_numpy(np.array([1.0, 2.0]))
        j: torch.zeros_like(torch.tensor([1, 2]))
        k: torch.full((2,), 1)
        l: torch.tensor([True, 2])

    >>> inferred_dtype("a")
    torch.float32
    """
    answers = {
        "a": torch.float32,
        "b": torch.int64,
        "c": torch.float32,
        "d": torch.bool,
        "e": torch.float32,
        "f": torch.int64,
        "g": torch.float32,
        "h": torch.float32,
        "i": torch.float64,
        "j": torch.int64,
        "k": torch.int64,
        "l": torch.int64,
    }
    return answers[case]


def rank_name(case: str) -> str:
    """Predict: scalar, vector, matrix or tensor?

    A tensor with no axes is called a scalar, with one axis a vector, with two a matrix, and with
    three or more just a tensor. Return the name that fits the expression `case`: "scalar",
    "vector", "matrix" or "tensor". `case` is one of the letters "a" to "i":

        a: torch.tensor([1.0, 2.0, 3.0])
        b: torch.tensor(7.5)
        c: torch.tensor([7.5])
        d: torch.zeros(1, 10)
        e: torch.ones(2, 3, 4)
        f: torch.tensor([[5]])
        g: torch.zeros(0)
        h: torch.zeros(1, 1, 1)
        i: torch.tensor([1, 2, 3])[0]

    >>> rank_name("a")
    'vector'
    """
    answers = {
        "a": "vector",
        "b": "scalar",
        "c": "vector",
        "d": "matrix",
        "e": "tensor",
        "f": "matrix",
        "g": "vector",
        "h": "tensor",
        "i": "scalar",
    }
    return answers[case]


def number_from(t: torch.Tensor) -> int | float | bool:
    """Get the Python number out of a tensor that holds exactly one element.

    `t` may have any shape with one element, such as `()`, `(1,)` or `(1, 1)`, and may need a
    gradient. Return a Python number, not a tensor: an int from an integer tensor, a float from a
    floating point one, a bool from a bool one. Return it as it is stored, without rounding: a
    float32 cannot hold 3.14 exactly, and what comes back shows it.

    A tensor with no elements, or with two or more, has no single number: raise RuntimeError, as
    PyTorch's own method for this does.

    >>> number_from(torch.tensor(3.14))
    3.140000104904175
    >>> number_from(torch.tensor([[7]]))
    7
    """
    return t.item()


def comes_back(case: str) -> bool:
    """Predict: does a number survive the trip into a tensor and back?

    `torch.tensor(3.5).item() == 3.5` is True: float32 can hold 3.5 exactly. Return True or False
    for the expression named by `case`, one of the letters "a" to "h":

        a: torch.tensor(0.5).item() == 0.5
        b: torch.tensor(3.14).item() == 3.14
        c: torch.tensor(7).item() == 7
        d: torch.tensor(0.1).item() == 0.1
        e: torch.tensor(-2.75).item() == -2.75
        f: torch.tensor(3.14, dtype=torch.float64).item() == 3.14
        g: torch.tensor(16777217).item() == 16777217
        h: torch.tensor(16777217.0).item() == 16777217.0

    A hint: a float32 stores 24 binary digits, a Python float 53, and 16777217 is 2 to the power of
    24, plus 1.

    >>> comes_back("a")
    True
    """
    answers = {"a": True, "b": False, "c": True, "d": False, "e": True, "f": True, "g": True, "h": False}
    return answers[case]


def constants(
    shape: int | Sequence[int], value: int | float | bool, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Make three tensors of one shape: full of zeros, full of ones, and full of `value`.

    `shape` is a tuple or list of sizes, or one int `n`, which means a vector of `n` elements, shape
    `(n,)`. The empty tuple gives tensors with no axes, and a size of 0 gives tensors with no
    elements. All three have the dtype `dtype`, which can always hold `value`. Each has memory of
    its own, with room for each of its elements: writing into one of them changes neither another
    element nor another tensor, nor what a later call returns.

    >>> zeros, ones, full = constants((2, 3), 7, torch.int16)
    >>> full
    tensor([[7, 7, 7],
            [7, 7, 7]], dtype=torch.int16)
    >>> constants(2, 0.5, torch.float64)[2]
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    sizes = (shape,) if isinstance(shape, int) else shape
    return (
        torch.zeros(sizes, dtype=dtype),
        torch.ones(sizes, dtype=dtype),
        torch.full(sizes, value, dtype=dtype),
    )


def inclusive_range(start: int, stop: int, step: int = 1) -> torch.Tensor:
    """Count from `start` up to `stop`, in steps of `step`, with `stop` itself included when a step
    lands on it.

    All three are whole numbers, `step` is at least 1 and `stop` is never smaller than `start`.
    Return a vector of dtype int64. No element is larger than `stop`.

    >>> inclusive_range(0, 10)
    tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10])
    >>> inclusive_range(0, 10, 4)
    tensor([0, 4, 8])
    """
    return torch.arange(start, stop + 1, step)


def grid(start: float, stop: float, count: int) -> torch.Tensor:
    """Debug: `count` evenly spaced values from `start` to `stop`, both ends included.

    Return a vector of exactly `count` elements and dtype float32, also when `start` and `stop` are
    whole numbers. `stop` may be smaller than `start`: the values then go down. It may also be equal to
    `start`: the values are then all the same. `count` is at least 1, and with a `count` of 1 the only
    value is `start`.

    >>> grid(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    >>> len(grid(0, 1, 10))
    10
    """
    return torch.linspace(start, stop, count)


def _stub_grid(start: float, stop: float, count: int) -> torch.Tensor:
    step = (stop - start) / (count - 1)
    return torch.arange(start, stop + step, step)


def blank_like(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Make two new tensors like `x`: the first full of zeros, the second full of ones.

    Both have the shape, the dtype and the device of `x`, whatever they are, and memory of their
    own, with room for each element: writing into one changes neither another element nor another
    tensor, nor what a later call returns. They do not need a gradient even if `x` does. `x` itself
    does not change. What `x` holds does not matter: it may contain infinities or `nan`, or nothing
    at all.

    >>> zeros, ones = blank_like(torch.tensor([[5, 6]]))
    >>> zeros, ones
    (tensor([[0, 0]]), tensor([[1, 1]]))
    """
    return torch.zeros_like(x), torch.ones_like(x)


def noise_like(x: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Make a new tensor of random numbers with the shape and the device of `x`.

    The numbers are spread evenly over the interval from 0 (included) to 1 (not included, not even
    in float16, where rounding could make a 1), each element has its own, and every call draws new
    ones: do not set the seed. `x` does not change, and the result does not need a gradient.

    The dtype of the result is `dtype`, a floating point one, if it is given. Otherwise it is the
    dtype of `x` if that is a floating point one, and float32 if it is not (an integer or bool
    tensor cannot hold numbers between 0 and 1).

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> noise = noise_like(x)
    >>> noise.shape, noise.dtype
    (torch.Size([2, 3]), torch.float32)
    """
    if dtype is None:
        dtype = x.dtype if x.is_floating_point() else torch.float32
    return torch.rand_like(x, dtype=dtype)


def random_images(count: int, height: int = 224, width: int = 224) -> torch.Tensor:
    """Make a batch of `count` colour images of random pixels, in the order height, width, channels.

    Return a float32 tensor of shape `(count, height, width, 3)`: each image has the shape `(height,
    width, 3)`, and its last axis holds red, green and blue. The values are spread evenly over the
    interval from 0 (included) to 1 (not included). Each value is drawn on its own: no image, row
    or channel is a copy of another. Every call draws new values: do not set the seed.

    >>> random_images(2).shape
    torch.Size([2, 224, 224, 3])
    >>> random_images(5, height=32, width=48)[0].shape
    torch.Size([32, 48, 3])
    """
    return torch.rand(count, height, width, 3)


def pad_rows(rows: list[list[float]], width: int) -> torch.Tensor:
    """Debug: put rows of different lengths into one matrix, with zeros to the right of the short
    ones.

    Each row is a list of numbers, none longer than `width`; a row may be empty, and so may the list
    of rows. Return a float32 tensor of shape `(len(rows), width)`. Where a row has no number left,
    there is a 0. `rows` does not change.

    Sometimes the code below seems to work: `torch.empty` hands out memory with whatever was in it,
    and often that happens to be zeros.

    >>> pad_rows([[1.0, 2.0], [3.0]], width=3)
    tensor([[1., 2., 0.],
            [3., 0., 0.]])
    """
    table = torch.zeros(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
    return table


def _stub_pad_rows(rows: list[list[float]], width: int) -> torch.Tensor:
    table = torch.empty(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
    return table


def from_array(array: np.ndarray) -> torch.Tensor:
    """Make a tensor from a NumPy array: same values, same shape, same dtype.

    A float64 array gives a float64 tensor, an int32 array an int32 one, a bool array a bool one.
    The array does not change. The tensor may share its memory or have its own, as you like.

    The arrays hold integers, floats or booleans, have any shape and may be transposed. You need not
    think of arrays that are read backwards (`array[::-1]`), cannot be written to, or have their
    bytes in another order.

    >>> from_array(np.array([0.1, 0.2]))
    tensor([0.1000, 0.2000], dtype=torch.float64)
    """
    return torch.from_numpy(array)


def describe(t: torch.Tensor) -> dict[str, Any]:
    """Report what a tensor is: a dict with five entries.

    - "shape": the size of each axis, as a tuple or a list of ints;
    - "ndim": the number of axes, an int;
    - "dtype": the dtype itself, such as `torch.float32`;
    - "device": the type of the device where it lives, as text such as "cpu" or "cuda";
    - "elements": how many elements it holds in all, an int.

    A tensor with no axes has the shape `()` and holds one element. `t` does not change.

    >>> describe(torch.ones(2, 3))
    {'shape': (2, 3), 'ndim': 2, 'dtype': torch.float32, 'device': 'cpu', 'elements': 6}
    """
    return {
        "shape": tuple(t.shape),
        "ndim": t.ndim,
        "dtype": t.dtype,
        "device": t.device.type,
        "elements": t.numel(),
    }
