"""Tests for `training_loop.py` that you can read and run: `pytest exercises/test_training_loop.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module. `student.name(...)` gives what yours returned and `agree.that` says what must be true of
it. A test with `device` also runs on a GPU, or on a simulated one, if you add `--device=all`.
"""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

X = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
Y = torch.tensor([[1.5], [3.0], [5.5], [7.0]])


def straight_line(weight, bias):
    """A model of a line that begins with these two numbers."""
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(weight)
        model.bias.fill_(bias)
    return model


class HigherInTraining(nn.Module):
    """A line that predicts 10 more while it is in training mode: as with dropout, the mode makes a difference."""

    def __init__(self, weight=1.0, bias=0.0):
        super().__init__()
        self.line = straight_line(weight, bias)
        self.seen = set()

    def forward(self, x):
        self.seen.add((self.training, torch.is_grad_enabled()))
        return self.line(x) + 10 if self.training else self.line(x)


def relative_error(prediction, target):
    return ((prediction - target) / target).abs().mean()


def drawn(figure):
    """What it is and what it shows, as data; what is no figure is handed on."""
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return type(figure).__name__, figure
    return "Figure", [
        {
            "labels": (axes.get_xlabel(), axes.get_ylabel()),
            "legend": None if axes.get_legend() is None else {one.get_text() for one in axes.get_legend().get_texts()},
            "points": {str(one.get_label()): sorted(one.get_offsets().tolist()) for one in axes.collections},
            "lines": {str(one.get_label()): [list(map(float, part)) for part in one.get_data()] for one in axes.lines},
        }
        for axes in figure.axes
    ]


def test_line_data_of_the_notes(agree):
    agree("line_data", 0.8, 0.2)


def test_line_data_of_a_line_that_falls(agree):
    agree("line_data", weight=-1.5, bias=2.0)


def test_shuffled_split_into_28_and_12(student, agree):
    parts = student.shuffled_split(X.repeat(10, 1), Y.repeat(10, 1))
    agree.that(
        isinstance(parts, list | tuple) and len(parts) == 4,
        "Your function must return four tensors: `X_train, X_test, y_train, y_test`.",
    )
    agree.that(
        all(isinstance(part, torch.Tensor) for part in parts),
        "Your function must return four tensors: `X_train, X_test, y_train, y_test`.",
    )
    sizes = [len(part) for part in parts]
    agree.that(
        sizes not in ([28, 28, 12, 12], [12, 12, 28, 28]),
        "The four tensors come in the order `X_train, X_test, y_train, y_test`.",
    )
    agree.that(sizes == [28, 12, 28, 12], "Of 40 rows 28 are to learn from and 12 to test on.")
    agree.using(atol=1e9)("shuffled_split", X.repeat(4, 1), Y.repeat(4, 1), test_share=0.3)


def test_shuffled_split_keeps_every_row_and_its_y(student, agree):
    numbers = torch.arange(20.0).reshape(20, 1)
    parts = student.shuffled_split(numbers, numbers + 100, test_share=0.25, seed=7)
    agree.that(
        isinstance(parts, list | tuple) and len(parts) == 4,
        "Your function must return four tensors: `X_train, X_test, y_train, y_test`.",
    )
    agree.that(
        all(isinstance(part, torch.Tensor) for part in parts),
        "Your function must return four tensors: `X_train, X_test, y_train, y_test`.",
    )
    train, test, y_train, y_test = parts
    in_order = bool((torch.cat([train, test]) < 100).all() and (torch.cat([y_train, y_test]) >= 100).all())
    agree.that(in_order, "The four tensors come in the order `X_train, X_test, y_train, y_test`.")
    together = sorted(torch.cat([train, test]).flatten().tolist())
    agree.that(together == numbers.flatten().tolist(), "Each row must be in one of the two parts, once.")
    pairs_kept = torch.equal(train + 100, y_train) and torch.equal(test + 100, y_test)
    agree.that(pairs_kept, "Each row of `X` must keep the row of `y` that belongs to it.")


