"""Hidden tests for `operations`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return.
"""

import pytest
import torch

from antorcha.strategies import integers, tensors

from .common import beside_an_earlier_gradient, kept


def different_numbers(*shape, dtype=torch.float32, device="cpu"):
    """A tensor of numbers of both signs, in no order and no two of them equal."""
    count = torch.Size(shape).numel()
    numbers = torch.randperm(count, generator=torch.Generator().manual_seed(1)) - count // 3
    return (numbers.reshape(shape) * (0.5 if dtype.is_floating_point else 1)).to(device=device, dtype=dtype)


# --- elementwise ---


# Trap: `x @ y` adds up; the order of difference and quotient; the power of `y`.
def test_elementwise_of_two_matrices(agree, device):
    x = torch.tensor([[4.0, 0.25, 9.0], [2.0, 1.5, 0.0]], device=device)
    agree("elementwise", x, torch.tensor([[-2.0, 0.5, 3.0], [1.0, -4.0, 8.0]], device=device))


# Trap: asks the number for its shape, or for a method; makes the number a tensor of x's dtype, where 0.5 becomes 0.
@pytest.mark.points(2)
def test_elementwise_with_a_number(agree, device):
    agree("elementwise", torch.tensor([[1.0, 6.25]], device=device), 2.5)
    agree("elementwise", torch.tensor([16, 9, 5], device=device), 2)
    agree("elementwise", torch.tensor([4, 9, 25], device=device), 0.5)


# Trap: everything made float; a quotient or a root cut to whole numbers; `//`.
def test_elementwise_of_whole_numbers(agree, device):
    agree("elementwise", torch.tensor([7, 2, 16], device=device), torch.tensor([2, 3, -5], device=device))
    agree.scenario(kept, "elementwise", (torch.ones(2), 3.0), (torch.tensor([4.0, 9.0]), 2.0))


# Trap: float64 through Python numbers or float32.
def test_elementwise_in_float64(agree, device):
    x = torch.tensor([[0.1], [2.7], [3.3]], dtype=torch.float64, device=device)
    exactly = agree.using(rtol=1e-14, atol=0.0)
    exactly("elementwise", x, torch.tensor([[1.9], [0.7], [1.1]], dtype=torch.float64, device=device))
    exactly("elementwise", x, 0.3)  # `torch.tensor(0.3)` is float32


# Trap: `x += y` on the caller's tensor; a result that is `x` itself where adding 0 or multiplying by 1 changes nothing.
def test_elementwise_leaves_x_and_y_alone(agree, device):
    own = agree.using(memory="own")
    own("elementwise", torch.tensor([1.0, 1.0], device=device), torch.tensor([1.0, 1.0], device=device))
    own("elementwise", torch.tensor([0.0, 1.0, 4.0], device=device), torch.tensor([0.0, 0.0, 0.0], device=device))
    own("elementwise", torch.tensor([2, 3], device=device), 1)


# Trap: two results in one memory, changed one after the other.
@pytest.mark.exercise("elementwise")
def test_elementwise_results_are_six(agree, device):
    def places_in_memory(module, x, y):
        results = module.elementwise(x, y)
        return {"results with memory of their own": len({t.data_ptr() for t in results}), "what you returned": results}

    agree.scenario(places_in_memory, torch.tensor([1.0, 1.0], device=device), 1.0)


# Trap: no axes; no elements; inf and nan made into an error.
def test_elementwise_no_axes_no_elements_and_zero(agree, device):
    agree("elementwise", torch.tensor(2.25, device=device), torch.tensor(-3.0, device=device))
    agree("elementwise", torch.zeros(0, 2, device=device), 3.0)
    agree("elementwise", torch.tensor([-1.0, 4.0, 0.0], device=device), 0)


# Trap: `.data`, `.item()` or NumPy on the way: the numbers are right and no gradient arrives; the gradient that `x`
# came with cleared.
@pytest.mark.points(2)
def test_elementwise_lets_gradients_through(agree, device):
    x = torch.tensor([0.5, 2.0, 4.0], device=device, requires_grad=True)
    y = torch.tensor([2.0, -1.0, 0.5], device=device, requires_grad=True)
    agree("elementwise", x, y)
    agree("elementwise", x, 3)
    agree("elementwise", x.detach(), y)
    agree.scenario(beside_an_earlier_gradient, "elementwise", x, y)


