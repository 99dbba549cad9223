"""Tests for `tensors.py` that you can read and run: `pytest exercises/test_tensors.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module. For random answers `student.name(...)` gives what yours returned and `agree.that` says
what must be true of it.
"""

import numpy as np
import torch

# With this tolerance any numbers agree: the shape is what counts, and the dtype where it is not left out too.
ANY_NUMBERS = 1e9


def test_first_tensors_have_the_right_shapes(agree):
    agree.using(atol=ANY_NUMBERS, dtype="ignore")("first_tensors")


def test_first_tensors_hold_the_right_numbers(agree):
    agree("first_tensors")


def test_from_nested_pairs(agree):
    agree("from_nested", [(1, 2), (3, 4)])


def test_from_nested_with_a_dtype(agree):
    agree.using(rtol=0.0, atol=0.0)("from_nested", [2, 0.1], dtype=torch.float64)


def test_inferred_dtype_of_a_number_with_a_point(agree):
    agree("inferred_dtype", "a")


def test_inferred_dtype_of_true_and_false(agree):
    agree("inferred_dtype", "d")


def test_rank_name_of_three_numbers(agree):
    agree("rank_name", "a")


def test_rank_name_of_two_blocks(agree):
    agree("rank_name", "e")


def test_number_from_a_float(agree):
    agree.using(numbers="strict", rtol=0.0, atol=0.0)("number_from", torch.tensor(3.14))


def test_number_from_a_matrix_of_one(agree):
    agree.using(numbers="strict")("number_from", torch.tensor([[7]]))


def test_comes_back_one_half(agree):
    agree("comes_back", "a")


def test_comes_back_pi_or_so(agree):
    agree("comes_back", "b")


def test_constants_in_a_matrix(agree):
    agree("constants", (2, 3), 7, torch.int16)


def test_constants_in_a_vector(agree):
    agree("constants", 2, 0.5, torch.float64)


def test_inclusive_range_from_0_to_10(agree):
    agree("inclusive_range", 0, 10)


def test_inclusive_range_in_steps_of_4(agree):
    agree("inclusive_range", 0, 10, 4)


def test_grid_of_5(agree):
    agree("grid", 0, 1, 5)


def test_grid_of_10(agree):
    agree("grid", 0, 1, 10)


def test_blank_like_a_row_of_integers(agree):
    agree("blank_like", torch.tensor([[5, 6]]))


def test_blank_like_a_vector_of_floats(agree):
    agree("blank_like", torch.tensor([1.5, 2.5, 3.5]))


def test_noise_like_integers(agree):
    agree.using(atol=ANY_NUMBERS)("noise_like", torch.tensor([[1, 2, 3], [4, 5, 6]]))


def test_noise_like_is_between_0_and_1(agree, student):
    noise = student.noise_like(torch.zeros(8, 8))
    agree.that(isinstance(noise, torch.Tensor), "What your function returns must be a PyTorch tensor.")
    agree.that(((noise >= 0) & (noise < 1)).all(), "Every number must be at least 0 and less than 1.")


def test_random_images_are_224_by_224_unless_told_otherwise(agree):
    agree.using(atol=ANY_NUMBERS)("random_images", 1)


def test_random_images_of_another_size(agree, student):
    agree.using(atol=ANY_NUMBERS)("random_images", 5, height=32, width=48)
    images = student.random_images(2, height=8, width=6)
    agree.that(((images >= 0) & (images < 1)).all(), "Every number must be at least 0 and less than 1.")


def test_pad_rows_two_rows(agree):
    agree("pad_rows", [[1.0, 2.0], [3.0]], width=3)


def test_pad_rows_never_shows_what_was_in_memory(agree):
    def with_dirty_memory(module):
        # In this mode `torch.empty` fills what it hands out with nan, so that nobody takes it for zeros.
        torch.set_deterministic_debug_mode("warn")
        try:
            return module.pad_rows([[5.0], [6.0, 7.0]], 2)
        finally:
            torch.set_deterministic_debug_mode("default")

    agree.scenario(with_dirty_memory)


def test_from_array_of_int64_and_float64(agree):
    agree("from_array", np.array([1, 2, 3], dtype=np.int64))
    agree("from_array", np.array([0.1, 0.2]))


def test_from_array_of_int32(agree):
    agree("from_array", np.array([[1, 2], [3, 4]], dtype=np.int32))


def test_describe_a_matrix(agree):
    agree("describe", torch.ones(2, 3))


def test_describe_a_vector_of_integers(agree):
    agree("describe", torch.tensor([4, 5, 6]))
