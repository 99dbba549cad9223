"""Tests for `tensors.py` that you can read and run: `pytest exercises/test_tensors.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module. For random answers `student.name(...)` gives what yours returned and `agree.that` says
what must be true of it.
"""

import numpy as np
import pytest
import torch

# With this tolerance any numbers agree: the shape is what counts, and the dtype where it is not left out too.
ANY_NUMBERS = 1e9


def test_first_tensors_have_the_right_shapes(agree):
    agree.using(atol=ANY_NUMBERS, dtype="ignore")("first_tensors")


def test_first_tensors_hold_the_right_numbers(agree):
    agree("first_tensors")


def test_from_nested_pairs(agree):
    agree("from_nested", [(1, 2), (3, 4)])
    agree("from_nested", [(0.5, 2.0), [1.25, -3.0]])
    agree("from_nested", [4, 0.25])
    agree("from_nested", [[6]])
    agree("from_nested", ())


def test_from_nested_with_a_dtype(agree):
    agree.using(rtol=0.0, atol=0.0)("from_nested", [2, 0.1], dtype=torch.float64)
    agree("from_nested", 0.0, dtype=torch.float64)


def test_inferred_dtype_of_a_number_with_a_point(agree):
    agree("inferred_dtype", "a")


def test_inferred_dtype_of_true_and_false(agree):
    agree("inferred_dtype", "d")


def test_rank_name_of_three_numbers(agree):
    agree("rank_name", "a")


def test_rank_name_of_one_number_in_two_brackets(agree):
    agree("rank_name", "f")


def test_number_from_a_float(agree):
    agree.using(numbers="strict", rtol=0.0, atol=0.0)("number_from", torch.tensor(3.14))
    agree.using(numbers="strict")("number_from", torch.tensor(0.75, requires_grad=True))


def test_number_from_a_matrix_of_one(agree):
    agree.using(numbers="strict")("number_from", torch.tensor([[7]]))
    agree.using(numbers="strict")("number_from", torch.tensor(False))


def test_number_from_a_row_of_three_and_of_none(agree):
    agree("number_from", torch.tensor([[4, 8, 1]]))
    agree("number_from", torch.zeros(1, 0))


def test_comes_back_one_half(agree):
    agree("comes_back", "a")


def test_comes_back_pi_or_so(agree):
    agree("comes_back", "b")


def test_constants_in_a_matrix(agree):
    agree("constants", (2, 3), 7, torch.int16)


def test_constants_in_a_vector_and_without_axes(agree):
    agree("constants", 2, 0.5, torch.float64)
    agree.using(rtol=0.0, atol=0.0)("constants", 3, 0.3, torch.float64)
    agree("constants", (), -3, torch.int32)
    agree("constants", [1, 3], 2**60 + 1, torch.int64)


def test_constants_have_memory_of_their_own(agree):
    def written_into(module):
        made = module.constants((2, 2), 5, torch.float64)
        for t in made:
            t[1, 0] = 9
        return {"changed afterwards": made, "made again": module.constants((2, 2), 5, torch.float64)}

    agree.scenario(written_into)


def test_inclusive_range_from_0_to_10(agree):
    agree("inclusive_range", 0, 10)


def test_inclusive_range_in_steps_of_4(agree):
    agree("inclusive_range", 0, 10, 4)
    agree("inclusive_range", 6, 21, 4)
    agree("inclusive_range", 50_000_001, 50_000_011, 4)


def test_grid_of_5(agree):
    agree("grid", 0, 1, 5)
    agree("grid", 4, 2, 5)


def test_grid_of_10_and_of_1(agree):
    agree("grid", 0, 1, 10)
    agree("grid", 6, 8, 1)


def test_grid_of_equal_ends(agree):
    agree("grid", 7, 7, 2)


def kind_of_device(module, name, x):
    # Every machine has PyTorch's device "meta". Its tensors hold no numbers, so that not everything works there.
    try:
        made = getattr(module, name)(x.to("meta"))
    except RuntimeError:
        return "meta"
    return (made[0] if isinstance(made, list | tuple) else made).device.type


def test_blank_like_a_row_of_integers(agree):
    agree("blank_like", torch.tensor([[5, 6]]))


def test_blank_like_a_vector_of_floats(agree):
    agree("blank_like", torch.tensor([1.5, 2.5, 3.5]))
    agree("blank_like", torch.tensor([-4.0, float("nan"), float("inf")]))
    agree("blank_like", torch.tensor([0.5, 6.0], requires_grad=True))


@pytest.mark.exercise("blank_like")
def test_blank_like_on_another_device_and_in_memory_of_its_own(agree):
    def written_into(module, x):
        zeros, ones = module.blank_like(x)
        zeros[0], ones[0] = 4, 5
        return {"first of the two": zeros, "second of the two": ones}

    agree.scenario(kind_of_device, "blank_like", torch.zeros(4))
    agree.scenario(written_into, torch.tensor([8, 9, 9]))