# --- number_chain ---


def entries(module, names, rows, columns):
    """A scenario: some of the entries."""
    chain = module.number_chain(rows, columns)
    return {name: chain[name] for name in names}


# Trap: "ones" that are zeros, "twos" that are 1 + 2, and what is made of them.
@pytest.mark.exercise("number_chain")
@pytest.mark.parametrize("name", ["ones", "twos", "threes", "fours", "fives", "roots", "dozens"])
def test_number_chain_entry(agree, name):
    agree.scenario(entries, [name], 3, 2)


# Trap: base and exponent exchanged; counted down the columns; another shape.
@pytest.mark.exercise("number_chain")
@pytest.mark.points(2)
def test_number_chain_powers(agree):
    agree.scenario(entries, ["powers"], 4, 5)
    agree.scenario(entries, ["powers"], 3, 1)


# Trap: a fixed shape; entries left out or added.
def test_number_chain_shape(agree):
    agree("number_chain", 1, 1)
    agree("number_chain", 1, 4)
    agree("number_chain", 5, 2)


# Trap: one tensor under two names, changed in place; one number expanded to all places.
@pytest.mark.exercise("number_chain")
def test_number_chain_each_in_memory_of_its_own(agree):
    def places_in_memory(module, rows, columns):
        chain = module.number_chain(rows, columns)
        places = {t.data_ptr() for t in chain.values()}
        return {"entries with memory of their own": len(places), "what you returned": chain}

    def written_into(module, rows, columns):
        chain = module.number_chain(rows, columns)
        for number, name in enumerate(sorted(chain)):
            chain[name][0, 1] = -number
        return {"entries after writing into each": chain, "made again": module.number_chain(rows, columns)}

    agree.scenario(places_in_memory, 2, 4)
    agree.scenario(places_in_memory, 1, 1)
    agree.scenario(written_into, 2, 3)


# --- same_shape_chain ---


# Trap: the line that stops mended by slicing or reshaping, and the others left in the wrong shape.
@pytest.mark.exercise("same_shape_chain")
@pytest.mark.points(2)
@pytest.mark.parametrize("names", [("twos", "roots"), ("fours", "fives"), ("powers", "dozens")])
def test_same_shape_chain_of_a_square(agree, device, names):
    def some_of_them(module, exponents):
        chain = module.same_shape_chain(exponents)
        return {name: chain[name] for name in names}

    agree.scenario(some_of_them, torch.tensor([[5, 0], [3, 8]], device=device))


# Trap: a shape that broadcasts, so that nothing stops and the results are larger than `exponents`.
@pytest.mark.points(2)
def test_same_shape_chain_where_broadcasting_hides_it(agree, device):
    agree("same_shape_chain", torch.tensor([[2, 7, 1]], device=device))
    agree("same_shape_chain", torch.tensor([[4], [6]], device=device))


# The three checks below are made on the CPU only: who mends the shape and forgets the device keeps them.


# Trap: cut to the shape of `exponents`, which is larger than what was cut.
@pytest.mark.points(2)
def test_same_shape_chain_of_a_larger_shape(agree):
    agree("same_shape_chain", torch.tensor([[0, 1, 2, 3], [10, 9, 8, 7], [4, 4, 5, 6]]))


# Trap: another fixed shape; rows and columns exchanged.
@pytest.mark.points(2)
def test_same_shape_chain_of_5_rows_and_2_columns(agree):
    agree("same_shape_chain", torch.tensor([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]))
    agree("same_shape_chain", torch.tensor([[6]]))


# Trap: whole numbers made of `exponents`, with `ones_like`; one buffer for all calls.
def test_same_shape_chain_is_float32(agree):
    agree("same_shape_chain", torch.tensor([[3, 2, 1], [1, 0, 2]]))
    agree.scenario(kept, "same_shape_chain", (torch.tensor([[1, 2]]),), (torch.tensor([[4, 3]]),))


# --- nudge ---
# Where memory is compared the numbers are sums of halves and quarters, so that each way gives the same last digit.


