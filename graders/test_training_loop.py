"""Hidden tests for `training_loop`: each check is aimed at a misconception, named in the comment above it.

What trains is graded on what it does: which losses come out, and what the model holds afterwards. No test looks at how
a step is spelled, or in which order its moves stand, as long as they lead to the same place.
"""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .common import kept

# Ten rows whose line nobody hits exactly: no error comes so close to 0 that rounding could turn its sign.
X = torch.tensor([[0.0], [0.5], [1.0], [1.5], [2.0], [2.5], [3.0], [3.5], [4.0], [4.5]])
Y = torch.tensor([[1.3], [1.1], [2.9], [3.3], [5.7], [5.2], [7.4], [7.1], [9.8], [9.9]])

# After many steps in single precision two right answers differ by more than after one.
TRAINED = {"rtol": 1e-4, "atol": 1e-5}

# With this tolerance any numbers agree: shape, dtype and arguments are what counts.
ANY_NUMBERS = 1e9


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

    def forward(self, x):
        return self.line(x) + 10 if self.training else self.line(x)


class Watching(nn.Module):
    """A line that remembers whether gradients were switched on when it was used."""

    def __init__(self, weight=1.0, bias=0.0):
        super().__init__()
        self.line = straight_line(weight, bias)
        self.seen = set()

    def forward(self, x):
        self.seen.add(torch.is_grad_enabled())
        return self.line(x)


class Curve(nn.Module):
    """Two parameters of other shapes than a line's: nobody gets far who counts on a weight and a bias."""

    def __init__(self):
        super().__init__()
        self.scales = nn.Parameter(torch.tensor([[0.5, -0.25]]))
        self.shift = nn.Parameter(torch.tensor(0.125))

    def forward(self, x):
        return (torch.cat([x, x * x / 8], dim=1) * self.scales).sum(dim=1, keepdim=True) + self.shift


def uneven(prediction, target):
    """A loss for which it matters which one is the prediction: too high costs three times as much as too low."""
    error = prediction - target
    return torch.where(error > 0, 3 * error, -error).mean()


# --- line_data ---


# Trap: `arange` gives one axis, (40,), where a column is asked for; or the row (1, 40).
def test_line_data_is_a_column(agree):
    agree.using(atol=ANY_NUMBERS)("line_data", 2.0, -1.0)


# Trap: `linspace(0, 1, 40)`: the last one is 1 and the steps are a little too long.
def test_line_data_steps(agree):
    agree("line_data", 1.0, 0.0)


# Trap: 0.8 and 0.2 written down; weight and bias swapped; the bias left out.
def test_line_data_weight_and_bias(agree):
    agree("line_data", -3.5, 0.75)
    agree("line_data", 0.0, 2.5)
    agree.scenario(kept, "line_data", (2.0, 1.0), (-1.0, 0.5))
    agree("line_data", 2, 1)


# Trap: X itself handed out as y where the line makes no difference.
def test_line_data_shares_no_memory(agree):
    def places(module):
        across, up = module.line_data(1.0, 0.0)
        return across.data_ptr() == up.data_ptr(), across, up

    agree.scenario(places)


# --- shuffled_split ---


def rows(count, *, dtype=torch.float32):
    """Rows that can be told apart, and for each a `y` that belongs to no other row."""
    numbers = torch.arange(count, dtype=dtype).reshape(-1, 1)
    return torch.cat([numbers, -numbers], dim=1), 1000 + 3 * numbers


def split(module, count, **options):
    """A scenario: the four parts for `count` rows."""
    return module.shuffled_split(*rows(count), **options)


def splits(module, count, seeds):
    """A scenario: the four parts for each of the seeds, with other numbers drawn in between."""
    found = []
    for seed in seeds:
        torch.rand(7)
        found.append(module.shuffled_split(*rows(count), seed=seed))
    return found


def is_split(parts):
    """True for the four tensors in their order, by their columns; asked before anything is said of rows."""
    listed = isinstance(parts, list | tuple) and len(parts) == 4
    matrices = listed and all(isinstance(part, torch.Tensor) and part.ndim == 2 for part in parts)
    return matrices and [part.shape[1] for part in parts] == [2, 2, 1, 1]


def whole(agree, *splits):
    """Ask of splits what is asked of each: four tensors in their order, and each row of `X` beside its own `y`."""
    agree.that(
        all(map(is_split, splits)), "Your function must return four tensors: `X_train, X_test, y_train, y_test`."
    )
    belongs = all(torch.equal(1000 + 3 * split[place][:, :1], split[place + 2]) for split in splits for place in (0, 1))
    agree.that(belongs, "Each row of `X` must keep the row of `y` that belongs to it.")


