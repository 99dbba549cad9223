"""What the lesson and the exercises of `dtype_device` say about PyTorch, tried on the version at hand.

When one of these fails after an update, the library has changed and the text must follow. What needs an accelerator
runs in a process of its own with the simulated one: once there, it stays.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT
from torch import nn

SOURCE = ROOT / "reference" / "dtype_device.py"
LESSON = " ".join((ROOT / "reference" / "lessons" / "dtype_device.md").read_text("utf-8").split())


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_dtype_device", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = _reference()


def _cases(name: str) -> dict[str, str]:
    """The code of each case, read from the docstring of a predict exercise."""
    docstring = getattr(REFERENCE, name).__doc__ or ""
    return dict(re.findall(r"^ +([a-z]): (.+)$", docstring, re.MULTILINE))


def _text(name: str) -> str:
    return " ".join((getattr(REFERENCE, name).__doc__ or "").split())


def test_mixed_dtype_of_the_course_notes() -> None:
    whole = torch.tensor([[3, 3], [3, 3]])
    assert whole.dtype == torch.int64, "whole numbers are no longer int64"
    mixed = torch.tensor([[3.1, 3.2], [3.3, 3.4]]) + whole
    assert mixed.dtype == torch.float32, "float32 + int64 is no longer float32"
    assert repr(whole.to(torch.float32)) == "tensor([[3., 3.],\n        [3., 3.]])"


def test_conversions_of_the_course_notes() -> None:
    tens = torch.arange(10.0, 100.0, 10.0)
    assert tens.dtype == torch.float32
    told = "tensor([10., 20., 30., 40., 50., 60., 70., 80., 90.], dtype=torch.float16)"
    assert repr(tens.type(torch.float16)) == told, "type(torch.float16) prints another text"
    assert tens.type(torch.int8).tolist() == list(range(10, 100, 10))


def test_a_layer_refuses_float64_as_the_texts_say() -> None:
    with pytest.raises(RuntimeError) as error:
        nn.Linear(3, 1)(torch.from_numpy(np.ones((2, 3))))
    told = f"RuntimeError: {error.value}"
    assert told in LESSON, f"the lesson quotes another message than {told}"
    assert told in _text("layer_on_array")


def test_a_product_with_a_vector_refuses_as_the_text_says() -> None:
    with pytest.raises(RuntimeError) as error:
        REFERENCE._stub_expected_place(torch.ones(2, 3, dtype=torch.float64))
    assert f"RuntimeError: {error.value}" in _text("expected_place")


def test_a_module_moves_itself_and_a_tensor_does_not() -> None:
    model, t = nn.Linear(2, 1), torch.ones(2)
    assert model.to(torch.float64) is model
    assert model.weight.dtype == torch.float64, "a module no longer converts itself"
    assert t.to(torch.float64) is not t
    assert t.dtype == torch.float32
    assert t.to(torch.float32) is t


ON_THE_SIMULATED_DEVICE = """
import importlib.util, json, re, sys
import torch
from torch import nn
from antorcha.accelerator.simulated import install

install()
spec = importlib.util.spec_from_file_location("facts_on_the_device", sys.argv[1])
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)


def place(code):
    accel = torch.accelerator.current_accelerator()
    names = {"torch": torch, "accel": accel, "t": torch.ones(2), "layer": nn.Linear(2, 1)}
    *first, last = code.split("; ")
    try:
        for line in first:
            exec(line, names)
        return "cpu" if eval(last, names).device.type == "cpu" else "accelerator"
    except (RuntimeError, TypeError):
        return "error"


def message(call):
    try:
        call()
    except RuntimeError as error:
        return str(error).replace("sim:0", "cuda:0")
    return "no error at all"


