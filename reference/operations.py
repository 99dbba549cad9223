"""Calculating with tensors, and boiling them down to fewer numbers.

Arithmetic on tensors goes element by element. Some of it makes a new tensor and some of it writes
into the one that is there: knowing which is half of this topic. The other half is aggregation: the
sum, the mean, the largest and the smallest of many numbers, or of each row, or of each column.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bugs and mend them. In one marked "Predict", work the answer out in your head and
write it down; do not run the code. Where you are given a tensor, those that you return live on its
device.
"""

from __future__ import annotations

import torch


def elementwise(x: torch.Tensor, y: torch.Tensor | float) -> tuple[torch.Tensor, ...]:
    """Combine two tensors, or a tensor and a number, element by element.

    `x` is a tensor of any shape that holds whole numbers (int64) or floating point ones (float32 or
    float64). `y` is a tensor of the same shape and dtype, or a Python number, which then goes with
    each element of `x`.

    Return six tensors, each of the shape of `x`, in this order:

    1. the sum of `x` and `y`;
    2. the difference, `x` minus `y`;
    3. the product;
    4. the quotient, `x` divided by `y`, with its decimals;
    5. the square of each element of `x`;
    6. the square root of each element of `x`.

    The dtypes are those that PyTorch's operators give: with whole numbers alone, the first three and
    the squares stay whole (int64), while quotients and roots are float32. Dividing by 0, or taking
    the root of a negative number, is no error: PyTorch answers inf or nan, and so do you.

    `x` and `y` do not change. Each result has memory of its own, and if `x` or `y` needs a gradient,
    one must be able to flow back to it through each result that is calculated from it.

    >>> x = torch.tensor([1.0, 2.0, 3.0])
    >>> y = torch.tensor([4.0, 5.0, 6.0])
    >>> total, difference, product, quotient, square, root = elementwise(x, y)
    >>> product
    tensor([ 4., 10., 18.])
    >>> elementwise(x, 10)[0]
    tensor([11., 12., 13.])
    """
    return x + y, x - y, x * y, x / y, x**2, torch.sqrt(x)


def number_chain(rows: int, columns: int) -> dict[str, torch.Tensor]:
    """Debug: matrices of one number each, calculated one from another.

    Return a dict with these eight entries. Each is a float32 matrix of shape `(rows, columns)` with
    memory of its own, with room for each of its elements: writing into one of them changes nothing
    else. `rows` and `columns` are at least 1, and their product is at most 20: the powers
    double with each element, and so they stay below about a million.

    - "ones", "twos", "threes", "fours", "fives": 1, 2, 3, 4 and 5 in every place;
    - "roots": the square root of 2 in every place;
    - "powers": 2, 4, 8, 16 and so on, the powers of 2 counted row by row;
    - "dozens": 12 in every place.

    The code below stops with this message:

        NameError: name 'two' is not defined. Did you mean: 'twos'?

    When you have mended that, no error is left, but not everything is right: look at the numbers,
    from the first entry on.

    >>> number_chain(2, 3)["powers"]
    tensor([[ 2.,  4.,  8.],
            [16., 32., 64.]])
    """
    ones = torch.ones(rows, columns)
    twos = ones * 2
    threes = (8 - twos) / twos
    fours = threes + ones
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "fives": ones + fours,
        "roots": twos**0.5,
        "powers": twos**exponents,
        "dozens": threes * fours,
    }


def _stub_number_chain(rows: int, columns: int) -> dict[str, torch.Tensor]:
    ones = torch.zeros(rows, columns)
    twos = torch.ones(rows, columns) + 2
    threes = (8 - twos) / two
    fours = threes + ones
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "fives": ones + fours,
        "roots": twos**0.5,
        "powers": twos**exponents,
        "dozens": threes * fours,
    }


def same_shape_chain(exponents: torch.Tensor) -> dict[str, torch.Tensor]:
    """Debug: a chain of calculations in which one shape does not fit.

    `exponents` is an int64 matrix of any shape `(rows, columns)`, with at least one row and one
    column, and holds whole numbers from 0 to 10. Return a dict with eight matrices, each of the shape
    of `exponents` and in float32:

    - "ones", "twos", "threes", "fours" and "fives": 1, 2, 3, 4 and 5 in every place;
    - "roots": the square root of 2 in every place;
    - "powers": in every place 2 to the power of what `exponents` has there;
    - "dozens": 12 in every place.

    `exponents` does not change. For a matrix of two rows and two columns the code below stops with

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    The line that stops is not the one that is wrong: go back to where the wrong shape comes from, and
    everything after it comes right by itself. With two rows and three columns nothing is wrong. With
    one row of three nothing stops, but some of the shapes are wrong.

    >>> chain = same_shape_chain(torch.tensor([[1, 2], [3, 4]]))
    >>> chain["powers"]
    tensor([[ 2.,  4.],
            [ 8., 16.]])
    >>> chain["fours"].shape
    torch.Size([2, 2])
    """
    ones = torch.ones(exponents.shape, device=exponents.device)
    twos = ones + 1
    threes = (ones * 7 - 1) / 2
    fours = twos**2
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "roots": twos**0.5,
        "powers": twos**exponents,
        "fives": ones + fours,
        "dozens": threes * fours,
    }


