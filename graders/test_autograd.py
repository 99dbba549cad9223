"""Hidden tests for `autograd`: each check is aimed at a misconception, named in the comment above it.

A function cannot travel to the student's process as an argument, so most checks are scenarios. They return what a
call gave, and also what became of its arguments: their values, whether they need a gradient, and their `grad`.
"""

import pytest
import torch

# ------------------------------------------------------------------------------------ functions to differentiate


def sine(x):
    return torch.sin(2 * x)


def cubic(x):
    return x**3 - 4 * x


def half_watched(x):
    """Autograd sees only one of the two factors: its derivative is 3x, and differences give 6x."""
    return 3 * x * x.detach()


def polynomial(p):
    return 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 3


def product(p):
    return p.prod()


def distance(p):
    return (p**2).sum().sqrt()


def valley(p):
    return (p[0] - 3) ** 2 + 2 * p[1] ** 2 + p[0] * p[1]


def bowl(p):
    return ((p - 1) ** 2).sum()


FUNCTIONS = {
    function.__name__: function
    for function in (sine, cubic, half_watched, polynomial, product, distance, valley, bowl, torch.exp)
}


def state(t):
    """What became of an argument."""
    return {"its numbers": t.detach().clone(), "requires_grad": t.requires_grad, "grad": t.grad}


def kept(module, exercise, *calls):
    """A scenario: what two calls returned, looked at after the second one; text stands for a function."""
    first, second = [
        getattr(module, exercise)(
            *(FUNCTIONS[argument] if isinstance(argument, str) else argument for argument in arguments)
        )
        for arguments in calls
    ]
    return {"first call": first, "second call": second}


# --- slope_at ---


def slope(module, name, x):
    return module.slope_at(FUNCTIONS[name], x)


def slope_and_argument(module, name, x, earlier):
    """A scenario: the slope, and what became of `x`, which comes with the gradient `earlier`."""
    x.grad = earlier
    return {"slope that you returned": module.slope_at(FUNCTIONS[name], x), "x": state(x)}


# Trap: the value of the function in place of its derivative, or the inner derivative forgotten.
@pytest.mark.exercise("slope_at")
def test_slope_at_several_points(agree):
    for x in (3.5, 0.0, -1.25):
        agree.scenario(slope, "sine", torch.tensor(x))
    agree.scenario(slope, "cubic", torch.tensor(2.0))


# Trap: a result in float32 whatever `x` is; one buffer for all calls.
@pytest.mark.exercise("slope_at")
def test_slope_at_in_float64(agree):
    agree.scenario(slope, "sine", torch.tensor(0.1, dtype=torch.float64))
    agree.scenario(slope, "cubic", torch.tensor(1.5, dtype=torch.float16))
    agree.scenario(kept, "slope_at", ("cubic", torch.tensor(2.0)), ("cubic", torch.tensor(3.0)))


# Trap: a difference of two values of f, however fine. At 1.5 autograd says 4.5, the function 6.75, differences 9.
@pytest.mark.exercise("slope_at")
@pytest.mark.points(2)
def test_slope_at_asks_autograd(agree):
    x = torch.tensor(1.5, dtype=torch.float64)
    found = agree.evidence(slope, "half_watched", x)
    agree.that(
        not (isinstance(found, torch.Tensor) and found.numel() == 1 and abs(float(found) - 9) < 0.5),
        "You took a difference of two values of `f`, which is not exact enough. Let autograd find the derivative.",
    )
    agree.scenario(slope, "half_watched", x)


# Trap: `x.requires_grad_()` and `x.grad`: the caller's tensor is changed.
@pytest.mark.exercise("slope_at")
def test_slope_at_leaves_a_plain_tensor_alone(agree):
    agree.scenario(slope_and_argument, "cubic", torch.tensor(2.0), None)


# Trap: what is in `x.grad` already is added to, counts, or is thrown away.
@pytest.mark.exercise("slope_at")
def test_slope_at_leaves_an_earlier_gradient_alone(agree):
    agree.scenario(slope_and_argument, "cubic", torch.tensor(-1.0, requires_grad=True), torch.tensor(100.0))


# --- error_table ---


def errors(module, name, x, steps):
    return module.error_table(FUNCTIONS[name], x, steps)


# Trap: only one of the columns, or in the other order; a division by h for 2h.
@pytest.mark.exercise("error_table")
def test_error_table_of_falling_steps(agree):
    agree.scenario(errors, "sine", 3.5, [0.5, 0.1, 0.01])


