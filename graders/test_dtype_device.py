"""Hidden tests for `dtype_device`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return. The checks of the exercises on devices all use `device`: on the CPU alone, none of these bugs shows.
"""

from functools import partial, reduce

import numpy as np
import pytest
import torch
from torch import nn

from .common import all_whole, beside_an_earlier_gradient, kept

# --- mixed_dtype ---
# Every check asks for several dtypes: who always says the same passes none.


# Trap: an integer tensor makes the result wider, or float64.
@pytest.mark.points(2)
def test_mixed_dtype_floats_and_integers(agree):
    agree("mixed_dtype", "a")
    agree("mixed_dtype", "b")


# Trap: the smaller of two floats wins, or the left one.
def test_mixed_dtype_two_floats(agree):
    agree("mixed_dtype", "c")
    agree("mixed_dtype", "d")
    agree("mixed_dtype", "b")


# Trap: uint8 and int8 give one of the two, though neither holds both; int64 whatever the integers.
@pytest.mark.points(2)
def test_mixed_dtype_two_integers(agree):
    agree("mixed_dtype", "e")
    agree("mixed_dtype", "f")
    agree("mixed_dtype", "g")


# Trap: a Python number taken for a tensor (float64, int64).
@pytest.mark.points(2)
def test_mixed_dtype_python_numbers(agree):
    agree("mixed_dtype", "h")
    agree("mixed_dtype", "i")
    agree("mixed_dtype", "g")


# Trap: a quotient of integers stays an integer; flags stay bool when they are added up.
def test_mixed_dtype_division_and_flags(agree):
    agree("mixed_dtype", "j")
    agree("mixed_dtype", "k")
    agree("mixed_dtype", "l")


# Trap: a comparison has the dtype of what is compared.
def test_mixed_dtype_comparison(agree):
    agree("mixed_dtype", "m")
    agree("mixed_dtype", "c")


# Trap: a tensor without axes taken for one with an axis.
def test_mixed_dtype_without_axes(agree):
    agree("mixed_dtype", "n")
    agree("mixed_dtype", "c")


# --- held_after_cast ---


# Trap: conversion rounds; or it goes to the next smaller number (-3 for -2.7).
@pytest.mark.points(2)
def test_held_after_cast_decimals_cut_off(agree):
    agree("held_after_cast", "a")
    agree("held_after_cast", "c")


# Trap: `round` cuts off as well.
def test_held_after_cast_rounded_first(agree):
    agree("held_after_cast", "b")
    agree("held_after_cast", "a")


# Trap: integers stop at the end of their range.
@pytest.mark.points(2)
def test_held_after_cast_integers_wrap(agree):
    agree("held_after_cast", "d")
    agree("held_after_cast", "e")


# Trap: a difference of uint8 may be negative.
def test_held_after_cast_uint8_difference(agree):
    agree("held_after_cast", "k")
    agree("held_after_cast", "e")


# Trap: float16 wraps, or stops at 65504.
def test_held_after_cast_float16_overflow(agree):
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("held_after_cast", "f")
    exactly("held_after_cast", "i")


# Trap: what lies within the range of a float is held exactly.
@pytest.mark.points(2)
def test_held_after_cast_too_few_digits(agree):
    agree("held_after_cast", "g")
    agree("held_after_cast", "h")


# Trap: bool cuts off the decimals first.
def test_held_after_cast_bool(agree):
    agree("held_after_cast", "j")
    agree("held_after_cast", "c")


# --- half_and_whole ---


# Trap: a conversion rounds; `floor` cuts off (wrong below zero); `int32`; results that stay floats.
@pytest.mark.points(2)
def test_half_and_whole_both_signs(agree, device):
    agree("half_and_whole", torch.tensor([[2.7, -2.7, 0.2], [-0.2, 6.0, -3.5]], device=device))


# Trap: adding 0.5 before the decimals are cut off sends 2.5 to 3, and -2.7 to -2.
def test_half_and_whole_half_way(agree, device):
    agree("half_and_whole", torch.tensor([0.5, 1.5, 2.5, -0.5, -1.5, -2.5], device=device))


# Trap: the whole numbers made from the float16, which has lost digits; float32 on the way from float64.
@pytest.mark.points(2)
def test_half_and_whole_with_many_digits(agree, device):
    agree("half_and_whole", torch.tensor([2049.0, -4097.75, 59999.0], device=device))
    agree("half_and_whole", torch.tensor([2049.4999999999, -0.9999999999], dtype=torch.float64, device=device))


# Trap: lists forget the shape of no elements, a number for no axes.
def test_half_and_whole_no_axes_and_no_elements(agree, device):
    agree("half_and_whole", torch.tensor(-7.75, device=device))
    agree("half_and_whole", torch.zeros(0, 3, dtype=torch.float64, device=device))


# --- bytes_at ---

EVERY_DTYPE = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
]


# Trap: bits instead of bytes; an eighth of a byte for a bool.
@pytest.mark.points(2)
def test_bytes_at_every_dtype(agree, student):
    agree("bytes_at", torch.zeros(3, 5), EVERY_DTYPE)
    told = student.bytes_at(torch.zeros(3, 5), EVERY_DTYPE)
    agree.that(all_whole(told), "Numbers of bytes must be ints, not numbers with a point such as 24.0.")


