"""Hidden tests for `numpy_interop`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return.
"""

import numpy as np
import pytest
import torch

from antorcha.strategies import arrays, tensors

from .common import beside_an_earlier_gradient, kept

# As the texts promise: no array is read backwards.
ARRAY_LAYOUTS = ("contiguous", "transposed", "strided", "offset")
TENSOR_LAYOUTS = ("contiguous", "transposed", "strided", "offset")
ARRAY_DTYPES = (np.float64, np.float32, np.int32, np.uint8, np.bool_)
TENSOR_DTYPES = (torch.float64, torch.float32, torch.int32, torch.uint8, torch.bool)


# --- other_side ---


# Trap: float32 whatever was given (`torch.Tensor(array)`, `.float()`), or float32 on the way: 0.1 loses digits.
@pytest.mark.points(2)
def test_other_side_float64_is_exact_both_ways(agree):
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("other_side", np.array([[0.1, 3.14], [-2.7, 1e300]]))
    exactly("other_side", torch.tensor([0.1, -3.14, 1e300], dtype=torch.float64))


# Trap: through lists, where the dtype is guessed anew; through float32, where a large integer is another one.
@pytest.mark.parametrize("dtype", ["int64", "int16", "uint8", "float16", "float32", "bool"])
@pytest.mark.points(0.5)
def test_other_side_keeps_the_dtype(agree, dtype):
    array = np.array([[0, 1, 16_777_217 if dtype == "int64" else 2]]).astype(dtype)
    agree("other_side", array)
    agree("other_side", torch.tensor(array))


# A whole number that float64 rounds to the middle between two of float32, which rounds that away from the nearest.
ROUNDED_TWICE = 2**54 + 2**30 + 1


# Trap: `single` ignored in one of the directions or in both, or the bytes read anew as float32; float64 on the way.
@pytest.mark.points(2)
def test_other_side_in_float32_when_asked(agree):
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("other_side", np.array([[0.1, 3.14], [-2.7, 1e30]]), single=True)
    exactly("other_side", torch.tensor([0.1, -3.14, 1e30], dtype=torch.float64), single=True)
    exactly("other_side", np.array([True, False]), single=True)
    exactly("other_side", torch.tensor([[3], [-4]], dtype=torch.int8), single=True)
    exactly("other_side", torch.tensor([0.5, 2.0], dtype=torch.float32), True)
    exactly("other_side", np.array([ROUNDED_TWICE]), single=True)
    exactly("other_side", torch.tensor([ROUNDED_TWICE]), single=True)


# Trap: `t.item()` or `array + 0` turn what has no axes into a number; a list of no rows forgets how long rows are.
@pytest.mark.points(2)
def test_other_side_no_axes_and_no_elements(agree):
    agree("other_side", np.array(2.5))
    agree("other_side", torch.tensor(7))
    agree("other_side", np.array(2.5), single=True)
    agree("other_side", torch.tensor(7), single=True)
    agree("other_side", np.zeros((0, 3), dtype=np.int16))
    agree("other_side", torch.zeros(2, 0, 4))


# Trap: a flat copy of the memory instead of the values in their order; one buffer for all calls.
def test_other_side_of_any_array(agree):
    agree.scenario(kept, "other_side", (np.ones((2, 2)),), (np.zeros((2, 2)),))
    agree.scenario(kept, "other_side", (torch.ones(2, 2),), (torch.zeros(2, 2),))
    agree.forall("other_side", arrays(dtype=ARRAY_DTYPES, layouts=ARRAY_LAYOUTS), examples=15)


def test_other_side_of_any_tensor(agree):
    agree.forall("other_side", tensors(dtype=TENSOR_DTYPES, layouts=TENSOR_LAYOUTS), examples=15)


# --- linked_pair ---


def write_everywhere(module, array, t):
    """A scenario: what all four hold after writing once into each of them."""
    tensor_of_array, array_of_t = module.linked_pair(array, t)
    array[0, 0] = 50
    tensor_of_array[1, 1] = 60
    array_of_t[0, 1] = 70
    with torch.no_grad():
        t[1, 0] = 80
    return {
        "tensor that you returned": tensor_of_array,
        "array that you returned": array_of_t,
        "`array` afterwards": array,
        "`t` afterwards": t.detach(),
    }


