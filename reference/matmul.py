"""Matrix products and the linear layer.

A matrix product takes every row of one matrix against every column of another. Models are mostly
made of them: a linear layer is one product and one sum. Here you tell the two kinds of product
apart, read shapes, replace loops by a product, and write a linear layer by hand.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median  # solution only

import torch


def two_products(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Multiply two vectors in both ways: element by element, and as matrices are multiplied.

    `a` and `b` are vectors of the same length and the same dtype, one of integers or of floating
    point numbers. Return two tensors, in this order:

    1. the product element by element, a vector of that length;
    2. the matrix product of the two, also called dot product: the sum of the elements of the first.
       It has no axes, shape `()`.

    Both have the dtype of `a` and `b`: int32 stays int32. Two vectors without elements give a
    vector without elements, and 0. `a` and `b` do not change. If they need a gradient, it flows
    through both results.

    >>> two_products(torch.tensor([1, 2, 3]), torch.tensor([1, 2, 3]))
    (tensor([1, 4, 9]), tensor(14))
    """
    return a * b, a @ b


def product_shape(case: str) -> tuple[int, ...] | str:
    """Predict: which shape does each product have, or does it raise an error?

    `case` is one of the letters "a" to "n". Return the shape of the expression that it names, as a
    tuple of ints, or the text "error" if PyTorch refuses to compute it:

        a: torch.ones(2, 3) @ torch.ones(3, 2)
        b: torch.ones(3, 2) @ torch.ones(2, 3)
        c: torch.ones(3, 2) @ torch.ones(3, 2)
        d: torch.ones(3, 2) @ torch.ones(3, 2).T
        e: torch.ones(4, 3) @ torch.ones(3)
        f: torch.ones(3) @ torch.ones(4, 3)
        g: torch.ones(3) @ torch.ones(3)
        h: torch.ones(3) * torch.ones(3)
        i: torch.ones(4, 1) @ torch.ones(1, 3)
        j: torch.ones(4, 1) @ torch.ones(3, 2)
        k: torch.ones(2, 3) * torch.ones(3, 2)
        l: torch.ones(5, 2, 3) @ torch.ones(5, 3, 4)
        m: torch.ones(5, 2, 3) @ torch.ones(3, 4)
        n: torch.ones(1, 3) @ torch.ones(3, 1)

    >>> product_shape("a")
    (2, 2)
    """
    answers: dict[str, tuple[int, ...] | str] = {
        "a": (2, 2),
        "b": (3, 3),
        "c": "error",
        "d": (3, 3),
        "e": (4,),
        "f": "error",
        "g": (),
        "h": (3,),
        "i": (4, 3),
        "j": "error",
        "k": "error",
        "l": (5, 2, 4),
        "m": (5, 2, 4),
        "n": (1, 1),
    }
    return answers[case]


def product_functions(case: str) -> list[str]:
    """Predict: which functions can multiply tensors of these two shapes?

    There are four: `torch.dot`, `torch.mm`, `torch.bmm` and `torch.matmul`. `case` is one of the
    letters "a" to "j", and names the shapes of the first and the second tensor:

        a: (3,), (3,)
        b: (2, 3), (3, 4)
        c: (2, 3), (3,)
        d: (5, 2, 3), (5, 3, 4)
        e: (5, 2, 3), (3, 4)
        f: (1, 2, 3), (5, 3, 4)
        g: (2, 3), (2, 3)
        h: (5, 2, 3), (4, 3, 2)
        i: (1, 3), (3, 1)
        j: (2, 3), (5, 3, 4)

    Return a list with the names of all those that give a result, and do not raise an error, in the
    order "dot", "mm", "bmm", "matmul". If none does, return an empty list.

    >>> product_functions("a")
    ['dot', 'matmul']
    """
    answers = {
        "a": ["dot", "matmul"],
        "b": ["mm", "matmul"],
        "c": ["matmul"],
        "d": ["bmm", "matmul"],
        "e": ["matmul"],
        "f": ["matmul"],
        "g": [],
        "h": [],
        "i": ["mm", "matmul"],
        "j": ["matmul"],
    }
    return answers[case]


def bought_together(orders: torch.Tensor) -> torch.Tensor:
    """Debug: in how many orders were two products bought together?

    `orders` is a float32 or float64 matrix of shape `(n, d)`, with one row for each of `n` orders
    and one column for each of `d` products: 1 where the order has the product, 0 where it does not.
    There may be no orders at all (`n` is 0); `d` is at least 1.

    Return a new matrix of shape `(d, d)` and the dtype of `orders`. The element at `[i, j]` is the
    number of orders that have both product i and product j; on the diagonal stands in how many
    orders each product is. `orders` does not change and never needs a gradient.

    The code below raises no error. For 4 orders of 3 products its result is too large, (4, 4), and
    for the 3 orders of the example it has the right shape and wrong numbers: `[2., 2., 1.]` in its
    first row. What does it count?

    >>> bought_together(torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]))
    tensor([[3., 2., 1.],
            [2., 2., 0.],
            [1., 0., 1.]])
    """
    return orders.T @ orders


def _stub_bought_together(orders: torch.Tensor) -> torch.Tensor:
    return orders @ orders.T