# Trap: `weights = weights - ...` changes nothing for the caller; the wrong sign; the rate forgotten.
def test_nudge_changes_its_weights(agree, device):
    weights = torch.tensor([[4.0, -1.0, 0.5], [0.0, 2.5, -8.0]], device=device)
    slope = torch.tensor([[1.0, 2.0, -4.0], [6.0, 0.0, 0.5]], device=device)
    agree.using(memory="shared")("nudge", weights, slope, 0.25)


# Trap: returns nothing, or a copy.
@pytest.mark.exercise("nudge")
def test_nudge_returns_the_weights_themselves(agree, device):
    def itself(module, weights, slope):
        answer = module.nudge(weights, slope, 2)
        return {"the weights themselves are returned": answer is weights, "what you returned": answer}

    agree.scenario(itself, torch.tensor([1.0, 5.0], device=device), torch.tensor([0.5, 0.25], device=device))


# Trap: `slope *= rate` changes the caller's slope.
def test_nudge_leaves_the_slope_alone(agree, device):
    agree("nudge", torch.tensor([3.0, 2.0], device=device), torch.tensor([-8.0, 4.0], device=device), 0.5)


# Trap: `.data =` gives the tensor other memory, and whoever looks at the old one sees nothing of it; of several columns
# `reshape(-1)` is a copy.
@pytest.mark.exercise("nudge")
def test_nudge_a_column_of_a_table(agree, device):
    def column_nudged(module, table, slope):
        module.nudge(table[:, 1], slope, 0.5)
        return table

    def columns_nudged(module, table, slope):
        module.nudge(table[:, 1:], slope, 0.5)
        return table

    def seen_by_a_part(module, weights, slope):
        part = weights[1:]
        module.nudge(weights, slope, 0.5)
        return part

    table = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], device=device)
    agree.scenario(column_nudged, table, torch.tensor([2.0, -4.0], device=device))
    agree.scenario(columns_nudged, table, torch.tensor([[2.0, -4.0], [8.0, 6.0]], device=device))
    agree.scenario(seen_by_a_part, table[0], torch.tensor([2.0, 8.0, -4.0], device=device))


# Trap: `weights[:]` needs an axis; float64, changed but not returned; a rate that is negative or a whole number, or has
# been float32; half precision.
def test_nudge_no_axes_and_float64(agree, device):
    agree("nudge", torch.tensor(1.5, device=device), torch.tensor(4.0, device=device), -2)
    double = torch.tensor([1.25, 3.5], dtype=torch.float64, device=device)
    slope = torch.tensor([2.0, -0.5], dtype=torch.float64, device=device)
    agree.using(memory="shared")("nudge", double, slope, 1.5)
    agree("nudge", torch.zeros(2, 0, device=device), torch.zeros(2, 0, device=device), 1.0)
    agree("nudge", double.clone(), slope, 0.1)
    agree("nudge", double.to(torch.float16), slope.to(torch.float16), 0.25)


# --- held_afterwards ---


# Trap: `x = ...` taken for a change of the tensor.
def test_held_afterwards_reassigning(agree):
    agree("held_afterwards", "a")
    agree("held_afterwards", "h")


# Trap: `+=` and `**=` taken to make a new tensor, as they make a new number.
@pytest.mark.points(4)
def test_held_afterwards_operators_with_equals(agree):
    agree("held_afterwards", "b")
    agree("held_afterwards", "i")


# Trap: the `_` overlooked, or every method taken to change its tensor.
def test_held_afterwards_underscore(agree):
    agree("held_afterwards", "c")
    agree("held_afterwards", "d")
    agree("held_afterwards", "e")


# Trap: a slice taken for a copy, or a clone for the same memory.
def test_held_afterwards_parts_and_copies(agree):
    agree("held_afterwards", "f")
    agree("held_afterwards", "j")
    agree("held_afterwards", "g")


# Trap: functions get copies; or whatever happens to a parameter happens to the argument.
def test_held_afterwards_functions(agree):
    agree("held_afterwards", "k")
    agree("held_afterwards", "l")


# --- raise_marks ---


# Trap: `*=` of whole numbers cannot hold decimals; a clone of them cannot either; decimals cut off.
def test_raise_marks_whole_ones(agree, device):
    agree("raise_marks", torch.tensor([[3, 7], [0, 5]], device=device), 1.25)


