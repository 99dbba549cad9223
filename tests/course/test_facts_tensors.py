"""What the course notes print of making and reading tensors, kept as facts.

Lesson, stubs and messages of `tensors` quote these. One that fails means that this torch release behaves otherwise:
bring them up to date, not the test alone.
"""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT

REFERENCE = ROOT / "reference" / "tensors.py"
LESSON = " ".join((ROOT / "reference" / "lessons" / "tensors.md").read_text("utf-8").split())

CHANGED = "this torch release answers otherwise than the lesson and the stubs of `tensors` say"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_of_tensors", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PRINTED = {
    "torch.tensor(3.14)": "tensor(3.1400)",
    "torch.tensor(3.14).dim()": "0",
    "torch.tensor(3.14).item()": "3.140000104904175",
    "type(torch.tensor(3.14).item())": "<class 'float'>",
    "torch.tensor([1.0, 2.0, 3.0])": "tensor([1., 2., 3.])",
    "torch.tensor([1.0, 2.0, 3.0]).shape": "torch.Size([3])",
    "torch.tensor([[1.0, 2.0], [3.0, 4.0]])": "tensor([[1., 2.],\n        [3., 4.]])",
    "torch.tensor([[1.0, 2.0], [3.0, 4.0]]).dim()": "2",
    "torch.rand(224, 224, 3).shape": "torch.Size([224, 224, 3])",
    "torch.zeros(size=(3, 4))": "tensor([[0., 0., 0., 0.],\n        [0., 0., 0., 0.],\n        [0., 0., 0., 0.]])",
    "torch.zeros(size=(3, 4)).dtype": "torch.float32",
    "torch.ones(size=(3, 4)).dtype": "torch.float32",
    "torch.arange(start=0, end=11)": "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10])",
    "torch.zeros_like(torch.arange(start=0, end=11))": "tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])",
    "torch.tensor([1.0, 2.0, 3.0], dtype=torch.float32).dtype": "torch.float32",
    "torch.tensor([1.0, 2.0, 3.0], dtype=torch.float16)": "tensor([1., 2., 3.], dtype=torch.float16)",
    "torch.rand(size=(3, 4)).device": "cpu",
    "torch.empty_like(torch.empty(2, 2, 3)).shape": "torch.Size([2, 2, 3])",
    "torch.tensor((2, 3, 4, 6, 1, 9, 10, 30))": "tensor([ 2,  3,  4,  6,  1,  9, 10, 30])",
    "torch.tensor(((2, 4, 6), [3, 6, 9]))": "tensor([[2, 4, 6],\n        [3, 6, 9]])",
    "torch.ones((2, 3), dtype=torch.int16)": "tensor([[1, 1, 1],\n        [1, 1, 1]], dtype=torch.int16)",
    "torch.tensor([19.9, -3.7], dtype=torch.float64).to(torch.int32)": "tensor([19, -3], dtype=torch.int32)",
    "torch.from_numpy(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))": (
        "tensor([[1, 2, 3],\n        [4, 5, 6],\n        [7, 8, 9]])"
    ),
    "torch.rand_like(torch.tensor([[1, 2, 3]]), dtype=torch.float).dtype": "torch.float32",
    "torch.tensor(-5.3)": "tensor(-5.3000)",
    "torch.tensor(-5.3).size()": "torch.Size([])",
    "torch.ones(2, 3, 4, 5, 2).size()": "torch.Size([2, 3, 4, 5, 2])",
    "torch.zeros(1, 10)": "tensor([[0., 0., 0., 0., 0., 0., 0., 0., 0., 0.]])",
    "torch.randn(1).ndim": "1",
    "torch.randn(5, 2, 3).ndim": "3",
}


@pytest.mark.parametrize("expression", PRINTED)
def test_what_the_notes_print(expression: str) -> None:
    assert str(eval(expression, {"torch": torch, "np": np})) == PRINTED[expression], CHANGED


def test_the_tensor_of_three_axes(reference: ModuleType) -> None:
    nested = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]]]
    t = torch.tensor(nested)
    assert (t.shape, t.dim()) == ((2, 2, 3), 3), CHANGED
    assert torch.equal(reference.from_nested(nested), t)


def test_adding_to_an_element_writes_into_the_tensor() -> None:
    x = torch.tensor([1, 2, 3])
    x[0] += 10
    assert x.tolist() == [11, 2, 3], CHANGED
    assert x[0].item() == 11


def test_size_without_its_parentheses_is_a_method() -> None:
    assert str(torch.tensor(-5.3).size).startswith("<built-in method size of Tensor object at "), CHANGED


def test_a_scalar_in_brackets_is_a_vector(reference: ModuleType) -> None:
    """One of the notes calls `torch.randn(1)` a scalar: it has an axis."""
    assert torch.randn(1).shape == (1,)
    assert reference.rank_name("c") == "vector"


def test_rand_like_of_whole_numbers_is_refused() -> None:
    with pytest.raises((NotImplementedError, RuntimeError)):
        torch.rand_like(torch.tensor([1, 2, 3]))


def test_range_is_deprecated_and_includes_its_end() -> None:
    with pytest.warns(UserWarning, match=r"torch\.range is deprecated"):
        assert torch.range(0, 10).tolist() == list(range(11)), CHANGED


def test_the_notes_name_a_dtype_that_does_not_exist() -> None:
    assert not hasattr(torch, "bfloat"), CHANGED
    assert torch.bfloat16.itemsize == 2


def test_the_version_is_a_text_of_numbers() -> None:
    numbers = torch.__version__.split("+")[0].split(".")
    assert len(numbers) >= 3
    assert numbers[0].isdigit(), CHANGED
    assert "`torch.__version__`" in LESSON
