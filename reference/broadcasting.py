"""Broadcasting: tensors of different shapes.

Two tensors of different shapes can often be added, multiplied or compared all the same: PyTorch
stretches them to a common shape, without copying anything. That saves loops, and now and then it
hides a mistake.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression.
"""

from __future__ import annotations

from itertools import zip_longest  # solution only

import torch


def broadcast_outcome(case: str) -> tuple[int, ...] | str:
    """Predict: which shape does each product have, if PyTorch can compute it at all?

    Return the shape of the product named by `case`, one of the letters "a" to "l", as a tuple or
    a list of ints, or the text "error" if PyTorch raises an error.

        a: torch.ones(2, 4) * torch.ones(1, 4)
        b: torch.ones(3, 4) * torch.ones(4)
        c: torch.ones(3, 4) * torch.ones(3)
        d: torch.ones(4, 3, 2) * torch.ones(3, 1)
        e: torch.ones(4, 3, 2) * torch.ones(4, 3)
        f: torch.ones(3, 1) * torch.ones(1, 4)
        g: torch.ones(5, 1) * torch.ones(5)
        h: torch.ones(2, 3) * torch.ones(3, 2)
        i: torch.ones(()) * torch.ones(2, 3)
        j: torch.ones(6) * torch.ones(3)
        k: torch.ones(3, 0) * torch.ones(3, 1)
        l: torch.ones(4, 1, 2) * torch.ones(3, 1)

    >>> broadcast_outcome("a")
    (2, 4)
    """
    answers: dict[str, tuple[int, ...] | str] = {
        "a": (2, 4),
        "b": (3, 4),
        "c": "error",
        "d": (4, 3, 2),
        "e": "error",
        "f": (3, 4),
        "g": (5, 5),
        "h": "error",
        "i": (2, 3),
        "j": "error",
        "k": (3, 0),
        "l": (4, 3, 2),
    }
    return answers[case]


def common_shape(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...] | None:
    """Work out the shape of `x + y` from the shapes of `x` and `y`.

    `first` and `second` are the two shapes: tuples of any length, also empty ones (a tensor without
    axes), of sizes that are 0 or more. Return the shape that they broadcast to, as a tuple or a
    `torch.Size`. If they do not fit, return None and raise nothing.

    A size of 0 follows the same rule as any other size: next to a 0, a 1 or a missing axis it fits,
    and the result has a 0 there; next to anything else it does not fit.

    You may write the rule down yourself or let PyTorch apply it.

    >>> common_shape((4, 3, 2), (3, 1))
    (4, 3, 2)
    >>> print(common_shape((3, 4), (3,)))
    None
    """
    sizes = []
    for a, b in zip_longest(reversed(first), reversed(second), fillvalue=1):
        if a == 1:
            sizes.append(b)
        elif b in (1, a):
            sizes.append(a)
        else:
            return None
    return tuple(reversed(sizes))


def rescale_batch(batch: torch.Tensor, weights: torch.Tensor, divisors: torch.Tensor) -> torch.Tensor:
    """Multiply every row of a batch by the same weights and divide it by the same divisors.

    `batch` has the shape `(n, f)`: `n` rows of `f` numbers each, and `n` may be 0. `weights` has
    the shape `(1, f)` and `divisors` the shape `(f,)`; no divisor is 0. Return a tensor of shape
    `(n, f)` whose element `[i, j]` is `batch[i, j] * weights[0, j] / divisors[j]`.

    All three have the same dtype. If it is a floating point one, the result has it too; if it is
    int64, the result is float32, which is what PyTorch's `/` gives. The arguments do not change,
    and gradients flow to all three.

    Write it without a Python loop: the number of tensor operations must not grow with the sizes.

    >>> batch = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> rescale_batch(batch, torch.tensor([[1.0, 10.0, 100.0]]), torch.tensor([1.0, 2.0, 4.0]))
    tensor([[  1.,  10.,  75.],
            [  4.,  25., 150.]])
    """
    return batch * weights / divisors


def adjust_blocks(
    blocks: torch.Tensor, background: torch.Tensor, row_scale: torch.Tensor, column_bias: torch.Tensor
) -> torch.Tensor:
    """Take a background off every block, then scale each row, then shift each column.

    `blocks` has the shape `(n, r, c)`: `n` blocks, each with `r` rows and `c` columns. `background`
    has the shape `(r, c)`, `row_scale` the shape `(r,)` and `column_bias` the shape `(c,)`. Return
    a tensor of shape `(n, r, c)`. Its element for block `k`, row `i`, column `j` is

        (blocks[k, i, j] - background[i, j]) * row_scale[i] + column_bias[j]

    Any of the sizes may be 1, any two may be equal, and `n` may be 0. All four have the same
    floating point dtype, and so has the result. The arguments do not change, and gradients flow to
    all four.

    Write it without a Python loop: the number of tensor operations must not grow with the sizes.

    >>> blocks = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    >>> background, bias = torch.ones(2, 3), torch.tensor([0.0, 0.5, 0.25])
    >>> adjust_blocks(blocks, background, torch.tensor([1.0, 10.0]), bias)
    tensor([[[ 0.0000,  1.5000,  2.2500],
             [30.0000, 40.5000, 50.2500]]])
    """
    return (blocks - background) * row_scale[:, None] + column_bias


