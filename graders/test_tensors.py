"""Hidden tests for `tensors`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return.
"""

import numpy as np
import pytest
import torch

from .common import all_whole, beside_an_earlier_gradient, kept


def spread_evenly(values: object, distinct: float = 0.99) -> bool:
    """True for a tensor of many numbers that look drawn one by one, evenly, from the interval from 0 to 1.

    `distinct`: the share of them that must differ from all others; in a dtype of few digits most are drawn again.
    """
    if not isinstance(values, torch.Tensor) or not values.is_floating_point():
        return False
    numbers = values.detach().double().flatten()
    in_range = bool(((numbers >= 0) & (numbers < 1)).all())
    each_its_own = numbers.unique().numel() > distinct * numbers.numel()
    # Mean 1/2, standard deviation 1/sqrt(12) = 0.289; with thousands of numbers neither strays this far.
    return in_range and each_its_own and _near(numbers.mean(), 0.5) and _near(numbers.std(), 0.289)


def devices_of(module, name, x):
    """A scenario: where the results for `x` live, on the CPU and on PyTorch's "meta" device, which every machine has.

    Tensors on "meta" have no values. An answer that looks at the values raises there, and no text says that it must
    not: if it works on the CPU, it counts as one on the right device.
    """

    def where(answer):
        return [t.device.type for t in (answer if isinstance(answer, list | tuple) else [answer])]

    at_home = where(getattr(module, name)(x))
    try:
        return {"on its own device": at_home, "on another device": where(getattr(module, name)(x.to("meta")))}
    except RuntimeError:
        return {"on its own device": at_home, "on another device": ["meta"] * len(at_home)}


def _near(actual: torch.Tensor, expected: float) -> bool:
    return abs(float(actual) - expected) < 0.04


def is_tensor(answer: object) -> bool:
    """True for a tensor; asked first, so that nobody reads about the numbers in what holds none."""
    return isinstance(answer, torch.Tensor)


def differ(first: object, second: object) -> bool:
    """True for two tensors of one shape, filled, with other numbers."""
    if not isinstance(first, torch.Tensor) or not isinstance(second, torch.Tensor):
        return False
    return first.shape == second.shape and first.numel() > 0 and not torch.equal(first, second)


# --- first_tensors ---


def one_of_them(module, place):
    """A scenario: the tensor at `place`; `None` is handed on, so that it is told as a `return` that is missing."""
    answer = module.first_tensors()
    return None if answer is None else answer[place]


# Trap: [3.14] is a vector with one element, not a scalar.
@pytest.mark.exercise("first_tensors")
def test_first_tensors_scalar_has_no_axes(agree):
    agree.scenario(one_of_them, 0)


# Trap: [1, 2, 3] without decimal points is int64.
@pytest.mark.exercise("first_tensors")
def test_first_tensors_vector(agree):
    agree.scenario(one_of_them, 1)


# Trap: four numbers in one list, or columns for rows.
@pytest.mark.exercise("first_tensors")
def test_first_tensors_matrix(agree):
    agree.scenario(one_of_them, 2)


# Trap: a level of nesting lost, (4, 3) or (2, 6), or the axes in another order, (3, 2, 2).
@pytest.mark.exercise("first_tensors")
def test_first_tensors_three_axes(agree):
    agree.scenario(one_of_them, 3)


# --- from_nested ---


# Trap: `[data]` for a scalar has one axis; `torch.Tensor(4)` has four elements that nobody wrote; 0 and False taken for
# an empty list.
@pytest.mark.points(2)
def test_from_nested_plain_number(agree):
    agree("from_nested", -5.3)
    agree("from_nested", 4)
    agree("from_nested", 0)
    agree("from_nested", False)


# Trap: `torch.Tensor(data)` makes integers float32, and there a large one loses its last digit; in float64 a
# still larger one does.
def test_from_nested_integers_stay_integers(agree):
    agree("from_nested", [16_777_217, 3, 1])
    agree("from_nested", [5, 2**53 + 1])


# Trap: a dtype forced on everything: bool becomes a number, a float is cut to an int.
def test_from_nested_lets_pytorch_choose(agree):
    agree("from_nested", (True, False, True))
    agree("from_nested", [1, 2.5, 3])