d = torch.accelerator.current_accelerator()
cases = re.findall(r"^ +([a-z]): (.+)$", reference.lives_where.__doc__, re.MULTILINE)
train = lambda: reference._stub_fit_batches(nn.Linear(1, 1), [(torch.ones(1, 1), torch.ones(1, 1))], d)
print(json.dumps({
    "places": {case: place(code) for case, code in cases},
    "normalise_channels": message(lambda: reference._stub_normalise_channels(torch.ones(1, 3, 1, 1, device=d))),
    "hide_future": message(lambda: reference._stub_hide_future(torch.ones(2, 2, device=d))),
    "expected_place": message(lambda: reference._stub_expected_place(torch.ones(2, 2, device=d))),
    "last_steps": message(lambda: reference._stub_last_steps(torch.ones(1, 2, 1, device=d), torch.tensor([2]))),
    "fit_batches": message(train),
}))
"""


@pytest.fixture(scope="module")
def on_the_device() -> dict[str, object]:
    if not hasattr(torch.utils.backend_registration, "_setup_privateuseone_for_python_backend"):
        pytest.skip("this PyTorch has no room for the simulated accelerator")
    command = [sys.executable, "-c", ON_THE_SIMULATED_DEVICE, str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: dict[str, object] = json.loads(done.stdout)
    return answers


def test_lives_where_as_predicted(on_the_device: dict[str, object]) -> None:
    assert on_the_device["places"] == {case: REFERENCE.lives_where(case) for case in _cases("lives_where")}


@pytest.mark.parametrize("name", ["normalise_channels", "hide_future", "expected_place", "fit_batches"])
def test_what_was_left_behind_stops_as_the_text_says(name: str, on_the_device: dict[str, object]) -> None:
    told = f"RuntimeError: {on_the_device[name]}"
    assert told in _text(name), f"the text of {name} quotes another message than {told}"
    assert told in LESSON


def test_an_index_that_was_left_behind_stops(on_the_device: dict[str, object]) -> None:
    assert str(on_the_device["last_steps"]).startswith("Expected all tensors to be on the same device, but ")


def test_a_total_in_float16_stops_growing() -> None:
    assert REFERENCE._stub_total_of_halves(torch.ones(3000, dtype=torch.float16)).item() == 2048
    assert REFERENCE._stub_total_of_halves(torch.full((70,), 1000.0, dtype=torch.float16)).item() == float("inf")
    assert torch.ones(3001, dtype=torch.float16).sum().item() == 3000, "a sum is no longer rounded to float16"


def test_what_adam_remembers_is_two_numbers_a_weight() -> None:
    model = nn.Linear(30, 20)
    for optimizer, states in (
        (torch.optim.SGD(model.parameters(), lr=0.1), 0),
        (torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), 1),
        (torch.optim.Adam(model.parameters()), 2),
    ):
        optimizer.zero_grad()
        model(torch.ones(1, 30)).sum().backward()
        optimizer.step()
        kept = [t for state in optimizer.state.values() for t in state.values() if t is not None]
        remembered = sum(t.nbytes for t in kept if t.numel() > 1)  # but for Adam's count of steps
        bytes_of = REFERENCE.training_bytes(model, states)
        assert remembered == bytes_of["optimizer"]
        assert sum(p.grad.nbytes for p in model.parameters()) == bytes_of["gradients"]


def test_autocast_gives_short_scores_and_a_float32_loss() -> None:
    layer, x, labels = nn.Linear(2, 1), torch.ones(4, 2), torch.ones(4, 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = layer(x)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, labels)
    assert (scores.dtype, loss.dtype, layer.weight.dtype) == (torch.bfloat16, torch.float32, torch.float32)
    in_float32 = nn.functional.binary_cross_entropy_with_logits(scores.float(), labels)
    assert loss.item() == in_float32.item(), "the loss under autocast is no longer that of float32 scores"


def test_a_small_step_is_lost_in_float16() -> None:
    weight = torch.tensor(1.0, dtype=torch.float16)
    assert (weight - 0.0002).item() == 1
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    REFERENCE._stub_autocast_step(model, optimizer, torch.ones(2, 2), torch.ones(2, 1))
    assert model.weight.dtype == torch.float16