# Trap: the dtype that the tensor has now; the order of the sizes instead of that of the list.
def test_bytes_at_whatever_the_dtype_is_now(agree):
    agree("bytes_at", torch.zeros(4, 3, dtype=torch.float64), [torch.int8, torch.float64, torch.int8, torch.float32])
    agree("bytes_at", torch.ones(3, dtype=torch.bool), [torch.int64, torch.bool])


# Trap: the rows counted instead of the elements.
def test_bytes_at_three_axes_and_none(agree):
    agree("bytes_at", torch.zeros(2, 3, 4), [torch.float32, torch.float16])
    agree("bytes_at", torch.tensor(1.0), [torch.float32, torch.uint8])


# Trap: the memory of the whole counted for a part of it, and that of one element for an expanded tensor.
@pytest.mark.points(2)
def test_bytes_at_part_of_a_larger_one(agree):
    agree("bytes_at", torch.zeros(10, 10)[2:4, ::2], [torch.float32, torch.int64])
    agree("bytes_at", torch.zeros(1, 3).expand(4, 3), [torch.float32, torch.float64])


# Trap: nothing to hold is an error, or takes some bytes all the same.
def test_bytes_at_no_elements_or_no_dtypes(agree):
    agree("bytes_at", torch.zeros(0, 5), [torch.float32, torch.int8])
    agree("bytes_at", torch.zeros(2, 5), [])
    agree("bytes_at", torch.zeros(2, 1), [torch.int8])


# Trap: an answer for the CPU only.
def test_bytes_at_on_the_device(agree, device):
    agree("bytes_at", torch.zeros(2, 3, device=device), [torch.float16, torch.int64])


# --- total_of_halves ---


# Trap: added up in the dtype of `x`, where adding a small number to a large one changes nothing.
@pytest.mark.points(2)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_total_of_halves_of_many_small_ones(agree, device, dtype):
    agree("total_of_halves", torch.full((30, 100), 1.0, dtype=dtype, device=device))


# Trap: `x.sum().float()`: the sum is made float32 when it has been rounded, or is infinity, already. Half of
# the points.
@pytest.mark.points(8)
def test_total_of_halves_rounded_at_the_end(agree, device):
    agree("total_of_halves", torch.tensor([2048.0, 1.0, 4.0], dtype=torch.float16, device=device))
    agree("total_of_halves", torch.tensor([[60000.0], [50000.0], [0.25]], dtype=torch.float16, device=device))
    agree("total_of_halves", torch.tensor([512.0, 1.0, 1.0], dtype=torch.bfloat16, device=device))


# Trap: the mean, times the number; whole numbers; the sum of the sizes.
def test_total_of_halves_of_a_few(agree, device):
    agree("total_of_halves", torch.tensor([[0.5, -1.25], [3.75, 0.125]], dtype=torch.float16, device=device))
    agree("total_of_halves", torch.tensor(-2.5, dtype=torch.bfloat16, device=device))
    agree.scenario(
        kept,
        "total_of_halves",
        (torch.tensor([1.5], dtype=torch.float16),),
        (torch.tensor([2.5], dtype=torch.float16),),
    )


# Trap: no elements.
def test_total_of_halves_of_none(agree, device):
    agree("total_of_halves", torch.zeros(0, 3, dtype=torch.float16, device=device))


# Trap: `item`, NumPy or `detach` on the way; the gradient that `x` came with cleared.
def test_total_of_halves_lets_gradients_through(agree, device):
    x = torch.ones(2, 3, dtype=torch.float16, device=device, requires_grad=True)
    agree("total_of_halves", x)
    agree.scenario(beside_an_earlier_gradient, "total_of_halves", x)


# --- training_bytes ---


def counted(make, states):
    """A scenario: the answer for a model that is made anew, and the model afterwards."""

    def scenario(module):
        model = make()
        return module.training_bytes(model, states), model

    return scenario


def four_numbers(module, states):
    """A scenario: the answer for a small model."""
    return module.training_bytes(nn.Linear(3, 4), states)


# Trap: weights alone; the optimizer's part forgotten or counted once for all kinds of optimizers; floats, as `/` makes.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(0.5)
@pytest.mark.parametrize("states", [0, 1, 2, 3])
def test_training_bytes_of_each_optimizer(agree, states):
    agree.scenario(counted(lambda: nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2, bias=False)), states))
    told = agree.evidence(four_numbers, states)
    agree.that(all_whole(told.values()), "Numbers of bytes must be ints, not numbers with a point such as 24.0.")


# Trap: frozen parameters given a gradient, or left out of the weights.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(3)
def test_training_bytes_of_frozen_parameters(agree):
    def with_a_frozen_layer():
        model = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2))
        model[0].weight.requires_grad_(requires_grad=False)
        return model

    agree.scenario(counted(with_a_frozen_layer, 2))
    agree.scenario(counted(lambda: nn.Linear(3, 2).requires_grad_(requires_grad=False), 1))


