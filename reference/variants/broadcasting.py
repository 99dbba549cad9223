"""Other right answers to `broadcasting`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import functools
import math
from itertools import zip_longest

import torch
import torch.nn.functional as F

from antorcha.variants import N_, equivalent, right, wrong

# --- broadcast_outcome ---

SHAPES = {
    "a": ((2, 4), (1, 4)),
    "b": ((3, 4), (4,)),
    "c": ((3, 4), (3,)),
    "d": ((4, 3, 2), (3, 1)),
    "e": ((4, 3, 2), (4, 3)),
    "f": ((3, 1), (1, 4)),
    "g": ((5, 1), (5,)),
    "h": ((2, 3), (3, 2)),
    "i": ((), (2, 3)),
    "j": ((6,), (3,)),
    "k": ((3, 0), (3, 1)),
    "l": ((4, 1, 2), (3, 1)),
}


def _outcome(case):
    try:
        return tuple(torch.broadcast_shapes(*SHAPES[case]))
    except RuntimeError:
        return "error"


def _joined(first, second, missing=1):
    """The rule, with the missing axes on the left."""
    pairs = zip_longest(reversed(first), reversed(second), fillvalue=missing)
    sizes = [(b if a == 1 else a) if a == b or 1 in (a, b) else None for a, b in pairs]
    return None if None in sizes else tuple(reversed(sizes))


@right("broadcast_outcome")
def by_multiplying(case):
    x, y = (torch.ones(shape) for shape in SHAPES[case])
    try:
        return (x * y).shape
    except RuntimeError:
        return "error"


@right("broadcast_outcome")
def written_down(case):
    fits = {"a": [2, 4], "b": [3, 4], "d": [4, 3, 2], "f": [3, 4], "g": [5, 5], "i": [2, 3], "k": [3, 0]}
    return fits.get(case, [4, 3, 2] if case == "l" else "error")


@wrong(
    "broadcast_outcome",
    N_(
        "You compared the sizes from the left. PyTorch starts at the last axis and goes to the left: "
        "write the two shapes under each other with their right ends in line."
    ),
)
def read_from_the_left(case):
    guesses = {"b": "error", "c": (3, 4), "d": "error", "e": (4, 3, 2), "g": (5, 1), "l": "error"}
    return guesses.get(case, _outcome(case))


@wrong(
    "broadcast_outcome",
    N_(
        "You expected PyTorch to stretch only one of the two. It looks at each axis on its own: "
        "the first tensor can be stretched along one axis and the second along another."
    ),
)
def one_of_them_is_stretched(case):
    return "error" if case in "fgl" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You took the vector `(5,)` for a column. An axis that is missing is added on the left, "
        "so next to `(5, 1)` it counts as `(1, 5)`, a row."
    ),
)
def vector_is_a_column(case):
    return (5, 1) if case == "g" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You expected an error wherever one tensor has fewer axes. Missing axes are no obstacle: "
        "they count as axes of size 1 on the left."
    ),
)
def as_many_axes_wanted(case):
    return "error" if case in "bdgil" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You expected two tensors with as many elements to fit. Their number does not count: "
        "compare the sizes axis by axis, from the last to the first."
    ),
)
def as_many_elements_fit(case):
    return (2, 3) if case == "h" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_("You expected 3 elements to be used twice to make 6. PyTorch stretches only an axis of size 1."),
)
def multiples_are_repeated(case):
    return (6,) if case == "j" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You expected every tensor to need at least one axis. A tensor without axes fits any other: "
        "all of its axes are missing, and each missing axis counts as 1."
    ),
)
def an_axis_is_needed(case):
    return "error" if case == "i" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You took the larger of 0 and 1. An axis of size 1 takes on the size of the other, "
        "whatever that is: what is left when it is 0?"
    ),
)
def larger_of_0_and_1(case):
    return (3, 1) if case == "k" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You expected an error from a tensor without elements. A size of 0 follows the same rule as any other: "
        "next to a 1 it fits."
    ),
)
def nothing_cannot_be_stretched(case):
    return "error" if case == "k" else _outcome(case)


@wrong(
    "broadcast_outcome",
    N_(
        "You gave the shape of the tensor with more axes. Where it has a size of 1, "
        "the other tensor may still stretch it."
    ),
)
def shape_of_the_longer_one(case):
    return (4, 1, 2) if case == "l" else _outcome(case)


# --- common_shape ---


@right("common_shape")
def asked_pytorch(first, second):
    try:
        return torch.broadcast_shapes(first, second)
    except RuntimeError:
        return None


@right("common_shape")
def tried_it_out(first, second):
    try:
        return (torch.empty(first) + torch.empty(second)).shape
    except RuntimeError:
        return None


@right("common_shape")
def filled_up_with_ones(first, second):
    axes = max(len(first), len(second))
    a = [1] * (axes - len(first)) + list(first)
    b = [1] * (axes - len(second)) + list(second)
    common = []
    for k in range(axes):
        if a[k] == 1:
            common.append(b[k])
        elif b[k] in (1, a[k]):
            common.append(a[k])
        else:
            return None
    return tuple(common)


@wrong(
    "common_shape",
    N_(
        "You compared the sizes from the left. The comparison starts at the last axis: "
        "in which direction do you go through the two tuples?"
    ),
)
def compared_from_the_left(first, second):
    common = _joined(first[::-1], second[::-1])
    return None if common is None else common[::-1]


@wrong(
    "common_shape",
    N_(
        "You stopped where the shorter shape ends, so the other axes of the longer one are lost. "
        "Plain `zip` does that. What does a missing axis count as?"
    ),
)
def stopped_at_the_shorter(first, second):
    axes = min(len(first), len(second))
    return _joined(first[len(first) - axes :], second[len(second) - axes :])


@wrong(
    "common_shape",
    N_(
        "You expected only shapes of the same length to fit. A missing axis counts as an axis of size 1, "
        "on the left of the shorter shape."
    ),
)
def same_length_only(first, second):
    return _joined(first, second) if len(first) == len(second) else None


@wrong(
    "common_shape",
    N_(
        "You took the larger size of each pair. With 0 and 1 that goes wrong: an axis of size 1 takes on "
        "the size of the other, even if that is 0."
    ),
)
def larger_size(first, second):
    if _joined(first, second) is None:
        return None
    return tuple(max(pair) for pair in zip_longest(first[::-1], second[::-1], fillvalue=1))[::-1]


@wrong(
    "common_shape",
    N_(
        "You never look whether the sizes fit: you took the larger one of each pair. "
        "Two sizes fit if they are equal or if one of them is 1."
    ),
)
def anything_fits(first, second):
    return tuple(max(pair) for pair in zip_longest(first[::-1], second[::-1], fillvalue=1))[::-1]


@wrong(
    "common_shape",
    N_(
        "You let only one of the two be stretched to the shape of the other. Each axis stands on its own: "
        "the first may be stretched along one and the second along another."
    ),
)
def one_stretched_to_the_other(first, second):
    common = _joined(first, second)
    return common if common in (tuple(first), tuple(second)) else None


@wrong(
    "common_shape",
    N_(
        "You let a size repeat until it fills a multiple of it. PyTorch stretches only an axis of size 1; "
        "3 and 6 do not fit."
    ),
)
def multiples_fit(first, second):
    common = []
    for a, b in zip_longest(first[::-1], second[::-1], fillvalue=1):
        low, high = sorted((a, b))
        if low == 1:
            common.append(b if a == 1 else a)
        elif low == high or (low and high % low == 0):
            common.append(high)
        elif low == 0 and high == 1:
            common.append(0)
        else:
            return None
    return tuple(common[::-1])


@wrong(
    "common_shape",
    N_(
        "You asked whether both have as many elements. Their number does not count: "
        "compare the sizes axis by axis, from the last to the first."
    ),
)
def counted_elements(first, second):
    common = _joined(first, second)
    return tuple(first) if common is None and math.prod(first) == math.prod(second) else common


@wrong(
    "common_shape",
    N_("You let PyTorch's error go through. Where the shapes do not fit, catch it and return None."),
)
def error_let_through(first, second):
    return tuple(torch.broadcast_shapes(first, second))


@wrong(
    "common_shape",
    N_(
        "You go through the axes from the last to the first, as you should, "
        "but the result comes out in that order too. Turn it round at the end."
    ),
)
def result_backwards(first, second):
    common = _joined(first, second)
    return None if common is None else common[::-1]


@wrong(
    "common_shape",
    N_(
        "You filled the shorter shape up with the size 0. A missing axis counts as 1: that is the size that can be "
        "stretched."
    ),
)
def filled_up_with_zeros(first, second):
    return _joined(first, second, missing=0)


@wrong(
    "common_shape",
    N_(
        "You treat a size of 0 as one that never fits. It follows the same rule as any other size: "
        "next to a 0, a 1 or a missing axis it stays 0."
    ),
)
def zero_never_fits(first, second):
    return None if 0 in first or 0 in second else _joined(first, second)


@wrong(
    "common_shape",
    N_(
        "You took an empty shape for no shape at all, because it counts as false in Python. "
        "It is the shape of a tensor without axes, and that fits any other."
    ),
)
def empty_is_no_shape(first, second):
    return _joined(first, second) if first and second else None


@wrong(
    "common_shape",
    N_(
        "Two tensors without axes fit, and their common shape is `()`. You return None for it, as `or None` does, "
        "because an empty tuple counts as false in Python."
    ),
)
def empty_result_taken_for_none(first, second):
    return _joined(first, second) or None


# --- rescale_batch ---


@right("rescale_batch")
def factors_first(batch, weights, divisors):
    return batch * (weights / divisors)


@right("rescale_batch")
def stretched_by_hand(batch, weights, divisors):
    product = torch.mul(batch, weights.expand_as(batch))
    return torch.div(product, divisors.unsqueeze(0).repeat(len(batch), 1))


@right("rescale_batch")
def weights_as_a_vector(batch, weights, divisors):
    return torch.einsum("ij,j->ij", batch, weights[0]) / divisors


@wrong(
    "rescale_batch",
    N_(
        "You used a matrix product, which multiplies and adds up. "
        "The text asks for a product element by element: that is `*`, not `@`."
    ),
)
def matrix_product(batch, weights, divisors):
    return batch @ weights.T / divisors


@wrong(
    "rescale_batch",
    N_(
        "You made columns of the weights and the divisors, so each of them meets a row instead of a column. "
        "On a square batch nothing raises. Line the shapes up at their right ends: is there anything to turn?"
    ),
)
def turned_into_columns(batch, weights, divisors):
    return batch * weights.T / divisors[:, None]


@wrong(
    "rescale_batch",
    N_(
        "The weights are right, but each divisor meets a row: you gave `divisors` a second axis of size 1. "
        "A vector is lined up with the last axis by itself."
    ),
)
def divisors_as_a_column(batch, weights, divisors):
    return batch * weights / divisors[:, None]


@wrong(
    "rescale_batch",
    N_(
        "You wrote the product into `batch` itself: `*=`, `mul_` and `/=` change the caller's tensor. "
        "Make a new one with `*` and `/`."
    ),
)
def batch_in_place(batch, weights, divisors):
    batch *= weights
    return batch / divisors


@wrong("rescale_batch", N_("You multiplied by the divisors as well. The product is to be divided by them."))
def multiplied_twice(batch, weights, divisors):
    return batch * weights * divisors


@wrong("rescale_batch", N_("You multiplied and never divided. What becomes of `divisors`?"))
def never_divided(batch, weights, divisors):
    return batch * weights


@wrong(
    "rescale_batch",
    N_("You divided the wrong way round: the divisors belong below the line. Which stands left of `/`?"),
)
def divided_the_wrong_way_round(batch, weights, divisors):
    return divisors / (batch * weights)


@wrong(
    "rescale_batch",
    N_("You cut the quotients to whole numbers: that is what `//` does. Use `/`, also for int64."),
)
def whole_quotients(batch, weights, divisors):
    return batch * weights // divisors


@wrong(
    "rescale_batch",
    N_("You worked with the first row only. Every row of `batch` is to be rescaled; broadcasting does it for all."),
)
def first_row_only(batch, weights, divisors):
    return batch[:1] * weights / divisors


@wrong(
    "rescale_batch",
    N_(
        "You made float32 of everything. A float64 batch must give float64: "
        "`*` and `/` keep the dtype by themselves, so no conversion is needed."
    ),
)
def rescaled_in_float32(batch, weights, divisors):
    return batch.float() * weights.float() / divisors.float()


@wrong(
    "rescale_batch",
    N_(
        "The numbers are right, but the gradient is gone: `detach`, `.data`, `no_grad`, NumPy and lists lose it. "
        "Use operations on the tensors as they are."
    ),
)
def rescaled_without_gradient(batch, weights, divisors):
    return batch.detach() * weights.detach() / divisors.detach()


@wrong(
    "rescale_batch",
    N_(
        "You go through the rows in a loop. Broadcasting applies `weights` and `divisors` to all of them at once: "
        "what happens if you write the formula with the whole batch?"
    ),
)
def row_after_row(batch, weights, divisors):
    rows = [row * weights[0] / divisors for row in batch]
    return torch.stack(rows) if rows else batch * weights / divisors


# --- adjust_blocks ---


@right("adjust_blocks")
def with_unsqueeze(blocks, background, row_scale, column_bias):
    without = blocks - background.unsqueeze(0)
    return without * row_scale.unsqueeze(-1) + column_bias.unsqueeze(0).unsqueeze(0)


@right("adjust_blocks")
def with_the_last_axes_swapped(blocks, background, row_scale, column_bias):
    scaled = (blocks - background).transpose(1, 2) * row_scale
    return scaled.transpose(1, 2) + column_bias


@right("adjust_blocks")
def with_a_diagonal_matrix(blocks, background, row_scale, column_bias):
    return torch.diag(row_scale) @ (blocks - background) + column_bias.view(1, 1, -1)


@right("adjust_blocks")
def with_indices(blocks, background, row_scale, column_bias):
    return torch.einsum("kij,i->kij", blocks - background, row_scale).add(column_bias)


@wrong(
    "adjust_blocks",
    N_(
        "You multiplied by `row_scale` as it came, and a vector is lined up with the last axis: the columns. "
        "On square blocks nothing raises. Give it an axis of size 1 on the right, so that it runs along the rows."
    ),
)
def scale_meets_the_columns(blocks, background, row_scale, column_bias):
    return (blocks - background) * row_scale + column_bias


@wrong(
    "adjust_blocks",
    N_(
        "You exchanged the two vectors: the scale meets the columns and the bias the rows. "
        "Which of the two needs an axis of size 1 on its right?"
    ),
)
def vectors_exchanged(blocks, background, row_scale, column_bias):
    return (blocks - background) * row_scale + column_bias[:, None]


@wrong(
    "adjust_blocks",
    N_(
        "The scale is right, but you gave `column_bias` an axis on its right, too, so it runs along the rows. "
        "One number for each column is lined up by itself."
    ),
)
def bias_meets_the_rows(blocks, background, row_scale, column_bias):
    return (blocks - background) * row_scale[:, None] + column_bias[:, None]


@wrong(
    "adjust_blocks",
    N_(
        "You gave `row_scale` two axes on its right, so it runs along the blocks. "
        "The rows are the last axis but one: one axis of size 1 is enough."
    ),
)
def scale_meets_the_blocks(blocks, background, row_scale, column_bias):
    return (blocks - background) * row_scale[:, None, None] + column_bias


@wrong(
    "adjust_blocks",
    N_(
        "You put an axis in the middle of `background`, so block `k` loses row `k` of it. "
        "Every block loses the whole background: does its shape `(r, c)` need anything?"
    ),
)
def a_row_of_background_for_each_block(blocks, background, row_scale, column_bias):
    return (blocks - background[:, None]) * row_scale[:, None] + column_bias


@wrong(
    "adjust_blocks",
    N_("You scaled before the background was off. First comes the difference, in parentheses, then the scale."),
)
def scaled_before_the_background(blocks, background, row_scale, column_bias):
    return blocks * row_scale[:, None] - background + column_bias


@wrong(
    "adjust_blocks",
    N_("You scaled the bias, too: it was added before the multiplication. Scale first, then shift."),
)
def bias_scaled_too(blocks, background, row_scale, column_bias):
    return (blocks - background + column_bias) * row_scale[:, None]


@wrong("adjust_blocks", N_("You added the background instead of taking it off. Look at the sign."))
def background_added(blocks, background, row_scale, column_bias):
    return (blocks + background) * row_scale[:, None] + column_bias


@wrong("adjust_blocks", N_("You subtracted the bias. It is added: look at the last sign of the formula."))
def bias_subtracted(blocks, background, row_scale, column_bias):
    return (blocks - background) * row_scale[:, None] - column_bias


@wrong(
    "adjust_blocks",
    N_(
        "You worked in the caller's tensor: `-=`, `*=` and methods with `_` at the end change it. "
        "Make new tensors with `-`, `*` and `+`."
    ),
)
def blocks_in_place(blocks, background, row_scale, column_bias):
    blocks -= background
    return blocks * row_scale[:, None] + column_bias


@wrong(
    "adjust_blocks",
    N_(
        "You removed the axes of size 1 at the end, and a batch of one block is still a batch. "
        "The shape must be that of `blocks`, whatever its sizes are."
    ),
)
def ones_squeezed_out(blocks, background, row_scale, column_bias):
    return ((blocks - background) * row_scale[:, None] + column_bias).squeeze()


@wrong(
    "adjust_blocks",
    N_(
        "The numbers are right, but the gradient is gone: `detach`, `.data`, `no_grad`, NumPy and lists lose it. "
        "Use operations on the tensors as they are."
    ),
)
def adjusted_without_gradient(blocks, background, row_scale, column_bias):
    with torch.no_grad():
        return (blocks - background) * row_scale[:, None] + column_bias


@wrong(
    "adjust_blocks",
    N_(
        "You made float32 of everything. The result must have the dtype of the arguments: "
        "look for `.float()` or a tensor that you filled yourself."
    ),
)
def adjusted_in_float32(blocks, background, row_scale, column_bias):
    result = (blocks - background) * row_scale[:, None] + column_bias
    return result.float()


@wrong(
    "adjust_blocks",
    N_(
        "You go through the blocks in a loop. The formula works for all of them at once: "
        "an axis that is missing on the left is added by itself."
    ),
)
def block_after_block(blocks, background, row_scale, column_bias):
    done = [(block - background) * row_scale[:, None] + column_bias for block in blocks]
    return torch.stack(done) if done else blocks * 0 * row_scale[:, None]


@wrong(
    "adjust_blocks",
    N_(
        "You go through the rows in a loop, to give each its own scale. With an axis of size 1 "
        "on the right of `row_scale` they all get it at once."
    ),
)
def row_by_row_in_each_block(blocks, background, row_scale, column_bias):
    without = blocks - background
    return torch.stack([without[:, i] * row_scale[i] for i in range(len(row_scale))], dim=1) + column_bias


# --- outer_sum ---


@right("outer_sum")
def column_plus_row(a, b):
    return a.reshape(len(a), 1) + b.reshape(1, len(b))


@right("outer_sum")
def turned_at_the_end(a, b):
    return (b.unsqueeze(1) + a).t()


@right("outer_sum")
def on_a_grid(a, b):
    dtype = torch.promote_types(a.dtype, b.dtype)
    rows, columns = torch.meshgrid(a.to(dtype), b.to(dtype), indexing="ij")
    return rows + columns


@right("outer_sum")
def stretched_over_the_columns(a, b):
    return a.view(-1, 1).expand(-1, len(b)).add(b)


@wrong(
    "outer_sum",
    N_(
        "You added the two as they came. Vectors of one length are added element by element, "
        "and others raise an error. Which of the two must become a column?"
    ),
)
def added_as_they_came(a, b):
    return a + b


@wrong(
    "outer_sum",
    N_(
        "You made a column of `b`, so your table is transposed: the rows must belong to `a` and the columns to `b`. "
        "The shape is `(n, m)`."
    ),
)
def table_transposed(a, b):
    return a + b[:, None]


@wrong(
    "outer_sum",
    N_(
        "You let `b` alone decide the dtype. With a float32 `a` and an int64 `b` that cuts off the decimals: "
        "`+` chooses the dtype from both."
    ),
)
def dtype_of_the_second(a, b):
    return a[:, None].to(b.dtype) + b


@wrong("outer_sum", N_("You multiplied: `torch.outer` and `*` give products. The text asks for sums."))
def outer_product(a, b):
    return a[:, None] * b


@wrong(
    "outer_sum",
    N_(
        "You removed the axes of size 1. The result is a matrix of shape `(n, m)`, also when `n` or `m` is 1: "
        "leave them in."
    ),
)
def sums_squeezed(a, b):
    return (a[:, None] + b).squeeze()


@wrong(
    "outer_sum",
    N_(
        "You made columns of both, so they have the same shape or do not fit. "
        "Only `a` needs an axis on its right; `b` already lies along the last one."
    ),
)
def both_are_columns(a, b):
    return a[:, None] + b[:, None]


@wrong(
    "outer_sum",
    N_(
        "Your result is always float32. Whole numbers must give whole numbers, and float64 float64: "
        "`+` chooses the dtype by itself."
    ),
)
def sums_in_float32(a, b):
    return a.float()[:, None] + b.float()


@wrong(
    "outer_sum",
    N_(
        "You let `a` alone decide the dtype. With an int64 `a` and a float32 `b` that cuts off the decimals: "
        "`+` chooses the dtype from both."
    ),
)
def dtype_of_the_first(a, b):
    return (a[:, None] + b).to(a.dtype)


@wrong(
    "outer_sum",
    N_(
        "You wrote into a tensor of the caller: methods with `_` at the end change it, its shape included. "
        "Use `a[:, None]`, `unsqueeze` or `reshape`."
    ),
)
def column_in_place(a, b):
    return a.unsqueeze_(1) + b


@wrong(
    "outer_sum",
    N_(
        "The numbers are right, but the gradient is gone: `torch.tensor`, lists, NumPy, `detach` and `no_grad` lose "
        "it. Use operations on the tensors as they are."
    ),
)
def sums_through_lists(a, b):
    dtype = torch.promote_types(a.dtype, b.dtype)
    sums = [[x + y for y in b.tolist()] for x in a.tolist()]
    return torch.tensor(sums, dtype=dtype).reshape(len(a), len(b))


@wrong(
    "outer_sum",
    N_(
        "You go through the elements of `a` in a loop. Make a column of it, "
        "and a single `+` adds every element to every other."
    ),
)
def element_after_element(a, b):
    rows = [x + b for x in a]
    return torch.stack(rows) if rows else a[:, None] + b


@wrong(
    "outer_sum",
    N_(
        "You go through all pairs in two loops, with one operation or more for each. Make a column of `a`, "
        "and a single `+` does all of them."
    ),
)
def pair_after_pair(a, b):
    table = torch.zeros(len(a), len(b), dtype=torch.promote_types(a.dtype, b.dtype))
    for i in range(len(a)):
        for j in range(len(b)):
            table[i, j] = a[i] + b[j]
    return table


# --- pairwise_distances ---


@right("pairwise_distances")
def by_cdist(points, others):
    return torch.cdist(points, others)


@right("pairwise_distances")
def squares_sum_and_root(points, others):
    differences = points[:, None, :] - others
    return (differences**2).sum(dim=2).sqrt()


@right("pairwise_distances")
def by_pairs_of_pytorch(points, others):
    return F.pairwise_distance(points[:, None, :], others[None, :, :])


@wrong(
    "pairwise_distances",
    N_(
        "You calculated |a|² + |b|² - 2ab. Where two points lie close together that is a small difference of large "
        "numbers, of which nothing but rounding is left. Subtract the coordinates first."
    ),
)
def through_scalar_products(points, others):
    squares = (points**2).sum(1)[:, None] + (others**2).sum(1) - 2 * points @ others.T
    return squares.clamp(min=0).sqrt()


@right("pairwise_distances")
def coordinate_by_coordinate(points, others):
    squares = 0
    for k in range(points.shape[1]):
        squares = squares + (points[:, k, None] - others[:, k]) ** 2
    return squares**0.5


@wrong(
    "pairwise_distances",
    N_(
        "You compared each point with its own partner only. Every point of `points` meets every one of `others`: "
        "give `points` an axis of size 1 in the middle."
    ),
)
def own_partner_only(points, others):
    return ((points - others) ** 2).sum(-1).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "Your table is transposed: its rows belong to `others`. They must belong to `points`: "
        "in which of the two did you put the axis in the middle?"
    ),
)
def distances_transposed(points, others):
    return ((others[:, None] - points) ** 2).sum(-1).sqrt()


@wrong(
    "pairwise_distances",
    N_("You gave the squares of the distances: the square root at the end is missing."),
)
def squared_distances(points, others):
    return ((points[:, None] - others) ** 2).sum(-1)


@wrong(
    "pairwise_distances",
    N_(
        "You added up the absolute differences. That is the way along the streets of a city; "
        "the straight line needs squares and a root."
    ),
)
def along_the_streets(points, others):
    return (points[:, None] - others).abs().sum(-1)


@wrong(
    "pairwise_distances",
    N_("You took the mean of the squares, which divides by the number of coordinates. The distance takes their sum."),
)
def mean_of_the_squares(points, others):
    return ((points[:, None] - others) ** 2).mean(-1).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "You summed along one of the axes of the points. The sum runs over the coordinates, "
        "which are on the last axis of the differences: what shape do these have?"
    ),
)
def summed_over_the_points(points, others):
    return ((points[:, None] - others) ** 2).sum(1).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "You summed before you squared, so differences of opposite sign cancel each other. "
        "Square first, then add up, then take the root."
    ),
)
def summed_before_squaring(points, others):
    return ((points[:, None] - others).sum(-1) ** 2).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "You took the difference of the lengths of the two points, their distances from the origin. "
        "Take the length of their difference."
    ),
)
def difference_of_lengths(points, others):
    return (points.norm(dim=1)[:, None] - others.norm(dim=1)).abs()


@wrong(
    "pairwise_distances",
    N_(
        "You added something under the root, so that a point has a distance to itself. The text wants 0 there, "
        "and says that you need not think of the gradient."
    ),
)
def something_under_the_root(points, others):
    return (((points[:, None] - others) ** 2).sum(-1) + 1e-6).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "You made float32 of everything. The result must have the dtype of the arguments: look for `.float()` "
        "or a tensor that you filled yourself."
    ),
)
def distances_in_float32(points, others):
    return ((points[:, None] - others) ** 2).sum(-1).sqrt().float()


@wrong(
    "pairwise_distances",
    N_(
        "The numbers are right, but the gradient is gone: `detach`, `.data`, `no_grad`, NumPy and lists lose it. "
        "Use operations on the tensors as they are."
    ),
)
def distances_without_gradient(points, others):
    return torch.cdist(points.detach(), others.detach())


@wrong(
    "pairwise_distances",
    N_(
        "You removed the axes of size 1. The result is a matrix of shape `(n, m)`, also for a single point: "
        "leave them in."
    ),
)
def distances_squeezed(points, others):
    return ((points[:, None] - others) ** 2).sum(-1).sqrt().squeeze()


@wrong(
    "pairwise_distances",
    N_(
        "You go through the points in a loop. With an axis of size 1 in the middle of `points`, "
        "a single `-` gives all the differences at once, with the shape `(n, m, d)`."
    ),
)
def point_after_point(points, others):
    rows = [((point - others) ** 2).sum(1).sqrt() for point in points]
    return torch.stack(rows) if rows else points.sum(1)[:, None] + others.sum(1)


@wrong(
    "pairwise_distances",
    N_(
        "You go through all pairs in two loops, with several operations for each. With an axis of size 1 "
        "in the middle of `points`, a single `-` gives all the differences at once."
    ),
)
def distance_after_distance(points, others):
    table = torch.zeros(len(points), len(others), dtype=points.dtype)
    for i, point in enumerate(points):
        for j, other in enumerate(others):
            table[i, j] = (point - other).norm()
    return table


@wrong(
    "pairwise_distances",
    N_(
        "You took the root of |a|² + |b|² - 2ab. Rounding makes that negative where two points are almost the same, "
        "and the root is then nan. Subtract the coordinates first."
    ),
)
def root_of_scalar_products(points, others):
    return ((points**2).sum(1, keepdim=True) + (others**2).sum(1) - 2 * points @ others.T).sqrt()


@wrong(
    "pairwise_distances",
    N_(
        "You take a root for each coordinate on the way. Where two points have a coordinate in common, that root "
        "is of 0, and its gradient is nan: add up the squares of all coordinates, then take one root."
    ),
)
def root_after_root(points, others):
    differences = points[:, None] - others
    return functools.reduce(torch.hypot, differences.unbind(-1), torch.zeros_like(differences[..., 0]))


# --- takings_in_euros ---


@right("takings_in_euros")
def rates_as_a_column(takings, rates):
    return takings * rates.unsqueeze(1)


@right("takings_in_euros")
def turned_there_and_back(takings, rates):
    return (takings.T * rates).T


@right("takings_in_euros")
def by_a_diagonal_matrix(takings, rates):
    return torch.diag(rates) @ takings


@right("takings_in_euros")
def rates_written_out_for_every_day(takings, rates):
    return rates.reshape(-1, 1).expand(-1, takings.shape[1]) * takings


@right("takings_in_euros")
def shop_after_shop(takings, rates):
    return torch.stack([row * rate for row, rate in zip(takings, rates, strict=True)])


@wrong(
    "takings_in_euros",
    N_(
        "The rates still lie along the days: a vector is lined up with the last axis, and with as many shops as days "
        "nothing is raised. What shape has a column with one rate next to each row?"
    ),
)
def rates_along_the_days(takings, rates):
    return takings * rates.reshape(1, -1)


@wrong(
    "takings_in_euros",
    N_(
        "You made a column of the rates only where the sizes do not fit. With as many shops as days they fit, and are "
        "just as wrong: a rate belongs to a shop, whatever the sizes are."
    ),
)
def mended_for_other_sizes_only(takings, rates):
    if takings.shape[1] == len(rates):
        return takings * rates
    return takings * rates[:, None]


@wrong(
    "takings_in_euros",
    N_(
        "You turned the table to make the shapes fit and did not turn it back: your result has the shape "
        "`(days, shops)`."
    ),
)
def not_turned_back(takings, rates):
    return takings.T * rates


@wrong(
    "takings_in_euros",
    N_(
        "You reshaped the table to make it fit. `reshape` keeps the numbers in their order and breaks the lines "
        "elsewhere, so they meet the rates of other shops. Leave the table as it is: which of the two needs an axis?"
    ),
)
def table_reshaped(takings, rates):
    return (takings.reshape(-1, len(rates)) * rates).reshape(takings.shape)


@wrong(
    "takings_in_euros",
    N_(
        "You gave the new axis to the table, so each number meets every rate and the result has three axes. "
        "It is the rates that need one."
    ),
)
def axis_for_the_table(takings, rates):
    return takings[:, :, None] * rates


@wrong(
    "takings_in_euros",
    N_(
        "You used a matrix product, which adds up the shops: one number for each day is left. "
        "The text asks for a product element by element, with `*`."
    ),
)
def added_up_over_the_shops(takings, rates):
    return rates @ takings


@wrong(
    "takings_in_euros",
    N_("You added up the days of each shop. Every day keeps a number of its own."),
)
def totals_of_the_shops(takings, rates):
    return takings.sum(dim=1) * rates


@wrong(
    "takings_in_euros",
    N_("You used the rate of the first shop for all of them. Each shop has its own."),
)
def rate_of_the_first_shop(takings, rates):
    return takings * rates[0]


@wrong(
    "takings_in_euros",
    N_("You used the mean of the rates for all shops. Each shop has its own rate."),
)
def mean_rate(takings, rates):
    return takings * rates.mean()


@wrong(
    "takings_in_euros",
    N_("You divided by the rates. They say what one unit is worth in euros: the takings are multiplied by them."),
)
def divided_by_the_rates(takings, rates):
    return takings / rates[:, None]


@wrong(
    "takings_in_euros",
    N_("You added the rates to the takings. They are to be multiplied by them."),
)
def rates_added(takings, rates):
    return takings + rates[:, None]


@wrong(
    "takings_in_euros",
    N_("You rounded to cents. The text asks for the products as they are."),
)
def rounded_to_cents(takings, rates):
    euros = takings * rates[:, None]
    return euros + (euros.round(decimals=2) - euros).detach()


@wrong(
    "takings_in_euros",
    N_(
        "You used `squeeze()`, which takes away every axis of size 1: also that of a single shop or a single day. "
        "The result always has two axes."
    ),
)
def euros_squeezed(takings, rates):
    return (takings * rates[:, None]).squeeze()


@wrong(
    "takings_in_euros",
    N_(
        "You multiplied in the caller's table: `*=` and `mul_` change it, and a table that needs a gradient refuses "
        "it. Make a new tensor with `*`."
    ),
)
def takings_in_place(takings, rates):
    takings *= rates[:, None]
    return takings


@wrong(
    "takings_in_euros",
    N_(
        "You gave the caller's `rates` a new axis: `unsqueeze_` and `resize_` work in place. "
        "Without the `_` you get a new view, and `rates` stays as it was."
    ),
)
def rates_unsqueezed_in_place(takings, rates):
    return takings * rates.unsqueeze_(1)


@wrong(
    "takings_in_euros",
    N_(
        "You made float32 of everything. Two float64 tensors must give float64: "
        "`*` keeps the dtype by itself, so no conversion is needed."
    ),
)
def euros_in_float32(takings, rates):
    return takings.float() * rates.float()[:, None]


@wrong(
    "takings_in_euros",
    N_(
        "The numbers are right, but a gradient is gone: `detach`, `.data`, `no_grad`, `torch.tensor`, NumPy and lists "
        "lose it. Use both tensors as they are, the rates too."
    ),
)
def rates_without_gradient(takings, rates):
    return takings * rates.detach()[:, None]


# --- mean_squared_loss ---


@right("mean_squared_loss")
def shape_of_the_prediction(prediction, target):
    return (prediction - target.reshape(prediction.shape)).pow(2).mean()


@right("mean_squared_loss")
def pytorch_s_loss_of_two_columns(prediction, target):
    return F.mse_loss(prediction.reshape(-1, 1), target.reshape(-1, 1))


@right("mean_squared_loss")
def both_squeezed(prediction, target):
    return ((prediction.squeeze() - target.squeeze()) ** 2).mean()


@right("mean_squared_loss")
def sum_over_the_count(prediction, target):
    differences = target.view_as(prediction) - prediction
    return (differences * differences).sum() / len(prediction)


@wrong(
    "mean_squared_loss",
    N_(
        "A column minus a vector is still a table of shape `(n, n)`: every prediction meets every target, "
        "and the mean hides it. `mse_loss` only warns. Print `differences.shape`, and bring both to one shape first."
    ),
)
def every_pair_compared(prediction, target):
    return ((target - prediction) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You made a column of the target whatever its shape. If it is one already it gets a third axis, and "
        "with a prediction of shape `(n,)` the two still do not match. Look at the shapes of both."
    ),
)
def target_made_a_column(prediction, target):
    return ((prediction - target.unsqueeze(1)) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You took the last axis off the prediction and left the target as it was. Either of them "
        "may be a column, or both: treat them alike."
    ),
)
def prediction_flattened(prediction, target):
    return ((prediction.flatten() - target) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You flattened the target and left the prediction as it was. Either of them may be a column, "
        "or both: treat them alike."
    ),
)
def target_flattened(prediction, target):
    return ((prediction - target.flatten()) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You bring the two to one shape where the prediction is a column and the target a vector, and not where it is "
        "the other way round: a vector minus a column is a table of all pairs too."
    ),
)
def only_beside_a_vector_of_targets(prediction, target):
    if prediction.dim() > target.dim():
        target = target[:, None]
    return ((prediction - target) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You bring the two to one shape where the target is a column and the prediction a vector, and not where it is "
        "the other way round: a column minus a vector is a table of all pairs too."
    ),
)
def only_beside_a_column_of_targets(prediction, target):
    if target.dim() > prediction.dim():
        prediction = prediction[:, None]
    return ((prediction - target) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You counted on a prediction of shape `(n, 1)`. It may be `(n,)` as well, and then there is no second axis "
        "to take away."
    ),
)
def always_a_column(prediction, target):
    return ((prediction[:, 0] - target.flatten()) ** 2).mean()


@wrong("mean_squared_loss", N_("You added the squares up and did not divide by `n`. The text asks for their mean."))
def sum_of_the_squares(prediction, target):
    return ((prediction.flatten() - target.flatten()) ** 2).sum()


@wrong(
    "mean_squared_loss",
    N_(
        "You took the mean before you squared, so differences of opposite sign cancel each other. "
        "Square each difference first."
    ),
)
def mean_before_squaring(prediction, target):
    return (prediction.flatten() - target.flatten()).mean() ** 2


@wrong("mean_squared_loss", N_("You took the root at the end. The text asks for the mean of the squares itself."))
def root_at_the_end(prediction, target):
    return ((prediction.flatten() - target.flatten()) ** 2).mean().sqrt()


@wrong(
    "mean_squared_loss",
    N_("You took the absolute differences. The text asks for their squares, which weigh a large miss more."),
)
def absolute_differences(prediction, target):
    return (prediction.flatten() - target.flatten()).abs().mean()


@wrong(
    "mean_squared_loss",
    N_("You gave the squares one by one. What is missing is their mean: a single number, in a tensor without axes."),
)
def one_square_each(prediction, target):
    return (prediction.flatten() - target.flatten()) ** 2


@wrong(
    "mean_squared_loss",
    N_(
        "You returned a Python number. It has no gradient, so a model could not learn from it: "
        "leave `item()` and `float()` out."
    ),
)
def loss_as_a_number(prediction, target):
    return ((prediction.flatten() - target.flatten()) ** 2).mean().item()


@wrong(
    "mean_squared_loss",
    N_(
        "The loss is right, but the gradient is gone: `detach`, `.data`, `no_grad` and NumPy lose it. "
        "Use the tensors as they are, both of them."
    ),
)
def loss_without_gradient(prediction, target):
    return ((prediction.flatten() - target.detach().flatten()) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_(
        "You changed the shape of the caller's tensor: methods with `_` at the end, such as `squeeze_` and `resize_`, "
        "do that. `squeeze`, `flatten` and `reshape` leave it as it was."
    ),
)
def callers_tensor_squeezed(prediction, target):
    return ((prediction.detach().squeeze_() - target.squeeze_()) ** 2).mean()


@wrong(
    "mean_squared_loss",
    N_("You made float32 of everything. The loss must have the dtype of the arguments: leave `.float()` out."),
)
def loss_in_float32(prediction, target):
    return F.mse_loss(prediction.flatten().float(), target.flatten().float())


# --- mutants that nobody can tell from the solution ---

equivalent(
    "pairwise_distances",
    "view of an argument",
    "only distances that happen to be the points' own numbers could lie in their memory",
)
equivalent(
    "common_shape",
    "arguments swapped: for a, b in zip_longest(reversed(first), reversed(second), fillvalue=1): -> "
    "for a, b in zip_longest(reversed(second), reversed(first), fillvalue=1):",
    "the rule is the same for both shapes",
)
equivalent(
    "pairwise_distances",
    "operands swapped: return torch.linalg.vector_norm(points[:, None] - others, dim=2) -> "
    "return torch.linalg.vector_norm(others - points[:, None], dim=2)",
    "a difference and its negative have one length",
)
equivalent(
    "mean_squared_loss",
    "arguments swapped: return torch.nn.functional.mse_loss(prediction.flatten(), target.flatten()) -> "
    "return torch.nn.functional.mse_loss(target.flatten(), prediction.flatten())",
    "a difference and its negative have one square",
)
equivalent(
    "common_shape",
    "item dropped: elif b in (1, a): -> elif b in (a, 1):",
    "a tuple is searched for the same two sizes in either order",
)
equivalent(
    "rescale_batch",
    "view of an argument",
    "the text lets the result share memory with an argument",
)
equivalent(
    "adjust_blocks",
    "view of an argument",
    "the text lets the result share memory with an argument",
)
equivalent(
    "takings_in_euros",
    "view of an argument",
    "the text lets the result share memory with an argument",
)
equivalent(
    "rescale_batch",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "adjust_blocks",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "outer_sum",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "pairwise_distances",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "takings_in_euros",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "pairwise_distances",
    "result through float32",
    "the text takes distances that are off by 0.00001 for right, in float64 too",
)
equivalent(
    "mean_squared_loss",
    "result squeezed",
    "the loss has no axes that could be squeezed",
)
