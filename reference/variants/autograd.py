"""Other right answers to `autograd`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import collections

import torch

from antorcha.variants import N_, equivalent, right, wrong

# --- slope_at ---


@right("slope_at")
def slope_by_grad(f, x):
    leaf = x.detach().clone().requires_grad_(True)
    return torch.autograd.grad(f(leaf), leaf)[0]


@right("slope_at")
def slope_of_a_new_tensor(f, x):
    point = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
    y = f(point)
    y.backward()
    return point.grad.clone()


@right("slope_at")
def slope_by_a_functional(f, x):
    return torch.func.grad(f)(x.detach())


@wrong(
    "slope_at",
    N_(
        "You asked for gradients on the caller's own tensor, and now it is changed. "
        "Where do you get a tensor that holds the same number and that is yours alone?"
    ),
)
def slope_on_the_caller(f, x):
    x.requires_grad_()
    f(x).backward()
    return x.grad


@wrong(
    "slope_at",
    N_(
        "You returned the value of the function. The derivative is somewhere else: "
        "in which attribute does `backward` leave it?"
    ),
)
def value_for_slope(f, x):
    return f(x.detach())


@wrong(
    "slope_at",
    N_(
        "You took a difference of two values of the function. That is an approximation; "
        "autograd follows the operations themselves, and that is what is asked for."
    ),
)
def slope_by_differences(f, x):
    point, h = x.detach().double(), 1e-6
    return ((f(point + h) - f(point - h)) / (2 * h)).to(x.dtype)


@wrong(
    "slope_at",
    N_("You made a float32 of `x` on the way. The answer should have the dtype that `x` has."),
)
def slope_in_float32(f, x):
    point = torch.tensor(float(x), requires_grad=True)
    f(point).backward()
    return point.grad


@wrong(
    "slope_at",
    N_(
        "Your answer still belongs to a graph. With `create_graph=True` the derivative can be derived again: "
        "is that asked for?"
    ),
)
def slope_with_a_graph(f, x):
    point = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(point), point, create_graph=True)
    return slope if slope.requires_grad else slope.requires_grad_()


@wrong(
    "slope_at",
    N_(
        "You returned a Python number. The derivative is to be a tensor with no axes: "
        "is there anything to convert after `backward`?"
    ),
)
def slope_as_a_number(f, x):
    return slope_by_grad(f, x).item()


# --- error_table ---


@right("error_table")
def errors_filled_in(f, x, steps):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    f(at).backward()
    exact, at = at.grad, at.detach()
    table = torch.zeros(len(steps), 2, dtype=torch.float64)
    for i, h in enumerate(steps):
        table[i, 0] = abs((f(at + h) - f(at)) / h - exact)
        table[i, 1] = abs((f(at + h) - f(at - h)) / (2 * h) - exact)
    return table


@right("error_table")
def errors_in_python(f, x, steps):
    def value(at):
        return f(torch.tensor(at, dtype=torch.float64)).item()

    exact = torch.func.grad(f)(torch.tensor(x, dtype=torch.float64)).item()
    rows = []
    for h in steps:
        up, here, down = value(x + h), value(x), value(x - h)
        rows.append([abs((up - here) / h - exact), abs((up - down) / h / 2 - exact)])
    return torch.tensor(rows, dtype=torch.float64)


def _errors(f, x, steps, *, dtype=torch.float64, exact=None, forward=None, central=None):
    """The table, with one thing done in another way."""
    at = torch.tensor(x, dtype=dtype, requires_grad=True)
    if exact is None:
        (exact,) = torch.autograd.grad(f(at), at)
    at = at.detach()
    rows = []
    for h in steps:
        up, here, down = f(at + h), f(at), f(at - h)
        one = (up - here) / h if forward is None else forward(up, here, down, h)
        other = (up - down) / (2 * h) if central is None else central(up, here, down, h)
        rows.append(torch.stack([one - exact, other - exact]).abs())
    return torch.stack(rows).double()


@wrong(
    "error_table",
    N_("You divided the central difference by `h`. How far apart are the two points whose values you subtract?"),
)
def central_over_h(f, x, steps):
    return _errors(f, x, steps, central=lambda up, here, down, h: (up - down) / h)


@wrong(
    "error_table",
    N_("You calculated in float32, where the small differences drown in rounding. Which dtype does `f` get from you?"),
)
def errors_in_float32(f, x, steps):
    return _errors(f, x, steps, dtype=torch.float32)


@wrong(
    "error_table",
    N_("You took the exact derivative in float32, and its rounding is in all errors. Give `f` float64 there too."),
)
def exact_in_float32(f, x, steps):
    at = torch.tensor(x, requires_grad=True)
    (exact,) = torch.autograd.grad(f(at), at)
    at = torch.tensor(x, dtype=torch.float64)
    rows = [[(f(at + h) - f(at)) / h, (f(at + h) - f(at - h)) / (2 * h)] for h in steps]
    return (torch.tensor(rows, dtype=torch.float64) - exact).abs()


@wrong(
    "error_table",
    N_("You kept the sign of the errors. The table holds distances, and no distance is negative."),
)
def signed_errors(f, x, steps):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (exact,) = torch.autograd.grad(f(at), at)
    at = at.detach()
    rows = [[(f(at + h) - f(at)) / h - exact, (f(at + h) - f(at - h)) / (2 * h) - exact] for h in steps]
    return torch.tensor(rows, dtype=torch.float64)


@wrong(
    "error_table",
    N_("You returned the approximations themselves. The table holds how far they are from the exact derivative."),
)
def approximations_for_errors(f, x, steps):
    return _errors(f, x, steps, exact=0.0)


@wrong("error_table", N_("You put the two columns in the other order. Read again which error comes first."))
def columns_exchanged(f, x, steps):
    return _errors(f, x, steps).flip(1)


@wrong(
    "error_table",
    N_(
        "You made one row for each formula and one column for each step. "
        "The shape is to be `(len(steps), 2)`: what does one row hold?"
    ),
)
def errors_transposed(f, x, steps):
    return _errors(f, x, steps).t()


@wrong(
    "error_table",
    N_("You divided the errors by the derivative. Absolute errors are asked for, not relative ones."),
)
def relative_errors(f, x, steps):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (exact,) = torch.autograd.grad(f(at), at)
    return _errors(f, x, steps) / exact.abs()


@wrong(
    "error_table",
    N_("You took a very fine difference for the exact derivative. The exact one is the one that autograd gives."),
)
def fine_difference_for_exact(f, x, steps):
    at = torch.tensor(x, dtype=torch.float64)
    return _errors(f, x, steps, exact=(f(at + 1e-6) - f(at - 1e-6)) / 2e-6)


@wrong("error_table", N_("You used the backward difference, from `x - h` to `x`. The forward one looks the other way."))
def backward_difference(f, x, steps):
    return _errors(f, x, steps, forward=lambda up, here, down, h: (here - down) / h)


# --- numerical_gradient ---


@right("numerical_gradient")
def moving_one_number_at_a_time(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        up, down = x.clone(), x.clone()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@right("numerical_gradient")
def one_row_after_the_other(f, x, h):
    steps = h * torch.eye(len(x), dtype=torch.float64)
    values = [f(p).item() - f(q).item() for p, q in zip(x + steps, x - steps, strict=True)]
    return torch.tensor(values, dtype=torch.float64) / 2 / h


@right("numerical_gradient")
def mapped_over_the_rows(f, x, h):
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return (torch.vmap(f)(x + steps) - torch.vmap(f)(x - steps)) / (2 * h)


@wrong(
    "numerical_gradient",
    N_(
        "You hand all the points over as the columns of a matrix. Then `p[0]` picks the right numbers, "
        "but a function that looks at the whole point, such as a product, gets all points at once. "
        "How often must `f` be called?"
    ),
)
def points_as_columns(f, x, h):
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return (f((x + steps).T) - f((x - steps).T)) / (2 * h)


@wrong(
    "numerical_gradient",
    N_(
        "You still hand all the points over at once, as the rows of a matrix. `f` takes one point: what is "
        "`p[0]` to it?"
    ),
)
def points_as_rows(f, x, h):
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return (f(x + steps) - f(x - steps)) / (2 * h)


@wrong(
    "numerical_gradient",
    N_("You used a forward difference, from `x` to `x + h`. The text asks for the central one."),
)
def forward_only(f, x, h):
    steps = h * torch.eye(len(x), dtype=x.dtype)
    return torch.stack([(f(x + step) - f(x)) / h for step in steps])


@wrong("numerical_gradient", N_("You divided by `h`. How far apart are the two points whose values you subtract?"))
def gradient_over_h(f, x, h):
    return 2 * moving_one_number_at_a_time(f, x, h)


@wrong(
    "numerical_gradient",
    N_("You let autograd calculate the gradient. It is more exact, but here the differences themselves are asked for."),
)
def gradient_by_autograd(f, x, h):
    point = x.detach().requires_grad_()
    return torch.autograd.grad(f(point), point)[0]


@wrong(
    "numerical_gradient",
    N_(
        "You move all numbers at once by `h`. Each entry of the gradient asks what happens when only one of them moves."
    ),
)
def all_numbers_at_once(f, x, h):
    return ((f(x + h) - f(x - h)) / (2 * h)).expand(len(x)).clone()


@wrong(
    "numerical_gradient",
    N_("You write the steps into `x` itself and never take them back, so each one starts from a point already moved."),
)
def steps_left_in_x(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        gradient[i] = (up - f(x)) / (2 * h)
    return gradient


@wrong(
    "numerical_gradient",
    N_(
        "You write the steps into `x` itself and take them back. What was rounded on the way remains, and `x` is "
        "not to change: work on a copy."
    ),
)
def moved_to_and_fro(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        gradient[i] = (up - f(x)) / (2 * h)
        x[i] += h
    return gradient


# --- value_and_gradient ---


@right("value_and_gradient")
def value_and_formulas(x):
    x1, x2, x3 = x.detach()
    value = 3 * x1 * x3 - 2 * x2 * x2 + 5 * x3**3
    return value, torch.stack([3 * x3, -4 * x2, 3 * x1 + 15 * x3 * x3])


@right("value_and_gradient")
def value_and_grad_by_a_functional(x):
    gradient, value = torch.func.grad_and_value(lambda p: 3 * p[0] * p[2] - 2 * p[1].square() + 5 * p[2].pow(3))(
        x.detach()
    )
    return value, gradient


def _value_and_gradient(f, x):
    point = x.detach().requires_grad_()
    value = f(point)
    return value.detach(), torch.autograd.grad(value, point)[0]


@wrong("value_and_gradient", N_("You forgot the 2 in front of the square of x2. Compare the second term."))
def square_without_its_2(x):
    return _value_and_gradient(lambda p: 3 * p[0] * p[2] - p[1] ** 2 + 5 * p[2] ** 3, x)


@wrong("value_and_gradient", N_("You squared x3 in the last term. Look at its power again."))
def square_for_cube(x):
    return _value_and_gradient(lambda p: 3 * p[0] * p[2] - 2 * p[1] ** 2 + 5 * p[2] ** 2, x)


@wrong(
    "value_and_gradient",
    N_(
        "Your numbers are shifted by one place. The x1 of the formula is the first number: which index has "
        "it in Python?"
    ),
)
def counted_from_one(x):
    return _value_and_gradient(lambda p: 3 * p[1] * p[0] - 2 * p[2] ** 2 + 5 * p[0] ** 3, x)


@wrong(
    "value_and_gradient",
    N_("You took the sign of the second term for a plus. Its derivative has the wrong sign as well."),
)
def plus_for_minus(x):
    return _value_and_gradient(lambda p: 3 * p[0] * p[2] + 2 * p[1] ** 2 + 5 * p[2] ** 3, x)


@wrong(
    "value_and_gradient",
    N_("Your value still hangs on the graph, so it needs a gradient. What cuts a tensor off from it?"),
)
def value_on_the_graph(x):
    point = x.detach().requires_grad_()
    value = 3 * point[0] * point[2] - 2 * point[1] ** 2 + 5 * point[2] ** 3
    value.backward()
    return value, point.grad


@wrong(
    "value_and_gradient",
    N_("You made the caller's own tensor need a gradient, and filled its `grad`. Work with a tensor of your own."),
)
def gradient_in_the_argument(x):
    x.requires_grad_()
    value = 3 * x[0] * x[2] - 2 * x[1] ** 2 + 5 * x[2] ** 3
    value.backward()
    return value.detach(), x.grad


@wrong(
    "value_and_gradient",
    N_(
        "You made the caller's own tensor need a gradient, and switched that off at the end. It may have needed one "
        "before: work with a tensor of your own."
    ),
)
def switched_off_at_the_end(x):
    x.requires_grad_()
    value = 3 * x[0] * x[2] - 2 * x[1] ** 2 + 5 * x[2] ** 3
    (gradient,) = torch.autograd.grad(value, x)
    x.requires_grad_(False)
    return value.detach(), gradient


@wrong(
    "value_and_gradient", N_("You exchanged the two answers. Which one is to come first, the value or the gradient?")
)
def gradient_first(x):
    return value_and_formulas(x)[::-1]


@wrong("value_and_gradient", N_("You calculate in float32. The answers should have the dtype of `x`."))
def value_in_float32(x):
    return value_and_formulas(x.float())


# --- way_to_differentiate ---

WAYS = {"A": "c", "B": "a", "C": "b", "D": "b", "E": "c"}


@right("way_to_differentiate")
def way_by_position(case):
    return "cabbc"["ABCDE".index(case)]


@right("way_to_differentiate")
def way_by_kind(case):
    if case == "B":
        return "a"
    return "b" if case in ("C", "D") else "c"


@wrong(
    "way_to_differentiate",
    N_(
        "You expect a formula to be the quick way to a million derivatives. Think of how long the formulas would get, "
        "and of who would calculate each of them."
    ),
)
def million_by_formulas(case):
    return (WAYS | {"A": "a"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You expect differences to give a million derivatives in the time of a few calculations. For each weight the "
        "function has to be calculated again: how often is that?"
    ),
)
def million_by_differences(case):
    return (WAYS | {"A": "b"})[case]


@wrong(
    "way_to_differentiate",
    N_("You expect a difference of two values to give a formula. It gives one number, at one point."),
)
def formula_by_differences(case):
    return (WAYS | {"B": "b"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You expect a record of one calculation to give a formula. It gives the derivative at the one point where the "
        "function was calculated. What comes out of the way that this sentence speaks of?"
    ),
)
def formula_by_record(case):
    return (WAYS | {"B": "c"})[case]


@wrong(
    "way_to_differentiate",
    N_("You want to apply rules to a formula, but nobody has shown you one: only values are known."),
)
def rules_without_a_formula(case):
    return (WAYS | {"C": "a"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You want to note each operation down, but none of them can be seen: the function runs somewhere else, "
        "and only its values come back."
    ),
)
def record_without_operations(case):
    return (WAYS | {"C": "c"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You look for a step among rules that turn one formula into another. Which of the three ways has a step at all?"
    ),
)
def step_of_a_formula(case):
    return (WAYS | {"D": "a"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You took autograd for a difference with a small step. It calculates the function at one point only: "
        "which of the three ways has a step between two points?"
    ),
)
def step_of_autograd(case):
    return (WAYS | {"D": "c"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You took PyTorch for a program that derives formulas. Look at what is in `x.grad` after `backward`: "
        "is it a formula?"
    ),
)
def backward_derives_formulas(case):
    return (WAYS | {"E": "a"})[case]


@wrong(
    "way_to_differentiate",
    N_(
        "You took autograd for a difference with a small step. PyTorch never calculates the function at a second "
        "point: think of what `grad_fn` keeps."
    ),
)
def backward_takes_differences(case):
    return (WAYS | {"E": "b"})[case]


# --- after_backward ---

AFTER = {
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


@right("after_backward")
def looked_up_afterwards(case):
    return AFTER[case]


@right("after_backward")
def sorted_by_what_is_left(case):
    if case in "acjk":
        return 9
    if case in "dg":
        return 6
    return "error" if case in "fil" else None


@wrong(
    "after_backward",
    N_(
        "You expected `backward` to return the gradient. It puts the gradient into `x.grad`: "
        "what does a function return that has no `return`?"
    ),
)
def backward_returns_the_gradient(case):
    return (AFTER | {"b": 6.0, "i": 15.0})[case]


@wrong(
    "after_backward",
    N_(
        "You expected `backward` to return the tensor on which it was called, so that calls can follow each other. "
        "What does a function return that has no `return`?"
    ),
)
def backward_returns_the_value(case):
    return (AFTER | {"b": 9.0, "i": 18.0})[case]


@wrong(
    "after_backward",
    N_("You expected `backward` to be an error where its result is kept. Nothing stops: what is it that is kept?"),
)
def keeping_nothing_is_an_error(case):
    return (AFTER | {"b": "error"})[case]


@wrong(
    "after_backward",
    N_(
        "You expected `y` to become the gradient when its `backward` is called. `y` keeps its value: "
        "in which tensor does the gradient appear?"
    ),
)
def value_becomes_the_gradient(case):
    return (AFTER | {"c": 6.0, "j": 6.0})[case]


@wrong(
    "after_backward",
    N_("You expected `y` to be lost once its `backward` was called. The graph is thrown away, and the number stays."),
)
def value_is_lost(case):
    return (AFTER | {"c": None, "j": None})[case]


@wrong(
    "after_backward",
    N_(
        "You took `x.grad` to be 0 as long as nothing was calculated. No gradient and a gradient of 0 are not the "
        "same: what does `x.grad` hold before the first `backward`?"
    ),
)
def zero_before_backward(case):
    return (AFTER | {"e": 0.0, "h": 0.0})[case]


@wrong(
    "after_backward",
    N_(
        "You expected `torch.autograd.grad` to fill `x.grad` as `backward` does. It returns the gradients and leaves "
        "every `grad` alone."
    ),
)
def grad_fills_too(case):
    return (AFTER | {"h": 6.0})[case]


@wrong(
    "after_backward",
    N_("You expected `None` to take part in a calculation, or to have a `backward`. What does Python say to that?"),
)
def none_goes_along(case):
    return (AFTER | {"f": None, "i": None})[case]


@wrong(
    "after_backward",
    N_("You took the derivative of `x ** 2` at 3 to be its value, 9. What is the derivative of a square?"),
)
def slope_is_the_value(case):
    return (AFTER | {"d": 9.0, "g": 9.0})[case]


@wrong(
    "after_backward",
    N_("You expected `item` to leave something to derive. It gives a plain Python number, which knows no graph."),
)
def item_keeps_the_graph(case):
    return (AFTER | {"l": None})[case]


@wrong(
    "after_backward",
    N_("You expected `x.grad` to be empty after `backward`. That is just where it puts the gradient."),
)
def nothing_in_the_leaf(case):
    return (AFTER | {"d": None})[case]


# --- elementwise_slopes ---


@right("elementwise_slopes")
def slopes_with_a_vector(f, x):
    leaf = x.clone().requires_grad_()
    y = f(leaf)
    y.backward(torch.ones_like(y))
    return y.detach().sum(), leaf.grad


@right("elementwise_slopes")
def slopes_by_grad(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    (slopes,) = torch.autograd.grad(y, leaf, grad_outputs=torch.ones_like(x))
    with torch.no_grad():
        return y.sum(), slopes


@wrong(
    "elementwise_slopes",
    N_(
        "You took the mean to get a scalar. It divides by the number of points, and the derivatives with it. "
        "Which other way to make one number of many passes 1 on to each of them?"
    ),
)
def slopes_of_the_mean(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    y.mean().backward()
    return y.detach().sum(), leaf.grad


@wrong(
    "elementwise_slopes",
    N_("You went backwards from the first value only, so the derivatives at all other points are 0."),
)
def slopes_of_the_first(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if y.numel():
        y.flatten()[0].backward()
    return y.detach().sum(), torch.zeros_like(x) if leaf.grad is None else leaf.grad


@wrong("elementwise_slopes", N_("You asked for gradients on the caller's own tensor. Take one of your own for that."))
def slopes_on_the_caller(f, x):
    x.requires_grad_()
    y = f(x)
    y.sum().backward()
    return y.sum().detach(), x.grad


@wrong(
    "elementwise_slopes",
    N_("The sum that you return still hangs on the graph. Neither answer is to need a gradient."),
)
def total_on_the_graph(f, x):
    leaf = x.detach().requires_grad_()
    total = f(leaf).sum()
    total.backward()
    return total, leaf.grad


@wrong(
    "elementwise_slopes",
    N_("You returned the values of `f` one by one. The first answer is their sum, a single number."),
)
def values_for_the_total(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    y.sum().backward()
    return y.detach(), leaf.grad


@wrong(
    "elementwise_slopes",
    N_("You used differences between values of the function. `backward` can do it: it only wants a single number."),
)
def slopes_by_differences(f, x):
    point, h = x.double(), 1e-6
    return f(x).sum(), ((f(point + h) - f(point - h)) / (2 * h)).to(x.dtype)


@wrong("elementwise_slopes", N_("You calculate in float32. Both answers should have the dtype of `x`."))
def slopes_in_float32(f, x):
    return slopes_by_grad(f, x.float())


# --- layer_backward ---


@right("layer_backward")
def layer_with_a_loss_object(x, y, w, b):
    criterion = torch.nn.BCEWithLogitsLoss()
    loss = criterion(torch.matmul(x, w) + b, y)
    loss.backward()
    return float(loss)


@right("layer_backward")
def layer_by_its_formula(x, y, w, b):
    scores = torch.nn.functional.linear(x, w.t(), b)
    loss = (scores.clamp(min=0) - scores * y + torch.log1p(torch.exp(-scores.abs()))).mean()
    w.grad, b.grad = torch.autograd.grad(loss, (w, b))
    return loss.item()


def _layer(loss_of):
    def answer(x, y, w, b):
        loss = loss_of(x @ w + b, y)
        loss.backward()
        return loss.item()

    return answer


@wrong(
    "layer_backward",
    N_(
        "You applied a sigmoid before a loss that applies one itself. "
        'Look up what "with logits" means in the name of the loss.'
    ),
)
def sigmoid_twice(x, y, w, b):
    return _layer(lambda z, t: torch.nn.functional.binary_cross_entropy_with_logits(torch.sigmoid(z), t))(x, y, w, b)


@wrong(
    "layer_backward",
    N_(
        "You applied a sigmoid and then took the logarithm of the result. For large scores the sigmoid is "
        "exactly 0 or 1, "
        "and the logarithm no longer tells how wrong they are. There is a loss that takes the scores themselves."
    ),
)
def sigmoid_then_logarithm(x, y, w, b):
    return _layer(lambda z, t: torch.nn.functional.binary_cross_entropy(torch.sigmoid(z), t))(x, y, w, b)


@wrong("layer_backward", N_("You added the losses of all elements up. The loss is their mean."))
def layer_summed(x, y, w, b):
    return _layer(lambda z, t: torch.nn.functional.binary_cross_entropy_with_logits(z, t, reduction="sum"))(x, y, w, b)


@wrong("layer_backward", N_("You exchanged scores and targets: the loss takes first what the layer says."))
def scores_and_targets_exchanged(x, y, w, b):
    return _layer(lambda z, t: torch.nn.functional.binary_cross_entropy_with_logits(t, z))(x, y, w, b)


@wrong("layer_backward", N_("You used the mean squared error. Read again which loss is asked for."))
def squared_error(x, y, w, b):
    return _layer(lambda z, t: ((z - t) ** 2).mean())(x, y, w, b)


@wrong("layer_backward", N_("You returned the loss as a tensor. What is asked for is the Python number in it."))
def loss_as_a_tensor(x, y, w, b):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y)
    loss.backward()
    return loss.detach()


@wrong("layer_backward", N_("You calculated the loss and never went backwards, so `w.grad` and `b.grad` stay empty."))
def no_backward(x, y, w, b):
    return torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y).item()


@wrong("layer_backward", N_("You left the bias `b` out of the scores, so it gets no gradient."))
def without_bias(x, y, w, b):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)
    loss.backward()
    return loss.item()


@wrong(
    "layer_backward",
    N_("You used the cross-entropy for one class out of several. Here each output is a yes or no of its own."),
)
def one_class_of_several(x, y, w, b):
    return _layer(lambda z, t: torch.nn.functional.cross_entropy(z, t))(x, y, w, b)


# --- gradient_per_batch ---


@right("gradient_per_batch")
def batches_by_grad(w, batches):
    return [torch.autograd.grad(((batch @ w) ** 2).mean(), w)[0] for batch in batches]


@right("gradient_per_batch")
def zero_and_copy(w, batches):
    gradients = []
    for batch in batches:
        if w.grad is not None:
            w.grad.zero_()
        (batch @ w).square().mean().backward()
        gradients.append(w.grad.clone())
    return gradients


@right("gradient_per_batch")
def a_leaf_for_each_batch(w, batches):
    gradients = []
    for batch in batches:
        leaf = w.detach().requires_grad_()
        torch.mean(torch.mv(batch, leaf) ** 2).backward()
        gradients.append(leaf.grad)
    return gradients


@wrong(
    "gradient_per_batch",
    N_(
        "The gradients still add up from one batch to the next. `backward` adds to what is in `grad`: "
        "what must happen before each batch?"
    ),
)
def added_up_and_copied(w, batches):
    w.grad = None
    gradients = []
    for batch in batches:
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad.clone())
    return gradients


@wrong(
    "gradient_per_batch",
    N_(
        "Your list holds one and the same tensor many times. Zeroing `grad` writes into the tensor that is "
        "in your list "
        "already. Keep a copy, or let `backward` make a new tensor each time."
    ),
)
def zeroed_and_not_copied(w, batches):
    gradients = []
    for batch in batches:
        if w.grad is not None:
            w.grad.zero_()
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad)
    return gradients


@wrong(
    "gradient_per_batch",
    N_("You clear the gradient after each batch, and what was there before the first one counts. Clear it earlier."),
)
def cleared_after(w, batches):
    gradients = []
    for batch in batches:
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad)
        w.grad = None
    return gradients


@wrong(
    "gradient_per_batch",
    N_("Nothing has changed: the gradients add up, and all entries of the list are the same tensor, `w.grad` itself."),
)
def added_up_in_one_tensor(w, batches):
    gradients = []
    for batch in batches:
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad)
    return gradients


@wrong("gradient_per_batch", N_("You added the squares up. The loss of a batch is their mean over its rows."))
def batches_summed(w, batches):
    return [torch.autograd.grad(((batch @ w) ** 2).sum(), w)[0] for batch in batches]


@wrong("gradient_per_batch", N_("You moved the weights after each batch. Only the gradients are asked for."))
def weights_moved(w, batches):
    gradients = []
    for batch in batches:
        w.grad = None
        ((batch @ w) ** 2).mean().backward()
        gradients.append(w.grad)
        with torch.no_grad():
            w -= 0.1 * w.grad
    return gradients


# --- gradient_after ---

HELD = {
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


@right("gradient_after")
def held_by_group(case):
    if case in "efl":
        return None
    if case in "hk":
        return "error"
    if case in "dg":
        return 0
    return {"a": 6, "c": 11, "j": 3}.get(case, 12)


@right("gradient_after")
def held_by_running(case):
    x = torch.tensor(3.0, requires_grad=True)
    opt = torch.optim.SGD([x], lr=0.1)
    if case == "l":
        return None
    try:
        if case in "hi":
            y = x**2
            y.backward(retain_graph=case == "i")
            y.backward()
        elif case in "jk":
            (x.detach() * x if case == "j" else x.detach() ** 2).backward()
        else:
            (x**2).backward()
    except RuntimeError:
        return "error"
    if case in "bc":
        (x**2 if case == "b" else 5 * x).backward()
    if case == "d":
        x.grad.zero_()
    elif case in "efg":
        opt.zero_grad(set_to_none=case != "g")
    return None if x.grad is None else x.grad.item()


@wrong(
    "gradient_after",
    N_("You expected the second `backward` to replace what the first one left. Does `backward` write, or add?"),
)
def second_replaces_first(case):
    return {"b": 6.0, "c": 5.0, "i": 6.0}.get(case, HELD[case])


@wrong(
    "gradient_after",
    N_("You expected `opt.zero_grad()` to leave zeros. Look up its argument `set_to_none` and what it is by default."),
)
def zero_grad_leaves_zeros(case):
    return 0.0 if case == "f" else HELD[case]


@wrong(
    "gradient_after",
    N_("You took `None` and 0 for the same. Setting `grad` to `None` takes the tensor away: no number is left."),
)
def none_is_zero(case):
    return 0.0 if case in "efl" else HELD[case]


@wrong(
    "gradient_after",
    N_("You expected zeroing to take the gradient away. `zero_()` writes zeros into a tensor that stays where it is."),
)
def zero_is_none(case):
    return None if case in "dg" else HELD[case]


@wrong(
    "gradient_after",
    N_(
        "You expected to go backwards through one graph as often as you like. What does `backward` do with "
        "it at the end?"
    ),
)
def graphs_last_for_ever(case):
    return 12.0 if case == "h" else HELD[case]


@wrong(
    "gradient_after",
    N_("You expected an error, but in this case the graph is kept. Look at what `retain_graph=True` promises."),
)
def graphs_are_never_kept(case):
    return "error" if case == "i" else HELD[case]


@wrong(
    "gradient_after",
    N_(
        "You expected `detach()` to change nothing. A detached factor counts as a constant: what is the "
        "derivative of c·x?"
    ),
)
def detach_changes_nothing(case):
    return {"j": 6.0, "k": 6.0}.get(case, HELD[case])


@wrong(
    "gradient_after",
    N_(
        "You expected a `backward` that finds no graph to do nothing. What does PyTorch say when nothing "
        "needs a gradient?"
    ),
)
def backward_without_a_graph(case):
    return None if case == "k" else HELD[case]


@wrong(
    "gradient_after",
    N_("You expected a gradient as soon as something is calculated. Who fills `grad`, and when?"),
)
def gradient_at_once(case):
    return 6.0 if case == "l" else HELD[case]


# --- leaf_and_grad ---

FLAGS = {
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


@right("leaf_and_grad")
def flags_by_group(case):
    return case not in "bgj", case in "abfghjk"


@right("leaf_and_grad")
def flags_by_running(case):
    w = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        t = w * 2
    made = {
        "a": w,
        "b": w * 2,
        "c": torch.ones(2),
        "d": torch.ones(2) * 3,
        "e": w.detach(),
        "f": (w * 2).detach().requires_grad_(),
        "g": w.double(),
        "h": w.float(),
        "i": w > 0,
        "j": w.sum(),
        "k": torch.nn.Parameter(torch.ones(2) * 3),
        "l": t,
    }
    return [made[case].is_leaf, made[case].requires_grad]


@wrong(
    "leaf_and_grad",
    N_("You took only what needs a gradient for a leaf. A tensor with no history has nothing before it either."),
)
def leaves_need_gradients(case):
    _, needs = FLAGS[case]
    return (FLAGS[case][0] and needs, needs)


@wrong(
    "leaf_and_grad",
    N_(
        "You took every result of an operation for no leaf. What counts is whether a graph was recorded: "
        "is one when nothing in the operation needs a gradient?"
    ),
)
def results_are_no_leaves(case):
    return (False, False) if case == "d" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected a result of `w` to be a leaf, as `w` is. It has a history: it remembers how it was made."),
)
def results_are_leaves(case):
    return (True, True) if case in "bj" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected a detached tensor to need a gradient still. What does `detach` leave behind?"),
)
def detached_needs_a_gradient(case):
    return (True, True) if case == "e" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected a conversion to give a new leaf. Changing the dtype is an operation, and it is recorded."),
)
def conversions_are_leaves(case):
    return (True, True) if case == "g" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected `float()` to make a new tensor. Which dtype does `w` have already, and is there anything to do?"),
)
def same_dtype_is_converted(case):
    return (False, True) if case == "h" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected a comparison to be recorded. It gives booleans: can those have a gradient?"),
)
def comparisons_are_recorded(case):
    return (False, True) if case == "i" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You expected `torch.no_grad` to change nothing about the result. What is recorded inside it?"),
)
def no_grad_changes_nothing(case):
    return (False, True) if case == "l" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_("You took a parameter for part of the graph of what it was made of. A parameter always begins a graph."),
)
def parameters_have_a_history(case):
    return (False, True) if case == "k" else FLAGS[case]


@wrong(
    "leaf_and_grad",
    N_(
        "You expected that what was cut off once can never need a gradient again. What does "
        "`requires_grad_()` do to it?"
    ),
)
def cut_off_for_ever(case):
    return (True, False) if case == "f" else FLAGS[case]


# --- hidden_gradients ---


@right("hidden_gradients")
def both_by_grad(x, w1, w2):
    hidden = x @ w1
    total = (hidden.relu() @ w2).sum()
    return torch.autograd.grad(total, [hidden, w1])


@right("hidden_gradients")
def in_two_stages(x, w1, w2):
    hidden = x @ w1
    leaf = hidden.detach().requires_grad_()
    torch.sum(torch.relu(leaf) @ w2).backward()
    hidden.backward(leaf.grad)
    return leaf.grad, w1.grad


@right("hidden_gradients")
def hidden_by_hand(x, w1, w2):
    with torch.no_grad():
        hidden = x @ w1
        through = (hidden > 0).to(x.dtype) * w2.sum(1)
        return through, x.t() @ through


@wrong(
    "hidden_gradients",
    N_("The first gradient is `None`: `hidden` is no leaf, and PyTorch keeps no gradient there unless it is asked to."),
)
def nothing_retained(x, w1, w2):
    hidden = x @ w1
    (torch.relu(hidden) @ w2).sum().backward()
    return None, w1.grad


@wrong(
    "hidden_gradients",
    N_("You made `hidden` a leaf of its own, and the way back to `w1` is cut. Keep the graph whole."),
)
def hidden_cut_off(x, w1, w2):
    hidden = (x @ w1).detach().requires_grad_()
    (torch.relu(hidden) @ w2).sum().backward()
    return hidden.grad, w1.grad


_AFTER_THE_RELU = N_("You kept the gradient after the relu. What is asked for is the gradient of what goes into it.")


@wrong("hidden_gradients", _AFTER_THE_RELU)
def after_the_relu(x, w1, w2):
    hidden = torch.relu(x @ w1)
    total = (hidden @ w2).sum()
    return torch.autograd.grad(total, [hidden, w1])


@wrong("hidden_gradients", _AFTER_THE_RELU)
def retained_after_the_relu(x, w1, w2):
    hidden = torch.relu(x @ w1)
    hidden.retain_grad()
    (hidden @ w2).sum().backward()
    return hidden.grad, w1.grad


@wrong(
    "hidden_gradients",
    N_("You let the gradient through where `hidden` is exactly 0. There PyTorch takes 0 for the slope of `relu`."),
)
def through_at_zero(x, w1, w2):
    gradient = (x @ w1 >= 0) * w2.detach().sum(dim=1)
    return gradient, x.detach().T @ gradient


@wrong("hidden_gradients", N_("You left the relu out. It stops the gradient wherever `hidden` is negative."))
def without_relu(x, w1, w2):
    hidden = x @ w1
    return torch.autograd.grad((hidden @ w2).sum(), [hidden, w1])


@wrong("hidden_gradients", N_("You exchanged the two answers: the gradient that belongs to `hidden` comes first."))
def weights_first(x, w1, w2):
    return both_by_grad(x, w1, w2)[::-1]


@wrong("hidden_gradients", N_("The second gradient that you returned belongs to `w2`. Read again which one is wanted."))
def gradient_of_w2(x, w1, w2):
    hidden = x @ w1
    return torch.autograd.grad((torch.relu(hidden) @ w2).sum(), [hidden, w2])


@wrong("hidden_gradients", N_("You took the mean of the elements at the end. The text asks for their sum."))
def hidden_mean(x, w1, w2):
    hidden = x @ w1
    return torch.autograd.grad((torch.relu(hidden) @ w2).mean(), [hidden, w1])


# --- one_sided_loss ---


@right("one_sided_loss")
def loss_of_a_function(prediction, target):
    return torch.nn.functional.mse_loss(prediction, target.detach())


@right("one_sided_loss")
def target_copied_without_recording(prediction, target):
    with torch.no_grad():
        fixed = target * 1.0
    difference = prediction - fixed
    return torch.mean(difference * difference)


@right("one_sided_loss")
def target_by_data(prediction, target):
    return (prediction - target.data).square().mean()


@wrong(
    "one_sided_loss",
    N_("The gradient reaches the target as well, so both sides move towards each other. What cuts one of them off?"),
)
def both_learn(prediction, target):
    return ((prediction - target) ** 2).mean()


@wrong(
    "one_sided_loss",
    N_(
        "Your loss has no graph behind it, so nobody learns. Was it calculated without recording, "
        "or was the prediction cut off as well? The prediction needs its graph."
    ),
)
def nobody_learns(prediction, target):
    with torch.no_grad():
        return ((prediction - target) ** 2).mean()


@wrong("one_sided_loss", N_("You cut the prediction off, and the target learns in its place."))
def the_other_side_learns(prediction, target):
    return ((prediction.detach() - target) ** 2).mean()


@wrong(
    "one_sided_loss",
    N_("You detached the loss at the end. By then all is cut off: which tensor alone must be constant?"),
)
def loss_detached(prediction, target):
    return ((prediction - target) ** 2).mean().detach().requires_grad_()


@wrong(
    "one_sided_loss",
    N_(
        "You switched the gradient of the caller's own tensor off. "
        "Others still need it: use something that leaves `target` as it is."
    ),
)
def target_switched_off(prediction, target):
    if target.is_leaf:
        target.requires_grad_(False)
    return ((prediction - target.detach()) ** 2).mean()


@wrong("one_sided_loss", N_("You added the squares up. The loss is their mean."))
def one_sided_sum(prediction, target):
    return ((prediction - target.detach()) ** 2).sum()


@wrong("one_sided_loss", N_("You took absolute differences. The loss is the mean of the squared ones."))
def one_sided_absolute(prediction, target):
    return (prediction - target.detach()).abs().mean()


# --- graph_nodes ---


@right("graph_nodes")
def nodes_by_recursion(y):
    seen = {}

    def visit(node):
        if node is not None and node not in seen:
            seen[node] = type(node).__name__
            for parent, _ in node.next_functions:
                visit(parent)

    visit(y.grad_fn)
    names = list(seen.values())
    return {name: names.count(name) for name in names}


@right("graph_nodes")
def nodes_level_by_level(y):
    level = {y.grad_fn} - {None}
    found = set()
    while level:
        found |= level
        level = {pair[0] for node in level for pair in node.next_functions} - found - {None}
    counts = {}
    for node in found:
        counts[node.__class__.__name__] = counts.setdefault(node.__class__.__name__, 0) + 1
    return counts


@right("graph_nodes")
def nodes_in_a_counter(y):
    counts, seen, waiting = collections.Counter(), set(), collections.deque([y.grad_fn])
    while waiting:
        node = waiting.popleft()
        if node and node not in seen:
            seen.add(node)
            counts[type(node).__name__] += 1
            waiting.extend(dict(node.next_functions))
    return counts


def _walk(y, parents, once=True):
    counts, seen, waiting = {}, set(), [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or (once and node in seen):
            continue
        seen.add(node)
        counts[type(node).__name__] = counts.get(type(node).__name__, 0) + 1
        waiting.extend(parents(node))
    return counts


@wrong(
    "graph_nodes",
    N_("You followed only the first of `next_functions`. An operation with two inputs has two: look at both branches."),
)
def first_branch_only(y):
    return _walk(y, lambda node: [pair[0] for pair in node.next_functions[:1]])


@wrong(
    "graph_nodes",
    N_("You counted a node as often as a way leads to it. Remember which nodes you have seen."),
)
def counted_each_time(y):
    return _walk(y, lambda node: [pair[0] for pair in node.next_functions], once=False)


@wrong(
    "graph_nodes",
    N_("You left out the first node, `y.grad_fn` itself. It belongs to the graph as well."),
)
def without_the_first(y):
    counts = _walk(y, lambda node: [pair[0] for pair in node.next_functions])
    if y.grad_fn is not None:
        name = type(y.grad_fn).__name__
        counts[name] -= 1
        if counts[name] == 0:
            del counts[name]
    return counts


@wrong(
    "graph_nodes",
    N_("You stopped before the leaves. The nodes that collect their gradients are part of the graph too."),
)
def without_the_leaves(y):
    counts = _walk(y, lambda node: [pair[0] for pair in node.next_functions])
    counts.pop("AccumulateGrad", None)
    return counts


@wrong(
    "graph_nodes",
    N_("You put every name into the dict once, with a 1. Count how many nodes have it."),
)
def names_once(y):
    return dict.fromkeys(_walk(y, lambda node: [pair[0] for pair in node.next_functions]), 1)


@wrong(
    "graph_nodes",
    N_("You counted the places where no gradient is wanted. A `None` in `next_functions` is no node."),
)
def none_counted(y):
    counts = _walk(y, lambda node: [pair[0] for pair in node.next_functions])
    seen, waiting = set(), [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None:
            counts["NoneType"] = counts.get("NoneType", 0) + 1
        elif node not in seen:
            seen.add(node)
            waiting.extend(pair[0] for pair in node.next_functions)
    return counts


@wrong(
    "graph_nodes",
    N_("You counted the `None` of a tensor that has no `grad_fn`. It is no node: the dict is to be empty."),
)
def none_at_the_start(y):
    if y.grad_fn is None:
        return {"NoneType": 1}
    return _walk(y, lambda node: [pair[0] for pair in node.next_functions])


@wrong(
    "graph_nodes",
    N_("You went only one step back. Each node there has `next_functions` of its own."),
)
def one_step_back(y):
    counts = {}
    if y.grad_fn is not None:
        nearest = dict.fromkeys(pair[0] for pair in y.grad_fn.next_functions if pair[0] is not None)
        for node in (y.grad_fn, *nearest):
            counts[type(node).__name__] = counts.get(type(node).__name__, 0) + 1
    return counts


@wrong(
    "graph_nodes",
    N_("You asked the nodes with `name()`, which puts more in front of some of them. Read again what their name is."),
)
def names_by_method(y):
    counts, seen, waiting = {}, set(), [y.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            counts[node.name()] = counts.get(node.name(), 0) + 1
            waiting.extend(pair[0] for pair in node.next_functions)
    return counts


# --- centred_sigmoid ---


@right("centred_sigmoid")
def half_a_tanh(x):
    return torch.tanh(x / 2)


@right("centred_sigmoid")
def sigmoid_out_of_place(x):
    y = x.sigmoid()
    y = y * 2
    return y - torch.ones_like(y)


@right("centred_sigmoid")
def sigmoid_copied_first(x):
    y = torch.sigmoid(x).clone()
    y *= 2
    y -= 1
    return y


@wrong(
    "centred_sigmoid",
    N_(
        "`backward` does not get from your result to `x`. Either the result was cut off from the graph, "
        "or something is still written into what the sigmoid returned, which the way back needs."
    ),
)
def sigmoid_detached(x):
    y = torch.sigmoid(x).detach()
    y *= 2
    y -= 1
    return y


@wrong(
    "centred_sigmoid",
    N_(
        "You still write into the result of the sigmoid. Its backward needs the numbers that were there: "
        "calculate new tensors from it."
    ),
)
def sigmoid_overwritten(x):
    y = torch.sigmoid(x)
    y *= 2
    y -= 1
    return y


@wrong(
    "centred_sigmoid",
    N_(
        "You wrote through `.data`, where autograd does not look. No error appears any more, "
        "and the gradient is calculated from the overwritten numbers: it is wrong."
    ),
)
def sigmoid_behind_its_back(x):
    y = torch.sigmoid(x)
    y.data *= 2
    y.data -= 1
    return y


@wrong("centred_sigmoid", N_("You left the sigmoid as it is, from 0 to 1. It is to go from -1 to 1."))
def plain_sigmoid(x):
    return torch.sigmoid(x)


@wrong("centred_sigmoid", N_("You multiplied `x` by 2. It is the result of the sigmoid that is to be doubled."))
def doubled_inside(x):
    return torch.sigmoid(2 * x) - 1


@wrong("centred_sigmoid", N_("You wrote the result into `x`, which is the caller's."))
def written_into_x(x):
    with torch.no_grad():
        x.copy_(2 * torch.sigmoid(x) - 1)
    return x


@wrong(
    "centred_sigmoid",
    N_(
        "You wrote the sigmoid with `exp(x)` above and below the line. For x = 100 that is inf divided by inf, which "
        "is nan. PyTorch has the sigmoid as a function that knows how to avoid it."
    ),
)
def quotient_of_exponentials(x):
    e = torch.exp(x)
    return 2 * e / (1 + e) - 1


@wrong(
    "centred_sigmoid",
    N_(
        "You wrote the sigmoid with `exp(-x)`. For x = -100 that is inf: the value is still right, and its gradient is "
        "nan. PyTorch has the sigmoid as a function that knows how to avoid it."
    ),
)
def reciprocal_of_an_exponential(x):
    return 2 / (1 + torch.exp(-x)) - 1


# --- sgd_by_hand ---


@right("sgd_by_hand")
def step_with_sub(params, lr):
    for p in params:
        if p.grad is None:
            continue
        with torch.no_grad():
            p.sub_(p.grad, alpha=lr)
        p.grad = None


@right("sgd_by_hand")
def step_with_data(params, lr):
    for p in params:
        if p.grad is not None:
            p.data -= lr * p.grad
            p.grad = None


@right("sgd_by_hand")
def step_with_copy(params, lr):
    for p in [param for param in params if param.grad is not None]:
        moved = p.detach() - lr * p.grad
        with torch.no_grad():
            p.copy_(moved)
        p.grad = None


@right("sgd_by_hand")
def step_by_the_optimizer(params, lr):
    opt = torch.optim.SGD(list(params), lr=lr)
    opt.step()
    opt.zero_grad()


@wrong(
    "sgd_by_hand",
    N_(
        "The tensors that you were given stay as they were. A new tensor, under an old name or at an old place, "
        "does not change the old one: write into the old ones, where nothing is recorded."
    ),
)
def new_tensors(params, lr):
    for p in params:
        if p.grad is not None:
            gradient, p.grad = p.grad, None
            p = p - lr * gradient


@wrong(
    "sgd_by_hand",
    N_(
        "The tensors that you were given neither moved nor lost their gradients. A new tensor, put into the list "
        "or under the name of the old one, changes nothing for whoever holds the old one, such as the model."
    ),
)
def replaced_in_the_list(params, lr):
    for n, p in enumerate(params):
        if p.grad is not None:
            params[n] = (p.detach() - lr * p.grad).requires_grad_()


@wrong(
    "sgd_by_hand",
    N_("You switched the recording of gradients off and never on again. Use something that puts it back by itself."),
)
def recording_left_off(params, lr):
    torch.set_grad_enabled(False)
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad
            p.grad = None


@wrong(
    "sgd_by_hand",
    N_("You wrote zeros into the gradients. They are to be `None` afterwards."),
)
def zeros_left(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad.zero_()


@wrong(
    "sgd_by_hand",
    N_("The old gradients are still there afterwards, and the next `backward` adds to them. What is missing?"),
)
def gradients_left(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad


@wrong(
    "sgd_by_hand",
    N_("You went uphill: the gradient points to where the loss grows, and you added it."),
)
def step_uphill(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p += lr * p.grad
                p.grad = None


@wrong(
    "sgd_by_hand",
    N_("You detached the parameters for good: afterwards they no longer need a gradient, and learn nothing more."),
)
def parameters_switched_off(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad
            p.grad = None


@wrong(
    "sgd_by_hand",
    N_("You forgot that a tensor which was not used in the loss has `None` in its `grad`. Look before you calculate."),
)
def none_not_expected(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad = None


@wrong("sgd_by_hand", N_("You stop at the first tensor without a gradient. Those after it may well have one."))
def stops_at_none(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                break
            p -= lr * p.grad
            p.grad = None


@wrong(
    "sgd_by_hand",
    N_("You returned something. The parameters change where they are, and the text says to return nothing."),
)
def parameters_returned(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad = None
    return params


# --- descend ---


@right("descend")
def descend_by_grad(f, start, lr, steps):
    point, values = start.detach().clone(), []
    for _ in range(steps):
        point.requires_grad_(True)
        value = f(point)
        (gradient,) = torch.autograd.grad(value, point)
        point = point.detach() - lr * gradient
        values.append(float(value))
    return point.detach(), values


@right("descend")
def descend_with_data(f, start, lr, steps):
    point = torch.empty_like(start, requires_grad=True)
    point.data.copy_(start.data)
    values = []
    while len(values) < steps:
        loss = f(point)
        loss.backward()
        values += [loss.detach().tolist()]
        point.data.sub_(lr * point.grad)
        point.grad.zero_()
    return point.data, values


def _descend(f, start, lr, steps, *, clear=True, sign=-1.0, before=True):
    point = start.detach().clone().requires_grad_()
    values = []
    for _ in range(steps):
        value = f(point)
        value.backward()
        with torch.no_grad():
            point += sign * lr * point.grad
            if not before:
                point.requires_grad_()
        if clear:
            point.grad = None
        values.append(value.item())
    if not before:
        values = [*values[1:], f(point.detach().requires_grad_()).item()] if steps else []
    return point.detach(), values


@wrong(
    "descend",
    N_("Your gradients add up from step to step, so each step carries all earlier ones along. What has to be cleared?"),
)
def never_cleared(f, start, lr, steps):
    return _descend(f, start, lr, steps, clear=False)


@wrong("descend", N_("You went uphill: the gradient points to where `f` grows."))
def descend_uphill(f, start, lr, steps):
    return _descend(f, start, lr, steps, sign=1.0)


@wrong("descend", N_("Your list holds the values after each step. The first one is to be the value at `start`."))
def values_after(f, start, lr, steps):
    return _descend(f, start, lr, steps, before=False)


@wrong("descend", N_("You took one step too many. Count how often the point moves."))
def one_step_more(f, start, lr, steps):
    point, values = _descend(f, start, lr, steps + 1)
    return point, values[:steps]


@wrong(
    "descend",
    N_(
        "Your updates are recorded: each point drags the whole history of the earlier ones behind it, "
        "and memory fills up. Let each point begin anew."
    ),
)
def history_dragged_along(f, start, lr, steps):
    point, values = start.detach().clone().requires_grad_(), []
    for _ in range(steps):
        value = f(point)
        (gradient,) = torch.autograd.grad(value, point, retain_graph=True)
        point = point - lr * gradient
        values.append(value.item())
    return point.detach(), values


@wrong(
    "descend",
    N_("You moved `start` itself. It belongs to the caller: go down from a copy."),
)
def start_moved(f, start, lr, steps):
    point, values = start.detach().requires_grad_(), []
    for _ in range(steps):
        value = f(point)
        value.backward()
        values.append(value.item())
        with torch.no_grad():
            point -= lr * point.grad
        point.grad = None
    return point.detach(), values


@wrong(
    "descend",
    N_(
        "With 0 steps the point that you return lies in the memory of `start`: whoever writes into one of them "
        "changes the other. Begin with a copy."
    ),
)
def no_copy_without_steps(f, start, lr, steps):
    point, values = start.detach(), []
    for _ in range(steps):
        point = point.detach().requires_grad_()
        value = f(point)
        value.backward()
        values.append(value.item())
        point = (point - lr * point.grad).detach()
    return point, values


@wrong(
    "descend",
    N_("Your list holds tensors, and each of them keeps its graph alive. Take the Python number out of it."),
)
def values_as_tensors(f, start, lr, steps):
    point, values = start.detach().clone().requires_grad_(), []
    for _ in range(steps):
        value = f(point)
        value.backward()
        values.append(value)
        with torch.no_grad():
            point -= lr * point.grad
        point.grad = None
    return point.detach(), values


@wrong("descend", N_("The point that you return still needs a gradient. What cuts a tensor off from the graph?"))
def point_needs_a_gradient(f, start, lr, steps):
    point, values = _descend(f, start, lr, steps)
    return point.requires_grad_(), values


@wrong("descend", N_("You never use `lr`: your steps have the full length of the gradient."))
def lr_not_used(f, start, lr, steps):
    return _descend(f, start, 1.0, steps)


@wrong("descend", N_("You left the steps to an optimizer of PyTorch. Make them yourself: two or three lines do it."))
def left_to_an_optimizer(f, start, lr, steps):
    point, values = start.detach().clone().requires_grad_(), []
    opt = torch.optim.SGD([point], lr=lr)
    for _ in range(steps):
        value = f(point)
        opt.zero_grad()
        value.backward()
        opt.step()
        values.append(value.item())
    return point.detach(), values


# --- curve_figure ---


@right("curve_figure")
def figure_by_pyplot(f, low, high, count):
    import matplotlib.pyplot as plt

    x = torch.linspace(low, high, count).requires_grad_()
    y = f(x)
    (slope,) = torch.autograd.grad(y, x, torch.ones_like(y))
    figure, axes = plt.subplots()
    for values, label in ((y, "function"), (slope, "derivative")):
        axes.plot(x.detach().numpy(), values.detach().numpy(), label=label)
    axes.set(xlabel="x", title="A function and its derivative")
    axes.legend(loc="best")
    axes.grid(True)
    plt.close(figure)
    return figure


@right("curve_figure")
def figure_with_a_legend_of_handles(f, low, high, count):
    from matplotlib.figure import Figure

    x = torch.linspace(low, high, count, requires_grad=True)
    y = f(x)
    y.backward(torch.ones(count))
    axes = Figure(figsize=(5, 3)).add_subplot()
    lines = axes.plot(x.tolist(), y.tolist(), "r-") + axes.plot(x.tolist(), x.grad.tolist(), "g--")
    for line, label in zip(lines, ["function", "derivative"], strict=True):
        line.set_label(label)
    axes.legend(handles=lines)
    axes.set_xlabel("x")
    return axes.figure


def _figure(f, low, high, count, *, labels=("function", "derivative"), legend=True, xlabel="x", order=1, slope=None):
    from matplotlib.figure import Figure

    x = torch.linspace(low, high, count, requires_grad=True)
    y = f(x)
    y.sum().backward()
    axes = Figure().subplots()
    curves = list(zip((y.detach(), x.grad if slope is None else slope(x.detach(), y.detach())), labels, strict=True))
    for values, label in curves[::order]:
        axes.plot(x.detach(), values, label=label)
    if legend:
        axes.legend()
    axes.set_xlabel(xlabel)
    return axes.figure


@wrong("curve_figure", N_("Your figure has no legend. The labels of the lines show only when one is asked for."))
def no_legend(f, low, high, count):
    return _figure(f, low, high, count, legend=False)


@wrong(
    "curve_figure",
    N_("You made the legend before the lines were drawn. It shows only what is there when it is made."),
)
def legend_before_the_lines(f, low, high, count):
    figure = _figure(f, low, high, count, legend=False)
    axes = figure.axes[0]
    lines = [(line.get_xdata(), line.get_ydata(), line.get_label()) for line in axes.lines]
    for line in list(axes.lines):
        line.remove()
    axes.legend()
    for across, up, label in lines:
        axes.plot(across, up, label=label)
    return figure


@wrong("curve_figure", N_("The axis below has no label. It is to say which number runs along it."))
def no_axis_label(f, low, high, count):
    return _figure(f, low, high, count, xlabel="")


@wrong("curve_figure", N_("You drew the derivative first. The function is to be the first line."))
def derivative_first(f, low, high, count):
    return _figure(f, low, high, count, order=-1)


@wrong("curve_figure", N_("You gave the labels to the wrong lines: check which one is the derivative."))
def labels_exchanged(f, low, high, count):
    return _figure(f, low, high, count, labels=("derivative", "function"))


@wrong(
    "curve_figure",
    N_("You took the mean before going backwards, so the derivative is drawn too small by the number of points."),
)
def drawn_by_the_mean(f, low, high, count):
    return _figure(f, low, high, count, slope=lambda x, y: _mean_slopes(f, x))


def _mean_slopes(f, x):
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(f(leaf).mean(), leaf)[0]


@wrong(
    "curve_figure",
    N_("You took the derivative from differences between neighbouring points. Autograd has the exact one."),
)
def drawn_by_differences(f, low, high, count):
    return _figure(f, low, high, count, slope=lambda x, y: torch.gradient(y, spacing=(x,))[0])


@wrong("curve_figure", N_("You left the upper end out. Both ends belong to the points."))
def end_left_out(f, low, high, count):
    return _figure(f, low, high - (high - low) / count, count)


@wrong("curve_figure", N_("You returned the axes. What is asked for is the whole figure."))
def axes_for_the_figure(f, low, high, count):
    return _figure(f, low, high, count).axes[0]


@wrong("curve_figure", N_("Only the function is drawn. The derivative is to be the second line."))
def function_only(f, low, high, count):
    figure = _figure(f, low, high, count)
    figure.axes[0].lines[1].remove()
    figure.axes[0].legend()
    return figure


# --- mutants that nobody can tell from the solution ---

equivalent(
    "error_table",
    "in place: return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs() -> "
    "return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs_()",
    "the difference is a new tensor that nobody else holds",
)
equivalent(
    "error_table",
    "operands swapped: return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, "
    "at)).abs() -> return (slope_at(f, at) - torch.tensor(approximations, dtype=torch.float64)).abs()",
    "a distance is the same from both ends",
)
equivalent(
    "value_and_gradient",
    "in place: return (value.detach(), point.grad) -> return (value.detach_(), point.grad)",
    "the value belongs to nobody else, and its graph has done its duty",
)
equivalent(
    "elementwise_slopes",
    "in place: return (total.detach(), points.grad) -> return (total.detach_(), points.grad)",
    "the sum belongs to nobody else, and its graph has done its duty",
)
equivalent(
    "one_sided_loss",
    "operands swapped: return ((prediction - target.detach()) ** 2).mean() -> return ((target.detach() - "
    "prediction) ** 2).mean()",
    "a square is the same for both signs",
)
equivalent(
    "graph_nodes",
    "statements swapped: seen = set() -> moved",
    "two empty containers, in any order",
)
equivalent(
    "graph_nodes",
    "statements swapped: name = type(node).__name__ -> moved",
    "reading a name changes nothing",
)
equivalent(
    "graph_nodes",
    "statements swapped: waiting.extend((parent for parent, _ in node.next_functions)) -> moved",
    "counting a node and looking behind it do not touch each other",
)
equivalent(
    "descend",
    "in place: return (point.detach(), values) -> return (point.detach_(), values)",
    "the point belongs to nobody else",
)
equivalent(
    "descend",
    "statements swapped: values.append(value.item()) -> moved",
    "backward does not change the value",
)
equivalent(
    "descend",
    "statements swapped: values.append(value.item()) -> moved #2",
    "the value was calculated before the point moved",
)
equivalent(
    "error_table",
    "dtype= dropped: return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs() "
    "-> return (torch.tensor(approximations) - slope_at(f, at)).abs()",
    "the approximations are float64 tensors, and torch.tensor keeps what they are",
)
equivalent(
    "error_table",
    "view for copy: at = torch.tensor(x, dtype=torch.float64) -> at = torch.as_tensor(x, dtype=torch.float64)",
    "as_tensor copies a Python number",
)
equivalent(
    "error_table",
    "view for copy: return (torch.tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs() "
    "-> return (torch.as_tensor(approximations, dtype=torch.float64) - slope_at(f, at)).abs()",
    "as_tensor copies lists",
)
equivalent(
    "curve_figure",
    "statements swapped: axes.set_xlabel('x') -> moved",
    "a label stands where it stands, whenever it is set",
)
equivalent(
    "curve_figure",
    "statements swapped: axes.legend() -> moved",
    "the legend does not look at the axis below",
)
equivalent(
    "curve_figure",
    "statements swapped: figure = Figure() -> moved",
    "an empty figure, made before the slopes or after",
)
equivalent(
    "elementwise_slopes",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "gradient_per_batch",
    "gradient of an argument cleared",
    "the text leaves open what `w.grad` holds at the end",
)
equivalent(
    "hidden_gradients",
    "gradient of an argument cleared",
    "the text leaves open what the gradients hold at the end",
)
equivalent(
    "slope_at",
    "argument written to",
    "`x` holds the same numbers before and after",
)
equivalent(
    "numerical_gradient",
    "argument written to",
    "`x` holds the same numbers before and after",
)
equivalent(
    "elementwise_slopes",
    "argument written to",
    "`x` holds the same numbers before and after",
)
equivalent(
    "layer_backward",
    "argument written to",
    "the values of the arguments do not change, as the text asks",
)
equivalent(
    "gradient_per_batch",
    "argument written to",
    "the values of `w` do not change, as the text asks",
)
equivalent(
    "hidden_gradients",
    "argument written to",
    "the values of the arguments do not change, as the text asks",
)
equivalent(
    "sgd_by_hand",
    "argument written to",
    "the text asks for tensors that are written to",
)
equivalent(
    "descend",
    "argument written to",
    "`start` holds the same numbers before and after",
)
equivalent(
    "slope_at",
    "result squeezed",
    "the derivative has no axes that could be squeezed",
)
equivalent(
    "value_and_gradient",
    "result squeezed",
    "the value has no axes, and the gradient has one of three numbers",
)
equivalent(
    "one_sided_loss",
    "result squeezed",
    "the loss has no axes that could be squeezed",
)
equivalent(
    "numerical_gradient",
    "result detached",
    "the text has no point that needs a gradient",
)
equivalent(
    "numerical_gradient",
    "computed without gradients",
    "the text has no point that needs a gradient",
)
equivalent(
    "elementwise_slopes",
    "result detached",
    "the text says that the results do not need a gradient",
)
equivalent(
    "sgd_by_hand",
    "gradient of an argument cleared",
    "the text asks for gradients that are None afterwards",
)
equivalent(
    "sgd_by_hand",
    "argument made to want a gradient",
    "the text says that the tensors need a gradient already",
)
