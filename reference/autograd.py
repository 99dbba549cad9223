"""Gradients: what autograd records, and what `backward` does with it.

A derivative says how fast a result changes when an input does, and training is little more than
following derivatives downhill. Here you calculate them by differences and by autograd, read the
graph that PyTorch records, cut it where it has to be cut, and go down to a minimum by hand.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and fix it. In one marked "Predict", work the answer out in your head and write
it down; do not run the code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch


def slope_at(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Calculate the derivative of `f` at `x` with autograd.

    `x` is a floating point tensor with no axes. `f` takes such a tensor, calculates with it in
    PyTorch, and returns another with no axes. Return a tensor with no axes and the dtype of `x`,
    which does not need a gradient. Let autograd do it: a difference of two values of `f` is not
    exact enough.

    Leave `x` as it is: it does not begin to need a gradient, and if it needs one already, what is in
    its `grad` stays there and does not count.

    >>> slope_at(lambda x: torch.sin(2 * x), torch.tensor(3.5))
    tensor(1.5078)
    """
    point = x.detach().requires_grad_()
    f(point).backward()
    return point.grad


def error_table(f: Callable[[torch.Tensor], torch.Tensor], x: float, steps: Sequence[float]) -> torch.Tensor:
    """Tell how far two approximations of a derivative are from the exact one.

    For a step `h` the derivative of `f` at `x` is about

        forward:  (f(x + h) - f(x)) / h
        central:  (f(x + h) - f(x - h)) / (2 * h)

    Return a float64 tensor of shape `(len(steps), 2)`, with one row for each step, in their order:
    the absolute error of the forward difference and that of the central one. The error is the
    distance to the derivative that autograd gives. The result does not need a gradient.

    `x` and the steps are Python numbers, and there is at least one step. `f` takes a tensor with no
    axes and returns one. Give it float64 throughout: small differences drown in the rounding of
    float32.

    >>> error_table(lambda x: x**3, 2.0, [0.5, 0.25])
    tensor([[3.2500, 0.2500],
            [1.5625, 0.0625]], dtype=torch.float64)
    """
    at = torch.tensor(x, dtype=torch.float64)
    approximations = [[(f(at + h) - f(at)) / h, (f(at + h) - f(at - h)) / (2 * h)] for h in steps]
    return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs()


def numerical_gradient(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, h: float) -> torch.Tensor:
    """Debug: the gradient of a function of several numbers, by central differences.

    `x` is a float64 vector of `n` numbers, one point. `f` takes one such vector and returns a tensor
    with no axes. Return a float64 vector of `n` numbers: the one at position `i` is

        (f(x + h * e) - f(x - h * e)) / (2 * h)

    where `e` is a vector of `n` numbers, all 0 but for a 1 at position `i`. `x` does not change.

    The code below raises nothing. For the function of the example it gives 3, -8 and 144, and only
    the second number is right. It hands all the points to `f` at once, as the rows of a matrix:
    which numbers does `p[0]` pick out of that matrix?

    >>> f = lambda p: 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 3
    >>> numerical_gradient(f, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), 1e-4)
    tensor([  9.0000,  -8.0000, 138.0000], dtype=torch.float64)
    """
    steps = torch.diag(torch.full_like(x, h))
    return torch.stack([(f(x + step) - f(x - step)) / (2 * h) for step in steps])


def _stub_numerical_gradient(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, h: float) -> torch.Tensor:
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return (f(x + steps) - f(x - steps)) / (2 * h)


