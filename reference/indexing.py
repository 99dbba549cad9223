"""Indexing: picking numbers out of a tensor.

Square brackets read one row, a column, a block, the elements that meet a condition, or one element
chosen for each row. Here you say exactly what you want, keep the axes that you need, and find out
when what you get is the same memory as the tensor that you took it from.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression. Where you are given tensors, all of them live on one device, and
those that you return live there too.
"""

from __future__ import annotations

import torch


def read_block(x: torch.Tensor) -> list[torch.Tensor]:
    """Read five pieces of a tensor with three axes.

    `x` has the shape `(blocks, rows, columns)`, with at least one block, two rows and two columns,
    and any dtype. Return a list with these five tensors, in this order:

    1. the first block, shape `(rows, columns)`;
    2. the first row of the first block, shape `(columns,)`;
    3. the first row of every block, shape `(blocks, columns)`;
    4. the second column of every block, shape `(blocks, rows)`;
    5. of every block, the element in its second row and second column, shape `(blocks,)`.

    All of them keep the dtype of `x`, and each may share memory with `x` or not, as you like. `x`
    does not change. If `x` needs a gradient, one must be able to flow back to it through each piece.

    >>> pieces = read_block(torch.arange(1, 10).reshape(1, 3, 3))
    >>> pieces[1]
    tensor([1, 2, 3])
    >>> pieces[3]
    tensor([[2, 5, 8]])
    """
    return [x[0], x[0, 0], x[:, 0], x[:, :, 1], x[:, 1, 1]]


def indexed_shape(case: str) -> tuple[int, ...] | str:
    """Predict: which shape does each expression have?

    `x` is `torch.arange(24).reshape(2, 3, 4)`. Return the shape, such as `(3, 4)`, of the
    expression named by `case`, one of the letters "a" to "n". One element without axes has the
    shape `()`. If the expression raises an error, return the text "error".

        a: x[0]
        b: x[0:1]
        c: x[:, 1]
        d: x[:, 1:]
        e: x[..., 0]
        f: x[1, 2, 3]
        g: x[:, None]
        h: x[:, [0, 2]]
        i: x[[0, 1], [0, 2]]
        j: x[x > 20]
        k: x[:, :, 1:10]
        l: x[2:]
        m: x[2]
        n: x[::-1]

    >>> indexed_shape("a")
    (3, 4)
    """
    answers = {
        "a": (3, 4),
        "b": (1, 3, 4),
        "c": (2, 4),
        "d": (2, 2, 4),
        "e": (2, 3),
        "f": (),
        "g": (2, 1, 3, 4),
        "h": (2, 2, 4),
        "i": (2, 4),
        "j": (3,),
        "k": (2, 3, 3),
        "l": (0, 3, 4),
        "m": "error",
        "n": "error",
    }
    return answers[case]