# Trap: another order of the four, a count cut off instead of rounded, the shares swapped, one dimension lost.
def test_shuffled_split_sizes(agree):
    sizes = agree.using(atol=ANY_NUMBERS)
    sizes("shuffled_split", *rows(40))
    sizes("shuffled_split", *rows(9))
    sizes("shuffled_split", *rows(16), test_share=0.25)
    sizes("shuffled_split", *rows(7), test_share=0.6, seed=3)
    sizes("shuffled_split", *rows(2001))


# Trap: X and y shuffled each on its own; y left in its old order.
@pytest.mark.exercise("shuffled_split")
@pytest.mark.points(2)
def test_shuffled_split_keeps_pairs(agree):
    whole(agree, agree.evidence(split, 23))


# Trap: rows drawn with repetition, or drawn twice, once for each part: some are learned from and tested on.
@pytest.mark.exercise("shuffled_split")
def test_shuffled_split_uses_each_row_once(agree):
    parts = agree.evidence(split, 30)
    whole(agree, parts)
    together = torch.cat([parts[0][:, 0], parts[1][:, 0]]).sort().values
    agree.that(torch.equal(together, torch.arange(30.0)), "Each row must be in one of the two parts, once.")


# Trap: the first rows to learn from and the last ones to test on.
@pytest.mark.exercise("shuffled_split")
@pytest.mark.points(7)
def test_shuffled_split_is_shuffled(agree):
    for parts in agree.evidence(splits, 40, [1, 2]):
        whole(agree, parts)
        train, test = parts[0][:, 0].tolist(), parts[1][:, 0].tolist()
        agree.that(train != sorted(train), "The rows to learn from must stand in an order drawn at random.")
        agree.that(test != sorted(test), "The rows to test on must stand in an order drawn at random.")
        block = max(test) - min(test) == len(test) - 1
        agree.that(not block, "Which rows are tested on must be drawn at random too.")


# Trap: the seed is not used, or a generator goes on where the last call stopped.
@pytest.mark.exercise("shuffled_split")
@pytest.mark.points(2)
def test_shuffled_split_is_decided_by_the_seed(agree):
    first, other, again = agree.evidence(splits, 40, [5, 6, 5])
    whole(agree, first, other, again)
    same = all(torch.equal(left, right) for left, right in zip(first, again, strict=True))
    agree.that(same, "The same seed must give the same split, whatever was drawn before.")
    agree.that(not torch.equal(first[0], other[0]), "Another seed must give another split.")
    zero, again = agree.evidence(splits, 40, [0, 0])
    agree.that(
        is_split(zero) and is_split(again) and torch.equal(zero[0], again[0]),
        "0 is a seed like any other: the same split each time.",
    )
    agree.that(
        sorted(first[1][:, 0].tolist()) != sorted(other[1][:, 0].tolist()), "Another seed must test on other rows."
    )


# Trap: another seed than 42 where none is given.
@pytest.mark.exercise("shuffled_split")
def test_shuffled_split_of_seed_42(agree):
    unsaid, said = agree.evidence(lambda module: (split(module, 40), split(module, 40, seed=42)))
    whole(agree, unsaid, said)
    agree.that(torch.equal(unsaid[0], said[0]), "Without a `seed` the split must be that of seed 42.")


# Trap: `torch.manual_seed(seed)`: what the program draws next is no longer what its owner asked for.
def test_shuffled_split_leaves_the_shared_generators_alone(agree):
    def draw(module):
        torch.manual_seed(11)
        module.shuffled_split(*rows(20), seed=1)
        return torch.rand(3)

    agree.using(atol=ANY_NUMBERS)("shuffled_split", *rows(20), seed=1)
    agree.scenario(draw)


# Trap: everything made float32.
def test_shuffled_split_keeps_the_dtypes(agree):
    labels = torch.full((10, 1), 7)  # integers must agree exactly, in whatever order they come
    agree.using(atol=ANY_NUMBERS)("shuffled_split", rows(10, dtype=torch.float64)[0], labels)


# --- LinearRegression ---


def made(module, seed=42):
    torch.manual_seed(seed)
    return module.LinearRegression()


def set_to(model, weight, bias):
    model.load_state_dict({"weight": torch.tensor([weight]), "bias": torch.tensor([bias])})
    return model


# Trap: bias drawn before weight; `rand` for `randn`; a seed of its own; layers instead of two numbers.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_draws_weight_then_bias(agree):
    agree.scenario(made, 42)
    agree.scenario(made, 7)


# Trap: plain tensors, which no optimizer ever sees; buffers; a scalar where shape (1,) is asked for.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_has_two_parameters(agree):
    def parameters(module):
        named = dict(made(module).named_parameters())
        return {name: (tuple(one.shape), one.dtype, one.requires_grad) for name, one in named.items()}

    agree.scenario(parameters)


