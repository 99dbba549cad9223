"""Tests for `autograd.py` that you can read and run: `pytest exercises/test_autograd.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, gradients, and whether an argument was changed. `agree.scenario` does the same for a few
lines that use your module.
"""

import pytest
import torch


def sine(x):
    return torch.sin(2 * x)


def parabola(x):
    return 5 * x**2


def polynomial(p):
    return 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 3


def bowl(p):
    return (p**2).sum()


def test_slope_at_of_a_sine(agree):
    agree.scenario(lambda module: module.slope_at(sine, torch.tensor(3.5)))


def test_slope_at_of_a_parabola(agree):
    agree.scenario(lambda module: module.slope_at(parabola, torch.tensor(-2.0)))


def test_error_table_of_a_cube(agree):
    agree.scenario(lambda module: module.error_table(lambda x: x**3, 2.0, [0.5, 0.25]))


def test_error_table_of_a_sine(agree):
    agree.scenario(lambda module: module.error_table(sine, 3.5, [0.1, 0.01, 0.001]))


def test_numerical_gradient_of_the_polynomial(agree):
    def scenario(module):
        x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
        return {"what you returned": module.numerical_gradient(polynomial, x, 1e-4), "`x` afterwards": x}

    agree.scenario(scenario)


def test_numerical_gradient_of_a_bowl(agree):
    def scenario(module):
        x = torch.tensor([3.0, -1.0], dtype=torch.float64)
        return {"what you returned": module.numerical_gradient(bowl, x, 0.01), "`x` afterwards": x}

    agree.scenario(scenario)


def test_value_and_gradient_at_1_2_3(agree):
    agree("value_and_gradient", torch.tensor([1.0, 2.0, 3.0]))


def test_value_and_gradient_in_float64(agree):
    agree("value_and_gradient", torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64))
    agree("value_and_gradient", torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True))


@pytest.mark.parametrize("case", ["A", "B", "C", "D", "E"])
def test_way_to_differentiate_is_answered(agree, student, case):
    answer = student.way_to_differentiate(case)
    agree.that(
        answer in ("a", "b", "c"), 'Return the letter of one of the options as text, in lower case, such as `"a"`.'
    )


def test_after_backward_of_a_value(agree):
    agree("after_backward", "a")


def test_after_backward_of_two_lines(agree):
    agree("after_backward", "c")


def test_elementwise_slopes_of_the_parabola(agree):
    agree.scenario(lambda module: module.elementwise_slopes(parabola, torch.linspace(-4, 4, 21)))


def test_elementwise_slopes_in_a_matrix(agree):
    agree.scenario(lambda module: module.elementwise_slopes(torch.exp, torch.tensor([[0.0, 1.0], [-1.0, 2.0]])))


def test_layer_backward_returns_the_loss(agree):
    def scenario(module):
        w, b = torch.zeros(2, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
        return module.layer_backward(torch.ones(2), torch.zeros(3), w, b)

    agree.scenario(scenario)


def test_layer_backward_leaves_gradients(agree):
    def scenario(module):
        w = torch.tensor([[0.5, -1.0], [1.0, 2.0]], requires_grad=True)
        b = torch.tensor([0.25, -0.5], requires_grad=True)
        module.layer_backward(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 1.0]), w, b)
        return {"w.grad": w.grad, "b.grad": b.grad}

    agree.scenario(scenario)


def test_gradient_per_batch_three_times_the_same(agree):
    def scenario(module):
        batch = torch.ones(1, 1)
        return module.gradient_per_batch(torch.tensor([2.0], requires_grad=True), [batch, batch, batch])

    agree.scenario(scenario)


def test_gradient_per_batch_of_two_batches(agree):
    def scenario(module):
        w = torch.tensor([1.0, -1.0], requires_grad=True)
        return module.gradient_per_batch(w, [torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 0.0], [1.0, 1.0]])])

    agree.scenario(scenario)


def test_gradient_after_one_backward(agree):
    agree("gradient_after", "a")


def test_gradient_after_setting_it_to_none(agree):
    agree("gradient_after", "e")


