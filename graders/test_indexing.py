"""Hidden tests for `indexing`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return.
"""

import pytest
import torch

from antorcha.strategies import tensors

from .common import beside_an_earlier_gradient, kept

NAN, INFINITY = float("nan"), float("inf")

# --- read_block ---


def one_piece(module, place, x):
    """A scenario: the piece at `place`; `None` is handed on, so that it is told as a `return` that is missing."""
    answer = module.read_block(x)
    return None if answer is None else answer[place]


def blocks(device):
    """Two tensors: axes of three sizes show which one was read, and axes of one size hide it from the shape."""
    return torch.arange(24, device=device).reshape(2, 3, 4), torch.arange(27.0, device=device).reshape(3, 3, 3)


# Trap: counts positions from 1; takes the first row of each block for the first block.
@pytest.mark.exercise("read_block")
def test_read_block_first_block(agree, device):
    for x in blocks(device):
        agree.scenario(one_piece, 0, x)


# Trap: the axis is kept by a slice, or the first column is read.
@pytest.mark.exercise("read_block")
def test_read_block_first_row_of_the_first_block(agree, device):
    for x in blocks(device):
        agree.scenario(one_piece, 1, x)


# Trap: `x[:][0]`, which is `x[0]`; the first column of every block.
@pytest.mark.exercise("read_block")
def test_read_block_first_row_of_every_block(agree, device):
    for x in blocks(device):
        agree.scenario(one_piece, 2, x)


# Trap: the second row for the second column: the axis is off by one.
@pytest.mark.exercise("read_block")
def test_read_block_second_column_of_every_block(agree, device):
    for x in blocks(device):
        agree.scenario(one_piece, 3, x)


# Trap: of one block only, or a row of the second block.
@pytest.mark.exercise("read_block")
def test_read_block_middle_of_every_block(agree, device):
    for x in blocks(device):
        agree.scenario(one_piece, 4, x)


# Trap: through lists or NumPy, which loses the dtype, the gradient or both; the gradient that `x` came with cleared.
def test_read_block_keeps_dtype_and_gradient(agree, device):
    agree("read_block", torch.arange(8, dtype=torch.int16, device=device).reshape(2, 2, 2))
    agree("read_block", torch.arange(6.0, device=device).reshape(1, 3, 2).requires_grad_())
    agree("read_block", torch.arange(16.0, dtype=torch.float64, device=device).reshape(2, 2, 4) / 3)
    agree("read_block", 2**53 + torch.arange(8, device=device).reshape(2, 2, 2))
    agree("read_block", torch.tensor([[[True, False], [False, True]]], device=device))  # `+ 0` makes int64 of it
    agree("read_block", torch.tensor([[[1j, 2.0], [3.0, 4 - 1j]]], device=device))
    agree.scenario(kept, "read_block", (torch.ones(1, 2, 2),), (torch.arange(4.0).reshape(1, 2, 2),))
    agree.scenario(beside_an_earlier_gradient, "read_block", torch.ones(1, 2, 2, device=device))


# --- indexed_shape ---


# Trap: an index that keeps its axis, a slice that loses it. All else rests on that: half of the points.
@pytest.mark.points(8)
def test_indexed_shape_index_and_slice(agree):
    agree("indexed_shape", "b")
    agree("indexed_shape", "c")
    agree("indexed_shape", "d")
    agree("indexed_shape", "a")


# Trap: "..." taken for one axis or for none; a single element taken for a vector.
def test_indexed_shape_dots_and_one_element(agree):
    agree("indexed_shape", "e")
    agree("indexed_shape", "f")


# Trap: `None` taken for an index, or put in front whatever its place.
def test_indexed_shape_new_axis(agree):
    agree("indexed_shape", "g")


# Trap: two lists taken for a grid; one list taken for an index.
def test_indexed_shape_lists(agree):
    agree("indexed_shape", "h")
    agree("indexed_shape", "i")


# Trap: a mask that keeps the shape.
def test_indexed_shape_mask(agree):
    agree("indexed_shape", "j")


# Trap: a slice beyond the end raises, or fills up.
def test_indexed_shape_slice_beyond_the_end(agree):
    agree("indexed_shape", "k")
    agree("indexed_shape", "l")


# Trap: an index beyond the end gives nothing; a negative step works as in a list.
def test_indexed_shape_errors(agree):
    agree("indexed_shape", "m")
    agree("indexed_shape", "n")


# --- matrix_edges ---