# Trap: `manual_seed(42)` in the constructor, so that all models are the same and the caller's seed is lost.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_draws_anew(agree):
    def two(module):
        return dict(module.LinearRegression().state_dict()), dict(module.LinearRegression().state_dict())

    agree.scenario(two)


# Trap: the bias forgotten or multiplied; a matrix product, which only takes columns.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_predicts(agree):
    def predict(module):
        model = set_to(made(module), -1.5, 4.0)
        return [model(x) for x in (X, X.flatten(), X.reshape(5, 2), X[:1, 0])]

    agree.scenario(predict)


# Trap: `.data`, `.item()` or `detach()` in `forward`: the prediction is right and nothing can be learned from it.
@pytest.mark.exercise("LinearRegression")
@pytest.mark.points(2)
def test_linear_regression_gradients(agree):
    def gradients(module):
        model = set_to(made(module), 0.5, -1.0)
        x = X.clone().requires_grad_()
        (model(x) - Y).square().mean().backward()
        return {name: one.grad for name, one in model.named_parameters()}, x.grad

    agree.scenario(gradients)


# Trap: `forward` uses the numbers of the day it was made, not those that training left.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_learns(agree):
    def learn(module):
        model = set_to(made(module), 0.5, -1.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        for _ in range(3):
            optimizer.zero_grad()
            (model(X) - Y).square().mean().backward()
            optimizer.step()
        return model, model(X)

    agree.using(**TRAINED).scenario(learn)


# Trap: `train` and `eval` of its own that forget what they are for; a state that does not load.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_modes_and_state(agree):
    def modes(module):
        first, second = made(module, 1), made(module, 2)
        second.load_state_dict(first.state_dict())
        found = [first.training, first.eval().training, first.train().training]
        return found, sorted(first.state_dict()), second(X), second.eval()(X), first(X)

    agree.scenario(modes)


# Trap: numbers that do not move with the model, because they are no parameters.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_moves(agree, device):
    def moved(module, place):
        return set_to(made(module), 2.0, 1.0).to(place)(X.to(place)), made(module).double()(X.double())

    agree.scenario(moved, device)


# --- l1_and_mse ---


# Trap: the sum for the mean; the signs kept, so that errors cancel; the root of the mean square; L1 and MSE swapped.
def test_l1_and_mse_values(agree):
    agree("l1_and_mse", torch.tensor([0.5, -2.0, 4.0, 1.5]), torch.tensor([1.0, 1.0, 1.0, 1.0]))
    agree("l1_and_mse", X, Y)
    agree.scenario(kept, "l1_and_mse", (X, Y), (X + 1, Y))


# Trap: only columns are thought of.
def test_l1_and_mse_any_number_of_axes(agree):
    agree("l1_and_mse", torch.arange(12.0).reshape(2, 3, 2), torch.ones(2, 3, 2))
    agree("l1_and_mse", torch.tensor(2.0), torch.tensor(5.0))


# Trap: `item()` or `float()`: numbers without a graph, which nobody can train with.
def test_l1_and_mse_gradients(agree):
    prediction = torch.tensor([[0.5], [3.0], [-1.0]], requires_grad=True)
    agree("l1_and_mse", prediction, torch.tensor([[1.0], [1.0], [2.5]]))
    agree("l1_and_mse", torch.tensor([4.0, -2.0]), torch.tensor([1.0, 1.5], requires_grad=True))


# Trap: float32 forced.
def test_l1_and_mse_dtype(agree):
    double = torch.tensor([0.1, 0.7, 2.3], dtype=torch.float64)
    agree("l1_and_mse", double, torch.tensor([0.3, 0.2, 0.1], dtype=torch.float64))


# Trap: (n,) against (n, 1) broadcasts to (n, n), and the mean hides it.
@pytest.mark.points(2)
def test_l1_and_mse_refuse_to_broadcast(agree):
    agree("l1_and_mse", Y.flatten(), Y)


# Trap: refused only where nothing would broadcast, or only one of the two ways.
def test_l1_and_mse_refuse_fewer_elements(agree):
    agree("l1_and_mse", torch.ones(4, 2), torch.ones(1, 2))
    agree("l1_and_mse", torch.ones(()), torch.ones(3))
    agree("l1_and_mse", torch.ones(3), torch.ones(4))


# --- loss_in_the_notes ---


# Trap: MAE taken for the mean squared error, as the text in question does.
def test_loss_in_the_notes(agree):
    agree("loss_in_the_notes")


# --- one_training_step ---


def steps(module, count, model, loss_fn, optimizer):
    """So many steps; the losses, the model and what the optimizer remembers."""
    losses = [module.one_training_step(model, X, Y, loss_fn, optimizer) for _ in range(count)]
    return losses, model, optimizer


# Trap: no update, one move forgotten, two updates.
@pytest.mark.exercise("one_training_step")
def test_one_training_step_moves_the_parameters(agree):
    def one(module):
        model = straight_line(0.5, -0.5)
        return steps(module, 1, model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.02))

    agree.scenario(one)