def outer_sum(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Add each element of `a` to each element of `b`.

    `a` is a vector of shape `(n,)` and `b` one of shape `(m,)`; `n` and `m` may be equal, 1 or 0.
    Return a matrix of shape `(n, m)` whose element `[i, j]` is `a[i] + b[j]`.

    The elements are int64, float32 or float64. If both vectors have the same dtype, the result has
    it too; int64 and float32 together give float32. The arguments do not change, and gradients flow
    to both.

    Write it without a Python loop: the number of tensor operations must not grow with the sizes.

    >>> outer_sum(torch.tensor([10, 20]), torch.tensor([1, 2, 3]))
    tensor([[11, 12, 13],
            [21, 22, 23]])
    """
    return a[:, None] + b


def pairwise_distances(points: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Measure the distance from each point to each of the other points.

    `points` has the shape `(n, d)` and `others` the shape `(m, d)`: each row holds the `d`
    coordinates of one point. `n` and `m` may be equal, 1 or 0, and `d` is at least 1. Return a
    matrix of shape `(n, m)` whose element `[i, j]` is the straight-line (Euclidean) distance
    between `points[i]` and `others[j]`: the square root of the sum of the squared differences of
    their coordinates. So it is 0 where the two points are the same.

    Both arguments have the same dtype, float32 or float64, and so has the result. The coordinates
    lie between -20 and 20. Distances that are off by no more than 0.00001 count as right, those of
    the same points too. With more than 25 points in one of the arguments 0.05 is allowed, because
    PyTorch's own function, `torch.cdist`, then calculates in a faster way that rounds more. The
    arguments do not change. Gradients flow to both; you need not think of gradients where two points
    are the same.

    Write it without a Python loop over the points: the number of tensor operations must not grow
    with `n` or `m`. You may use `torch.cdist`, but try it with broadcasting.

    >>> points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    >>> pairwise_distances(points, torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
    tensor([[0., 3., 4.],
            [5., 4., 3.]])
    """
    return torch.linalg.vector_norm(points[:, None] - others, dim=2)


def takings_in_euros(takings: torch.Tensor, rates: torch.Tensor) -> torch.Tensor:
    """Debug: turn the takings of shops in several countries into euros.

    `takings` has the shape `(shops, days)`: one row for each shop, one column for each day, in the
    currency of the shop's country. `rates` has the shape `(shops,)` and says what one unit of each
    shop's currency is worth in euros. Return a tensor of shape `(shops, days)` whose element
    `[i, j]` is `takings[i, j] * rates[i]`. Nothing is rounded. Both sizes are at least 1, and they
    may be equal.

    Both arguments have the same floating point dtype, and so has the result. They do not change,
    and gradients flow to both.

    The code below was tried out with two shops and two days. It raised nothing, and nobody saw that
    it gave `[[100., 25.], [200., 15.]]` for takings of `[[100., 50.], [200., 30.]]` and rates of
    `[1.0, 0.5]`. On the third day it stopped with this error:

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    >>> takings_in_euros(torch.tensor([[100.0, 50.0, 10.0], [200.0, 30.0, 40.0]]), torch.tensor([1.0, 0.5]))
    tensor([[100.,  50.,  10.],
            [100.,  15.,  20.]])
    """
    return takings * rates[:, None]


def _stub_takings_in_euros(takings: torch.Tensor, rates: torch.Tensor) -> torch.Tensor:
    return takings * rates


def mean_squared_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Debug: the mean of the squared differences between what a model predicts and the true
    values.

    Each of the two has the shape `(n,)` or `(n, 1)`, in any combination, with the same `n`, at
    least 1. The first number of `prediction` belongs to the first of `target`, the second to the
    second, and so on. Return a tensor without axes, shape `()`, with the mean of the `n` squared
    differences.

    Both have the same floating point dtype, and so has the result. The arguments do not change, and
    gradients flow to both.

    The code below raises no error, and yet a model that gets everything right, as in the example,
    has a loss of 1.3333.

    >>> prediction = torch.tensor([[1.0], [2.0], [3.0]])
    >>> mean_squared_loss(prediction, torch.tensor([1.0, 2.0, 3.0]))
    tensor(0.)
    """
    return torch.nn.functional.mse_loss(prediction.flatten(), target.flatten())


def _stub_mean_squared_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    differences = prediction - target
    return (differences**2).mean()