# Trap: a layer that is used twice counted twice, as `state_dict` does it.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(3)
def test_training_bytes_of_shared_parameters(agree):
    def same_layer_twice():
        layer = nn.Linear(3, 3)
        return nn.Sequential(layer, nn.ReLU(), layer)

    def tied_weights():
        model = nn.Sequential(nn.Embedding(6, 4), nn.Linear(4, 6))
        model[1].weight = model[0].weight
        return model

    agree.scenario(counted(same_layer_twice, 2))
    agree.scenario(counted(tied_weights, 1))


# Trap: 4 bytes for every number; the gradients of a float16 weight taken for float32.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(0.5)
def test_training_bytes_of_other_dtypes(agree):
    agree.scenario(counted(lambda: nn.Linear(4, 3).half(), 2))
    agree.scenario(counted(lambda: nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2).double()), 1))


# Trap: buffers forgotten, counted as weights, or only those that are saved.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(2)
def test_training_bytes_of_buffers(agree):
    def with_a_table():
        model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4))
        model.register_buffer("table", torch.zeros(3, 5, dtype=torch.int16), persistent=False)
        model[0].register_buffer("same_table", model.table)
        return model

    agree.scenario(counted(lambda: nn.BatchNorm1d(6), 2))
    agree.scenario(counted(with_a_table, 1))


# Trap: only the gradients that are there already; a `backward` of one's own that leaves gradients.
@pytest.mark.exercise("training_bytes")
@pytest.mark.points(0.5)
def test_training_bytes_before_and_after_a_step(agree, device):
    def in_training(module, x):
        model = nn.Linear(2, 2, device=x.device)
        before = module.training_bytes(model, 2)
        left_alone = model.weight.grad is None
        model(x).sum().backward()
        after = module.training_bytes(model, 2)
        return {"bytes before the step": before, "no gradient yet": left_alone, "bytes after the step": after}

    agree.scenario(in_training, torch.ones(3, 2, device=device))


# --- layer_on_array ---


def through_a_layer(module, weight, bias, array):
    """A scenario: what comes out, what the caller's layer and array are afterwards, and whether gradients arrive.

    The layer comes with gradients, which stay and are added to.
    """
    layer = nn.Linear(3, 2, device=weight.device)
    layer.load_state_dict({"weight": weight, "bias": bias})
    layer.weight.grad, layer.bias.grad = torch.full_like(weight, 50.0), torch.full_like(bias, 50.0)
    result = module.layer_on_array(layer, array)
    if isinstance(result, torch.Tensor) and result.requires_grad:
        result.sum().backward()
    return {
        "what you returned": result,
        "layer afterwards": layer,
        "gradient of the weights": layer.weight.grad,
        "gradient of the bias": layer.bias.grad,
        "`array` afterwards": array,
    }


def a_layer(device):
    return (
        torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]], device=device),
        torch.tensor([0.125, -3.0], device=device),
    )


# Trap: the layer made float64; a result in float64; the array left on the CPU.
@pytest.mark.exercise("layer_on_array")
@pytest.mark.points(2)
def test_layer_on_array_of_float64(agree, device):
    agree.scenario(through_a_layer, *a_layer(device), np.array([[1.0, 2.0, 3.0], [-0.5, 0.25, 8.0]]))
    agree.scenario(through_a_layer, *a_layer("cpu"), np.array([[1.0, 2.0, 3.0], [-0.5, 0.25, 8.0]]))


# Trap: only float64 thought of.
@pytest.mark.exercise("layer_on_array")
def test_layer_on_array_of_int64(agree, device):
    agree.scenario(through_a_layer, *a_layer(device), np.array([[1, 2, 3]]))
    agree.scenario(through_a_layer, *a_layer(device), np.array([[0.1, 0.7, -3.3]]))


# Trap: the caller's array written to, by way of the memory that a tensor shares with it.
@pytest.mark.exercise("layer_on_array")
def test_layer_on_array_of_float32_and_float64(agree, device):
    agree.scenario(through_a_layer, *a_layer(device), np.array([[1.0, 2.0, 3.0]], dtype=np.float32))
    agree.scenario(through_a_layer, *a_layer(device), np.array([[1.0], [2.0], [3.0]]).T)


# Trap: no rows are an error.
@pytest.mark.exercise("layer_on_array")
def test_layer_on_array_without_rows(agree, device):
    agree.scenario(through_a_layer, *a_layer(device), np.zeros((0, 3)))


# --- pick_device ---


def on_a_machine(module, cuda_gpus, mps, built_for):
    """A scenario: the answer on a machine with so many CUDA GPUs, with MPS or without.

    `built_for` is what its PyTorch was built for ("" for the CPU alone), whether that is there or not.
    """
    there = "cuda" if cuda_gpus else "mps" if mps else ""
    count = cuda_gpus if cuda_gpus else int(mps)

    def current_accelerator(check_available=False):
        name = there if check_available else built_for
        return torch.device(name) if name else None

    answers = {
        "cuda": {
            "is_available": lambda: cuda_gpus > 0,
            "device_count": lambda: cuda_gpus,
            "current_device": lambda: 0,
        },
        "backends.cuda": {"is_built": lambda: built_for == "cuda"},
        "backends.mps": {"is_available": lambda: mps, "is_built": lambda: built_for == "mps"},
        "mps": {"is_available": lambda: mps, "device_count": lambda: int(mps)},
        "xpu": {"is_available": lambda: False, "device_count": lambda: 0},
        "accelerator": {
            "is_available": lambda: bool(there),
            "device_count": lambda: count,
            "current_accelerator": current_accelerator,
            "current_device_index": lambda: 0,
            "current_device_idx": lambda: 0,
        },
    }
    # By name, since a scenario that mentions `torch.backends.cuda` itself cannot travel to the worker.
    before = []
    try:
        for place, functions in answers.items():
            owner = reduce(getattr, place.split("."), torch)
            for name in filter(partial(hasattr, owner), functions):  # a few are missing from older releases
                before.append((owner, name, getattr(owner, name)))
                setattr(owner, name, functions[name])
        answer = module.pick_device()
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        return answer
    device, found = answer
    return {"kind of the device": torch.device(device).type, "number of devices": found}


