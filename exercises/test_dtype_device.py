"""Tests for `dtype_device.py` that you can read and run: `pytest exercises/test_dtype_device.py --device=all`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values, shape,
dtype, device, and whether an argument was changed. `agree.scenario` does the same for a few lines that use your
module. A test that takes `device` runs on the CPU, and with `--device=all` on an accelerator too: on a simulated
one if your machine has none. Without that option some mistakes of this topic do not show.
"""

from functools import reduce

import numpy as np
import pytest
import torch
from torch import nn


def test_mixed_dtype_float_and_integer(agree):
    agree("mixed_dtype", "a")


def test_mixed_dtype_half_and_integer(agree):
    agree("mixed_dtype", "b")


def test_held_after_cast_to_int64(agree):
    agree("held_after_cast", "a")


def test_held_after_cast_rounded_first(agree):
    agree("held_after_cast", "b")


def test_half_and_whole_of_a_few(agree, device):
    agree("half_and_whole", torch.tensor([2.7, -2.7, 0.5], device=device))


def test_half_and_whole_of_float64(agree, device):
    agree("half_and_whole", torch.tensor([[9.25], [-0.75]], dtype=torch.float64, device=device))
    agree("half_and_whole", torch.tensor([4099.4999999999, -3001.2], dtype=torch.float64, device=device))


def test_bytes_at_two_floats(agree):
    agree("bytes_at", torch.zeros(2, 3), [torch.float32, torch.float64])
    agree("bytes_at", torch.zeros(6, 4)[1:3], [torch.float16, torch.float32])
    agree("bytes_at", torch.zeros(0, 2), [torch.float64])


def test_bytes_at_of_an_integer_tensor(agree):
    agree("bytes_at", torch.tensor([1, 2, 3]), [torch.int8, torch.int64, torch.float16, torch.bool])


def test_total_of_halves_of_many_ones(agree, device):
    agree("total_of_halves", torch.ones(2, 1500, dtype=torch.float16, device=device))


def test_total_of_halves_of_large_numbers(agree, device):
    agree("total_of_halves", torch.full((70,), 1000.0, dtype=torch.float16, device=device))
    x = torch.tensor([256.0, 1.0, 1.0, 0.5], dtype=torch.bfloat16, device=device, requires_grad=True)
    agree("total_of_halves", x)


@pytest.mark.exercise("training_bytes")
def test_training_bytes_of_a_frozen_layer(agree):
    def half_of_it_frozen(module):
        model = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
        model[0].requires_grad_(requires_grad=False)
        return {"first call": module.training_bytes(model, 1), "second call": module.training_bytes(model, 2)}

    agree.scenario(half_of_it_frozen)

    def with_an_older_gradient(module):
        model = nn.Linear(2, 3)
        model.weight.grad = torch.full_like(model.weight, 6.0)
        return {"what you returned": module.training_bytes(model, 3), "gradient of the weights": model.weight.grad}

    agree.scenario(with_an_older_gradient)


@pytest.mark.exercise("training_bytes")
def test_training_bytes_of_shared_weights_and_buffers(agree):
    def shared(module):
        layer = nn.Linear(3, 3).half()
        model = nn.Sequential(layer, nn.BatchNorm1d(3), layer)
        model.register_buffer("table", torch.zeros(7, dtype=torch.int16), persistent=False)
        return module.training_bytes(model, states=2)

    agree.scenario(shared)


def through_a_layer(module, weight, bias, array):
    layer = nn.Linear(2, 1, device=weight.device)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return {"what you returned": module.layer_on_array(layer, array), "layer afterwards": layer}


@pytest.mark.exercise("layer_on_array")
def test_layer_on_array_of_float64(agree, device):
    weight, bias = torch.tensor([[2.0, -1.0]], device=device), torch.tensor([0.5], device=device)
    agree.scenario(through_a_layer, weight, bias, np.array([[1.0, 2.0], [3.0, 4.0]]))


@pytest.mark.exercise("layer_on_array")
def test_layer_on_array_of_int64(agree, device):
    weight, bias = torch.tensor([[2.0, -1.0]], device=device), torch.tensor([0.5], device=device)
    agree.scenario(through_a_layer, weight, bias, np.array([[1, 2]]))