# Trap: the caller's marks raised, also after `.float()`, which is no copy of float32; `clamp_` on them.
def test_raise_marks_leaves_its_marks_alone(agree, device):
    own = agree.using(memory="own")
    own("raise_marks", torch.tensor([2.0, 12.0, 8.5, 9.75], device=device), 1.25)
    own("raise_marks", torch.tensor([5.0, 6.0], device=device), 1.0)


# Trap: no limit; a lower one; the limit before the factor.
def test_raise_marks_has_a_limit(agree, device):
    agree("raise_marks", torch.tensor([9.0, 10.0, 9.5, 1.0], device=device), 1.1)
    agree("raise_marks", torch.tensor([12.0, 20.0, 30.0], device=device), 0.5)
    agree("raise_marks", torch.tensor([11, 18, 30], device=device), 0.5)


# Trap: float32 forced on float64.
def test_raise_marks_in_float64(agree, device):
    marks = torch.tensor([[4.1], [9.3], [7.7]], dtype=torch.float64, device=device)
    agree.using(rtol=1e-14, atol=0.0, memory="own")("raise_marks", marks, 1.1)
    agree.scenario(kept, "raise_marks", (torch.tensor([1.0, 2.0]), 1.5), (torch.tensor([4.0, 8.0]), 1.5))


# Trap: a fixed number of axes.
def test_raise_marks_no_axes_and_no_marks(agree, device):
    agree("raise_marks", torch.tensor(8.0, device=device), 1.5)
    agree("raise_marks", torch.tensor(3, device=device), 1.5)
    agree("raise_marks", torch.zeros(0, 3, device=device), 1.5)


# --- aggregates ---


# Trap: the mean of whole numbers raises, or is cut to a whole number; max and sum made float.
def test_aggregates_of_whole_numbers(agree, device):
    agree("aggregates", torch.tensor([[3, -4, 8], [1, 0, 5]], device=device))
    agree("aggregates", torch.tensor([[3, -4, 8], [1, 0, 5]], device=device), dim=1)
    agree.scenario(kept, "aggregates", (torch.tensor([[1.0, 2.0]]), 0), (torch.tensor([[5.0, 7.0]]), 0))


# Trap: the other axis, which fits as well in a square.
def test_aggregates_of_each_column_and_each_row(agree, device):
    x = torch.tensor([[0.5, 4.0, -2.0], [1.5, 3.0, 8.0], [2.5, -1.0, 6.0]], device=device)
    agree("aggregates", x, 0)
    agree("aggregates", x, dim=1)


# Trap: `keepdim` ignored or always on, which breaks the next division; it means nothing for all the elements.
def test_aggregates_keepdim(agree, device):
    x = different_numbers(3, 4, device=device)
    agree("aggregates", x, 0, True)
    agree("aggregates", x, dim=1, keepdim=True)
    agree("aggregates", x, 1, False)
    agree("aggregates", x, keepdim=True)


# Trap: two axes only; -1 not understood; `if dim` for the first axis.
def test_aggregates_of_three_axes(agree, device):
    agree.forall(
        "aggregates",
        tensors(shape=((1, 3), (1, 4), (1, 3)), device=device),
        integers(-3, 2),
        examples=20,
    )


# Trap: `x` has no axes, or one element, and the answer is `x` itself.
def test_aggregates_of_one_element(agree, device):
    own = agree.using(memory="own")
    own("aggregates", torch.tensor(-2.5, device=device))
    own("aggregates", torch.tensor([[7.0]], device=device), 1, True)
    own("aggregates", torch.tensor([4], device=device), 0)
    own("aggregates", torch.tensor([[1.5, -2.5]], device=device), 0)


# Trap: the sum of small integers runs over; the mean of float64 in float32, or that of half precision.
def test_aggregates_of_other_dtypes(agree, device):
    agree("aggregates", torch.tensor([[200, 100], [255, 7]], dtype=torch.uint8, device=device))
    agree("aggregates", torch.tensor([[200, 100], [255, 7]], dtype=torch.uint8, device=device), 0)
    agree("aggregates", torch.tensor([[5, -9, 2]], dtype=torch.int32, device=device), -1)
    agree("aggregates", torch.tensor([[1.5, 2.5], [4.0, -1.0]], dtype=torch.float16, device=device), 0)
    agree("aggregates", torch.tensor([[1.5, 2.5], [4.0, -1.0]], dtype=torch.bfloat16, device=device))
    double = torch.tensor([[0.1, 0.7], [3.3, -1.9]], dtype=torch.float64, device=device)
    agree.using(rtol=1e-13, atol=1e-15)("aggregates", double)
    agree.using(rtol=1e-13, atol=1e-15)("aggregates", double, 1)