# Trap: no `zero_grad`: from the second step on the gradients of all steps add up.
@pytest.mark.exercise("one_training_step")
@pytest.mark.points(2)
def test_one_training_step_again_and_again(agree):
    def four(module):
        model = Curve()
        return steps(module, 4, model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.02))

    agree.using(**TRAINED).scenario(four)


# Trap: gradients cleared only afterwards: what was there before the first call is used.
@pytest.mark.exercise("one_training_step")
@pytest.mark.points(2)
def test_one_training_step_ignores_older_gradients(agree):
    def stale(module):
        model = straight_line(1.0, 1.0)
        (100 * model(X)).sum().backward()
        return steps(module, 1, model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.01))

    agree.scenario(stale)


# Trap: the loss after the update; a tensor, with its graph, instead of a number.
def test_one_training_step_returns_the_loss_before(agree):
    def loss(module):
        model = straight_line(1.5, 0.0)
        return module.one_training_step(model, X, Y, nn.L1Loss(), torch.optim.SGD(model.parameters(), lr=0.1))

    agree.using(numbers="strict").scenario(loss)


# Trap: a model that comes from an evaluation stays in evaluation mode.
@pytest.mark.exercise("one_training_step")
def test_one_training_step_in_training_mode(agree):
    def mode(module):
        model = HigherInTraining(0.5, 0.0).eval()
        return steps(module, 2, model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.005))

    agree.using(**TRAINED).scenario(mode)


# Trap: prediction and target swapped, or a loss of one's own instead of `loss_fn`.
@pytest.mark.exercise("one_training_step")
def test_one_training_step_uses_the_loss(agree):
    def other_loss(module):
        model = straight_line(2.0, 1.75)
        return steps(module, 2, model, uneven, torch.optim.SGD(model.parameters(), lr=0.01))

    agree.using(**TRAINED).scenario(other_loss)


# Trap: `p -= lr * p.grad` by hand: the optimizer and its memory are passed over.
@pytest.mark.exercise("one_training_step")
def test_one_training_step_uses_the_optimizer(agree):
    def momentum(module):
        model = Curve()
        return steps(module, 3, model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9))

    agree.using(**TRAINED).scenario(momentum)


# Trap: the gradient is there, and nobody steps.
def test_one_training_step_steps_once(agree):
    def count(module):
        class Counting(torch.optim.SGD):
            taken = 0

            def step(self, closure=None):
                self.taken += 1
                return super().step(closure)

        model = straight_line(0.5, 1.5)
        optimizer = Counting(model.parameters(), lr=0.01)
        return module.one_training_step(model, X, Y, nn.MSELoss(), optimizer), optimizer.taken

    agree.scenario(count)


# --- trained_line ---


# Trap: gradients that add up: the first step is right and no later one.
@pytest.mark.points(2)
def test_trained_line_epoch_by_epoch(agree):
    def growing(module):
        return [module.trained_line(X, Y, epochs, 0.02) for epochs in (1, 2, 3, 7)]

    agree.using(numbers="strict", **TRAINED).scenario(growing)


# Trap: zeroed between `backward` and `step`: nothing is ever learned; or zeroed once, before the loop.
def test_trained_line_settles(agree):
    agree.using(rtol=1e-3, atol=1e-3)("trained_line", X[:6], 2 * X[:6] + 1, epochs=40, lr=0.1)


# Trap: random numbers to begin with.
def test_trained_line_begins_at_zero(agree):
    agree.using(numbers="strict")("trained_line", X, Y, epochs=0, lr=0.5)


# Trap: the factor of the gradient lost, another learning rate; numbers rounded as in the example.
def test_trained_line_uses_the_learning_rate(agree):
    agree.using(rtol=1e-5, atol=1e-6)("trained_line", X - 2, Y, epochs=1, lr=0.00537)
    agree.using(**TRAINED)("trained_line", X - 2, Y, epochs=2, lr=0.25)


# --- held_out_loss ---


# Trap: no `eval()`: dropout and the like stay on, and the loss is that of training.
def test_held_out_loss_in_evaluation_mode(agree):
    agree.using(numbers="strict").scenario(lambda module: module.held_out_loss(HigherInTraining(), X, Y, nn.L1Loss()))


# Trap: the model is left in evaluation mode, or always put into training mode.
@pytest.mark.points(2)
@pytest.mark.parametrize("training", [True, False])
def test_held_out_loss_puts_the_mode_back(agree, training):
    def modes(module, training):
        model = nn.Sequential(HigherInTraining(), nn.Dropout(0.5)).train(training)
        loss = module.held_out_loss(model, X, Y, nn.MSELoss())
        return loss, [part.training for part in model.modules()]

    agree.scenario(modes, training)


