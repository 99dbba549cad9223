"""Hidden tests for `matmul`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return, and the gradients for each argument that needs one.
"""

import pytest
import torch

from .common import beside_an_earlier_gradient, kept

HALF = (torch.float16, torch.bfloat16)


def wave(
    *shape: int, start: int = 1, dtype: torch.dtype = torch.float32, device: str = "cpu", grad: bool = False
) -> torch.Tensor:
    """Numbers of this shape that no exchange of axes, rows or items leaves as they are; multiples of 1/4."""
    count = int(torch.tensor(shape).prod())
    numbers = (7 * torch.arange(count) + 4 * start) % 23 - 9
    return (numbers.to(dtype) / 4).reshape(shape).to(device).requires_grad_(grad)


def operations(module, pairs):
    """A scenario: how many tensor operations `dot_table` takes for each pair of matrices."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counting(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            self.count += 1
            return func(*args, **(kwargs or {}))

    counts = []
    for a, b in pairs:
        with Counting() as counting:
            module.dot_table(a, b)
        counts.append(counting.count)
    return counts


# The count of operations is made beside the student's code, which can reach it. So each of these checks ends with an
# input of this many rows: a loop over them, two microseconds and more a turn, breaks the limit of CPU time.
MANY = 1_200_000


def grow(counts: object) -> bool:
    """True if the second count is larger by as much as a loop makes it; how a product is spelled makes no difference.

    The larger input has 24 rows, or numbers in a row, more than the small one.
    """
    small, large = counts
    return large >= small + 12


# --- two_products ---


# Trap: `*` for `@`, the two in the other order, or an outer product.
def test_two_products_of_integers(agree):
    agree("two_products", torch.tensor([2, -3, 5, 4]), torch.tensor([7, 1, -2, 0]))
    agree("two_products", torch.tensor([2**24 + 1, 2]), torch.tensor([1, 2**25 + 1]))
    agree.scenario(kept, "two_products", (wave(3), wave(3)), (wave(3, start=4), wave(3)))


# Trap: 14 in a vector of one element, `(1,)`, or as a Python number; a `squeeze` that takes the vector's axis too.
def test_two_products_of_one_element(agree):
    agree("two_products", torch.tensor([1.5]), torch.tensor([-4.0]))


# Trap: `sum` makes int64 of a small integer dtype; anything made float32 on the way.
def test_two_products_keep_the_dtype(agree):
    agree("two_products", torch.tensor([1, -2, 3], dtype=torch.int32), torch.tensor([4, 5, 6], dtype=torch.int32))
    agree("two_products", torch.tensor([1, 2, 4], dtype=torch.int16), torch.tensor([3, -1, 5], dtype=torch.int16))
    agree("two_products", torch.tensor([0.1, 0.7]).double() / 3, torch.tensor([0.3, -0.9]).double())
    for half in HALF:
        agree("two_products", torch.tensor([0.5, -2.0], dtype=half), torch.tensor([3.0, 0.25], dtype=half))


# Trap: a first element taken for granted, or a stack of nothing.
def test_two_products_of_nothing(agree):
    agree("two_products", torch.zeros(0), torch.zeros(0))


# Trap: `a *= b` changes the caller's vector; detached on the way through NumPy or Python numbers; the gradient that `a`
# came with cleared.
def test_two_products_gradients(agree, device):
    a = torch.tensor([1.5, -2.0, 0.5], device=device, requires_grad=True)
    b = torch.tensor([2.0, 4.0, -1.0], device=device, requires_grad=True)
    agree("two_products", a, b)
    agree.scenario(beside_an_earlier_gradient, "two_products", a, b)


# --- product_shape ---


# Trap: the inner sizes kept in place of the outer ones; a column times a row taken for one number.
def test_product_shape_keeps_the_outer_sizes(agree):
    agree("product_shape", "b")
    agree("product_shape", "a")
    agree("product_shape", "i")


# Trap: inner sizes that differ and no error expected, because all else fits or 1 would be stretched by `*`.
def test_product_shape_inner_sizes_must_be_equal(agree):
    agree("product_shape", "c")
    agree("product_shape", "j")
    agree("product_shape", "d")


# Trap: a vector kept as a column, or taken to fit on either side.
def test_product_shape_of_a_matrix_and_a_vector(agree):
    agree("product_shape", "e")
    agree("product_shape", "f")


# Trap: a dot product of shape (1,); one row times one column without axes.
def test_product_shape_of_one_number(agree):
    agree("product_shape", "g")
    agree("product_shape", "n")


# Trap: `*` taken for `@`.
def test_product_shape_element_by_element(agree):
    agree("product_shape", "h")
    agree("product_shape", "k")


# Trap: the items multiplied too, or a matrix refused beside a batch.
def test_product_shape_of_batches(agree):
    agree("product_shape", "l")
    agree("product_shape", "m")


# --- product_functions ---


# Trap: `dot` for matrices of one row and one column; `mm` or `dot` for a matrix with a vector.
def test_product_functions_of_vectors_and_matrices(agree):
    agree("product_functions", "c")
    agree("product_functions", "i")
    agree("product_functions", "a")


# Trap: `mm` for each item of a batch; `matmul` left out beside the function that fits more tightly.
def test_product_functions_of_two_batches(agree):
    agree("product_functions", "d")
    agree("product_functions", "b")


# Trap: `bmm` broadcasts as `matmul` does; `matmul` wants as many axes on both sides.
def test_product_functions_that_broadcast(agree):
    agree("product_functions", "e")
    agree("product_functions", "f")
    agree("product_functions", "j")


# Trap: `matmul` takes everything.
def test_product_functions_of_none(agree):
    agree("product_functions", "g")
    agree("product_functions", "h")


# --- bought_together ---


# Trap: orders counted in place of products, or half of the table, or another diagonal.
def test_bought_together_more_orders_than_products(agree):
    orders = [[1, 1, 0], [0, 1, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0]]
    agree("bought_together", torch.tensor(orders, dtype=torch.float32))


# Trap: with as many orders as products, only the numbers tell.
def test_bought_together_as_many_orders_as_products(agree):
    agree("bought_together", torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    agree.scenario(kept, "bought_together", (torch.ones(2, 2),), (torch.eye(2),))


# Trap: float32 written down; shares or whole numbers in place of counts in the dtype of the orders.
def test_bought_together_keeps_the_dtype(agree, device):
    orders = torch.tensor([[1, 0, 1, 1], [1, 1, 0, 1]], dtype=torch.float64, device=device)
    agree("bought_together", orders)


# Trap: without orders there is nothing to add up, and with one product a `squeeze` takes the table away.
def test_bought_together_no_orders_and_one_product(agree):
    agree("bought_together", torch.zeros(0, 3))
    agree("bought_together", torch.tensor([[1.0], [0.0], [1.0]]))
    agree("bought_together", torch.eye(2)[:1])


# --- dot_table ---

BASE = (wave(6, 5), wave(7, 5, start=3))


# Trap: rows of one tensor reshaped to columns, or the table lying on its side.
def test_dot_table_holds_every_pair(agree):
    agree("dot_table", wave(4, 3), wave(2, 3, start=2))
    agree.scenario(kept, "dot_table", (wave(2, 3), wave(2, 3)), (wave(2, 3, start=5), wave(2, 3)))


# Trap: no transpose, or the other one transposed: with square matrices every product fits.
def test_dot_table_of_square_matrices(agree):
    agree("dot_table", wave(3, 3), wave(3, 3, start=4))


# Trap: `squeeze` takes away the axis of a single row.
@pytest.mark.points(2)
def test_dot_table_of_a_single_row(agree):
    agree("dot_table", wave(1, 3), wave(2, 3, start=2))
    agree("dot_table", wave(2, 3), wave(1, 3, start=3))
    agree("dot_table", wave(1, 1), wave(1, 1, start=2))


# Trap: float32 from `torch.zeros`.
@pytest.mark.points(2)
def test_dot_table_keeps_the_dtype(agree):
    for half in HALF:
        agree("dot_table", torch.tensor([[1.0, -0.5]], dtype=half), torch.tensor([[2.0, 4.0], [0.5, 3.0]], dtype=half))
    third = torch.tensor(3.0, dtype=torch.float64)
    agree("dot_table", wave(2, 4, dtype=torch.float64) / third, wave(3, 4, start=5, dtype=torch.float64) / third)


# Trap: `tolist`, `item` and NumPy count no operations, and no gradient comes through; the one that `a` came with
# cleared.
@pytest.mark.points(3)
def test_dot_table_gradients(agree, device):
    agree("dot_table", wave(3, 2, device=device, grad=True), wave(4, 2, start=2, device=device, grad=True))
    agree("dot_table", wave(2, 3, device=device), wave(2, 3, start=6, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "dot_table", wave(2, 2, device=device), wave(2, 2, device=device))


# Trap: a loop over the rows of `a`.
def test_dot_table_no_loop_over_the_rows_of_a(agree):
    larger = (wave(30, 5), BASE[1])
    agree("dot_table", *larger)
    counts = agree.evidence(operations, [BASE, larger])
    agree.that(
        not grow(counts),
        "With more rows in `a` your code takes more tensor operations: it has a loop over them.",
    )
    agree("dot_table", wave(MANY, 1), wave(1, 1))


# Trap: a loop over the rows of `b`.
def test_dot_table_no_loop_over_the_rows_of_b(agree):
    larger = (BASE[0], wave(31, 5, start=3))
    agree("dot_table", *larger)
    counts = agree.evidence(operations, [BASE, larger])
    agree.that(
        not grow(counts),
        "With more rows in `b` your code takes more tensor operations: it has a loop over them.",
    )
    agree("dot_table", wave(1, 1), wave(MANY, 1))


# Trap: a loop over the numbers in a row, one outer product at a time.
def test_dot_table_no_loop_over_the_numbers_in_a_row(agree):
    larger = (wave(6, 29), wave(7, 29, start=3))
    agree("dot_table", *larger)
    counts = agree.evidence(operations, [BASE, larger])
    agree.that(
        not grow(counts),
        "With longer rows your code takes more tensor operations: it has a loop over the numbers in them.",
    )
    # Ones and twos: their sum is exact in float32, in whatever order it is made.
    agree("dot_table", wave(1, MANY).sign(), 1 + wave(1, MANY, start=3).gt(0).float())


# Trap: any loop, where one product does the work of all.
@pytest.mark.points(12)
def test_dot_table_is_one_product(agree):
    agree("dot_table", wave(8, 6), wave(9, 6, start=4))
    more_a, more_b, longer = (wave(33, 5), BASE[1]), (BASE[0], wave(32, 5)), (wave(6, 31), wave(7, 31, start=3))
    agree.that(
        not grow(agree.evidence(operations, [BASE, more_a])),
        "With more rows in `a` your code takes more tensor operations: it has a loop over them.",
    )
    agree.that(
        not grow(agree.evidence(operations, [BASE, more_b])),
        "With more rows in `b` your code takes more tensor operations: it has a loop over them.",
    )
    agree.that(
        not grow(agree.evidence(operations, [BASE, longer])),
        "With longer rows your code takes more tensor operations: it has a loop over the numbers in them.",
    )


# Trap: stacking no rows; a mean over no numbers.
def test_dot_table_of_nothing(agree):
    agree("dot_table", torch.zeros(0, 3), wave(2, 3))
    agree("dot_table", wave(2, 3), torch.zeros(0, 3))
    agree("dot_table", torch.zeros(3, 0), torch.zeros(2, 0))


# --- fair_time ---


def timed(module, launches, durations, repeats, queued=0.0):
    """A scenario: the answer and the number of calls, on a machine whose time passes as the test says.

    `launches[i]` is how long call i of `work` takes to return, `durations[i]` how long the machine is then busy,
    and `queued` what it was asked for before. A further call repeats the last of them.
    """
    state = {"now": 100.0, "busy": 100.0 + queued, "calls": 0}

    def work():
        call = min(state["calls"], len(durations) - 1)
        state["calls"] += 1
        state["now"] += launches[call]
        state["busy"] = max(state["now"], state["busy"]) + durations[call]

    def wait():
        state["now"] = max(state["now"], state["busy"])

    answer = module.fair_time(work, lambda: state["now"], wait, repeats)
    return {"what you returned": answer, "calls of `work`": state["calls"]}


# Trap: the clock read before `wait`, so that only the asking is measured; `wait` once, after all calls.
@pytest.mark.exercise("fair_time")
@pytest.mark.points(2)
def test_fair_time_waits_for_the_result(agree):
    agree.scenario(timed, [0.125] * 6, [0.5, 4.0, 1.0, 3.0, 7.0, 2.0], 5)
    agree.scenario(timed, [0.25] * 4, [0.5, 2.0, 5.0, 3.5], 3)


# Trap: the first call counted.
@pytest.mark.exercise("fair_time")
@pytest.mark.points(2)
def test_fair_time_leaves_the_first_call_out(agree):
    agree.scenario(timed, [32.0, 2.0], [8.0, 1.0], 1)
    agree.scenario(timed, [64.0, 1.0, 3.0], [0.0, 0.0, 0.0], 2)
    agree.scenario(timed, [0.0, 5.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], 3)


# Trap: what the first call left running, or somebody else before it, counted into the second.
@pytest.mark.exercise("fair_time")
def test_fair_time_begins_when_nothing_is_running(agree):
    agree.scenario(timed, [0.5, 0.5], [64.0, 2.0], 1)
    agree.scenario(timed, [0.5, 0.5, 0.5], [1.0, 2.0, 6.0], 2, 128.0)


# Trap: the mean, which one outlier pulls up; the smallest; the largest; the sum; the first of them.
@pytest.mark.exercise("fair_time")
@pytest.mark.points(2)
def test_fair_time_with_an_outlier(agree):
    agree.scenario(timed, [1.0, 3.0, 2.0, 512.0, 4.0, 2.5], [0.0] * 6, 5)
    agree.scenario(timed, [1.0, 6.0, 5.0, 8.0], [0.25] * 4, 3)


# Trap: one of the two in the middle; the median of times that were not sorted.
@pytest.mark.exercise("fair_time")
def test_fair_time_of_an_even_number(agree):
    agree.scenario(timed, [1.0, 8.0, 1.0, 3.0, 2.0], [0.0] * 5, 4)
    agree.scenario(timed, [1.0, 6.0, 1.0], [0.5] * 3, 2)


# Trap: one call more, or one fewer.
@pytest.mark.exercise("fair_time")
def test_fair_time_counts_its_calls(agree):
    agree.scenario(timed, [2.0], [1.0], 7)
    agree.scenario(timed, [2.0], [1.0], 1)


# --- item_scores ---


# Trap: keys not transposed, or all of their axes turned; items mixed; the table lying on its side.
def test_item_scores_of_different_sizes(agree):
    agree("item_scores", wave(3, 2, 5), wave(3, 4, 5, start=2))
    agree.scenario(kept, "item_scores", (wave(2, 2, 3), wave(2, 2, 3)), (wave(2, 2, 3, start=5), wave(2, 2, 3)))


# Trap: with all sizes equal every product fits, and only the numbers tell.
def test_item_scores_with_all_sizes_equal(agree):
    agree("item_scores", wave(3, 3, 3), wave(3, 3, 3, start=5))


# Trap: each query with the key in its own place only.
def test_item_scores_as_many_keys_as_queries(agree):
    agree("item_scores", wave(2, 3, 4), wave(2, 3, 4, start=3))


# Trap: `squeeze` takes a batch of one away, or one query, or one key.
def test_item_scores_with_sizes_of_one(agree):
    agree("item_scores", wave(1, 2, 3), wave(1, 4, 3, start=2))
    agree("item_scores", wave(2, 1, 3), wave(2, 1, 3, start=4))
    agree("item_scores", wave(1, 1, 1), wave(1, 1, 1, start=2))


# Trap: float32 from `torch.zeros`.
def test_item_scores_keep_the_dtype(agree):
    for half in HALF:
        keys = torch.tensor([[[2.0, 4.0], [0.5, 3.0]]], dtype=half)
        agree("item_scores", torch.tensor([[[1.0, -0.5]]], dtype=half), keys)
    keys = wave(2, 3, 2, start=5, dtype=torch.float64)
    agree("item_scores", wave(2, 1, 2, dtype=torch.float64) / 3, keys / 3)


# Trap: `transpose_` and the like change the keys; detached on the way; the gradient that the queries came with cleared.
def test_item_scores_gradients(agree, device):
    agree("item_scores", wave(2, 3, 2, device=device, grad=True), wave(2, 4, 2, start=2, device=device, grad=True))
    agree("item_scores", wave(2, 2, 2, device=device), wave(2, 3, 2, start=2, device=device))
    agree.scenario(
        beside_an_earlier_gradient, "item_scores", wave(1, 2, 2, device=device), wave(1, 2, 2, device=device)
    )


# --- mapped_points ---


# Trap: `matmul` in the same order; sets run together; the result turned, or reshaped to fit.
def test_mapped_points_of_different_sizes(agree):
    agree("mapped_points", wave(2, 4, 3), wave(5, 3, start=2))
    agree.scenario(kept, "mapped_points", (wave(2, 2, 3), wave(3, 3)), (wave(2, 2, 3, start=5), wave(3, 3)))


# Trap: with as many points as coordinates `matrix @ points` raises nothing, and multiplies along the points.
def test_mapped_points_as_many_points_as_coordinates(agree):
    agree("mapped_points", wave(2, 3, 3), wave(3, 3, start=2))
    agree("mapped_points", wave(4, 2, 2), wave(3, 2, start=3))


# Trap: a square matrix needs no transpose to fit.
def test_mapped_points_with_a_square_matrix(agree):
    agree("mapped_points", wave(3, 4, 2), wave(2, 2, start=3))


# Trap: `squeeze` takes away a single set, point or coordinate.
def test_mapped_points_with_sizes_of_one(agree):
    agree("mapped_points", wave(1, 2, 3), wave(2, 3, start=4))
    agree("mapped_points", wave(2, 1, 3), wave(1, 3, start=4))
    agree("mapped_points", wave(1, 1, 1), wave(1, 1, start=3))


# Trap: float32 written down on the way.
def test_mapped_points_keep_the_dtype(agree):
    for half in HALF:
        points = torch.tensor([[[2.0, 4.0], [0.5, 3.0]]], dtype=half)
        agree("mapped_points", points, torch.tensor([[1.0, -0.5]], dtype=half))
    agree("mapped_points", wave(2, 2, 3, dtype=torch.float64) / 3, wave(4, 3, start=2, dtype=torch.float64) / 7)


# Trap: `.data` and `detach` to be rid of an error; the points changed in place, or the gradient that they came with.
def test_mapped_points_gradients(agree, device):
    agree("mapped_points", wave(2, 3, 2, device=device, grad=True), wave(3, 2, start=2, device=device, grad=True))
    agree("mapped_points", wave(2, 4, 2, device=device), wave(2, 2, start=2, device=device))
    agree.scenario(beside_an_earlier_gradient, "mapped_points", wave(1, 2, 2, device=device), wave(3, 2, device=device))


# --- hand_linear ---


# Trap: the formula's order without its transpose; a bias along the rows.
def test_hand_linear_of_different_sizes(agree):
    agree("hand_linear", wave(3, 2), wave(6, 2, start=2), wave(6, start=4))
    agree.scenario(kept, "hand_linear", (wave(3, 2), wave(2, 2)), (wave(3, 2, start=5), wave(2, 2)))


# Trap: on square weights a transpose that is missing raises nothing.
@pytest.mark.points(2)
def test_hand_linear_with_square_weights(agree):
    agree("hand_linear", wave(4, 3), wave(3, 3, start=2), wave(3, start=5))
    agree("hand_linear", wave(3, 3), wave(3, 3, start=6), wave(3, start=1))


# Trap: a bias that is not there is added, or asked whether it is true.
def test_hand_linear_without_a_bias(agree):
    agree("hand_linear", wave(2, 4), wave(3, 4, start=2))
    agree("hand_linear", wave(2, 4), wave(3, 4, start=2), None)


# Trap: `if bias:` skips a bias of 0 and raises for several numbers; `mm` and `.T` want a matrix.
@pytest.mark.points(3)
def test_hand_linear_of_one_example_and_of_batches(agree):
    agree("hand_linear", wave(4), wave(3, 4, start=2), wave(3, start=4))
    agree("hand_linear", wave(2, 3, 4), wave(5, 4, start=2), wave(5, start=3))
    agree("hand_linear", wave(2, 1, 3, 2), wave(1, 2, start=2), wave(1, start=3))


# Trap: a stack of no rows.
def test_hand_linear_without_rows(agree):
    agree("hand_linear", torch.zeros(0, 3), wave(2, 3), wave(2))


# Trap: float32 written down on the way; for a bias that is not there, zeros in float32.
def test_hand_linear_keeps_the_dtype(agree):
    for half in HALF:
        x, weight = torch.tensor([[2.0, 4.0]], dtype=half), torch.tensor([[1.0, -0.5], [0.5, 3.0]], dtype=half)
        agree("hand_linear", x, weight, torch.tensor([0.25, 1.0], dtype=half))
        agree("hand_linear", x, weight)
    f64 = torch.float64
    agree("hand_linear", wave(2, 3, dtype=f64) / 3, wave(2, 3, start=2, dtype=f64) / 7, wave(2, dtype=f64) / 3)


# Trap: `.data` or `detach` on the weights, or `t_()` on them; the gradient that `x` came with cleared.
def test_hand_linear_gradients(agree, device):
    x, weight = wave(3, 2, device=device, grad=True), wave(4, 2, start=2, device=device, grad=True)
    agree("hand_linear", x, weight, wave(4, start=3, device=device, grad=True))
    agree("hand_linear", wave(3, 2, device=device), wave(2, 2, start=2, device=device), wave(2, device=device))
    agree.scenario(beside_an_earlier_gradient, "hand_linear", wave(2, 2, device=device), wave(3, 2, device=device))


# Trap: a layer of one's own with weights of its own.
@pytest.mark.exercise("hand_linear")
def test_hand_linear_is_the_layer(agree):
    def by_hand(module, x):
        torch.manual_seed(42)
        layer = torch.nn.Linear(in_features=2, out_features=6)
        return module.hand_linear(x, layer.weight, layer.bias)

    agree.scenario(by_hand, torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
