"""Hidden tests for `training_loop`: each check is aimed at a misconception, named in the comment above it.

What trains is graded on what it does: which losses come out, and what the model holds afterwards. No test looks at how
a step is spelled, or in which order its moves stand, as long as they lead to the same place.
"""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .common import all_whole, beside_an_earlier_gradient, kept

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


class Seen(set):
    """What a model has seen, in one set for it and its copies: an answer may work with a copy of the model."""

    def __deepcopy__(self, memo):
        return self


class Watching(nn.Module):
    """A line that remembers whether gradients were switched on when it was used."""

    def __init__(self, weight=1.0, bias=0.0):
        super().__init__()
        self.line = straight_line(weight, bias)
        self.seen = Seen()

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
        return {
            "one memory for both": across.data_ptr() == up.data_ptr(),
            "`X` that you returned": across,
            "`y` that you returned": up,
        }

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


def drawn_after_a_split(module):
    """A scenario: what the caller draws after a call."""
    torch.manual_seed(11)
    module.shuffled_split(*rows(20), seed=1)
    return torch.rand(3)


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
@pytest.mark.points(2)
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


# Trap: what makes a split useless: the first rows to learn from and the last ones to test on; rows in both parts; no
# seed, or the same split for every seed; the numbers of others changed.
@pytest.mark.exercise("shuffled_split")
@pytest.mark.points(10)
def test_shuffled_split_is_shuffled(agree):
    for parts in agree.evidence(splits, 40, [1, 2]):
        whole(agree, parts)
        train, test = parts[0][:, 0].tolist(), parts[1][:, 0].tolist()
        agree.that(sorted([*train, *test]) == list(range(40)), "Each row must be in one of the two parts, once.")
        agree.that(train != sorted(train), "The rows to learn from must stand in an order drawn at random.")
        agree.that(test != sorted(test), "The rows to test on must stand in an order drawn at random.")
        block = max(test) - min(test) == len(test) - 1
        agree.that(not block, "Which rows are tested on must be drawn at random too.")
    one, other, again = agree.evidence(splits, 40, [3, 4, 3])
    whole(agree, one, other, again)
    agree.that(torch.equal(one[0], again[0]), "The same seed must give the same split, whatever was drawn before.")
    agree.that(not torch.equal(one[0], other[0]), "Another seed must give another split.")
    agree.scenario(drawn_after_a_split)


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
    agree.using(atol=ANY_NUMBERS)("shuffled_split", *rows(20), seed=1)
    agree.scenario(drawn_after_a_split)


# Trap: everything made float32, also on the way, where a large whole number loses its last digit.
def test_shuffled_split_keeps_the_dtypes(agree):
    labels = torch.full((10, 1), 2**53 + 1)  # integers must agree exactly, in whatever order they come
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


# Trap: `manual_seed(42)` in the constructor, so that all models are the same and the caller's seed is lost; a seed set
# with each prediction.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_draws_anew(agree):
    def two(module):
        return {
            "first model": dict(module.LinearRegression().state_dict()),
            "second model": dict(module.LinearRegression().state_dict()),
        }

    def predictions_of_one(module):
        return set_to(module.LinearRegression(), 2.0, 1.0)(X)

    agree.scenario(two)
    agree.scenario(predictions_of_one)


# Trap: the bias forgotten or multiplied; a matrix product, which only takes columns.
@pytest.mark.exercise("LinearRegression")
@pytest.mark.points(3)
def test_linear_regression_predicts(agree):
    def predict(module):
        model = set_to(made(module), -1.5, 4.0)
        return {"what you returned": [model(x) for x in (X, X.flatten(), X.reshape(5, 2), X[:1, 0])]}

    agree.scenario(predict)


# Trap: `.data`, `.item()` or `detach()` in `forward`: the prediction is right and nothing can be learned from it.
@pytest.mark.exercise("LinearRegression")
@pytest.mark.points(2)
def test_linear_regression_gradients(agree):
    def gradients(module):
        model = set_to(made(module), 0.5, -1.0)
        x = X.clone().requires_grad_()
        (model(x) - Y).square().mean().backward()
        return {
            "gradients of the model": {name: weights.grad for name, weights in model.named_parameters()},
            "gradient of `x`": x.grad,
        }

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
        return {"model afterwards": model, "predictions afterwards": model(X)}

    agree.using(**TRAINED).scenario(learn)


# Trap: `train` and `eval` of its own that forget what they are for; a state that does not load.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_modes_and_state(agree):
    def modes(module):
        first, second = made(module, 1), made(module, 2)
        second.load_state_dict(first.state_dict())
        found = [first.training, first.eval().training, first.train().training]
        return {
            "modes one after the other": found,
            "names in `state_dict`": sorted(first.state_dict()),
            "predictions once loaded": second(X),
            "predictions in evaluation mode": second.eval()(X),
            "predictions of the first": first(X),
        }

    agree.scenario(modes)


# Trap: numbers that do not move with the model, because they are no parameters.
@pytest.mark.exercise("LinearRegression")
def test_linear_regression_moves(agree, device):
    def moved(module, place):
        return {
            "predictions after the move": set_to(made(module), 2.0, 1.0).to(place)(X.to(place)),
            "predictions in float64": made(module).double()(X.double()),
        }

    agree.scenario(moved, device)


# --- ColumnScaler ---

# Three columns of different size, whose mean and spread differ from those of all numbers together.
TABLE = torch.tensor([[1.0, 10.0, -3.0], [2.0, 30.0, 0.5], [4.0, 20.0, 5.0], [6.5, 70.0, 1.0]])


# Trap: mean and deviation of everything, of each row, or divided by n; the two exchanged.
@pytest.mark.exercise("ColumnScaler")
def test_column_scaler_scales_by_what_it_has_seen(agree):
    def scaled(module):
        scaler = module.ColumnScaler(TABLE)
        return {
            "its own rows": scaler(TABLE),
            "one other row": scaler(TABLE[:1] + 1),
            "three other rows": scaler(TABLE[:3] * 5),
        }

    agree.scenario(scaled)


# Trap: plain attributes, which no state_dict knows; buffers that are not persistent; other names or shapes.
@pytest.mark.exercise("ColumnScaler")
@pytest.mark.points(3)
def test_column_scaler_is_saved_and_loaded(agree):
    def loaded(module):
        first, second = module.ColumnScaler(TABLE), module.ColumnScaler(TABLE * 3 - 1)
        second.load_state_dict(first.state_dict())
        return {
            "what is saved": dict(first.state_dict()),
            "scaled once loaded": second(TABLE),
            "what was loaded": dict(second.state_dict()),
        }

    agree.scenario(loaded)