# Trap: the CPU always; one GPU counted, however many there are.
@pytest.mark.exercise("pick_device")
@pytest.mark.points(2)
def test_pick_device_with_cuda(agree):
    agree.scenario(on_a_machine, 1, False, "cuda")
    agree.scenario(on_a_machine, 4, False, "cuda")
    found = agree.evidence(on_a_machine, 3, False, "cuda")
    agree.that(all_whole([found["number of devices"]]), "The number of devices must be an int.")


# Trap: only CUDA asked for; the GPUs of CUDA counted (there are none).
@pytest.mark.exercise("pick_device")
@pytest.mark.points(2)
def test_pick_device_with_mps(agree):
    agree.scenario(on_a_machine, 0, True, "mps")


# Trap: an accelerator taken for granted; the CPU counted as one.
@pytest.mark.exercise("pick_device")
def test_pick_device_with_a_cpu_only(agree):
    agree.scenario(on_a_machine, 0, False, "")


# Trap: what PyTorch was built for taken for what is there.
@pytest.mark.exercise("pick_device")
@pytest.mark.points(2)
def test_pick_device_built_for_what_is_not_there(agree):
    agree.scenario(on_a_machine, 0, False, "cuda")
    agree.scenario(on_a_machine, 0, False, "mps")


# --- lives_where ---
# Every check asks for places of two kinds at least: who always says the same passes none.


# Trap: `to` moves the tensor itself.
@pytest.mark.points(2)
def test_lives_where_to_gives_another_tensor(agree):
    agree("lives_where", "b")
    agree("lives_where", "a")


# Trap: `to` of a module gives another module, as that of a tensor does; its input is moved along.
@pytest.mark.points(2)
def test_lives_where_modules_move_themselves(agree):
    agree("lives_where", "c")
    agree("lives_where", "k")
    agree("lives_where", "m")


# Trap: PyTorch moves what is on the wrong device.
@pytest.mark.points(2)
def test_lives_where_two_devices_never_meet(agree):
    agree("lives_where", "e")
    agree("lives_where", "n")
    agree("lives_where", "d")


# Trap: numbers and tensors without axes are refused too; a vector of one element is let in as a number is.
def test_lives_where_numbers_may_come_from_the_cpu(agree):
    agree("lives_where", "f")
    agree("lives_where", "g")
    agree("lives_where", "h")


# Trap: indices in brackets must be on the device.
def test_lives_where_indices_may_come_from_the_cpu(agree):
    agree("lives_where", "j")
    agree("lives_where", "e")


# Trap: `numpy` brings a tensor back by itself; what came back to the CPU still counts as the accelerator's.
def test_lives_where_back_again(agree):
    agree("lives_where", "i")
    agree("lives_where", "l")


# --- move_batch ---


# Trap: only a tensor, or only a dict, thought of.
@pytest.mark.parametrize("kind", ["tensor", "list", "tuple", "dict"])
@pytest.mark.points(0.5)
def test_move_batch_of_one_level(agree, device, kind):
    first, second = torch.tensor([[1.5, -2.0]]), torch.tensor([3, 4, 5])
    batch = {"tensor": first, "list": [first, second], "tuple": (first, second), "dict": {"x": first, "y": second}}
    agree.using(containers="strict")("move_batch", batch[kind], device)


# Trap: one level only; the result of `to` thrown away at some depth; a list for a tuple.
@pytest.mark.points(2)
def test_move_batch_of_many_levels(agree, device):
    batch = {
        "pair": (torch.tensor([1.0, 2.0]), [torch.tensor([True, False]), {"deep": (torch.tensor([[7]]),)}]),
        "all": [[torch.tensor(0.5)], (torch.tensor([8]), torch.zeros(0, 2))],
    }
    agree.using(containers="strict")("move_batch", batch, device)


# Trap: `to` called on a number or text; what is no tensor left out, or made one.
@pytest.mark.points(2)
def test_move_batch_with_other_things(agree, device):
    batch = ["text", 3, 2.5, True, None, torch.tensor([1]), {"name": "x", 0: torch.tensor([2])}, ("y", 4, False)]
    agree.using(containers="strict")("move_batch", batch, device)
    agree.using(containers="strict")("move_batch", {"number": 7, "list": [], "tuple": (), "dict": {}}, device)