def dot_table(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Compute the dot product of every row of `a` with every row of `b`, without a loop.

    `a` has the shape `(n, d)`, `b` the shape `(m, d)`, and both have the same floating point dtype.
    Return a matrix of shape `(n, m)` and that dtype, with the dot product of row i of `a` and row j
    of `b` at `[i, j]`. These loops give its numbers, in as many steps as there are products:

        table = torch.zeros(n, m)
        for i in range(n):
            for j in range(m):
                for k in range(d):
                    table[i, j] += a[i, k] * b[j, k]

    Your code must take the same number of tensor operations whatever `n`, `m` and `d` are. The
    tests count them for small and for larger inputs. It does not matter how many they are, but that
    number must not grow with the sizes. Gradients must flow to `a` and `b`, so the way through Python
    numbers or NumPy is not open.

    `n`, `m` or `d` may be 0: without rows the matrix is empty, and rows without numbers have the
    dot product 0. `a` and `b` do not change.

    >>> dot_table(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), torch.tensor([[1.0, 0.0], [2.0, 1.0]]))
    tensor([[ 1.,  4.],
            [ 3., 10.],
            [ 5., 16.]])
    """
    return a @ b.T


def fair_time(
    work: Callable[[], object], clock: Callable[[], float], wait: Callable[[], object], repeats: int
) -> float:
    """Measure how long a calculation takes, so that the number means something.

    `work()` does the calculation once. `clock()` returns the time in seconds. The calculation may run on
    a GPU: then `work` returns while the GPU is still busy, and `wait()` returns when all that was asked
    of it is done. On a CPU, where there is nothing to wait for, `wait` does nothing.

    - Call `work` once before you measure anything, and let it finish. The first call is slower than all
      others, because memory and programs are only then made ready.
    - Then call `work` `repeats` more times, at least 1, and measure each of these calls by itself: from
      the moment when the calculation is asked for to the moment when it is done, and not when `work`
      returns. Nothing that was asked for before may still be running when the time begins.
    - Return the median of the times, in seconds, as a Python float: half of them are longer and half of
      them shorter. For an even number of times it is the mean of the two in the middle. A single call
      that something else on the computer has held up does not move it.

    So `work` is called `repeats + 1` times in all. `clock` and `wait` may be called as often as you like;
    neither takes time of its own. What `work` returns plays no part. Use no other clock than this one:
    the tests hand over one that they move on themselves.

    >>> moments = [0.0]
    >>> def work():
    ...     moments.append(moments[-1] + 0.5)
    >>> fair_time(work, lambda: moments[-1], lambda: None, 3)
    0.5
    """
    work()
    times = []
    for _ in range(repeats):
        wait()
        start = clock()
        work()
        wait()
        times.append(clock() - start)
    return median(times)


def item_scores(queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
    """Compute a table of dot products for each item of a batch.

    `queries` has the shape `(batch, n, d)` and `keys` the shape `(batch, m, d)`: `batch` items, each
    with `n` and `m` rows of `d` numbers. Both have the same floating point dtype, and every size is
    at least 1.

    Return a tensor of shape `(batch, n, m)` and that dtype. At `[i, j, k]` stands the dot product of
    `queries[i, j]` and `keys[i, k]`; rows of different items never meet. Nothing else is done to the
    numbers. `queries` and `keys` do not change, and gradients flow to both. A loop is allowed here.

    >>> queries = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])
    >>> keys = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [0.0, 2.0], [1.0, -1.0]]])
    >>> item_scores(queries, keys)
    tensor([[[ 1.,  2.,  3.]],
    <BLANKLINE>
            [[ 6.,  8., -1.]]])
    """
    return queries @ keys.mT


def mapped_points(points: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Debug: apply one matrix to every point of several sets.

    `points` has the shape `(sets, n, d)`: `sets` sets of `n` points, each with `d` coordinates.
    `matrix` has the shape `(k, d)`, and both have the same floating point dtype; every size is at
    least 1. Each point p, a vector of `d` numbers, becomes the matrix product of `matrix` and p, a
    vector of `k` numbers. Return them all in the same order: a tensor of shape `(sets, n, k)` and
    the same dtype. `points` and `matrix` do not change, and gradients flow to both.

    The code below writes the formula down as it is read, and stops with

        RuntimeError: mat2 must be a matrix

    Mend it. Take care: another function may accept the two tensors and still multiply along the
    wrong axis.

    >>> swap_and_add = torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> mapped_points(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), swap_and_add)
    tensor([[[2., 1., 3.],
             [4., 3., 7.]]])
    """
    return points @ matrix.T


def _stub_mapped_points(points: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return torch.mm(matrix, points)


def hand_linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """Compute by hand what the layer `torch.nn.Linear` computes: x times weight transposed, plus bias.

    - `x` holds the inputs along its last axis: shape `(inputs,)`, `(rows, inputs)`, or with any
      number of axes more in front. There may be no rows at all.
    - `weight` has the shape `(outputs, inputs)`, as in `layer.weight`: one row for each output.
    - `bias` has the shape `(outputs,)`, or is None for a layer without one.

    All have the same floating point dtype, and `inputs` and `outputs` are at least 1. Return a
    tensor of that dtype with the shape of `x`, but with `outputs` along its last axis. No argument
    changes, and gradients flow to each of them that needs one.

    The point is to write the product and the sum yourself. `torch.nn.functional.linear` does both in
    one call: the tests do not forbid it, but you learn more if you only check yourself with it.

    >>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> hand_linear(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), weight, torch.tensor([0.5, 0.0, -1.0]))
    tensor([[1.5000, 2.0000, 2.0000],
            [3.5000, 4.0000, 6.0000]])
    """
    y = x @ weight.T
    return y if bias is None else y + bias