def one_edge(module, place, x):
    """A scenario: the piece at `place`; `None` is handed on, so that it is told as a `return` that is missing."""
    answer = module.matrix_edges(x)
    return None if answer is None else answer[place]


def matrices(device):
    """A wide, a square and a single-column matrix."""
    return [
        torch.arange(15, device=device).reshape(3, 5),
        torch.arange(16.0, device=device).reshape(4, 4),
        torch.arange(3, dtype=torch.int8, device=device).reshape(3, 1),
    ]


# Trap: `x[:, 0]` loses the axis.
@pytest.mark.exercise("matrix_edges")
def test_matrix_edges_first_column_is_a_matrix(agree, device):
    for x in matrices(device):
        agree.scenario(one_edge, 0, x)


# Trap: `x[-1:]` keeps the axis; the last column for the last row.
@pytest.mark.exercise("matrix_edges")
def test_matrix_edges_last_row_is_a_vector(agree, device):
    for x in matrices(device):
        agree.scenario(one_edge, 1, x)


# Trap: the end of a slice counted as included; rows left out for columns.
@pytest.mark.exercise("matrix_edges")
def test_matrix_edges_inside(agree, device):
    for x in matrices(device):
        agree.scenario(one_edge, 2, x)
    agree.scenario(one_edge, 2, torch.ones(2, 2, device=device))


# Trap: an index list, a mask, `clone` or `contiguous` copies; another dtype on the way, whatever comes back.
@pytest.mark.points(2)
def test_matrix_edges_are_views(agree, device):
    views = agree.using(memory="shared")
    views("matrix_edges", torch.arange(20.0, device=device).reshape(4, 5))
    views("matrix_edges", torch.arange(12.0, device=device).reshape(4, 3).t())
    views("matrix_edges", 2**53 + torch.arange(12, device=device).reshape(3, 4))
    views("matrix_edges", torch.arange(6.0, dtype=torch.float64, device=device).reshape(2, 3))


# Trap: a detached view; the gradient that `x` came with cleared.
def test_matrix_edges_keep_the_gradient(agree, device):
    agree("matrix_edges", torch.arange(6.0, device=device).reshape(2, 3).requires_grad_())
    agree.scenario(beside_an_earlier_gradient, "matrix_edges", torch.ones(2, 3, device=device))


# --- every_other_row_up ---


# Trap: starts with the first row and turns round: the same as long as the number of rows is odd.
def test_every_other_row_up_of_an_even_number(agree, device):
    agree("every_other_row_up", torch.arange(12, device=device).reshape(6, 2))
    agree("every_other_row_up", torch.arange(6.0, dtype=torch.float64, device=device).reshape(2, 3) / 7)
    agree("every_other_row_up", 2**53 + torch.arange(4, device=device).reshape(2, 2))


# Trap: starts with the last row but one: the same as long as the number of rows is even.
def test_every_other_row_up_of_an_odd_number(agree, device):
    agree("every_other_row_up", torch.arange(15, dtype=torch.int16, device=device).reshape(5, 3))
    agree("every_other_row_up", torch.ones(1, 2, device=device))
    agree("every_other_row_up", torch.tensor([[True], [False], [False]], device=device))
    agree.scenario(kept, "every_other_row_up", (torch.ones(3, 2),), (torch.arange(6.0).reshape(3, 2),))


# Trap: turns the columns round too, or instead.
def test_every_other_row_up_of_any_matrix(agree):
    agree.forall("every_other_row_up", tensors(shape=((1, 6), (1, 4)), dtype=torch.int64))


# Trap: NumPy can step backwards, but knows of no gradient; the gradient that `x` came with cleared.
def test_every_other_row_up_keeps_the_gradient(agree, device):
    agree("every_other_row_up", torch.arange(8.0, device=device).reshape(4, 2).requires_grad_())
    agree.scenario(beside_an_earlier_gradient, "every_other_row_up", torch.ones(3, 2, device=device))


# --- replace_below ---


# Trap: writes through a view of `x`.
def test_replace_below_leaves_x_alone(agree, device):
    agree("replace_below", torch.tensor([[0.5, -4.0, 2.0], [-0.25, 8.0, 1.0]], device=device), 1.0, -9.0)