# Trap: only lists are unpacked, or only two levels of them.
def test_from_nested_tuples_within_lists(agree):
    agree("from_nested", ([(1, 2), [3, 4], (5, 6)], ([7, 8], (9, 10), [11, 12])))
    agree.scenario(kept, "from_nested", ([1, 2],), ([3, 4],))


# Trap: converting afterwards, `torch.tensor(data).to(dtype)`: 0.1 has gone through float32 and lost digits. That a
# dtype is given from the start is what the exercise is about: half of its points.
@pytest.mark.points(8)
def test_from_nested_dtype_from_the_start(agree):
    agree.using(rtol=0.0, atol=0.0)("from_nested", [[0.1], [0.2]], dtype=torch.float64)


# Trap: a list with a single element taken for that element; axes of size 1 squeezed away.
@pytest.mark.points(2)
def test_from_nested_lists_of_one(agree):
    agree("from_nested", [[1, 2]])
    agree("from_nested", [7])
    agree("from_nested", [[[5]]])
    agree("from_nested", ([],))


# Trap: an empty list taken for a scalar, or for int64.
def test_from_nested_empty_list(agree):
    agree("from_nested", [])
    agree("from_nested", [[], []], dtype=torch.int16)


# --- inferred_dtype ---


# Trap: whole numbers silently give int64; one decimal point is enough to make all float32.
@pytest.mark.points(4)
def test_inferred_dtype_of_whole_numbers(agree):
    agree("inferred_dtype", "b")
    agree("inferred_dtype", "c")
    agree("inferred_dtype", "a")


# Trap: zeros are float32 although 0 is whole, and full takes the dtype of its value.
def test_inferred_dtype_of_constants(agree):
    agree("inferred_dtype", "e")
    agree("inferred_dtype", "k")


# Trap: arange looks at its arguments, linspace does not.
def test_inferred_dtype_of_ranges(agree):
    agree("inferred_dtype", "f")
    agree("inferred_dtype", "g")
    agree("inferred_dtype", "h")


# Trap: NumPy's float64 taken for float32; zeros_like taken for zeros.
def test_inferred_dtype_taken_from_another(agree):
    agree("inferred_dtype", "i")
    agree("inferred_dtype", "j")


# Trap: one True among integers taken for bool.
def test_inferred_dtype_of_true_with_integers(agree):
    agree("inferred_dtype", "l")
    agree("inferred_dtype", "d")


# --- rank_name ---


# Trap: a scalar taken for a vector of one.
def test_rank_name_scalars(agree):
    agree("rank_name", "b")
    agree("rank_name", "i")


# Trap: counts elements, not axes: one element is no scalar, and none is still a vector.
def test_rank_name_vectors(agree):
    agree("rank_name", "c")
    agree("rank_name", "g")
    agree("rank_name", "a")


# Trap: a matrix of one row taken for a vector, one of one element for a scalar.
def test_rank_name_matrices(agree):
    agree("rank_name", "d")
    agree("rank_name", "f")


# Trap: three axes of size 1 taken for a scalar; any two brackets taken for a matrix.
def test_rank_name_more_axes(agree):
    agree("rank_name", "h")
    agree("rank_name", "e")


# --- number_from ---


# Trap: returns a tensor (its element, a detached or squeezed one) instead of a Python number.
def test_number_from_any_shape(agree):
    exactly = agree.using(numbers="strict")
    exactly("number_from", torch.tensor(-2.5))
    exactly("number_from", torch.tensor([[[9.75]]]))


# Trap: rounds what float32 shows for 0.1 to the 0.1 that was put in.
def test_number_from_does_not_round(agree):
    exactly = agree.using(numbers="strict", rtol=0.0, atol=0.0)
    exactly("number_from", torch.tensor([0.1]))
    exactly("number_from", torch.tensor(0.1, dtype=torch.float64))


# Trap: `float(t)` whatever the dtype: an int or a bool comes back as a float, a large int as another one.
def test_number_from_keeps_the_kind_of_number(agree):
    exactly = agree.using(numbers="strict")
    exactly("number_from", torch.tensor([-3], dtype=torch.int8))
    exactly("number_from", torch.tensor(9_007_199_254_740_993))
    exactly("number_from", torch.tensor([True]))