# Trap: signed errors, or relative ones.
@pytest.mark.exercise("error_table")
def test_error_table_is_never_negative(agree):
    agree.scenario(errors, "cubic", -2.0, [0.25, 0.125])
    agree.scenario(errors, "sine", 0.5, [0.25, 0.125])


# Trap: float32, which rounds small differences away.
@pytest.mark.exercise("error_table")
def test_error_table_of_fine_steps(agree):
    agree.using(rtol=1e-3, atol=1e-9).scenario(errors, "sine", 1.0, [1e-3, 1e-4])


# Trap: sorts the steps, or needs more than one.
@pytest.mark.exercise("error_table")
def test_error_table_keeps_the_order_of_the_steps(agree):
    agree.scenario(errors, "cubic", 1.5, [0.01, 0.5, 0.1])
    agree.scenario(errors, "exp", 0.0, [0.5])
    agree.scenario(kept, "error_table", ("cubic", 1.5, (0.5, 0.25)), ("cubic", -2.0, (0.5, 0.125)))


# Trap: a very small difference taken for the exact derivative.
@pytest.mark.exercise("error_table")
def test_error_table_takes_the_exact_derivative_from_autograd(agree):
    agree.scenario(errors, "half_watched", 2.0, [0.5, 0.25])


# --- numerical_gradient ---


def differences(module, name, x, h):
    """A scenario: the gradient by differences, and the point afterwards."""
    point = torch.tensor(x, dtype=torch.float64)
    return {"gradient that you returned": module.numerical_gradient(FUNCTIONS[name], point, h), "x": state(point)}


# Trap: the function reads rows where the points are.
@pytest.mark.exercise("numerical_gradient")
def test_numerical_gradient_of_the_polynomial(agree):
    agree.using(rtol=1e-6, atol=1e-6).scenario(differences, "polynomial", [1.0, 2.0, 3.0], 1e-4)
    agree.scenario(differences, "polynomial", [-2.0, 0.5, 1.0], 0.01)


# Trap: the points as columns: right for p[0], wrong for whatever looks at the whole point.
@pytest.mark.exercise("numerical_gradient")
def test_numerical_gradient_of_what_takes_the_whole_point(agree):
    agree.scenario(differences, "product", [2.0, -3.0, 0.5, 4.0], 0.125)
    agree.scenario(differences, "distance", [3.0, 4.0], 0.125)
    first, second = torch.tensor([[3.0, 4.0], [2.0, -5.0]], dtype=torch.float64)
    agree.scenario(kept, "numerical_gradient", ("product", first, 0.125), ("product", second, 0.125))


# Trap: forward differences, autograd, h not halved: a large h shows it.
@pytest.mark.exercise("numerical_gradient")
def test_numerical_gradient_with_a_large_step(agree):
    agree.scenario(differences, "polynomial", [1.0, 2.0, 3.0], 0.5)


# Trap: a point of one number.
@pytest.mark.exercise("numerical_gradient")
def test_numerical_gradient_of_one_number(agree):
    agree.scenario(differences, "distance", [2.0], 0.5)


# --- value_and_gradient ---


# Trap: x2 squared without its 2, x3 squared for x3 cubed, x1 taken for x[1].
def test_value_and_gradient_at_several_points(agree):
    agree("value_and_gradient", torch.tensor([1.0, 2.0, 3.0]))
    agree("value_and_gradient", torch.tensor([-1.5, 0.5, -2.0]))
    agree("value_and_gradient", torch.tensor([4.0, -1.0, 0.25]))


# Trap: float32 whatever `x` is.
def test_value_and_gradient_in_float64(agree):
    agree("value_and_gradient", torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64))
    agree("value_and_gradient", torch.tensor([0.5, 2.0, -1.0], dtype=torch.float16))
    agree.scenario(kept, "value_and_gradient", (torch.ones(3),), (torch.tensor([2.0, 1.0, -1.0]),))


# Trap: a value that still hangs on the graph, `x.grad` filled, x itself made to need a gradient.
def test_value_and_gradient_of_what_needs_a_gradient(agree):
    agree("value_and_gradient", torch.tensor([2.0, -0.5, 1.5], requires_grad=True))


# Trap: adds to the gradient that is there already.
@pytest.mark.exercise("value_and_gradient")
def test_value_and_gradient_beside_an_earlier_gradient(agree):
    def scenario(module, x):
        x.grad = torch.full((3,), 50.0)
        return {"what you returned": module.value_and_gradient(x), "x": state(x)}

    agree.scenario(scenario, torch.tensor([1.0, 0.5, -1.0], requires_grad=True))


# --- way_to_differentiate ---