def _stub_same_shape_chain(exponents: torch.Tensor) -> dict[str, torch.Tensor]:
    ones = torch.zeros(exponents.shape, device=exponents.device) + 1
    twos = torch.ones(2, 3, device=exponents.device) + 1
    threes = (torch.ones(exponents.shape, device=exponents.device) * 7 - 1) / 2
    fours = twos**2
    roots = twos**0.5
    powers = twos**exponents
    fives = ones + fours
    dozens = threes * fours
    return {
        "ones": ones,
        "twos": twos,
        "threes": threes,
        "fours": fours,
        "roots": roots,
        "powers": powers,
        "fives": fives,
        "dozens": dozens,
    }


def nudge(weights: torch.Tensor, slope: torch.Tensor, rate: float) -> torch.Tensor:
    """Move `weights` a little, in place: take `rate` times `slope` away from it.

    From each element of `weights` goes `rate` times the element of `slope` in the same place. No new
    tensor takes the place of `weights`: whoever holds it under another name, or is looking at a part
    of it, sees the new numbers. Return `weights` itself.

    Both tensors have the same shape, which may be any, even `()`, and the same floating point dtype,
    and neither needs a gradient. `weights` may be a part of a larger tensor, such as one of its
    columns. `rate` is a Python number. `slope` does not change.

    >>> weights = torch.tensor([1.0, 2.0, 3.0])
    >>> same = nudge(weights, torch.tensor([2.0, 0.0, -2.0]), 0.5)
    >>> weights
    tensor([0., 2., 4.])
    >>> same is weights
    True
    """
    weights -= rate * slope
    return weights


def held_afterwards(case: str) -> list[float]:
    """Predict: what does `y` hold in the end?

    Each time everything begins anew with one tensor that has two names:

        x = torch.tensor([1.0, 2.0, 3.0])
        y = x

        def f(t):
            t = t * 3

        def g(t):
            t *= 3

    Then the code named by `case` runs, one of the letters "a" to "l". Return the three numbers that
    `y` holds after it, as a list.

        a: x = x + 10
        b: x += 10
        c: x.mul(2)
        d: x.mul_(2)
        e: x = x.mul_(2)
        f: x[0] = 7
        g: x = x.clone(); x += 10
        h: x = x - 10; x += 1
        i: x **= 2
        j: z = x[:2]; z += 10
        k: f(x)
        l: g(x)

    >>> held_afterwards("a")
    [1.0, 2.0, 3.0]
    """
    answers = {
        "a": [1.0, 2.0, 3.0],
        "b": [11.0, 12.0, 13.0],
        "c": [1.0, 2.0, 3.0],
        "d": [2.0, 4.0, 6.0],
        "e": [2.0, 4.0, 6.0],
        "f": [7.0, 2.0, 3.0],
        "g": [1.0, 2.0, 3.0],
        "h": [1.0, 2.0, 3.0],
        "i": [1.0, 4.0, 9.0],
        "j": [11.0, 12.0, 3.0],
        "k": [1.0, 2.0, 3.0],
        "l": [3.0, 6.0, 9.0],
    }
    return answers[case]


def raise_marks(marks: torch.Tensor, factor: float) -> torch.Tensor:
    """Debug: multiply every mark by `factor`, but let none go above 10.

    `marks` is a tensor of any shape with numbers that are not negative: whole ones (int64) or
    floating point ones (float32 or float64). `factor` is a positive Python float such as 1.1.

    Return a new tensor of the same shape, with memory of its own. Its dtype is float32 if the marks
    are whole numbers, and that of `marks` otherwise. Decimals are kept. `marks` does not change: who
    calls the function twice with the same marks gets the same answer twice.

    With decimal marks the code below raises no error, but the second call gives other numbers than
    the first. With whole marks it stops with this message:

        RuntimeError: result type Float can't be cast to the desired output type Long

    >>> raise_marks(torch.tensor([4.0, 5.5, 9.0]), 1.5)
    tensor([ 6.0000,  8.2500, 10.0000])
    >>> raise_marks(torch.tensor([5, 9]), 1.5)
    tensor([ 7.5000, 10.0000])
    """
    return torch.clamp(marks * factor, max=10)


def _stub_raise_marks(marks: torch.Tensor, factor: float) -> torch.Tensor:
    marks *= factor
    marks.clamp_(max=10)
    return marks