# Trap: parameters, which an optimizer changes, or which at least stand among those that are trained.
@pytest.mark.exercise("ColumnScaler")
@pytest.mark.points(3)
def test_column_scaler_has_nothing_to_train(agree):
    def trained(module):
        scaler = module.ColumnScaler(TABLE)
        model = nn.Sequential(scaler, nn.Linear(3, 1))
        names = [name for name, _ in model.named_parameters()]
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5, weight_decay=0.5)
        model(TABLE).sum().backward()
        optimizer.step()
        return {
            "names of the parameters": names,
            "mean afterwards": scaler.mean,
            "deviation afterwards": scaler.deviation,
        }

    agree.scenario(trained)


# Trap: plain attributes stay where and as they were when the model is moved.
@pytest.mark.exercise("ColumnScaler")
@pytest.mark.points(2)
def test_column_scaler_moves(agree, device):
    def moved(module, place):
        scaler = module.ColumnScaler(TABLE).to(place)
        double = module.ColumnScaler(TABLE).double()
        return {
            "scaled after the move": scaler(TABLE.to(place)),
            "mean after the move": scaler.mean,
            "scaled in float64": double(TABLE.double()),
            "deviation in float64": double.deviation,
        }

    agree.using(rtol=1e-5, atol=1e-6).scenario(moved, device)  # the numbers were found in float32


# Trap: float32 forced; the scaler made anew from whatever rows come; a graph cut off; the rows changed in place,
# or the gradient that they came with cleared.
@pytest.mark.exercise("ColumnScaler")
@pytest.mark.points(2)
def test_column_scaler_in_float64_with_gradients(agree):
    def gradients(module):
        data = TABLE.double() / 3
        scaler = module.ColumnScaler(data)
        x = data[:2].clone().requires_grad_()
        x.grad = torch.full_like(x, 50.0)
        result = scaler(x)
        if result.requires_grad:
            (result * torch.arange(6.0).reshape(2, 3)).sum().backward()
        return {
            "`data` afterwards": data,
            "what is saved": dict(scaler.state_dict()),
            "scaled rows": result,
            "gradient of `x`": x.grad,
        }

    agree.scenario(gradients)


# Trap: numbers that all scalers share.
@pytest.mark.exercise("ColumnScaler")
def test_column_scaler_belongs_to_its_own_data(agree):
    def two(module):
        data = TABLE.clone()
        first, second = module.ColumnScaler(data), module.ColumnScaler(data[:2] * 7)
        data.zero_()
        first.eval()
        return {
            "by the first": first(TABLE),
            "by the second": second(TABLE),
            "by the first in training mode": first.train()(TABLE),
        }

    agree.scenario(two)


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
@pytest.mark.points(3)
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


# --- loss_of_labels ---

SCORES = torch.tensor([[2.0, -1.0, 0.5, 0.0], [0.25, 1.5, -2.0, 1.0], [-0.5, 0.0, 3.0, 1.25]])
LABELS = [3, 0, 2]


# Trap: floating point labels left as they are.
@pytest.mark.points(2)
def test_loss_of_labels_of_floats(agree):
    agree("loss_of_labels", SCORES, torch.tensor(LABELS, dtype=torch.float32))
    agree("loss_of_labels", SCORES, torch.tensor(LABELS, dtype=torch.float64))


# Trap: a column left as it is.
@pytest.mark.points(2)
def test_loss_of_labels_in_a_column(agree):
    agree("loss_of_labels", SCORES, torch.tensor(LABELS)[:, None])
    agree("loss_of_labels", SCORES, torch.tensor(LABELS, dtype=torch.float32)[:, None])


# Trap: integers thought to be right whatever their size; uint8 for all, which ends at 255.
def test_loss_of_labels_of_any_integer_dtype(agree):
    for dtype in (torch.int32, torch.int16, torch.int8, torch.uint8):
        agree("loss_of_labels", SCORES, torch.tensor(LABELS, dtype=dtype))
    wide = torch.arange(900.0).remainder(7.0).reshape(2, 450)
    agree("loss_of_labels", wide, torch.tensor([430, 44], dtype=torch.int32))
    agree("loss_of_labels", wide, torch.tensor([[430.0], [44.0]]))


# Trap: `squeeze()` takes away the axis of the rows too, if there is one row only.
@pytest.mark.points(2)
def test_loss_of_labels_of_one_row(agree):
    agree("loss_of_labels", SCORES[:1], torch.tensor([[1.0]]))
    agree("loss_of_labels", SCORES[:1], torch.tensor([2]))


# Trap: the labels made probabilities or softmax taken twice; labels and classes mixed up where both are as many.
def test_loss_of_labels_in_a_square(agree):
    square = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.5, 1.0], [0.0, -0.5, 2.5]])
    agree("loss_of_labels", square, torch.tensor([[2.0], [1.0], [1.0]]))
    agree("loss_of_labels", square, torch.tensor([0, 2, 0], dtype=torch.int16))


# Trap: the logarithm of a softmax, which is that of 0 where scores lie far apart.
@pytest.mark.points(2)
def test_loss_of_labels_of_scores_far_apart(agree):
    far = torch.tensor([[900.0, -850.0, 0.0], [-400.0, 120.0, 300.0]])
    agree("loss_of_labels", far.clone().requires_grad_(), torch.tensor([1.0, 0.0]))
    agree("loss_of_labels", far.double() * 2, torch.tensor([[2], [1]], dtype=torch.int16))


# Trap: scores made float32; a number without a graph; the gradient that the scores came with cleared.
@pytest.mark.points(3)
def test_loss_of_labels_dtype_and_gradient(agree):
    double = (SCORES.double() / 3).requires_grad_()
    agree("loss_of_labels", double, torch.tensor(LABELS, dtype=torch.float32))
    agree("loss_of_labels", SCORES.clone().requires_grad_(), torch.tensor(LABELS)[:, None])
    agree.scenario(beside_an_earlier_gradient, "loss_of_labels", SCORES, torch.tensor(LABELS))
    agree.scenario(kept, "loss_of_labels", (SCORES, torch.tensor(LABELS)), (SCORES, torch.tensor([1, 1, 1])))


# Trap: labels brought to the CPU.
def test_loss_of_labels_where_the_scores_are(agree, device):
    agree("loss_of_labels", SCORES.to(device), torch.tensor(LABELS, dtype=torch.float32, device=device)[:, None])


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


# Trap: no `zero_grad`: from the second step on the gradients of all steps add up. And whatever else a step needs.
@pytest.mark.exercise("one_training_step")
@pytest.mark.points(5)
def test_one_training_step_again_and_again(agree):
    def four(module):
        model = HigherInTraining(0.5, 0.0).eval()
        (100 * model(X)).sum().backward()
        return steps(module, 4, model, uneven, torch.optim.SGD(model.parameters(), lr=0.002, momentum=0.5))

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
        return {
            "what you returned": module.one_training_step(model, X, Y, nn.MSELoss(), optimizer),
            "steps of the optimizer": optimizer.taken,
        }

    agree.scenario(count)


