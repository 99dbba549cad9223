"""Values as Python that can be pasted."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import torch

from antorcha.compare.as_code import as_code, call_as_code, imports_of
from antorcha.worker.wire import decode, encode


def again(value: Any) -> Any:
    """Return what the code of a value makes, as one pastes it."""
    code = as_code(decode(encode(value)))
    names: dict[str, Any] = {}
    exec("\n".join([*imports_of(code), f"value = {code}"]), names)
    return names["value"]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([0.1, -float("inf"), float("nan")]),
        torch.tensor(3, dtype=torch.int8),
        torch.tensor([[True, False]]),
        torch.tensor([1 + 2j]),
        torch.empty(0, 3),
        torch.arange(2000.0).reshape(20, 100),
        torch.tensor([0.5], dtype=torch.bfloat16),
        torch.eye(2).to_sparse(),
    ],
)
def test_a_tensor_comes_back_with_its_dtype_and_shape(tensor: torch.Tensor) -> None:
    made = again(tensor)
    assert (made.dtype, made.shape, made.layout) == (tensor.dtype, tensor.shape, tensor.layout)
    assert torch.equal(torch.nan_to_num(made.to_dense()), torch.nan_to_num(tensor.to_dense()))


def test_a_transposed_tensor_keeps_its_strides() -> None:
    tensor = torch.arange(6.0).reshape(2, 3).T
    made = again(tensor)
    assert torch.equal(made, tensor)
    assert made.stride() == tensor.stride()


def test_gradients_and_arrays_and_containers_come_back() -> None:
    assert again(torch.ones(2, requires_grad=True)).requires_grad
    array = numpy.array([1, 2], dtype=numpy.int16)
    assert numpy.array_equal(again(array), array)
    assert again(array).dtype == array.dtype
    value = {"a": (1,), "b": [None, "x", float("inf")], "c": torch.float32}
    assert again(value) == value


def test_a_float32_is_written_as_short_as_it_can_be() -> None:
    assert as_code(decode(encode(torch.tensor([0.1])))) == "torch.tensor([0.1], dtype=torch.float32)"


def test_a_call_has_its_keywords() -> None:
    assert call_as_code("mean", decode(encode([[1], {"dim": 0}]))) == "mean(1, dim=0)"
