"""Tests for `numpy_interop.py` that you can read and run: `pytest exercises/test_numpy_interop.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values, shape,
dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that use your
module. A test that takes `device` runs on the accelerator too if you say `--device=all`: on a simulated one
if your machine has none.
"""

import numpy as np
import torch


def twice(module, name, first, second):
    function = getattr(module, name)
    return {"first call": function(*first), "second call": function(*second)}


def test_other_side_of_an_array_keeps_the_dtype(agree):
    agree("other_side", np.array([1, 2], dtype=np.int64))
    agree("other_side", np.array([0.5, 1.5]))
    agree("other_side", np.array([0.3, 1e-7, 12.7]))


def test_other_side_of_a_tensor(agree):
    agree("other_side", torch.tensor([[1, 2], [3, 4]]))
    agree("other_side", torch.tensor(2.5))


def test_other_side_as_float32(agree):
    agree("other_side", np.array([0.5, 1.5]), single=True)
    agree("other_side", torch.tensor([1, 2]), single=True)
    agree("other_side", torch.tensor([0.5, 3.25], dtype=torch.float64), single=True)
    agree("other_side", np.array(4.5), single=True)
    agree("other_side", torch.tensor(6), single=True)
    agree.using(rtol=0.0, atol=0.0)("other_side", np.array([2**55 + 2**31 + 1]), single=True)
    agree.scenario(twice, "other_side", (torch.tensor([1, 2]),), (torch.tensor([3, 4]),))


def test_linked_pair_has_the_values(agree):
    agree("linked_pair", np.array([0.1, 0.2]), torch.tensor([1.0, 2.0]))
    agree("linked_pair", np.array([0.1, 0.2]), torch.tensor([1.0, 2.0], requires_grad=True))
    agree.using(memory="shared")("linked_pair", np.ones((2, 3)).T, torch.zeros(4, 2).t())
    agree.using(memory="shared")("linked_pair", np.array(1.5), torch.tensor(3))


def test_linked_pair_sees_what_is_written(agree):
    def write_and_look(module):
        array, t = np.zeros(2), torch.zeros(2)
        tensor_of_array, array_of_t = module.linked_pair(array, t)
        array[0] = 7
        array_of_t[1] = 8
        return {"tensor that you returned": tensor_of_array, "`t` afterwards": t}

    agree.scenario(write_and_look)


def test_stays_linked_from_numpy(agree):
    agree("stays_linked", "a")


def test_stays_linked_tensor_of_an_array(agree):
    agree("stays_linked", "b")


def test_copied_pair_has_the_values(agree):
    agree("copied_pair", np.array([0.1, 0.2]), torch.tensor([1.0, 2.0]))
    agree("copied_pair", np.array(1.5), torch.tensor(3))
    agree("copied_pair", np.array([True, False]), torch.tensor([False]))
    agree("copied_pair", np.zeros((0, 2)), torch.zeros(3, 0))


def test_copied_pair_leaves_the_originals_alone(agree):
    def write_and_look(module):
        array, t = np.zeros(2), torch.zeros(2)
        tensor, copy = module.copied_pair(array, t)
        tensor[0] = 7
        copy[0] = 7
        return {"array afterwards": array, "`t` afterwards": t}

    agree.scenario(write_and_look)


def test_weight_history_of_two_steps(agree):
    agree("weight_history", torch.tensor([8.0]), [torch.tensor([1.0]), torch.tensor([2.0])])
    agree("weight_history", torch.tensor([3.0, 0.5], requires_grad=True), [torch.tensor([1.0, 0.25])])

    def row_of_a_table(module):
        table = torch.tensor([[4.0, 1.0], [2.0, 7.0]])
        module.weight_history(table[1], [torch.tensor([0.5, 3.0])])
        return {"the table that the weights are a part of": table}

    agree.scenario(row_of_a_table)


def test_weight_history_without_steps(agree):
    def write_and_look(module):
        weights = torch.tensor([8.0, 3.0])
        history = module.weight_history(weights, [])
        history[0][1] = 5
        return {"what you returned": history, "weights afterwards": weights}

    agree.scenario(write_and_look)


def test_mirror_image_of_two_rows(agree):
    agree("mirror_image", np.array([[1, 2, 3], [4, 5, 6]]))


def test_mirror_image_in_colour(agree):
    agree("mirror_image", np.arange(12, dtype=np.uint8).reshape(2, 2, 3))


def test_plain_array_of_a_tensor_that_needs_a_gradient(agree):
    agree("plain_array", torch.tensor([1.0, 2.0], requires_grad=True))


def test_plain_array_of_bfloat16(agree):
    agree("plain_array", torch.tensor([0.5], dtype=torch.bfloat16))
    agree("plain_array", torch.tensor([[0.25], [3.5]], dtype=torch.float64))
    agree("plain_array", torch.tensor([0.75, 6.0], dtype=torch.float16))


def test_plain_array_from_anywhere(agree, device):
    agree("plain_array", torch.tensor([1, 2, 3], device=device))


def test_what_they_hold_after_writing_into_the_tensor(agree):
    agree("what_they_hold", "a")


def test_what_they_hold_after_adding_to_the_array(agree):
    agree("what_they_hold", "b")