# --- has_a_gradient ---


# Trap: all of them, as if the graph held what the call did not reach.
@pytest.mark.points(2)
def test_has_a_gradient_what_was_used(agree):
    agree("has_a_gradient", "b")
    agree("has_a_gradient", "c")


# Trap: what a condition looks at is taken for used.
def test_has_a_gradient_without_the_loop(agree):
    agree("has_a_gradient", "a")
    agree("has_a_gradient", "d")


# Trap: the wrong branch; a gradient of 0 taken for none.
@pytest.mark.points(3)
def test_has_a_gradient_of_numbers_that_are_not_positive(agree):
    agree("has_a_gradient", "e")
    agree("has_a_gradient", "f")


# Trap: the second call forgets the first one; a call without `backward` counts.
@pytest.mark.points(3)
def test_has_a_gradient_after_two_calls(agree):
    agree("has_a_gradient", "g")
    agree("has_a_gradient", "h")


# --- trained_line ---


# Trap: gradients that add up: the first step is right and no later one.
@pytest.mark.points(2)
def test_trained_line_epoch_by_epoch(agree):
    def growing(module):
        return {"what you returned": [module.trained_line(X, Y, epochs, 0.02) for epochs in (1, 2, 3, 7)]}

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


# --- after_a_hundred_steps ---


# Trap: a larger rate is always faster.
@pytest.mark.points(7)
def test_after_a_hundred_steps_of_a_rate_that_is_too_large(agree):
    agree("after_a_hundred_steps", "f")
    agree("after_a_hundred_steps", "e")
    agree("after_a_hundred_steps", "g")


# Trap: whatever passes over the goal never arrives; whatever goes down arrives.
def test_after_a_hundred_steps_of_a_rate_that_works(agree):
    agree("after_a_hundred_steps", "a")
    agree("after_a_hundred_steps", "b")
    agree("after_a_hundred_steps", "c")
    agree("after_a_hundred_steps", "d")


# Trap: L1 taken for MSE: steps that get smaller by themselves, or that grow.
@pytest.mark.points(3)
def test_after_a_hundred_steps_of_the_same_length(agree):
    agree("after_a_hundred_steps", "i")
    agree("after_a_hundred_steps", "k")
    agree("after_a_hundred_steps", "l")


# Trap: steps of one length that can never hit.
def test_after_a_hundred_steps_that_fit_exactly(agree):
    agree("after_a_hundred_steps", "h")
    agree("after_a_hundred_steps", "j")


# --- held_out_loss ---


# Trap: no `eval()`: dropout and the like stay on, and the loss is that of training.
def test_held_out_loss_in_evaluation_mode(agree):
    agree.using(numbers="strict").scenario(lambda module: module.held_out_loss(HigherInTraining(), X, Y, nn.L1Loss()))


# Trap: the model is left in evaluation mode, or always put into training mode. And whatever else a look needs.
@pytest.mark.points(2)
@pytest.mark.parametrize("training", [True, False])
def test_held_out_loss_puts_the_mode_back(agree, training):
    def modes(module, training):
        model = nn.Sequential(Watching(), HigherInTraining(2.0, -1.0), nn.Dropout(0.5)).train(training)
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        loss = module.held_out_loss(model, X, Y, uneven)
        return {
            "what you returned": loss,
            "modes of the parts": [part.training for part in model.modules()],
            "gradients switched on": sorted(model[0].seen),
            "model afterwards": model,
        }

    agree.scenario(modes, training)


# Trap: the graph is built and thrown away, which costs memory and time.
def test_held_out_loss_without_gradients(agree):
    def watch(module):
        model = Watching()
        module.held_out_loss(model, X, Y, nn.MSELoss())
        return {"gradients switched on": sorted(model.seen), "gradients on afterwards": torch.is_grad_enabled()}

    agree.scenario(watch)


# Trap: learning from the data to test on; gradients cleared that somebody still needs.
def test_held_out_loss_changes_nothing(agree):
    def untouched(module):
        model = straight_line(1.0, 0.5)
        (model(X) - Y).abs().mean().backward()
        x, y = X[:3].clone(), Y[:3].clone()
        loss = module.held_out_loss(model, x, y, nn.L1Loss())
        return {
            "what you returned": loss,
            "model afterwards": model,
            "gradients of the model": [parameter.grad for parameter in model.parameters()],
            "`X` afterwards": x,
            "`y` afterwards": y,
        }

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
        return {"what you returned": module.fit_line(model, *parts), "numbers of the model": model.state_dict()}

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
        return {
            "what you returned": [
                fit(module, straight_line(0.5, 0.0), epochs=9, lr=0.03, every=every) for every in (4, 3, 20)
            ]
        }

    agree.using(numbers="strict", **TRAINED, **ANY_MODE).scenario(epochs)


# Trap: the training loss taken after the update, or the test loss before it.
@pytest.mark.exercise("fit_line")
def test_fit_line_first_epoch(agree):
    def first(module):
        model = straight_line(0.25, 2.0)
        return {"what you returned": fit(module, model, epochs=1, lr=0.2), "numbers of the model": model.state_dict()}

    agree.using(**ANY_MODE).scenario(first)


# Trap: `train()` once before the loop, so that from the second epoch on the model learns in evaluation mode.
@pytest.mark.exercise("fit_line")
@pytest.mark.points(3)
def test_fit_line_in_the_right_mode(agree):
    def modes(module):
        model = HigherInTraining(0.5, 0.0).eval()
        return {
            "what you returned": fit(module, model, epochs=3, lr=0.01, every=1),
            "numbers of the model": model.state_dict(),
        }

    agree.using(**TRAINED, **ANY_MODE).scenario(modes)


# Trap: the test data are learned from too; with gradients on, their graph is at least built.
@pytest.mark.exercise("fit_line")
@pytest.mark.points(3)
def test_fit_line_tests_without_gradients(agree):
    def watch(module):
        # Both parts are told apart by their number of rows.
        class Each(Watching):
            def forward(self, x):
                self.seen.add((len(x), torch.is_grad_enabled()))
                return self.line(x)

        model = Each(0.5, 0.0)
        fit(module, model, epochs=2, lr=0.01)
        return {
            "gradients switched on": sorted(model.seen),
            "numbers of the model": model.line.state_dict(),
            "gradients on afterwards": torch.is_grad_enabled(),
        }

    agree.using(**TRAINED, **ANY_MODE).scenario(watch)


