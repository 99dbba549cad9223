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


class Seen(set):
    """What a model has seen, in one set for it and its copies: an answer may work with a copy of the model."""

    def __deepcopy__(self, memo):
        return self


class HigherInTraining(nn.Module):
    """A line that predicts 10 more while it is in training mode: as with dropout, the mode makes a difference."""

    def __init__(self, weight=1.0, bias=0.0):
        super().__init__()
        self.line = straight_line(weight, bias)
        self.seen = Seen()

    def forward(self, x):
        self.seen.add((self.training, torch.is_grad_enabled()))
        return self.line(x) + 10 if self.training else self.line(x)


def relative_error(prediction, target):
    return ((prediction - target) / target).abs().mean()


def texts_of_legend(figure, axes):
    """The texts of the axes' legend, or of the whole figure's; None without any."""
    legend = axes.get_legend() or next(iter(figure.legends), None)
    return None if legend is None else {one.get_text() for one in legend.get_texts()}


def drawn(figure):
    """What it is and what it shows, as data; what is no figure is handed on."""
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return type(figure).__name__, figure
    return "Figure", [
        {
            "labels of the axes": (axes.get_xlabel(), axes.get_ylabel()),
            "texts in the legend": texts_of_legend(figure, axes),
            "points by their label": {
                str(one.get_label()): sorted(one.get_offsets().tolist()) for one in axes.collections
            },
            "lines by their label": {
                str(one.get_label()): [list(map(float, part)) for part in one.get_data()] for one in axes.lines
            },
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
        return {
            "first model": dict(module.LinearRegression().state_dict()),
            "second model": dict(module.LinearRegression().state_dict()),
        }

    agree.scenario(with_seed_42)


def test_linear_regression_predicts_here(agree):
    def predict(module):
        torch.manual_seed(42)
        model = module.LinearRegression()
        x = X.clone().requires_grad_()
        (model(x) - Y).square().mean().backward()
        return {
            "gradients of the model": {name: weights.grad for name, weights in model.named_parameters()},
            "of a column": model(X),
            "of a vector": model(X[:, 0]),
        }

    agree.scenario(predict)


TABLE = torch.tensor([[1.0, 10.0], [3.0, 50.0], [8.0, 0.0]])


def test_column_scaler_of_two_columns(agree):
    agree.scenario(lambda module: module.ColumnScaler(TABLE)(torch.cat([TABLE, TABLE + 1])))
    agree.scenario(lambda module: module.ColumnScaler(TABLE)(TABLE.clone().requires_grad_()))


def test_column_scaler_is_saved_and_not_trained_here(agree):
    def parts(module):
        scaler = module.ColumnScaler(TABLE)
        return {
            "what is saved": dict(scaler.state_dict()),
            "names of the parameters": [name for name, _ in scaler.named_parameters()],
        }

    agree.scenario(parts)


def test_column_scaler_of_doubles_on_this_device(agree, device):
    def moved(module, place):
        return {
            "scaled in float64": module.ColumnScaler(TABLE).double()(TABLE.double() + 1),
            "mean after the move": module.ColumnScaler(TABLE).to(place).mean,
        }

    agree.using(rtol=1e-5, atol=1e-6).scenario(moved, device)
    agree.scenario(lambda module: module.ColumnScaler(TABLE.double()).deviation)


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


SCORES = torch.tensor([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0], [0.25, 0.5, 3.0]])


def test_loss_of_labels_of_int64(agree):
    agree("loss_of_labels", SCORES, torch.tensor([0, 2, 2]))


def test_loss_of_labels_that_are_floats_or_a_column(agree):
    agree("loss_of_labels", SCORES, torch.tensor([1.0, 0.0, 2.0]))
    agree("loss_of_labels", SCORES.double(), torch.tensor([[1], [0], [2]], dtype=torch.int32))


def test_loss_of_labels_of_a_single_row(agree):
    agree("loss_of_labels", SCORES[1:2].clone().requires_grad_(), torch.tensor([[2.0]]))


def test_loss_of_labels_of_large_scores(agree):
    agree("loss_of_labels", 500 * SCORES, torch.tensor([1, 0, 2]))


def test_loss_of_labels_of_many_classes(agree):
    agree("loss_of_labels", torch.arange(900.0).reshape(2, 450) % 7, torch.tensor([[437.0], [31.0]]))


def test_one_training_step_changes_the_model(agree):
    def step(module):
        model = straight_line(1.0, 0.0)
        loss = module.one_training_step(model, X, Y, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.1))
        return {"what you returned": loss, "model afterwards": model}

    agree.scenario(step)


