"""What the course says about gradients. If one of these fails, PyTorch has changed: mend lesson and stubs."""

from __future__ import annotations

import importlib.util
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


ANSWERS = {
    "a": "(x**2).backward()",
    "b": "(x**2).backward(); (x**2).backward()",
    "c": "(x**2).backward(); (5 * x).backward()",
    "d": "(x**2).backward(); x.grad.zero_()",
    "e": "(x**2).backward(); x.grad = None",
    "f": "(x**2).backward(); opt.zero_grad()",
    "g": "(x**2).backward(); opt.zero_grad(set_to_none=False)",
    "h": "y = x**2; y.backward(); y.backward()",
    "i": "y = x**2; y.backward(retain_graph=True); y.backward()",
    "j": "y = x.detach() * x; y.backward()",
    "k": "y = x.detach() ** 2; y.backward()",
    "l": "y = x**2",
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_x_grad_holds(reference: ModuleType, case: str) -> None:
    assert f"{case}: {ANSWERS[case]}\n" in reference.gradient_after.__doc__
    x = torch.tensor(3.0, requires_grad=True)
    held: float | str | None
    try:
        exec(ANSWERS[case], {"x": x, "opt": torch.optim.SGD([x], lr=0.1)})
        held = None if x.grad is None else x.grad.item()
    except RuntimeError:
        held = "error"
    assert reference.gradient_after(case) == held, CHANGED


@pytest.mark.parametrize("case", "abcdefghijkl")
def test_which_are_leaves(reference: ModuleType, case: str) -> None:
    text = next(line for line in reference.leaf_and_grad.__doc__.splitlines() if line.strip().startswith(f"{case}: "))
    expression = text.split(": ", 1)[1]
    names = {"torch": torch, "w": torch.ones(2, requires_grad=True)}
    if case == "l":
        exec(expression, names)
        expression = "t"
    tensor = eval(expression, names)
    assert reference.leaf_and_grad(case) == (tensor.is_leaf, tensor.requires_grad), CHANGED


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