# Trap: `cuda()`, or whatever accelerator there is, in place of the device that was asked for; `cpu()` always.
@pytest.mark.points(2)
def test_move_batch_in_either_direction(agree, device):
    batch = {
        "x": torch.tensor([1.0, 2.0], device=device),
        "rest": (torch.tensor([3]), [torch.tensor(4, device=device)]),
    }
    agree.using(containers="strict")("move_batch", batch, "cpu")
    agree.using(containers="strict")("move_batch", batch, str(device))


# Trap: a dtype of the function's own choice, also one on the way that has fewer digits.
def test_move_batch_keeps_the_dtypes(agree, device):
    agree("move_batch", [torch.ones(2, dtype=dtype) for dtype in EVERY_DTYPE], device)
    digits = [torch.tensor([2**53 + 1]), torch.tensor([0.1], dtype=torch.float64)]
    agree.using(rtol=0.0, atol=0.0)("move_batch", digits, device)


# Trap: the moved tensors written into the caller's own lists and dicts.
@pytest.mark.exercise("move_batch")
@pytest.mark.points(2)
def test_move_batch_leaves_the_batch_alone(agree, device):
    def what_the_caller_holds(module, batch, where):
        moved = module.move_batch(batch, where)
        return {"what you returned": moved, "`batch` afterwards": batch}

    batch = {"x": torch.tensor([1.0, 2.0]), "list": [torch.tensor([3]), (torch.tensor(4), {"y": torch.tensor([5])})]}
    agree.scenario(what_the_caller_holds, batch, device)


# Trap: keys sorted, or put in the order in which their values are handled.
@pytest.mark.exercise("move_batch")
def test_move_batch_keeps_the_order_of_the_keys(agree, device):
    def keys_in_order(module, batch, where):
        moved = module.move_batch(batch, where)
        return {"order of the keys": list(moved), "what you returned": moved}

    agree.scenario(keys_in_order, {"z": torch.tensor([1]), "a": "text", "m": [torch.tensor([2])], 3: None}, device)


# --- normalise_channels ---


def some_images(dtype, device, *, count=2):
    """Multiples of 1/8, so that every order of calculating gives the same."""
    return ((torch.arange(count * 18) % 17).reshape(count, 3, 2, 3) / 8).to(dtype).to(device)


# Trap: constants on the CPU, or on a device that the code chose; the result brought to the CPU.
@pytest.mark.points(2)
def test_normalise_channels_on_the_device(agree, device):
    agree("normalise_channels", some_images(torch.float32, device))
    agree("normalise_channels", some_images(torch.float32, "cpu"))
    images = some_images(torch.float32, device)
    agree.scenario(kept, "normalise_channels", (images,), (images + 1,))


# Trap: constants in float32.
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_normalise_channels_keeps_the_dtype(agree, device, dtype):
    agree("normalise_channels", some_images(dtype, device))


# Trap: float32 on the way.
def test_normalise_channels_with_many_digits(agree, device):
    images = torch.full((1, 3, 1, 1), 0.1, dtype=torch.float64, device=device)
    agree.using(rtol=1e-14, atol=0.0)("normalise_channels", images)


# Trap: the graph cut, by `torch.tensor`, NumPy or `no_grad`; the gradient that `images` came with cleared.
def test_normalise_channels_lets_gradients_through(agree, device):
    images = some_images(torch.float32, device, count=1)
    agree("normalise_channels", images.requires_grad_())
    agree.scenario(beside_an_earlier_gradient, "normalise_channels", images)


# Trap: `images -= mean`.
def test_normalise_channels_gives_a_new_tensor(agree, device):
    agree.using(memory="own")("normalise_channels", some_images(torch.float32, device, count=1))


# --- hide_future ---


def some_scores(*shape, dtype=torch.float32, device="cpu"):
    count = int(np.prod(shape))
    return ((torch.arange(count) * 7 % 23 - 11) / 8).reshape(shape).to(dtype).to(device)


# Trap: a mask on the CPU, or on a device that the code chose; the diagonal hidden; the past hidden.
@pytest.mark.points(2)
def test_hide_future_on_the_device(agree, device):
    agree("hide_future", some_scores(4, 4, device=device))
    agree("hide_future", some_scores(4, 4, device="cpu"))
    agree.scenario(kept, "hide_future", (some_scores(3, 3),), (some_scores(3, 3) + 1,))


# Trap: what is 0 taken for what is hidden.
@pytest.mark.points(2)
def test_hide_future_shows_scores_of_0(agree, device):
    agree("hide_future", torch.zeros(3, 3, device=device))
    agree("hide_future", torch.zeros(1, 2, 2, dtype=torch.float16, device=device))


# Trap: a mask in float32; scores that went through float32.
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_hide_future_keeps_the_dtype(agree, device, dtype):
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("hide_future", some_scores(3, 3, dtype=dtype, device=device))
    exactly("hide_future", some_scores(2, 2, dtype=dtype, device=device) / 7)


# Trap: the batch taken for steps.
def test_hide_future_of_a_batch(agree, device):
    agree("hide_future", some_scores(2, 3, 3, device=device))
    agree("hide_future", some_scores(3, 1, 1, device=device))