# Trap: a new model is made and trained; older gradients are used.
@pytest.mark.exercise("fit_line")
def test_fit_line_trains_the_model_that_it_is_given(agree):
    def stale(module):
        model = Curve()
        (100 * model(X)).sum().backward()
        return {
            "what you returned": fit(module, model, epochs=2, lr=0.01, every=1),
            "numbers of the model": model.state_dict(),
        }

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
@pytest.mark.points(2)
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
@pytest.mark.points(2)
@pytest.mark.parametrize("training", [True, False])
def test_line_predictions_put_the_mode_back(agree, training):
    def modes(module, training):
        model = nn.Sequential(HigherInTraining(), nn.Dropout(0.5)).train(training)
        return {
            "what you returned": module.line_predictions(model, X),
            "modes of the parts": [part.training for part in model.modules()],
        }

    agree.scenario(modes, training)


# Trap: a result that drags its graph along; gradients switched off for good; those that are there cleared.
@pytest.mark.points(2)
def test_line_predictions_without_gradients(agree):
    def watch(module):
        model = Watching(2.0, -1.0)
        x = X.clone().requires_grad_()
        for leaf in (x, *model.parameters()):
            leaf.grad = torch.full_like(leaf, 50.0)
        prediction = module.line_predictions(model, x)
        return {
            "what you returned": prediction,
            "gradients switched on": sorted(model.seen),
            "gradients on afterwards": torch.is_grad_enabled(),
            "`x` needs a gradient": x.requires_grad,
            "`x` afterwards": x.detach(),
            "gradient of `x`": x.grad,
            "model afterwards": model,
            "gradients of the model": {name: weights.grad for name, weights in model.named_parameters()},
        }

    agree.scenario(watch)


# Trap: the result brought to the CPU, flattened, or sent through float32.
def test_line_predictions_stay_as_they_are(agree, device):
    def predict(module, place):
        model = straight_line(0.5, 1.0).to(place).double()
        return module.line_predictions(model, X.to(place).double().reshape(5, 2, 1) / 7)

    agree.scenario(predict, device)


# --- points_figure, loss_figure ---


def texts_of_legend(figure, axes):
    """The texts of the axes' legend, or of the whole figure's; None without any."""
    legend = axes.get_legend() or next(iter(figure.legends), None)
    return None if legend is None else {label.get_text() for label in legend.get_texts()}