def on_a_machine(module, cuda_gpus, mps=False):
    """What your function finds on a machine with so many CUDA GPUs and nothing else."""
    there = "cuda" if cuda_gpus else "mps" if mps else None
    built_for = there or "cuda"
    answers = {
        "cuda.is_available": lambda: cuda_gpus > 0,
        "cuda.device_count": lambda: cuda_gpus,
        "cuda.current_device": lambda: 0,
        "backends.mps.is_available": lambda: mps,
        "mps.is_available": lambda: mps,
        "mps.device_count": lambda: int(mps),
        "accelerator.is_available": lambda: there is not None,
        "accelerator.device_count": lambda: max(cuda_gpus, int(mps)),
        "accelerator.current_accelerator": lambda check_available=False: (
            torch.device(built_for) if there or not check_available else None
        ),
    }
    before = []
    try:
        for place, answer in answers.items():
            owner, name = reduce(getattr, place.split(".")[:-1], torch), place.split(".")[-1]
            if hasattr(owner, name):
                before.append((owner, name, getattr(owner, name)))
                setattr(owner, name, answer)
        device, count = module.pick_device()
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
    return {"kind of the device": torch.device(device).type, "number of devices": count}


@pytest.mark.exercise("pick_device")
def test_pick_device_where_there_is_only_a_cpu(agree):
    agree.scenario(on_a_machine, 0)


@pytest.mark.exercise("pick_device")
def test_pick_device_where_there_are_gpus(agree):
    agree.scenario(on_a_machine, 3)
    agree.scenario(on_a_machine, 1)


@pytest.mark.exercise("pick_device")
def test_pick_device_where_there_is_mps(agree):
    agree.scenario(on_a_machine, 0, True)


def test_lives_where_after_to(agree):
    agree("lives_where", "a")


def test_lives_where_result_not_kept(agree):
    agree("lives_where", "b")


def test_move_batch_to_the_device(agree, device):
    batch = {"image": torch.ones(2), "sizes": (torch.tensor(3), 4), "names": ["a", None]}
    agree.using(containers="strict")("move_batch", batch, device)

    def what_the_caller_holds(module, batch, where):
        moved = module.move_batch(batch, where)
        return {"order of the keys": list(moved), "what you returned": moved, "`batch` afterwards": batch}

    agree.scenario(what_the_caller_holds, {"y": torch.zeros(3), "b": [torch.tensor(9)]}, device)


def test_move_batch_back_to_the_cpu(agree, device):
    agree.using(containers="strict")("move_batch", [torch.tensor([True]), torch.ones(1, device=device)], "cpu")


@pytest.mark.exercise("move_batch")
def test_move_batch_of_lists_in_lists(agree):
    # Every machine has PyTorch's device "meta". Its tensors hold no numbers.
    def kinds_of_devices(module):
        moved = module.move_batch([[torch.ones(2)], ({"x": torch.ones(1)}, 5)], "meta")
        return {"kinds of devices": [moved[0][0].device.type, moved[1][0]["x"].device.type]}

    agree.scenario(kinds_of_devices)


def test_normalise_channels_of_ones(agree, device):
    agree("normalise_channels", torch.ones(1, 3, 1, 2, device=device))
    agree("normalise_channels", torch.ones(1, 3, 2, 1, device=device, requires_grad=True))


def test_normalise_channels_of_float16_and_float64(agree, device):
    agree("normalise_channels", torch.ones(2, 3, 2, 1, dtype=torch.float16, device=device))
    many_digits = torch.full((1, 3, 1, 2), 0.7, dtype=torch.float64, device=device)
    agree.using(rtol=1e-14, atol=0.0)("normalise_channels", many_digits)


def test_hide_future_of_ones(agree, device):
    def with_gradient(module, scores):
        scores.requires_grad_()
        weights = module.hide_future(scores).softmax(-1)
        weights[:, 0].sum().backward()
        return {"what you returned": weights, "gradient of `scores`": scores.grad}

    agree("hide_future", torch.ones(3, 3, device=device))
    agree.scenario(with_gradient, torch.tensor([[0.5, 2.0], [1.0, -1.0]], device=device))


def test_hide_future_of_float16(agree, device):
    agree("hide_future", torch.zeros(1, 2, 2, dtype=torch.float16, device=device))


def test_expected_place_of_two_rows(agree, device):
    agree("expected_place", torch.tensor([[0.0, 0.25, 0.0, 0.75], [1.0, 0.0, 0.0, 0.0]], device=device))


