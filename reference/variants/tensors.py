"""Other right answers to `tensors`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from antorcha.variants import N_, equivalent, right, wrong

# --- first_tensors ---


@right("first_tensors")
def counting_up():
    return (
        torch.tensor(3.14),
        torch.arange(1.0, 4.0),
        torch.arange(1.0, 5.0).reshape(2, 2),
        torch.arange(1.0, 13.0).view(2, 2, 3),
    )


@right("first_tensors")
def whole_numbers_with_a_dtype():
    f = torch.float32
    block = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
    matrix = torch.tensor(((1, 2), (3, 4)), dtype=f)
    return [torch.full((), 3.14), torch.tensor([1, 2, 3], dtype=f), matrix, torch.tensor(block).float()]


@wrong(
    "first_tensors",
    N_(
        "You wrote the scalar in brackets, and each pair of brackets adds an axis. "
        "Compare the shape of `torch.tensor([3.14])` with `()`."
    ),
)
def scalar_in_brackets():
    return [torch.tensor([3.14]), *counting_up()[1:]]


@wrong(
    "first_tensors",
    N_(
        "You expected whole numbers to become float32, but PyTorch stores them as int64. "
        "Look at how you write the numbers, or at the argument `dtype`."
    ),
)
def whole_numbers_stay_int64():
    return [torch.tensor(3.14), torch.arange(1, 4), torch.tensor([[1, 2], [3, 4]]), torch.arange(1, 13).view(2, 2, 3)]


@wrong(
    "first_tensors",
    N_(
        "You put the four rows straight under each other, so one level of nesting is gone. "
        "In `(2, 2, 3)` each block is a list of its own."
    ),
)
def rows_without_blocks():
    return [*counting_up()[:3], torch.arange(1.0, 13.0).view(4, 3)]


@wrong(
    "first_tensors",
    N_(
        "You read the shape `(2, 2, 3)` from the inside out. "
        "The first number counts the outermost brackets and the last one the numbers in a row."
    ),
)
def axes_from_the_inside_out():
    return [*counting_up()[:3], torch.arange(1.0, 13.0).view(3, 2, 2)]


@wrong(
    "first_tensors",
    N_(
        "You filled the matrix column by column. Each inner list of a nested list is a row: "
        "look at its first row again."
    ),
)
def columns_for_rows():
    scalar, vector, _, block = counting_up()
    return [scalar, vector, torch.tensor([[1.0, 3.0], [2.0, 4.0]]), block]


@wrong(
    "first_tensors",
    N_(
        "Your first element is a Python number, but a scalar here is a tensor too. "
        "How do you make a tensor of a number?"
    ),
)
def python_number_for_a_scalar():
    return [3.14, *counting_up()[1:]]


@wrong(
    "first_tensors",
    N_(
        "Your tensors are float64, the precision of Python and NumPy. "
        "The text asks for PyTorch's own default: read which dtype that is."
    ),
)
def double_precision():
    return [t.double() for t in counting_up()]


# --- from_nested ---


@right("from_nested")
def as_tensor(data, dtype=None):
    return torch.as_tensor(data, dtype=dtype)


@right("from_nested")
def two_ways_to_call(data, dtype=None):
    if dtype is None:
        return torch.tensor(data)
    return torch.tensor(data, dtype=dtype).clone()


@right("from_nested")
def stacked_level_by_level(data, dtype=None):
    if isinstance(data, int | float) or len(data) == 0:
        return torch.tensor(data, dtype=dtype)
    parts = [stacked_level_by_level(part, dtype) for part in data]
    common = parts[0].dtype
    for part in parts:
        common = torch.promote_types(common, part.dtype)
    return torch.stack([part.to(common) for part in parts])


@wrong(
    "from_nested",
    N_(
        "You made the tensor first and changed its dtype afterwards, "
        "so the values went through float32 and lost digits. "
        "See whether the dtype can be given while the tensor is made."
    ),
)
def converted_afterwards(data, dtype=None):
    t = torch.tensor(data)
    return t if dtype is None else t.to(dtype)


@wrong(
    "from_nested",
    N_(
        "You used `torch.Tensor` with a capital T: it always makes float32, and it takes one number for a size. "
        "Look for the function with almost the same name that reads the dtype from the data."
    ),
)
def capital_t(data, dtype=None):
    t = torch.Tensor(data)
    return t if dtype is None else t.to(dtype)


@wrong("from_nested", N_("You never use the argument `dtype`. When it is given, the result must have that dtype."))
def dtype_forgotten(data, dtype=None):
    return torch.tensor(data)


@wrong(
    "from_nested",
    N_(
        "You made float32 of everything when no `dtype` is given. "
        "Whole numbers and `True` have a dtype of their own: look at what PyTorch chooses when nobody tells it."
    ),
)
def float32_for_everything(data, dtype=None):
    return torch.tensor(data, dtype=dtype or torch.float32)


@wrong(
    "from_nested",
    N_(
        "You ask whether `data` is true to find the empty list, but 0 and `False` are not true either: "
        "they are numbers, and must give the shape `()`."
    ),
)
def nothing_taken_for_empty(data, dtype=None):
    return torch.tensor(data, dtype=dtype) if data else torch.zeros(0, dtype=dtype)


@wrong(
    "from_nested",
    N_(
        "You put a plain number into a list first, and that list is an axis. "
        "A plain number must give the shape `()`: does it need any brackets?"
    ),
)
def number_in_a_list(data, dtype=None):
    if not isinstance(data, list | tuple):
        data = [data]
    return torch.tensor(data, dtype=dtype)


@wrong(
    "from_nested",
    N_(
        "Numbers with a decimal point are float64 in your tensor, as they are in NumPy. "
        "PyTorch can read the lists itself, and without a `dtype` its own choice counts."
    ),
)
def lists_through_numpy(data, dtype=None):
    t = torch.from_numpy(np.array(data))
    return t if dtype is None else t.to(dtype)


@wrong(
    "from_nested",
    N_(
        "You took all axes of size 1 away. Each level of brackets is an axis, also where there is a single element "
        "in them: `[[5]]` has the shape `(1, 1)`."
    ),
)
def axes_of_one_squeezed(data, dtype=None):
    return torch.tensor(data, dtype=dtype).squeeze()


@wrong(
    "from_nested",
    N_(
        "You took a list with a single element for that element. Each level of brackets is an axis, however little "
        "there is in them: `[[5]]` has the shape `(1, 1)`."
    ),
)
def list_of_one_unpacked(data, dtype=None):
    if isinstance(data, list | tuple) and len(data) == 1:
        return list_of_one_unpacked(data[0], dtype)
    return torch.tensor(data, dtype=dtype)


# --- inferred_dtype ---

DTYPES = {
    "a": torch.float32,
    "b": torch.int64,
    "c": torch.float32,
    "d": torch.bool,
    "e": torch.float32,
    "f": torch.int64,
    "g": torch.float32,
    "h": torch.float32,
    "i": torch.float64,
    "j": torch.int64,
    "k": torch.int64,
    "l": torch.int64,
}


@right("inferred_dtype")
def dtypes_by_group(case):
    if case == "d":
        return torch.bool
    if case == "i":
        return torch.float64
    return torch.int64 if case in "bfjkl" else torch.float32


@right("inferred_dtype")
def dtypes_by_running(case):
    made = {
        "a": torch.tensor(7.0),
        "b": torch.tensor(7),
        "c": torch.tensor([1, 2.5]),
        "d": torch.tensor([True, False]),
        "e": torch.zeros(3),
        "f": torch.arange(4),
        "g": torch.arange(0, 1, 0.25),
        "h": torch.linspace(0, 10, 11),
        "i": torch.from_numpy(np.array([1.0, 2.0])),
        "j": torch.zeros_like(torch.tensor([1, 2])),
        "k": torch.full((2,), 1),
        "l": torch.tensor([True, 2]),
    }
    return made[case].dtype


@wrong(
    "inferred_dtype",
    N_(
        "You expected whole numbers to give float32. "
        "Look for a decimal point in what `torch.tensor` and `torch.arange` are given."
    ),
)
def whole_numbers_become_float32(case):
    return torch.float32 if case in "bf" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected an array of floats to have the dtype that PyTorch likes best. "
        "`from_numpy` keeps the dtype: which one does NumPy give to numbers with a decimal point?"
    ),
)
def numpy_gives_float32(case):
    return torch.float32 if case == "i" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected `zeros` to be whole numbers, as 0 is one. "
        "`zeros` is given only a shape: look up the dtype that it takes when nobody says which."
    ),
)
def zeros_are_whole(case):
    return torch.int64 if case == "e" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected `full` to be float32 like `zeros` and `ones`. "
        "But `full` is given a value: what does that value say about the dtype?"
    ),
)
def full_is_like_zeros(case):
    return torch.float32 if case == "k" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected `zeros_like` to give the dtype of `zeros`. "
        "Its name says that it copies from the tensor that it is given: what does it copy besides the shape?"
    ),
)
def zeros_like_is_like_zeros(case):
    return torch.float32 if case == "j" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected one `True` to make the tensor bool. "
        "All elements need one dtype that can hold each of them: can bool hold a 2?"
    ),
)
def one_true_makes_bool(case):
    return torch.bool if case == "l" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected `linspace` to look at its arguments as `arange` does. "
        "Think of the values between its two ends: are they whole numbers in general?"
    ),
)
def linspace_is_like_arange(case):
    return torch.int64 if case == "h" else DTYPES[case]


@wrong(
    "inferred_dtype",
    N_(
        "You expected numbers with a decimal point to keep the 64 bits of a Python float. "
        "Look up PyTorch's default floating point dtype, `torch.get_default_dtype()`."
    ),
)
def floats_keep_64_bits(case):
    return torch.float64 if case in "acg" else DTYPES[case]


# --- rank_name ---

RANKS = {
    "a": "vector",
    "b": "scalar",
    "c": "vector",
    "d": "matrix",
    "e": "tensor",
    "f": "matrix",
    "g": "vector",
    "h": "tensor",
    "i": "scalar",
}


@right("rank_name")
def ranks_by_axes(case):
    axes = {"a": 1, "b": 0, "c": 1, "d": 2, "e": 3, "f": 2, "g": 1, "h": 3, "i": 0}[case]
    return {0: "scalar", 1: "vector", 2: "matrix"}.get(axes, "tensor")


@right("rank_name")
def ranks_by_group(case):
    for name, cases in (("scalar", "bi"), ("vector", "acg"), ("matrix", "df")):
        if case in cases:
            return name
    return "tensor"


@wrong(
    "rank_name",
    N_(
        "You counted elements: a tensor with a single element is not always a scalar. "
        "Count the axes instead, one for each pair of brackets around a number."
    ),
)
def one_element_is_a_scalar(case):
    return "scalar" if case in "cfh" else RANKS[case]


@wrong(
    "rank_name",
    N_("You took a scalar for a vector of length one. Count the brackets around the number: how many axes are there?"),
)
def scalar_is_a_short_vector(case):
    return "vector" if case in "bi" else RANKS[case]


@wrong(
    "rank_name",
    N_(
        "You took a matrix with a single row for a vector. "
        "An axis of size 1 is still an axis: how many sizes does its shape have?"
    ),
)
def one_row_is_a_vector(case):
    return "vector" if case == "d" else RANKS[case]


@wrong(
    "rank_name",
    N_("You expected `[0]` to keep the axis that it picks from. Think of a Python list: is its first element a list?"),
)
def picking_keeps_the_axis(case):
    return "vector" if case == "i" else RANKS[case]


@wrong(
    "rank_name",
    N_(
        "You took every tensor with more than one axis for a matrix. "
        "A matrix has rows and columns and nothing else: count the sizes in its shape."
    ),
)
def several_axes_are_a_matrix(case):
    return "matrix" if case in "eh" else RANKS[case]


@wrong(
    "rank_name",
    N_("You took a tensor without elements for a scalar. A scalar holds one number: how many axes does `(0,)` have?"),
)
def nothing_is_a_scalar(case):
    return "scalar" if case == "g" else RANKS[case]


# --- number_from ---


@right("number_from")
def item_of_a_scalar(t):
    return t.reshape(()).item()


@right("number_from")
def first_of_the_list(t):
    if t.numel() != 1:
        raise RuntimeError("one element wanted")
    return t.detach().flatten().tolist()[0]


@wrong(
    "number_from",
    N_("You gave back the tensor itself. A tensor with one element is still a tensor: ask it for its Python number."),
)
def the_tensor_itself(t):
    return t


@wrong(
    "number_from",
    N_(
        "You took the axes away, but a tensor without axes is still a tensor and no Python number. "
        "Look for the method that hands out the number inside."
    ),
)
def without_its_axes(t):
    return t.squeeze()


@wrong(
    "number_from",
    N_(
        "You made a float of every number. An integer tensor must give an int and a bool one a bool: "
        "look for a way out of the tensor that keeps the kind."
    ),
)
def always_a_float(t):
    return float(t)


@wrong("number_from", N_("You made an int of every number, and that cuts off what stands after the decimal point."))
def always_an_int(t):
    return int(t)


@wrong(
    "number_from",
    N_(
        "You rounded the number, so that it looks as it did before it was put in. "
        "The text asks for what the tensor really holds, with every digit of it."
    ),
)
def rounded(t):
    number = t.item()
    return round(number, 2) if isinstance(number, float) else number


@wrong(
    "number_from",
    N_(
        "You took the first element and did not ask whether there are others. "
        "A tensor with several elements, or with none, must raise RuntimeError."
    ),
)
def first_element(t):
    return t.flatten()[0].item()


@wrong(
    "number_from",
    N_(
        "You went through NumPy, which refuses a tensor that needs a gradient and raises other errors. "
        "PyTorch has its own method for this."
    ),
)
def number_through_numpy(t):
    return t.numpy().item()


@wrong(
    "number_from",
    N_(
        "You returned a list: `tolist` keeps one level of brackets for each axis. "
        "What is asked for is the number inside."
    ),
)
def nested_list(t):
    return t.tolist()


# --- comes_back ---

RETURNS = {"a": True, "b": False, "c": True, "d": False, "e": True, "f": True, "g": True, "h": False}


@right("comes_back")
def letters_that_come_back(case):
    return case in "acefg"


@right("comes_back")
def by_making_the_trip(case):
    values = {"a": 0.5, "b": 3.14, "c": 7, "d": 0.1, "e": -2.75, "g": 16777217, "h": 16777217.0}
    return case == "f" or torch.tensor(values[case]).item() == values[case]


@wrong(
    "comes_back",
    N_(
        "You expected every number to come back as it went in. "
        "A Python float has more binary digits than a float32: what happens to the digits that do not fit?"
    ),
)
def everything_comes_back(case):
    return True


@wrong(
    "comes_back",
    N_(
        "You expected numbers with few decimals to be exact. The computer counts in halves, quarters and eighths: "
        "can 0.1 or 3.14 be made of those?"
    ),
)
def few_decimals_are_exact(case):
    return case in "bd" or RETURNS[case]


@wrong(
    "comes_back",
    N_(
        "You expected no number with a decimal part to come back. "
        "Some of them are sums of halves, quarters and eighths, and those are exact."
    ),
)
def no_float_is_exact(case):
    return case not in "aef" and RETURNS[case]


@wrong(
    "comes_back",
    N_(
        "You expected a float32 to hold every whole number. Read the hint again: "
        "how many binary digits does 16777217 have, and what does the point in `16777217.0` change?"
    ),
)
def whole_floats_are_exact(case):
    return case == "h" or RETURNS[case]


@wrong(
    "comes_back",
    N_(
        "You expected large whole numbers to be rounded in any tensor. "
        "Without a decimal point the tensor is int64: does that dtype round?"
    ),
)
def large_integers_are_rounded(case):
    return case != "g" and RETURNS[case]


@wrong(
    "comes_back",
    N_(
        "You expected 3.14 to be rounded in every dtype. Count the binary digits: "
        "how many has a Python float and how many has a float64?"
    ),
)
def float64_rounds_too(case):
    return case != "f" and RETURNS[case]


# --- constants ---


def _sizes(shape):
    return (shape,) if isinstance(shape, int) else tuple(shape)


@right("constants")
def filled_copies(shape, value, dtype):
    zeros = torch.zeros(shape, dtype=dtype)
    return zeros, zeros.clone().fill_(1), zeros.clone().fill_(value)


@right("constants")
def like_the_ones(shape, value, dtype):
    ones = torch.ones(shape, dtype=dtype)
    return [torch.zeros_like(ones), ones, torch.full_like(ones, value)]


@right("constants")
def ones_times_the_value(shape, value, dtype):
    ones = torch.ones(_sizes(shape), dtype=dtype)
    return ones ^ ones if dtype is torch.bool else ones - ones, ones, ones * value


@wrong(
    "constants",
    N_(
        "You passed `shape` on as it came. `zeros` and `ones` take a single int, but `full` wants a tuple: "
        "what does the text say that one int `n` means?"
    ),
)
def shape_as_it_came(shape, value, dtype):
    return torch.zeros(shape, dtype=dtype), torch.ones(shape, dtype=dtype), torch.full(shape, value, dtype=dtype)


@wrong(
    "constants",
    N_("You never use the argument `dtype`, so PyTorch chose for you. All three tensors must have the one asked for."),
)
def dtype_left_to_pytorch(shape, value, dtype):
    sizes = _sizes(shape)
    return torch.zeros(sizes), torch.ones(sizes), torch.full(sizes, value)


@wrong(
    "constants",
    N_(
        "Your zeros and ones have the dtype asked for, but the third tensor has that of `value`. "
        "Look at your call of `full`."
    ),
)
def dtype_of_the_value(shape, value, dtype):
    sizes = _sizes(shape)
    return torch.zeros(sizes, dtype=dtype), torch.ones(sizes, dtype=dtype), torch.full(sizes, value)


@wrong(
    "constants",
    N_(
        "You filled a float32 tensor and changed its dtype afterwards: by then `value` had lost digits. "
        "See whether the dtype can be given from the start."
    ),
)
def full_converted_afterwards(shape, value, dtype):
    sizes = _sizes(shape)
    full = torch.full(sizes, value).to(dtype)
    return torch.zeros(sizes).to(dtype), torch.ones(sizes).to(dtype), full


@wrong(
    "constants",
    N_(
        "You made a floating point number of `value` on the way. A large whole number loses its last digits there: "
        "give `value` as it is, and the dtype from the start."
    ),
)
def full_through_float64(shape, value, dtype):
    sizes = _sizes(shape)
    full = torch.full(sizes, float(value), dtype=torch.float64).to(dtype)
    return torch.zeros(sizes, dtype=dtype), torch.ones(sizes, dtype=dtype), full


@wrong(
    "constants",
    N_(
        "You took the empty shape `()` for no shape at all, because it counts as false in Python. "
        "It is a shape like any other: that of a scalar."
    ),
)
def empty_shape_is_one(shape, value, dtype):
    sizes = _sizes(shape) or (1,)
    return torch.zeros(sizes, dtype=dtype), torch.ones(sizes, dtype=dtype), torch.full(sizes, value, dtype=dtype)


@wrong(
    "constants",
    N_(
        "You filled one and the same tensor three times: a method with `_` at the end changes its tensor. "
        "The three need memory of their own."
    ),
)
def one_tensor_three_times(shape, value, dtype):
    t = torch.zeros(_sizes(shape), dtype=dtype)
    return t, t.fill_(1), t.fill_(value)


@wrong(
    "constants",
    N_(
        "You spread one number over all places with `expand`: all elements are one place in memory, and writing into "
        "one of them changes them all."
    ),
)
def one_number_expanded(shape, value, dtype):
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return tuple(torch.tensor(number, dtype=dtype).expand(sizes) for number in (0, 1, value))


_made_before = {}


@wrong(
    "constants",
    N_("You keep what you made and hand it out again: who writes into it changes what the next call returns."),
)
def handed_out_again(shape, value, dtype):
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    key = sizes, value, dtype
    if key not in _made_before:
        made = torch.zeros(sizes, dtype=dtype), torch.ones(sizes, dtype=dtype), torch.full(sizes, value, dtype=dtype)
        _made_before[key] = made
    return _made_before[key]


# --- inclusive_range ---


@right("inclusive_range")
def from_a_python_range(start, stop, step=1):
    return torch.tensor(range(start, stop + 1, step))


@right("inclusive_range")
def steps_from_the_start(start, stop, step=1):
    return start + step * torch.arange((stop - start) // step + 1)


@wrong(
    "inclusive_range",
    N_("You left the end out: `arange` stops before its second argument, as `range` does in Python."),
)
def end_left_out(start, stop, step=1):
    return torch.arange(start, stop, step)


@wrong(
    "inclusive_range",
    N_(
        "You moved the end by a whole `step`, and then the range can go past `stop`. "
        "How little is enough for `arange` to reach `stop` itself?"
    ),
)
def end_moved_by_a_step(start, stop, step=1):
    return torch.arange(start, stop + step, step)


@wrong(
    "inclusive_range",
    N_(
        "You counted in float32, as `torch.range` (no longer recommended) and `torch.linspace` do. "
        "Whole numbers should stay int64: look at `torch.arange`."
    ),
)
def counted_in_floats(start, stop, step=1):
    return torch.range(start, stop, step)


@wrong(
    "inclusive_range",
    N_(
        "You counted in float32 and made integers of it at the end. A float32 cannot hold every large whole number: "
        "stay with integers all the way."
    ),
)
def floats_made_whole(start, stop, step=1):
    return torch.arange(start, stop + 1, step, dtype=torch.float32).long()


@wrong(
    "inclusive_range",
    N_("You never use the argument `step`: the range always goes up by 1. Look at what `arange` takes."),
)
def step_forgotten(start, stop, step=1):
    return torch.arange(start, stop + 1)


@wrong(
    "inclusive_range", N_("Your range always begins at 0. The first element must be `start`, which may be negative.")
)
def begins_at_zero(start, stop, step=1):
    return torch.arange(0, stop + 1, step)


@wrong(
    "inclusive_range",
    N_("The numbers may be right, but you returned a Python list. The text asks for a tensor, a vector of int64."),
)
def list_of_numbers(start, stop, step=1):
    return list(range(start, stop + 1, step))


# --- grid ---


def _step(start, stop, count):
    return (stop - start) / max(count - 1, 1)


@right("grid")
def counted_and_scaled(start, stop, count):
    return start + torch.arange(count, dtype=torch.float32) * _step(start, stop, count)


@right("grid")
def half_a_step_more(start, stop, count):
    if start == stop or count == 1:
        return torch.full((count,), float(start))
    step = _step(start, stop, count)
    return torch.arange(start, stop + step / 2, step, dtype=torch.float32)


@right("grid")
def value_by_value(start, stop, count):
    return torch.tensor([start + _step(start, stop, count) * i for i in range(count)], dtype=torch.float32)


@wrong(
    "grid",
    N_(
        "The code still adds up a step that is not exact, and so it sometimes makes one value too many. "
        "Look for a function that is told how many values you want, not how far apart they are."
    ),
)
def step_still_added_up(start, stop, count):
    step = (stop - start) / (count - 1)
    return torch.arange(start, stop + step, step)


@wrong(
    "grid",
    N_(
        "You left out the last value: `arange` stops before its end. "
        "Moving the end is a matter of luck here, since the step is not exact: "
        "look for a function that takes `count`."
    ),
)
def last_value_left_out(start, stop, count):
    step = (stop - start) / (count - 1)
    return torch.arange(start, stop, step)


@wrong(
    "grid",
    N_(
        "You divided by `count`, so the last value does not reach `stop`. "
        "Count the gaps between `count` values when both ends belong to them."
    ),
)
def as_many_gaps_as_values(start, stop, count):
    step = (stop - start) / count
    return start + torch.arange(count) * step


@wrong(
    "grid",
    N_(
        "You divide by `count - 1` also when `count` is 1, and that is a division by zero. "
        "Which single value is wanted then?"
    ),
)
def nothing_between_one(start, stop, count):
    return start + torch.arange(count) * ((stop - start) / (count - 1))


@wrong(
    "grid",
    N_(
        "Your values always go up. When `stop` is smaller than `start` they must go down: "
        "look at the sign of your step."
    ),
)
def always_going_up(start, stop, count):
    return torch.linspace(min(start, stop), max(start, stop), count)


@wrong(
    "grid",
    N_(
        "With a single value you make the tensor from `start` alone, and a whole number then gives int64. "
        "The text asks for float32 always."
    ),
)
def one_whole_value(start, stop, count):
    return torch.tensor([start]) if count == 1 else torch.linspace(start, stop, count)


@wrong(
    "grid",
    N_(
        "When `start` and `stop` are equal your step is 0, and from `start` no step leads on. "
        "The text asks for `count` equal values then: look for a function that takes `count`."
    ),
)
def step_of_zero(start, stop, count):
    if count == 1:
        return torch.full((1,), float(start))
    step = _step(start, stop, count)
    return torch.arange(start, stop + step / 2, step, dtype=torch.float32)


@wrong(
    "grid",
    N_(
        "When `start` and `stop` are equal you make a single value. "
        "`count` says how many there are, also when they are all the same."
    ),
)
def one_value_for_equal_ends(start, stop, count):
    return torch.full((1,), float(start)) if start == stop else torch.linspace(start, stop, count)


@wrong(
    "grid",
    N_(
        "Your values are float64, the dtype that NumPy gives and that `dtype=` can ask for. "
        "The text asks for float32, which PyTorch's own function gives when nobody says anything else."
    ),
)
def grid_through_numpy(start, stop, count):
    return torch.from_numpy(np.linspace(start, stop, count))


# --- blank_like ---


@right("blank_like")
def every_property_by_hand(x):
    return torch.zeros(x.shape, dtype=x.dtype, device=x.device), torch.ones(x.shape, dtype=x.dtype, device=x.device)


@right("blank_like")
def new_from_the_tensor(x):
    return [x.new_zeros(x.shape), x.new_ones(x.size())]


@right("blank_like")
def filled_copies_of_it(x):
    return x.detach().clone().zero_(), x.detach().clone().fill_(1)


@wrong(
    "blank_like",
    N_(
        "You copied only the shape, so the dtype is always the default one. "
        "Look for the functions whose names end in `_like`: they copy the rest too."
    ),
)
def only_the_shape(x):
    return torch.zeros(x.shape), torch.ones(x.shape)


@wrong(
    "blank_like",
    N_(
        "You multiplied `x` by 0, but infinity or `nan` times 0 is `nan`, and a bool tensor becomes one of integers. "
        "The new tensors must not depend on what `x` holds."
    ),
)
def times_zero(x):
    return x * 0, x * 0 + 1


@wrong(
    "blank_like",
    N_(
        "You filled `x` itself: a method with `_` at the end, such as `zero_`, changes its tensor. "
        "`x` must stay as it was, and the results need memory of their own."
    ),
)
def zeroed_in_place(x):
    return x.zero_(), torch.ones_like(x)


@wrong(
    "blank_like",
    N_(
        "You filled `x` itself and returned it twice: `zero_` and `fill_` change their tensor, and what they return is "
        "that same tensor. `x` must stay as it was, and the text asks for two tensors, one of zeros and one of ones."
    ),
)
def x_zeroed_twice(x):
    x.zero_()
    return x, x


@wrong(
    "blank_like",
    N_(
        "You copied the shape and the dtype, but not the device: your tensors always live on the CPU. "
        "Where must they live when `x` is on a GPU?"
    ),
)
def device_forgotten(x):
    return torch.zeros(x.shape, dtype=x.dtype), torch.ones(x.shape, dtype=x.dtype)


@wrong(
    "blank_like",
    N_(
        "You made float32 of every tensor. The dtype must be that of `x`, whatever it is: "
        "do you need the argument `dtype`?"
    ),
)
def float32_like_it(x):
    return torch.zeros_like(x, dtype=torch.float32), torch.ones_like(x, dtype=torch.float32)


@wrong(
    "blank_like",
    N_("You handed the need for a gradient on from `x`. The new tensors are not to need one, even if `x` does."),
)
def gradient_handed_on(x):
    return torch.zeros_like(x, requires_grad=x.requires_grad), torch.ones_like(x, requires_grad=x.requires_grad)


@wrong(
    "blank_like",
    N_(
        "You counted on exactly two axes, but `x` may have any number of them, even none. Pass its shape on as a whole."
    ),
)
def exactly_two_axes(x):
    rows, columns = x.shape
    zeros = torch.zeros(rows, columns, dtype=x.dtype, device=x.device)
    return zeros, torch.ones(rows, columns, dtype=x.dtype, device=x.device)


# --- noise_like ---


def _floating(x, dtype):
    return dtype or (x.dtype if x.is_floating_point() else torch.float32)


@right("noise_like")
def noise_by_hand(x, dtype=None):
    return torch.rand(x.shape, dtype=_floating(x, dtype), device=x.device)


@right("noise_like")
def uniform_in_new_memory(x, dtype=None):
    return torch.empty_like(x, dtype=_floating(x, dtype), requires_grad=False).uniform_()


@wrong(
    "noise_like",
    N_(
        "You passed everything on to `rand_like`, and it copies the dtype of an integer or bool tensor too. "
        "Such a dtype cannot hold numbers between 0 and 1: choose another one when `dtype` is not given."
    ),
)
def rand_like_of_anything(x, dtype=None):
    return torch.rand_like(x, dtype=dtype)


@wrong(
    "noise_like",
    N_(
        "You copied only the shape of `x`. Its dtype counts too when it is a floating point one, "
        "and so does its device: "
        "what does `rand` take when nobody says?"
    ),
)
def noise_of_that_shape(x, dtype=None):
    return torch.rand(x.shape, dtype=dtype)


@wrong(
    "noise_like",
    N_(
        "You set the seed inside the function, so each call gives the same numbers, "
        "and other people's random numbers "
        "start again too. Leave the generator alone."
    ),
)
def seeded_noise(x, dtype=None):
    torch.manual_seed(42)
    return torch.rand_like(x, dtype=_floating(x, dtype))


@wrong(
    "noise_like",
    N_(
        "You used `randn`, which draws from the bell curve around 0: its numbers can be negative or larger than 1. "
        "The text asks for an even spread from 0 to 1."
    ),
)
def bell_shaped_noise(x, dtype=None):
    return torch.randn_like(x, dtype=_floating(x, dtype))


@wrong(
    "noise_like",
    N_("You never use the argument `dtype`. When it is given, it goes before the dtype of `x`."),
)
def noise_dtype_forgotten(x, dtype=None):
    return torch.rand_like(x, dtype=_floating(x, None))


@wrong(
    "noise_like",
    N_(
        "You filled `x` itself: `uniform_` has a `_` at the end because it changes its tensor. "
        "Make a new tensor and leave `x` as it was."
    ),
)
def noise_in_place(x, dtype=None):
    return x.uniform_()


@wrong(
    "noise_like",
    N_(
        "Shape and dtype are right, but your noise always lives on the CPU. "
        "It must live on the device of `x`: look at what else `rand` can be told."
    ),
)
def noise_on_the_cpu(x, dtype=None):
    return torch.rand(x.shape, dtype=_floating(x, dtype))


@wrong(
    "noise_like",
    N_("You drew one random number and used it everywhere. Each element must have its own."),
)
def one_number_for_all(x, dtype=None):
    return torch.full_like(x, torch.rand(()).item(), dtype=_floating(x, dtype), requires_grad=False)


@wrong(
    "noise_like",
    N_(
        "You draw in float32 and round afterwards. Of numbers just below 1, float16 and bfloat16 make a 1, which does "
        "not belong to the interval: say to the function that draws which dtype you want."
    ),
)
def drawn_and_rounded(x, dtype=None):
    if dtype is None:
        dtype = x.dtype if x.is_floating_point() else torch.float32
    return torch.rand(x.shape, device=x.device).to(dtype)


# --- random_images ---


@right("random_images")
def stacked_images(count, height=224, width=224):
    return torch.stack([torch.rand(height, width, 3) for _ in range(count)])


@right("random_images")
def channels_moved_last(count, height=224, width=224):
    return torch.rand((count, 3, height, width)).permute(0, 2, 3, 1)


@wrong(
    "random_images",
    N_(
        "You put the channels before the height, as PyTorch's layers want them. "
        "Here each image has the shape `(height, width, 3)`: which axis comes last?"
    ),
)
def channels_first(count, height=224, width=224):
    return torch.rand(count, 3, height, width)


@wrong(
    "random_images",
    N_(
        "You made a single image and never used `count`. A batch has one more axis in front, even a batch of one image."
    ),
)
def count_forgotten(count, height=224, width=224):
    return torch.rand(height, width, 3)


@wrong(
    "random_images",
    N_(
        "You used `randn`, which draws from the bell curve around 0: pixels can be negative or larger than 1. "
        "The text asks for an even spread from 0 to 1."
    ),
)
def bell_shaped_pixels(count, height=224, width=224):
    return torch.randn(count, height, width, 3)


@wrong(
    "random_images",
    N_(
        "Your pixels are whole numbers from 0 to 255, as image files store them. "
        "The text asks for float32 numbers from 0 to 1."
    ),
)
def pixels_as_in_a_file(count, height=224, width=224):
    return torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8)


@wrong(
    "random_images",
    N_("You stretched the values up to 255. The text asks for values from 0 to 1, and that is how `rand` draws them."),
)
def stretched_to_255(count, height=224, width=224):
    return torch.rand(count, height, width, 3) * 255


@wrong(
    "random_images",
    N_("You set the seed inside the function, so each call gives the same images. Leave the generator alone."),
)
def seeded_images(count, height=224, width=224):
    torch.manual_seed(42)
    return torch.rand(count, height, width, 3)


@wrong(
    "random_images",
    N_(
        "You exchanged height and width: an image has as many rows as it is high. "
        "With 224 and 224 nobody sees it, so try other sizes."
    ),
)
def width_before_height(count, height=224, width=224):
    return torch.rand(count, width, height, 3)


@wrong(
    "random_images",
    N_("You drew one image and repeated it `count` times. Each image of the batch must be drawn on its own."),
)
def copies_of_one_image(count, height=224, width=224):
    return torch.rand(height, width, 3).expand(count, -1, -1, -1)


# --- pad_rows ---


@right("pad_rows")
def padded_lists(rows, width):
    full = [[*row, *[0.0] * (width - len(row))] for row in rows]
    return torch.tensor(full, dtype=torch.float32).reshape(len(rows), width)


@right("pad_rows")
def empty_but_filled(rows, width):
    table = torch.empty(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
        table[i, len(row) :] = 0
    return table


@right("pad_rows")
def number_by_number(rows, width):
    table = torch.zeros((len(rows), width))
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            table[i, j] = number
    return table


@wrong(
    "pad_rows",
    N_(
        "The code still relies on what `torch.empty` happens to find in memory. "
        "Nobody promises zeros there: who writes the zeros to the right of a short row?"
    ),
)
def still_empty(rows, width):
    table = torch.empty(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
    return table


@wrong(
    "pad_rows",
    N_(
        "You gave all the rows to `torch.tensor` at once. It takes only rows of one length, and fills none of them up: "
        "put them one by one into a matrix that has the right size already."
    ),
)
def all_rows_at_once(rows, width):
    return torch.tensor(rows)


@wrong(
    "pad_rows",
    N_("Your matrix is as wide as its longest row. The text asks for `width` columns, even if no row is that long."),
)
def as_wide_as_the_longest(rows, width):
    return padded_lists(rows, max(map(len, rows), default=width))


@wrong(
    "pad_rows",
    N_(
        "You let the numbers in the rows choose the dtype, and rows of whole numbers give int64. "
        "The result must be float32 for any numbers."
    ),
)
def dtype_of_the_rows(rows, width):
    return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows]).reshape(len(rows), width)


@wrong(
    "pad_rows",
    N_(
        "You stack the rows, and without a row there is nothing to stack. "
        "An empty list of rows must give the shape `(0, width)`."
    ),
)
def nothing_to_stack(rows, width):
    return torch.stack([torch.tensor([*row, *[0.0] * (width - len(row))], dtype=torch.float32) for row in rows])


@wrong(
    "pad_rows",
    N_("You put the zeros to the left of the numbers. Each row starts with its own numbers, and the zeros follow."),
)
def zeros_to_the_left(rows, width):
    return padded_lists([[0.0] * (width - len(row)) + row for row in rows], width)


@wrong(
    "pad_rows",
    N_(
        "You added zeros to the lists of the caller: `append`, `extend` and `+=` change a list for everybody. "
        "`rows` must stay as it was: work on copies or in your tensor."
    ),
)
def callers_lists_filled_up(rows, width):
    for row in rows:
        row.extend([0.0] * (width - len(row)))
    return padded_lists(rows, width)


# --- from_array ---


@right("from_array")
def copied_array(array):
    return torch.tensor(array)


@right("from_array")
def array_as_tensor(array):
    return torch.as_tensor(array).clone()


@wrong(
    "from_array",
    N_(
        "You made float32 of every array, as `torch.Tensor` and `.float()` do. "
        "The tensor must keep the dtype of the array: look for a function that takes it over."
    ),
)
def array_made_float32(array):
    return torch.Tensor(array)


@wrong(
    "from_array",
    N_(
        "You went through Python lists, and they do not remember the dtype: PyTorch had to guess it again. "
        "Give the array itself to PyTorch."
    ),
)
def array_through_lists(array):
    return torch.tensor(array.tolist())


@wrong(
    "from_array",
    N_(
        "You made float64 of every array. That is NumPy's usual dtype, but not the only one: "
        "the tensor must have the dtype that this array has."
    ),
)
def array_made_float64(array):
    return torch.tensor(array, dtype=torch.float64)


@wrong(
    "from_array",
    N_(
        "The dtype is right at the end, but on the way the values were float32 and lost digits. "
        "No conversion is needed here at all."
    ),
)
def array_through_float32(array):
    return torch.from_numpy(array).float().to(torch.from_numpy(array).dtype)


@wrong(
    "from_array",
    N_(
        "You changed the array that you were given: `+=` and its like write into it. "
        "The array must stay as it was, and the tensor holds the same values."
    ),
)
def array_counted_up(array):
    array += 1
    return torch.from_numpy(array)


@wrong("from_array", N_("You returned the array as it came. NumPy's array must become a tensor of PyTorch."))
def array_itself(array):
    return array


@wrong(
    "from_array",
    N_(
        "You went through the array row by row. An array without axes has no rows, and one without elements has none "
        "either: turn the array into a tensor as a whole."
    ),
)
def row_by_row(array):
    return torch.stack([torch.tensor(row) for row in array])


# --- describe ---


def _report(t, **instead):
    right_one = {
        "shape": tuple(t.shape),
        "ndim": t.ndim,
        "dtype": t.dtype,
        "device": t.device.type,
        "elements": t.numel(),
    }
    return {**right_one, **instead}


@right("describe")
def by_its_methods(t):
    return {
        "shape": t.size(),
        "ndim": t.dim(),
        "dtype": t.dtype,
        "device": t.device.type,
        "elements": math.prod(t.size()),
    }


@right("describe")
def from_the_shape(t):
    shape = list(t.shape)
    device = str(t.device).split(":")[0]
    return {"elements": t.nelement(), "device": device, "dtype": t.dtype, "ndim": len(shape), "shape": shape}


@wrong(
    "describe",
    N_(
        "In PyTorch `t.size` is a method, and without `()` you get the method instead of the sizes. "
        "Call it, or look for the attribute that needs no call."
    ),
)
def size_not_called(t):
    return _report(t, shape=t.size)


@wrong(
    "describe",
    N_(
        "For the number of elements you gave a method that was not called: it needs `()`. "
        "Choose the right one, too: in PyTorch one method gives the shape and another counts the elements."
    ),
)
def numel_not_called(t):
    return _report(t, elements=t.numel)


@wrong(
    "describe",
    N_(
        "For the number of axes you gave a method that was not called: it needs `()`. "
        "There is an attribute that needs no call, too."
    ),
)
def dim_not_called(t):
    return _report(t, ndim=t.dim)


@wrong(
    "describe",
    N_("You took `ndim` for the shape. The shape has one size for each axis; `ndim` is how many axes there are."),
)
def ndim_is_the_shape(t):
    return _report(t, ndim=tuple(t.shape))


@wrong(
    "describe",
    N_("You counted the elements for `ndim`. It counts the axes: how many indices do you need to reach one number?"),
)
def ndim_counts_elements(t):
    return _report(t, ndim=t.numel())


@wrong(
    "describe",
    N_(
        "You used `len(t)`, which is only the size of the first axis, and a tensor without axes has none. "
        "All axes count for the number of elements."
    ),
)
def len_of_the_tensor(t):
    return _report(t, elements=len(t))


@wrong(
    "describe",
    N_(
        "Your number of elements is not always an int: 1.0, which NumPy's `prod` makes of no sizes at all, is a number "
        "with a point. PyTorch has a method that counts the elements."
    ),
)
def prod_of_no_sizes(t):
    return _report(t, elements=np.prod(t.shape))


@wrong(
    "describe",
    N_(
        "You wrote the dtype down as text. The entry is to hold the dtype itself, "
        "such as `torch.float32` without quotes."
    ),
)
def dtype_as_text(t):
    return _report(t, dtype=str(t.dtype))


@wrong(
    "describe",
    N_("You gave the device as an object. The text asks for its type as text: look at the attributes of `t.device`."),
)
def device_as_an_object(t):
    return _report(t, device=t.device)


@wrong(
    "describe",
    N_('You wrote "cpu" down instead of asking the tensor. A tensor may live elsewhere: look at `t.device`.'),
)
def device_written_down(t):
    return _report(t, device="cpu")


# --- mutants that nobody can tell from the solution ---

equivalent(
    "from_nested",
    "view for copy: return torch.tensor(data, dtype=dtype) -> return torch.as_tensor(data, dtype=dtype)",
    "as_tensor copies Python numbers, lists and tuples",
)
equivalent(
    "pad_rows",
    "view for copy: table[i, :len(row)] = torch.tensor(row) -> table[i, :len(row)] = torch.as_tensor(row)",
    "as_tensor copies Python lists, and the assignment copies once more",
)
equivalent(
    "from_array",
    "copy for view: return torch.from_numpy(array) -> return torch.from_numpy(array).clone()",
    "the text lets the tensor share the array's memory or have its own",
)
equivalent(
    "noise_like",
    "result through float32",
    "the text does not say how many digits the numbers have",
)
equivalent(
    "pad_rows",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "number_from",
    "gradient of an argument cleared",
    "the text says nothing of a gradient that the tensor has already",
)
equivalent(
    "number_from",
    "calculated on the CPU",
    "the answer is a Python number, which lives on no device",
)
equivalent(
    "blank_like",
    "result through float32",
    "zeros and ones are exact in float32",
)
