"""Figures that the course's notes print about matrix products: what the reference gives must still be those."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

A = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
B = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])

# `torch.manual_seed(42)`, then `torch.nn.Linear(2, 6)` of A, as printed.
LAYER_OF_A = [
    [2.2368, 1.2292, 0.4714, 0.3864, 0.1309, 0.9838],
    [4.4919, 2.1970, 0.4469, 0.5285, 0.3401, 2.4777],
    [6.7469, 3.1648, 0.4224, 0.6705, 0.5493, 3.9716],
]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    path = ROOT / "reference" / "matmul.py"
    spec = importlib.util.spec_from_file_location("facts_of_matmul", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_two_products_of_1_2_3(reference: ModuleType) -> None:
    vector = torch.tensor([1, 2, 3])
    each, dot = reference.two_products(vector, vector)
    assert each.tolist() == [1, 4, 9]
    assert dot.shape == ()
    assert dot.item() == 14


def test_the_product_with_the_second_transposed(reference: ModuleType) -> None:
    assert reference.dot_table(A, B).tolist() == [[27, 30, 33], [61, 68, 75], [95, 106, 117]]


def test_the_linear_layer_with_seed_42(reference: ModuleType) -> None:
    torch.manual_seed(42)
    layer = torch.nn.Linear(in_features=2, out_features=6)
    by_hand = reference.hand_linear(A, layer.weight, layer.bias)
    assert torch.allclose(by_hand, layer(A))
    printed = torch.tensor(LAYER_OF_A)
    assert torch.allclose(by_hand, printed, rtol=0, atol=6e-5), (
        f"torch {torch.__version__} draws other weights for Linear(2, 6) with seed 42 than the notes print: {by_hand}"
    )


def test_the_shapes_that_the_notes_name(reference: ModuleType) -> None:
    assert reference.product_shape("a") == tuple((torch.ones(2, 3) @ torch.ones(3, 2)).shape) == (2, 2)
    assert reference.product_shape("b") == tuple((torch.ones(3, 2) @ torch.ones(2, 3)).shape) == (3, 3)
    assert reference.product_shape("c") == "error"
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        torch.ones(3, 2) @ torch.ones(3, 2)


# 000 prints this as the answer to its own question, and makes two layers after the seed: it is the second one's.
SECOND_LAYER_OF_NINE = [
    [-1.2342, -1.4334, 1.2115, 0.5391, 1.5456, -0.2382],
    [-3.8890, -4.0221, 2.6416, 1.3352, 3.4043, -0.7888],
    [-6.5438, -6.6107, 4.0717, 2.1314, 5.2630, -1.3394],
]


def test_the_table_of_3_by_6_is_that_of_the_second_layer_after_the_seed(reference: ModuleType) -> None:
    nine = torch.arange(1.0, 10.0).reshape(3, 3)
    torch.manual_seed(42)
    first, second = torch.nn.Linear(3, 6), torch.nn.Linear(3, 6)
    printed = torch.tensor(SECOND_LAYER_OF_NINE)
    assert torch.allclose(reference.hand_linear(nine, second.weight, second.bias), printed, rtol=0, atol=6e-5)
    assert not torch.allclose(first(nine), printed, rtol=0, atol=0.1)


def test_a_clock_around_one_call_says_little(reference: ModuleType) -> None:
    """The notes print 998 microseconds and 0: with one slow call among five the median does not move."""
    moments = [0.0]
    durations = iter([9.0, 1.0, 1.0, 500.0, 1.0, 1.0])

    def work() -> None:
        moments.append(moments[-1] + next(durations))

    assert reference.fair_time(work, lambda: moments[-1], lambda: None, 5) == 1.0


def test_the_median_of_torch_is_the_lower_one() -> None:
    assert torch.tensor([1.0, 2.0, 3.0, 8.0]).median().item() == 2.0