# Trap: a copy on one side or on both: `torch.tensor`, `.copy()`, `.clone()`.
@pytest.mark.exercise("linked_pair")
@pytest.mark.points(2)
def test_linked_pair_both_ways(agree):
    # Both hold the same, so that neither result can be made from the wrong one.
    array = np.arange(4.0).reshape(2, 2)
    agree.scenario(write_everywhere, array, torch.tensor(array))


# Trap: a dtype forced on the result makes it a copy of any other dtype.
@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "bool"])
@pytest.mark.points(0.5)
def test_linked_pair_keeps_the_dtype(agree, dtype):
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    agree.using(memory="shared")("linked_pair", array, torch.tensor(array))


# Trap: `.contiguous()`, `np.ascontiguousarray` and `.flatten()` copy what does not lie in one piece.
@pytest.mark.exercise("linked_pair")
@pytest.mark.points(2)
def test_linked_pair_of_transposed_ones(agree):
    agree.scenario(write_everywhere, np.arange(6, dtype=np.int32).reshape(3, 2).T, torch.arange(6.0).reshape(3, 2).t())


def linked_beside_a_gradient(module, array, t):
    """A scenario: what is returned for a tensor that has a gradient already, and that gradient afterwards."""
    t.requires_grad_().grad = torch.full_like(t, 50.0)
    tensor_of_array, array_of_t = module.linked_pair(array, t)
    return {
        "tensor that you returned": tensor_of_array,
        "array that you returned": array_of_t,
        "gradient of the argument": t.grad,
    }


# Trap: `t.numpy()` refuses a tensor that needs a gradient, `detach().clone()` is a copy, `requires_grad_(False)`
# changes the caller's tensor, and so does clearing the gradient that it has.
@pytest.mark.points(2)
def test_linked_pair_of_a_tensor_that_needs_a_gradient(agree):
    linked = agree.using(memory="shared")
    linked("linked_pair", np.array([1.5, 2.5]), torch.tensor([[0.5, 2.0]], requires_grad=True))
    agree.scenario(write_everywhere, np.zeros((2, 2)), torch.ones(2, 2, requires_grad=True))
    agree.scenario(linked_beside_a_gradient, np.zeros(2), torch.ones(2))


# Trap: what has no axes becomes a number.
def test_linked_pair_without_axes(agree):
    agree.using(memory="shared")("linked_pair", np.array(2.5), torch.tensor(7))
    agree.using(memory="shared")("linked_pair", np.array(0.5, np.float16), torch.tensor(1.5, dtype=torch.float16))


def test_linked_pair_of_anything(agree):
    # The memory of a whole is shared by its part.
    agree.using(memory="shared").forall(
        "linked_pair",
        arrays(dtype=ARRAY_DTYPES, layouts=ARRAY_LAYOUTS),
        tensors(dtype=TENSOR_DTYPES, layouts=TENSOR_LAYOUTS),
        examples=15,
    )


# --- stays_linked ---
# Every check asks for links and for copies: who always says the same passes none.


# Trap: `from_numpy` taken for a copy, `torch.tensor` for a link, `as_tensor` for a copy like `tensor`.
def test_stays_linked_three_ways_to_a_tensor(agree):
    agree("stays_linked", "c")
    agree("stays_linked", "b")
    agree("stays_linked", "a")


# Trap: any change of dtype is a copy, also one to the dtype that is there already; or none is.
def test_stays_linked_with_another_dtype(agree):
    agree("stays_linked", "e")
    agree("stays_linked", "d")


# Trap: a part of a tensor taken for a copy; the sum of an array taken for the array.
def test_stays_linked_parts_and_sums(agree):
    agree("stays_linked", "g")
    agree("stays_linked", "f")


# Trap: `numpy()` taken for a copy; `clone()` and `copy()` that come too late or do not count.
def test_stays_linked_ways_to_an_array(agree):
    agree("stays_linked", "h")
    agree("stays_linked", "i")
    agree("stays_linked", "k")