def test_noise_like_integers_and_floats(agree):
    agree.using(atol=ANY_NUMBERS)("noise_like", torch.tensor([[1, 2, 3], [4, 5, 6]]))
    agree.using(atol=ANY_NUMBERS)("noise_like", torch.tensor([[2], [7]]), torch.float64)
    agree.using(atol=ANY_NUMBERS)("noise_like", torch.tensor([3.5, 8.0, 1.5], dtype=torch.float64))
    agree.using(atol=ANY_NUMBERS)("noise_like", torch.tensor([[False, True]]))


@pytest.mark.exercise("noise_like")
def test_noise_like_on_another_device(agree):
    agree.scenario(kind_of_device, "noise_like", torch.zeros(4))


def test_noise_like_is_between_0_and_1(agree, student):
    noise = student.noise_like(torch.zeros(8, 8))
    agree.that(isinstance(noise, torch.Tensor), "What your function returns must be a PyTorch tensor.")
    agree.that(((noise >= 0) & (noise < 1)).all(), "Every number must be at least 0 and less than 1.")
    each_its_own = noise.shape == (8, 8) and noise.unique().numel() > 60
    agree.that(each_its_own, "The numbers must be spread evenly from 0 to 1, each element with its own.")
    noise = student.noise_like(torch.zeros(250, 400), torch.float16)
    agree.that(
        ((noise >= 0) & (noise < 1)).all(),
        "Every number must be at least 0 and less than 1, in a dtype of few digits too.",
    )


def test_random_images_are_224_by_224_unless_told_otherwise(agree):
    agree.using(atol=ANY_NUMBERS)("random_images", 1)


def test_random_images_of_another_size(agree, student):
    agree.using(atol=ANY_NUMBERS)("random_images", 5, height=32, width=48)
    images = student.random_images(2, height=8, width=6)
    agree.that(((images >= 0) & (images < 1)).all(), "Every number must be at least 0 and less than 1.")
    each_its_own = images.unique().numel() > 0.97 * images.numel()
    agree.that(each_its_own, "The values must be spread evenly from 0 to 1, each drawn on its own.")
    # Numbers spread evenly from 0 to 1 have a standard deviation of 0.289.
    evenly = abs(float(student.random_images(3, 10, 12).std()) - 0.289) < 0.04
    agree.that(evenly, "The values must be spread evenly from 0 to 1, each drawn on its own.")


def test_random_images_twice(agree):
    first, second = agree.evidence(lambda module: [module.random_images(1, 2, 5) for _ in range(2)])
    agree.that(isinstance(first, torch.Tensor), "What your function returns must be a PyTorch tensor.")
    agree.that(not torch.equal(first, second), "Every call must draw new numbers. Is a seed set inside?")


def pad_in_dirty_memory(module, rows, width):
    # In this mode `torch.empty` fills what it hands out with nan, so that nobody takes it for zeros.
    torch.set_deterministic_debug_mode("warn")
    try:
        return module.pad_rows(rows, width)
    finally:
        torch.set_deterministic_debug_mode("default")


@pytest.mark.exercise("pad_rows")
def test_pad_rows_two_rows_and_none(agree):
    agree.scenario(pad_in_dirty_memory, [[1.0, 2.0], [3.0]], 3)
    agree.scenario(pad_in_dirty_memory, [[8], [7, -2, 5]], 3)
    agree.scenario(pad_in_dirty_memory, [], 4)


@pytest.mark.exercise("pad_rows")
def test_pad_rows_never_shows_what_was_in_memory(agree):
    agree.scenario(pad_in_dirty_memory, [[5.0], [6.0, 7.0]], 2)


def test_from_array_of_int64_and_float64(agree):
    agree("from_array", np.array([1, 2, 3], dtype=np.int64))
    agree("from_array", np.array([0.1, 0.2]))


def test_from_array_of_int32(agree):
    agree("from_array", np.array([[1, 2], [3, 4]], dtype=np.int32))
    agree("from_array", np.array(-6, dtype=np.int32))


def test_from_array_transposed_and_empty(agree):
    agree("from_array", np.arange(8.0).reshape(4, 2).T)
    agree("from_array", np.zeros((0, 3)))


def test_describe_a_matrix(agree, device):
    agree("describe", torch.ones(2, 3, device=device))


def test_describe_a_vector_of_integers(agree):
    agree("describe", torch.tensor([4, 5, 6]))


def test_describe_a_scalar(agree, student):
    agree("describe", torch.tensor(2.5))
    told = student.describe(torch.tensor(2.5))
    whole = all(isinstance(told[key], int | np.integer) for key in ("ndim", "elements"))
    agree.that(whole, "The numbers of axes and of elements must be ints, not numbers with a point such as 2.0.")


@pytest.mark.exercise("describe")
def test_describe_on_another_device(agree):
    # Every machine has PyTorch's device "meta". Its tensors hold no numbers, so that not everything works there.
    def entry(module, t):
        try:
            return {"entry for the device": module.describe(t.to("meta"))["device"]}
        except RuntimeError:
            return {"entry for the device": "meta"}

    agree.scenario(entry, torch.zeros(4))