def test_shuffled_split_is_drawn_with_the_seed(student, agree):
    numbers = torch.arange(50.0).reshape(50, 1)
    found = [student.shuffled_split(numbers, numbers, seed=seed) for seed in (3, 4, 3)]
    for parts in found:
        agree.that(
            isinstance(parts, list | tuple) and len(parts) == 4 and all(torch.is_tensor(part) for part in parts),
            "Your function must return four tensors: `X_train, X_test, y_train, y_test`.",
        )
    first, other, again = found
    shuffled = not torch.equal(first[0], numbers[: len(first[0])])
    agree.that(shuffled, "The rows to learn from must stand in an order drawn at random.")
    same = all(torch.equal(left, right) for left, right in zip(first, again, strict=True))
    agree.that(same, "The same seed must give the same split, whatever was drawn before.")
    agree.that(not torch.equal(first[0], other[0]), "Another seed must give another split.")

    def drawn_afterwards(module):
        torch.manual_seed(8)
        module.shuffled_split(X, Y, seed=3)
        return torch.rand(2)

    agree.scenario(drawn_afterwards)


def test_linear_regression_draws_its_parameters(agree):
    def with_seed_42(module):
        torch.manual_seed(42)
        return [dict(module.LinearRegression().state_dict()) for _ in range(2)]

    agree.scenario(with_seed_42)


def test_linear_regression_predicts_here(agree):
    def predict(module):
        torch.manual_seed(42)
        model = module.LinearRegression()
        return model(X), model(X[:, 0])

    agree.scenario(predict)


def test_l1_and_mse_of_three(agree):
    agree("l1_and_mse", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 4.0, 2.0]))


def test_l1_and_mse_refuse_other_shapes(agree):
    agree("l1_and_mse", torch.tensor([1.0, 2.0]), torch.tensor([[1.0], [2.0]]))


def test_loss_in_the_notes_is_one_of_the_letters(student, agree):
    letter = student.loss_in_the_notes()
    agree.that(letter in ("a", "b", "c", "d"), 'Return one of the letters: "a", "b", "c" or "d".')


def test_loss_in_the_notes_is_text(student, agree):
    letter = student.loss_in_the_notes()
    agree.that(isinstance(letter, str) and len(letter) == 1, 'Return one of the letters: "a", "b", "c" or "d".')


def test_one_training_step_changes_the_model(agree):
    def step(module):
        model = straight_line(1.0, 0.0)
        loss = module.one_training_step(model, X, Y, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.1))
        return loss, model

    agree.scenario(step)


def test_one_training_step_twice(agree):
    def steps(module):
        model = straight_line(1.0, 0.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        losses = [module.one_training_step(model, X, Y, nn.MSELoss(), optimizer) for _ in range(2)]
        return losses, model

    def after_a_test(module):
        model = HigherInTraining().eval()
        (20 * model(X)).mean().backward()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        losses = [module.one_training_step(model, X, Y, relative_error, optimizer) for _ in range(2)]
        return losses, model

    agree.scenario(steps)
    agree.scenario(after_a_test)


def test_trained_line_after_two_epochs(agree):
    agree.using(rtol=1e-4, atol=1e-4)("trained_line", torch.tensor([[-1.0], [0.0], [1.0]]), X[1:], epochs=2, lr=0.1)
    agree.using(rtol=1e-5, atol=1e-6)("trained_line", X, Y, epochs=2, lr=0.00213)


def test_trained_line_settles_here(agree):
    agree.using(rtol=1e-3, atol=1e-3)("trained_line", X, 2 * X + 1, epochs=30, lr=0.05)


def test_held_out_loss_in_evaluation_mode_here(agree):
    def loss(module):
        model = HigherInTraining(2.0, 0.5)
        return module.held_out_loss(model, X, Y, relative_error), sorted(model.seen)

    agree.scenario(lambda module: module.held_out_loss(HigherInTraining(), X, Y, nn.L1Loss()))
    agree.scenario(loss)


def test_held_out_loss_leaves_mode_and_gradients_alone(agree):
    def afterwards(module, training):
        model = HigherInTraining().train(training)
        model(X).mean().backward()
        module.held_out_loss(model, X, Y, nn.L1Loss())
        return model.training, [parameter.grad for parameter in model.parameters()]

    agree.scenario(afterwards, True)
    agree.scenario(afterwards, False)


def test_fit_line_in_three_epochs(agree):
    def fit(module):
        model = straight_line(0.5, 0.0)
        return module.fit_line(model, X, X + 0.5, Y, Y + 2, epochs=3, lr=0.1, every=1), model.state_dict()

    def fit_in_two_modes(module):
        model = HigherInTraining(0.25, 1.0)
        history = module.fit_line(model, X, X + 0.5, Y, Y + 2, epochs=3, lr=0.02, every=1)
        return history, model.state_dict(), sorted(model.seen)

    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit)
    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit_in_two_modes)


def test_fit_line_notes_down_every_second_epoch(agree):
    def fit(module):
        return module.fit_line(straight_line(0.5, 0.0), X, X + 0.5, Y, Y + 2, epochs=5, lr=0.05, every=2)

    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit)


