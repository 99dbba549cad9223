"""Hidden tests for `broadcasting`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from antorcha.strategies import shapes, tensors

from .common import beside_an_earlier_gradient, kept

# A loop over what grows from 30 to 60 makes at least 30 operations more; another way of computing makes a few.
SMALL, LARGE = 30, 60
MORE_OPERATIONS = 15

# A count is made beside the student's code, which can reach it. So each of these checks ends with an input of this many
# rows (or columns): a loop over them, two microseconds and more a turn, does not end within the limit of CPU time.
MANY = 1_200_000

# The text allows 0.00001, and float32 rounds a little more away. With more than 25 points `torch.cdist` uses a matrix
# product, which is off by 0.001 even here, and the text allows 0.05.
NEARLY = {"atol": 2e-5}
HALF = (torch.float16, torch.bfloat16)
OF_MANY_POINTS = {"atol": 5e-2}


def operation_counts(module, name, *calls):
    """A scenario: how many tensor operations each call makes, as torch dispatches them."""

    class Counting(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            made.append(func)
            return func(*args, **(kwargs or {}))

    counts = []
    for arguments in calls:
        made = []
        with Counting():
            getattr(module, name)(*arguments)
        counts.append(len(made))
    return counts


def ramp(*sizes):
    """Numbers that differ from their neighbours in every direction, small multiples of 1/8."""
    numbers = torch.arange(float(torch.Size(sizes).numel()))
    return ((numbers * 7) % 31 / 8 - 1).reshape(sizes)


# --- broadcast_outcome ---


# Trap: the sizes compared from the left.
@pytest.mark.points(2)
def test_broadcast_outcome_is_read_from_the_right(agree):
    agree("broadcast_outcome", "b")
    agree("broadcast_outcome", "c")
    agree("broadcast_outcome", "e")


# Trap: only one of the two may be stretched, or a vector taken for a column.
@pytest.mark.points(2)
def test_broadcast_outcome_when_both_are_stretched(agree):
    agree("broadcast_outcome", "f")
    agree("broadcast_outcome", "g")
    agree("broadcast_outcome", "l")


# Trap: as many elements, or a multiple of them, taken for a fit.
def test_broadcast_outcome_of_sizes_that_do_not_fit(agree):
    agree("broadcast_outcome", "d")
    agree("broadcast_outcome", "h")
    agree("broadcast_outcome", "j")


# Trap: every tensor must have an axis.
def test_broadcast_outcome_of_a_tensor_without_axes(agree):
    agree("broadcast_outcome", "i")
    agree("broadcast_outcome", "a")


# Trap: the larger of 0 and 1 is 1.
def test_broadcast_outcome_of_no_columns(agree):
    agree("broadcast_outcome", "k")


# --- common_shape ---


# Trap: the sizes compared from the left.
@pytest.mark.points(2)
def test_common_shape_compares_from_the_right(agree):
    agree("common_shape", (3, 4), (4,))
    agree("common_shape", (5, 2), (5,))
    agree("common_shape", (4, 3, 2), (4, 3))


# Trap: the axes that only one of them has are lost, or only the first may have more.
def test_common_shape_of_unequal_lengths(agree):
    agree("common_shape", (2,), (4, 3, 2))
    agree("common_shape", (), (2, 3))
    agree("common_shape", (7, 1), ())
    agree("common_shape", (), ())


# Trap: only one of the two may be stretched.
def test_common_shape_when_both_are_stretched(agree):
    agree("common_shape", (3, 1), (1, 4))
    agree("common_shape", (5, 1), (5,))
    agree("common_shape", (4, 1, 2), (3, 1))


# Trap: as many elements, or a multiple of them, taken for a fit; an exception in place of None.
@pytest.mark.points(3)
def test_common_shape_of_sizes_that_do_not_fit(agree):
    agree("common_shape", (2, 3), (3, 2))
    agree("common_shape", (6,), (3,))
    agree("common_shape", (2, 2, 3), (4, 3))
    agree("common_shape", (2, 2, 3), (2, 1))


# Trap: the larger of 0 and 1 is 1, and the larger of 0 and 2 fits.
def test_common_shape_with_a_size_of_0(agree):
    agree("common_shape", (3, 1), (3, 0))
    agree("common_shape", (0,), (1,))
    agree("common_shape", (0, 2), ())
    agree("common_shape", (2, 0), (0,))
    agree("common_shape", (0,), (2,))


# Trap: a rule that holds for the shapes that one has thought of.
@pytest.mark.points(2)
def test_common_shape_of_any_shapes(agree):
    agree.forall("common_shape", shapes(max_side=3), shapes(max_side=3), examples=80)


# --- rescale_batch ---

DIVISORS = [1.0, 2.0, -0.5, 4.0, -8.0]


# Trap: weights or divisors that run down the rows; with as many rows as columns nothing is raised.
@pytest.mark.points(2)
def test_rescale_batch_of_a_square_batch(agree):
    agree("rescale_batch", ramp(3, 3), torch.tensor([[1.0, -2.0, 0.5]]), torch.tensor([4.0, 2.0, -1.0]))


# Trap: a matrix product, `squeeze`, or the first row only.
@pytest.mark.points(2)
def test_rescale_batch_of_any_size(agree):
    weights = tensors(shape=(1, ("f", 1, 5)))
    divisors = tensors(shape=(("f", 1, 5),), elements=DIVISORS)
    agree.forall("rescale_batch", tensors(shape=("n", ("f", 1, 5))), weights, divisors)


# Trap: the batch of the caller multiplied in place, which whole numbers refuse to be divided in; `//`.
def test_rescale_batch_of_whole_numbers(agree):
    batch = torch.tensor([[7, -2, 9], [4, 5, 6]])
    agree("rescale_batch", batch, torch.tensor([[3, 1, -1]]), torch.tensor([2, 4, 5]))
    ones = torch.ones(1, 2), torch.ones(2)
    agree.scenario(kept, "rescale_batch", (torch.ones(2, 2), *ones), (torch.zeros(2, 2), *ones))


# Trap: float32 forced; a result that has lost its gradient; the gradient that an argument came with cleared.
@pytest.mark.points(2)
def test_rescale_batch_keeps_float64_and_gradients(agree):
    for half in HALF:  # powers of 2: no order of the two steps rounds
        batch = torch.tensor([[1.5, -2.0], [3.0, 0.25]], dtype=half)
        agree("rescale_batch", batch, torch.tensor([[2.0, 0.5]], dtype=half), torch.tensor([4.0, -2.0], dtype=half))
    of_the_batch = ramp(2, 3).double().requires_grad_()
    weights = torch.tensor([[0.5, 3.0, -2.0]], dtype=torch.float64, requires_grad=True)
    divisors = torch.tensor([2.0, -4.0, 3.0], dtype=torch.float64, requires_grad=True)
    agree("rescale_batch", of_the_batch, weights, divisors)
    agree.scenario(beside_an_earlier_gradient, "rescale_batch", of_the_batch, weights, divisors)


# Trap: one operation for each row, or for each column.
@pytest.mark.points(3)
def test_rescale_batch_without_a_loop(agree):
    def batch_of(size):
        return ramp(size, size), ramp(1, size), torch.full((size,), 2.0)

    agree("rescale_batch", *batch_of(LARGE))
    small, large = agree.evidence(operation_counts, "rescale_batch", batch_of(SMALL), batch_of(LARGE))
    agree.that(
        large - small < MORE_OPERATIONS,
        "The number of tensor operations grows with the sizes. Use operations on whole tensors, without a loop.",
    )
    agree("rescale_batch", ramp(MANY, 1), torch.tensor([[2.0]]), torch.tensor([4.0]))
    agree("rescale_batch", ramp(1, MANY), ramp(1, MANY), torch.full((MANY,), 2.0))


# --- adjust_blocks ---


# Trap: the background taken for one of each block's own, or added.
def test_adjust_blocks_background_of_square_blocks(agree):
    agree("adjust_blocks", ramp(3, 3, 3), ramp(3, 3) * 2, torch.ones(3), torch.zeros(3))


# Trap: the scale of a row meets the columns, or the blocks, when their number happens to be the same.
@pytest.mark.points(2)
def test_adjust_blocks_row_scale_of_square_blocks(agree):
    agree("adjust_blocks", ramp(3, 3, 3), torch.zeros(3, 3), torch.tensor([2.0, -1.0, 0.5]), torch.zeros(3))


# Trap: the shift of a column meets the rows.
def test_adjust_blocks_column_bias_of_square_blocks(agree):
    agree("adjust_blocks", ramp(3, 3, 3), torch.zeros(3, 3), torch.ones(3), torch.tensor([2.0, -1.0, 0.5]))
    others = torch.zeros(2, 2), torch.ones(2), torch.zeros(2)
    agree.scenario(kept, "adjust_blocks", (ramp(1, 2, 2), *others), (ramp(1, 2, 2) + 3, *others))


# Trap: the three steps in another order; `squeeze` where a size is 1; no blocks.
@pytest.mark.points(2)
def test_adjust_blocks_of_any_size(agree):
    r, c = ("r", 1, 4), ("c", 1, 4)
    inputs = tensors(shape=((0, 4), r, c)), tensors(shape=(r, c)), tensors(shape=(r,)), tensors(shape=(c,))
    agree.forall("adjust_blocks", *inputs)


# Trap: float32 forced; a result that has lost its gradient; the gradient that an argument came with cleared.
@pytest.mark.points(2)
def test_adjust_blocks_keeps_float64_and_gradients(agree):
    for half in HALF:
        numbers = [[[2.0, -1.0], [0.5, 4.0]]], [[1.0, 0.0], [0.5, 2.0]], [2.0, -0.5], [0.5, 1.0]
        agree("adjust_blocks", *(torch.tensor(n, dtype=half) for n in numbers))
    inputs = [(ramp(*sizes).double() / 3).requires_grad_() for sizes in [(2, 3, 2), (3, 2), (3,), (2,)]]
    agree("adjust_blocks", *inputs)
    agree.scenario(beside_an_earlier_gradient, "adjust_blocks", *inputs)


# Trap: one operation for each block, row or column.
@pytest.mark.points(3)
def test_adjust_blocks_without_a_loop(agree):
    def blocks_of(size):
        return ramp(size, size, size), ramp(size, size), ramp(size), ramp(size) + 1

    agree("adjust_blocks", *blocks_of(SMALL))
    small, large = agree.evidence(operation_counts, "adjust_blocks", blocks_of(SMALL), blocks_of(LARGE))
    agree.that(
        large - small < MORE_OPERATIONS,
        "The number of tensor operations grows with the sizes. Use operations on whole tensors, without a loop.",
    )
    one = torch.ones(1)
    agree("adjust_blocks", ramp(MANY, 1, 1), one[None] * 3, one * 2, one)
    agree("adjust_blocks", ramp(1, 1, MANY), ramp(1, MANY), one * 2, ramp(MANY))


# --- outer_sum ---


# Trap: element by element, or transposed, when both have the same length.
@pytest.mark.points(2)
def test_outer_sum_of_one_length(agree):
    agree("outer_sum", torch.tensor([1.0, 5.0, 2.0]), torch.tensor([0.5, -3.0, 10.0]))


# Trap: a product for the sum, or the axes the other way round; a length of 1 or 0.
@pytest.mark.points(2)
def test_outer_sum_of_any_lengths(agree):
    agree.forall("outer_sum", tensors(shape=("n",)), tensors(shape=("m",)))


# Trap: a dtype chosen once and for all.
def test_outer_sum_dtypes(agree):
    whole = torch.tensor([4, -2])
    agree("outer_sum", whole, torch.tensor([7, 1, 16_777_217]))
    agree("outer_sum", whole, torch.tensor([0.5, 1.5, 2.5]))
    agree("outer_sum", torch.tensor([0.25, -1.5, 2.5]), whole)
    agree("outer_sum", torch.tensor([0.1], dtype=torch.float64), torch.tensor([0.2, 0.3], dtype=torch.float64))
    agree.scenario(kept, "outer_sum", (torch.ones(2), torch.ones(2)), (torch.zeros(2), torch.ones(2)))


# Trap: lists or NumPy on the way lose the gradient; the gradient that an argument came with cleared.
def test_outer_sum_gradients(agree):
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    agree("outer_sum", a, torch.tensor([3.0, 4.0, 5.0], requires_grad=True))
    agree.scenario(beside_an_earlier_gradient, "outer_sum", a, torch.tensor([2.0, 0.5]))


# Trap: one operation for each element. It is what the exercise is about: half of its points.
@pytest.mark.points(8)
def test_outer_sum_without_a_loop(agree):
    def vectors_of(size):
        return ramp(size), ramp(size) * 2

    agree("outer_sum", *vectors_of(LARGE))
    small, large = agree.evidence(operation_counts, "outer_sum", vectors_of(SMALL), vectors_of(LARGE))
    agree.that(
        large - small < MORE_OPERATIONS,
        "The number of tensor operations grows with the sizes. Use operations on whole tensors, without a loop.",
    )
    agree("outer_sum", ramp(MANY), torch.tensor([0.5]))
    agree("outer_sum", torch.tensor([0.5]), ramp(MANY))


# --- pairwise_distances ---


# Trap: each point with its own partner only, or the table transposed, when there are as many of both.
@pytest.mark.points(2)
def test_pairwise_distances_of_as_many_points(agree):
    points = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    agree.using(**NEARLY)("pairwise_distances", points, torch.tensor([[3.0, 4.0], [1.0, 2.0]]))
    agree.using(**NEARLY).scenario(kept, "pairwise_distances", (points, points), (points, points + 3))


# Trap: the sum runs over the points, which fits when there are as many as coordinates.
@pytest.mark.points(2)
def test_pairwise_distances_of_any_points(agree):
    d = ("d", 1, 4)
    agree.using(**NEARLY).forall("pairwise_distances", tensors(shape=("n", d)), tensors(shape=("m", d)))


# Trap: the distance of a point to itself is not 0.
def test_pairwise_distances_of_points_to_themselves(agree):
    points = torch.tensor([[1.5, -2.0, 3.0], [0.0, 4.0, 2.5], [1.5, 4.0, 3.0]])
    agree.using(**NEARLY)("pairwise_distances", points, points)


# Trap: |a|² + |b|² - 2ab, of which nothing but rounding is left where two points lie close together, far from 0.
@pytest.mark.points(5)
def test_pairwise_distances_of_points_close_together(agree):
    points = 40 * torch.rand(6, 5, generator=torch.Generator().manual_seed(2)) - 20
    agree.using(**NEARLY)("pairwise_distances", points, points)
    agree.using(**NEARLY)("pairwise_distances", points, points + 0.01)


# Trap: float32 forced; a result that has lost its gradient; nan where points have some coordinates in common, not all;
# the gradient that the points came with cleared.
def test_pairwise_distances_keeps_float64_and_gradients(agree):
    points = torch.tensor([[1.0, 2.0], [0.5, -1.0]], dtype=torch.float64, requires_grad=True)
    others = torch.tensor([[4.0, 6.0], [2.0, 0.0], [-3.0, 1.5]], dtype=torch.float64, requires_grad=True)
    agree.using(**NEARLY)("pairwise_distances", points, others)
    points = torch.tensor([[3.0, -1.0, 0.5]], requires_grad=True)
    agree.using(**NEARLY)("pairwise_distances", points, torch.tensor([[3.0, -1.0, 2.5], [0.0, -1.0, 0.5]]))
    agree.using(**NEARLY).scenario(beside_an_earlier_gradient, "pairwise_distances", points, points + 1)


# Trap: one operation for each point, or for each pair.
@pytest.mark.points(5)
def test_pairwise_distances_without_a_loop(agree):
    def points_of(size):
        return ramp(size, 3), ramp(size, 3) + 5

    many, _ = points_of(LARGE)
    agree.using(**OF_MANY_POINTS)("pairwise_distances", many, many)
    small, large = agree.evidence(operation_counts, "pairwise_distances", points_of(SMALL), points_of(LARGE))
    agree.that(
        large - small < MORE_OPERATIONS,
        "The number of tensor operations grows with the sizes. Use operations on whole tensors, without a loop.",
    )
    agree.using(**OF_MANY_POINTS)("pairwise_distances", ramp(MANY, 1), torch.tensor([[0.5]]))
    agree.using(**OF_MANY_POINTS)("pairwise_distances", torch.tensor([[0.5]]), ramp(MANY, 1))


# --- takings_in_euros ---


# Trap: the rates of the shops meet the days of a square table, and nothing is raised.
@pytest.mark.points(2)
def test_takings_in_euros_of_as_many_shops_as_days(agree):
    takings = torch.tensor([[1.0, 7.0, 2.5], [3.0, 5.0, 0.0], [2.0, -4.0, 6.0]])
    agree("takings_in_euros", takings, torch.tensor([2.0, 0.5, 4.0]))


# Trap: the error sent away by turning or reshaping the table, which puts its numbers beside other rates.
@pytest.mark.points(2)
def test_takings_in_euros_of_any_size(agree):
    shops, days = ("shops", 2, 5), (2, 5)
    agree.forall("takings_in_euros", tensors(shape=(shops, days)), tensors(shape=(shops,)))


# Trap: an axis of size 1 squeezed out; one shop's rate taken for the rate of all.
@pytest.mark.points(2)
def test_takings_in_euros_of_one_shop_or_one_day(agree):
    agree("takings_in_euros", torch.tensor([[3.0, 0.5, 2.0]]), torch.tensor([1.5]))
    agree("takings_in_euros", torch.tensor([[3.0], [0.5], [2.0]]), torch.tensor([1.0, 2.0, 4.0]))
    agree("takings_in_euros", torch.tensor([[3.0]]), torch.tensor([0.25]))
    agree.scenario(kept, "takings_in_euros", (torch.ones(2, 2), torch.ones(2)), (ramp(2, 2), torch.ones(2)))


# Trap: euros have cents, so the numbers are rounded.
def test_takings_in_euros_rounds_nothing(agree):
    agree("takings_in_euros", torch.tensor([[0.375, 1.0, 3.0], [0.625, 5.0, 7.0]]), torch.tensor([1.0, 0.03125]))


# Trap: float32 forced; a result that has lost the gradient of the takings or of the rates; that of the takings cleared.
def test_takings_in_euros_keeps_float64_and_gradients(agree):
    for half in HALF:
        takings = torch.tensor([[1.5, 4.0, -3.0], [2.0, 0.5, 8.0]], dtype=half)
        agree("takings_in_euros", takings, torch.tensor([2.0, 0.25], dtype=half))
    takings = torch.tensor([[1.0, 4.0, 0.1], [2.0, 0.0, 3.0]], dtype=torch.float64, requires_grad=True)
    agree("takings_in_euros", takings, torch.tensor([0.3, 2.0], dtype=torch.float64, requires_grad=True))
    agree.scenario(beside_an_earlier_gradient, "takings_in_euros", takings, torch.tensor([0.5, 3.0]).double())


# --- mean_squared_loss ---
# Each check has a column and a vector in it: with two of one shape the code of the stub is right.


# Trap: a column minus a vector is a square of all pairs, and the mean hides it.
@pytest.mark.points(2)
def test_mean_squared_loss_of_a_column_and_a_vector(agree):
    agree("mean_squared_loss", torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([1.5, 4.0, 0.0]))


# Trap: only one of the two is given another shape, and it is the other one that has to be.
@pytest.mark.points(2)
def test_mean_squared_loss_of_a_vector_and_a_column(agree):
    agree("mean_squared_loss", torch.tensor([0.0, -2.0, 5.0, 1.0]), torch.tensor([[3.0], [-2.0], [1.0], [0.5]]))


# Trap: an axis taken away, or added, that was right.
def test_mean_squared_loss_of_equal_shapes(agree):
    first, second = torch.tensor([1.0, 4.0, 9.0]), torch.tensor([2.0, 4.0, 6.5])
    agree("mean_squared_loss", first, second)
    agree("mean_squared_loss", first[:, None], second[:, None])
    agree("mean_squared_loss", first[:, None], second)
    agree.scenario(kept, "mean_squared_loss", (first, second), (first, second[:, None] + 4))


# Trap: `squeeze` takes more axes away than one when there is a single number.
def test_mean_squared_loss_of_one_number(agree):
    agree("mean_squared_loss", torch.tensor([[2.5]]), torch.tensor([1.0]))
    agree("mean_squared_loss", torch.tensor([2.5]), torch.tensor([[1.0]]))
    agree("mean_squared_loss", torch.tensor([2.5, 3.0]), torch.tensor([[1.0], [0.0]]))


# Trap: a Python number, or a tensor that has lost its gradient; float32 forced; the prediction's own gradient cleared.
def test_mean_squared_loss_keeps_float64_and_gradients(agree):
    for half in HALF:
        prediction = torch.tensor([[1.0], [4.0], [-2.0], [0.5]], dtype=half)
        agree("mean_squared_loss", prediction, torch.tensor([3.0, 4.0, 2.0, 0.5], dtype=half))
    prediction = torch.tensor([[0.5], [2.0], [-1.0]], dtype=torch.float64, requires_grad=True)
    target = torch.tensor([1.0, 4.0, 0.1], dtype=torch.float64, requires_grad=True)
    agree("mean_squared_loss", prediction, target)
    agree.scenario(beside_an_earlier_gradient, "mean_squared_loss", prediction, target)