# Trap: `masked_fill_` on the caller's scores; with one step, where nothing is hidden, the scores themselves.
def test_hide_future_gives_a_new_tensor(agree, device):
    own = agree.using(memory="own")
    own("hide_future", some_scores(2, 2, device=device))
    own("hide_future", some_scores(1, 1, device=device))


# Trap: the graph cut; the gradient that the scores came with cleared. (Through the softmax nothing comes back to the
# hidden scores, however they were hidden.)
@pytest.mark.exercise("hide_future")
def test_hide_future_lets_gradients_through(agree, device):
    def weights_and_gradient(module, scores):
        scores.requires_grad_().grad = torch.ones_like(scores)
        weights = module.hide_future(scores).softmax(-1)
        if weights.requires_grad:
            weights.square().sum().backward()
        return {"what you returned": weights, "gradient of `scores`": scores.grad}

    agree.scenario(weights_and_gradient, some_scores(3, 3, device=device))


# --- expected_place ---


# Trap: places on the CPU, or on a device that the code chose; places that begin at 1.
@pytest.mark.points(2)
def test_expected_place_on_the_device(agree, device):
    agree("expected_place", torch.tensor([[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]], device=device))
    agree("expected_place", torch.tensor([[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]]))
    agree.scenario(kept, "expected_place", (torch.tensor([0.5, 0.5]),), (torch.tensor([0.25, 0.75]),))


# Trap: places in float32, or in integers; probabilities made float32.
@pytest.mark.points(2)
def test_expected_place_of_float64(agree, device):
    exactly = agree.using(rtol=1e-14, atol=0.0)
    exactly("expected_place", torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]], dtype=torch.float64, device=device))


# Trap: the first axis summed, which a square hides, or all of them.
def test_expected_place_along_the_last_axis(agree, device):
    agree("expected_place", torch.tensor([[0.0, 0.5, 0.25, 0.25], [0.5, 0.125, 0.0, 0.375]], device=device))
    agree("expected_place", torch.tensor([[0.0, 1.0]], device=device))


# Trap: one axis is a row of its own: the result has no axis left.
def test_expected_place_of_one_axis(agree, device):
    agree("expected_place", torch.tensor([0.125, 0.25, 0.125, 0.5], device=device))
    agree("expected_place", torch.tensor([1.0], dtype=torch.float64, device=device))


# Trap: the graph cut; the gradient that the probabilities came with cleared.
def test_expected_place_lets_gradients_through(agree, device):
    agree("expected_place", torch.tensor([[0.5, 0.25, 0.25]], device=device, requires_grad=True))
    agree.scenario(beside_an_earlier_gradient, "expected_place", torch.tensor([0.5, 0.5], device=device))


# --- last_steps ---


# Trap: `lengths` left on the CPU, or moved to a device that the code chose; `x` brought to the CPU.
@pytest.mark.points(2)
def test_last_steps_on_the_device(agree, device):
    agree("last_steps", torch.arange(24.0, device=device).reshape(3, 4, 2), torch.tensor([2, 4, 1]))
    agree("last_steps", torch.arange(24.0).reshape(3, 4, 2), torch.tensor([2, 4, 1]))
    x, lengths = torch.arange(12.0).reshape(2, 3, 2), torch.tensor([3, 1])
    agree.scenario(kept, "last_steps", (x, lengths), (x + 1, lengths))


# Trap: the step after the last one; the last one of all, whatever the lengths are; nan and infinity in steps that do
# not count, times a mask's 0.
def test_last_steps_of_every_length(agree, device):
    agree("last_steps", torch.arange(12.0, device=device).reshape(4, 3, 1) * 3, torch.tensor([1, 2, 3, 2]))
    padded = torch.tensor([[[1.0], [2.0], [float("nan")]], [[3.0], [float("inf")], [4.0]]], device=device)
    agree("last_steps", padded, torch.tensor([2, 1]))


# Trap: a dtype of the function's own choice, also one on the way that has fewer digits.
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.points(0.5)
def test_last_steps_keeps_the_dtype(agree, device, dtype):
    x = (torch.arange(12).reshape(2, 2, 3) / 8).to(dtype).to(device)
    agree("last_steps", x, torch.tensor([2, 1]))
    agree.using(rtol=0.0, atol=0.0)("last_steps", x / 7, torch.tensor([1, 2]))


# Trap: `squeeze` without an axis takes away a batch of one, too; a part of `x` in place of a new tensor.
def test_last_steps_of_a_single_one(agree, device):
    own = agree.using(memory="own")
    own("last_steps", torch.tensor([[[1.0], [2.0], [3.0]]], device=device), torch.tensor([2]))
    own("last_steps", torch.tensor([[[4.0, 5.0]]], device=device), torch.tensor([1]))


# Trap: the graph cut; the gradient that `x` came with cleared.
def test_last_steps_lets_gradients_through(agree, device):
    x = torch.arange(8.0, device=device).reshape(2, 2, 2).requires_grad_()
    agree("last_steps", x, torch.tensor([1, 2]))
    agree.scenario(beside_an_earlier_gradient, "last_steps", x, torch.tensor([2, 1]))


# Trap: `lengths -= 1` in place.
def test_last_steps_leaves_the_lengths_alone(agree, device):
    agree("last_steps", torch.zeros(2, 3, 2, device=device), torch.tensor([3, 3]))