# Trap: `t.numpy()` refuses a tensor that needs a gradient.
def test_number_from_a_tensor_that_needs_a_gradient(agree, device):
    agree.using(numbers="strict")("number_from", torch.tensor([6.5], device=device, requires_grad=True))


# Trap: takes the first of several elements and says nothing.
def test_number_from_refuses_several_elements_or_none(agree):
    agree("number_from", torch.tensor([1.0, 2.0]))
    agree("number_from", torch.zeros(0))


# --- comes_back ---


# Trap: float32 rounds 3.14, float64 does not.
def test_comes_back_depends_on_the_dtype(agree):
    agree("comes_back", "f")
    agree("comes_back", "b")


# Trap: an int64 keeps every digit of a whole number that float32 rounds.
def test_comes_back_large_whole_numbers(agree):
    agree("comes_back", "g")
    agree("comes_back", "h")


# Trap: "floats are never exact" (sums of halves and quarters are), or "few decimals are exact" (0.1 is not).
def test_comes_back_halves_and_tenths(agree):
    agree("comes_back", "c")
    agree("comes_back", "d")
    agree("comes_back", "e")
    agree("comes_back", "a")


# --- constants ---


# Trap: a shape given as one int: `torch.full(4, ...)` raises.
@pytest.mark.points(4)
def test_constants_shape_as_one_int(agree):
    agree("constants", 4, 9, torch.int64)


# Trap: the default dtype, float32, instead of the one asked for.
def test_constants_dtype(agree):
    agree("constants", (3, 1, 2), -4, torch.int8)
    agree("constants", [2, 2], True, torch.bool)
    agree("constants", (5,), 3, torch.float32)


# Trap: the dtype set afterwards: 3.14 has gone through float32 and lost digits, a large integer through float64.
def test_constants_value_is_exact(agree):
    agree.using(rtol=0.0, atol=0.0)("constants", (2, 1), 3.14, torch.float64)
    agree("constants", (3,), 2**53 + 1, torch.int64)
    agree("constants", (1, 2), -(2**63), torch.int64)


# Trap: one tensor handed out twice, or filled again and again.
@pytest.mark.points(0.5)
@pytest.mark.parametrize("value", [0, 1])
def test_constants_share_no_memory(agree, value):
    def places_in_memory(module, value):
        made = module.constants((2, 3), value, torch.float32)
        return {"how many memories": len({t.data_ptr() for t in made}), "what you returned": made}

    agree.scenario(places_in_memory, value)


# Trap: `expand` shows one number six times; the tensors of the last call handed out again.
@pytest.mark.exercise("constants")
@pytest.mark.points(2)
def test_constants_elements_and_calls_share_no_memory(agree):
    def written_into(module):
        made = module.constants((2, 3), 4, torch.float32)
        for number, t in enumerate(made):
            t[0, 1] = 7 + number
        return {"changed afterwards": made, "made again": module.constants((2, 3), 4, torch.float32)}

    agree.scenario(written_into)


# Trap: a shape that counts as false, `()`, or a size of 0, taken for "no shape".
@pytest.mark.points(2)
def test_constants_no_axes_and_no_elements(agree):
    agree("constants", (), 2.5, torch.float32)
    agree("constants", (0, 3), 1, torch.int16)
    agree("constants", 0, 1, torch.float32)


# --- inclusive_range ---


# Trap: the end is excluded.
def test_inclusive_range_holds_its_end(agree):
    agree("inclusive_range", 3, 8)
    agree("inclusive_range", 1, 13, 4)
    agree.scenario(kept, "inclusive_range", (3, 8), (13, 18))


# Trap: `stop + step` as the end goes past `stop` when no step lands on it.
def test_inclusive_range_never_goes_past_its_end(agree):
    agree("inclusive_range", 0, 10, 3)
    agree("inclusive_range", 2, 5, 7)


# Trap: always starts at 0; `range` with a negative start.
def test_inclusive_range_below_zero(agree):
    agree("inclusive_range", -6, -1)
    agree("inclusive_range", -5, 4, 3)