# Trap: autograd taken for a difference with a small step, or for a maker of formulas.
@pytest.mark.parametrize("case", ["A", "B", "C", "D", "E"])
def test_way_to_differentiate(agree, case):
    agree("way_to_differentiate", case)


# --- after_backward ---


# Trap: `backward` taken to return the gradient, or the value.
@pytest.mark.points(7)
def test_after_backward_in_one_line(agree):
    agree("after_backward", "b")
    agree("after_backward", "f")
    agree("after_backward", "i")


# Trap: `y` taken to become the gradient when its `backward` is called.
@pytest.mark.points(2)
def test_after_backward_the_value_stays(agree):
    agree("after_backward", "a")
    agree("after_backward", "c")
    agree("after_backward", "j")


# Trap: the gradient looked for anywhere but in the leaf; the gradient of x ** 2 taken for its value.
def test_after_backward_where_the_gradient_is(agree):
    agree("after_backward", "d")
    agree("after_backward", "g")


# Trap: a gradient before any `backward`, or 0 for none; `torch.autograd.grad` taken to fill `x.grad`.
def test_after_backward_no_gradient(agree):
    agree("after_backward", "e")
    agree("after_backward", "h")


# Trap: `item` taken to give a tensor.
def test_after_backward_of_a_python_number(agree):
    agree("after_backward", "k")
    agree("after_backward", "l")


# --- elementwise_slopes ---


def slopes(module, name, x):
    """A scenario: the answer, and what became of `x`."""
    return {"what you returned": module.elementwise_slopes(FUNCTIONS[name], x), "x": state(x)}


# Trap: `mean` for `sum`, or `y[0]`: backward works, the derivatives are too small.
@pytest.mark.exercise("elementwise_slopes")
def test_elementwise_slopes_along_a_line(agree):
    agree.scenario(slopes, "cubic", torch.linspace(-2, 2, 9))
    agree.scenario(slopes, "sine", torch.tensor([0.3, 1.7]))


# Trap: one axis taken for granted; no axes, no elements; an axis of size 1 squeezed away.
@pytest.mark.exercise("elementwise_slopes")
def test_elementwise_slopes_of_any_shape(agree):
    agree.scenario(slopes, "sine", torch.arange(6.0).reshape(2, 3))
    agree.scenario(slopes, "cubic", torch.tensor(1.5))
    agree.scenario(slopes, "exp", torch.zeros(0))
    agree.scenario(slopes, "cubic", torch.tensor([[1.0, 2.0, -0.5]]))
    agree.scenario(slopes, "cubic", torch.arange(6.0).reshape(2, 3).t())
    agree.scenario(kept, "elementwise_slopes", ("cubic", torch.ones(2)), ("cubic", torch.tensor([2.0, -1.0])))


# Trap: float32 whatever `x` is.
@pytest.mark.exercise("elementwise_slopes")
def test_elementwise_slopes_in_float64(agree):
    agree.scenario(slopes, "exp", torch.tensor([0.1, 0.2], dtype=torch.float64))
    agree.scenario(slopes, "cubic", torch.tensor([0.5, -1.5], dtype=torch.float16))


# Trap: a difference of two values of f.
@pytest.mark.exercise("elementwise_slopes")
@pytest.mark.points(2)
def test_elementwise_slopes_asks_autograd(agree):
    agree.scenario(slopes, "half_watched", torch.tensor([1.0, -2.0], dtype=torch.float64))


# --- layer_backward ---


def layer(module, x, y, w, b):
    """A scenario: the loss, the gradients, and the other arguments' state."""
    loss = module.layer_backward(x, y, w, b)
    return {"loss that you returned": loss, "w": state(w), "b": state(b), "x": state(x), "y": state(y)}


def weights(*shape):
    """Numbers without a pattern, the same each time, that need a gradient."""
    count = torch.arange(1.0, 1.0 + torch.Size(shape).numel()).reshape(shape)
    return (torch.sin(7 * count) * 1.5).requires_grad_()


# Trap: gradients of the notes' layer; every row of w's gradient equals b's.
@pytest.mark.exercise("layer_backward")
def test_layer_backward_of_ones(agree):
    agree.scenario(layer, torch.ones(5), torch.zeros(3), weights(5, 3), weights(3))


# Trap: sigmoid applied twice; loss and targets exchanged; a sum for a mean.
@pytest.mark.exercise("layer_backward")
def test_layer_backward_with_targets_of_both_kinds(agree):
    x, y = torch.tensor([0.5, -1.0, 2.0]), torch.tensor([1.0, 0.0, 1.0, 1.0])
    agree.using(numbers="strict").scenario(layer, x, y, weights(3, 4), weights(4))