# Trap: `<=` for `<`; `clamp`, which is right only when `value` is `threshold`.
def test_replace_below_is_strict(agree, device):
    agree("replace_below", torch.tensor([1.0, 2.0, 3.0, 2.0], device=device), 2.0, 7.5)
    # A threshold or a value that has been float32 is another number.
    agree("replace_below", torch.tensor([0.1, 0.05, 0.9], dtype=torch.float64, device=device), 0.1, 0.3)
    agree.scenario(kept, "replace_below", (torch.ones(2), 0.0, 5.0), (torch.zeros(2), -1.0, 5.0))


# Trap: keeps what is at least `threshold` and so replaces nan; gives back float32.
def test_replace_below_keeps_nan(agree, device):
    x = torch.tensor([[NAN, -1.0], [INFINITY, -INFINITY]], dtype=torch.float64, device=device)
    agree("replace_below", x, 0, 0.5)


# Trap: integers become floats, or half precision float32; the threshold cut to a whole number.
def test_replace_below_of_integers(agree, device):
    agree("replace_below", torch.tensor([0.5, -2.0, 3.0], dtype=torch.float16, device=device), 1.0, 0.25)
    agree("replace_below", torch.tensor(-1.5, dtype=torch.bfloat16, device=device), 1.0, 0.25)
    agree("replace_below", torch.tensor([-3, 0, 3, 2], dtype=torch.int8, device=device), 2.5, 100)
    agree("replace_below", torch.tensor([[9_007_199_254_740_993, 5]], device=device), 6, -1)


# Trap: gives `x` itself back when there is nothing to replace.
def test_replace_below_has_memory_of_its_own(agree, device):
    own = agree.using(memory="own")
    own("replace_below", torch.tensor([5.0, 6.0], device=device), 1.0, 0.0)
    own("replace_below", torch.tensor([5.0, 0.0], device=device), 1.0, 0.0)


# Trap: counts on two axes, or on at least one.
def test_replace_below_of_any_shape(agree):
    agree.forall("replace_below", tensors(dtype=(torch.float32, torch.int64)), 1, 3)


# Trap: detached from `x`; an in-place write to a tensor that needs a gradient; the gradient that `x` came with cleared.
def test_replace_below_keeps_the_gradient(agree, device):
    agree("replace_below", torch.tensor([[1.0, -1.0], [-2.0, 4.0]], device=device, requires_grad=True), 0.0, 3.0)
    agree.scenario(beside_an_earlier_gradient, "replace_below", torch.tensor([1.0, -1.0], device=device), 0.0, 3.0)


# --- row_means_between ---


# Trap: `x[mask]` is one vector, so its mean is one number; the mean of each column.
def test_row_means_between_one_for_each_row(agree, device):
    x = torch.tensor([[1.0, 5.0, 50.0], [2.0, -7.0, 4.0]], device=device)
    agree("row_means_between", x, 0.0, 10.0)
    agree.scenario(kept, "row_means_between", (torch.ones(2, 2), 0.0, 5.0), (torch.full((2, 2), 3.0), 0.0, 5.0))


# Trap: divides by all columns, counted or not.
def test_row_means_between_divides_by_what_counts(agree, device):
    x = torch.tensor([[4.0, 99.0, 99.0, 99.0], [1.0, 2.0, 6.0, -99.0]], dtype=torch.float64, device=device)
    agree("row_means_between", x, 0, 10)


# Trap: `<` for `<=` at one of the ends.
def test_row_means_between_includes_both_ends(agree, device):
    agree("row_means_between", torch.tensor([[1.0, 2.0, 4.0, 5.0]], device=device), 2.0, 9.0)
    agree("row_means_between", torch.tensor([[1.0, 2.0, 4.0, 5.0]], device=device), 0.0, 4.0)
    agree("row_means_between", torch.tensor([[3.0, 1.0, 8.0]], device=device), 3, 3)
    # As float32 neither end would be in.
    agree("row_means_between", torch.tensor([[0.1, 0.4, 0.7]], dtype=torch.float64, device=device), 0.1, 0.7)


# Trap: a row without elements divides 0 by 0, in half precision also where 1e-8 is added, which is 0 there.
def test_row_means_between_empty_row(agree, device):
    x = torch.tensor([[7.0, 8.0], [-1.0, -3.0], [-2.0, 20.0]], device=device)
    agree("row_means_between", x, -4.0, -0.5)
    agree("row_means_between", torch.tensor([[9.0, 8.0], [1.5, 2.0]], dtype=torch.float16, device=device), 0.0, 3.0)


# Trap: multiplies by the mask: infinity or nan times 0 is nan.
def test_row_means_between_infinities_and_nan(agree, device):
    x = torch.tensor([[INFINITY, 1.0, 3.0], [-INFINITY, NAN, 2.0], [NAN, NAN, NAN]], device=device)
    agree("row_means_between", x, -100.0, 100.0)