def test_one_training_step_twice(agree):
    def steps(module):
        model = straight_line(1.0, 0.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        losses = [module.one_training_step(model, X, Y, nn.MSELoss(), optimizer) for _ in range(2)]
        return {"what you returned": losses, "model afterwards": model}

    def after_a_test(module):
        model = HigherInTraining().eval()
        (20 * model(X)).mean().backward()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        losses = [module.one_training_step(model, X, Y, relative_error, optimizer) for _ in range(2)]
        return {"what you returned": losses, "model afterwards": model}

    agree.scenario(steps)
    agree.scenario(after_a_test)


def test_has_a_gradient_after_the_first_call(agree):
    agree("has_a_gradient", "a")


def test_has_a_gradient_after_a_turn_of_the_loop(agree):
    agree("has_a_gradient", "b")


def test_trained_line_after_two_epochs(agree):
    agree.using(rtol=1e-4, atol=1e-4)("trained_line", torch.tensor([[-1.0], [0.0], [1.0]]), X[1:], epochs=2, lr=0.1)
    agree.using(rtol=1e-5, atol=1e-6)("trained_line", X, Y, epochs=2, lr=0.00213)


def test_trained_line_settles_here(agree):
    agree.using(rtol=1e-3, atol=1e-3)("trained_line", X, 2 * X + 1, epochs=30, lr=0.05)


def test_after_a_hundred_steps_of_a_small_rate(agree):
    agree("after_a_hundred_steps", "b")


def test_after_a_hundred_steps_of_a_tiny_rate(agree):
    agree("after_a_hundred_steps", "a")


def test_held_out_loss_in_evaluation_mode_here(agree):
    def loss(module):
        model = HigherInTraining(2.0, 0.5)
        return {
            "what you returned": module.held_out_loss(model, X, Y, relative_error),
            "gradients switched on": sorted(model.seen),
        }

    agree.scenario(lambda module: module.held_out_loss(HigherInTraining(), X, Y, nn.L1Loss()))
    agree.scenario(loss)


def test_held_out_loss_leaves_mode_and_gradients_alone(agree):
    def afterwards(module, training):
        model = HigherInTraining().train(training)
        model(X).mean().backward()
        module.held_out_loss(model, X, Y, nn.L1Loss())
        return {
            "in training mode": model.training,
            "gradients of the model": [parameter.grad for parameter in model.parameters()],
        }

    agree.scenario(afterwards, True)
    agree.scenario(afterwards, False)


def test_fit_line_in_three_epochs(agree):
    def fit(module):
        model = straight_line(0.5, 0.0)
        return {
            "what you returned": module.fit_line(model, X, X + 0.5, Y, Y + 2, epochs=3, lr=0.1, every=1),
            "numbers of the model": model.state_dict(),
        }

    def fit_in_two_modes(module):
        model = HigherInTraining(0.25, 1.0)
        history = module.fit_line(model, X, X + 0.5, Y, Y + 2, epochs=3, lr=0.02, every=1)
        return {
            "what you returned": history,
            "numbers of the model": model.state_dict(),
            "gradients switched on": sorted(model.seen),
        }

    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit)
    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit_in_two_modes)


def test_fit_line_notes_down_every_second_epoch(agree):
    def fit(module):
        return module.fit_line(straight_line(0.5, 0.0), X, X + 0.5, Y, Y + 2, epochs=5, lr=0.05, every=2)

    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(fit)