# Trap: one input taken for granted; the mean over the rows only.
@pytest.mark.exercise("layer_backward")
def test_layer_backward_of_several_rows(agree):
    x = torch.tensor([[1.0, 2.0], [0.5, -1.0], [-3.0, 0.25]])
    y = torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    agree.scenario(layer, x, y, weights(2, 2), weights(2))


# Trap: a sigmoid and then a logarithm: scores of 200 become exactly 1, and the loss inf, nan or 100.
@pytest.mark.exercise("layer_backward")
@pytest.mark.points(2)
def test_layer_backward_of_large_scores(agree):
    w = torch.tensor([[200.0, -300.0]], requires_grad=True)
    agree.scenario(layer, torch.ones(1), torch.tensor([0.0, 1.0]), w, torch.zeros(2, requires_grad=True))


# --- gradient_per_batch ---

BATCHES = [
    torch.tensor([[1.0, 2.0], [0.5, -1.0]]),
    torch.tensor([[3.0, 0.0]]),
    torch.tensor([[-1.0, 1.0], [2.0, 2.0], [0.0, 4.0]]),
]


def per_batch(module, w, batches, earlier):
    """A scenario: the gradients, with `earlier` in `w.grad` before the call; and what became of `w`."""
    w.grad = earlier
    gradients = module.gradient_per_batch(w, batches)
    return {
        "gradients that you returned": gradients,
        "numbers of `w`": w.detach().clone(),
        "`w` needs a gradient": w.requires_grad,
        "`batches` afterwards": batches,
    }


# Trap: gradients add up from one batch to the next.
@pytest.mark.exercise("gradient_per_batch")
def test_gradient_per_batch_of_several(agree):
    agree.scenario(per_batch, torch.tensor([1.0, -2.0], requires_grad=True), BATCHES, None)


# Trap: the first batch adds to what is in `w.grad`.
@pytest.mark.exercise("gradient_per_batch")
@pytest.mark.points(2)
def test_gradient_per_batch_after_an_earlier_backward(agree):
    w = torch.tensor([0.5, 3.0], requires_grad=True)
    agree.scenario(per_batch, w, BATCHES[:1], torch.tensor([100.0, 100.0]))


# Trap: the same tensor many times over: whoever changes one changes all.
@pytest.mark.exercise("gradient_per_batch")
def test_gradient_per_batch_shares_no_memory(agree):
    def scenario(module, w, batches):
        gradients = module.gradient_per_batch(w, batches)
        return {
            "how many memories": len({gradient.data_ptr() for gradient in gradients}),
            "what you returned": list(gradients),
        }

    agree.scenario(scenario, torch.tensor([1.0, 1.0], requires_grad=True), BATCHES + BATCHES)


# Trap: no batch at all.
@pytest.mark.exercise("gradient_per_batch")
def test_gradient_per_batch_of_none(agree):
    agree.scenario(per_batch, torch.tensor([1.0, -2.0], requires_grad=True), [], None)


# --- gradient_after ---


# Trap: a second backward replaces the first.
@pytest.mark.points(4)
def test_gradient_after_two_backwards(agree):
    agree("gradient_after", "b")
    agree("gradient_after", "c")
    agree("gradient_after", "a")


# Trap: 0 and None taken for the same.
def test_gradient_after_clearing(agree):
    for case in "dg":
        agree("gradient_after", case)
    agree("gradient_after", "e")
    agree("gradient_after", "f")


# Trap: a graph that lasts for ever, or one that cannot be kept.
def test_gradient_after_using_a_graph_twice(agree):
    agree("gradient_after", "h")
    agree("gradient_after", "i")


# Trap: detach taken for a copy that is still watched.
def test_gradient_after_detach(agree):
    agree("gradient_after", "j")
    agree("gradient_after", "k")


# Trap: a gradient without a backward.
def test_gradient_after_no_backward(agree):
    agree("gradient_after", "l")


# --- leaf_and_grad ---


# Trap: "a leaf is what needs a gradient", "what is calculated is no leaf".
def test_leaf_and_grad_of_what_needs_no_gradient(agree):
    agree("leaf_and_grad", "c")
    agree("leaf_and_grad", "d")
    agree("leaf_and_grad", "i")


# Trap: results of operations taken for leaves.
def test_leaf_and_grad_of_results(agree):
    agree("leaf_and_grad", "a")
    agree("leaf_and_grad", "b")
    agree("leaf_and_grad", "j")


# Trap: detach and no_grad leave something of the graph.
def test_leaf_and_grad_of_what_was_cut_off(agree):
    agree("leaf_and_grad", "e")
    agree("leaf_and_grad", "f")
    agree("leaf_and_grad", "l")