def aggregates(x: torch.Tensor, dim: int | None = None, keepdim: bool = False) -> dict[str, torch.Tensor]:
    """Boil a tensor down to its largest and smallest element, its mean and its sum.

    Return a dict with the four entries "max", "min", "mean" and "sum", all of them tensors.

    With `dim=None` they are those of all the elements, tensors with no axes, shape `()`; `keepdim`
    plays no part then. Otherwise they are taken along the axis `dim`, which may be negative: -1 is
    the last axis. For a matrix, `dim=0` gives one number for each column and `dim=1` one for each
    row. The axis `dim` is gone from the results, or with `keepdim=True` stays with the size 1.

    `x` holds floating point numbers or integers (int64, or smaller ones such as uint8), and at least
    one element. "max" and "min" have the dtype of `x`. "mean" has it too, but is float32 for
    integers. "sum" has the dtype of `x`, but is int64 for integers, small ones too, so that a sum of
    uint8 can go past 255.

    `x` does not change, the results share no memory with it, and if it needs a gradient, one must be
    able to flow back through all four of them. Where several elements are equally large or equally
    small, it is up to you which of them the gradient of "max" or "min" goes to.

    >>> aggregates(torch.arange(10))["mean"]
    tensor(4.5000)
    >>> aggregates(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), dim=1, keepdim=True)["sum"]
    tensor([[3.],
            [8.]])
    """
    numbers = x if x.is_floating_point() else x.float()
    if dim is None:
        return {"max": x.max(), "min": x.min(), "mean": numbers.mean(), "sum": x.sum()}
    return {
        "max": x.amax(dim, keepdim=keepdim),
        "min": x.amin(dim, keepdim=keepdim),
        "mean": numbers.mean(dim, keepdim=keepdim),
        "sum": x.sum(dim, keepdim=keepdim),
    }


def row_shares(counts: torch.Tensor) -> torch.Tensor:
    """Debug: divide each number of a matrix by the sum of its row, so that each row adds up to 1.

    `counts` is a matrix of at least one row and one column, with numbers that are not negative:
    integers or floating point ones. No row adds up to 0. Return a new matrix of the same shape, in
    float32 if `counts` holds integers and in the dtype of `counts` otherwise. `counts` does not
    change, and if it needs a gradient, one must be able to flow back through the result.

    For two rows and three columns the code below stops with this message:

        RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

    With as many rows as columns there is no error, only wrong numbers.

    >>> row_shares(torch.tensor([[1.0, 1.0, 2.0], [6.0, 3.0, 3.0]]))
    tensor([[0.2500, 0.2500, 0.5000],
            [0.5000, 0.2500, 0.2500]])
    """
    return counts / counts.sum(dim=1, keepdim=True)


def _stub_row_shares(counts: torch.Tensor) -> torch.Tensor:
    return counts / counts.sum(dim=1)


def extreme_positions(x: torch.Tensor, dim: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Find where the largest and the smallest element are.

    Return two int64 tensors with positions, counted from 0: first of the largest element, then of
    the smallest.

    With `dim=None` all elements count: both tensors have no axes, shape `()`, and a position says
    how many elements come before, when `x` is read row after row. Otherwise the positions are those
    along the axis `dim`, which may be negative, and that axis is gone from the results. For a matrix
    with `dim=1` there is one position for each row: the number of a column.

    `x` holds integers or floating point numbers, has one axis or more and at least one element. No
    two elements are equal. `x` does not change, and the results share no memory with it.

    >>> extreme_positions(torch.arange(10, 100, 10))
    (tensor(8), tensor(0))
    >>> extreme_positions(torch.tensor([[0.5, 0.75, -1.0], [3.0, 1.0, 2.0]]), dim=1)
    (tensor([1, 0]), tensor([2, 1]))
    """
    return x.argmax(dim), x.argmin(dim)


def standardise_columns(x: torch.Tensor) -> torch.Tensor:
    """Shift and stretch each column so that it has the mean 0 and the standard deviation 1.

    From each element take the mean of its column, and divide what is left by the standard deviation
    of its column: the root of the mean of the squared distances from the mean. That mean divides by
    the number of rows, not by one less. A column in which all elements are equal has the deviation
    0: it becomes all zeros. So does every column of a matrix with one row.

    `x` is a matrix of float32 or float64 with at least one row and one column. Return a new matrix
    of the same shape and dtype, with memory of its own. `x` does not change. If it needs a gradient,
    one must be able to flow back through the result (you need not think of the gradient where a
    column has the deviation 0).

    Results are compared to four decimals. No deviation lies between 0 and 0.1, and no element is
    further from 0 than 100. A column in which all elements are equal holds whole numbers, so that
    its mean is exact: you may then compare its deviation with 0, or add a safeguard as small as 1e-8
    to it. With other numbers rounding makes both risky, as the lesson explains.

    >>> standardise_columns(torch.tensor([[1.0, 10.0], [3.0, 10.0]]))
    tensor([[-1.,  0.],
            [ 1.,  0.]])
    """
    deviation = x.std(dim=0, correction=0)
    # Rounding may leave a trace of a deviation where all elements are equal; a real one is 0.1 or more.
    return (x - x.mean(dim=0)) / torch.where(deviation < 0.05, 1, deviation)