def test_logged_losses_are_numbers_here(agree):
    def log(module):
        model = straight_line(1.0, 0.0)
        model(X).mean().backward()
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
        return {
            "what you returned": module.line_predictions(model, X),
            "in training mode": model.training,
            "gradients switched on": sorted(model.seen),
        }

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
        return {"what you returned": loss, "model afterwards": model}

    def after_a_test(module):
        model = HigherInTraining().eval()
        loader = DataLoader(TensorDataset(X, Y), batch_size=2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        return {
            "what you returned": module.epoch_in_batches(model, loader, relative_error, optimizer),
            "model afterwards": model,
        }

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


def test_updates_and_rows_of_ten_rows(agree):
    agree("updates_and_rows", 10, 4, 2, drop_last=False)
    agree("updates_and_rows", 10, 4, 2, drop_last=True)


def test_updates_and_rows_of_whole_batches(agree):
    agree("updates_and_rows", 8, 4, 3, drop_last=False)
    agree("updates_and_rows", 1_000_000_000, 1000, 1000, drop_last=True)


SIGNAL = torch.tensor([2.0, 7.0, 1.0, 8.0, 2.5, 8.5, 1.5])


def first_items(data, most):
    """What a `for` loop hands out; the loop is broken off after so many, in case it has no end."""
    found = []
    for item in data:
        found.append(item)
        if len(found) == most:
            break
    return found


def test_signal_windows_in_a_for_loop(agree):
    def loop(module):
        windows = module.SignalWindows(SIGNAL, 3)
        return {"length of the data set": len(windows), "a loop": first_items(windows, 10)}

    agree.scenario(loop)


def test_signal_windows_past_the_end(agree):
    def asked(module, index):
        return module.SignalWindows(SIGNAL, 3)[index]

    agree.scenario(asked, 2)
    agree.scenario(asked, 10)


def test_signal_windows_with_a_transform(agree):
    def in_place(module):
        signal = SIGNAL.clone()
        windows = module.SignalWindows(signal, 3, lambda window: window.add_(100)[:2])
        return {
            "first window": windows[0],
            "second window": windows[1],
            "first window again": windows[0],
            "`signal` afterwards": signal,
        }

    def counted(module):
        seen = []
        windows = module.SignalWindows(SIGNAL, 2, lambda window: seen.append(window.tolist()) or window + len(seen))
        return {"third window": windows[2], "third window again": windows[2], "calls of the transform": seen}

    agree.scenario(in_place)
    agree.scenario(counted)


def test_signal_windows_have_memory_of_their_own(agree):
    def written(module):
        signal = SIGNAL.clone()
        module.SignalWindows(signal, 3)[0].zero_()
        return signal

    agree.scenario(written)


CLASSES = torch.tensor([0] * 80 + [1] * 16 + [2] * 4)


def drawn_passes(module, seed):
    """Two passes over a loader of 100 rows, each as one pair; a row is its own number."""
    loader = module.balanced_batches(torch.arange(100.0)[:, None], CLASSES, 15, seed)
    passes = [[list(batch) for batch in loader] or [[torch.ones(0, 1), CLASSES[:0]]] for _ in range(2)]
    return [[torch.cat([batch[place] for batch in batches]) for place in (0, 1)] for batches in passes]


@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_draw_rare_classes(agree):
    rows, labels = (torch.cat(part) for part in zip(*agree.evidence(drawn_passes, 2), strict=True))
    agree.that(len(rows) == 180, "In a pass over 100 rows there are six batches of 15, and the rest is left out.")
    agree.that(torch.equal(CLASSES[rows[:, 0].long()], labels), "Each row of `X` must keep its own label.")
    shares = labels.bincount(minlength=3) / len(labels)
    agree.that(bool(((shares - 1 / 3).abs() < 0.17).all()), "Each class must be drawn about as often as every other.")
    common = int((rows[:, 0].unique() < 80).sum())
    agree.that(common > 20, "Each row of a class must have the same chance.")


@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_are_full_here(agree):
    def sizes(module):
        loader = module.balanced_batches(torch.arange(100.0)[:, None], CLASSES, 15, 0)
        return {"sizes of the batches": [len(labels) for _, labels in loader]}

    agree.scenario(sizes)


@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_again_with_the_same_seed(agree):
    first, again, other = agree.evidence(lambda module: [drawn_passes(module, seed) for seed in (1, 1, 2)])
    agree.that(torch.equal(first[0][0], again[0][0]), "The same seed must draw the same rows.")
    agree.that(torch.equal(first[1][0], again[1][0]), "The same seed must draw the same rows.")
    agree.that(not torch.equal(first[0][0], first[1][0]), "Each pass must draw anew.")
    agree.that(not torch.equal(first[0][0], other[0][0]), "Another seed must draw other rows.")


@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_leave_the_seed_alone(agree):
    def seed_afterwards(module):
        torch.manual_seed(5)
        list(module.balanced_batches(torch.arange(100.0)[:, None], CLASSES, 15, 3))
        return torch.initial_seed()

    agree.scenario(seed_afterwards)


def drawn_by_workers(module, base):
    """The first numbers of two generators in each of three processes, one row for each."""
    rows = []
    for worker_id in range(3):
        torch.manual_seed(base + worker_id)
        generators = [torch.Generator().manual_seed(1) for _ in range(2)]
        module.start_worker(worker_id, generators)
        rows += [torch.rand(4, generator=generator) for generator in generators]
    return torch.stack(rows)


@pytest.mark.exercise("start_worker")
def test_start_worker_gives_each_generator_its_own_numbers(agree):
    rows = agree.evidence(drawn_by_workers, 20)
    agree.that(len(rows.unique(dim=0)) == 6, "Two generators draw the same numbers, within one process or in two.")


@pytest.mark.exercise("start_worker")
def test_start_worker_in_another_pass(agree):
    one, again, other = agree.evidence(lambda module: [drawn_by_workers(module, base) for base in (20, 20, 5000)])
    agree.that(torch.equal(one, again), "The same `torch.initial_seed()` must give the same numbers.")
    agree.that(not (one == other).all(dim=1).any(), "Another `torch.initial_seed()` must give other numbers.")


@pytest.mark.exercise("start_worker")
def test_start_worker_with_large_seeds(agree):
    rows = agree.evidence(drawn_by_workers, 2**63 - 4)
    agree.that(len(rows.unique(dim=0)) == 6, "Two generators draw the same numbers, within one process or in two.")


@pytest.mark.exercise("start_worker")
def test_start_worker_leaves_the_shared_generator(agree):
    def drawn_afterwards(module):
        torch.manual_seed(6)
        module.start_worker(0, [torch.Generator()])
        numbers = torch.rand(2)
        return {"seed of the shared generator": torch.initial_seed(), "next numbers of the shared generator": numbers}

    agree.scenario(drawn_afterwards)


def on_schedule(module, epochs, momentum=0.0):
    model = HigherInTraining(0.5, 0.0).eval()
    (20 * model(X)).mean().backward()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=momentum)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.25)
    loader = DataLoader(TensorDataset(X, Y), batch_size=3)
    rates = module.train_on_schedule(model, loader, relative_error, optimizer, scheduler, epochs)
    return {
        "rates that you returned": rates,
        "model afterwards": model,
        "rate afterwards": optimizer.param_groups[0]["lr"],
        "steps of the scheduler": scheduler.last_epoch,
    }