# Trap: `.item()`, `detach` or NumPy: the numbers are right and no gradient arrives; the gradient that `x` came with
# cleared.
def test_aggregates_let_gradients_through(agree, device):
    # The sum is what the largest element is, and its gradient is another.
    x = torch.tensor([[3.0, -1.0, 0.5], [1.0, -2.5, 2.0]], device=device, requires_grad=True)
    agree("aggregates", x)
    agree("aggregates", x, 1)
    agree("aggregates", x, 0, True)
    agree.scenario(beside_an_earlier_gradient, "aggregates", x, 1)


# --- row_shares ---


# Trap: the lost axis does not fit: two rows against three columns.
def test_row_shares_of_more_columns_than_rows(agree, device):
    agree("row_shares", torch.tensor([[1.0, 2.0, 5.0, 2.0], [0.5, 0.0, 0.25, 0.25]], device=device))


# Trap: in a square the lost axis fits, along the columns: wrong numbers and no error.
def test_row_shares_of_a_square(agree, device):
    agree("row_shares", torch.tensor([[2.0, 6.0, 0.0], [1.0, 1.0, 3.0], [4.0, 4.0, 8.0]], device=device))
    agree.scenario(kept, "row_shares", (torch.tensor([[1.0, 3.0]]),), (torch.tensor([[1.0, 1.0]]),))


# Trap: one column against many rows becomes a square.
def test_row_shares_of_one_column(agree, device):
    agree("row_shares", torch.tensor([[2.0], [5.0], [8.0]], device=device))


# Trap: `/=` on whole numbers, `//`; float32 forced on float64 or half precision; the sums of small integers run over.
def test_row_shares_of_other_dtypes(agree, device):
    agree("row_shares", torch.tensor([[3, 1], [1, 4], [7, 0]], device=device))
    agree("row_shares", torch.tensor([[200, 100], [30, 226]], dtype=torch.uint8, device=device))
    agree("row_shares", torch.tensor([[0.5, 1.5], [3.0, 1.0]], dtype=torch.float16, device=device))
    double = torch.tensor([[0.1, 0.7, 0.1], [3.3, 1.9, 0.3]], dtype=torch.float64, device=device)
    agree.using(rtol=1e-14, atol=0.0)("row_shares", double)


# Trap: divides in place; hands `counts` back where its rows add up to 1 already.
def test_row_shares_is_a_new_matrix(agree, device):
    own = agree.using(memory="own")
    own("row_shares", torch.tensor([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]], device=device))


# Trap: `detach` or NumPy; sums taken for constants; the gradient that `counts` came with cleared.
def test_row_shares_lets_gradients_through(agree, device):
    counts = torch.tensor([[1.0, 2.0, 5.0], [4.0, 0.5, 0.5]], device=device, requires_grad=True)
    agree("row_shares", counts)
    agree.scenario(beside_an_earlier_gradient, "row_shares", counts)


# --- extreme_positions ---


# Trap: values instead of positions; the smallest first; counted from 1; the sign left out.
def test_extreme_positions_of_a_vector(agree, device):
    agree("extreme_positions", torch.tensor([3, -40, 12, 7], device=device))
    agree("extreme_positions", torch.tensor([0.5, 0.25, -0.75], device=device), 0)
    # Neighbours that float32 cannot tell apart.
    agree("extreme_positions", torch.tensor([2**24, 2**24 + 1, -(2**24), -(2**24) - 1], device=device))
    # With the sign turned, 0 stays the smallest uint8.
    agree("extreme_positions", torch.tensor([7, 0, 255, 3], dtype=torch.uint8, device=device))


# Trap: along one axis, or as row and column, where all elements count.
def test_extreme_positions_in_a_whole_matrix(agree, device):
    agree("extreme_positions", torch.tensor([[4.0, -9.0, 2.0], [6.0, 11.0, 0.0]], device=device))
    # A matrix that lies in memory column after column is read row after row all the same.
    agree("extreme_positions", different_numbers(4, 5, device=device).t())
    agree("extreme_positions", torch.tensor([[8]], device=device))
    agree.scenario(kept, "extreme_positions", (torch.tensor([1, 2, 3]),), (torch.tensor([2, 3, 1]),))