# Trap: a conversion that changes the dtype is an operation; one that does not returns the tensor itself.
def test_leaf_and_grad_of_conversions(agree):
    agree("leaf_and_grad", "g")
    agree("leaf_and_grad", "h")


# Trap: a parameter made of a result.
def test_leaf_and_grad_of_a_parameter(agree):
    agree("leaf_and_grad", "k")


# --- hidden_gradients ---


def hidden(module, x, w1, w2):
    """A scenario: both gradients, and the values of the arguments afterwards."""
    answer = module.hidden_gradients(x, w1, w2)
    return {"what you returned": answer, "x": x.detach(), "w1": w1.detach(), "w2": w2.detach()}


# Trap: `hidden.grad` is None without retain_grad; hidden made a leaf leaves w1 without one.
@pytest.mark.exercise("hidden_gradients")
def test_hidden_gradients_of_several_rows(agree):
    x = torch.tensor([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0]])
    agree.scenario(hidden, x, weights(3, 4), weights(4, 2))


# Trap: the gradient by relu(hidden) in place of that by hidden: it differs where hidden is negative; `>=` at 0.
@pytest.mark.exercise("hidden_gradients")
@pytest.mark.points(2)
def test_hidden_gradients_where_relu_stops_them(agree):
    w1 = torch.tensor([[1.0, -1.0, 2.0]], requires_grad=True)
    w2 = torch.tensor([[2.0], [4.0], [-3.0]], requires_grad=True)
    agree.scenario(hidden, torch.tensor([[3.0], [-2.0]]), w1, w2)
    agree.scenario(hidden, torch.tensor([[0.0], [1.0]]), w1, w2)


# Trap: one buffer for all calls: the next call overwrites what the last one returned.
@pytest.mark.exercise("hidden_gradients")
def test_hidden_gradients_twice(agree):
    x = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    agree.scenario(kept, "hidden_gradients", (x, weights(2, 3), weights(3, 2)), (2 - x, weights(2, 3), weights(3, 2)))


# Trap: float32 whatever the weights are; `x` that needs a gradient itself.
@pytest.mark.exercise("hidden_gradients")
def test_hidden_gradients_in_float64(agree):
    w1, w2 = (weights(2, 2).detach().double().requires_grad_() for _ in range(2))
    agree.scenario(hidden, torch.tensor([[1.0, -0.5]], dtype=torch.float64, requires_grad=True), w1, w2)


# --- one_sided_loss ---


def taught(module, prediction, target):
    """A scenario: the loss, and the state of both sides after its backward."""
    loss = module.one_sided_loss(prediction, target)
    loss.backward()
    return {"loss that you returned": loss.detach(), "prediction": state(prediction), "target": state(target)}


# Trap: the target learns too.
@pytest.mark.exercise("one_sided_loss")
def test_one_sided_loss_stops_at_the_target(agree):
    prediction, target = torch.tensor([3.0, 5.0, -1.0]), torch.tensor([1.0, 6.0, -1.5])
    agree.scenario(taught, prediction.requires_grad_(), target.requires_grad_())


# Trap: no gradient for anybody, or for the wrong side.
def test_one_sided_loss_reaches_the_prediction(agree):
    agree("one_sided_loss", torch.tensor([[3.0, 1.0], [0.5, 2.0]], requires_grad=True), torch.ones(2, 2))


# Trap: clears the gradients that both have already.
@pytest.mark.exercise("one_sided_loss")
def test_one_sided_loss_beside_earlier_gradients(agree):
    def scenario(module, prediction, target):
        prediction.grad, target.grad = torch.full((2,), 50.0), torch.full((2,), 70.0)
        return taught(module, prediction, target)

    prediction, target = torch.tensor([3.0, 5.0]), torch.tensor([1.0, 6.0])
    agree.scenario(scenario, prediction.requires_grad_(), target.requires_grad_())


# Trap: both come from one model, and its weight gets the gradient of both ways.
@pytest.mark.exercise("one_sided_loss")
def test_one_sided_loss_of_two_results_of_one_model(agree):
    def scenario(module, w):
        prediction, target = w * torch.tensor([1.0, 2.0]), w * torch.tensor([3.0, -1.0])
        loss = module.one_sided_loss(prediction, target)
        (loss + target.sum()).backward()
        return {
            "what you returned": loss.detach(),
            "`target` needs a gradient": target.requires_grad,
            "gradient of `w`": w.grad,
        }

    agree.scenario(scenario, torch.tensor([2.0, 0.5], requires_grad=True))