# Trap: nothing left when start and stop are equal.
def test_inclusive_range_of_one(agree):
    agree("inclusive_range", 4, 4)
    agree("inclusive_range", 0, 0, 5)


# Trap: `torch.range` (deprecated) and `linspace` give float32, which cannot tell these neighbours apart; float64
# cannot tell those of the second call apart.
def test_inclusive_range_of_large_integers(agree):
    agree("inclusive_range", -16_777_219, -16_777_215)
    agree("inclusive_range", 2**53 + 1, 2**53 + 6, 2)


# --- grid ---


# Trap: adding up a float step gives one element too many, or one too few.
@pytest.mark.parametrize("count", [4, 7, 8, 11, 50])
def test_grid_has_the_right_count(agree, count):
    agree("grid", -0.5, 0.2, count)


# Trap: whole numbers give int64 with arange.
@pytest.mark.points(3)
def test_grid_between_whole_numbers_is_float32(agree):
    agree("grid", 0, 3, 10)
    agree("grid", -2, 2, 5)
    agree.scenario(kept, "grid", (0, 3, 4), (1, 7, 4))


# Trap: a step of the wrong sign when the values go down.
@pytest.mark.points(3)
def test_grid_that_goes_down(agree):
    agree("grid", 1.0, -1.0, 22)


# Trap: a step of 0 gets nowhere; one value in place of `count` equal ones.
@pytest.mark.points(2)
def test_grid_of_equal_ends(agree):
    agree("grid", 2, 2, 3)
    agree("grid", 3, 8, 6)
    agree("grid", -0.5, -0.5, 2)


# Trap: one value makes a division by zero; a whole one is kept as int64.
@pytest.mark.points(3)
def test_grid_of_one_value(agree):
    agree("grid", 2.5, 4.0, 1)
    agree("grid", 3, 5, 1)


# --- blank_like ---


# Trap: copies the shape and forgets the dtype.
@pytest.mark.points(0.5)
@pytest.mark.parametrize("dtype", [torch.int32, torch.float64, torch.bool, torch.float16, torch.bfloat16])
def test_blank_like_keeps_the_dtype(agree, device, dtype):
    agree("blank_like", torch.tensor([[1, 0, 1], [0, 1, 1]], device=device).to(dtype))


# Trap: `x * 0`, `x - x`, `x / x`: inf and nan, and a zero divided by itself, are left behind as nan.
@pytest.mark.points(2)
def test_blank_like_ignores_the_values(agree, device):
    agree("blank_like", torch.tensor([float("inf"), float("nan"), 0.0, -float("inf")], device=device))


# Trap: a result that needs a gradient, or fails, because its model does; the gradient that `x` came with cleared.
@pytest.mark.points(2)
def test_blank_like_a_tensor_that_needs_a_gradient(agree, device):
    agree("blank_like", torch.tensor([[1.5], [2.5]], device=device, requires_grad=True))
    agree.scenario(beside_an_earlier_gradient, "blank_like", torch.ones(2, device=device))


# Trap: `x.zero_()` changes the argument, and the results are `x` itself.
@pytest.mark.points(2)
def test_blank_like_shares_no_memory(agree, device):
    def written_into(module, x):
        made = module.blank_like(x)
        for number, t in enumerate(made):
            t[0, 1] = 7 + number
        return {"changed afterwards": made, "made again": module.blank_like(x)}

    agree.using(memory="own")("blank_like", torch.arange(6.0, device=device).reshape(2, 3).t())
    agree.scenario(written_into, torch.ones(2, 3, device=device))


# Trap: results on the CPU, wherever `x` lives.
@pytest.mark.exercise("blank_like")
@pytest.mark.points(2)
def test_blank_like_stays_on_the_device(agree):
    agree.scenario(devices_of, "blank_like", torch.ones(2, 3))


# Trap: a fixed number of axes; `len(x)` of a tensor without axes raises.
@pytest.mark.points(2)
def test_blank_like_no_axes_and_no_elements(agree, device):
    agree("blank_like", torch.tensor(7, device=device))
    agree("blank_like", torch.zeros(2, 0, 3, device=device))