def drawn(figure):
    """What it is and what it shows, as data; what is no figure is handed on."""
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return type(figure).__name__, figure
    return "Figure", [
        {
            "labels": (axes.get_xlabel(), axes.get_ylabel()),
            "legend": texts_of_legend(figure, axes),
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
    return {
        "kind of what you returned": kind,
        "what the figure shows": [axes[what] for axes in all_axes] if kind == "Figure" else all_axes,
    }


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


# Trap: `numpy()` of a prediction that needs a gradient raises; all data, or that gradient, changed in the attempt.
@pytest.mark.exercise("points_figure")
@pytest.mark.points(3)
def test_points_figure_of_predictions_with_a_graph(agree):
    pytest.importorskip("matplotlib.figure")

    def with_graph(module):
        weight = torch.tensor(2.0, requires_grad=True)
        predicted = weight * X[1::2]
        data = [part.clone() for part in PARTS]
        return {
            "the figure": shown(module, "points", "points_figure", *data, predicted),
            "the data afterwards": data,
            "the predictions need a gradient": predicted.requires_grad,
        }

    def with_a_gradient(module):
        predicted = (Y[1::2] - 3).requires_grad_()
        predicted.grad = torch.full_like(predicted, 50.0)
        return {
            "the figure": shown(module, "points", "points_figure", *PARTS, predicted),
            "gradient of the predictions": predicted.grad,
        }

    agree.scenario(with_graph)
    agree.scenario(with_a_gradient)


# Trap: axes without labels, or with the labels of the other figure; the labels swapped.
@pytest.mark.exercise("points_figure")
def test_points_figure_axes(agree):
    pytest.importorskip("matplotlib.figure")
    agree.scenario(shown, "labels", "points_figure", *PARTS)


# Trap: labels without a legend that shows them; a legend made before everything was drawn.
@pytest.mark.exercise("points_figure")
@pytest.mark.points(2)
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
        return {"the figure": shown(module, "lines", "loss_figure", history), "`history` afterwards": history}

    agree.scenario(twice)


# --- fit_anywhere ---


# Trap: the data, the labels or the answer on the wrong device; the model brought to the data; `.cuda()`.
@pytest.mark.points(2)
def test_fit_anywhere_where_the_model_lives(agree, device):
    def train(module, place):
        model = straight_line(0.5, 0.0).to(place)
        return {
            "what you returned": module.fit_anywhere(model, X, Y, 3, 0.05),
            "numbers of the model": model.state_dict(),
            "in training mode": model.training,
        }

    agree.using(**TRAINED).scenario(train, device)


# Trap: float32 data for a float64 model, or a model that is made float32.
@pytest.mark.points(4)
def test_fit_anywhere_in_the_dtype_of_the_model(agree, device):
    def train(module, place):
        model = straight_line(0.5, 0.0).to(place).double()
        return {
            "what you returned": module.fit_anywhere(model, X, Y, 2, 0.1),
            "numbers of the model": model.state_dict(),
            "in training mode": model.training,
        }

    agree.using(**TRAINED).scenario(train, device)


# Trap: a weight and a bias counted on; older gradients used; X or y changed on the way.
def test_fit_anywhere_another_model(agree):
    def train(module):
        model, x, y = Curve(), X.clone(), Y.clone()
        (100 * model(x)).sum().backward()
        return {
            "what you returned": module.fit_anywhere(model, x, y, 4, 0.02),
            "numbers of the model": model.state_dict(),
            "in training mode": model.training,
            "`X` afterwards": x,
            "`y` afterwards": y,
        }

    agree.using(**TRAINED).scenario(train)


# Trap: predictions from before the last step, or with a graph.
def test_fit_anywhere_predicts_at_the_end(agree):
    agree.scenario(lambda module: module.fit_anywhere(straight_line(0.5, 0.25), X, Y, 1, 0.1))


# Trap: without an epoch only the prediction is left to fail; that of a float64 model sent through float32.
def test_fit_anywhere_without_epochs(agree, device):
    def of_many_digits(module, place):
        return module.fit_anywhere(straight_line(0.5, 0.25).double().to(place), X / 7, Y, 0, 0.1)

    agree.scenario(of_many_digits, device)
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


# Trap: one update at the end of the epoch; the gradients of the batches add up. And whatever else an epoch needs.
@pytest.mark.exercise("epoch_in_batches")
@pytest.mark.points(5)
def test_epoch_in_batches_updates_after_each_batch(agree):
    def two(module):
        return epochs(module, 2, straight_line(0.5, 0.0), 5, nn.MSELoss())

    def all_at_once(module):
        model = HigherInTraining(0.5, 0.0).eval()
        (100 * model(X)).sum().backward()
        loader = DataLoader(TensorDataset(X, Y), batch_size=4, drop_last=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.002, momentum=0.5)
        return {
            "what you returned": module.epoch_in_batches(model, loader, uneven, optimizer),
            "model afterwards": model,
        }

    agree.using(**TRAINED).scenario(two)
    agree.using(**TRAINED).scenario(all_at_once)


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
        return {"what you returned": [epochs(module, 1, Curve(), size, nn.MSELoss())[:2] for size in (1, 10, 3)]}

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
        return {
            "what you returned": module.epoch_in_batches(model, loader, nn.MSELoss(), optimizer),
            "model afterwards": model,
        }

    agree.using(**TRAINED).scenario(last_one_dropped)


# Trap: the loader is gone through twice, or its batches are taken for all of one size.
def test_epoch_in_batches_of_an_uneven_loader(agree):
    def uneven_loader(module):
        model = straight_line(0.5, 0.0)
        loader = DataLoader(TensorDataset(X, Y), batch_sampler=[[0], [1, 2, 3, 4, 5, 6], [7, 8, 9]])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        return {
            "what you returned": module.epoch_in_batches(model, loader, nn.MSELoss(), optimizer),
            "model afterwards": model,
        }

    agree.using(**TRAINED).scenario(uneven_loader)


# --- updates_and_rows ---


# Trap: the last, smaller batch counted as a full one, so that more rows are used than there are.
@pytest.mark.points(3)
def test_updates_and_rows_with_a_smaller_last_batch(agree):
    agree("updates_and_rows", 10, 3, 4, False)
    agree("updates_and_rows", rows=23, batch_size=5, epochs=1, drop_last=False)


# Trap: rows that are left out are counted; the last batch counted although it is left out.
@pytest.mark.points(2)
def test_updates_and_rows_without_the_last_batch(agree):
    agree("updates_and_rows", 10, 3, 4, True)
    agree("updates_and_rows", rows=23, batch_size=5, epochs=1, drop_last=True)


# Trap: one batch more where they come out even; floats, as `/` and `np.ceil` make them.
@pytest.mark.points(3)
def test_updates_and_rows_that_come_out_even(agree, student):
    agree("updates_and_rows", 12, 4, 3, False)
    told = student.updates_and_rows(12, 4, 3, False)
    agree.that(all_whole(told), "Both numbers must be ints, not numbers with a point such as 6.0.")
    agree("updates_and_rows", 12, 4, 3, True)
    agree("updates_and_rows", 5, 1, 2, False)


# Trap: a batch that is larger than the data; no epochs.
def test_updates_and_rows_at_the_edges(agree):
    agree("updates_and_rows", 3, 8, 2, False)
    agree("updates_and_rows", 3, 8, 2, True)
    agree("updates_and_rows", 7, 2, 0, False)
    agree("updates_and_rows", 7, 7, 2, True)


# Trap: batches that are made and counted.
def test_updates_and_rows_of_very_many(agree):
    agree("updates_and_rows", 1_000_000_007, 64, 10_000, False)
    agree("updates_and_rows", 1_000_000_007, 64, 10_000, True)


# --- SignalWindows ---

SIGNAL = torch.tensor([3.0, 1.0, 4.0, 1.5, 9.0, 2.0, 6.0, 5.0, 3.5, 5.5, 8.0])


def first_items(data, most):
    """What a `for` loop over the data set hands out, which it breaks off after so many."""
    found = []
    for item in data:
        found.append(item)
        if len(found) == most:
            break
    return found


# Trap: no IndexError past the end, so that `for` goes on and on with windows that are too short, or empty.
@pytest.mark.exercise("SignalWindows")
@pytest.mark.points(4)
def test_signal_windows_end(agree):
    def ends(module, count):
        windows = module.SignalWindows(SIGNAL[:count], 3)

        def refuses(index):
            try:
                windows[index]
            except IndexError:
                return True
            return False

        past = [refuses(len(windows) + further) for further in (0, 1, 100)]
        return {
            "IndexError past the end": past,
            "a loop": first_items(windows, 10),
            "length of the data set": len(windows),
        }

    agree.scenario(ends, 11)
    agree.scenario(ends, 9)
    agree.scenario(ends, 2)


# Trap: windows that overlap; a rest handed out as a window; an index in elements and not in windows.
@pytest.mark.exercise("SignalWindows")
def test_signal_windows_of_other_sizes(agree):
    def windows(module, size):
        data = module.SignalWindows(torch.arange(10), size)
        return {
            "length of the data set": len(data),
            "windows from the last one on": [data[index] for index in reversed(range(len(data)))],
        }

    for size in (1, 3, 4, 5, 10, 11):
        agree.scenario(windows, size)


# Trap: the transform writes into the signal itself. And whatever else a data set needs: an end, a transform that runs
# each time, memory of its own.
@pytest.mark.exercise("SignalWindows")
@pytest.mark.points(8)
def test_signal_windows_leave_the_signal_alone(agree):
    def in_place(module):
        signal = SIGNAL.clone()
        calls = []

        def transform(window):
            calls.append(len(window))
            return window.mul_(2).sub_(len(calls)).flip(0)

        data = module.SignalWindows(signal, 4, transform)
        twice = [first_items(data, 6) for _ in range(2)]
        module.SignalWindows(signal, 4)[1].fill_(-5.0)
        return {"two passes": twice, "`signal` afterwards": signal}

    agree.scenario(in_place)


# Trap: a window that is a view of the signal, where nobody transforms it, or where the transform hands it back.
@pytest.mark.exercise("SignalWindows")
def test_signal_windows_share_no_memory(agree):
    def written(module, transform):
        signal = SIGNAL.clone()
        data = module.SignalWindows(signal, 5, transform)
        data[1].fill_(-1.0)
        first = data[0]
        signal.zero_()
        return first, module.SignalWindows(SIGNAL, 5, None)[1]

    agree.scenario(lambda module: written(module, None))
    agree.scenario(lambda module: written(module, lambda window: window))
    agree.scenario(lambda module: written(module, lambda window: window[1:3]))


# Trap: transformed once, at the start, or the signal as a whole.
@pytest.mark.exercise("SignalWindows")
def test_signal_windows_are_transformed_anew(agree):
    def counted(module):
        seen = []

        def transform(window):
            seen.append(len(window))
            return window + 100 * len(seen)

        data = module.SignalWindows(SIGNAL, 4, transform)
        made = len(seen)
        passes = [data[0], data[1], data[0]]
        return {"calls at the start": made, "windows one after the other": passes, "calls of the transform": seen}

    agree.scenario(counted)


# Trap: what the transform returns thrown away; a shape or a dtype of its own forced.
@pytest.mark.exercise("SignalWindows")
def test_signal_windows_hand_out_what_the_transform_returns(agree):
    def other(module):
        data = module.SignalWindows(torch.arange(8, dtype=torch.int16), 4, lambda window: window.double().mean())
        other = module.SignalWindows(torch.arange(8, dtype=torch.int16), 4, lambda window: (window[:2], window[2:] * 2))
        plain = module.SignalWindows(torch.arange(8, dtype=torch.float64) / 3, size=4)
        return {"first mean": data[0], "second mean": data[1], "pair of halves": other[1], "window as it is": plain[1]}

    agree.scenario(other)


# Trap: a data set that a loader cannot use.
@pytest.mark.exercise("SignalWindows")
def test_signal_windows_in_a_loader(agree):
    def loaded(module):
        data = module.SignalWindows(SIGNAL, 2, transform=lambda window: window.flip(0))
        return {
            "sizes of the batches": [len(batch) for batch in DataLoader(data, batch_size=2)],
            "batches of the loader": list(DataLoader(data, batch_size=2)),
        }

    agree.scenario(loaded)


# --- balanced_batches ---

# 900, 90 and 10 rows; the class 1 does not occur. Each row names its class and its number.
CLASSES = torch.tensor([0] * 900 + [2] * 90 + [3] * 10)
ROWS = torch.stack([CLASSES.double(), torch.arange(1000.0).double()], dim=1)


def drawn_passes(module, seed, count, batch_size=50):
    """A scenario: so many passes, each as one pair; other numbers are drawn before and in between."""
    torch.rand(3)
    loader = module.balanced_batches(ROWS, CLASSES, batch_size, seed)
    found = []
    for _ in range(count):
        batches = [list(batch) for batch in loader] or [[ROWS[:0], CLASSES[:0]]]
        found.append([torch.cat([batch[place] for batch in batches]) for place in (0, 1)])
        torch.rand(2)
    return found


def sizes_of_batches(module, batch_size):
    """A scenario: the shapes of the batches of 120 rows."""
    loader = module.balanced_batches(ROWS[880:], CLASSES[880:], batch_size=batch_size, seed=0)
    return {"shapes of the batches": [(tuple(rows.shape), tuple(labels.shape)) for rows, labels in loader]}


def types_of_a_batch(module):
    """A scenario: dtypes and shapes of a batch, whether the shared generator has kept its seed, and the arguments."""
    torch.manual_seed(8)
    seed = torch.initial_seed()
    rows, labels = ROWS[-200:].clone(), CLASSES[-200:].clone()
    batch = next(iter(module.balanced_batches(rows, labels, 20, 3)))
    kinds = [(part.dtype, tuple(part.shape)) for part in batch]
    return {
        "dtypes and shapes of a batch": kinds,
        "the shared generator keeps its seed": torch.initial_seed() == seed,
        "`X` afterwards": rows,
        "`y` afterwards": labels,
    }


def shares(labels):
    """Which share of the labels each class has."""
    return labels.bincount(minlength=4).double() / len(labels)


# Trap: one weight for each class where one for each row is asked for; the weights not turned over; no weights at all.
@pytest.mark.exercise("balanced_batches")
@pytest.mark.points(8)
def test_balanced_batches_draw_each_class_as_often(agree):
    passes, again, other = agree.evidence(lambda module: [drawn_passes(module, seed, 2) for seed in (3, 3, 4)])
    for rows, labels in passes:
        agree.that(labels.dtype == torch.int64 and rows.shape[1:] == (2,), "A batch is a pair: rows, and their labels.")
        agree.that(len(labels) == 1000, "In a pass as many rows are drawn as `X` has.")
        agree.that(torch.equal(rows[:, 0].long(), labels), "Each row of `X` must keep its own label.")
        agree.that(
            bool(((shares(labels) - torch.tensor([1, 0, 1, 1]) / 3).abs() < 0.08).all()),
            "Each class that occurs must be drawn about as often as every other.",
        )
    agree.that(torch.equal(passes[0][0], again[0][0]), "The same seed must draw the same rows, pass for pass.")
    agree.that(torch.equal(passes[1][0], again[1][0]), "The same seed must draw the same rows, pass for pass.")
    agree.that(not torch.equal(passes[0][0], passes[1][0]), "Each pass must draw anew.")
    agree.that(not torch.equal(passes[0][0], other[0][0]), "Another seed must draw other rows.")
    agree.scenario(sizes_of_batches, 70)
    agree.scenario(types_of_a_batch)


# Trap: within a class always the same rows, or each row once.
@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_draw_each_row_of_a_class_as_often(agree):
    passes = agree.evidence(drawn_passes, 11, 3)
    agree.that(all(len(rows) == 1000 for rows, _ in passes), "In a pass as many rows are drawn as `X` has.")
    numbers = torch.cat([rows[:, 1] for rows, _ in passes]).long()
    agree.that(int(numbers.min()) >= 0 and int(numbers.max()) < 1000, "The rows handed out must be rows of `X`.")
    counts = numbers.bincount(minlength=1000)
    agree.that(bool((counts[990:] > 50).all()), "Each row of a class must have the same chance.")
    agree.that(bool((counts[900:990] > 0).all()), "Each row of a class must have the same chance.")
    agree.that(500 < int((counts[:900] > 0).sum()) < 700, "Each row of a class must have the same chance.")


# Trap: the last, smaller batch kept; another number of rows than there are.
@pytest.mark.exercise("balanced_batches")
@pytest.mark.points(2)
def test_balanced_batches_are_all_full(agree):
    agree.scenario(sizes_of_batches, 50)
    agree.scenario(sizes_of_batches, 40)
    agree.scenario(sizes_of_batches, 120)


# Trap: the seed not used, or given to the loader alone; each pass the same.
@pytest.mark.exercise("balanced_batches")
@pytest.mark.points(4)
def test_balanced_batches_are_decided_by_the_seed(agree):
    first, again, other = agree.evidence(
        lambda module: [drawn_passes(module, seed, 2) for seed in (5, 5, 6)],
    )
    for place in (0, 1):
        agree.that(
            torch.equal(first[place][0], again[place][0]), "The same seed must draw the same rows, pass for pass."
        )
    agree.that(not torch.equal(first[0][0], first[1][0]), "Each pass must draw anew.")
    agree.that(not torch.equal(first[0][0], other[0][0]), "Another seed must draw other rows.")


# Trap: `torch.manual_seed`; rows made float32, arguments changed.
@pytest.mark.exercise("balanced_batches")
def test_balanced_batches_seed_nobody_else(agree):
    agree.scenario(types_of_a_batch)


# --- start_worker ---


def drawn_by_workers(module, base, workers=4, count=3):
    """A scenario: the first numbers of each generator of each process, without any processes."""
    found = []
    for worker_id in range(workers):
        torch.manual_seed(base + worker_id)
        generators = [torch.Generator().manual_seed(5) for _ in range(count)]
        module.start_worker(worker_id, generators)
        found.append([torch.rand(6, generator=generator) for generator in generators])
    return found


def shared_afterwards(module):
    """A scenario: the generator that everybody shares, after a call."""
    torch.manual_seed(9)
    torch.rand(3)
    returned = module.start_worker(1, [torch.Generator(), torch.Generator()])
    return {
        "what you returned": returned,
        "seed of the shared generator": torch.initial_seed(),
        "next numbers of the shared generator": torch.rand(2),
    }


def as_rows(found):
    """One row for each generator of each process."""
    return torch.stack([numbers for generators in found for numbers in generators])


# Trap: the generators left alone, all with one seed, or the seed of the process plus the generator's place.
@pytest.mark.exercise("start_worker")
@pytest.mark.points(6)
def test_start_worker_makes_all_generators_differ(agree):
    passes = []
    for base in (100, 2**40 + 17, 0, 2**63 - 40):
        rows = as_rows(agree.evidence(drawn_by_workers, base))
        agree.that(len(rows.unique(dim=0)) == 12, "Two generators draw the same numbers, within one process or in two.")
        agree.that(
            not any((rows == other).all(dim=1).any() for other in passes),
            "In another pass, with another `torch.initial_seed()`, the numbers must be others.",
        )
        passes.append(rows)
    agree.scenario(shared_afterwards)


# Trap: few bits; products and shifts that meet.
@pytest.mark.exercise("start_worker")
@pytest.mark.points(3)
def test_start_worker_with_many_generators(agree):
    rows = as_rows(agree.evidence(drawn_by_workers, 7, 30, 30))
    agree.that(len(rows.unique(dim=0)) == 900, "Two generators draw the same numbers, within one process or in two.")


# Trap: the number of the process alone, which is the same in each pass.
@pytest.mark.exercise("start_worker")
@pytest.mark.points(3)
def test_start_worker_depends_on_the_pass(agree):
    one, other = agree.evidence(lambda module: (drawn_by_workers(module, 2000), drawn_by_workers(module, 3017)))
    same = (as_rows(one) == as_rows(other)).all(dim=1)
    agree.that(not same.any(), "In another pass, with another `torch.initial_seed()`, the numbers must be others.")


# Trap: drawn by chance, or from wherever the generators stood.
@pytest.mark.exercise("start_worker")
def test_start_worker_can_be_repeated(agree):
    def twice(module):
        found = []
        for before in (1, 2):
            torch.manual_seed(500)
            generators = [torch.Generator().manual_seed(before) for _ in range(2)]
            torch.rand(before)
            module.start_worker(0, generators)
            found.append(torch.stack([torch.rand(4, generator=generator) for generator in generators]))
        return found

    one, other = agree.evidence(twice)
    agree.that(torch.equal(one, other), "The same `torch.initial_seed()` must give the same numbers.")


# Trap: a seed that is larger than any generator takes.
@pytest.mark.exercise("start_worker")
def test_start_worker_with_the_largest_seeds(agree):
    rows = as_rows(agree.evidence(drawn_by_workers, 2**63 - 5))
    agree.that(len(rows.unique(dim=0)) == 12, "Two generators draw the same numbers, within one process or in two.")


# Trap: the generator that everybody shares is seeded, or drawn from.
@pytest.mark.exercise("start_worker")
def test_start_worker_leaves_the_shared_generator_alone(agree):
    agree.scenario(shared_afterwards)


# --- train_on_schedule ---

SCHEDULERS = torch.optim.lr_scheduler


def on_schedule(module, model, made, epochs, size=4, loss_fn=nn.functional.mse_loss, **options):
    """The list of rates, the model, and the rate that is left for the time after."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, **options)
    scheduler = made(optimizer)
    rates = module.train_on_schedule(model, batches(size), loss_fn, optimizer, scheduler, epochs)
    return {
        "rates that you returned": rates,
        "model afterwards": model,
        "rate afterwards": optimizer.param_groups[0]["lr"],
        "steps of the scheduler": scheduler.last_epoch,
    }


# Trap: a step of the schedule for each batch; none at all.
@pytest.mark.exercise("train_on_schedule")
@pytest.mark.points(3)
def test_train_on_schedule_once_an_epoch(agree):
    def halved(module):
        return on_schedule(module, straight_line(0.5, 0.0), lambda opt: SCHEDULERS.StepLR(opt, 2, gamma=0.5), 5)

    agree.using(**TRAINED).scenario(halved)


# Trap: a step of the schedule before the updates of the epoch; the rate read after the step.
@pytest.mark.exercise("train_on_schedule")
@pytest.mark.points(2)
def test_train_on_schedule_after_the_updates(agree):
    def by_table(module):
        table = [1.0, 0.25, 1.5, 0.5, 0.125]
        return on_schedule(module, Curve(), lambda opt: SCHEDULERS.LambdaLR(opt, lambda epoch: table[epoch]), 3)

    def falling(module):
        return on_schedule(module, Curve(), lambda opt: SCHEDULERS.ExponentialLR(opt, 0.5), 1)

    agree.using(**TRAINED).scenario(by_table)
    agree.using(**TRAINED).scenario(falling)


# Trap: lists, tensors or texts where numbers are asked for.
@pytest.mark.exercise("train_on_schedule")
def test_train_on_schedule_returns_numbers(agree):
    def numbers(module):
        return on_schedule(module, straight_line(0.5, 0.0), lambda opt: SCHEDULERS.ExponentialLR(opt, 0.9), 4)[
            "rates that you returned"
        ]

    agree.using(numbers="strict").scenario(numbers)
    agree.scenario(
        lambda module: on_schedule(module, straight_line(0.5, 0.0), lambda opt: SCHEDULERS.StepLR(opt, 1), 0)[
            "rates that you returned"
        ]
    )


# Trap: in the new loop an old bug: gradients that add up, the mode, the loss, the optimizer's memory.
@pytest.mark.exercise("train_on_schedule")
def test_train_on_schedule_still_trains(agree):
    def stale(module):
        model = HigherInTraining(0.5, 0.0).eval()
        (100 * model(X)).sum().backward()
        made = lambda opt: SCHEDULERS.StepLR(opt, 1, gamma=0.7)  # noqa: E731
        return on_schedule(module, model, made, 2, size=3, loss_fn=uneven, momentum=0.5)

    agree.using(**TRAINED).scenario(stale)


# --- freeze_body and train_head ---


class OnBatches(nn.Module):
    """Adds 10 while it is in training mode, and counts how often that was: as with batch norm, a buffer changes."""

    def __init__(self):
        super().__init__()
        self.register_buffer("count", torch.zeros(()))

    def forward(self, x):
        if not self.training:
            return x
        self.count += 1
        return x + 10


class TwoParts(nn.Module):
    """A body that was trained before, and a head. Both hold parts that notice the mode."""

    def __init__(self):
        super().__init__()
        norm = nn.BatchNorm1d(2)
        norm.running_mean += 0.25
        self.body = nn.Sequential(nn.Linear(1, 2), norm, nn.Sequential(nn.Tanh(), OnBatches()))
        self.head = nn.Sequential(nn.Sequential(OnBatches()), nn.Linear(2, 1))
        self.width = 2
        with torch.no_grad():
            for place, parameter in enumerate(self.parameters()):
                parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape) / 8 - place / 4 + 0.1)

    def forward(self, x):
        return self.head(self.body(x))


def frozen(module, *, training=True, lr=0.05):
    model = TwoParts().train(training)
    return model, module.freeze_body(model, lr)


def modes_of(part):
    return [each.training for each in part.modules()]


def modes_when_frozen(module, training):
    """A scenario: the modes of the parts of a frozen model."""
    model, _ = frozen(module, training=training)
    return {"modes of the body": modes_of(model.body), "modes of the head": modes_of(model.head)}


def optimizer_when_frozen(module):
    """A scenario: the optimizer, and which parameters of the head it holds, by their places."""
    model, optimizer = frozen(module, lr=0.125)
    head = list(model.head.parameters())
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    places = [[place for place, mine in enumerate(head) if mine is parameter] for parameter in held]
    return {
        "optimizer that you returned": optimizer,
        "parameters that it holds": sorted(places),
        "number of groups": len(optimizer.param_groups),
    }


# The text leaves the mode of the model itself to the student; those of its parts are evidence.


# Trap: only the optimizer is told: the body's gradients are still found, for nobody. And whatever else freezing needs.
@pytest.mark.exercise("freeze_body")
@pytest.mark.points(6)
def test_freeze_body_needs_no_gradient(agree):
    def wanted(module):
        model, _ = frozen(module)
        names = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
        model(X).sum().backward()
        return {
            "what needs a gradient": names,
            "what got a gradient": {name: parameter.grad is not None for name, parameter in model.named_parameters()},
        }

    agree.using(**ANY_MODE).scenario(wanted)
    for training in (True, False):
        agree.using(**ANY_MODE).scenario(modes_when_frozen, training)
    agree.using(**ANY_MODE).scenario(optimizer_when_frozen)


# Trap: dropout and batch norm of the body stay in training mode; the head is put into evaluation mode too.
@pytest.mark.exercise("freeze_body")
@pytest.mark.points(4)
@pytest.mark.parametrize("training", [True, False])
def test_freeze_body_modes(agree, training):
    agree.using(**ANY_MODE).scenario(modes_when_frozen, training)


# Trap: the optimizer has everything, or other settings.
@pytest.mark.exercise("freeze_body")
@pytest.mark.points(3)
def test_freeze_body_optimizer(agree):
    agree.using(**ANY_MODE).scenario(optimizer_when_frozen)


# Trap: numbers lost or set to 0 on the way; parts taken off the model.
@pytest.mark.exercise("freeze_body")
def test_freeze_body_keeps_what_was_learned(agree):
    def kept_numbers(module):
        model, _ = frozen(module)
        return {"numbers of the model": dict(model.state_dict()), "predictions afterwards": model.eval()(X)}

    agree.using(**ANY_MODE).scenario(kept_numbers)


# Trap: layers known by kind or by name; a parameter of the body itself, outside of all layers.
@pytest.mark.exercise("freeze_body")
def test_freeze_body_of_another_model(agree):
    def other(module):
        model = nn.Module()
        model.body = Curve()
        model.head = nn.PReLU()
        optimizer = module.freeze_body(model, 0.5)
        (model.head(model.body(X)) - Y).square().mean().backward()
        optimizer.step()
        return {
            "what needs a gradient": {name: parameter.requires_grad for name, parameter in model.named_parameters()},
            "numbers of the model": model.state_dict(),
        }

    agree.using(**ANY_MODE).scenario(other)


def head_trained(module, model, epochs, loss_fn=nn.functional.mse_loss, **options):
    model.body.requires_grad_(False)
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.01, **options)
    losses = module.train_head(model, X, Y, loss_fn, optimizer, epochs)
    return {"losses that you returned": losses, "body": model.body, "head": model.head}


# Trap: `model.train()` wakes the frozen part: its buffers move, its dropout is on.
@pytest.mark.exercise("train_head")
@pytest.mark.points(3)
@pytest.mark.parametrize("training", [True, False])
def test_train_head_leaves_the_body_asleep(agree, training):
    def asleep(module, training):
        found = head_trained(module, TwoParts().train(training), 3)
        return {"what you returned": found, "modes of the body": modes_of(found["body"])}

    agree.using(**TRAINED, **ANY_MODE).scenario(asleep, training)


# Trap: the head put to sleep as well.
@pytest.mark.exercise("train_head")
@pytest.mark.points(3)
@pytest.mark.parametrize("training", [True, False])
def test_train_head_keeps_the_head_awake(agree, training):
    def awake(module, training):
        model = TwoParts()
        model.body.eval()
        model.head.train(training)
        found = head_trained(module, model, 2)
        return {
            "losses that you returned": found["losses that you returned"],
            "modes of the head": modes_of(found["head"]),
            "head afterwards": found["head"],
        }

    agree.using(**TRAINED, **ANY_MODE).scenario(awake, training)


# Trap: put to sleep after the first epoch, or woken again by the second.
@pytest.mark.exercise("train_head")
def test_train_head_epoch_by_epoch(agree):
    def growing(module):
        return {"what you returned": [head_trained(module, TwoParts(), epochs) for epochs in (1, 2, 4)]}

    agree.using(numbers="strict", **TRAINED, **ANY_MODE).scenario(growing)


# Trap: in mending one thing another is lost: the zeroing, the loss before the update, the optimizer.
@pytest.mark.exercise("train_head")
def test_train_head_still_trains(agree):
    def stale(module):
        model = TwoParts().eval()
        (100 * model(X)).sum().backward()
        model.body.zero_grad()
        return head_trained(module, model, 3, uneven, momentum=0.5)

    agree.using(**TRAINED, **ANY_MODE).scenario(stale)


# Trap: without an epoch there is nothing to return but an empty list.
@pytest.mark.exercise("train_head")
def test_train_head_without_epochs(agree):
    agree.using(**ANY_MODE).scenario(lambda module: head_trained(module, TwoParts(), 0)["losses that you returned"])