# Trap: `low <= x <= high` and `and` work for one element and for no more.
def test_row_means_between_of_any_matrix(agree):
    agree.forall("row_means_between", tensors(shape=((1, 5), (1, 5)), elements=(-4, 4)), -2.0, 1.5)


# Trap: an element that counts taken for one that does not because it is 0.
def test_row_means_between_counts_zeros(agree, device):
    agree("row_means_between", torch.tensor([[0.0, 0.0, 6.0], [-1.0, 0.0, 1.0]], device=device), 0.0, 8.0)


# Trap: numbers out with `item()` and into a new tensor: the gradient is lost. Means taken in float32, or given so. The
# gradient that `x` came with cleared.
def test_row_means_between_keep_the_gradient(agree, device):
    agree("row_means_between", torch.tensor([[1.0, 2.5, 7.0]], dtype=torch.float16, device=device), 0.0, 4.0)
    agree("row_means_between", torch.tensor([[0.1, 0.7, 9.0]], dtype=torch.float64, device=device), 0.0, 4.0)
    x = torch.tensor([[1.0, 2.0, 7.0], [5.0, 3.0, -1.0]], device=device, requires_grad=True)
    agree("row_means_between", x, 0.0, 4.0)
    agree.scenario(beside_an_earlier_gradient, "row_means_between", x, 0.0, 4.0)


# Trap: a single column handed out as it is.
def test_row_means_between_has_memory_of_its_own(agree, device):
    agree.using(memory="own")("row_means_between", torch.tensor([[1.5], [0.0], [2.5]], device=device), -1.0, 3.0)


# --- left_over ---


# Trap: `1 - mask` of a bool mask is refused; what is marked returned in place of what is not.
@pytest.mark.points(2)
def test_left_over_of_a_bool_mask(agree, device):
    x = torch.tensor([[5, -2, 8], [0, 3, -7]], device=device)
    agree("left_over", x, torch.tensor([[True, True, False], [False, True, False]], device=device))


# Trap: `~` of whole numbers gives -1 and -2, which are positions; so are 0 and 1.
@pytest.mark.points(3)
@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8])
def test_left_over_of_ones_and_zeros(agree, device, dtype):
    x = torch.tensor([4, 7, 1, 9, 2], device=device)
    agree("left_over", x, torch.tensor([1, 0, 1, 1, 0], dtype=dtype, device=device))
    matrix = torch.tensor([[5, -2, 8], [0, 3, -7], [6, 1, 4]], device=device)
    agree("left_over", matrix, torch.tensor([[1, 1, 0], [0, 1, 0], [1, 0, 0]], dtype=dtype, device=device))


# Trap: zeros where something was taken, or the shape of `x`.
def test_left_over_is_a_vector(agree, device):
    agree(
        "left_over",
        torch.tensor([[[0.5, 0.0]], [[2.5, -1.0]]], device=device),
        torch.tensor([[[False, False]], [[True, False]]], device=device),
    )


# Trap: everything marked; nothing marked, where the answer is `x` itself; all but one marked, which leaves a vector of
# one number.
def test_left_over_all_and_nothing(agree, device):
    own = agree.using(memory="own")
    own("left_over", torch.tensor([1, 2, 3], device=device), torch.ones(3, dtype=torch.bool, device=device))
    own("left_over", torch.tensor([1, 2, 3], device=device), torch.tensor([0, 0, 0], device=device))
    own("left_over", torch.tensor([1.0, 2.0], device=device), torch.tensor([False, False], device=device))
    own("left_over", torch.tensor([[1, 2, 3]], device=device), torch.tensor([[1, 0, 1]], device=device))


# Trap: elements equal to 0 taken for marked ones; the mask changed in place.
def test_left_over_keeps_zeros_and_the_mask(agree, device):
    agree("left_over", torch.tensor([0, 3, 0, 0], device=device), torch.tensor([0, 1, 0, 1], device=device))
    agree("left_over", torch.tensor([True, False, True], device=device), torch.tensor([0, 1, 0], device=device))
    agree.scenario(
        kept,
        "left_over",
        (torch.tensor([1, 2, 3]), torch.tensor([1, 0, 0])),
        (torch.tensor([4, 5, 6]), torch.tensor([0, 0, 1])),
    )