# --- noise_like ---
# With a tolerance of 1 any numbers between 0 and 1 agree: shape, dtype, device and arguments count.


# Trap: `rand_like` of an integer or bool tensor raises without a dtype. With the checks on numbers and repetition it
# costs half of the points.
@pytest.mark.points(3.5)
@pytest.mark.parametrize("dtype", [torch.int32, torch.uint8, torch.bool])
def test_noise_like_whole_numbers(agree, device, dtype):
    agree.using(atol=1.0)("noise_like", torch.ones(3, 2, device=device).to(dtype))


# Trap: copies the shape and forgets the dtype: float64 and float16 become float32.
@pytest.mark.points(0.5)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_noise_like_keeps_a_floating_dtype(agree, device, dtype):
    agree.using(atol=1.0)("noise_like", torch.ones(2, 5, device=device).to(dtype))


# Trap: the dtype that is asked for is not used when `x` has a floating one already.
@pytest.mark.points(3)
def test_noise_like_with_a_dtype(agree, device):
    alike = agree.using(atol=1.0)
    alike("noise_like", torch.ones(4, device=device), torch.float64)
    alike("noise_like", torch.ones(4, 1, device=device, dtype=torch.int64), dtype=torch.float16)


# Trap: fills `x` itself (`x.uniform_()`), or hands the need of a gradient on; the gradient that `x` came with cleared.
@pytest.mark.points(3)
def test_noise_like_leaves_its_argument_alone(agree, device):
    alike = agree.using(atol=1.0, memory="own")
    alike("noise_like", torch.full((2, 3), 5.0, device=device))
    alike("noise_like", torch.ones(2, 2, device=device, requires_grad=True))
    alike("noise_like", torch.tensor(3, device=device))
    agree.using(atol=1.0).scenario(beside_an_earlier_gradient, "noise_like", torch.ones(2, device=device))


# Trap: `randn`, `randint`, one number for all, or noise scaled by what `x` holds.
@pytest.mark.points(3)
def test_noise_like_is_spread_evenly_from_0_to_1(agree, student, device):
    for dtype in (torch.float32, torch.int64):
        noise = student.noise_like(torch.zeros(60, 80, device=device, dtype=dtype))
        agree.that(is_tensor(noise), "What your function returns must be a PyTorch tensor.")
        agree.that(spread_evenly(noise), "The numbers must be spread evenly from 0 to 1, each element with its own.")


# Trap: drawn in float32 and then rounded to fewer digits, which makes a 1 of one number in 4000.
@pytest.mark.points(3)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_noise_like_of_few_digits_is_never_1(agree, student, device, dtype):
    noise = student.noise_like(torch.zeros(300, 400, device=device), dtype)
    agree.that(is_tensor(noise), "What your function returns must be a PyTorch tensor.")
    agree.that(
        ((noise >= 0) & (noise < 1)).all(),
        "Every number must be at least 0 and less than 1, in a dtype of few digits too.",
    )
    agree.that(
        spread_evenly(noise, distinct=0.001),
        "The numbers must be spread evenly from 0 to 1, each element with its own.",
    )


# Trap: noise on the CPU, wherever `x` lives.
@pytest.mark.exercise("noise_like")
@pytest.mark.points(3)
def test_noise_like_stays_on_the_device(agree):
    agree.scenario(devices_of, "noise_like", torch.ones(3, 2))


# Trap: a seed set inside makes every call return the same numbers.
@pytest.mark.points(3)
def test_noise_like_draws_anew(agree, device):
    def twice(module, x):
        return module.noise_like(x), module.noise_like(x)

    for dtype in (torch.float32, torch.int16):
        first, second = agree.evidence(twice, torch.zeros(5, 4, device=device, dtype=dtype))
        agree.that(is_tensor(first), "What your function returns must be a PyTorch tensor.")
        agree.that(differ(first, second), "Every call must draw new numbers. Is a seed set inside?")


# --- random_images ---


# Trap: channels first, as PyTorch's layers want them, or width before height.
@pytest.mark.points(2)
def test_random_images_order_of_the_axes(agree, student):
    images = student.random_images(2, 5, 7)
    agree.that(is_tensor(images), "What your function returns must be a PyTorch tensor.")
    agree.that(
        tuple(images.shape) == (2, 5, 7, 3),
        "The axes must be in the order count, height, width, channels.",
    )