def test_expected_place_of_float64(agree, device):
    agree("expected_place", torch.tensor([0.5, 0.5], dtype=torch.float64, device=device))
    many_digits = torch.tensor([0.35, 0.4, 0.25], dtype=torch.float64, device=device, requires_grad=True)
    agree.using(rtol=1e-14, atol=0.0)("expected_place", many_digits)


def test_last_steps_of_two(agree, device):
    agree("last_steps", torch.arange(12.0, device=device).reshape(2, 3, 2), torch.tensor([3, 1]))
    not_a_number = torch.tensor([[[5.0], [float("nan")]], [[6.0], [7.0]]], device=device, requires_grad=True)
    agree("last_steps", not_a_number, torch.tensor([1, 2]))


def test_last_steps_of_one_feature(agree, device):
    agree.using(memory="own")("last_steps", torch.tensor([[[1.0], [2.0]]], device=device), torch.tensor([2]))
    agree("last_steps", torch.tensor([[[1.5], [2.5]]], dtype=torch.float64, device=device), torch.tensor([1]))


def train(module, weight, batches, device):
    model = nn.Linear(1, 1, bias=False)
    model.load_state_dict({"weight": weight})
    return {"what you returned": module.fit_batches(model, batches, device), "model afterwards": model}


@pytest.mark.exercise("fit_batches")
def test_fit_batches_twice_the_same(agree, device):
    batch = (torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]]))
    agree.scenario(train, torch.tensor([[0.5]]), [batch, batch], device)

    def with_an_older_gradient(module, batches, device):
        model, seen = nn.Linear(1, 1, bias=False), set()
        model.load_state_dict({"weight": torch.tensor([[0.25]])})
        model.weight.grad = torch.tensor([[50.0]])
        model.register_forward_pre_hook(lambda _, inputs: seen.add(str(inputs[0].device)))
        losses = module.fit_batches(model, batches, device, lr=0.02)
        return {
            "what you returned": losses,
            "devices of the batches": sorted(seen),
            "weights afterwards": model.weight.detach(),
        }

    agree.scenario(with_an_older_gradient, [batch, batch], device)


@pytest.mark.exercise("fit_batches")
def test_fit_batches_none_at_all(agree, device):
    agree.scenario(train, torch.tensor([[0.5]]), [], device)


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


@pytest.mark.exercise("autocast_step")
def test_autocast_step_of_four(agree, device):
    weight = torch.tensor([[0.75, -1.5]], device=device)
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25], [-2.0, 1.0]], device=device)
    three_digits(agree).scenario(small_step, weight, x, torch.tensor([[0.0], [1.0], [0.0], [1.0]], device=device))


@pytest.mark.exercise("autocast_step")
def test_autocast_step_with_many_digits(agree, device):
    weight = torch.tensor([[1.0, 0.0078125]], device=device)
    x = torch.tensor([[3.0, 1.0], [1.001953125, 0.5], [-2.0, 5.0]], device=device)
    three_digits(agree).scenario(small_step, weight, x, torch.tensor([[1.0], [0.0], [0.0]], device=device), 0.5)


@pytest.mark.exercise("autocast_step")
def test_autocast_step_with_an_older_gradient(agree, device):
    def weights_after_a_step(module, weight, x, labels):
        model = nn.Linear(2, 1, bias=False, device=weight.device)
        model.load_state_dict({"weight": weight})
        model.weight.grad = torch.full_like(model.weight, 50.0)
        module.autocast_step(model, torch.optim.SGD(model.parameters(), lr=0.125), x, labels)
        return {"weights afterwards": model.weight.detach()}

    weight, x = torch.tensor([[0.5, 0.25]], device=device), torch.tensor([[1.0, -2.0]], device=device)
    three_digits(agree).scenario(weights_after_a_step, weight, x, torch.tensor([[1.0]], device=device))


def test_loss_curve_of_two(agree, device):
    agree("loss_curve", [torch.tensor(0.5, requires_grad=True), torch.tensor([0.25], device=device)])
    exactly = agree.using(rtol=0.0, atol=0.0)
    exactly("loss_curve", [torch.tensor(0.3, dtype=one, device=device) for one in (torch.float64, torch.bfloat16)])


def test_loss_curve_of_none(agree):
    agree("loss_curve", [])