def test_logged_losses_are_numbers_here(agree):
    def log(module):
        model = straight_line(1.0, 0.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        return module.logged_losses(model, X, Y, nn.MSELoss(), optimizer, epochs=3)

    agree.using(numbers="strict").scenario(log)


def test_logged_losses_without_epochs(agree):
    def log(module):
        model = straight_line(1.0, 0.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        return module.logged_losses(model, X, Y, nn.MSELoss(), optimizer, epochs=0)

    agree.scenario(log)


def test_line_predictions_of_a_line(agree):
    agree.scenario(lambda module: module.line_predictions(straight_line(2.0, -1.0), X))


def test_line_predictions_in_evaluation_mode_here(agree):
    def predict(module, training):
        model = HigherInTraining(2.0, 1.0).train(training)
        return module.line_predictions(model, X), model.training, sorted(model.seen)

    agree.scenario(predict, True)
    agree.scenario(predict, False)


def test_points_figure_without_predictions(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(lambda module: drawn(module.points_figure(X, Y, X + 4, Y + 8)))


def test_points_figure_with_predictions(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(lambda module: drawn(module.points_figure(X, Y, X + 4, Y + 8, predicted=Y + 9)))
    agree.scenario(lambda module: drawn(module.points_figure(X, Y, X + 4, Y + 8, straight_line(2.5, -1.0)(X + 4))))


HISTORY = {"epoch": [0, 10, 20], "train": [0.5, 0.25, 0.125], "test": [0.75, 0.5, 0.375]}


def test_loss_figure_has_two_lines(agree):
    pytest.importorskip("matplotlib.figure")
    two = {name: values[:2] for name, values in HISTORY.items()}
    agree.scenario(lambda module: drawn(module.loss_figure(two)))


def test_loss_figure_says_what_is_what(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(lambda module: drawn(module.loss_figure(HISTORY)))


def test_fit_anywhere_a_model_in_float64(agree):
    agree.using(rtol=1e-4, atol=1e-4).scenario(
        lambda module: module.fit_anywhere(straight_line(0.5, 0.0).double(), X, Y, epochs=3, lr=0.1)
    )


def test_fit_anywhere_on_this_device(agree, device):
    def fit(module, place):
        return module.fit_anywhere(straight_line(0.5, 0.0).to(place), X, Y, epochs=2, lr=0.1)

    agree.using(rtol=1e-4, atol=1e-4).scenario(fit, device)


def test_line_batches_in_order_here(agree):
    agree("line_batches", X, Y, 2)


def test_line_batches_with_a_smaller_last_one(agree):
    agree("line_batches", X, Y, 3)


def test_line_batches_shuffled_anew_each_time(agree):
    def loops(module):
        numbers = torch.arange(60.0).reshape(60, 1)
        loader = module.line_batches(numbers, 2 * numbers, 7, shuffle=True)
        loops = [list(loader) for _ in range(2)]
        return [[torch.cat([batch[place] for batch in loop]) for place in (0, 1)] for loop in loops]

    (inputs, targets), (again, _) = agree.evidence(loops)
    agree.that(torch.equal(2 * inputs, targets), "Each row of `X` must keep its own row of `y`.")
    in_order = torch.arange(60.0).reshape(60, 1)
    agree.that(torch.equal(inputs.sort(dim=0).values, in_order), "A shuffled loader must hand out each row once.")
    agree.that(not torch.equal(inputs, in_order), "With `shuffle=True` the order must be drawn at random.")
    agree.that(not torch.equal(inputs, again), "Each loop over the loader must draw a new order.")


def test_epoch_in_batches_of_the_same_size(agree):
    def train(module):
        model = straight_line(1.0, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_size=2)
        loss = module.epoch_in_batches(model, loader, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.02))
        return loss, model

    def after_a_test(module):
        model = HigherInTraining().eval()
        loader = DataLoader(TensorDataset(X, Y), batch_size=2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        return module.epoch_in_batches(model, loader, relative_error, optimizer), model

    agree.scenario(train)
    agree.scenario(after_a_test)


def test_epoch_in_batches_with_a_smaller_last_one(agree):
    def train(module):
        model = straight_line(1.0, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_size=3)
        return module.epoch_in_batches(model, loader, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.0))

    def train_without_the_last(module):
        model = straight_line(1.0, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_size=3, drop_last=True)
        return module.epoch_in_batches(model, loader, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.01))

    agree.scenario(train)
    agree.scenario(train_without_the_last)