# Trap: float32 whatever the arguments are; a sum for a mean; no axes.
def test_one_sided_loss_in_float64(agree):
    target = torch.tensor([[0.3, 0.25, 1.0]], dtype=torch.float64, requires_grad=True)
    agree("one_sided_loss", torch.tensor([[0.1, 0.75, -2.0]], dtype=torch.float64, requires_grad=True), target)
    agree("one_sided_loss", torch.tensor(0.5, requires_grad=True), torch.tensor(2.0))
    half = torch.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=torch.float16)
    agree("one_sided_loss", half.t(), torch.ones(2, 2, dtype=torch.float16))
    agree.scenario(kept, "one_sided_loss", (torch.ones(2), torch.zeros(2)), (torch.ones(2), torch.ones(2) * 3))


# Trap: `target.detach_()` or `requires_grad_(False)` changes the caller's tensor.
def test_one_sided_loss_leaves_its_arguments_alone(agree):
    agree("one_sided_loss", torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([4.0, 0.0], requires_grad=True))


# --- graph_nodes ---


def nodes_of(module, y, x):
    """Not a scenario, but what many return: the nodes, what `y` holds, and whether backward still works afterwards."""
    counts = module.graph_nodes(y)
    y.sum().backward()
    return counts, x.grad, y.detach()


# Trap: only the first of `next_functions` is followed.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_of_the_polynomial(agree):
    def scenario(module, x):
        return nodes_of(module, polynomial(x), x)

    agree.scenario(scenario, torch.tensor([1.0, 2.0, 3.0], requires_grad=True))


# Trap: a node that is reached in two ways counts twice.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_reached_twice(agree):
    def diamond(module, x):
        h = torch.exp(x)
        return nodes_of(module, h * h + h, x)

    def unbound(module, x):
        a, b, c = x.unbind()
        return nodes_of(module, (a * b - c).sin(), x)

    agree.scenario(diamond, torch.tensor([0.5, 1.0], requires_grad=True))
    agree.scenario(unbound, torch.tensor([0.5, 1.0, 2.0], requires_grad=True))


# Trap: `None` stands in `next_functions` for what needs no gradient.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_beside_constants(agree):
    def scenario(module, x):
        return nodes_of(module, (x @ torch.ones(2, 3) + torch.ones(3)).relu(), x)

    agree.scenario(scenario, torch.tensor([[0.5, 1.0]], requires_grad=True))


# Trap: several leaves, and the same leaf twice.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_of_several_leaves(agree):
    def scenario(module, w, b):
        return nodes_of(module, w * torch.cos(b) + w, w)

    agree.scenario(scenario, torch.tensor([2.0], requires_grad=True), torch.tensor([3.0], requires_grad=True))


# Trap: no `grad_fn` at all; the end of the graph is not a leaf that needs a gradient; the gradient of a leaf cleared.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_of_no_graph(agree):
    def scenario(module, x):
        x.grad = torch.full_like(x, 50.0)
        return {
            "of a leaf": module.graph_nodes(x),
            "without a graph": module.graph_nodes(x.detach() * 2),
            "cut off": module.graph_nodes((x * 2).detach()),
            "gradient of `x`": x.grad,
        }

    agree.scenario(scenario, torch.tensor([1.0], requires_grad=True))


# Trap: the rest of the graph is lost where two branches meet.
@pytest.mark.exercise("graph_nodes")
def test_graph_nodes_of_a_tree(agree):
    def scenario(module, x, w):
        return nodes_of(module, (x.exp() + w.exp()) * (x.sin() - 2 * w.sin()).exp(), x)

    agree.scenario(scenario, torch.tensor([1.0], requires_grad=True), torch.tensor([0.5], requires_grad=True))


# --- centred_sigmoid ---


# Trap: the sigmoid alone, or from 0 to 2.
def test_centred_sigmoid_values(agree):
    agree("centred_sigmoid", torch.tensor([-30.0, -1.5, 0.0, 0.25, 3.0]))
    agree("centred_sigmoid", torch.tensor([[0.5], [-2.0]]))
    agree("centred_sigmoid", torch.tensor([[0.5, 1.0, 2.0], [-2.0, 0.0, 3.0]]).t())
    agree("centred_sigmoid", torch.zeros(0, 3))
    agree("centred_sigmoid", torch.tensor([0.0, 100.0, -100.0]))


# Trap: the values are right, and the graph is spoilt or cut, or the gradient that `x` came with cleared.
@pytest.mark.points(2)
@pytest.mark.exercise("centred_sigmoid")
def test_centred_sigmoid_goes_backwards(agree):
    def scenario(module, x):
        x.grad = torch.ones_like(x)
        y = module.centred_sigmoid(x)
        (y * y).sum().backward()
        return {"y": y, "x": state(x)}

    agree.scenario(scenario, torch.tensor([0.5, -1.0, 4.0], requires_grad=True))