def value_and_gradient(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Calculate a function of three numbers and its gradient.

    `x` is a floating point vector with the three numbers that mathematicians call x1, x2 and x3.
    The function is

        3 * x1 * x3 - 2 * x2² + 5 * x3³

    Return its value, a tensor with no axes, and its gradient, a vector of three numbers: the
    derivatives with respect to x1, x2 and x3. Both have the dtype of `x` and do not need a gradient.
    Leave `x` as it is, its `grad` too; it may need a gradient itself.

    >>> value_and_gradient(torch.tensor([1.0, 2.0, 3.0]))
    (tensor(136.), tensor([  9.,  -8., 138.]))
    """
    point = x.detach().requires_grad_()
    value = 3 * point[0] * point[2] - 2 * point[1] ** 2 + 5 * point[2] ** 3
    value.backward()
    return value.detach(), point.grad


def way_to_differentiate(case: str) -> str:
    """Which way to find a derivative does each sentence speak of?

    There are three. Return the letter of the option that fits the sentence named by `case`: "A", "B",
    "C", "D" or "E".

    A) For a loss that depends on a million weights it gives all the derivatives at one point, in about
       the time of a few calculations of the loss, and exact but for the last digits.
    B) Out of sin(2x) it makes 2·cos(2x), a text that can be read and holds for every x.
    C) It works on a function of which nothing is known but its values, such as a program on somebody
       else's computer.
    D) A smaller step makes its answer better at first, and worse from some point on.
    E) It is what PyTorch does when `backward` is called.

    Options:

    a) symbolic: rules turn the formula of the function into a formula of its derivative
    b) numerical: the function is calculated at two points close to each other, and the difference of its
       values is divided by their distance
    c) automatic: while the function is calculated at one point each operation is noted down, and then the
       derivatives of these operations are multiplied together
    """
    return {"A": "c", "B": "a", "C": "b", "D": "b", "E": "c"}[case]


def after_backward(case: str) -> float | str | None:
    """Predict: what does `y` hold in the end?

    Each time everything begins anew with

        x = torch.tensor(3.0, requires_grad=True)

    and then the code named by `case` runs, one of the letters "a" to "l". If `y` then is a tensor,
    return the number in it; if it is a Python number, that number; if it is `None`, return `None`. If
    the code stops with an error, return the text "error".

        a: y = x ** 2
        b: y = (x ** 2).backward()
        c: y = x ** 2; y.backward()
        d: y = (x ** 2).backward(); y = x.grad
        e: y = x.grad
        f: y = x ** 2; y = y.backward(); y.backward()
        g: y = torch.autograd.grad(x ** 2, x)[0]
        h: y = torch.autograd.grad(x ** 2, x)[0]; y = x.grad
        i: y = x ** 2; y = y + y.backward()
        j: y = x ** 2; z = y; y = z.backward(); y = z
        k: y = (x ** 2).item()
        l: y = (x ** 2).item().backward()

    >>> after_backward("a")
    9.0
    """
    answers: dict[str, float | str | None] = {
        "a": 9.0,
        "b": None,
        "c": 9.0,
        "d": 6.0,
        "e": None,
        "f": "error",
        "g": 6.0,
        "h": None,
        "i": "error",
        "j": 9.0,
        "k": 9.0,
        "l": "error",
    }
    return answers[case]


def elementwise_slopes(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Debug: the derivative of `f` at many points at once.

    `x` is a floating point tensor that does not need a gradient. It may have any shape, no axes and no
    elements included. `f` takes a tensor of any shape, treats each of its elements by itself and returns
    a tensor of that shape.

    Return two tensors of the dtype of `x`: the sum of all values of `f`, with no axes, and the
    derivatives, with the shape of `x`. Neither needs a gradient. Leave `x` as it is: it does not begin
    to need a gradient.

    The code below stops with

        RuntimeError: grad can be implicitly created only for scalar outputs

    >>> total, slopes = elementwise_slopes(lambda x: 5 * x**2, torch.linspace(-4, 4, 21))
    >>> total, slopes[:3]
    (tensor(616.), tensor([-40., -36., -32.]))
    """
    points = x.detach().requires_grad_()
    total = f(points).sum()
    total.backward()
    return total.detach(), points.grad