# Trap: the graph is built and thrown away, which costs memory and time.
def test_held_out_loss_without_gradients(agree):
    def watch(module):
        model = Watching()
        module.held_out_loss(model, X, Y, nn.MSELoss())
        return sorted(model.seen), torch.is_grad_enabled()

    agree.scenario(watch)


# Trap: learning from the data to test on; gradients cleared that somebody still needs.
def test_held_out_loss_changes_nothing(agree):
    def untouched(module):
        model = straight_line(1.0, 0.5)
        (model(X) - Y).abs().mean().backward()
        x, y = X[:3].clone(), Y[:3].clone()
        loss = module.held_out_loss(model, x, y, nn.L1Loss())
        return loss, model, [parameter.grad for parameter in model.parameters()], x, y

    agree.scenario(untouched)


# Trap: prediction and target swapped, or a loss of one's own.
def test_held_out_loss_uses_the_loss(agree):
    agree.scenario(lambda module: module.held_out_loss(straight_line(2.0, 1.5), X, Y, uneven))


# --- fit_line ---
# The text leaves it to the student in which mode the model ends.

ANY_MODE = {"mode": "ignore"}

# The split of the course's notes, whose table of losses every right loop reproduces.
TRAIN = [13, 31, 34, 8, 17, 24, 0, 33, 5, 11, 1, 29, 21, 2, 30, 36, 3, 35, 23, 32, 10, 22, 18, 20, 7, 14, 28, 38]
TEST = [19, 16, 15, 26, 4, 12, 37, 27, 39, 6, 25, 9]
POINTS = torch.arange(40.0).reshape(40, 1) / 40
HEIGHTS = 0.8 * POINTS + 0.2


# Trap: nearly every bug of a loop shows in a hundred epochs: another order, another rate, gradients that add up.
@pytest.mark.points(2)
def test_fit_line_reproduces_the_table(agree):
    def table(module):
        model = straight_line(0.33669036626815796, 0.12880940735340118)
        parts = POINTS[TRAIN], POINTS[TEST], HEIGHTS[TRAIN], HEIGHTS[TEST]
        return module.fit_line(model, *parts), model.state_dict()

    agree.using(**TRAINED, **ANY_MODE).scenario(table)


def fit(module, model, **options):
    """Three rows to test on, seven to learn from."""
    return module.fit_line(model, X[3:], X[:3], Y[3:], Y[:3], **options)


# Trap: tensors with their graphs, 0-d tensors or arrays in the history.
@pytest.mark.exercise("fit_line")
def test_fit_line_history_of_numbers(agree):
    def history(module):
        return fit(module, straight_line(0.5, 0.0), epochs=4, lr=0.03, every=1)

    agree.using(numbers="strict", **TRAINED, **ANY_MODE).scenario(history)


# Trap: every epoch, the last one added, or numbered from 1.
@pytest.mark.exercise("fit_line")
def test_fit_line_every_few_epochs(agree):
    def epochs(module):
        return [fit(module, straight_line(0.5, 0.0), epochs=9, lr=0.03, every=every) for every in (4, 3, 20)]

    agree.using(numbers="strict", **TRAINED, **ANY_MODE).scenario(epochs)


# Trap: the training loss taken after the update, or the test loss before it.
@pytest.mark.exercise("fit_line")
def test_fit_line_first_epoch(agree):
    def first(module):
        model = straight_line(0.25, 2.0)
        return fit(module, model, epochs=1, lr=0.2), model.state_dict()

    agree.using(**ANY_MODE).scenario(first)


# Trap: `train()` once before the loop, so that from the second epoch on the model learns in evaluation mode.
@pytest.mark.exercise("fit_line")
def test_fit_line_in_the_right_mode(agree):
    def modes(module):
        model = HigherInTraining(0.5, 0.0).eval()
        return fit(module, model, epochs=3, lr=0.01, every=1), model.state_dict()

    agree.using(**TRAINED, **ANY_MODE).scenario(modes)


# Trap: the test data are learned from too; with gradients on, their graph is at least built.
@pytest.mark.exercise("fit_line")
def test_fit_line_tests_without_gradients(agree):
    def watch(module):
        # Both parts are told apart by their number of rows.
        class Each(Watching):
            def forward(self, x):
                self.seen.add((len(x), torch.is_grad_enabled()))
                return self.line(x)

        model = Each(0.5, 0.0)
        fit(module, model, epochs=2, lr=0.01)
        return sorted(model.seen), model.line.state_dict(), torch.is_grad_enabled()

    agree.using(**TRAINED, **ANY_MODE).scenario(watch)


# Trap: a new model is made and trained; older gradients are used.
@pytest.mark.exercise("fit_line")
def test_fit_line_trains_the_model_that_it_is_given(agree):
    def stale(module):
        model = Curve()
        (100 * model(X)).sum().backward()
        return fit(module, model, epochs=2, lr=0.01, every=1), model.state_dict()

    agree.using(**TRAINED, **ANY_MODE).scenario(stale)