# Trap: `exp` of a large number is inf, and inf divided by inf is nan: the values are right, and their gradient is not.
@pytest.mark.points(2)
def test_centred_sigmoid_far_from_0(agree):
    agree("centred_sigmoid", torch.tensor([0.0, 0.0, 100.0], requires_grad=True))
    agree("centred_sigmoid", torch.tensor([0.0, 1.0, -100.0], requires_grad=True))


# Trap: writes into `x`, or returns float32.
def test_centred_sigmoid_leaves_its_argument_alone(agree):
    agree("centred_sigmoid", torch.tensor([0.5, -1.0], dtype=torch.float64))
    agree("centred_sigmoid", torch.tensor(0.75, dtype=torch.float64, requires_grad=True))
    agree("centred_sigmoid", torch.tensor([0.5, -20.0, 40.0], dtype=torch.float16))
    agree.scenario(kept, "centred_sigmoid", (torch.tensor([0.5, 1.0]),), (torch.tensor([-1.0, 2.0]),))


# --- sgd_by_hand ---


def after_a_step(module, params, lr, used):
    """A scenario: the parameters after one step; only those whose numbers are in `used` have a gradient."""
    held = list(params)
    sum((params[n] ** 2 * (n + 1)).sum() for n in used).backward()
    returned = module.sgd_by_hand(params, lr)
    same = len(params) == len(held) and all(one is other for one, other in zip(params, held, strict=True))
    leaves = [p.is_leaf for p in held]
    return {
        "params": [state(p) for p in held],
        "are leaves afterwards": leaves,
        "the same tensors in the list": same,
        "what you returned": returned,
        "gradients on afterwards": torch.is_grad_enabled(),
    }


# Trap: a new tensor in place of the old one; only the first one moves; lr not used; uphill.
@pytest.mark.exercise("sgd_by_hand")
def test_sgd_by_hand_moves_them_all(agree):
    agree.scenario(after_a_step, [weights(2, 3), weights(3), weights(1)], 0.125, [0, 1, 2])
    agree.scenario(after_a_step, [weights(4)], 0.03, [0])


# Trap: None in `grad`.
@pytest.mark.exercise("sgd_by_hand")
@pytest.mark.points(2)
def test_sgd_by_hand_skips_what_was_not_used(agree):
    agree.scenario(after_a_step, [weights(2), weights(3), weights(2, 2)], 0.25, [0])
    agree.scenario(after_a_step, [weights(2), weights(3), weights(2, 2)], 0.25, [1, 2])


# Trap: gradients that add up over several steps.
@pytest.mark.exercise("sgd_by_hand")
def test_sgd_by_hand_again_and_again(agree):
    def scenario(module, w):
        values = []
        for _ in range(4):
            loss = ((w - 1) ** 2).sum()
            loss.backward()
            module.sgd_by_hand([w], 0.1)
            values.append(loss.item())
        return {"numbers of `w`": values, "state of `w`": state(w), "`w` is a leaf": w.is_leaf}

    agree.scenario(scenario, torch.tensor([3.0, -2.0], requires_grad=True))


# Trap: gradients switched off for good; a model's parameters replaced by plain tensors.
@pytest.mark.exercise("sgd_by_hand")
def test_sgd_by_hand_on_a_model(agree):
    def scenario(module, x):
        model = torch.nn.Linear(2, 1)
        with torch.no_grad():
            for p in model.parameters():
                p.fill_(0.5)
        model(x).sum().backward()
        module.sgd_by_hand(list(model.parameters()), 0.1)
        return {
            "model afterwards": model,
            "the prediction needs a gradient": model(x).requires_grad,
            "gradients on afterwards": torch.is_grad_enabled(),
        }

    agree.scenario(scenario, torch.tensor([[1.0, -2.0]]))


# --- descend ---


def path(module, name, start, lr, steps):
    """A scenario: the answer, what became of `start`, whether each point given to `f` was a leaf."""
    given = []

    def watched(p):
        given.append((p.is_leaf, p.requires_grad))
        return FUNCTIONS[name](p)

    point, values = module.descend(watched, start, lr, steps)
    return {
        "point that you returned": point,
        "values that you returned": values,
        "start": state(start),
        "each point is a leaf that needs a gradient": all(flags == (True, True) for flags in given),
    }


