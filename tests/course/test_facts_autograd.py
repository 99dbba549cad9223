"""What the course says about gradients. If one of these fails, PyTorch has changed: mend lesson and stubs."""

from __future__ import annotations

import importlib.util
import math
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

REFERENCE = ROOT / "reference" / "autograd.py"

CHANGED = "this torch release answers otherwise than the lesson and the stubs of `autograd` say"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_of_autograd", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def polynomial(p: torch.Tensor) -> torch.Tensor:
    return 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 3


def point() -> torch.Tensor:
    return torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)


def test_the_slope_of_the_sine(reference: ModuleType) -> None:
    slope = reference.slope_at(lambda x: torch.sin(2 * x), torch.tensor(3.5))
    assert str(slope) == "tensor(1.5078)", CHANGED


def test_the_forward_difference_that_the_notes_print() -> None:
    x, h = torch.tensor(3.5, dtype=torch.float64), 1e-4
    difference = (torch.sin(2 * (x + h)) - torch.sin(2 * x)) / h
    assert difference.item() == pytest.approx(1.5076731013186073, abs=1e-9), CHANGED


def test_the_error_table_of_the_lesson(reference: ModuleType) -> None:
    table = reference.error_table(lambda x: torch.sin(2 * x), 3.5, [0.1, 0.01, 0.001])
    printed = torch.tensor([[0.141, 0.0100], [0.0132, 0.000101], [0.00131, 0.00000101]], dtype=torch.float64)
    torch.testing.assert_close(table, printed, rtol=0.01, atol=0.0)


def test_the_polynomial_and_its_gradient(reference: ModuleType) -> None:
    value, gradient = reference.value_and_gradient(torch.tensor([1.0, 2.0, 3.0]))
    assert str(value) == "tensor(136.)", CHANGED
    assert str(gradient) == "tensor([  9.,  -8., 138.])", CHANGED


def test_the_wrong_gradients_that_rows_for_points_give(reference: ModuleType) -> None:
    steps = 1e-4 * torch.eye(3, dtype=torch.float64)
    forward = (polynomial(point() + steps) - polynomial(point())) / 1e-4
    assert forward.tolist() == pytest.approx([-1299997, -920008.0002, 80144.0045], rel=1e-9), CHANGED
    assert reference._stub_numerical_gradient(polynomial, point(), 1e-4).tolist() == pytest.approx([3, -8, 144]), (
        CHANGED
    )
    assert reference.numerical_gradient(polynomial, point(), 1e-4).tolist() == pytest.approx([9, -8, 138]), CHANGED


def test_the_sum_of_the_parabola(reference: ModuleType) -> None:
    x = torch.linspace(-4, 4, 21)
    total, slopes = reference.elementwise_slopes(lambda x: 5 * x**2, x)
    assert str(total) == "tensor(616.)", CHANGED
    torch.testing.assert_close(slopes, 10 * x)


def test_every_row_of_the_gradient_of_w_equals_that_of_b(reference: ModuleType) -> None:
    torch.manual_seed(0)
    w, b = torch.randn(5, 3, requires_grad=True), torch.randn(3, requires_grad=True)
    reference.layer_backward(torch.ones(5), torch.zeros(3), w, b)
    assert w.grad is not None
    assert b.grad is not None
    assert w.grad.shape == (5, 3)
    assert torch.equal(w.grad, b.grad.expand(5, 3)), CHANGED


def test_the_way_back_that_the_notes_walk() -> None:
    node = polynomial(point().requires_grad_()).grad_fn
    names = []
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    wanted = ["AddBackward0", "SubBackward0", "MulBackward0", "MulBackward0", "SelectBackward0", "AccumulateGrad"]
    assert names == wanted, CHANGED


def test_the_nodes_of_the_polynomial(reference: ModuleType) -> None:
    assert reference.graph_nodes(polynomial(point().requires_grad_())) == {
        "AddBackward0": 1,
        "SubBackward0": 1,
        "MulBackward0": 4,
        "PowBackward0": 2,
        "SelectBackward0": 4,
        "AccumulateGrad": 1,
    }, CHANGED


def test_a_vector_is_refused_in_these_words(reference: ModuleType) -> None:
    with pytest.raises(RuntimeError, match=r"^grad can be implicitly created only for scalar outputs$"):
        reference._stub_elementwise_slopes(torch.exp, torch.ones(3))


def test_an_overwritten_result_is_refused_in_these_words(reference: ModuleType) -> None:
    y = reference._stub_centred_sigmoid(torch.zeros(3, requires_grad=True))
    with pytest.raises(RuntimeError) as caught:
        y.sum().backward()
    told = " ".join(line.strip() for line in reference.centred_sigmoid.__doc__.splitlines())
    message = str(caught.value).split(" Hint:")[0].replace("SigmoidBackward0", "Sigmoid")  # as some releases say
    assert f"RuntimeError: {message}" in told, CHANGED


def test_a_step_that_is_recorded_is_refused_in_these_words(reference: ModuleType) -> None:
    w = torch.ones(1, requires_grad=True)
    w.grad = torch.ones(1)
    with pytest.raises(
        RuntimeError, match=r"^a leaf Variable that requires grad is being used in an in-place operation"
    ):
        reference._stub_sgd_by_hand([w], 0.5)


def test_three_times_12(reference: ModuleType) -> None:
    w, batch = torch.tensor([2.0], requires_grad=True), torch.ones(1, 1)
    gradients = reference._stub_gradient_per_batch(w, [batch, batch, batch])
    assert [gradient.item() for gradient in gradients] == [12, 12, 12], CHANGED


def test_the_value_that_the_notes_print_and_the_none_that_takes_its_place() -> None:
    """The notes print 0.6570, and then write `f1 = f1.backward()`."""
    x = torch.tensor(3.5, requires_grad=True)
    f = torch.sin(2 * x)
    assert f"{f.item():.4f}" == "0.6570", CHANGED
    assert f.backward() is None, CHANGED
    assert f"{x.grad.item():.4f}" == "1.5078", CHANGED


def test_the_symbolic_derivative_that_the_lesson_shows() -> None:
    assert 2 * math.cos(2 * 3.5) == pytest.approx(1.50780450868661, abs=1e-13)
    lesson = (REFERENCE.parent / "lessons" / "autograd.md").read_text("utf-8")
    assert "2*cos(2*x)\n" in lesson
    assert "1.50780450868661\n" in lesson


def test_autograd_is_no_difference(reference: ModuleType) -> None:
    """In float32 autograd gives the nearest number that there is, and no difference comes near it."""
    exact = 2 * math.cos(7.0)
    slope = reference.slope_at(lambda x: torch.sin(2 * x), torch.tensor(3.5)).item()
    assert abs(slope - exact) < 1e-6
    for h in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6):
        up, down = (torch.sin(2 * torch.tensor(3.5 + step)) for step in (h, -h))
        assert abs(((up - down) / (2 * h)).item() - exact) > 1e-6