# --- fit_batches ---

START = torch.tensor([[0.5, -1.0]])
BATCHES = [
    (torch.tensor([[1.0, 2.0], [0.5, -1.0]]), torch.tensor([[3.0], [1.0]])),
    (torch.tensor([[-1.0, 0.5], [2.0, 0.0], [0.0, 1.5]]), torch.tensor([[0.0], [2.0], [-1.0]])),
    (torch.tensor([[0.25, 0.5]]), torch.tensor([[-2.0]])),
]


def train(module, start, batches, device, *lr):
    """A scenario: the losses, the caller's model and the batches after training."""
    model = nn.Linear(2, 1, bias=False, device=start.device)
    model.load_state_dict({"weight": start})
    losses = module.fit_batches(model, batches, device, *lr)
    return {"what you returned": losses, "model afterwards": model, "`batches` afterwards": batches}


# Trap: data, labels or model left behind; gradients that add up; losses as tensors; losses after the step.
@pytest.mark.exercise("fit_batches")
@pytest.mark.points(2)
def test_fit_batches_three_of_them(agree, device):
    agree.scenario(train, START, BATCHES, device)


# Trap: the learning rate of the function's own choice.
@pytest.mark.exercise("fit_batches")
def test_fit_batches_with_another_learning_rate(agree, device):
    agree.scenario(train, START, BATCHES[:2], device, 0.25)


# Trap: `device` taken for the one that the model or an accelerator has; text not thought of.
@pytest.mark.exercise("fit_batches")
@pytest.mark.points(2)
def test_fit_batches_where_it_was_told_to(agree, device):
    agree.scenario(train, START.to(device), BATCHES, str(device))
    agree.scenario(train, START.to(device), BATCHES, "cpu")