# Trap: a batch of one image loses its first axis; pixels as uint8 or float64; other sizes where none is given.
@pytest.mark.points(2)
def test_random_images_of_one(agree):
    # A tolerance of 1: shape and dtype are what count here.
    alike = agree.using(atol=1.0)
    alike("random_images", 1, 4, 6)
    alike("random_images", 1)


# Trap: `randn` or whole numbers up to 255; one image, row or channel drawn and copied.
@pytest.mark.points(2)
def test_random_images_are_spread_evenly_from_0_to_1(agree, student):
    images = student.random_images(4, 20, 24)
    agree.that(is_tensor(images), "What your function returns must be a PyTorch tensor.")
    agree.that(spread_evenly(images), "The values must be spread evenly from 0 to 1, each drawn on its own.")


# Trap: a seed set inside makes every batch the same.
@pytest.mark.points(2)
def test_random_images_draws_anew(agree):
    def twice(module):
        return module.random_images(1, 3, 4), module.random_images(1, 3, 4)

    first, second = agree.evidence(twice)
    agree.that(is_tensor(first), "What your function returns must be a PyTorch tensor.")
    agree.that(differ(first, second), "Every call must draw new numbers. Is a seed set inside?")


# --- pad_rows ---


def pad_in_dirty_memory(module, rows, width):
    """A scenario: `torch.empty` fills what it hands out with nan here, so that luck decides nothing."""
    torch.set_deterministic_debug_mode("warn")
    try:
        table = module.pad_rows(rows, width)
        mode = torch.get_deterministic_debug_mode()
    finally:
        torch.set_deterministic_debug_mode("default")
    return {"what you returned": table, "rows afterwards": rows, "mode afterwards": mode}


def kept_in_dirty_memory(module, first, second):
    """A scenario: two calls, and the first answer after the second one."""
    torch.set_deterministic_debug_mode("warn")
    try:
        return kept(module, "pad_rows", first, second)
    finally:
        torch.set_deterministic_debug_mode("default")


# Trap: relies on `torch.empty` being zero.
@pytest.mark.exercise("pad_rows")
def test_pad_rows_never_shows_what_was_in_memory(agree):
    agree.scenario(pad_in_dirty_memory, [[4.0, -1.0, 2.5], [], [8.0]], 5)


# Trap: zeroes only the last row, mistakes a 0 in a row for its end, or fills up the caller's own lists.
@pytest.mark.exercise("pad_rows")
def test_pad_rows_of_several_lengths(agree):
    agree.scenario(pad_in_dirty_memory, [[1.0], [0.0, 2.0, 0.0], [3.0, 4.0]], 4)
    agree.scenario(kept_in_dirty_memory, ([[1.0], [2.0, 3.0]], 2), ([[4.0, 5.0], []], 2))


# Trap: as wide as the longest row instead of `width`; no row at all gives nothing to stack; a matrix of one row or one
# column made a vector.
@pytest.mark.exercise("pad_rows")
def test_pad_rows_of_nothing(agree):
    agree.scenario(pad_in_dirty_memory, [[], []], 2)
    agree.scenario(pad_in_dirty_memory, [], 3)
    agree.scenario(pad_in_dirty_memory, [[2.5]], 3)
    agree.scenario(pad_in_dirty_memory, [[], [4.0]], 1)


# Trap: the dtype of the rows instead of float32.
@pytest.mark.exercise("pad_rows")
def test_pad_rows_of_whole_numbers_is_float32(agree):
    agree.scenario(pad_in_dirty_memory, [[1, 2], [3]], 2)


# --- from_array ---


# Trap: `torch.Tensor(array)` and `.float()` make float64 float32.
@pytest.mark.points(2)
def test_from_array_float64_is_exact(agree):
    agree.using(rtol=0.0, atol=0.0)("from_array", np.array([[0.1, 3.14], [-2.7, 1e300]]))