def matrix_edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Take three pieces of a matrix without copying anything.

    `x` has the shape `(rows, columns)`, with at least one row and one column. Return a tuple or a
    list with these three:

    1. the first column, still as a matrix with one column: shape `(rows, 1)`;
    2. the last row as a vector: shape `(columns,)`;
    3. what is left without the first and the last column: shape `(rows, columns - 2)`. If `x` has
       only one or two columns, none are left and the shape is `(rows, 0)`.

    All three are views: they share memory with `x`, so that writing into one of them would also
    change `x`. (A third piece without columns has nothing to share.) `x` itself does not change
    here. If `x` needs a gradient, one must be able to flow back to it through each of the three.

    >>> column, row, inside = matrix_edges(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    >>> column
    tensor([[1],
            [4]])
    >>> row
    tensor([4, 5, 6])
    >>> inside
    tensor([[2],
            [5]])
    """
    return x[:, :1], x[-1], x[:, 1:-1]


def every_other_row_up(x: torch.Tensor) -> torch.Tensor:
    """Debug: every second row of a matrix, from the last one upwards.

    The first row of the result is the last row of `x`, the next one is the row two above it, and so
    on, until there is no row left: what `[::-2]` does to a Python list. Each row keeps the order of
    its own numbers. `x` is a matrix with at least one row.

    The result keeps the dtype of `x`, and it may share memory with `x` or not. `x` does not change.
    If `x` needs a gradient, one must be able to flow back to it through the result.

    The code below stops with this error:

        ValueError: step must be greater than zero

    >>> every_other_row_up(torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]]))
    tensor([[ 4, 40],
            [ 2, 20]])
    """
    return x.flip(0)[::2]


def _stub_every_other_row_up(x: torch.Tensor) -> torch.Tensor:
    return x[::-2]


def replace_below(x: torch.Tensor, threshold: float, value: float) -> torch.Tensor:
    """Debug: a copy of `x` in which every element below `threshold` has become `value`.

    `x` holds integers or floating point numbers and has any shape, even `()`. The result has the
    same shape and dtype, and memory of its own, also if there was nothing to replace. An element
    that equals `threshold` is not below it and stays; so does `nan`, which is not below anything.
    `threshold` and `value` are Python numbers, and neither is too large or too small for the dtype
    of `x`. If `x` holds integers, `value` is an int; `threshold` need not be one.

    `x` does not change. If `x` needs a gradient, one flows back to the elements that stayed.

    The code below raises no error for the matrix in the example, and the result is right. But print
    `x` after the call: its -1 and its -2 have become 0 as well.

    >>> x = torch.tensor([[3.0, -1.0], [-2.0, 5.0]])
    >>> replace_below(x, 0.0, 0.0)
    tensor([[3., 0.],
            [0., 5.]])
    >>> x
    tensor([[ 3., -1.],
            [-2.,  5.]])
    """
    result = x.clone()
    result[result < threshold] = value
    return result


def _stub_replace_below(x: torch.Tensor, threshold: float, value: float) -> torch.Tensor:
    result = x[:]
    result[result < threshold] = value
    return result


def row_means_between(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """The mean of each row, counting only the elements from `low` to `high`, both included.

    `x` is a matrix of floating point numbers with at least one row and one column. `low` and `high`
    are Python numbers that are finite in the dtype of `x` too (1e300 is not: float32 makes infinity
    of it), and `low` is not larger than `high`. Return a vector with one mean for each row, of the
    dtype of `x`. A row in which no element counts gives 0.

    `x` may hold infinities and `nan`, as a faulty sensor would send. They never count, and they do
    not spoil the mean of the others.

    `x` does not change, and the result shares no memory with it. If `x` needs a gradient, one flows
    back to the elements that count.

    >>> x = torch.tensor([[1.0, 2.0, 99.0], [float("nan"), 4.0, 5.0], [99.0, 99.0, 99.0]])
    >>> row_means_between(x, 0, 10)
    tensor([1.5000, 4.5000, 0.0000])
    """
    counts = (x >= low) & (x <= high)
    return torch.where(counts, x, 0).sum(dim=1) / counts.sum(dim=1).clamp(min=1)


def left_over(x: torch.Tensor, taken: torch.Tensor) -> torch.Tensor:
    """Debug: the elements that a mask does not mark.

    `x` and `taken` have the same shape, any shape with one axis or more. `taken` marks some of the
    elements of `x`: it holds True and False (bool), or 1 and 0 (int64 or uint8), as a mask does that was
    read from a file. Return a vector with the elements of `x` that are not marked, in the order in
    which `x` is read row after row. It may be empty.

    The result keeps the dtype of `x` and shares no memory with it. Neither argument changes. If `x`
    needs a gradient, one flows back to the elements that are left over.

    With a mask of True and False the code below stops with

        RuntimeError: Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying
        to invert a mask, use the `~` or `logical_not()` operator instead.

    With ones and zeros it raises nothing, and picks other elements than those that are left over. The
    message gives two pieces of advice, and only one of them is good for every dtype: for whole numbers
    `~` turns 1 into -2 and 0 into -1.

    >>> x = torch.tensor([10, 20, 30, 40])
    >>> left_over(x, torch.tensor([True, False, False, True]))
    tensor([20, 30])
    >>> left_over(x, torch.tensor([1, 0, 0, 1]))
    tensor([20, 30])
    """
    return x[taken == 0]


def _stub_left_over(x: torch.Tensor, taken: torch.Tensor) -> torch.Tensor:
    return x[1 - taken]


def label_scores(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Debug: of each row of `scores`, the one score that its label points at.

    `scores` is a floating point matrix of shape `(n, classes)`: one row for each example, one column
    for each class. `labels` is an int64 vector of shape `(n,)` that holds the right class of each
    example, from 0 to `classes - 1`. `n` is at least 1. Return a vector of shape `(n,)` whose element
    `i` is the score in row `i` and column `labels[i]`.

    The result keeps the dtype of `scores`. Neither argument changes. If `scores` needs a gradient,
    one flows back to the scores that were picked.

    The code below raises no error, and one could even take the mean of what it returns. But for the
    example below it gives a matrix of nine numbers:

        tensor([[3., 1., 1.],
                [6., 4., 4.],
                [9., 7., 7.]])

    >>> scores = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    >>> label_scores(scores, torch.tensor([2, 0, 0]))
    tensor([3., 4., 7.])
    """
    return scores[torch.arange(len(labels)), labels]


def _stub_label_scores(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return scores[:, labels]


def count_labels(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Debug: how many times each class occurs in `labels`.

    `labels` is an int64 vector of class numbers from 0 to `classes - 1`, in any order. It may be
    empty. `classes` is at least 1. Return an int64 vector of shape `(classes,)`: element `c` counts
    how many times `c` occurs, and a class that does not occur has a 0. The result is on the device
    of `labels`. `labels` does not change.

    The code below raises no error, but for the example below it gives `tensor([1, 0, 1, 0])`: it
    sees which classes occur, and no class more than once.

    >>> count_labels(torch.tensor([0, 2, 2, 0, 2]), classes=4)
    tensor([2, 0, 3, 0])
    """
    return torch.bincount(labels, minlength=classes)


def _stub_count_labels(labels: torch.Tensor, classes: int) -> torch.Tensor:
    counts = torch.zeros(classes, dtype=torch.int64, device=labels.device)
    counts[labels] += 1
    return counts