# Trap: `cpu()` taken for a copy (it is none on the CPU).
def test_stays_linked_cpu_on_the_cpu(agree):
    agree("stays_linked", "j")
    agree("stays_linked", "i")


# Trap: `detach()` taken for a copy (it only leaves the graph).
def test_stays_linked_detach(agree):
    agree("stays_linked", "l")
    agree("stays_linked", "k")


# --- copied_pair ---


def write_into_copies(module, array, t):
    """A scenario: what all four hold after writing into each of them at a place of its own."""
    tensor, copy = module.copied_pair(array, t)
    tensor[0, 0] = 50
    copy[0, 1] = 60
    array[1, 0] = 70
    t[1, 1] = 80
    return {
        "tensor that you returned": tensor,
        "array that you returned": copy,
        "`array` afterwards": array,
        "`t` afterwards": t,
    }


# Trap: `from_numpy`, `as_tensor`, `numpy()`, `cpu()` and `detach()` are no copies.
@pytest.mark.exercise("copied_pair")
@pytest.mark.points(2)
def test_copied_pair_is_independent(agree):
    array = np.arange(4.0).reshape(2, 2)
    agree.scenario(write_into_copies, array, torch.tensor(array))


# Trap: a copy only where something changes on the way: `.double()` of float64, `.float()` of float32.
@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "bool"])
@pytest.mark.points(0.5)
def test_copied_pair_keeps_the_dtype(agree, dtype):
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    agree.using(memory="own")("copied_pair", array, torch.tensor(array))


# Trap: a float64 has gone through float32 and lost digits.
def test_copied_pair_is_exact(agree):
    exactly = agree.using(rtol=0.0, atol=0.0, memory="own")
    exactly("copied_pair", np.array([0.1, 1e300]), torch.tensor([0.1, -3.14], dtype=torch.float64))
    exactly("copied_pair", np.array([0.5], np.float16), torch.tensor([1.5, 2.0], dtype=torch.float16))


# Trap: `.contiguous()` and `np.ascontiguousarray` copy only what does not lie in one piece; one buffer for all calls,
# or one number for all places.
@pytest.mark.exercise("copied_pair")
@pytest.mark.points(2)
def test_copied_pair_of_transposed_ones(agree):
    agree.scenario(write_into_copies, np.arange(6, dtype=np.int32).reshape(3, 2).T, torch.arange(6.0).reshape(3, 2).t())
    agree.scenario(kept, "copied_pair", (np.ones(2), torch.ones(3)), (np.zeros(2), torch.zeros(3)))
    agree.scenario(write_into_copies, np.ones((2, 2)), torch.ones(2, 2))


# Trap: `array + 0` makes a number of an array without axes; a list of no rows forgets how long rows are.
@pytest.mark.points(2)
def test_copied_pair_no_axes_and_no_elements(agree):
    own = agree.using(memory="own")
    own("copied_pair", np.array(2.5), torch.tensor(7))
    own("copied_pair", np.zeros((0, 3), dtype=np.float32), torch.zeros(2, 0, 4))


def test_copied_pair_of_anything(agree):
    agree.using(memory="own").forall(
        "copied_pair",
        arrays(dtype=ARRAY_DTYPES, layouts=ARRAY_LAYOUTS),
        tensors(dtype=TENSOR_DTYPES, layouts=TENSOR_LAYOUTS),
        examples=15,
    )


# --- weight_history ---
# Whole numbers and halves: every way to subtract them gives the same.


# Trap: all entries are the last one, because they look at the memory of the weights.
@pytest.mark.points(2)
def test_weight_history_of_three_steps(agree):
    steps = [torch.tensor([[0.5, 1.0], [2.0, -4.0]]), torch.ones(2, 2), torch.tensor([[0.0, 3.0], [1.5, 1.0]])]
    agree.using(memory="own")("weight_history", torch.tensor([[8.0, 6.0], [4.0, 2.0]]), steps)


# Trap: the weights before the first step left out, or looked at through their memory.
@pytest.mark.exercise("weight_history")
def test_weight_history_without_steps(agree):
    def write_into_the_only_entry(module, weights):
        weights = weights.clone()
        history = module.weight_history(weights, [])
        before = [entry.copy() for entry in history]
        history[0][0, 0] = -99.0
        return {"history before": before, "what you returned": history, "weights afterwards": weights}

    agree.scenario(write_into_the_only_entry, torch.tensor([[3.0, -1.0]]))