# Trap: without an epoch there is no loss that could be noted down.
@pytest.mark.exercise("fit_line")
def test_fit_line_without_epochs(agree):
    agree.using(**ANY_MODE).scenario(lambda module: fit(module, straight_line(0.5, 0.0), epochs=0, lr=0.1))


# --- logged_losses ---


def log(module, model, loss_fn, epochs, **options):
    """The list, and what the model has learned; its mode afterwards is up to the student."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, **options)
    return module.logged_losses(model, X, Y, loss_fn, optimizer, epochs), model.state_dict()


# Trap: tensors with their graphs; `detach()` leaves a tensor, and `.numpy()` an array.
@pytest.mark.exercise("logged_losses")
@pytest.mark.points(2)
def test_logged_losses_are_numbers(agree):
    agree.using(numbers="strict", **TRAINED).scenario(lambda module: log(module, straight_line(0.5, 0.0), uneven, 3))


# Trap: the loss after the update; only the last loss; the epochs miscounted.
@pytest.mark.exercise("logged_losses")
def test_logged_losses_of_each_epoch(agree):
    agree.using(**TRAINED).scenario(lambda module: log(module, Curve(), nn.MSELoss(), 5, momentum=0.5))
    agree.scenario(lambda module: log(module, straight_line(1.0, 1.0), nn.L1Loss(), 1))
    agree.scenario(lambda module: log(module, straight_line(1.0, 1.0), nn.L1Loss(), 0)[0])


# Trap: in mending one thing another is lost: the mode, the zeroing.
@pytest.mark.exercise("logged_losses")
def test_logged_losses_still_trains(agree):
    def stale(module):
        model = HigherInTraining(0.5, 0.0).eval()
        (100 * model(X)).sum().backward()
        return log(module, model, nn.L1Loss(), 3)

    agree.using(**TRAINED).scenario(stale)


# --- line_predictions ---


# Trap: no `eval()`: the predictions are those of training.
def test_line_predictions_in_evaluation_mode(agree):
    agree.scenario(lambda module: module.line_predictions(HigherInTraining(-0.5, 3.0), X))


# Trap: the model is left in evaluation mode, or always put into training mode.
@pytest.mark.parametrize("training", [True, False])
def test_line_predictions_put_the_mode_back(agree, training):
    def modes(module, training):
        model = nn.Sequential(HigherInTraining(), nn.Dropout(0.5)).train(training)
        return module.line_predictions(model, X), [part.training for part in model.modules()]

    agree.scenario(modes, training)


# Trap: a result that drags its graph along; gradients switched off for good.
def test_line_predictions_without_gradients(agree):
    def watch(module):
        model = Watching(2.0, -1.0)
        x = X.clone().requires_grad_()
        prediction = module.line_predictions(model, x)
        return prediction, sorted(model.seen), torch.is_grad_enabled(), x.requires_grad, x.detach(), model

    agree.scenario(watch)


# Trap: the result brought to the CPU, or flattened.
def test_line_predictions_stay_as_they_are(agree, device):
    def predict(module, place):
        model = straight_line(0.5, 1.0).to(place).double()
        return module.line_predictions(model, X.to(place).double().reshape(5, 2, 1))

    agree.scenario(predict, device)


# --- points_figure, loss_figure ---


def drawn(figure):
    """What it is and what it shows, as data; what is no figure is handed on."""
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return type(figure).__name__, figure
    return "Figure", [
        {
            "labels": (axes.get_xlabel(), axes.get_ylabel()),
            "legend": None
            if axes.get_legend() is None
            else {label.get_text() for label in axes.get_legend().get_texts()},
            "points": {str(points.get_label()): sorted(points.get_offsets().tolist()) for points in axes.collections},
            "lines": {
                str(line.get_label()): [list(map(float, part)) for part in line.get_data()] for line in axes.lines
            },
        }
        for axes in figure.axes
    ]


def shown(module, what, name, *args):
    """A scenario: one part of what the axes of a figure show."""
    kind, all_axes = drawn(getattr(module, name)(*args))
    return kind, [axes[what] for axes in all_axes] if kind == "Figure" else all_axes


PARTS = X[::2], Y[::2], X[1::2], Y[1::2]


# Trap: across and up swapped; train and test under one name; a line that joins the points.
@pytest.mark.exercise("points_figure")
def test_points_figure_points(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "points", "points_figure", *PARTS)
    agree.scenario(shown, "lines", "points_figure", *PARTS)


# Trap: predictions drawn over the training data; their place taken by the test data.
@pytest.mark.exercise("points_figure")
def test_points_figure_predictions(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "points", "points_figure", *PARTS, Y[1::2] - 3)


# Trap: `numpy()` of a prediction that needs a gradient raises; all data changed in the attempt.
@pytest.mark.exercise("points_figure")
def test_points_figure_of_predictions_with_a_graph(agree):
    pytest.importorskip("matplotlib.figure")

    def with_graph(module):
        weight = torch.tensor(2.0, requires_grad=True)
        predicted = weight * X[1::2]
        data = [part.clone() for part in PARTS]
        return shown(module, "points", "points_figure", *data, predicted), data, predicted.requires_grad

    agree.scenario(with_graph)


# Trap: axes without labels, or with the labels of the other figure; the labels swapped.
@pytest.mark.exercise("points_figure")
def test_points_figure_axes(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "labels", "points_figure", *PARTS)


# Trap: labels without a legend that shows them; a legend made before everything was drawn.
@pytest.mark.exercise("points_figure")
def test_points_figure_legend(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "legend", "points_figure", *PARTS)
    agree.scenario(shown, "legend", "points_figure", *PARTS, Y[1::2] + 1)


HISTORY = {"epoch": [0, 5, 10, 15], "train": [0.9, 0.4, 0.3, 0.25], "test": [1.0, 0.6, 0.5, 0.55]}


# Trap: the position in the list across instead of the epoch; train and test swapped; points instead of lines.
@pytest.mark.exercise("loss_figure")
def test_loss_figure_lines(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "lines", "loss_figure", HISTORY)


# Trap: axes without labels, or swapped ones.
@pytest.mark.exercise("loss_figure")
def test_loss_figure_axes(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "labels", "loss_figure", HISTORY)


# Trap: labels without a legend that shows them.
@pytest.mark.exercise("loss_figure")
def test_loss_figure_legend(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "legend", "loss_figure", HISTORY)


# Trap: the history is changed, or drawn in one figure that is used again and again.
@pytest.mark.exercise("loss_figure")
def test_loss_figure_leaves_the_history_alone(agree):
    pytest.importorskip("matplotlib.figure")

    def twice(module):
        history = {name: list(values) for name, values in HISTORY.items()}
        shown(module, "lines", "loss_figure", {"epoch": [0, 1], "train": [3.0, 2.0], "test": [4.0, 3.0]})
        return shown(module, "lines", "loss_figure", history), history

    agree.scenario(twice)


# --- fit_anywhere ---


# Trap: the data, the labels or the answer on the wrong device; the model brought to the data; `.cuda()`.
@pytest.mark.points(2)
def test_fit_anywhere_where_the_model_lives(agree, device):
    def train(module, place):
        model = straight_line(0.5, 0.0).to(place)
        return module.fit_anywhere(model, X, Y, 3, 0.05), model.state_dict(), model.training

    agree.using(**TRAINED).scenario(train, device)


# Trap: float32 data for a float64 model, or a model that is made float32.
@pytest.mark.points(2)
def test_fit_anywhere_in_the_dtype_of_the_model(agree, device):
    def train(module, place):
        model = straight_line(0.5, 0.0).to(place).double()
        return module.fit_anywhere(model, X, Y, 2, 0.1), model.state_dict(), model.training

    agree.using(**TRAINED).scenario(train, device)


# Trap: a weight and a bias counted on; older gradients used; X or y changed on the way.
def test_fit_anywhere_another_model(agree):
    def train(module):
        model, x, y = Curve(), X.clone(), Y.clone()
        (100 * model(x)).sum().backward()
        return module.fit_anywhere(model, x, y, 4, 0.02), model.state_dict(), model.training, x, y

    agree.using(**TRAINED).scenario(train)


# Trap: predictions from before the last step, or with a graph.
def test_fit_anywhere_predicts_at_the_end(agree):
    agree.scenario(lambda module: module.fit_anywhere(straight_line(0.5, 0.25), X, Y, 1, 0.1))


# Trap: without an epoch only the prediction is left to fail.
def test_fit_anywhere_without_epochs(agree, device):
    agree.scenario(lambda module, place: module.fit_anywhere(straight_line(0.5, 0.25).to(place), X, Y, 0, 0.1), device)


# --- line_batches ---


# Trap: the last, smaller batch left out; batches of another size.
def test_line_batches_leave_no_row_out(agree):
    agree("line_batches", X, Y, 4)
    agree("line_batches", X, Y, 20)
    agree("line_batches", X, Y, 1)


# Trap: the order drawn at random although nobody asked for it.
def test_line_batches_in_order(agree):
    agree("line_batches", X[:6], Y[:6], batch_size=2, shuffle=False)


# Trap: rows other than columns of float32 made into such.
def test_line_batches_of_anything(agree):
    agree("line_batches", torch.arange(24).reshape(4, 3, 2), torch.tensor([3, 1, 2, 0]), 3)


def passes(module, count):
    """A scenario: two passes over the same loader, shuffled."""
    numbers, targets = rows(count)
    loader = module.line_batches(numbers, targets, 8, shuffle=True)
    return [[list(batch) for batch in loader] for _ in range(2)]


# Trap: `shuffle` not used, or X and y shuffled each on its own, or once for all epochs.
@pytest.mark.exercise("line_batches")
@pytest.mark.points(5)
def test_line_batches_shuffled(agree):
    first, second = agree.evidence(passes, 50)
    sizes = [len(batch[0]) for batch in first]
    agree.that(sizes == [8, 8, 8, 8, 8, 8, 2], "A shuffled loader must hand out batches of the same sizes.")
    ordered = all([part.shape[1:] for part in batch] == [(2,), (1,)] for batch in [*first, *second])
    agree.that(ordered, "A batch is a pair: first rows of `X`, then the rows of `y` that belong to them.")
    inputs, targets = (torch.cat([batch[place] for batch in first]) for place in (0, 1))
    again = torch.cat([batch[0] for batch in second])
    agree.that(torch.equal(1000 + 3 * inputs[:, :1], targets), "Each row of `X` must keep its own row of `y`.")
    in_order = torch.arange(50.0)
    complete = torch.equal(inputs[:, 0].sort().values, in_order)
    agree.that(complete, "A shuffled loader must hand out each row once.")
    agree.that(not torch.equal(inputs[:, 0], in_order), "With `shuffle=True` the order must be drawn at random.")
    agree.that(not torch.equal(inputs, again), "Each loop over the loader must draw a new order.")


# --- epoch_in_batches ---


def batches(size):
    return DataLoader(TensorDataset(X, Y), batch_size=size)


def epochs(module, count, model, size, loss_fn, **options):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, **options)
    losses = [module.epoch_in_batches(model, batches(size), loss_fn, optimizer) for _ in range(count)]
    return losses, model, optimizer


# Trap: one update at the end of the epoch; the gradients of the batches add up.
@pytest.mark.exercise("epoch_in_batches")
@pytest.mark.points(2)
def test_epoch_in_batches_updates_after_each_batch(agree):
    def two(module):
        return epochs(module, 2, straight_line(0.5, 0.0), 5, nn.MSELoss())

    agree.using(**TRAINED).scenario(two)


# Trap: the mean of the batches' means; the sum; the loss of the last batch; a tensor.
@pytest.mark.exercise("epoch_in_batches")
@pytest.mark.points(2)
def test_epoch_in_batches_mean_of_a_row(agree):
    def loss(module):
        return epochs(module, 1, straight_line(2.0, 0.75), 4, nn.L1Loss())[0]

    agree.using(numbers="strict").scenario(loss)


# Trap: one batch only, or batches of one row only, thought of.
@pytest.mark.exercise("epoch_in_batches")
def test_epoch_in_batches_of_any_size(agree):
    def sizes(module):
        return [epochs(module, 1, Curve(), size, nn.MSELoss())[:2] for size in (1, 10, 3)]

    agree.using(**TRAINED).scenario(sizes)


# Trap: a model that comes from an evaluation stays in evaluation mode; gradients from before the call.
@pytest.mark.exercise("epoch_in_batches")
def test_epoch_in_batches_in_training_mode(agree):
    def stale(module):
        model = HigherInTraining(0.5, 0.0).eval()
        (100 * model(X)).sum().backward()
        return epochs(module, 1, model, 4, nn.L1Loss())

    agree.using(**TRAINED).scenario(stale)


# Trap: the update by hand, without the optimizer's memory; a loss of one's own, or its arguments swapped.
@pytest.mark.exercise("epoch_in_batches")
def test_epoch_in_batches_uses_what_it_is_given(agree):
    def momentum(module):
        return epochs(module, 2, straight_line(2.0, 1.5), 3, uneven, momentum=0.5)

    agree.using(**TRAINED).scenario(momentum)


# Trap: divided by the rows of the whole dataset, of which the loader leaves some out.
@pytest.mark.exercise("epoch_in_batches")
def test_epoch_in_batches_of_a_part_of_the_rows(agree):
    def last_one_dropped(module):
        model = straight_line(0.5, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_size=4, drop_last=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        return module.epoch_in_batches(model, loader, nn.MSELoss(), optimizer), model

    agree.using(**TRAINED).scenario(last_one_dropped)


# Trap: the loader is gone through twice, or its batches are taken for all of one size.
def test_epoch_in_batches_of_an_uneven_loader(agree):
    def uneven_loader(module):
        model = straight_line(0.5, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_sampler=[[0], [1, 2, 3, 4, 5, 6], [7, 8, 9]])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        return module.epoch_in_batches(model, loader, nn.MSELoss(), optimizer), model

    agree.using(**TRAINED).scenario(uneven_loader)