# Trap: the other axis, which fits as well in a square; the axis kept; `if dim` for the first axis.
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_extreme_positions_along_an_axis(agree, device, dim):
    agree(
        "extreme_positions", torch.tensor([[5.0, 1.0, 7.0], [2.0, 9.0, 4.0], [3.0, 6.0, 8.0]], device=device), dim=dim
    )
    agree("extreme_positions", different_numbers(2, 5, dtype=torch.int64, device=device), dim)


# Trap: two axes only; an axis of size 1.
def test_extreme_positions_of_three_axes(agree, device):
    x = different_numbers(3, 1, 4, device=device)
    for dim in (None, 0, 1, 2, -2):
        agree("extreme_positions", x, dim)


# Trap: the argument changed by sorting it in place.
def test_extreme_positions_leaves_x_alone(agree, device):
    own = agree.using(memory="own")
    own("extreme_positions", torch.tensor([0, 1], device=device))
    own("extreme_positions", different_numbers(3, 4, dtype=torch.float64, device=device), 1)
    own("extreme_positions", torch.tensor([[0]], device=device), 1)


# --- standardise_columns ---


def nearly(agree, **settings):
    """The text asks for four decimals."""
    return agree.using(rtol=1e-4, atol=1e-4, **settings)


# Trap: one mean or one deviation for everything; rows for columns, which fit as well in a square.
def test_standardise_columns_of_a_square(agree, device):
    x = torch.tensor([[1.0, 10.0, -3.0], [2.0, 40.0, 0.5], [6.0, 20.0, 4.5]], device=device)
    nearly(agree)("standardise_columns", x)


# Trap: divides by one less than the number of rows.
def test_standardise_columns_of_two_rows(agree, device):
    nearly(agree)("standardise_columns", torch.tensor([[4.0, -1.0, 0.5], [8.0, 1.0, 0.25]], device=device))
    calls = [(torch.tensor([[1.0], [3.0], [8.0]]),), (torch.tensor([[2.0], [0.0], [-5.0]]),)]
    nearly(agree).scenario(kept, "standardise_columns", *calls)


# Trap: nan where a column has no spread.
# The text promises whole numbers here: the mean of others may be rounded, and divided by a deviation that is nearly 0
# that trace becomes large. With 3 or 4 rows the mean is exact even where a device multiplies by 1/rows.
def test_standardise_columns_all_equal(agree, device):
    nearly(agree)("standardise_columns", torch.tensor([[5.0, 1.0], [5.0, 2.0], [5.0, 6.0]], device=device))
    nearly(agree)("standardise_columns", torch.zeros(4, 2, device=device))


# Trap: one row: nothing divided by nothing.
def test_standardise_columns_of_one_row(agree, device):
    nearly(agree)("standardise_columns", torch.tensor([[3.0, -2.0, 0.0]], device=device))


# Trap: a safeguard so large that it is seen; float32 forced on float64.
def test_standardise_columns_of_small_spread_in_float64(agree, device):
    x = torch.tensor([[0.5, 3.0], [0.75, 1.0], [0.25, 2.0], [0.5, 7.0]], dtype=torch.float64, device=device)
    nearly(agree)("standardise_columns", x)


# Trap: `-=` on the caller's matrix; the matrix itself where it is standardised already.
def test_standardise_columns_leaves_x_alone(agree, device):
    nearly(agree, memory="own")("standardise_columns", torch.tensor([[-1.0, 1.0], [1.0, -1.0]], device=device))
    nearly(agree, memory="own")("standardise_columns", torch.tensor([[2.0, 9.0], [4.0, 1.0]], device=device).t())


# Trap: `detach`, `no_grad` or NumPy, for everything or for the mean and the deviation alone; the gradient that `x` came
# with cleared.
def test_standardise_columns_lets_gradients_through(agree, device):
    x = torch.tensor([[1.0, 5.0], [2.0, -4.0], [6.0, 0.0]], device=device, requires_grad=True)
    nearly(agree)("standardise_columns", x)
    nearly(agree).scenario(beside_an_earlier_gradient, "standardise_columns", x)