# Trap: float32 (or a list) in place of the dtype of the weights.
def test_weight_history_keeps_the_dtype(agree):
    exactly = agree.using(rtol=0.0, atol=0.0, memory="own")
    weights = torch.tensor([0.1, 1e12], dtype=torch.float64)
    exactly("weight_history", weights, [torch.tensor([0.0, 0.5], dtype=torch.float64)])
    half = torch.tensor([4.0, 0.5], dtype=torch.float16)
    exactly("weight_history", half, [torch.tensor([1.5, 0.25], dtype=torch.float16)])


# Trap: `numpy()` without `detach()`; a gradient switched off for good; a step that is part of the graph.
@pytest.mark.points(2)
def test_weight_history_of_weights_that_need_a_gradient(agree):
    weights = torch.tensor([2.0, 4.0, 6.0], requires_grad=True)
    agree.using(memory="own")("weight_history", weights, [torch.tensor([1.0, 0.5, 0.0]), torch.ones(3)])


# Trap: `.data =` gives the weights other memory, and whoever looks at the old one sees nothing of it.
@pytest.mark.exercise("weight_history")
def test_weight_history_changes_the_memory_of_the_weights(agree):
    def row_of_a_table(module, table, steps):
        module.weight_history(table[0], steps)
        return {"the table that the weights are a part of": table}

    def seen_by_a_part(module, weights, steps):
        part = weights[1:]
        module.weight_history(weights, steps)
        return {"a part of the weights": part}

    table = torch.tensor([[8.0, 6.0], [4.0, 2.0]])
    agree.scenario(row_of_a_table, table, [torch.tensor([1.0, 0.5]), torch.ones(2)])
    agree.scenario(seen_by_a_part, torch.tensor([8.0, 6.0, 4.0]), [torch.tensor([1.0, 2.0, 0.5])])


# Trap: each entry shares its memory with the next, or with a step.
@pytest.mark.exercise("weight_history")
def test_weight_history_entries_are_independent(agree):
    def write_into_the_history(module, weights, steps):
        history = module.weight_history(weights, steps)
        for number, entry in enumerate(history):
            entry[number] = -99.0
        return {"what you returned": history, "weights afterwards": weights, "`steps` afterwards": steps}

    steps = [torch.tensor([0.0, 0.0, 0.0, 1.0]), torch.zeros(4), torch.zeros(4)]
    agree.scenario(write_into_the_history, torch.tensor([5.0, 6.0, 7.0, 8.0]), steps)


# --- mirror_image ---


# Trap: rows upside down, both axes turned, or transposed, which a square hides.
@pytest.mark.points(2)
def test_mirror_image_of_a_wide_one(agree):
    agree.using(memory="own")("mirror_image", np.arange(8.0).reshape(2, 4))


# Trap: the last axis turned, which is the one of the channels: red and blue are swapped.
@pytest.mark.points(2)
def test_mirror_image_in_colour(agree):
    agree.using(memory="own")("mirror_image", np.arange(24, dtype=np.uint8).reshape(2, 4, 3))


# Trap: a dtype of the function's own choice.
@pytest.mark.parametrize("dtype", ["float16", "float64", "int64", "bool"])
@pytest.mark.points(0.5)
def test_mirror_image_keeps_the_dtype(agree, dtype):
    last = {"int64": 16_777_217, "float64": 0.1}.get(dtype, 0)
    agree.using(rtol=0.0, atol=0.0)("mirror_image", np.array([[1, 0, last], [0, 0, 1]]).astype(dtype))


# Trap: the caller's image turned in place; the memory of the image handed on.
def test_mirror_image_leaves_the_image_alone(agree):
    own = agree.using(memory="own")
    own("mirror_image", np.array([[1.0, 2.0, 3.0]]))
    own("mirror_image", np.array([[1, 1], [2, 2]]))