class Noting(nn.Module):
    """A model that notes down where its inputs and its weights live."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[0.5], [-1.0]]))
        self.seen = set()

    def forward(self, x):
        self.seen.add((str(x.device), str(self.weight.device)))
        return x @ self.weight


# Trap: trained on the CPU, and only then moved to the device; a copy trained in place of the model itself.
@pytest.mark.exercise("fit_batches")
@pytest.mark.points(2)
def test_fit_batches_computes_on_the_device(agree, device):
    def where_it_computes(module, batches, where):
        model = Noting()
        try:
            losses = module.fit_batches(model, iter(batches), where)
        except RuntimeError as error:  # what the model saw before tells what was left behind
            if not model.seen:
                raise
            losses = str(error)
        return {"what you returned": losses, "devices of the batches": sorted(model.seen), "model afterwards": model}

    agree.scenario(where_it_computes, BATCHES, device)


# Trap: gradients cleared after each step only, so that those which the model came with are in the first one.
@pytest.mark.exercise("fit_batches")
def test_fit_batches_without_older_gradients(agree, device):
    def with_older_gradients(module, batches, where):
        model = nn.Linear(2, 1, bias=False)
        model.load_state_dict({"weight": torch.tensor([[0.5, -1.0]])})
        model.weight.grad = torch.tensor([[100.0, 200.0]])
        losses = module.fit_batches(model, batches, where)
        return {"what you returned": losses, "weights afterwards": model.weight.detach()}

    agree.scenario(with_older_gradients, BATCHES, device)


# Trap: no batches are an error, or leave the model where it was.
@pytest.mark.exercise("fit_batches")
def test_fit_batches_without_any(agree, device):
    agree.scenario(train, START, [], device)
    agree.scenario(train, START, BATCHES[:1], device)


# --- autocast_step ---


def three_digits(agree):
    """The text asks for no more."""
    return agree.using(rtol=1e-3, atol=1e-4)


def small_step(module, weight, x, labels, momentum=0.0):
    """A scenario: the loss, the dtypes of what lasts, what the layer gives, and the model afterwards."""
    model, seen = nn.Linear(2, 1, bias=False, device=weight.device), []
    model.load_state_dict({"weight": weight})
    model.register_forward_hook(lambda layer, inputs, scores: seen.append(str(scores.dtype)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25, momentum=momentum)
    loss = module.autocast_step(model, optimizer, x, labels)
    lasting = [model.weight, *(t for state in optimizer.state.values() for t in state.values() if t is not None)]
    return {
        "what you returned": loss,
        "dtypes of the scores": seen,
        "dtypes of what lasts": sorted({str(t.dtype) for t in lasting}),
        "weights afterwards": model.weight.detach(),
    }


def some_weights(device):
    return torch.tensor([[1.25, -0.6875]], device=device)


def some_inputs(device):
    x = torch.tensor([[1.0, 2.0], [-3.0, 1.0], [0.5, -0.5], [2.001953125, 0.25], [1.5, 1.0]], device=device)
    return x, torch.tensor([[1.0], [0.0], [0.0], [1.0], [1.0]], device=device)


# Trap: the model made float16 or bfloat16, and with it all that lasts.
@pytest.mark.exercise("autocast_step")
@pytest.mark.points(3)
def test_autocast_step_leaves_the_weights_float32(agree, device):
    three_digits(agree).scenario(small_step, some_weights(device), *some_inputs(device))


# Trap: everything in float32; autocast for another kind of device than that of `x`, where it does nothing.
@pytest.mark.exercise("autocast_step")
@pytest.mark.points(2)
def test_autocast_step_calculates_in_bfloat16(agree, device):
    weight = torch.tensor([[1.0, 0.0078125]], device=device)
    x = torch.tensor([[5.0, 1.0], [7.0, 3.0], [1.0009765625, -1.0]], device=device)
    three_digits(agree).scenario(small_step, weight, x, torch.tensor([[0.0], [1.0], [1.0]], device=device))


# Trap: the loss made outside, out of bfloat16 scores, so that part of it has three digits.
@pytest.mark.exercise("autocast_step")
@pytest.mark.points(2)
def test_autocast_step_makes_the_loss_in_float32(agree, device):
    x, labels = some_inputs(device)
    three_digits(agree).scenario(small_step, some_weights(device) / 4, x[:3], labels[:3])


# Trap: steps that float16 and bfloat16 have no room for.
@pytest.mark.exercise("autocast_step")
def test_autocast_step_takes_small_steps(agree, device):
    def after_some_steps(module, weight, x, labels):
        model = nn.Linear(2, 1, bias=False, device=weight.device)
        model.load_state_dict({"weight": weight})
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        losses = [module.autocast_step(model, optimizer, x, labels) for _ in range(3)]
        return {"what you returned": losses, "model afterwards": model}

    three_digits(agree).scenario(after_some_steps, some_weights(device), *some_inputs(device))


# Trap: what the optimizer remembers in a short dtype.
@pytest.mark.exercise("autocast_step")
def test_autocast_step_with_momentum(agree, device):
    three_digits(agree).scenario(small_step, some_weights(device), *some_inputs(device), 0.5)


# Trap: gradients that add up.
@pytest.mark.exercise("autocast_step")
def test_autocast_step_without_older_gradients(agree, device):
    def with_older_gradients(module, weight, x, labels):
        model = nn.Linear(2, 1, bias=False, device=weight.device)
        model.load_state_dict({"weight": weight})
        model.weight.grad = torch.full_like(model.weight, 8.0)
        loss = module.autocast_step(model, torch.optim.SGD(model.parameters(), lr=0.5), x, labels)
        return {"what you returned": loss, "weights afterwards": model.weight.detach()}

    three_digits(agree).scenario(with_older_gradients, some_weights(device), *some_inputs(device))


# --- loss_curve ---


# Trap: the list handed to NumPy as it is; `torch.stack` of tensors from several devices.
@pytest.mark.points(2)
def test_loss_curve_from_several_devices(agree, device):
    agree("loss_curve", [torch.tensor(1.5, device=device), torch.tensor(-0.25), torch.tensor(3.0, device=device)])


# Trap: no `detach`.
@pytest.mark.points(2)
def test_loss_curve_of_losses_that_need_a_gradient(agree, device):
    agree("loss_curve", [torch.tensor(value, device=device, requires_grad=True) for value in (0.5, 0.75)])


# Trap: tensors of shape (1,) give a matrix, or do not go together with those without axes.
def test_loss_curve_of_both_shapes(agree, device):
    agree("loss_curve", [torch.tensor([2.0], device=device), torch.tensor(1.0, device=device), torch.tensor([0.5])])
    agree("loss_curve", [torch.tensor([4.0], device=device)])
    agree.scenario(kept, "loss_curve", ([torch.tensor(1.0)],), ([torch.tensor(2.0)],))
    agree("loss_curve", [torch.tensor([4.0], device=device), torch.tensor([2.0], device=device)])


# Trap: bfloat16 refused by NumPy; a dtype that is not float64; float64 that went through float32.
@pytest.mark.points(2)
def test_loss_curve_of_every_dtype(agree, device):
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("loss_curve", [torch.tensor(0.5, dtype=torch.bfloat16, device=device)])
    exactly("loss_curve", [torch.tensor(0.1, dtype=dtype, device=device) for dtype in EVERY_DTYPE[-4:]])
    exactly("loss_curve", [torch.tensor(0.1, dtype=torch.float16, device=device), torch.tensor(1.0)])


# Trap: an empty list is an error.
def test_loss_curve_of_none(agree, device):
    agree("loss_curve", [])
    agree("loss_curve", [torch.tensor(2.0, device=device)])


# Trap: `detach_` or `requires_grad_(False)` on the caller's losses; the gradients that they have cleared.
@pytest.mark.exercise("loss_curve")
def test_loss_curve_leaves_the_graph_alone(agree, device):
    def go_on_afterwards(module, x):
        losses = [x.square().sum(), (x * 3).sum()]
        curve = module.loss_curve(losses)
        (losses[0] + losses[1]).backward()
        return {"what you returned": curve, "gradient of `x`": x.grad}

    agree.scenario(go_on_afterwards, torch.tensor([1.0, -2.0], device=device, requires_grad=True))

    def beside_its_gradient(module, loss):
        loss.requires_grad_().grad = torch.full_like(loss, 50.0)
        return {"what you returned": module.loss_curve([loss]), "gradient of the argument": loss.grad}

    agree.scenario(beside_its_gradient, torch.tensor(0.5, device=device))
