"""Other right answers to `operations`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import math

import torch

from antorcha.variants import N_, equivalent, right, wrong

# --- elementwise ---


@right("elementwise")
def functions_of_torch(x, y):
    root = torch.pow(x, 0.5)
    return [torch.add(x, y), torch.sub(x, y), torch.mul(x, y), torch.div(x, y), torch.square(x), root]


@right("elementwise")
def methods_and_products(x, y):
    return x.add(y), x.add(-y), x.mul(y), x.true_divide(y), x * x, x.sqrt()


@right("elementwise")
def copies_changed_in_place(x, y):
    dtype = torch.result_type(x, y)
    copies = [x.to(dtype, copy=True) for _ in range(3)]
    return copies[0].add_(y), copies[1].sub_(y), copies[2].mul_(y), x / y, x.clone().pow_(2), (x + 0.0) ** 0.5


@wrong(
    "elementwise",
    N_(
        "You work with `+=` or a method ending in `_`, and those write into `x` itself: the caller loses it, "
        "and what you calculate next starts from other numbers."
    ),
)
def sum_in_place(x, y):
    x += y
    return x, x - y, x * y, x / y, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_("Your quotient has lost its decimals: `//` rounds down. Which operator divides without rounding?"),
)
def quotient_rounded_down(x, y):
    return x + y, x - y, x * y, x // y, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You wrote `^` for the square. In Python that compares bits, and floating point tensors refuse it. "
        "Look up the operator for powers."
    ),
)
def caret_for_the_power(x, y):
    return x + y, x - y, x * y, x / y, x ^ 2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You used `@`, `dot` or `matmul`, which multiply and then add up. "
        "The product here has one number for each element: look at the operator for plain multiplication."
    ),
)
def product_added_up(x, y):
    return x + y, x - y, x @ y, x / y, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_("You took `x` away from `y`, or divided `y` by `x`. The order counts for these two: read the text again."),
)
def the_other_way_round(x, y):
    return x + y, y - x, x * y, y / x, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_("You raised `x` to the power `y`. What is asked for is its square: each element times itself."),
)
def to_the_power_y(x, y):
    return x + y, x - y, x * y, x / y, x**y, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You made floats of everything first. Sums, differences, products and squares of whole numbers "
        "are whole numbers again: leave the dtype to the operators."
    ),
)
def floats_first(x, y):
    f = x if x.is_floating_point() else x.float()
    return f + y, f - y, f * y, f / y, f**2, f.sqrt()


@wrong(
    "elementwise",
    N_(
        "You forced the dtype of `x` onto a result, and a whole number cannot hold the decimals of a quotient "
        "or a root. Leave the dtype to the operators."
    ),
)
def dtype_of_x_forced(x, y):
    return x + y, x - y, x * y, (x / y).to(x.dtype), x**2, torch.sqrt(x).to(x.dtype)


@wrong(
    "elementwise",
    N_(
        "You made the number `y` a tensor with the dtype of `x`. Beside whole numbers 0.5 becomes 0 that way: "
        "PyTorch's operators take a number as it is."
    ),
)
def number_with_the_dtype_of_x(x, y):
    y = y if isinstance(y, torch.Tensor) else torch.tensor(y, dtype=x.dtype, device=x.device)
    return x + y, x - y, x * y, x / y, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You took the tensors apart with `.data`, `detach`, `item` or NumPy. The numbers are right, "
        "but no gradient finds its way back: work with the tensors themselves."
    ),
)
def cut_off(x, y):
    x = x.detach()
    y = y.detach() if isinstance(y, torch.Tensor) else y
    return x + y, x - y, x * y, x / y, x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You guard the quotient against a divisor of 0, and 1e12 or another number comes out. "
        "Dividing by 0 is no error here: PyTorch answers inf or nan, and so should you."
    ),
)
def divisor_guarded(x, y):
    return x + y, x - y, x * y, x / (y + 1e-12), x**2, torch.sqrt(x)


@wrong(
    "elementwise",
    N_(
        "You made float32 of `x` for the root, and a float64 loses half of its digits that way. "
        "`torch.sqrt` takes whole numbers too, and chooses the dtype by itself."
    ),
)
def root_in_float32(x, y):
    return x + y, x - y, x * y, x / y, x**2, x.float().sqrt()


@wrong(
    "elementwise",
    N_("You treat `y` as a tensor in every case, but it may be a plain Python number, which has no such methods."),
)
def always_two_tensors(x, y):
    if x.shape != y.shape:
        raise ValueError("two tensors of one shape wanted")
    return x + y, x - y, x * y, x / y, x**2, torch.sqrt(x)


# --- number_chain ---


def _full(rows, columns, value):
    return torch.full((rows, columns), float(value))


def _powers(rows, columns):
    return 2.0 ** torch.arange(1, rows * columns + 1).reshape(rows, columns)


def _chain(rows, columns, **instead):
    numbers = {"ones": 1, "twos": 2, "threes": 3, "fours": 4, "fives": 5, "roots": math.sqrt(2), "dozens": 12}
    made = {name: _full(rows, columns, value) for name, value in numbers.items()}
    return {**made, "powers": _powers(rows, columns), **instead}


def _from_threes(threes, ones):
    fours = threes + ones
    return {"threes": threes, "fours": fours, "fives": ones + fours, "dozens": threes * fours}


@right("number_chain")
def mended_line_by_line(rows, columns):
    ones = torch.zeros(rows, columns) + 1
    twos = torch.ones(rows, columns) * 2
    threes = (8 - twos) / twos
    fours = threes + ones
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    chain = {"ones": ones, "twos": twos, "threes": threes, "fours": fours, "fives": ones + fours}
    return {**chain, "roots": twos**0.5, "powers": twos**exponents, "dozens": threes * fours}


@right("number_chain")
def each_number_written_down(rows, columns):
    return _chain(rows, columns)


@right("number_chain")
def everything_from_ones(rows, columns):
    ones = torch.ones((rows, columns))
    powers = (ones.flatten() * 2).cumprod(0).view(rows, columns)
    sums = {name: ones * n for n, name in enumerate(["twos", "threes", "fours", "fives"], start=2)}
    return {"ones": ones, **sums, "roots": (ones + ones).sqrt(), "powers": powers, "dozens": 12 * ones}


def _mended_name_only(rows, columns, ones, twos):
    threes = (8 - twos) / twos
    fours = threes + ones
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    chain = {"ones": ones, "twos": twos, "threes": threes, "fours": fours, "fives": ones + fours}
    return {**chain, "roots": twos**0.5, "powers": twos**exponents, "dozens": threes * fours}


@wrong(
    "number_chain",
    N_(
        "You mended the name, and now the code runs, but running is not being right. "
        "Print the entries one by one: which is the first that does not hold its number?"
    ),
)
def only_the_name_mended(rows, columns):
    return _mended_name_only(rows, columns, torch.zeros(rows, columns), torch.ones(rows, columns) + 2)


@wrong(
    "number_chain",
    N_(
        'Your "ones" are right, but your "twos" are not: 1 plus 2 is 3. '
        "Everything that is calculated from them is wrong too."
    ),
)
def twos_still_three(rows, columns):
    return _mended_name_only(rows, columns, torch.ones(rows, columns), torch.ones(rows, columns) + 2)


@wrong(
    "number_chain",
    N_(
        'Your "twos" are right, but your "ones" are still zeros, and whatever is calculated from them is off. '
        "Look at the first line."
    ),
)
def ones_still_zero(rows, columns):
    return _mended_name_only(rows, columns, torch.zeros(rows, columns), torch.ones(rows, columns) * 2)


@wrong(
    "number_chain",
    N_(
        'Your "ones" are still zeros, and you calculate your "twos" from them, so these are zeros too '
        "and the division by them gives inf. Look at the first line."
    ),
)
def everything_from_zeros(rows, columns):
    ones = torch.zeros(rows, columns)
    return _mended_name_only(rows, columns, ones, ones * 2)


@wrong(
    "number_chain",
    N_(
        'Your "ones" are twos, or another number that is not 1: what is in the matrix of the first line, '
        "and what do you add to it or multiply it by?"
    ),
)
def ones_of_another_number(rows, columns):
    ones = torch.zeros(rows, columns) + 2
    return _mended_name_only(rows, columns, ones, torch.ones(rows, columns) * 2)


@wrong(
    "number_chain",
    N_(
        "You put a new name `two` at the top, which is the Python number 2, so the message is gone. "
        "But the matrices themselves still hold other numbers than their names say: print them."
    ),
)
def a_number_named_two(rows, columns):
    two = 2
    ones = torch.zeros(rows, columns)
    twos = torch.ones(rows, columns) + 2
    return {**_mended_name_only(rows, columns, ones, twos), **_from_threes((8 - twos) / two, ones)}


@wrong(
    "number_chain",
    N_(
        "You dropped the parentheses around the difference: division comes before subtraction, "
        "as it does with plain numbers."
    ),
)
def parentheses_dropped(rows, columns):
    ones, twos = _full(rows, columns, 1), _full(rows, columns, 2)
    return _chain(rows, columns, **_from_threes(8 - twos / twos, ones))


@wrong(
    "number_chain",
    N_(
        "You turned base and exponent round: 1, 4, 9 are squares. "
        "The powers of 2 have 2 below and the counting number on top."
    ),
)
def squares_for_powers(rows, columns):
    exponents = torch.arange(1, rows * columns + 1).reshape(rows, columns)
    return _chain(rows, columns, powers=exponents ** _full(rows, columns, 2))


@wrong(
    "number_chain",
    N_(
        "You start from whole numbers, and whole numbers stay int64 until something divides them. "
        "Every entry must be float32: look at how the first matrix is made."
    ),
)
def whole_number_chain(rows, columns):
    ones = torch.full((rows, columns), 1)
    return _mended_name_only(rows, columns, ones, ones * 2)


@wrong(
    "number_chain",
    N_(
        "You changed one matrix in place to get the next, so several entries are one and the same tensor. "
        "Operators without `=` make a new one each time."
    ),
)
def one_matrix_for_two(rows, columns):
    ones = torch.ones(rows, columns)
    twos = ones.mul_(2)
    return _chain(rows, columns, ones=ones, twos=twos)


@wrong(
    "number_chain",
    N_(
        "All elements of an entry lie in one place in memory, as `expand` and `broadcast_to` make it: who writes into "
        "one of them changes all. Each entry needs room for each of its elements."
    ),
)
def one_place_for_all_elements(rows, columns):
    one, two = (torch.tensor([[float(n)]]).expand(rows, columns) for n in (1, 2))
    return _mended_name_only(rows, columns, one, two) | {
        name: torch.tensor([[float(n)]]).expand(rows, columns)
        for name, n in {"threes": 3, "fours": 4, "fives": 5, "dozens": 12}.items()
    }


# --- same_shape_chain ---


def _same_shape_chain(exponents, twos=None, **others):
    """The chain, with other twos and other entries."""
    ones = torch.ones_like(exponents, dtype=torch.float32)
    twos = ones + ones if twos is None else twos
    threes, fours = ones * 3, twos * twos
    made = {"ones": ones, "twos": twos, "threes": threes, "fours": fours, "roots": twos.sqrt()}
    for name, make in {
        "powers": lambda: twos**exponents,
        "fives": lambda: fours + ones,
        "dozens": lambda: fours * threes,
    }.items():
        made[name] = others[name] if name in others else make()
    return made | others


def _wrong_twos(exponents):
    return torch.full((2, 3), 2.0, device=exponents.device)


@right("same_shape_chain")
def shape_at_the_source(exponents):
    return _same_shape_chain(exponents, torch.ones(*exponents.shape, device=exponents.device) + 1)


@right("same_shape_chain")
def each_filled_by_itself(exponents):
    def full(number):
        return torch.full(exponents.shape, float(number), device=exponents.device)

    numbers = {"ones": 1, "twos": 2, "threes": 3, "fours": 4, "fives": 5, "roots": 2**0.5, "dozens": 12}
    return {name: full(number) for name, number in numbers.items()} | {"powers": torch.exp2(exponents.float())}


@right("same_shape_chain")
def grown_from_the_exponents(exponents):
    zeros = exponents.float() * 0
    ones, twos, threes = zeros + 1, zeros + 2, zeros + 3
    fours = torch.pow(twos, 2)
    chain = dict(ones=ones, twos=twos, threes=threes, fours=fours, fives=fours + ones, dozens=threes * fours)
    return chain | dict(roots=torch.sqrt(twos), powers=torch.pow(twos, exponents))


@wrong(
    "same_shape_chain",
    N_(
        "The shape of the twos is still fixed. Give them the shape of `exponents` where they are made: "
        "then all that is calculated from them fits."
    ),
)
def source_left_as_it_was(exponents):
    return _same_shape_chain(exponents, _wrong_twos(exponents))


@wrong(
    "same_shape_chain",
    N_(
        "You cut the twos down in the lines that stopped. The line is now quiet, but the twos themselves, "
        "their squares and roots still have the old shape: mend the line in which they are made."
    ),
)
def sliced_where_it_stops(exponents):
    twos = _wrong_twos(exponents)
    cut = twos[: exponents.shape[0], : exponents.shape[1]]
    ones = torch.ones(cut.shape, device=cut.device)
    others = {} if cut.shape != exponents.shape else {"powers": cut**exponents}
    return _same_shape_chain(exponents, twos, fives=cut**2 + ones, dozens=cut**2 * 3, **others)


@wrong(
    "same_shape_chain",
    N_(
        "You cut the twos to the shape of `exponents` after they were made. That helps only where they are larger: "
        "with more rows or columns there is nothing to cut. Make them in the right shape."
    ),
)
def sliced_after_the_source(exponents):
    return _same_shape_chain(exponents, _wrong_twos(exponents)[: exponents.shape[0], : exponents.shape[1]])


@wrong(
    "same_shape_chain",
    N_(
        "You wrote a shape of two rows and two columns in place of the wrong one. That fits the example and no other "
        "`exponents`: ask them for their shape."
    ),
)
def fixed_for_the_example(exponents):
    return _same_shape_chain(exponents, torch.full((2, 2), 2.0, device=exponents.device))


@wrong(
    "same_shape_chain",
    N_("You exchanged rows and columns: the shape is that of `exponents`, in the same order."),
)
def rows_and_columns_exchanged(exponents):
    return _same_shape_chain(
        exponents, torch.full((exponents.shape[1], exponents.shape[0]), 2.0, device=exponents.device)
    )


@wrong(
    "same_shape_chain",
    N_(
        "`ones_like` takes the dtype of `exponents` as well as its shape, so your twos hold whole numbers. "
        "Ask for float32."
    ),
)
def whole_twos(exponents):
    return _same_shape_chain(exponents, torch.ones_like(exponents) + 1)


@wrong(
    "same_shape_chain",
    N_(
        "You made every matrix as large as the wrong twos. The shapes agree with each other now, "
        "but the text asks for that of `exponents`."
    ),
)
def everything_in_the_wrong_shape(exponents):
    chain = _same_shape_chain(torch.ones(2, 3, dtype=torch.int64, device=exponents.device))
    return chain | {"powers": chain["twos"] ** (exponents if exponents.shape == (2, 3) else 1)}


# --- nudge ---


@right("nudge")
def subtracted_with_a_factor(weights, slope, rate):
    return weights.sub_(slope, alpha=rate)


@right("nudge")
def written_into_the_old_place(weights, slope, rate):
    weights[...] = weights - rate * slope
    return weights


@right("nudge")
def copied_back(weights, slope, rate):
    weights.copy_(weights - slope.mul(rate))
    return weights


@wrong(
    "nudge",
    N_(
        "You made a new tensor or a copy: `weights = weights - ...` gives the name `weights` to another one, "
        "and the caller's stays as it was. Look for the way to write that changes the tensor itself."
    ),
)
def given_a_new_tensor(weights, slope, rate):
    weights = weights - rate * slope
    return weights


@wrong("nudge", N_("You changed `weights` as you should, but you returned nothing. Return `weights` itself as well."))
def nothing_handed_back(weights, slope, rate):
    weights -= rate * slope


@wrong(
    "nudge",
    N_(
        "You multiplied `slope` in place, so the caller's slope has changed too. "
        "Only `weights` may: let the product be a new tensor."
    ),
)
def slope_changed_too(weights, slope, rate):
    slope *= rate
    weights -= slope
    return weights


@wrong("nudge", N_("You added where you should take away: look at the sign."))
def the_wrong_direction(weights, slope, rate):
    weights += rate * slope
    return weights


@wrong("nudge", N_("You never use `rate`: the step is the whole `slope`. Multiply `slope` before you take it away."))
def rate_forgotten(weights, slope, rate):
    weights -= slope
    return weights


@wrong(
    "nudge",
    N_(
        "You changed `weights` and then returned a copy of it. The text asks for `weights` itself, "
        "so that there is only one tensor."
    ),
)
def a_copy_handed_back(weights, slope, rate):
    weights -= rate * slope
    return weights.clone()


@wrong(
    "nudge",
    N_(
        "You gave `weights` other memory with `.data =`. Whoever looks at a part of it, or holds the tensor "
        "that it is a part of, still sees the old numbers. Write into the memory that is there."
    ),
)
def other_memory(weights, slope, rate):
    weights.data = weights.data - rate * slope
    return weights


@wrong(
    "nudge",
    N_(
        "You change what `reshape` or `flatten` gives. Where the elements of `weights` do not lie side by side, "
        "as in some of the columns of a table, that is a copy, and `weights` stays as it was."
    ),
)
def reshaped_and_changed(weights, slope, rate):
    flat = weights.reshape(-1)
    flat -= rate * slope.reshape(-1)
    return weights


@wrong(
    "nudge",
    N_("You multiplied `weights` by `rate` too. Only `slope` is multiplied: mind which operation comes first."),
)
def everything_times_the_rate(weights, slope, rate):
    weights -= slope
    weights *= rate
    return weights


@wrong(
    "nudge",
    N_(
        "`rate` has been float32 on the way, as `torch.tensor(rate)` makes it, and beside float64 half of its digits "
        "are gone. A Python number goes with a tensor of any dtype as it is."
    ),
)
def rate_as_float32(weights, slope, rate):
    weights -= slope * torch.tensor(rate)
    return weights


@wrong(
    "nudge",
    N_("You count on an axis to index: `weights[:]` fails for a tensor with no axes, whose shape is `()`."),
)
def at_least_one_axis(weights, slope, rate):
    weights[:] = weights - rate * slope
    return weights


# --- held_afterwards ---

START = [1.0, 2.0, 3.0]
HELD = {
    "a": START,
    "b": [11.0, 12.0, 13.0],
    "c": START,
    "d": [2.0, 4.0, 6.0],
    "e": [2.0, 4.0, 6.0],
    "f": [7.0, 2.0, 3.0],
    "g": START,
    "h": START,
    "i": [1.0, 4.0, 9.0],
    "j": [11.0, 12.0, 3.0],
    "k": START,
    "l": [3.0, 6.0, 9.0],
}


@right("held_afterwards")
def held_by_running(case):
    x = torch.tensor([1.0, 2.0, 3.0])
    y = x
    if case in "bg":
        x = x.clone() if case == "g" else x
        x += 10
    elif case in "de":
        x.mul_(2)
    elif case == "f":
        x[0] = 7
    elif case == "i":
        x **= 2
    elif case == "j":
        x[:2] += 10
    elif case == "l":
        x *= 3
    return y.tolist()


@right("held_afterwards")
def only_what_changed(case):
    changed = {"b": (11, 12, 13), "d": (2, 4, 6), "e": (2, 4, 6), "f": (7, 2, 3), "i": (1, 4, 9)}
    changed |= {"j": (11, 12, 3), "l": (3, 6, 9)}
    return list(changed.get(case, (1, 2, 3)))


@wrong(
    "held_afterwards",
    N_(
        "You expected `+=` and its like to make a new tensor, as they make a new number in Python. "
        "On a tensor they write into it, and `y` is the same tensor."
    ),
)
def plus_equals_makes_a_new_one(case):
    return START if case in "bil" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected `x = x + 10` to change the tensor. It makes a new one and gives it the name `x`: "
        "which tensor has the name `y`?"
    ),
)
def the_name_takes_its_tensor_along(case):
    return {"a": [11.0, 12.0, 13.0], "h": [-8.0, -7.0, -6.0]}.get(case, HELD[case])


@wrong(
    "held_afterwards",
    N_(
        "You did not see the `_` at the end of `mul_`: it marks the methods that write into their tensor. "
        "What happens to the other name of that tensor?"
    ),
)
def underscore_overlooked(case):
    return START if case in "de" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected every method to change its tensor, as those of a list do. "
        "`mul` without `_` returns a new tensor: does anyone keep it?"
    ),
)
def every_method_changes(case):
    return [2.0, 4.0, 6.0] if case == "c" else HELD[case]


@wrong(
    "held_afterwards",
    N_("You expected `x[:2]` to be a copy, as with a list. A slice of a tensor looks at the same memory."),
)
def slices_are_copies(case):
    return START if case == "j" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected `t = t * 3` to change the caller's tensor. Inside the function `t` is only a name, "
        "and here it goes over to a new tensor."
    ),
)
def assigning_changes_the_argument(case):
    return [3.0, 6.0, 9.0] if case == "k" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected a function to get a copy of its argument. It gets the tensor itself: "
        "what does `t *= 3` do with that?"
    ),
)
def functions_get_copies(case):
    return START if case == "l" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected `x = x.mul_(2)` to leave the old tensor alone because of the `=`. "
        "First `mul_` runs: what has it done by the time the name is given?"
    ),
)
def assigning_undoes_the_underscore(case):
    return START if case == "e" else HELD[case]


@wrong(
    "held_afterwards",
    N_(
        "You expected a `clone` to share its memory with the original. It is a copy: which of the two does `+=` change?"
    ),
)
def clones_share_memory(case):
    return [11.0, 12.0, 13.0] if case == "g" else HELD[case]


@wrong(
    "held_afterwards",
    N_("You expected `x[0] = 7` to give `x` a new tensor. It has no name on its left but a place: who else sees it?"),
)
def an_element_makes_a_new_one(case):
    return START if case == "f" else HELD[case]


# --- raise_marks ---


@right("raise_marks")
def smaller_of_the_two(marks, factor):
    raised = factor * marks
    return torch.minimum(raised, torch.full_like(raised, 10))


@right("raise_marks")
def own_copy_in_place(marks, factor):
    dtype = marks.dtype if marks.is_floating_point() else torch.float32
    own = marks.to(dtype, copy=True)
    own *= factor
    return own.clamp_(max=10)


@right("raise_marks")
def written_where_too_high(marks, factor):
    raised = torch.mul(marks, factor)
    raised[raised > 10] = 10
    return raised


@wrong(
    "raise_marks",
    N_(
        "You still write into the caller's marks: `*=` and `clamp_` change the tensor that they are given. "
        "Whole numbers cannot take the decimals there, and a second call starts from marks that are raised already."
    ),
)
def still_in_place(marks, factor):
    marks *= factor
    marks.clamp_(max=10)
    return marks


@wrong(
    "raise_marks",
    N_(
        "You convert first, and for marks that have that dtype already `.float()` or `.to()` is no copy "
        "but the very same tensor: it is still changed. Multiply without writing into anything."
    ),
)
def float_is_no_copy(marks, factor):
    marks = marks if marks.is_floating_point() else marks.float()
    marks *= factor
    return marks.clamp_(max=10)


@wrong(
    "raise_marks",
    N_(
        "You work on a copy, so the caller's marks are safe. But a copy of whole numbers holds whole numbers, "
        "and `*=` still cannot put decimals there. Look for a way to multiply that makes a new tensor."
    ),
)
def cloned_and_still_whole(marks, factor):
    marks = marks.clone()
    marks *= factor
    return marks.clamp_(max=10)


@wrong(
    "raise_marks",
    N_("You cut the decimals off: whole marks times 1.5 may end in a half. The result for whole marks is float32."),
)
def marks_cut_to_whole(marks, factor):
    return torch.clamp(marks * factor, max=10).to(marks.dtype)


@wrong(
    "raise_marks",
    N_("You made float32 of every tensor of marks. Those in float64 must keep their dtype: which need another one?"),
)
def marks_all_float32(marks, factor):
    return torch.clamp(marks.float() * factor, max=10)


@wrong("raise_marks", N_("You no longer hold the marks at 10: one of the two steps of the code is gone."))
def no_limit(marks, factor):
    return marks * factor


@wrong(
    "raise_marks",
    N_("You used `clamp(10)` or `min=10`, which lifts all marks to at least 10. Here 10 is the upper limit."),
)
def at_least_ten(marks, factor):
    return torch.clamp(marks * factor, min=10)


@wrong(
    "raise_marks",
    N_("You hold the marks at 10 before you multiply, so that they go past 10 afterwards. Mind the order."),
)
def limit_before_the_factor(marks, factor):
    return torch.clamp(marks, max=10) * factor


@wrong(
    "raise_marks",
    N_(
        "Nothing is changed in the caller's marks now except the limit: `clamp_` with its `_` "
        "writes into the tensor in front of it, and that is still theirs."
    ),
)
def limit_in_place(marks, factor):
    raised = marks * factor
    marks.clamp_(max=10)
    return torch.clamp(raised, max=10)


@wrong(
    "raise_marks",
    N_(
        "You give the marks themselves back when the factor changes nothing. "
        "The result must have memory of its own in any case."
    ),
)
def marks_handed_back(marks, factor):
    if factor == 1 and marks.is_floating_point() and not (marks > 10).any():
        return marks
    return torch.clamp(marks * factor, max=10)


@wrong(
    "raise_marks",
    N_(
        "You ask for the largest of the marks, and where there are none `max` raises an error. "
        "`clamp` needs no such question."
    ),
)
def largest_of_no_marks(marks, factor):
    raised = marks * factor
    return raised.clamp(max=10) if raised.max() > 10 else raised


# --- aggregates ---


@right("aggregates")
def largest_by_pairs(x, dim=None, keepdim=False):
    if dim is None:
        x, dim, keepdim = x.flatten(), 0, False
    numbers = x if torch.is_floating_point(x) else x.to(torch.float32)
    largest, _ = torch.max(x, dim, keepdim)
    smallest = torch.min(x, dim=dim, keepdim=keepdim)[0]
    mean = torch.mean(numbers, dim, keepdim)
    return {"max": largest, "min": smallest, "mean": mean, "sum": torch.sum(x, dim, keepdim)}


@right("aggregates")
def mean_from_the_sum(x, dim=None, keepdim=False):
    axes = tuple(range(x.ndim)) if dim is None else (dim,)
    keep = dim is not None and keepdim
    total = x.sum(axes, keepdim=keep)
    count = x.numel() if dim is None else x.shape[dim]
    return {"sum": total, "mean": total / count, "max": x.amax(axes, keep), "min": x.amin(axes, keep)}


@right("aggregates")
def axis_put_back(x, dim=None, keepdim=False):
    kept = x.is_floating_point()
    if dim is None:
        return {
            "max": x.max(),
            "min": x.min(),
            "mean": x.mean(dtype=x.dtype if kept else torch.float32),
            "sum": x.sum(),
        }
    mean = x.mean(dim, dtype=x.dtype if kept else torch.float32)
    made = {"max": x.max(dim).values, "min": x.min(dim).values, "mean": mean, "sum": x.sum(dim)}
    return {name: t.unsqueeze(dim) for name, t in made.items()} if keepdim else made


def _aggregates(x, dim, keepdim, **instead):
    return {**largest_by_pairs(x, dim, keepdim), **instead}


@wrong(
    "aggregates",
    N_(
        "You asked whole numbers for their mean, and `mean` refuses them, as the mean of whole numbers "
        "need not be one. Read the message: what kind of dtype does it want?"
    ),
)
def mean_of_whole_numbers(x, dim=None, keepdim=False):
    if dim is None:
        return _aggregates(x, dim, keepdim, mean=x.mean())
    return _aggregates(x, dim, keepdim, mean=x.mean(dim, keepdim=keepdim))


@wrong(
    "aggregates",
    N_(
        "With an axis `max` and `min` return two things, the values and their positions, and you kept both. "
        "Take the values, or look for `amax` and `amin`."
    ),
)
def pairs_kept(x, dim=None, keepdim=False):
    if dim is None:
        return _aggregates(x, dim, keepdim)
    return _aggregates(x, dim, keepdim, max=x.max(dim, keepdim), min=x.min(dim, keepdim))


@wrong(
    "aggregates",
    N_(
        "With an axis `max` and `min` return two things, the values and their positions, and you kept both. "
        "Take the values, or look for `amax` and `amin`; and hand `keepdim` on to each of the four."
    ),
)
def pairs_kept_without_keepdim(x, dim=None, keepdim=False):
    return pairs_kept(x, dim, False)


@wrong(
    "aggregates",
    N_(
        "Of the two things that `max` and `min` return with an axis you took the second: the positions. "
        "The values come first."
    ),
)
def positions_for_values(x, dim=None, keepdim=False):
    if dim is None:
        return _aggregates(x, dim, keepdim)
    return _aggregates(x, dim, keepdim, max=x.max(dim, keepdim)[1], min=x.min(dim, keepdim)[1])


@wrong(
    "aggregates",
    N_(
        "You took the other axis. `dim` names the axis that goes away: "
        "`dim=0` runs down the rows and leaves one number for each column."
    ),
)
def the_other_axis(x, dim=None, keepdim=False):
    if dim is None or x.ndim < 2:
        return _aggregates(x, dim, keepdim)
    return _aggregates(x, x.ndim - 1 - dim % x.ndim, keepdim)


@wrong("aggregates", N_("You never use `keepdim`. When it is True the axis must stay, with the size 1."))
def keepdim_forgotten(x, dim=None, keepdim=False):
    return _aggregates(x, dim, False)


@wrong("aggregates", N_("You always keep the axis. When `keepdim` is False it must be gone from the results."))
def always_kept(x, dim=None, keepdim=False):
    return _aggregates(x, dim, True)


@wrong(
    "aggregates",
    N_(
        "You never use `dim`, so that each result is a single number for the whole tensor. "
        "With a `dim`, there is one for each row, each column and so on."
    ),
)
def axis_forgotten(x, dim=None, keepdim=False):
    return _aggregates(x, None, False)


@wrong(
    "aggregates",
    N_("You ask `if dim:`, and 0 counts as false in Python. The first axis has the number 0: compare with `None`."),
)
def axis_0_taken_for_none(x, dim=None, keepdim=False):
    return _aggregates(x, dim or None, keepdim)


@wrong(
    "aggregates",
    N_(
        "You made floats of everything, so that `mean` works. But the largest, the smallest and the sum "
        "of whole numbers are whole: convert only for the mean."
    ),
)
def floats_throughout(x, dim=None, keepdim=False):
    return _aggregates(x if x.is_floating_point() else x.float(), dim, keepdim)


@wrong(
    "aggregates",
    N_(
        "You made float32 of float64 too, and it loses half of its digits. "
        "Only integers need another dtype for their mean."
    ),
)
def mean_always_float32(x, dim=None, keepdim=False):
    return _aggregates(x, dim, keepdim, mean=_aggregates(x.float(), dim, keepdim)["mean"])


@wrong(
    "aggregates",
    N_(
        "You made float32 of float16 and bfloat16 for the mean. They are floating point dtypes too, "
        "and the mean keeps them: ask `x.is_floating_point()`."
    ),
)
def half_taken_for_whole(x, dim=None, keepdim=False):
    numbers = x if x.dtype in (torch.float32, torch.float64) else x.float()
    return _aggregates(x, dim, keepdim, mean=_aggregates(numbers, dim, keepdim)["mean"])


@wrong(
    "aggregates",
    N_("You kept axes of size 1 with `dim=None` too. `keepdim` plays no part there: the results have no axes."),
)
def axes_kept_without_dim(x, dim=None, keepdim=False):
    if dim is None and keepdim:
        return {name: t.reshape((1,) * x.ndim) for name, t in _aggregates(x, None, False).items()}
    return _aggregates(x, dim, keepdim)


@wrong(
    "aggregates",
    N_(
        "You forced the dtype of `x` onto the sum. 200 plus 100 does not fit into a uint8 and starts again from 0: "
        "let `sum` choose."
    ),
)
def sum_in_the_small_dtype(x, dim=None, keepdim=False):
    return _aggregates(x, dim, keepdim, sum=_aggregates(x, dim, keepdim)["sum"].to(x.dtype))


@wrong(
    "aggregates",
    N_(
        "You rounded the mean of whole numbers to a whole number. It may lie between two of them, "
        "so its dtype is float32."
    ),
)
def mean_cut_to_whole(x, dim=None, keepdim=False):
    return _aggregates(x, dim, keepdim, mean=_aggregates(x, dim, keepdim)["mean"].to(x.dtype))


@wrong(
    "aggregates",
    N_(
        "You took the numbers out with `item()`, so your results are Python numbers. "
        "Leave them in tensors, where gradients can find them."
    ),
)
def python_numbers(x, dim=None, keepdim=False):
    made = _aggregates(x, dim, keepdim)
    return {name: t.item() for name, t in made.items()} if dim is None else made


@wrong(
    "aggregates",
    N_("Your numbers are right, but `detach`, `.data` or NumPy on the way cuts off the gradient."),
)
def aggregates_cut_off(x, dim=None, keepdim=False):
    return _aggregates(x.detach(), dim, keepdim)


# --- row_shares ---


@right("row_shares")
def through_the_columns(counts):
    return (counts.T / counts.sum(dim=1)).T


@right("row_shares")
def axis_added(counts):
    return counts / counts.sum(-1).unsqueeze(1)


@right("row_shares")
def row_after_row(counts):
    return torch.stack([row / row.sum() for row in counts])


@wrong(
    "row_shares",
    N_(
        "You still divide by sums that have lost their axis: the shape `(rows,)` is laid along the columns. "
        "Look for the argument of `sum` that keeps the axis."
    ),
)
def axis_still_lost(counts):
    return counts / counts.sum(dim=1)


@wrong(
    "row_shares",
    N_(
        "You changed the axis and the message is gone, but now each column adds up to 1. "
        "`dim=0` adds up each column: keep the rows, and keep their axis."
    ),
)
def shares_of_the_column(counts):
    return counts / counts.sum(dim=0)


@wrong(
    "row_shares",
    N_("You divide by the sum of the whole matrix, so that everything together adds up to 1, and not each row."),
)
def shares_of_everything(counts):
    return counts / counts.sum()


@wrong(
    "row_shares",
    N_(
        "You turned the matrix round to make the shapes fit and did not turn the result back. "
        "Its shape must be that of `counts`."
    ),
)
def left_transposed(counts):
    return counts.T / counts.sum(dim=1)


@wrong(
    "row_shares",
    N_("You divide by the mean of the row, so that each row adds up to its number of columns. Which sum do you want?"),
)
def divided_by_the_mean(counts):
    return counts / counts.sum(dim=1, keepdim=True) * counts.shape[1]


@wrong(
    "row_shares",
    N_(
        "You divide by the largest number of each row. The largest share is then always 1: "
        "the row as a whole must add up to 1."
    ),
)
def divided_by_the_largest(counts):
    return counts / counts.max(dim=1, keepdim=True).values


@wrong(
    "row_shares",
    N_(
        "`softmax` makes rows that add up to 1 too, but out of powers of e. Here each number is just divided "
        "by the sum of its row."
    ),
)
def softmax_of_the_row(counts):
    return torch.softmax(counts if counts.is_floating_point() else counts.float(), dim=1)


@wrong(
    "row_shares",
    N_(
        "You divide in place: `/=` writes into `counts`, which the caller still needs, "
        "and whole numbers cannot hold the result."
    ),
)
def counts_divided_in_place(counts):
    counts /= counts.sum(dim=1, keepdim=True)
    return counts


@wrong(
    "row_shares",
    N_("You divided with `//`, which rounds down, and a share smaller than 1 becomes 0."),
)
def shares_rounded_down(counts):
    return counts // counts.sum(dim=1, keepdim=True)


@wrong(
    "row_shares",
    N_("You made float32 of every matrix. Only integers need it: float64 must stay float64."),
)
def shares_always_float32(counts):
    return counts.float() / counts.float().sum(dim=1, keepdim=True)


@wrong(
    "row_shares",
    N_(
        "You forced the dtype of `counts` onto the sums. 200 plus 100 does not fit into a uint8 and starts again "
        "from 0: let `sum` choose."
    ),
)
def sums_in_the_small_dtype(counts):
    return counts / counts.sum(dim=1, keepdim=True, dtype=counts.dtype)


@wrong(
    "row_shares",
    N_(
        "You let no sum be smaller than 1, as a guard against 0. No row adds up to 0, and one that adds up to less "
        "than 1 is divided by the wrong number."
    ),
)
def sums_of_one_at_least(counts):
    return counts / counts.sum(dim=1, keepdim=True).clamp(min=1)


# --- extreme_positions ---


@right("extreme_positions")
def second_of_the_pair(x, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    return x.max(dim).indices, torch.min(x, dim)[1]


@right("extreme_positions")
def by_sorting(x, dim=None):
    if dim is None:
        x, dim = x.flatten(), 0
    order = torch.argsort(x, dim=dim)
    return order.select(dim, -1), order.select(dim, 0)


@wrong(
    "extreme_positions",
    N_(
        "You returned the largest and the smallest value. The text asks where they are: "
        "look for the functions whose names begin with `arg`."
    ),
)
def values_for_positions(x, dim=None):
    if dim is None:
        return x.max(), x.min()
    return x.amax(dim), x.amin(dim)


@wrong(
    "extreme_positions",
    N_(
        "With an axis `max` and `min` return two things, the values and their positions, and you kept both. "
        "Take the positions, or look for the functions whose names begin with `arg`."
    ),
)
def pairs_for_positions(x, dim=None):
    if dim is None:
        return x.argmax(), x.argmin()
    return x.max(dim), x.min(dim)


@wrong("extreme_positions", N_("You returned the smallest first. The position of the largest element comes first."))
def smallest_first(x, dim=None):
    return x.argmin(dim), x.argmax(dim)


@wrong(
    "extreme_positions",
    N_(
        "You never use `dim`, so that you found one position in the whole tensor. "
        "With a `dim` there is one for each row, each column and so on."
    ),
)
def one_position_for_all(x, dim=None):
    return x.argmax(), x.argmin()


@wrong(
    "extreme_positions",
    N_("You ask `if dim:`, and 0 counts as false in Python. The first axis has the number 0: compare with `None`."),
)
def axis_0_is_none(x, dim=None):
    return x.argmax(dim or None), x.argmin(dim or None)


@wrong(
    "extreme_positions",
    N_(
        "You took the other axis. `dim` names the axis along which you search and which goes away: "
        "with `dim=1` you search within each row."
    ),
)
def positions_along_the_other_axis(x, dim=None):
    if dim is not None and x.ndim > 1:
        dim = x.ndim - 1 - dim % x.ndim
    return x.argmax(dim), x.argmin(dim)


@wrong(
    "extreme_positions",
    N_("You kept the axis along which you searched. It must be gone: one number is left where a row was."),
)
def searched_axis_kept(x, dim=None):
    if dim is None:
        return x.argmax(), x.argmin()
    return x.argmax(dim, keepdim=True), x.argmin(dim, keepdim=True)


@wrong(
    "extreme_positions",
    N_(
        "With `dim=None` you searched along one axis only. All elements count then, "
        "and what comes out is a single position."
    ),
)
def always_along_the_last(x, dim=None):
    dim = -1 if dim is None else dim
    return x.argmax(dim), x.argmin(dim)


@wrong("extreme_positions", N_("You count positions from 1. In Python and PyTorch the first element has position 0."))
def counted_from_one(x, dim=None):
    return x.argmax(dim) + 1, x.argmin(dim) + 1


@wrong(
    "extreme_positions",
    N_(
        "You looked at the size of the numbers without their sign. "
        "-5 is smaller than 1, however far it is from 0: leave `abs` out."
    ),
)
def without_the_sign(x, dim=None):
    return x.abs().argmax(dim), x.abs().argmin(dim)


@wrong(
    "extreme_positions",
    N_(
        "You made float32 of `x` first, in which large whole numbers that are neighbours become equal. "
        "Search in `x` as it is."
    ),
)
def searched_in_float32(x, dim=None):
    return x.float().argmax(dim), x.float().argmin(dim)


@wrong(
    "extreme_positions",
    N_("You turned a position into a Python number with `item()`. The text asks for tensors, even with no axes."),
)
def positions_as_numbers(x, dim=None):
    if dim is None:
        return x.argmax().item(), x.argmin().item()
    return x.argmax(dim), x.argmin(dim)


# --- standardise_columns ---


def _standardised(x, mean, deviation):
    return (x - mean) / torch.where(deviation == 0, torch.ones_like(deviation), deviation)


@right("standardise_columns")
def zeros_in_the_end(x):
    deviation = torch.std(x, 0, correction=0)
    return torch.where(deviation == 0, 0, (x - x.mean(0)) / deviation)


@right("standardise_columns")
def with_a_tiny_safeguard(x):
    mean = x.mean(dim=0, keepdim=True)
    return (x - mean) / (torch.var(x, dim=0, unbiased=False, keepdim=True) + 1e-16).sqrt().clamp(min=1e-8)


@right("standardise_columns")
def by_the_definition(x):
    distance = x - x.sum(dim=0) / len(x)
    deviation = (distance**2).mean(dim=0).sqrt()
    return distance / deviation.masked_fill(deviation == 0, 1)


@right("standardise_columns")
def column_after_column(x):
    columns = []
    for column in x.T:
        distance = column - column.mean()
        deviation = column.std(unbiased=False)
        columns.append(distance / deviation if deviation > 0 else torch.zeros_like(column))
    return torch.stack(columns, dim=1)


@right("standardise_columns")
def added_to_the_deviation(x):
    return (x - x.mean(0)) / (x.std(0, unbiased=False) + 1e-8)


@wrong(
    "standardise_columns",
    N_(
        "You used the standard deviation as PyTorch calculates it unless told otherwise: it divides by one less than "
        "the number of rows. Look at the argument `correction` of `std`."
    ),
)
def one_less_than_the_rows(x):
    return _standardised(x, x.mean(dim=0), x.std(dim=0) if len(x) > 1 else torch.zeros_like(x[0]))


@wrong(
    "standardise_columns",
    N_(
        "You used the standard deviation as PyTorch calculates it unless told otherwise: it divides by one less than "
        "the number of rows. For a single row that is 0, and the deviation is nan, which your guard against 0 does "
        "not catch. Look at the argument `correction` of `std`."
    ),
)
def one_less_and_nan_for_one_row(x):
    return _standardised(x, x.mean(dim=0), x.std(dim=0))


@wrong(
    "standardise_columns",
    N_(
        "You divide by a deviation of 0 where all elements of a column are equal, and 0 by 0 is nan. "
        "What must such a column become?"
    ),
)
def divided_by_nothing(x):
    return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)


@wrong(
    "standardise_columns",
    N_(
        "Two things are missing. `std` divides by one less than the number of rows, which is 0 for a single row, "
        "unless `correction` says otherwise; and a column of equal elements has the deviation 0, "
        "by which you cannot divide."
    ),
)
def as_it_first_comes_to_mind(x):
    return (x - x.mean(dim=0)) / x.std(dim=0)


@wrong(
    "standardise_columns",
    N_(
        "You took one mean and one deviation for the whole matrix. Each column has its own: "
        "look at `dim` in `mean` and `std`."
    ),
)
def one_mean_for_all(x):
    return _standardised(x, x.mean(), x.std(correction=0))


@wrong(
    "standardise_columns",
    N_("You standardised the rows. `dim` names the axis that goes away: for one mean per column the rows must go."),
)
def rows_standardised(x):
    return _standardised(x, x.mean(dim=1, keepdim=True), x.std(dim=1, correction=0, keepdim=True))


@wrong(
    "standardise_columns",
    N_("You took the mean away and did not divide by the deviation: each column has the mean 0, but its old spread."),
)
def only_shifted(x):
    return x - x.mean(dim=0)


@wrong(
    "standardise_columns",
    N_("You divided by the variance, the mean of the squared distances. The deviation is the root of it."),
)
def divided_by_the_variance(x):
    return _standardised(x, x.mean(dim=0), x.var(dim=0, correction=0))


@wrong(
    "standardise_columns",
    N_(
        "You squeezed each column between 0 and 1 with its smallest and largest element. "
        "That is another way to bring columns to one scale: here the mean and the deviation count."
    ),
)
def between_0_and_1(x):
    low, high = x.amin(dim=0), x.amax(dim=0)
    return _standardised(x, low, high - low)


@wrong(
    "standardise_columns",
    N_(
        "You took the mean away in place: `-=` writes into `x`, which the caller still needs. "
        "Let the subtraction make a new tensor."
    ),
)
def shifted_in_place(x):
    x -= x.mean(dim=0)
    return _standardised(x, 0, x.std(dim=0, correction=0))


@wrong(
    "standardise_columns",
    N_(
        "You worked with `detach`, `.data`, `no_grad` or NumPy. The numbers are right, "
        "but no gradient finds its way back."
    ),
)
def standardised_cut_off(x):
    return by_the_definition(x.detach())


@wrong(
    "standardise_columns",
    N_(
        "You treated the mean and the deviation as constants (`detach`, `item` or `no_grad`). But they are calculated "
        "from `x`, and the gradient must flow through them too."
    ),
)
def statistics_cut_off(x):
    return _standardised(x, x.detach().mean(dim=0), x.detach().std(dim=0, correction=0))


@wrong("standardise_columns", N_("You made float32 of every matrix. A float64 one must stay float64."))
def standardised_in_float32(x):
    return by_the_definition(x.float())


@wrong(
    "standardise_columns",
    N_("Your safeguard against a deviation of 0 is too large: it makes the others noticeably larger as well."),
)
def safeguard_too_large(x):
    return (x - x.mean(dim=0)) / (x.std(dim=0, correction=0) + 0.01)


@wrong(
    "standardise_columns",
    N_(
        "You added something like 1e-5 under the root, as layers that normalise do. Beside the square of a small "
        "deviation that is seen within four decimals."
    ),
)
def safeguard_under_the_root(x):
    return (x - x.mean(dim=0)) / (x.var(dim=0, correction=0) + 1e-5).sqrt()


# --- mutants that nobody can tell from the solution ---

equivalent(
    "raise_marks",
    "in place: return torch.clamp(marks * factor, max=10) -> return (marks * factor).clamp_(max=10)",
    "the product is a new tensor that nobody else holds, and the text promises no gradient",
)
equivalent(
    "extreme_positions",
    "results share memory",
    "where both positions are the same, the text allows one tensor for the two",
)
equivalent(
    "standardise_columns",
    "constant: return (x - x.mean(dim=0)) / torch.where(deviation < 0.05, 1, deviation)"
    " -> return (x - x.mean(dim=0)) / torch.where(deviation < 0.05, 2, deviation)",
    "where the deviation is 0, what it divides is 0: any other number does as well as 1",
)
equivalent(
    "standardise_columns",
    "comparison: return (x - x.mean(dim=0)) / torch.where(deviation < 0.05, 1, deviation)"
    " -> return (x - x.mean(dim=0)) / torch.where(deviation <= 0.05, 1, deviation)",
    "the text says that no deviation lies between 0 and 0.1",
)
equivalent(
    "standardise_columns",
    "constant: return (x - x.mean(dim=0)) / torch.where(deviation < 0.05, 1, deviation)"
    " -> return (x - x.mean(dim=0)) / torch.where(deviation < 0.05005, 1, deviation)",
    "the text says that no deviation lies between 0 and 0.1",
)
equivalent(
    "same_shape_chain",
    "arithmetic: fours = twos ** 2 -> fours = twos * 2",
    "2 times 2 is 4 as well",
)
equivalent(
    "same_shape_chain",
    "operands swapped: fours = twos ** 2 -> fours = 2 ** twos",
    "2 to the power of 2, from either side",
)
equivalent(
    "elementwise",
    "one number expanded",
    "a result that is one number repeated has memory of its own; room for each element is not asked for",
)
equivalent(
    "same_shape_chain",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "aggregates",
    "one number expanded",
    "results that are one number repeated share no memory with the argument; more is not asked for",
)
equivalent(
    "row_shares",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "extreme_positions",
    "one number expanded",
    "results that are one number repeated share no memory with the argument; more is not asked for",
)
equivalent(
    "standardise_columns",
    "one number expanded",
    "a matrix that is one number repeated has memory of its own; room for each element is not asked for",
)
equivalent(
    "standardise_columns",
    "result through float32",
    "the text compares to four decimals",
)
equivalent(
    "nudge",
    "computed without gradients",
    "neither tensor needs a gradient",
)
equivalent(
    "raise_marks",
    "computed without gradients",
    "the text has no marks that need a gradient",
)
equivalent(
    "raise_marks",
    "result detached",
    "the text has no marks that need a gradient",
)