@pytest.mark.exercise("train_on_schedule")
def test_train_on_schedule_for_three_epochs(agree):
    agree.using(rtol=1e-4, atol=1e-4).scenario(on_schedule, 3)


@pytest.mark.exercise("train_on_schedule")
def test_train_on_schedule_for_two_epochs(agree):
    agree.using(rtol=1e-4, atol=1e-4).scenario(on_schedule, 2, 0.5)
    agree.scenario(lambda module: on_schedule(module, 0)["rates that you returned"])


class TwoParts(nn.Module):
    """A body with a dropout, whose batch norm counts while it is in training mode, and a head that notices the mode."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2), nn.Dropout(0.5))
        self.head = nn.Sequential(nn.Linear(2, 1), HigherInTraining(0.5, 1.0))
        with torch.no_grad():
            for place, parameter in enumerate(self.parameters()):
                parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape) / 8 + place / 4)

    def forward(self, x):
        return self.head(self.body(x))


def modes_of(part):
    return [each.training for each in part.modules()]


def test_freeze_body_sets_modes_and_gradients(agree):
    def frozen(module, training):
        model = TwoParts().train(training)
        module.freeze_body(model, 0.1)
        wanted = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
        return {
            "what needs a gradient": wanted,
            "modes of the body": modes_of(model.body),
            "modes of the head": modes_of(model.head),
            "numbers of the model": model.state_dict(),
        }

    agree.using(mode="ignore").scenario(frozen, True)
    agree.using(mode="ignore").scenario(frozen, False)


def test_freeze_body_makes_an_optimizer_for_the_head(agree):
    def made(module):
        return module.freeze_body(TwoParts(), 0.25)

    agree.using(mode="ignore").scenario(made)


def head_trained(module, training, momentum=0.0):
    model = TwoParts().train(training)
    model.body.requires_grad_(False)
    (20 * model.head(torch.ones(1, 2))).mean().backward()
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.02, momentum=momentum)
    losses = module.train_head(model, X, Y, relative_error, optimizer, epochs=2)
    return {
        "losses that you returned": losses,
        "modes of the body": modes_of(model.body),
        "modes of the head": modes_of(model.head),
        "numbers of the model": model.state_dict(),
    }


@pytest.mark.exercise("train_head")
def test_train_head_of_a_model_in_training_mode(agree):
    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(head_trained, True, 0.5)


@pytest.mark.exercise("train_head")
def test_train_head_of_a_model_in_evaluation_mode(agree):
    agree.using(rtol=1e-4, atol=1e-4, mode="ignore").scenario(head_trained, False)