# Trap: Python lists, NumPy or `detach`: the numbers are right and no gradient arrives; float64 made float32; the
# gradient that `x` came with cleared.
def test_left_over_lets_gradients_through(agree, device):
    x = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64, device=device, requires_grad=True)
    agree("left_over", x, torch.tensor([0, 1, 0], device=device))
    agree.scenario(beside_an_earlier_gradient, "left_over", x, torch.tensor([True, False, False], device=device))


# --- label_scores ---


# Trap: `scores[:, labels]` is (n, n); `scores[labels]` reads rows.
def test_label_scores_one_for_each_row(agree, device):
    scores = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]], device=device)
    agree("label_scores", scores, torch.tensor([3, 0, 2], device=device))
    rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    agree.scenario(kept, "label_scores", (rows, torch.tensor([0, 1])), (rows, torch.tensor([1, 0])))


# Trap: the largest score of each row, whatever the label says.
def test_label_scores_of_a_square_matrix(agree, device):
    scores = torch.tensor([[0.5, 3.0, 1.0], [2.5, 0.0, -1.0], [4.0, 5.0, 6.5]], dtype=torch.float64, device=device)
    agree("label_scores", scores, torch.tensor([0, 2, 1], device=device))


# Trap: `squeeze()` eats a batch of one; (n, 1) instead of (n,).
def test_label_scores_of_one_row(agree, device):
    agree("label_scores", torch.tensor([[0.25, 0.75]], device=device), torch.tensor([1], device=device))


# Trap: multiplies by a row of zeros and a one: infinity or nan times 0 is nan.
def test_label_scores_beside_infinities(agree, device):
    scores = torch.tensor([[-INFINITY, 0.5, INFINITY], [2.0, NAN, -INFINITY]], device=device)
    agree("label_scores", scores, torch.tensor([1, 0], device=device))
    agree("label_scores", scores, torch.tensor([0, 0], device=device))


# Trap: labels in order, or one class only.
def test_label_scores_labels_that_come_back(agree, device):
    scores = torch.arange(10.0, device=device).reshape(5, 2)
    agree("label_scores", scores, torch.tensor([1, 1, 0, 1, 0], device=device))
    agree("label_scores", scores.t(), torch.tensor([3, 0], device=device))  # `view` refuses what lies in columns


# Trap: numbers out with `item()` and into a new tensor: the gradient is lost. Scores that have been float32, or are it
# now. The gradient that the scores came with cleared.
def test_label_scores_keep_the_gradient(agree, device):
    half = torch.tensor([[1.5, 2.0], [-4.0, 0.5]], dtype=torch.float16, device=device)
    agree("label_scores", half, torch.tensor([0, 1], device=device))
    third = torch.tensor([[1.0, 2.0], [4.0, 5.0], [7.0, 8.0]], dtype=torch.float64, device=device) / 3
    agree("label_scores", third, torch.tensor([1, 0, 1], device=device))
    scores = torch.tensor([[1.0, -1.0, 0.5], [2.0, 3.0, -2.0]], device=device, requires_grad=True)
    labels = torch.tensor([2, 0], device=device)
    agree("label_scores", scores, labels)
    agree.scenario(beside_an_earlier_gradient, "label_scores", scores, labels)


# --- count_labels ---


# Trap: `counts[labels] += 1` adds 1 once, however often an index occurs.
def test_count_labels_that_come_back(agree, device):
    agree("count_labels", torch.tensor([3, 1, 3, 3, 0, 1], device=device), 4)
    agree.scenario(kept, "count_labels", (torch.tensor([1, 1, 0]), 2), (torch.tensor([0, 0, 0, 1]), 2))


# Trap: as many counts as the largest label asks for; only the classes that occur.
def test_count_labels_classes_that_do_not_occur(agree, device):
    agree("count_labels", torch.tensor([2, 2], device=device), 6)
    agree("count_labels", torch.tensor([1, 4, 4, 1, 4], device=device), 6)


# Trap: the order in which the classes occur; counts as floats. On the CPU only: who forgets the device keeps this.
def test_count_labels_in_any_order(agree):
    agree("count_labels", torch.tensor([2, 0, 2, 1, 0, 2, 2]), classes=3)
    agree("count_labels", torch.tensor([0, 0]), classes=1)


# Trap: nothing to count, nothing to return. The labels that come back keep the bug from passing.
def test_count_labels_of_nothing(agree, device):
    agree("count_labels", torch.tensor([1, 1], device=device), 2)
    agree("count_labels", torch.zeros(0, dtype=torch.int64, device=device), 3)