# Trap: through lists, `torch.tensor(array.tolist())`: the dtype is guessed anew.
@pytest.mark.points(0.5)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float16", "float32", "bool"])
def test_from_array_keeps_the_dtype(agree, dtype):
    agree("from_array", np.array([[0, 1, 2]]).astype(dtype))


# Trap: integers by way of float64, which has no room for every large one.
def test_from_array_of_large_integers(agree):
    agree("from_array", np.array([2**53 + 1, -3]))


# Trap: a flat copy of the memory instead of the values in their order.
@pytest.mark.points(2)
def test_from_array_transposed(agree):
    agree("from_array", np.arange(6, dtype=np.int64).reshape(2, 3).T)
    agree.scenario(kept, "from_array", (np.array([1.5, 2.5]),), (np.array([3.5, 4.5]),))


# Trap: needs at least one axis, or one element.
@pytest.mark.points(2)
def test_from_array_no_axes_and_no_elements(agree):
    agree("from_array", np.array(2.5))
    agree("from_array", np.zeros((0, 2), dtype=np.float32))


# --- describe ---


def samples(device):
    """Tensors with three axes, with none, without elements, with memory used twice, and with a gradient to come."""
    return [
        torch.zeros(4, 1, 5, dtype=torch.float16, device=device),
        torch.tensor(-5.3, device=device),
        torch.zeros(0, 7, dtype=torch.bool, device=device),
        torch.arange(3, device=device).expand(4, 3),
        torch.ones(6, 2, dtype=torch.float64, device=device, requires_grad=True),
    ]


def device_entry_elsewhere(module, t):
    """A scenario: what `describe` says of a tensor that is not on the CPU; see `devices_of`."""
    at_home = module.describe(t)["device"]
    try:
        return {"on its own device": at_home, "on another device": module.describe(t.to("meta"))["device"]}
    except RuntimeError:
        return {"on its own device": at_home, "on another device": "meta"}


def entries(module, key, tensors):
    """A scenario: what `describe` says under `key` of each tensor."""
    return {"what you returned": [module.describe(t)[key] for t in tensors]}


def is_told_as_an_integer(agree, key, tensors):
    """Ask that each entry under `key` is an int."""
    told = agree.evidence(entries, key, tensors)["what you returned"]
    whole = all_whole(told)
    agree.that(whole, "The numbers of axes and of elements must be ints, not numbers with a point such as 2.0.")


# Trap: `.size` without the call; `len(t)`, which is one axis only and raises without axes; (1,) for ().
@pytest.mark.exercise("describe")
@pytest.mark.points(2)
def test_describe_shape(agree, device):
    agree.scenario(entries, "shape", samples(device))


# Trap: ndim confused with shape, or the elements counted instead of the axes; a float.
@pytest.mark.exercise("describe")
@pytest.mark.points(2)
def test_describe_ndim(agree, device):
    agree.scenario(entries, "ndim", samples(device))
    is_told_as_an_integer(agree, "ndim", samples(device))


# Trap: float32 written down instead of looked up; the type of the tensor, or the dtype as text.
@pytest.mark.exercise("describe")
@pytest.mark.points(2)
def test_describe_dtype(agree, device):
    agree.scenario(entries, "dtype", samples(device))


# Trap: "cpu" written down; a `torch.device`, or "cuda:0", where its type is asked for.
@pytest.mark.exercise("describe")
@pytest.mark.points(2)
def test_describe_device(agree, device):
    agree.scenario(entries, "device", samples(device))
    agree.scenario(device_entry_elsewhere, torch.ones(2, 3))


# Trap: the first axis only or the first two, what lies in memory, bytes, or the axes instead of the elements; a float,
# as `np.prod` makes of no sizes.
@pytest.mark.exercise("describe")
@pytest.mark.points(2)
def test_describe_elements(agree, device):
    agree.scenario(entries, "elements", samples(device))
    is_told_as_an_integer(agree, "elements", samples(device))


# Trap: entries that nobody asked for, or left out; the tensor changed, or the gradient that it has cleared.
@pytest.mark.points(4)
def test_describe_has_five_entries(agree, device):
    agree("describe", torch.arange(6.0, device=device).reshape(3, 2))
    agree.scenario(beside_an_earlier_gradient, "describe", torch.ones(2, device=device))