def test_leaf_and_grad_of_what_you_make_yourself(agree):
    agree("leaf_and_grad", "a")


def test_leaf_and_grad_of_a_product(agree):
    agree("leaf_and_grad", "b")


def test_hidden_gradients_of_one_row(agree):
    def scenario(module):
        w1 = torch.tensor([[1.0, -1.0]], requires_grad=True)
        w2 = torch.tensor([[2.0], [4.0]], requires_grad=True)
        return module.hidden_gradients(torch.tensor([[3.0]]), w1, w2)

    agree.scenario(scenario)


def test_hidden_gradients_of_two_rows(agree):
    def scenario(module):
        w1 = torch.tensor([[1.0, 0.5], [2.0, -3.0]], requires_grad=True)
        w2 = torch.tensor([[1.0, 2.0], [3.0, -1.0]], requires_grad=True)
        return module.hidden_gradients(torch.tensor([[1.0, 2.0], [4.0, 0.5]]), w1, w2)

    agree.scenario(scenario)


def test_one_sided_loss_has_the_right_value(agree):
    agree("one_sided_loss", torch.tensor([3.0, 5.0], requires_grad=True), torch.tensor([1.0, 6.0]))


def test_one_sided_loss_teaches_the_prediction_only(agree):
    def scenario(module):
        prediction = torch.tensor([3.0, 5.0], requires_grad=True)
        target = torch.tensor([1.0, 6.0], requires_grad=True)
        module.one_sided_loss(prediction, target).backward()
        return {"prediction.grad": prediction.grad, "target.grad": target.grad}

    agree.scenario(scenario)


def test_graph_nodes_of_a_line(agree):
    agree.scenario(lambda module: module.graph_nodes(torch.tensor(2.0, requires_grad=True) * 3 + 1))
    agree.scenario(lambda module: module.graph_nodes(torch.tensor(2.0) * 3 + 1))


def test_graph_nodes_of_the_polynomial(agree):
    agree.scenario(lambda module: module.graph_nodes(polynomial(torch.tensor([1.0, 2.0, 3.0], requires_grad=True))))


def test_centred_sigmoid_has_the_right_values(agree):
    agree("centred_sigmoid", torch.tensor([-2.0, 0.0, 0.5]))


def test_centred_sigmoid_can_go_backwards(agree):
    def scenario(module):
        x = torch.tensor([0.0, 1.0, -100.0], requires_grad=True)
        module.centred_sigmoid(x).sum().backward()
        return x.grad

    agree.scenario(scenario)


def test_sgd_by_hand_moves_a_weight(agree):
    def scenario(module):
        w = torch.tensor([3.0], requires_grad=True)
        (w**2).sum().backward()
        module.sgd_by_hand([w], lr=0.25)
        return {"w": w.detach(), "w.grad": w.grad, "w.requires_grad": w.requires_grad}

    agree.scenario(scenario)


def test_sgd_by_hand_two_steps(agree):
    def scenario(module):
        w, b = torch.tensor([2.0, -4.0], requires_grad=True), torch.tensor(1.0, requires_grad=True)
        for _ in range(2):
            ((w**2).sum() + 3 * b).backward()
            module.sgd_by_hand([w, b], lr=0.25)
        return {"numbers of `w`": w.detach(), "numbers of `b`": b.detach()}

    agree.scenario(scenario)


def test_descend_three_steps(agree):
    agree.scenario(lambda module: module.descend(bowl, torch.tensor([8.0]), lr=0.25, steps=3))


def test_descend_to_the_minimum(agree):
    def scenario(module):
        point, _ = module.descend(lambda p: ((p - 3) ** 2).sum(), torch.tensor([[0.0, 10.0]]), lr=0.1, steps=100)
        return point

    agree.scenario(scenario)


def test_curve_figure_of_the_parabola(agree):
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    agree.scenario(lambda module: module.curve_figure(parabola, -4, 4, 21))


def test_curve_figure_of_a_sine(agree):
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    agree.scenario(lambda module: module.curve_figure(sine, 0.0, 2.0, 5))