# Trap: columns counted in memory instead of along the axis.
def test_mirror_image_of_a_transposed_one(agree):
    agree("mirror_image", np.arange(6, dtype=np.int32).reshape(3, 2).T)
    agree("mirror_image", np.arange(24.0).reshape(4, 3, 2).transpose(1, 0, 2))


def test_mirror_image_of_any_size(agree):
    agree.using(memory="own").forall(
        "mirror_image",
        arrays(shape=((1, 3), (2, 4)), dtype=(np.float64, np.uint8), layouts=ARRAY_LAYOUTS),
        examples=15,
    )


# --- plain_array ---


# Trap: no `cpu()`; one only for CUDA.
@pytest.mark.points(2)
def test_plain_array_from_the_device(agree, device):
    agree("plain_array", torch.tensor([[1.5, 2.5, -1.0]], device=device))
    agree("plain_array", torch.arange(6, device=device).reshape(2, 3).t())


# Trap: no `detach()`; the caller's tensor made to need no gradient, or the gradient that it has cleared.
@pytest.mark.points(2)
def test_plain_array_of_a_tensor_that_needs_a_gradient(agree, device):
    agree("plain_array", torch.tensor([[0.5, 2.0], [1.0, -3.0]], device=device, requires_grad=True))
    agree.scenario(beside_an_earlier_gradient, "plain_array", torch.ones(2, device=device))


# Trap: `detach_()` and `requires_grad_(False)` cut the caller's tensor out of its graph, or refuse one within it.
@pytest.mark.exercise("plain_array")
@pytest.mark.points(2)
def test_plain_array_of_a_result_in_a_graph(agree, device):
    def go_on_afterwards(module, x):
        y = x * 3
        array = module.plain_array(y)
        y.sum().backward()
        return {"what you returned": array, "gradient of `x`": x.grad}

    agree.scenario(go_on_afterwards, torch.tensor([1.0, -2.0, 4.0], device=device, requires_grad=True))


# Trap: `numpy()` refuses bfloat16, also with `force=True`.
@pytest.mark.points(2)
def test_plain_array_of_bfloat16(agree, device):
    agree("plain_array", torch.tensor([0.5, -1.25, 3e38], dtype=torch.bfloat16, device=device))
    agree("plain_array", torch.tensor([[2.0]], dtype=torch.bfloat16, device=device, requires_grad=True))


# Trap: float32 for everything, because of bfloat16.
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64, torch.int64, torch.uint8, torch.bool])
@pytest.mark.points(0.5)
def test_plain_array_keeps_every_other_dtype(agree, device, dtype):
    values = torch.tensor([[0, 1, 2]]).to(dtype)
    if dtype in (torch.float64, torch.int64):  # more digits than float32 has
        values[0, 2] = 16_777_217
    agree.using(rtol=0.0, atol=0.0)("plain_array", values.to(device))


# Trap: a number for no axes; lists forget the shape of what holds no elements.
def test_plain_array_no_axes_and_no_elements(agree, device):
    agree("plain_array", torch.tensor(2.5, device=device))
    agree("plain_array", torch.tensor(1.5, dtype=torch.bfloat16, device=device, requires_grad=True))
    agree("plain_array", torch.zeros(2, 0, 3, device=device))


# --- what_they_hold ---


# Trap: `array = array + 1` makes a new array; `+=` writes into the one that is there.
@pytest.mark.points(2)
def test_what_they_hold_new_array_or_old_one(agree):
    agree("what_they_hold", "c")
    agree("what_they_hold", "b")


# Trap: `array[:] = 0` taken for `array = 0`; `out=` not noticed.
def test_what_they_hold_written_into_the_array(agree):
    agree("what_they_hold", "d")
    agree("what_they_hold", "e")
    agree("what_they_hold", "a")


# Trap: the tensor is rebound; `mul` without `_` changes nothing; `mul_` changes both.
def test_what_they_hold_new_tensor_or_old_one(agree):
    agree("what_they_hold", "f")
    agree("what_they_hold", "g")
    agree("what_they_hold", "h")


# Trap: the link lost with the name: the tensor goes on using the first array's memory.
def test_what_they_hold_after_the_names_part(agree):
    agree("what_they_hold", "i")
    agree("what_they_hold", "j")
    agree("what_they_hold", "k")