def _stub_elementwise_slopes(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    x.requires_grad_()
    y = f(x)
    y.backward()
    return y.sum(), x.grad


def layer_backward(x: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> float:
    """Run one linear layer forwards and backwards.

    The layer turns the input `x` into the scores `x @ w + b`. They may be any numbers, such as 200 or
    -300: they have not been through a sigmoid. The loss is the binary cross-entropy between them and
    the targets `y`, all zeros and ones, averaged over all elements.

    Return the loss as a Python float, and leave the gradients of the loss in `w.grad` and `b.grad`.
    Both are `None` when your function is called. The values of the arguments do not change. `x` has
    the shape `(inputs,)` or `(rows, inputs)`, `w` the shape `(inputs, outputs)`, `b` `(outputs,)`,
    and `y` the shape of the scores. All are float32, and `w` and `b` need a gradient.

    >>> w, b = torch.zeros(2, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    >>> round(layer_backward(torch.ones(2), torch.zeros(3), w, b), 4)
    0.6931
    >>> b.grad
    tensor([0.1667, 0.1667, 0.1667])
    """
    loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y)
    loss.backward()
    return loss.item()


def gradient_per_batch(w: torch.Tensor, batches: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Debug: the gradient of the loss with respect to `w`, for each batch on its own.

    `w` is a vector of `n` weights that needs a gradient, and each batch a matrix of shape `(rows, n)`.
    The loss of a batch is `((batch @ w) ** 2).mean()`. Return a list with one gradient for each
    batch, in their order: vectors of `n` numbers that share no memory with each other. With no batch
    the list is empty.

    The values of `w` do not change, and it still needs a gradient afterwards. `w.grad` may hold
    something when your function is called, which does not count; what it holds at the end is up to
    you.

    The code below raises nothing. With the same batch three times it gives 12, 12, 12 in place of 4,
    4, 4. Two things are wrong: ask where the 12 comes from, and why even the first number is 12.

    >>> w = torch.tensor([2.0], requires_grad=True)
    >>> batch = torch.ones(1, 1)
    >>> gradient_per_batch(w, [batch, batch, batch])
    [tensor([4.]), tensor([4.]), tensor([4.])]
    """
    gradients = []
    for batch in batches:
        w.grad = None
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad)
    return gradients


def _stub_gradient_per_batch(w: torch.Tensor, batches: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    gradients = []
    for batch in batches:
        loss = ((batch @ w) ** 2).mean()
        loss.backward()
        gradients.append(w.grad)
    return gradients


def gradient_after(case: str) -> float | str | None:
    """Predict: what does `x.grad` hold in the end?

    Each case begins with `x = torch.tensor(3.0, requires_grad=True)` and, where an optimizer `opt` is
    used, with `opt = torch.optim.SGD([x], lr=0.1)`. Return the number in `x.grad` when the whole case has
    run, or `None` if it is `None`, or the text "error" if something in it raises. `case` is one of the
    letters "a" to "l":

        a: (x**2).backward()
        b: (x**2).backward(); (x**2).backward()
        c: (x**2).backward(); (5 * x).backward()
        d: (x**2).backward(); x.grad.zero_()
        e: (x**2).backward(); x.grad = None
        f: (x**2).backward(); opt.zero_grad()
        g: (x**2).backward(); opt.zero_grad(set_to_none=False)
        h: y = x**2; y.backward(); y.backward()
        i: y = x**2; y.backward(retain_graph=True); y.backward()
        j: y = x.detach() * x; y.backward()
        k: y = x.detach() ** 2; y.backward()
        l: y = x**2

    >>> gradient_after("a")
    6.0
    """
    answers: dict[str, float | str | None] = {
        "a": 6.0,
        "b": 12.0,
        "c": 11.0,
        "d": 0.0,
        "e": None,
        "f": None,
        "g": 0.0,
        "h": "error",
        "i": 12.0,
        "j": 3.0,
        "k": "error",
        "l": None,
    }
    return answers[case]


def leaf_and_grad(case: str) -> tuple[bool, bool]:
    """Predict: is it a leaf, and does it need a gradient?

    Return two booleans for the tensor `case`: its `is_leaf` and its `requires_grad`. `case` is one of
    the letters "a" to "l". In all of them `w = torch.ones(2, requires_grad=True)`, a float32 tensor;
    in the last one the tensor asked about is `t`.

        a: w
        b: w * 2
        c: torch.ones(2)
        d: torch.ones(2) * 3
        e: w.detach()
        f: (w * 2).detach().requires_grad_()
        g: w.double()
        h: w.float()
        i: w > 0
        j: w.sum()
        k: torch.nn.Parameter(torch.ones(2) * 3)
        l: with torch.no_grad(): t = w * 2

    >>> leaf_and_grad("a")
    (True, True)
    """
    answers = {
        "a": (True, True),
        "b": (False, True),
        "c": (True, False),
        "d": (True, False),
        "e": (True, False),
        "f": (True, True),
        "g": (False, True),
        "h": (True, True),
        "i": (True, False),
        "j": (False, True),
        "k": (True, True),
        "l": (True, False),
    }
    return answers[case]


def hidden_gradients(x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Get a gradient in the middle of a network, and one at its beginning.

    The network calculates `hidden = x @ w1`, and then the sum of all elements of
    `torch.relu(hidden) @ w2`. Return two gradients of that sum, first the one with respect to `hidden`
    and then the one with respect to `w1`, each with the shape of what it belongs to. Neither needs a
    gradient. At exactly 0, PyTorch takes 0 for the slope of `relu`.

    The arguments are matrices whose shapes fit; `w1` and `w2` need a gradient, and their `grad` is
    `None` when your function is called. What it holds at the end is up to you. The values of the
    arguments do not change.

    >>> w1 = torch.tensor([[1.0, -1.0]], requires_grad=True)
    >>> w2 = torch.tensor([[2.0], [4.0]], requires_grad=True)
    >>> hidden_gradients(torch.tensor([[3.0]]), w1, w2)
    (tensor([[2., 0.]]), tensor([[6., 0.]]))
    """
    hidden = x @ w1
    hidden.retain_grad()
    (torch.relu(hidden) @ w2).sum().backward()
    return hidden.grad, w1.grad


def one_sided_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Calculate a loss that teaches only one side.

    Return the mean of the squared differences between `prediction` and `target`, two floating point
    tensors of one shape, as a tensor with no axes. Often both come out of a model and need a
    gradient, but only the prediction is to learn: when somebody calls `backward` on what you return,
    the gradient must reach `prediction` and must not reach `target`.

    Leave both arguments as they are. If `target` needs a gradient, it still does afterwards: only
    your loss does not pass one on to it.

    >>> prediction = torch.tensor([3.0, 5.0], requires_grad=True)
    >>> target = torch.tensor([1.0, 5.0], requires_grad=True)
    >>> one_sided_loss(prediction, target).backward()
    >>> prediction.grad, target.grad
    (tensor([2., 0.]), None)
    """
    return ((prediction - target.detach()) ** 2).mean()


def graph_nodes(y: torch.Tensor) -> dict[str, int]:
    """Walk through the graph behind `y` and count its nodes by name.

    Begin at `y.grad_fn`. The `next_functions` of a node are pairs, and the first of each pair is a
    node one step further back, or `None` where no gradient is wanted. Follow all of them, down to
    the nodes that have no more. The name of a node is that of its type, `type(node).__name__`.

    Return a dict from each name to how many nodes have it. A node that can be reached in several
    ways counts once, and `None` does not count. A tensor whose `grad_fn` is `None` gives an empty
    dict. `y` and the graph stay as they are: `backward` still works afterwards. The graph has a few
    hundred nodes at most, so recursion is fine.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> graph_nodes(x * 3 + 1)
    {'AddBackward0': 1, 'MulBackward0': 1, 'AccumulateGrad': 1}
    """
    counts: dict[str, int] = {}
    seen = set()
    waiting = [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        name = type(node).__name__
        counts[name] = counts.get(name, 0) + 1
        waiting.extend(parent for parent, _ in node.next_functions)
    return counts


def centred_sigmoid(x: torch.Tensor) -> torch.Tensor:
    """Debug: a sigmoid that goes from -1 to 1, `2 * sigmoid(x) - 1`.

    `x` is a floating point tensor of any shape, and does not change. Return a tensor of its shape and
    dtype. If `x` needs a gradient, so does the result, and `backward` works on it and on what is
    calculated from it.

    The values that the code below returns are right. But the first `backward` stops with

        RuntimeError: one of the variables needed for gradient computation has been modified by an
        inplace operation: [torch.FloatTensor [3]], which is output 0 of Sigmoid, is at version 2;
        expected version 0 instead.

    >>> x = torch.tensor([0.0, 0.0, 100.0], requires_grad=True)
    >>> y = centred_sigmoid(x)
    >>> y.sum().backward()
    >>> x.grad
    tensor([0.5000, 0.5000, 0.0000])
    """
    return 2 * torch.sigmoid(x) - 1


def _stub_centred_sigmoid(x: torch.Tensor) -> torch.Tensor:
    y = torch.sigmoid(x)
    y *= 2
    y -= 1
    return y


def sgd_by_hand(params: Sequence[torch.Tensor], lr: float) -> None:
    """Debug: one step of gradient descent, as an optimizer does it.

    `params` is a list of leaf tensors that need a gradient. Move each of them against its gradient:
    from its values subtract `lr` times its `grad`. The tensors in the list are themselves changed,
    so that whoever holds them sees it; they stay leaves and still need a gradient. Afterwards the
    `grad` of each is `None`, ready for the next step.

    A tensor that was not used in the loss has `None` in its `grad`: leave it as it is. Return
    nothing. Whether PyTorch records operations is afterwards as it was before.

    The code below stops with

        RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> sgd_by_hand([w], lr=0.25)
    >>> w, w.grad
    (tensor([1.5000], requires_grad=True), None)
    """
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad = None


def _stub_sgd_by_hand(params: Sequence[torch.Tensor], lr: float) -> None:
    for p in params:
        p -= lr * p.grad
        p.grad = None


def descend(
    f: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, list[float]]:
    """Go downhill from `start`, `steps` times.

    Each step calculates `f` at the point where you are and the gradient of `f` there, and then
    subtracts `lr` times the gradient from the point. `start` is a floating point tensor of any shape;
    `f` takes one like it and returns a tensor with no axes. Do it without `torch.optim`.

    Return two things: the point after the last step, a tensor that does not need a gradient and has
    memory of its own; and a list of `steps` Python floats, the values of `f` before each step. With
    0 steps the point is a copy of `start` and the list is empty.

    `start` does not change. The updates themselves are not recorded: each point that you give to `f`
    is a leaf that needs a gradient, with no history behind it.

    >>> descend(lambda p: (p**2).sum(), torch.tensor([8.0]), lr=0.25, steps=3)
    (tensor([1.]), [64.0, 16.0, 4.0])
    """
    point = start.detach().clone().requires_grad_()
    values = []
    for _ in range(steps):
        value = f(point)
        value.backward()
        values.append(value.item())
        with torch.no_grad():
            point -= lr * point.grad
        point.grad = None
    return point.detach(), values


def curve_figure(f: Callable[[torch.Tensor], torch.Tensor], low: float, high: float, count: int) -> Any:
    """Draw a function and its derivative.

    Return a Matplotlib figure with one set of axes and exactly two lines in it, both over `count`
    evenly spaced points from `low` to `high`, both ends included: first the values of `f`, labelled
    "function", and then its derivative at the same points, labelled "derivative". The axis below is
    labelled "x", and a legend names both lines. Colours, title and grid are up to you.

    `f` takes a float32 vector, treats each element by itself, and returns a vector as long. Get the
    derivative from autograd.

    Import `Figure` from `matplotlib.figure` inside your function: made that way, a figure needs no
    window. `Figure().subplots()` gives the axes. Do not show or save the figure.

    >>> figure = curve_figure(lambda x: 5 * x**2, -4, 4, 21)
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['function', 'derivative']
    """
    from matplotlib.figure import Figure

    x = torch.linspace(low, high, count)
    _, slopes = elementwise_slopes(f, x)
    figure = Figure()
    axes = figure.subplots()
    axes.plot(x, f(x), label="function")
    axes.plot(x, slopes, label="derivative")
    axes.set_xlabel("x")
    axes.legend()
    return figure