# Trap: uphill; gradients that add up; one step too few or too many.
@pytest.mark.exercise("descend")
def test_descend_in_a_valley(agree):
    agree.scenario(path, "valley", torch.tensor([0.0, 2.0]), 0.1, 1)
    agree.scenario(path, "valley", torch.tensor([4.0, -3.0]), 0.05, 7)


# Trap: the values after each step, or the first one left out.
@pytest.mark.exercise("descend")
def test_descend_values_are_those_before_each_step(agree):
    agree.using(numbers="strict").scenario(path, "bowl", torch.tensor([3.0]), 0.25, 3)


# Trap: one buffer for all calls: the next call overwrites what the last one returned.
@pytest.mark.exercise("descend")
def test_descend_twice(agree):
    def scenario(module, start):
        (first, _), (second, _) = [module.descend(bowl, start + shift, 0.25, 2) for shift in (0.0, 1.0)]
        return {"first call": first, "second call": second}

    agree.scenario(scenario, torch.tensor([3.0, -2.0]))


# Trap: no step at all: the point is `start` itself.
@pytest.mark.exercise("descend")
def test_descend_no_steps(agree):
    def scenario(module, start):
        point, values = module.descend(bowl, start, 0.1, 0)
        shared = point.data_ptr() == start.data_ptr()
        return {
            "point that you returned": point,
            "values that you returned": values,
            "the point shares memory with `start`": shared,
            "start": state(start),
        }

    agree.scenario(scenario, torch.tensor([5.0, 6.0]))
    agree.scenario(scenario, torch.tensor([5.0, 6.0], requires_grad=True))


# Trap: an optimizer does it, where the steps are to be made by hand.
@pytest.mark.exercise("descend")
def test_descend_makes_no_optimizer(agree):
    def scenario(module, start):
        made = []
        initialise = torch.optim.Optimizer.__init__

        def watched(self, *args, **kwargs):
            made.append(type(self).__name__)
            initialise(self, *args, **kwargs)

        torch.optim.Optimizer.__init__ = watched
        try:
            answer = module.descend(bowl, start, 0.25, 2)
        finally:
            torch.optim.Optimizer.__init__ = initialise
        return {"what you returned": answer, "optimizers that were made": made}

    agree.scenario(scenario, torch.tensor([3.0, -2.0]))


# Trap: a vector taken for granted; float32 whatever `start` is.
@pytest.mark.exercise("descend")
def test_descend_from_any_shape(agree):
    agree.scenario(path, "bowl", torch.tensor([[0.1, 2.0], [3.0, -4.0]], dtype=torch.float64), 0.2, 5)
    agree.scenario(path, "bowl", torch.tensor(4.0), 0.3, 2)
    agree.scenario(path, "bowl", torch.tensor([[0.5, 2.0, 3.0], [-1.0, 4.0, 0.0]]).t(), 0.25, 2)
    agree.scenario(path, "bowl", torch.tensor([2.0, -1.0], dtype=torch.float16), 0.25, 2)
    agree.scenario(path, "bowl", torch.zeros(0), 0.25, 2)


# Trap: a start that needs a gradient is moved itself, or its gradient is filled.
@pytest.mark.exercise("descend")
def test_descend_leaves_its_start_alone(agree):
    def beside_an_earlier_gradient(module, start):
        start.grad = torch.full((2,), 50.0)
        return path(module, "valley", start, 0.1, 3)

    agree.scenario(path, "valley", torch.tensor([1.0, 1.0], requires_grad=True), 0.1, 3)
    agree.scenario(beside_an_earlier_gradient, torch.tensor([1.0, 1.0], requires_grad=True))


# --- curve_figure ---


def drawn(module, name, low, high, count):
    return module.curve_figure(FUNCTIONS[name], low, high, count)


@pytest.fixture
def matplotlib():
    """Where Matplotlib is missing, nothing can be drawn, and the check says so."""
    return pytest.importorskip("matplotlib", reason="Matplotlib is not installed")


# Trap: the derivative left out or in the first place; lines without labels.
@pytest.mark.exercise("curve_figure")
@pytest.mark.usefixtures("matplotlib")
def test_curve_figure_of_a_cubic(agree):
    agree.scenario(drawn, "cubic", -2.0, 2.0, 9)


# Trap: a fixed range, or the end left out.
@pytest.mark.exercise("curve_figure")
@pytest.mark.usefixtures("matplotlib")
def test_curve_figure_of_another_range(agree):
    agree.scenario(drawn, "sine", 0, 3, 40)


# Trap: derivatives by differences.
@pytest.mark.exercise("curve_figure")
@pytest.mark.usefixtures("matplotlib")
def test_curve_figure_asks_autograd(agree):
    agree.scenario(drawn, "half_watched", -1.0, 1.0, 5)
