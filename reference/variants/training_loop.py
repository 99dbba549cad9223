"""Other right answers to `training_loop`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import nn
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    SequentialSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from antorcha.variants import N_, equivalent, right, wrong

# --- line_data ---


@right("line_data")
def counted_and_divided(weight, bias):
    X = torch.arange(40.0).reshape(40, 1) / 40
    y = torch.full_like(X, bias)
    return X, y + X * weight


@right("line_data")
def even_spaces(weight, bias):
    X = torch.linspace(0, 0.975, 40)[:, None]
    return [X, torch.lerp(torch.full((40, 1), float(bias)), torch.full((40, 1), float(weight + bias)), X)]


@right("line_data")
def row_by_row(weight, bias):
    xs = [[0.025 * i] for i in range(40)]
    return torch.tensor(xs), torch.tensor([[weight * x + bias] for (x,) in xs], dtype=torch.float32)


@wrong(
    "line_data",
    N_(
        "You made `X` and `y` with one axis, shape `(40,)`. A model wants one row for each point, with as many columns "
        "as there are inputs: give each number a row of its own."
    ),
)
def one_axis(weight, bias):
    X = torch.arange(0, 1, 0.025)
    return X, weight * X + bias


@wrong(
    "line_data",
    N_("You made one row with 40 columns. Each point needs a row of its own: which of the two axes is the new one?"),
)
def one_row(weight, bias):
    X = torch.arange(0, 1, 0.025).unsqueeze(0)
    return X, weight * X + bias


@wrong(
    "line_data",
    N_(
        "You spread 40 numbers from 0 to 1 with 1 included, so they are a little more than 0.025 apart. "
        "Which number is the last one, after 39 steps?"
    ),
)
def one_included(weight, bias):
    X = torch.linspace(0, 1, 40).unsqueeze(1)
    return X, weight * X + bias


@wrong(
    "line_data",
    N_("You made a 41st point at 1. The range ends before 1: does the function that you use include its end?"),
)
def a_point_too_many(weight, bias):
    X = torch.linspace(0, 1, 41).unsqueeze(1)
    return X, weight * X + bias


@wrong(
    "line_data",
    N_("You wrote down 0.8 and 0.2. Those are only the example's numbers: use the arguments `weight` and `bias`."),
)
def numbers_of_the_example(weight, bias):
    X = torch.arange(0, 1, 0.025).unsqueeze(1)
    return X, 0.8 * X + 0.2


@wrong("line_data", N_("You exchanged weight and bias. Which of the two is multiplied by `X`, and which is added?"))
def weight_for_bias(weight, bias):
    X = torch.arange(0, 1, 0.025).unsqueeze(1)
    return X, bias * X + weight


@wrong("line_data", N_("You left the bias out of `y`. Your line goes through 0: what does `y` hold where `X` is 0?"))
def through_zero(weight, bias):
    X = torch.arange(0, 1, 0.025).unsqueeze(1)
    return X, weight * X


@wrong(
    "line_data",
    N_(
        "You made the numbers with NumPy or asked for doubles, and they stayed float64. "
        "A layer is float32: which dtype does the text ask for?"
    ),
)
def double_points(weight, bias):
    X = torch.from_numpy(np.arange(0, 1, 0.025)).unsqueeze(1)
    return X, weight * X + bias


_DOUBLE_TARGETS = N_("Your `y` is float64. A layer is float32: which dtype does the text ask for?")


@wrong("line_data", _DOUBLE_TARGETS)
def double_targets(weight, bias):
    X = torch.arange(0, 1, 0.025).unsqueeze(1)
    return X, torch.tensor([weight], dtype=torch.float64) * X + bias


@wrong("line_data", _DOUBLE_TARGETS)
def double_targets_of_multiples(weight, bias):
    X = torch.arange(40.0).unsqueeze(1) * 0.025
    return X, torch.tensor([weight], dtype=torch.float64) * X + bias


# --- shuffled_split ---


@right("shuffled_split")
def shuffled_by_python(X, y, test_share=0.3, seed=42):
    order = list(range(len(X)))
    random.Random(seed).shuffle(order)
    count = round(test_share * len(order))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


@right("shuffled_split")
def shuffled_by_numpy(X, y, test_share=0.3, seed=42):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(X)))
    learn = len(X) - round(test_share * len(X))
    return [X[order[:learn]], X[order[learn:]], y[order[:learn]], y[order[learn:]]]


@right("shuffled_split")
def state_put_back(X, y, test_share=0.3, seed=42):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        order = torch.randperm(X.shape[0])
    learn = X.shape[0] - round(X.shape[0] * test_share)
    return *X[order].split([learn, len(X) - learn]), *y[order].split([learn, len(X) - learn])


@wrong(
    "shuffled_split",
    N_(
        "You seeded the generator that all of the program draws from. From now on everybody else gets other numbers "
        "than they asked for: look for a generator of your own, `torch.Generator`."
    ),
)
def seeded_for_everybody(X, y, test_share=0.3, seed=42):
    torch.manual_seed(seed)
    order = torch.randperm(len(X))
    count = round(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


@wrong(
    "shuffled_split",
    N_(
        "You cut the data in two without shuffling them. The rows come in order, so the model never sees that end of "
        "the line on which you test it. Draw an order first."
    ),
)
def cut_without_shuffling(X, y, test_share=0.3, seed=42):
    learn = len(X) - round(test_share * len(X))
    return X[:learn], X[learn:], y[:learn], y[learn:]


@wrong(
    "shuffled_split",
    N_(
        "You shuffled `X` and `y` each on its own, so hardly any row still has its own `y`. "
        "Draw one order and use it for both."
    ),
)
def each_on_its_own(X, y, test_share=0.3, seed=42):
    generator = torch.Generator().manual_seed(seed)
    count = round(test_share * len(X))
    X = X[torch.randperm(len(X), generator=generator)]
    y = y[torch.randperm(len(y), generator=generator)]
    return X[count:], X[:count], y[count:], y[:count]


@wrong(
    "shuffled_split",
    N_("You shuffled `X` and left `y` in its old order. Each row of `X` must still have its own `y` beside it."),
)
def only_one_shuffled(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    count = round(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[count:], y[:count]


@wrong(
    "shuffled_split",
    N_(
        "You never use `seed`: two calls with the same seed give two splits. "
        "See what the function that draws the order can be given."
    ),
)
def seed_forgotten(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X))
    count = round(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


@wrong(
    "shuffled_split",
    N_("You draw with the seed 42 whatever `seed` is. Two different seeds must give two different splits."),
)
def always_seed_42(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(42))
    count = round(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


@wrong(
    "shuffled_split",
    N_(
        "You drew twice, once for each part, so that some rows are in both and some in none. A model does well on rows "
        "that it has learned from, and the test says nothing. Draw once and share the rows out."
    ),
)
def leaking(X, y, test_share=0.3, seed=42):
    generator = torch.Generator().manual_seed(seed)
    count = round(test_share * len(X))
    test = torch.randperm(len(X), generator=generator)[:count]
    train = torch.randperm(len(X), generator=generator)[count:]
    return X[train], X[test], y[train], y[test]


@wrong(
    "shuffled_split",
    N_(
        "You drew each row on its own, so the same row may come up again and again. "
        "Shuffling gives every row once: look for a function that draws a permutation."
    ),
)
def drawn_with_repetition(X, y, test_share=0.3, seed=42):
    order = torch.randint(len(X), (len(X),), generator=torch.Generator().manual_seed(seed))
    count = round(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


@wrong(
    "shuffled_split",
    N_("You exchanged the two parts: `test_share` is the share of the rows to test on, and the rest is learned from."),
)
def shares_exchanged(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    count = round(test_share * len(X))
    return X[order[:count]], X[order[count:]], y[order[:count]], y[order[count:]]


@wrong(
    "shuffled_split",
    N_(
        "You return the four tensors in another order. First come both parts of `X`, then both parts of `y`: "
        "`X_train, X_test, y_train, y_test`."
    ),
)
def pairs_first(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    count = round(test_share * len(X))
    return X[order[count:]], y[order[count:]], X[order[:count]], y[order[:count]]


@wrong(
    "shuffled_split",
    N_("You cut the number of test rows down to a whole number. The text asks for the nearest one: what is 0.3 of 9?"),
)
def count_cut_off(X, y, test_share=0.3, seed=42):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    count = int(test_share * len(X))
    return X[order[count:]], X[order[:count]], y[order[count:]], y[order[:count]]


# --- LinearRegression ---


@right("LinearRegression")
class Registered(nn.Module):
    def __init__(self):
        super().__init__()
        for name in ("weight", "bias"):
            self.register_parameter(name, nn.Parameter(nn.init.normal_(torch.empty(1))))

    def forward(self, x):
        return torch.addcmul(self.bias, self.weight, x)


@right("LinearRegression")
class DrawnTogether(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        weight, bias = torch.randn(2).unbind()
        self.bias = nn.Parameter(bias.reshape(1).clone())
        self.weight = nn.Parameter(weight.reshape(1).clone())

    def forward(self, inputs):
        prediction = inputs * self.weight
        return prediction + self.bias


@wrong(
    "LinearRegression",
    N_(
        "You stored plain tensors. They are right at first, but `parameters()` does not know them, so no optimizer "
        "ever changes them. Look up `nn.Parameter`."
    ),
)
class PlainTensors(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.randn(1, requires_grad=True)
        self.bias = torch.randn(1, requires_grad=True)

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_(
        "You registered buffers. They move with the model and are saved, but they are not trained: "
        "what does a module call what is trained?"
    ),
)
class Buffers(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.randn(1))
        self.register_buffer("bias", torch.randn(1))

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_(
        "You set the seed when a model is made, so all models are the same, and the seed of whoever makes one is lost. "
        "Leave the seed to your caller."
    ),
)
class SeedsItself(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(42)
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_("You drew the bias first, so each parameter has the number of the other one. The order of drawing counts."),
)
class BiasFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.randn(1))
        self.weight = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_(
        "You drew with `rand`, evenly from 0 to 1. The text names the function for a bell curve around 0: "
        "its name has one letter more."
    ),
)
class DrawnEvenly(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(1))
        self.bias = nn.Parameter(torch.rand(1))

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_("You made the parameters without axes, shape `()`. The text asks for shape `(1,)`: one number on one axis."),
)
class WithoutAxes(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(()))
        self.bias = nn.Parameter(torch.randn(()))

    def forward(self, x):
        return self.weight * x + self.bias


@wrong(
    "LinearRegression",
    N_(
        "You put a layer of PyTorch's inside, so its parameters are called after that layer, and it draws numbers in "
        "its own way. Here the model has just two parameters of its own."
    ),
)
class LayerInside(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


@wrong("LinearRegression", N_("Your prediction leaves the bias out. What does the model predict where `x` is 0?"))
class WithoutBias(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.weight * x


@wrong(
    "LinearRegression",
    N_(
        "You took the numbers out of the parameters in `forward` (`.data`, `.detach()` or `.item()`). The prediction "
        "is right, but no gradient can flow back: calculate with the parameters themselves."
    ),
)
class CutOff(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.weight.data * x + self.bias.data


@wrong(
    "LinearRegression",
    N_(
        "You used a matrix product. It works for columns only: the text asks for a prediction for each element of `x`, "
        "whatever its shape."
    ),
)
class MatrixProduct(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return x @ self.weight.reshape(1, 1) + self.bias


# --- ColumnScaler ---


@right("ColumnScaler")
class TwoBuffers(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.register_buffer("deviation", X.var(0).sqrt())
        self.register_buffer("mean", X.sum(0) / len(X))

    def forward(self, x):
        return x.sub(self.mean).div(self.deviation)


@right("ColumnScaler")
class BuffersByClass(nn.Module):
    def __init__(self, X):
        nn.Module.__init__(self)
        deviation, mean = torch.std_mean(X, dim=0)
        self.mean = nn.Buffer(mean)
        self.deviation = nn.Buffer(deviation)

    def forward(self, x):
        return torch.stack([(column - m) / d for column, m, d in zip(x.T, self.mean, self.deviation, strict=True)], 1)


@wrong(
    "ColumnScaler",
    N_(
        "You stored plain attributes. The numbers come out right here, but `state_dict()` does not know them, and they "
        "stay behind when the model is moved. Look for what a module calls a tensor that it keeps and does not train."
    ),
)
class PlainAttributes(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.mean, self.deviation = X.mean(dim=0), X.std(dim=0)

    def forward(self, x):
        return (x - self.mean) / self.deviation


@wrong(
    "ColumnScaler",
    N_(
        "You registered parameters. They are saved and they move, but an optimizer changes them: "
        "mean and deviation are not there to be trained."
    ),
)
class ParametersForBuffers(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.mean, self.deviation = nn.Parameter(X.mean(dim=0)), nn.Parameter(X.std(dim=0))

    def forward(self, x):
        return (x - self.mean) / self.deviation


@wrong(
    "ColumnScaler",
    N_(
        "You registered parameters that need no gradient. They still stand in `parameters()`, and the text asks for "
        "a scaler without any: which other kind of tensor can a module register?"
    ),
)
class FrozenParameters(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.mean = nn.Parameter(X.mean(dim=0), requires_grad=False)
        self.deviation = nn.Parameter(X.std(dim=0), requires_grad=False)

    def forward(self, x):
        return (x - self.mean) / self.deviation


@wrong(
    "ColumnScaler",
    N_("Your buffers are not persistent, so `state_dict()` leaves them out, and whoever loads the model has none."),
)
class NotPersistent(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.register_buffer("mean", X.mean(dim=0), persistent=False)
        self.register_buffer("deviation", X.std(dim=0), persistent=False)

    def forward(self, x):
        return (x - self.mean) / self.deviation


@wrong(
    "ColumnScaler",
    N_(
        "You compute mean and deviation anew from the rows that come in. A model that has learned from one scale "
        "then gets another one: use the numbers that the scaler holds."
    ),
)
class ScaledByItself(nn.Module):
    def __init__(self, X):
        super().__init__()
        self.register_buffer("mean", X.mean(dim=0))
        self.register_buffer("deviation", X.std(dim=0))

    def forward(self, x):
        return (x - x.mean(dim=0)) / x.std(dim=0)


class _Scaler(nn.Module):
    def __init__(self, mean, deviation):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)

    def forward(self, x):
        return (x - self.mean) / self.deviation


@wrong(
    "ColumnScaler",
    N_("You took mean and deviation of all numbers together. Each column has its own: along which axis are they?"),
)
class OneForAllColumns(_Scaler):
    def __init__(self, X):
        columns = X.shape[1]
        super().__init__(X.mean().repeat(columns), X.std().repeat(columns))


@wrong(
    "ColumnScaler",
    N_("Your deviation divides by n. `torch.std` divides by n - 1 if it is told nothing."),
)
class DividedByN(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0), X.std(dim=0, correction=0))


@wrong(
    "ColumnScaler",
    N_("You took the variance for the standard deviation, which is its square root."),
)
class VarianceForDeviation(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0), X.var(dim=0))


@wrong(
    "ColumnScaler",
    N_("You take the mean away and do not divide by the deviation. The columns keep their different spreads."),
)
class OnlyCentred(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0), X.std(dim=0))

    def forward(self, x):
        return x - self.mean


@wrong(
    "ColumnScaler",
    N_("You kept the axis of the rows: mean and deviation have the shape `(1, columns)`, and `(columns,)` is asked."),
)
class AxisKept(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0, keepdim=True), X.std(dim=0, keepdim=True))


_STORED_IN_FLOAT32 = N_(
    "You made the stored numbers float32. They have the dtype of the `X` that they were computed from."
)


@wrong("ColumnScaler", _STORED_IN_FLOAT32)
class StoredInFloat32(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0).float(), X.std(dim=0).float())


@wrong("ColumnScaler", _STORED_IN_FLOAT32)
class ComputedInFloat32(_Scaler):
    def __init__(self, X):
        super().__init__(X.float().mean(dim=0), X.float().std(dim=0))


@wrong(
    "ColumnScaler",
    N_("You switched gradients off in `forward`. The scaler learns nothing, but what stands before it may need them."),
)
class ScaledWithoutGradients(_Scaler):
    def __init__(self, X):
        super().__init__(X.mean(dim=0), X.std(dim=0))

    @torch.no_grad()
    def forward(self, x):
        return (x - self.mean) / self.deviation


# --- l1_and_mse ---


@right("l1_and_mse")
def from_the_library(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    return nn.L1Loss()(prediction, target), nn.MSELoss()(prediction, target)


@right("l1_and_mse")
def summed_and_divided(prediction, target):
    if list(prediction.size()) != list(target.size()):
        raise ValueError
    error = (target - prediction).flatten()
    count = error.numel()
    return [torch.abs(error).sum() / count, torch.dot(error, error) / count]


@right("l1_and_mse")
def by_the_norms(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    difference = torch.sub(prediction, target)
    return torch.mean(torch.abs(difference)), torch.mean(torch.square(difference))


@wrong(
    "l1_and_mse",
    N_(
        "You did not compare the shapes. `(n,)` against `(n, 1)` makes a table of n by n errors, "
        "and its mean looks like a loss. Raise ValueError before you subtract."
    ),
)
def broadcasts_in_silence(prediction, target):
    error = prediction - target
    return error.abs().mean(), (error**2).mean()


@wrong(
    "l1_and_mse",
    N_(
        "You only asked whether both have as many elements. `(n,)` and `(n, 1)` do, and still broadcast to a table: "
        "compare the shapes."
    ),
)
def counts_elements(prediction, target):
    if prediction.numel() != target.numel():
        raise ValueError("other numbers of elements")
    error = prediction - target
    return error.abs().mean(), (error**2).mean()


@wrong("l1_and_mse", N_("You added the errors up. Both losses are means: divide by how many errors there are."))
def sums_for_means(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    error = prediction - target
    return error.abs().sum(), (error**2).sum()


@wrong(
    "l1_and_mse",
    N_(
        "You took the mean of the errors with their signs, so that too high and too low cancel out. "
        "The sign has to go before the mean is taken."
    ),
)
def signs_cancel(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    error = prediction - target
    return error.mean().abs(), (error**2).mean()


@wrong(
    "l1_and_mse",
    N_("You took the root of the mean square. That is a loss too, the RMSE; the text asks for the mean itself."),
)
def root_of_the_mean(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    error = prediction - target
    return error.abs().mean(), (error**2).mean().sqrt()


@wrong("l1_and_mse", N_("You exchanged the two losses. L1 is the mean of the absolute errors, and it comes first."))
def losses_exchanged(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    error = prediction - target
    return (error**2).mean(), error.abs().mean()


@wrong(
    "l1_and_mse",
    N_(
        "You return Python numbers. They have no graph behind them, so nobody can train with this loss: "
        "return the tensors without axes."
    ),
)
def plain_numbers(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("other shapes")
    error = prediction - target
    return error.abs().mean().item(), (error**2).mean().item()


# --- loss_in_the_notes ---


@right("loss_in_the_notes")
def letter_b():
    return "b"


@right("loss_in_the_notes")
def letter_looked_up():
    return {"MAE": "b", "MSE": "c"}["MAE"]


@wrong(
    "loss_in_the_notes",
    N_(
        "You took both names for the same thing. What would `L1Loss` give for the errors 1 and -3, "
        "and what would a loss that squares them give?"
    ),
)
def all_three_fit():
    return "a"


@wrong(
    "loss_in_the_notes",
    N_(
        "You took the name for right and the short name for wrong. But `L1Loss` squares nothing: "
        "for the errors 1 and -3 it gives 2. What do the letters of MAE stand for?"
    ),
)
def squared_after_all():
    return "c"


@wrong(
    "loss_in_the_notes",
    N_(
        "You took `L1Loss` for a sum. Try it on the errors 1 and -3: unless it is told otherwise, with "
        "`reduction`, it divides by how many there are."
    ),
)
def a_sum_after_all():
    return "d"


# --- loss_of_labels ---


@right("loss_of_labels")
def labels_reshaped(scores, labels):
    return nn.CrossEntropyLoss()(scores, labels.reshape(-1).to(torch.int64))


@right("loss_of_labels")
def labels_as_probabilities(scores, labels):
    wanted = nn.functional.one_hot(labels.to(torch.long).view(len(scores)), scores.shape[1])
    return nn.functional.cross_entropy(scores, wanted.to(scores.dtype))


@right("loss_of_labels")
def picked_by_hand(scores, labels):
    places = labels.long().reshape(len(scores), 1)
    return -scores.log_softmax(dim=1).gather(1, places).mean()


@wrong(
    "loss_of_labels",
    N_("You made the labels int64 and left a column a column. The loss wants one axis: a class for each row."),
)
def column_left(scores, labels):
    return nn.functional.cross_entropy(scores, labels.long())


@wrong(
    "loss_of_labels",
    N_("You took the second axis away and left the dtype as it was. Which dtype has the number of a class?"),
)
def dtype_left(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten())


@wrong(
    "loss_of_labels",
    N_(
        "You used `squeeze()` without an axis. With a single row it takes the axis of the rows away as well: "
        "say which axis is too many."
    ),
)
def every_axis_squeezed(scores, labels):
    return nn.functional.cross_entropy(scores, labels.long().squeeze())


@wrong(
    "loss_of_labels",
    N_("You made int32 of the labels. The loss wants `Long`, and that is PyTorch's name for int64."),
)
def labels_in_int32(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten().int())


@wrong(
    "loss_of_labels",
    N_("You made uint8 (`Byte`) of the labels. It holds 0 to 255 only: class 256 becomes class 0, and nothing raises."),
)
def labels_in_uint8(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten().to(torch.uint8))


@wrong(
    "loss_of_labels",
    N_("You gave the labels the dtype of the scores. Numbers of classes are whole numbers, and the loss says so."),
)
def labels_like_scores(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten().to(scores.dtype))


@wrong(
    "loss_of_labels",
    N_("You took the softmax of the scores before the loss, which takes it itself. Give it the scores as they are."),
)
def softmax_twice(scores, labels):
    return nn.functional.cross_entropy(scores.softmax(dim=1), labels.flatten().long())


@wrong(
    "loss_of_labels",
    N_(
        "You took the logarithm of a softmax. Where scores lie far apart, the softmax of the smaller ones is 0, and "
        "its logarithm is minus infinity: `log_softmax` and the loss itself calculate both in one."
    ),
)
def logarithm_of_a_softmax(scores, labels):
    chosen = scores.softmax(dim=1).gather(1, labels.long().reshape(-1, 1))
    return -chosen.log().mean()


@wrong(
    "loss_of_labels",
    N_("You took the negative log-likelihood of bare scores. That loss wants logarithms of probabilities."),
)
def likelihood_of_scores(scores, labels):
    return nn.functional.nll_loss(scores, labels.flatten().long())


@wrong(
    "loss_of_labels",
    N_("You add the losses of the rows up. The text asks for their mean."),
)
def labels_summed(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten().long(), reduction="sum")


@wrong(
    "loss_of_labels",
    N_("You made float32 of the scores. The loss must have their dtype, which may be float64."),
)
def scores_in_float32(scores, labels):
    return nn.functional.cross_entropy(scores.float(), labels.flatten().long())


@wrong(
    "loss_of_labels",
    N_("You return a number without a graph. A loss is there to go backwards from: leave it a tensor."),
)
def loss_cut_off(scores, labels):
    return nn.functional.cross_entropy(scores, labels.flatten().long()).detach()


# --- one_training_step ---


@right("one_training_step")
def zeroed_first(model, X, y, loss_fn, optimizer):
    optimizer.zero_grad(set_to_none=False)
    model.train(True)
    prediction = model(X)
    loss = loss_fn(prediction, y)
    loss.backward()
    optimizer.step()
    return float(loss)


@right("one_training_step")
def gradients_by_hand(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model.forward(X), y)
    parameters = list(model.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.detach().tolist()


@right("one_training_step")
def with_a_closure(model, X, y, loss_fn, optimizer):
    model.train()

    def closure():
        model.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        return loss

    loss = optimizer.step(closure).item()
    optimizer.zero_grad()
    return loss


@wrong(
    "one_training_step",
    N_(
        "You never clear the gradients. `backward` adds to what is there, so each step also makes all earlier steps "
        "again. Look for the method of the optimizer that begins with `zero`."
    ),
)
def never_zeroed(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


@wrong(
    "one_training_step",
    N_(
        "When your optimizer steps, it finds no gradient: either `backward` was never called, or what it had computed "
        "was cleared again. Between which two moves is clearing harmless?"
    ),
)
def zeroed_too_late(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@wrong(
    "one_training_step",
    N_(
        "You clear the gradients only at the end of the step. What the parameters hold when your function is called "
        "still counts: clear before `backward`."
    ),
)
def zeroed_afterwards(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


@wrong(
    "one_training_step",
    N_(
        "You let the optimizer step before `backward` has computed the gradient: each update comes a call too late, "
        "or never. What does a step need?"
    ),
)
def stepped_before_backward(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@wrong("one_training_step", N_("You compute the gradient and never use it: which move changes the parameters?"))
def never_stepped(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@wrong(
    "one_training_step",
    N_(
        "You never put the model into training mode. One that has just been tested is still in evaluation mode, and "
        "its dropout and batch norm do not train."
    ),
)
def mode_as_found(model, X, y, loss_fn, optimizer):
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@wrong(
    "one_training_step",
    N_("You return the loss as a tensor, which holds on to its graph. The text asks for a Python float."),
)
def loss_as_a_tensor(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@wrong(
    "one_training_step",
    N_(
        "You return the loss of the model after the update. The text asks for the one that was computed in this step, "
        "before the parameters changed."
    ),
)
def loss_after_the_update(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss_fn(model(X), y).item()


@wrong(
    "one_training_step",
    N_(
        "You gave the loss the target first and the prediction second. Many losses do not mind, but some do: "
        "it is `loss_fn(prediction, y)`."
    ),
)
def target_first(model, X, y, loss_fn, optimizer):
    model.train()
    loss = loss_fn(y, model(X))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# --- has_a_gradient ---

GRADIENTS = {"a": "ad", "b": "abd", "c": "abc", "d": "ac", "e": "abd", "f": "abd", "g": "acd", "h": "ad"}


@right("has_a_gradient")
def by_what_is_reached(case):
    calls = {"a": [(1, 0)], "b": [(1, 1)], "c": [(1, 3)], "d": [(6, 0)], "e": [(-3, 2)], "f": [(0, 1)]}
    calls |= {"g": [(1, 0), (6, 0)], "h": [(1, 0)]}
    reached = {"a"}
    for x, turns in calls[case]:
        reached |= {"b"} if turns else set()
        reached |= {"c"} if 2 * x * 2**turns > 10 else {"d"}
    return "".join(sorted(reached))


@right("has_a_gradient")
def by_running(case):
    numbers = {name: torch.tensor(2.0, requires_grad=True) for name in "abcde"}

    def forward(x, turns):
        y = numbers["a"] * x
        for _ in range(turns):
            y = numbers["b"] * y
        return y - numbers["c"] if y > 5 * numbers["e"] else numbers["d"] * y

    calls = {"a": (1, 0), "b": (1, 1), "c": (1, 3), "d": (6, 0), "e": (-3, 2), "f": (0, 1), "g": (6, 0), "h": (1, 0)}
    if case == "g":
        forward(1, 0).backward()
    forward(*calls[case]).backward()
    return "".join(name for name, number in numbers.items() if number.grad is not None)


@wrong(
    "has_a_gradient",
    N_(
        "You expected a gradient in all five. The graph is built anew in each call, from what this call really "
        "calculates: follow the lines that run."
    ),
)
def all_of_them(case):
    return "abcde"


@wrong(
    "has_a_gradient",
    N_("You counted both branches. Only one of them runs, and the other leaves nothing in the graph."),
)
def both_branches(case):
    return "abcd" if "b" in GRADIENTS[case] else "acd"


@wrong(
    "has_a_gradient",
    N_(
        "You expected `e` to have a gradient because the condition looks at it. A comparison gives only yes or no: "
        "does the result get calculated from `e`?"
    ),
)
def condition_counts(case):
    return GRADIENTS[case] + "e"


@wrong(
    "has_a_gradient",
    N_("You counted `b` in a call with `turns=0`. The line in the loop never runs then."),
)
def loop_always_counts(case):
    return "".join(sorted({*GRADIENTS[case], "b"}))


@wrong(
    "has_a_gradient",
    N_("You took a gradient of 0 for no gradient. `grad` then is `tensor(0.)`, and not `None`."),
)
def zero_is_no_gradient(case):
    return "d" if case == "f" else GRADIENTS[case]


@wrong(
    "has_a_gradient",
    N_("You took the other branch where `y` is negative: is -24 greater than 10?"),
)
def branch_by_size(case):
    return "abc" if case == "e" else GRADIENTS[case]


@wrong(
    "has_a_gradient",
    N_("You expected the second call to take away what the first one left. Does anything in the case clear `grad`?"),
)
def first_call_forgotten(case):
    return "ac" if case == "g" else GRADIENTS[case]


@wrong(
    "has_a_gradient",
    N_("You counted a call that only calculates. `grad` is filled by `backward`, for the graph that it starts from."),
)
def calculated_is_enough(case):
    return "abcd" if case == "h" else GRADIENTS[case]


# --- trained_line ---


@right("trained_line")
def zeroed_at_the_top(X, y, epochs, lr):
    weight = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight, bias], lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        ((weight * X + bias - y) ** 2).mean().backward()
        optimizer.step()
    return weight.item(), bias.item()


@right("trained_line")
def by_formula(X, y, epochs, lr):
    weight, bias = 0.0, 0.0
    for _ in range(epochs):
        error = weight * X + bias - y
        weight, bias = weight - lr * (2 * error * X).mean().item(), bias - lr * (2 * error).mean().item()
    return [weight, bias]


@wrong(
    "trained_line",
    N_(
        "The gradients still add up: `backward` adds to what the last epochs left. In every epoch they must be cleared "
        "before it."
    ),
)
def still_adding_up(X, y, epochs, lr):
    model = _from_zero()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


@wrong(
    "trained_line",
    N_(
        "You clear the gradients after `backward` and before `step`, so the optimizer finds none and the line stays at "
        "0. Which of the other places is harmless?"
    ),
)
def cleared_before_the_step(X, y, epochs, lr):
    model = _from_zero()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        nn.functional.mse_loss(model(X), y).backward()
        optimizer.zero_grad()
        optimizer.step()
    return model.weight.item(), model.bias.item()


@wrong(
    "trained_line",
    N_(
        "Your prediction has lost its second axis. `(n,)` minus `(n, 1)` makes a table of n by n errors, and the line "
        "learns the mean of `y` at best: give the prediction the shape of `y`."
    ),
)
def prediction_without_its_axis(X, y, epochs, lr):
    model = _from_zero()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        ((model(X).squeeze() - y) ** 2).mean().backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


@wrong(
    "trained_line",
    N_(
        "You begin with the random numbers of a new layer. The text says where the line starts: both of its numbers "
        "are 0."
    ),
)
def random_start(X, y, epochs, lr):
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


@wrong(
    "trained_line",
    N_(
        "You took another optimizer to make it settle. Plain gradient descent settles too, once the gradient is the "
        "right one: what is in it that does not belong there?"
    ),
)
def another_optimizer(X, y, epochs, lr):
    model = _from_zero()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


@wrong(
    "trained_line",
    N_("You rounded the two numbers. The example rounds what your function returns, so that it is short to read."),
)
def rounded_as_in_the_example(X, y, epochs, lr):
    weight, bias = parameters_themselves(X, y, epochs, lr)
    return round(weight.item(), 4), round(bias.item(), 4)


@wrong("trained_line", N_("You return tensors. The text asks for two Python floats."))
def parameters_themselves(X, y, epochs, lr):
    model = _from_zero()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
    return model.weight, model.bias


def _from_zero():
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


# --- after_a_hundred_steps ---

FATES = {
    "a": "on its way",
    "b": "arrives",
    "c": "arrives",
    "d": "arrives",
    "e": "swings",
    "f": "runs away",
    "g": "runs away",
    "h": "on its way",
    "i": "swings",
    "j": "arrives",
    "k": "swings",
    "l": "swings",
}


def _fate(path):
    if abs(path[-1]) < 0.001:
        return "arrives"
    if abs(path[-1]) > 1:
        return "runs away"
    return "swings" if path[-1] * path[-2] < 0 else "on its way"


@right("after_a_hundred_steps")
def by_walking(case):
    rates = dict(zip("abcdefghijkl", (0.001, 0.1, 0.5, 0.9, 1.0, 1.1, 0.3, 0.001, 0.03, 0.25, 0.3, 1.5), strict=True))
    factor = 10 if case == "g" else 2
    path = [1.0]
    for _ in range(100):
        w = path[-1]
        slope = (w > 0) - (w < 0) if case in "hijkl" else factor * w
        path.append(w - rates[case] * slope)
    return _fate(path)


@right("after_a_hundred_steps")
def by_the_factor(case):
    factors = {"a": 0.998, "b": 0.8, "c": 0.0, "d": -0.8, "e": -1.0, "f": -1.2, "g": -2.0}
    if case not in factors:
        return {"h": "on its way", "j": "arrives"}.get(case, "swings")
    factor = factors[case]
    if abs(factor) >= 1:
        return "swings" if factor == -1 else "runs away"
    return "arrives" if abs(factor) ** 100 < 0.001 else "on its way"


@wrong(
    "after_a_hundred_steps",
    N_(
        "You expected a larger rate to be faster in any case. A step that is too long lands beyond the goal, further "
        "away than it was before: calculate the first two."
    ),
)
def larger_is_faster(case):
    return "arrives" if case in "efg" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_(
        "You expected steps with L1 to get smaller near the goal, as with the squares. The gradient of `w.abs()` is 1 "
        "or -1 wherever `w` is, so each step is `lr` long."
    ),
)
def steps_of_l1_shrink(case):
    return "arrives" if case in "ikl" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_("You expected that `w` never arrives once it jumps over 0. Does it land nearer to 0 each time, or not?"),
)
def beyond_is_lost(case):
    return "swings" if case == "d" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_("You expected that whatever goes down arrives. How far does `w` get in 100 steps with a rate of 0.001?"),
)
def whatever_goes_down_arrives(case):
    return "arrives" if case in "ah" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_(
        "You judged by the rate alone. The gradient of `5 * w**2` is five times as large, and so is the step: "
        "multiply the two."
    ),
)
def only_the_rate_counts(case):
    return "arrives" if case == "g" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_("You expected steps of one length never to hit 0. Count: how many steps of 0.25 are there from 1 to 0?"),
)
def l1_never_hits(case):
    return "swings" if case == "j" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_("You expected L1 to run away with a large rate. Its steps do not grow: how long is each of them?"),
)
def l1_runs_away(case):
    return "runs away" if case == "l" else FATES[case]


@wrong(
    "after_a_hundred_steps",
    N_("You expected `w**2` with the rate 1 to run away. Calculate two steps: where is `w` then?"),
)
def rate_one_runs_away(case):
    return "runs away" if case == "e" else FATES[case]


# --- held_out_loss ---


@right("held_out_loss")
def put_back_at_any_rate(model, X, y, loss_fn):
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            return float(loss_fn(model(X), y))
    finally:
        model.train(mode)


@right("held_out_loss")
@torch.inference_mode()
def decorated(model, X, y, loss_fn):
    if not model.training:
        return loss_fn(model(X), y).item()
    loss = loss_fn(model.eval()(X), y).item()
    model.train()
    return loss


@wrong(
    "held_out_loss",
    N_(
        "You left the model in evaluation mode. Whoever goes on training it trains without dropout, and nothing tells "
        "them. Remember the mode first, and put it back."
    ),
)
def left_in_evaluation(model, X, y, loss_fn):
    model.eval()
    with torch.inference_mode():
        return loss_fn(model(X), y).item()


@wrong(
    "held_out_loss",
    N_(
        "You always end in training mode, also when the model was in evaluation mode before. "
        "Remember what `training` was."
    ),
)
def always_back_to_training(model, X, y, loss_fn):
    model.eval()
    with torch.inference_mode():
        loss = loss_fn(model(X), y).item()
    model.train()
    return loss


@wrong(
    "held_out_loss",
    N_(
        "You never put the model into evaluation mode. Switching gradients off is something else: "
        "dropout and batch norm still behave as in training."
    ),
)
def only_without_gradients(model, X, y, loss_fn):
    with torch.inference_mode():
        return loss_fn(model(X), y).item()


@wrong(
    "held_out_loss",
    N_(
        "You put the model into evaluation mode, but its graph is still built: `eval()` does not switch gradients off. "
        "Look up `torch.inference_mode`."
    ),
)
def only_evaluation_mode(model, X, y, loss_fn):
    mode = model.training
    model.eval()
    loss = loss_fn(model(X), y).item()
    model.train(mode)
    return loss


@wrong("held_out_loss", N_("You switched gradients off for good. Everything after your call goes on without them."))
def off_for_good(model, X, y, loss_fn):
    mode = model.training
    model.eval()
    torch.set_grad_enabled(False)
    loss = loss_fn(model(X), y).item()
    model.train(mode)
    return loss


@wrong(
    "held_out_loss",
    N_("You cleared the gradients, as in a step of training. Here they are none of your business: leave them alone."),
)
def gradients_cleared(model, X, y, loss_fn):
    mode = model.training
    model.eval()
    model.zero_grad()
    with torch.no_grad():
        loss = loss_fn(model(X), y).item()
    model.train(mode)
    return loss


@wrong("held_out_loss", N_("You return the loss as a tensor. The text asks for a Python float."))
def held_out_tensor(model, X, y, loss_fn):
    mode = model.training
    model.eval()
    with torch.no_grad():
        loss = loss_fn(model(X), y)
    model.train(mode)
    return loss


@wrong("held_out_loss", N_("You gave the loss the target first and the prediction second: read the order in the text."))
def held_out_target_first(model, X, y, loss_fn):
    mode = model.training
    model.eval()
    with torch.no_grad():
        loss = loss_fn(y, model(X)).item()
    model.train(mode)
    return loss


# --- fit_line ---


@right("fit_line")
def left_in_evaluation_mode(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    history = all_in_one(model, X_train, X_test, y_train, y_test, epochs, lr, every)
    model.eval()
    return history


@right("fit_line")
def left_in_training_mode(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    history = all_in_one(model, X_train, X_test, y_train, y_test, epochs, lr, every)
    model.train()
    return history


@right("fit_line")
def all_in_one(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    optimizer = torch.optim.SGD(params=model.parameters(), lr=lr)
    numbers, train, test = [], [], []
    for epoch in range(epochs):
        optimizer.zero_grad()
        model.train()
        loss = (model(X_train) - y_train).abs().mean()
        loss.backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            held_out = nn.functional.l1_loss(model(X_test), y_test)
        if not epoch % every:
            numbers.append(epoch)
            train.append(loss.item())
            test.append(held_out.item())
    return {"train": train, "test": test, "epoch": numbers}


@right("fit_line")
def tested_only_when_noted(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    parameters = list(model.parameters())
    rows = []
    for epoch in range(epochs):
        model.train()
        loss = nn.L1Loss()(model(X_train), y_train)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= lr * gradient
        if epoch in range(0, epochs, every):
            model.eval()
            with torch.inference_mode():
                rows.append((epoch, float(loss), float(nn.L1Loss()(model(X_test), y_test))))
    return {name: [row[place] for row in rows] for place, name in enumerate(("epoch", "train", "test"))}


def _fit(model, data, epochs, lr, *, loss_fn=None, optimizer=None, zero=True, modes=True, graphless=True):
    """The right loop, epoch by epoch, with one thing or another left out; yields number, training and test loss."""
    X_train, X_test, y_train, y_test = data
    loss_fn = loss_fn or nn.L1Loss()
    optimizer = (optimizer or torch.optim.SGD)(model.parameters(), lr=lr)
    if not modes:
        model.train()
    for epoch in range(epochs):
        if modes:
            model.train()
        loss = loss_fn(model(X_train), y_train)
        if zero:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        model.eval()
        with torch.set_grad_enabled(not graphless):
            held_out = loss_fn(model(X_test), y_test)
        yield epoch, loss, held_out


def _history(rows, every, number=torch.Tensor.item):
    kept = [row for row in rows if row[0] % every == 0]
    return {
        "epoch": [row[0] for row in kept],
        "train": [number(row[1]) for row in kept],
        "test": [number(row[2]) for row in kept],
    }


@wrong(
    "fit_line",
    N_(
        "Your history holds tensors. Each training loss holds on to the graph of its epoch, so memory grows, "
        "and nobody can draw the list. Take the number out."
    ),
)
def history_of_tensors(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr), every, lambda loss: loss)


@wrong(
    "fit_line",
    N_(
        "Your history holds detached tensors. They have no graph any more, but they are still tensors: "
        "the text asks for Python floats."
    ),
)
def history_of_detached_tensors(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr), every, torch.Tensor.detach)


@wrong(
    "fit_line",
    N_(
        "Your history holds NumPy arrays without axes, as `detach().numpy()` gives them. "
        "They print like numbers and are none: the text asks for Python floats."
    ),
)
def history_of_arrays(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    rows = _fit(model, (X_train, X_test, y_train, y_test), epochs, lr)
    return _history(rows, every, lambda loss: loss.detach().numpy())


@wrong(
    "fit_line",
    N_(
        "You never clear the gradients, so each epoch also makes the steps of all earlier ones. "
        "The loss falls too fast at first and then rises again."
    ),
)
def gradients_add_up(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr, zero=False), every)


@wrong(
    "fit_line",
    N_(
        "You put the model into training mode once, before the loop. After the first test it is in evaluation mode, "
        "and from then on it learns in that mode."
    ),
)
def trained_in_evaluation_mode(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr, modes=False), every)


@wrong(
    "fit_line",
    N_(
        "You test with gradients switched on, and in each epoch a graph is built that nobody needs. "
        "`eval()` does not prevent that."
    ),
)
def tested_with_gradients(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr, graphless=False), every)


@wrong("fit_line", N_("You trained with the mean squared error. The text names the loss: `nn.L1Loss`."))
def squared_errors(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    rows = _fit(model, (X_train, X_test, y_train, y_test), epochs, lr, loss_fn=nn.MSELoss())
    return _history(rows, every)


@wrong("fit_line", N_("You took Adam, which goes its own way. The text names the optimizer: `torch.optim.SGD`."))
def with_adam(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    rows = _fit(model, (X_train, X_test, y_train, y_test), epochs, lr, optimizer=torch.optim.Adam)
    return _history(rows, every)


@wrong("fit_line", N_("You note down every epoch. Only 0, `every`, 2 times `every` and so on are asked for."))
def every_epoch(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    return _history(_fit(model, (X_train, X_test, y_train, y_test), epochs, lr), 1)


@wrong(
    "fit_line",
    N_("You number the epochs from 1. The first one has the number 0, and so it is the first to be noted down."),
)
def numbered_from_one(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    rows = _fit(model, (X_train, X_test, y_train, y_test), epochs, lr)
    return _history(((epoch + 1, loss, held_out) for epoch, loss, held_out in rows), every)


@wrong(
    "fit_line",
    N_("You note the training loss down after the update. It is the loss from which the step was computed."),
)
def train_loss_after_the_update(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    rows = []
    for epoch, _, held_out in _fit(model, (X_train, X_test, y_train, y_test), epochs, lr):
        model.train()
        rows.append((epoch, nn.L1Loss()(model(X_train), y_train), held_out))
    return _history(rows, every)


@wrong(
    "fit_line",
    N_("You test before the update. The second half of an epoch tests the model that the first half has left."),
)
def tested_before_the_update(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    rows = []
    for epoch in range(epochs):
        model.eval()
        with torch.no_grad():
            held_out = nn.L1Loss()(model(X_test), y_test)
        model.train()
        loss = nn.L1Loss()(model(X_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rows.append((epoch, loss, held_out))
    return _history(rows, every)


@wrong(
    "fit_line",
    N_(
        "You take a step on the test data too. Then they are no test any more: "
        "the model has learned from what it is judged by."
    ),
)
def learns_from_the_test(model, X_train, X_test, y_train, y_test, epochs=100, lr=0.01, every=10):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    rows = []
    for epoch in range(epochs):
        losses = []
        for X, y in ((X_train, y_train), (X_test, y_test)):
            model.train()
            losses.append(nn.L1Loss()(model(X), y))
            optimizer.zero_grad()
            losses[-1].backward()
            optimizer.step()
        rows.append((epoch, *losses))
    return _history(rows, every)


# --- logged_losses ---


@right("logged_losses")
def floats_of_losses(model, X, y, loss_fn, optimizer, epochs):
    model.train()
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        losses.append(float(loss))
        loss.backward()
        optimizer.step()
    return losses


@right("logged_losses")
def one_tensor_of_losses(model, X, y, loss_fn, optimizer, epochs):
    model.train()
    losses = torch.zeros(epochs)
    for epoch in range(epochs):
        loss = loss_fn(model(X), y)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        losses[epoch] = loss.detach()
    return losses.tolist()


def _logged(model, X, y, loss_fn, optimizer, epochs, number):
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(number(loss))
    return losses


@wrong(
    "logged_losses",
    N_(
        "Your list still holds tensors with their graphs: look at the `grad_fn` that is printed with them. "
        "Take the number out of each before you keep it."
    ),
)
def losses_with_graphs(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, epochs, lambda loss: loss)


@wrong(
    "logged_losses",
    N_("You detached the losses. The graphs are gone, but tensors are still tensors: the text asks for floats."),
)
def losses_detached(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, epochs, torch.Tensor.detach)


@wrong(
    "logged_losses",
    N_(
        "You clear the gradients only after the step. What the parameters hold when your function is called still "
        "counts: clear before `backward`."
    ),
)
def cleared_after_the_step(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


@wrong(
    "logged_losses",
    N_("You did what the error says, and now your list holds arrays without axes. The text asks for Python floats."),
)
def losses_as_arrays(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, epochs, lambda loss: loss.detach().numpy())


@wrong(
    "logged_losses",
    N_(
        "You took the number out too early: a Python float has no graph, so there is nothing for `backward` to go "
        "along. Train with the tensor and keep the number."
    ),
)
def number_too_early(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y).item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


@wrong(
    "logged_losses",
    N_(
        "You ran the model without gradients to be rid of the graph. But training needs the graph: "
        "only what you keep must be without."
    ),
)
def trained_without_gradients(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.train()
        with torch.no_grad():
            loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("logged_losses", N_("You keep only the last loss. The list has one number for each epoch."))
def last_loss_only(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, epochs, torch.Tensor.item)[-1:]


@wrong(
    "logged_losses",
    N_("You computed each loss again after the update. Keep the one from which the step was computed."),
)
def losses_after_updates(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, epochs, lambda _: loss_fn(model(X), y).item())


@wrong(
    "logged_losses",
    N_("Your function returns in the first turn of the loop: the `return` stands too far to the right."),
)
def losses_returned_in_the_loop(model, X, y, loss_fn, optimizer, epochs):
    return _logged(model, X, y, loss_fn, optimizer, min(epochs, 1), torch.Tensor.item) if epochs else None


# --- line_predictions ---


@right("line_predictions")
def predicted_at_any_rate(model, X):
    mode = model.training
    try:
        with torch.no_grad():
            return model.eval()(X)
    finally:
        model.train(mode)


@right("line_predictions")
@torch.no_grad()
def predicted_in_a_decorator(model, X):
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    prediction = model(X)
    for part, mode in modes:
        part.training = mode
    return prediction


@wrong(
    "line_predictions",
    N_("You left the model in evaluation mode. Remember the mode that it was in, and put it back."),
)
def stays_in_evaluation(model, X):
    model.eval()
    with torch.inference_mode():
        return model(X)


@wrong(
    "line_predictions",
    N_("You always end in training mode. A model that was in evaluation mode before must be in it again."),
)
def ends_in_training(model, X):
    model.eval()
    with torch.inference_mode():
        prediction = model(X)
    model.train()
    return prediction


@wrong(
    "line_predictions",
    N_(
        "You never put the model into evaluation mode, so it predicts as it does in training: "
        "with dropout, for instance, something else each time."
    ),
)
def predicted_in_training(model, X):
    with torch.inference_mode():
        return model(X)


@wrong(
    "line_predictions",
    N_(
        "You let the model run with gradients switched on. `eval()` changes how layers behave and nothing else: "
        "the graph is still built."
    ),
)
def predicted_with_gradients(model, X):
    mode = model.training
    model.eval()
    prediction = model(X)
    model.train(mode)
    return prediction


@wrong(
    "line_predictions",
    N_(
        "You cut the graph off afterwards. The result looks right, but the model has built all of it: "
        "switch gradients off while it runs."
    ),
)
def detached_afterwards(model, X):
    mode = model.training
    model.eval()
    prediction = model(X).detach()
    model.train(mode)
    return prediction


# --- points_figure ---


def _axes():
    from matplotlib.figure import Figure

    figure = Figure()
    return figure, figure.add_subplot()


def _finished(figure, axes, across="X", up="y"):
    axes.set(xlabel=across, ylabel=up)
    axes.legend()
    return figure


def _three(X_train, y_train, X_test, y_test, predicted, labels=("train", "test", "predicted"), method="scatter"):
    figure, axes = _axes()
    draw = getattr(axes, method)
    draw(X_train.numpy(), y_train.numpy(), label=labels[0])
    draw(X_test.numpy(), y_test.numpy(), label=labels[1])
    if predicted is not None:
        draw(X_test.numpy(), predicted.detach().numpy(), label=labels[2])
    return figure, axes


@right("points_figure")
def drawn_in_a_loop(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _axes()
    axes.set_title("Points")
    axes.set(xlabel="X", ylabel="y")
    sets = {"predicted": (X_test, predicted), "test": (X_test, y_test), "train": (X_train, y_train)}
    for label, (across, up) in sets.items():
        if up is not None:
            axes.scatter(across.flatten().tolist(), up.flatten().tolist(), s=6, label=label)
    axes.legend(prop={"size": 12})
    return figure


@right("points_figure")
def drawn_with_pyplot(X_train, y_train, X_test, y_test, predicted=None):
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(10, 10))
    pyplot.scatter(X_train, y_train, c="b", label="train")
    pyplot.scatter(X_test, y_test, c="y", label="test")
    if predicted is not None:
        pyplot.scatter(X_test, predicted.detach(), c="r", label="predicted")
    pyplot.xlabel("X")
    pyplot.ylabel("y")
    pyplot.legend()
    pyplot.close(figure)
    return figure


@wrong(
    "points_figure",
    N_(
        "You gave a prediction that needs a gradient straight to Matplotlib, which makes an array of it. "
        "The error says what to do first."
    ),
)
def needs_detaching(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _axes()
    axes.scatter(X_train.numpy(), y_train.numpy(), label="train")
    axes.scatter(X_test.numpy(), y_test.numpy(), label="test")
    if predicted is not None:
        axes.scatter(X_test.numpy(), predicted.numpy(), label="predicted")
    return _finished(figure, axes)


@wrong(
    "points_figure",
    N_("You gave the points labels but no legend, so nobody gets to see them. Which method of the axes shows them?"),
)
def points_without_legend(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, predicted)
    axes.set(xlabel="X", ylabel="y")
    return figure


_LEGEND_TOO_EARLY = N_(
    "You made the legend before all points were drawn. It shows only what is there when it is made: "
    "when should that be?"
)


@wrong("points_figure", _LEGEND_TOO_EARLY)
def legend_too_early(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, None)
    _finished(figure, axes)
    if predicted is not None:
        axes.scatter(X_test.numpy(), predicted.detach().numpy(), label="predicted")
    return figure


@wrong("points_figure", _LEGEND_TOO_EARLY)
def legend_before_all_points(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _axes()
    _finished(figure, axes)
    axes.scatter(X_train.numpy(), y_train.numpy(), label="train")
    axes.scatter(X_test.numpy(), y_test.numpy(), label="test")
    if predicted is not None:
        axes.scatter(X_test.numpy(), predicted.detach().numpy(), label="predicted")
    return figure


@wrong("points_figure", N_("You did not label the axes. A figure must say what stands across and what stands up."))
def points_without_axis_labels(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, predicted)
    axes.legend()
    return figure


@wrong("points_figure", N_("You exchanged across and up: `X` belongs across and `y` up. `scatter` takes across first."))
def across_for_up(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _axes()
    axes.scatter(y_train.numpy(), X_train.numpy(), label="train")
    axes.scatter(y_test.numpy(), X_test.numpy(), label="test")
    if predicted is not None:
        axes.scatter(predicted.detach().numpy(), X_test.numpy(), label="predicted")
    return _finished(figure, axes)


@wrong(
    "points_figure",
    N_("You drew lines. The rows are shuffled, so a line goes to and fro between them: use `scatter`."),
)
def lines_for_points(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, predicted, method="plot")
    return _finished(figure, axes)


@wrong("points_figure", N_("You never drew what the model predicts. What is the argument `predicted` for?"))
def predictions_forgotten(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, None)
    return _finished(figure, axes)


@wrong(
    "points_figure",
    N_("You drew the predictions in the place of the test data. They belong beside them, so that one can compare."),
)
def predictions_for_the_test(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _axes()
    axes.scatter(X_train.numpy(), y_train.numpy(), label="train")
    if predicted is None:
        axes.scatter(X_test.numpy(), y_test.numpy(), label="test")
    else:
        axes.scatter(X_test.numpy(), predicted.detach().numpy(), label="predicted")
    return _finished(figure, axes)


@wrong(
    "points_figure",
    N_("You drew the predictions over `y_test`. They stand over `X_test`, as the test data do."),
)
def predictions_over_the_targets(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, None)
    if predicted is not None:
        axes.scatter(y_test.numpy(), predicted.detach().numpy(), label="predicted")
    return _finished(figure, axes)


@wrong("points_figure", N_("You exchanged the labels of the two parts of the data. Which one is learned from?"))
def parts_exchanged(X_train, y_train, X_test, y_test, predicted=None):
    labels = ("test", "train", "predicted")
    return _finished(*_three(X_train, y_train, X_test, y_test, predicted, labels))


@wrong(
    "points_figure",
    N_("You return the axes, or nothing of the figure around them. The text asks for the `Figure` itself."),
)
def axes_for_the_figure(X_train, y_train, X_test, y_test, predicted=None):
    figure, axes = _three(X_train, y_train, X_test, y_test, predicted)
    _finished(figure, axes)
    return axes


# --- loss_figure ---


@right("loss_figure")
def both_in_a_loop(history):
    figure, axes = _axes()
    for name in ("test", "train"):
        (line,) = axes.plot(history["epoch"], history[name], "o-")
        line.set_label(name)
    axes.set_title("Loss")
    return _finished(figure, axes, "epoch", "loss")


@right("loss_figure")
def losses_with_pyplot(history):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot(np.array(history["epoch"]), np.array(history["train"]), history["epoch"], history["test"])
    axes.legend(axes.lines, ["train", "test"])
    for line, name in zip(axes.lines, ("train", "test"), strict=True):
        line.set_label(name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    pyplot.close(figure)
    return figure


def _losses(history, across, labels=("train", "test"), method="plot"):
    figure, axes = _axes()
    for label, name in zip(labels, ("train", "test"), strict=True):
        getattr(axes, method)(across, history[name], label=label)
    return figure, axes


@wrong(
    "loss_figure",
    N_(
        "You gave `plot` only the losses, so across stands their place in the list: 0, 1, 2 and so on. "
        "Give it the numbers of the epochs first."
    ),
)
def places_for_epochs(history):
    figure, axes = _losses(history, range(len(history["epoch"])))
    return _finished(figure, axes, "epoch", "loss")


@wrong("loss_figure", N_("You gave the lines labels but no legend that shows them."))
def losses_without_legend(history):
    figure, axes = _losses(history, history["epoch"])
    axes.set(xlabel="epoch", ylabel="loss")
    return figure


@wrong("loss_figure", N_("You did not label the axes. A figure must say what its numbers are."))
def losses_without_axis_labels(history):
    figure, axes = _losses(history, history["epoch"])
    axes.legend()
    return figure


@wrong("loss_figure", N_("You exchanged the labels of the axes. The epochs stand across."))
def axis_labels_exchanged(history):
    figure, axes = _losses(history, history["epoch"])
    return _finished(figure, axes, "loss", "epoch")


@wrong("loss_figure", N_("You exchanged the labels of the two lines. Which losses does each of them show?"))
def curves_exchanged(history):
    figure, axes = _losses(history, history["epoch"], ("test", "train"))
    return _finished(figure, axes, "epoch", "loss")


@wrong("loss_figure", N_("You drew single points. For a curve the text asks for lines, drawn with `plot`."))
def points_for_lines(history):
    figure, axes = _losses(history, history["epoch"], method="scatter")
    return _finished(figure, axes, "epoch", "loss")


@wrong(
    "loss_figure",
    N_("You do not return a figure: the axes, perhaps, or nothing. The text asks for the `Figure` around them."),
)
def axes_of_the_losses(history):
    figure, axes = _losses(history, history["epoch"])
    _finished(figure, axes, "epoch", "loss")
    return axes


# --- fit_anywhere ---


@right("fit_anywhere")
def moved_by_name(model, X, y, epochs, lr):
    where = next(model.parameters()).device
    kind = next(model.parameters()).dtype
    inputs, targets = X.to(device=where, dtype=kind), y.to(device=where, dtype=kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        (model(inputs) - targets).abs().mean().backward()
        optimizer.step()
    return model(inputs).detach().to("cpu")


@right("fit_anywhere")
def moved_in_each_epoch(model, X, y, epochs, lr):
    one = next(iter(model.state_dict().values()))
    optimizer = torch.optim.SGD(model.parameters(), lr)
    for _ in range(epochs):
        prediction = model(X.to(one.device).to(one.dtype))
        loss = nn.functional.l1_loss(prediction, y.to(one.device).to(one.dtype))
        model.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.inference_mode():
        return model(X.type(one.dtype).to(one.device)).cpu()


def _trained_anywhere(model, X, y, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.L1Loss()(model(X), y).backward()
        optimizer.step()
    with torch.no_grad():
        return model(X)


@wrong(
    "fit_anywhere",
    N_(
        "You moved the data to the model's device and left them float32. A float64 model cannot use them: "
        "they must follow it in dtype too."
    ),
)
def only_the_device(model, X, y, epochs, lr):
    where = next(model.parameters()).device
    return _trained_anywhere(model, X.to(where), y.to(where), epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_(
        "A model on a GPU cannot reach all of your data: `X` or `y` is still on the CPU, and both must follow it to "
        "its device as well as in dtype. Are both moved, and is what `to` gives back kept?"
    ),
)
def only_the_dtype(model, X, y, epochs, lr):
    kind = next(model.parameters()).dtype
    return _trained_anywhere(model, X.to(kind), y.to(kind), epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_("You moved `X` and forgot `y`. The prediction is where the model is, and the loss needs the targets there too."),
)
def targets_left_behind(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    X, y = X.to(parameter), y.to(parameter.dtype)
    return _trained_anywhere(model, X, y, epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_(
        "You called `to` and threw its result away. A tensor's `to` does not move the tensor: "
        "it returns another one, which needs a name."
    ),
)
def result_thrown_away(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    X.to(parameter)
    y.to(parameter)
    return _trained_anywhere(model, X, y, epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_("You return the predictions on the model's device. The text wants them on the CPU, wherever the model lives."),
)
def answer_left_there(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    return _trained_anywhere(model, X.to(parameter), y.to(parameter), epochs, lr)


@wrong(
    "fit_anywhere",
    N_(
        "You brought the model to the data: to the CPU, and to float32. It is to stay where it is and as it is, "
        "and the data follow."
    ),
)
def model_brought_home(model, X, y, epochs, lr):
    return _trained_anywhere(model.cpu().float(), X, y, epochs, lr)


@wrong("fit_anywhere", N_("You made the model float32. It is to stay as it is, and the data follow."))
def model_made_float32(model, X, y, epochs, lr):
    model.float()
    where = next(model.parameters()).device
    return _trained_anywhere(model, X.to(where), y.to(where), epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_(
        "You wrote `cuda` into the code. The text says an accelerator of any make, and the CPU as well: "
        "ask a parameter of the model where it is."
    ),
)
def cuda_by_name(model, X, y, epochs, lr):
    kind = next(model.parameters()).dtype
    return _trained_anywhere(model, X.cuda().to(kind), y.cuda().to(kind), epochs, lr).cpu()


@wrong(
    "fit_anywhere",
    N_("Your predictions still need a gradient. The loop is over: who is to use that graph?"),
)
def answer_with_a_graph(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    X, y = X.to(parameter), y.to(parameter)
    _trained_anywhere(model, X, y, epochs, lr)
    return model(X).cpu()


@wrong(
    "fit_anywhere",
    N_("You made float32 of the predictions. The text asks for them in the model's dtype."),
)
def answer_in_float32(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    return _trained_anywhere(model, X.to(parameter), y.to(parameter), epochs, lr).cpu().float()


@wrong(
    "fit_anywhere",
    N_("You left the model in evaluation mode. The text says that it comes in training mode and stays in it."),
)
def model_left_in_evaluation(model, X, y, epochs, lr):
    parameter = next(model.parameters())
    X, y = X.to(parameter), y.to(parameter)
    _trained_anywhere(model, X, y, epochs, lr)
    model.eval()
    with torch.no_grad():
        return model(X).cpu()


@wrong(
    "fit_anywhere",
    N_("You make float64 of the data, whatever the model is. A float32 model cannot use them: ask a parameter of it."),
)
def always_float64(model, X, y, epochs, lr):
    where = next(model.parameters()).device
    return _trained_anywhere(model, X.double().to(where), y.double().to(where), epochs, lr).cpu()


# --- line_batches ---


class _Rows(Dataset):
    def __init__(self, X, y):
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, number):
        return self.X[number], self.y[number]


@right("line_batches")
def rows_of_its_own(X, y, batch_size, shuffle=False):
    return DataLoader(_Rows(X, y), batch_size, shuffle)


@right("line_batches")
def with_a_sampler(X, y, batch_size, shuffle=False):
    pairs = list(zip(X, y, strict=True))
    sampler = RandomSampler(pairs) if shuffle else SequentialSampler(pairs)
    return DataLoader(pairs, batch_sampler=BatchSampler(sampler, batch_size, drop_last=False))


@wrong(
    "line_batches",
    N_(
        "You left out the last batch because it is smaller (`drop_last`). Its rows would never be used: "
        "no row may be left out."
    ),
)
def last_batch_dropped(X, y, batch_size, shuffle=False):
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=shuffle, drop_last=True)


@wrong("line_batches", N_("You always shuffle, also when `shuffle` is False. Then the rows must come in their order."))
def always_shuffled(X, y, batch_size, shuffle=False):
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True)


@wrong("line_batches", N_("You never use `shuffle`: the rows come in the same order in every epoch."))
def never_shuffled(X, y, batch_size, shuffle=False):
    return DataLoader(TensorDataset(X, y), batch_size=batch_size)


@wrong(
    "line_batches",
    N_(
        "You shuffled once, before the loader was made, so all loops see the same order. "
        "Let the loader draw: it can do so anew each time."
    ),
)
def shuffled_once(X, y, batch_size, shuffle=False):
    order = torch.randperm(len(X)) if shuffle else torch.arange(len(X))
    return DataLoader(TensorDataset(X[order], y[order]), batch_size=batch_size)


@wrong("line_batches", N_("You never use `batch_size`, and a loader that is not told hands out one row at a time."))
def one_row_at_a_time(X, y, batch_size, shuffle=False):
    return DataLoader(TensorDataset(X, y), shuffle=shuffle)


@wrong(
    "line_batches",
    N_("You return the data set. It hands out single rows: wrap it in a `DataLoader`, which makes batches of them."),
)
def only_the_data_set(X, y, batch_size, shuffle=False):
    return TensorDataset(X, y)


@wrong(
    "line_batches",
    N_("You cut the batches yourself and return a list. The text asks for a `DataLoader`, which can shuffle anew."),
)
def list_of_batches(X, y, batch_size, shuffle=False):
    return list(zip(X.split(batch_size), y.split(batch_size), strict=True))


@wrong(
    "line_batches",
    N_("You shuffled `X` alone. Each row must keep its own `y`, so both must be taken in one and the same order."),
)
def only_the_inputs_shuffled(X, y, batch_size, shuffle=False):
    order = torch.randperm(len(X)) if shuffle else torch.arange(len(X))
    return DataLoader(TensorDataset(X[order], y), batch_size=batch_size, shuffle=shuffle)


# --- epoch_in_batches ---


@right("epoch_in_batches")
def sums_of_losses(model, loader, loss_fn, optimizer):
    model.train()
    losses, sizes = [], []
    for batch in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(batch[0].shape[0])
    return sum(a * b for a, b in zip(losses, sizes, strict=True)) / sum(sizes)


@right("epoch_in_batches")
def running_mean(model, loader, loss_fn, optimizer):
    mean, seen = torch.tensor(0.0), 0
    parameters = list(model.parameters())
    for X, y in loader:
        loss = loss_fn(model.train()(X), y)
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = gradient
        optimizer.step()
        seen += y.size(0)
        mean += (loss.detach() - mean) * y.size(0) / seen
    return mean.item()


def _epoch(model, loader, loss_fn, optimizer):
    """The right loop; a list of the batches' losses and sizes."""
    model.train()
    found = []
    for X, y in loader:
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append((loss.item(), len(X)))
    return found


@wrong(
    "epoch_in_batches",
    N_(
        "You took the mean of the batches' means. A last batch of one row then counts as much as a full one: "
        "weigh each loss by the rows of its batch."
    ),
)
def mean_of_means(model, loader, loss_fn, optimizer):
    losses = [loss for loss, _ in _epoch(model, loader, loss_fn, optimizer)]
    return sum(losses) / len(losses)


@wrong("epoch_in_batches", N_("You return the loss of the last batch. The text asks for the mean over all rows."))
def last_batch_alone(model, loader, loss_fn, optimizer):
    return _epoch(model, loader, loss_fn, optimizer)[-1][0]


@wrong(
    "epoch_in_batches",
    N_("You added the batches' losses up. Each is the mean of its rows: what is the mean over all rows?"),
)
def sum_of_means(model, loader, loss_fn, optimizer):
    return sum(loss for loss, _ in _epoch(model, loader, loss_fn, optimizer))


@wrong(
    "epoch_in_batches",
    N_("You divided by the number of batches what you had weighed by rows. How many rows are there in all?"),
)
def divided_by_batches(model, loader, loss_fn, optimizer):
    found = _epoch(model, loader, loss_fn, optimizer)
    return sum(loss * count for loss, count in found) / len(found)


@wrong(
    "epoch_in_batches",
    N_(
        "You took all batches for as large as the first. The last one may be smaller: "
        "ask each batch how many rows it has."
    ),
)
def all_of_one_size(model, loader, loss_fn, optimizer):
    found = _epoch(model, loader, loss_fn, optimizer)
    return sum(loss * found[0][1] for loss, _ in found) / sum(count for _, count in found)


@wrong(
    "epoch_in_batches",
    N_("You never clear the gradients, so each batch is stepped for again with every later one."),
)
def batches_add_up(model, loader, loss_fn, optimizer):
    model.train()
    total, rows = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total, rows = total + loss.item() * len(X), rows + len(X)
    return total / rows


@wrong(
    "epoch_in_batches",
    N_("You clear the gradients once, before the loop. From the second batch on they add up: clear them in each turn."),
)
def cleared_once_an_epoch(model, loader, loss_fn, optimizer):
    model.train()
    total, rows = 0.0, 0
    optimizer.zero_grad()
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        total, rows = total + loss.item() * len(X), rows + len(X)
    return total / rows


@wrong(
    "epoch_in_batches",
    N_(
        "You update once, at the end of the epoch. The point of mini-batches is that the model learns after each one: "
        "which moves belong into the loop?"
    ),
)
def one_update(model, loader, loss_fn, optimizer):
    model.train()
    total, rows = 0.0, 0
    optimizer.zero_grad()
    for X, y in loader:
        loss = loss_fn(model(X), y)
        loss.backward()
        total, rows = total + loss.item() * len(X), rows + len(X)
    optimizer.step()
    return total / rows


@wrong(
    "epoch_in_batches",
    N_("You never put the model into training mode. After an evaluation it would learn without its dropout."),
)
def batches_in_the_mode_found(model, loader, loss_fn, optimizer):
    total, rows = 0.0, 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, rows = total + loss.item() * len(X), rows + len(X)
    return total / rows


@wrong(
    "epoch_in_batches",
    N_("You return a tensor that you added up with its graphs. Take the number out of each loss first."),
)
def mean_as_a_tensor(model, loader, loss_fn, optimizer):
    model.train()
    total, rows = torch.tensor(0.0), 0
    for X, y in loader:
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, rows = total + loss * len(X), rows + len(X)
    return total / rows


@wrong(
    "epoch_in_batches",
    N_("You gave the loss the target first and the prediction second: it is `loss_fn(prediction, y_batch)`."),
)
def batch_target_first(model, loader, loss_fn, optimizer):
    found = _epoch(model, loader, lambda prediction, y: loss_fn(y, prediction), optimizer)
    return sum(loss * count for loss, count in found) / sum(count for _, count in found)


@wrong(
    "epoch_in_batches",
    N_(
        "You divided the sum of the batches' losses by the number of rows. Each loss is a mean already: "
        "weigh it by the rows of its batch before you add it."
    ),
)
def means_divided_by_rows(model, loader, loss_fn, optimizer):
    found = _epoch(model, loader, loss_fn, optimizer)
    return sum(loss for loss, _ in found) / sum(count for _, count in found)


@wrong(
    "epoch_in_batches",
    N_("Your function returns in the first turn of the loop: the `return` stands too far to the right."),
)
def return_in_the_loop(model, loader, loss_fn, optimizer):
    return _epoch(model, [next(iter(loader))], loss_fn, optimizer)[0][0]


@wrong(
    "epoch_in_batches",
    N_(
        "You divided by the number of rows of the whole dataset. A loader may leave some of them out: "
        "count the rows that come in its batches."
    ),
)
def divided_by_the_whole_dataset(model, loader, loss_fn, optimizer):
    return sum(loss * count for loss, count in _epoch(model, loader, loss_fn, optimizer)) / _dataset_rows(loader)


def _dataset_rows(loader):
    return len(loader.dataset) if isinstance(loader, torch.utils.data.DataLoader) else sum(len(x) for x, _ in loader)


@wrong(
    "epoch_in_batches",
    N_(
        "You divided the sum of the batches' losses by the number of rows of the dataset. Each loss is a mean already: "
        "weigh it by the rows of its batch, and divide by the rows that came."
    ),
)
def means_divided_by_the_dataset(model, loader, loss_fn, optimizer):
    return sum(loss for loss, _ in _epoch(model, loader, loss_fn, optimizer)) / _dataset_rows(loader)


# --- updates_and_rows ---


@right("updates_and_rows")
def rounded_up(rows, batch_size, epochs, drop_last):
    if drop_last:
        rows -= rows % batch_size
    return -(-rows // batch_size) * epochs, rows * epochs


@right("updates_and_rows")
def by_cases(rows, batch_size, epochs, drop_last):
    updates = rows // batch_size
    if rows % batch_size == 0:
        return [epochs * updates, epochs * rows]
    return [epochs * updates, epochs * updates * batch_size] if drop_last else [epochs * (updates + 1), epochs * rows]


@wrong(
    "updates_and_rows",
    N_(
        "You counted the last, smaller batch as a full one: that gives more rows than there are. "
        "How many rows does an epoch use?"
    ),
)
def last_counted_as_full(rows, batch_size, epochs, drop_last):
    batches = rows // batch_size if drop_last else -(-rows // batch_size)
    return epochs * batches, epochs * batches * batch_size


@wrong(
    "updates_and_rows",
    N_("You forgot the last, smaller batch. With `drop_last=False` it is used, and the optimizer takes a step for it."),
)
def last_always_dropped(rows, batch_size, epochs, drop_last):
    return epochs * (rows // batch_size), epochs * (rows // batch_size) * batch_size


@wrong(
    "updates_and_rows",
    N_("You counted one step too few: the last, smaller batch is used too, and it has a step of its own."),
)
def step_of_the_last_forgotten(rows, batch_size, epochs, drop_last):
    used = rows - rows % batch_size if drop_last else rows
    return epochs * (rows // batch_size), epochs * used


@wrong(
    "updates_and_rows",
    N_("You never look at `drop_last`. When it is True, what happens to a last batch that is smaller?"),
)
def last_never_dropped(rows, batch_size, epochs, drop_last):
    return epochs * -(-rows // batch_size), epochs * rows


@wrong(
    "updates_and_rows",
    N_("You counted the rows of the last batch although it is left out. Which rows does the model see?"),
)
def dropped_rows_counted(rows, batch_size, epochs, drop_last):
    batches = rows // batch_size if drop_last else -(-rows // batch_size)
    return epochs * batches, epochs * rows


@wrong(
    "updates_and_rows",
    N_("You always add a batch for the rest. If the rows divide evenly, there is no rest."),
)
def always_one_more(rows, batch_size, epochs, drop_last):
    batches = rows // batch_size + (not drop_last)
    return epochs * batches, epochs * (rows // batch_size * batch_size if drop_last else rows)


@wrong(
    "updates_and_rows",
    N_(
        "You let the epochs run into one another, as if the rest of one were filled up from the next. "
        "Each epoch ends with a batch of its own."
    ),
)
def epochs_run_together(rows, batch_size, epochs, drop_last):
    total = rows * epochs
    if drop_last:
        total -= total % batch_size
    return -(-total // batch_size), total


@wrong("updates_and_rows", N_("You calculated one epoch. How often is the loader looped over?"))
def one_epoch_only(rows, batch_size, epochs, drop_last):
    batches = rows // batch_size if drop_last else -(-rows // batch_size)
    return batches, min(rows, batches * batch_size)


# --- SignalWindows ---


@right("SignalWindows")
class CutBeforehand(Dataset):
    def __init__(self, signal, size, transform=None):
        count = signal.numel() // size
        self.windows = signal[: count * size].clone().reshape(count, size)
        self.transform = transform

    def __len__(self):
        return self.windows.shape[0]

    def __getitem__(self, index):
        window = self.windows[index].clone()
        return self.transform(window) if self.transform else window


@right("SignalWindows")
class ListOfStarts:
    def __init__(self, signal, size, transform=None):
        self.signal, self.size = signal, size
        self.transform = transform or (lambda window: window)
        self.starts = list(range(0, len(signal) - size + 1, size))

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        start = self.starts[index]
        return self.transform(torch.tensor(self.signal[start : start + self.size].tolist(), dtype=self.signal.dtype))


class _Windows(Dataset):
    """The right data set, for those that are wrong in one place."""

    def __init__(self, signal, size, transform=None):
        self.signal, self.size, self.transform = signal, size, transform

    def __len__(self):
        return len(self.signal) // self.size

    def window(self, index):
        return self.signal[index * self.size : (index + 1) * self.size].clone()

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        window = self.window(index)
        return window if self.transform is None else self.transform(window)


@wrong(
    "SignalWindows",
    N_(
        "You hand out something for every number, also past the end: a slice never raises, it only gets shorter. "
        "So a `for` loop never stops. Compare the number with the length first."
    ),
)
class NoEnd(_Windows):
    def __getitem__(self, index):
        window = self.window(index)
        return window if self.transform is None else self.transform(window)


@wrong(
    "SignalWindows",
    N_(
        "A transform that writes into its window writes into the signal, because a slice is a view of it. "
        "Give the transform a copy."
    ),
)
class TransformedInPlace(_Windows):
    def window(self, index):
        return self.signal[index * self.size : (index + 1) * self.size]


@wrong(
    "SignalWindows",
    N_(
        "You copied the signal once, when the data set was made, and your windows are views of that copy. What is "
        "written into one of them is still there in the next pass: give each call a copy of its own."
    ),
)
class OneCopyForAll(_Windows):
    def __init__(self, signal, size, transform=None):
        super().__init__(signal.clone(), size, transform)

    def window(self, index):
        return self.signal[index * self.size : (index + 1) * self.size]


@wrong(
    "SignalWindows",
    N_(
        "You copy a window for the transform only. Without a transform you hand out a view of the signal: "
        "who writes into it changes the signal."
    ),
)
class ViewWithoutTransform(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        window = self.signal[index * self.size : (index + 1) * self.size]
        return window if self.transform is None else self.transform(window.clone())


_TRANSFORMED_ONCE = N_(
    "You transformed the windows once, when the data set was made. A transform may draw random numbers: "
    "it is to be called anew each time that a window is asked for."
)


@wrong("SignalWindows", _TRANSFORMED_ONCE)
class TransformedOnce(_Windows):
    def __init__(self, signal, size, transform=None):
        super().__init__(signal, size)
        self.made = [self.window(index) for index in range(len(self))]
        if transform is not None:
            self.made = [transform(window) for window in self.made]

    def __getitem__(self, index):
        return self.made[index]


@wrong("SignalWindows", _TRANSFORMED_ONCE)
class TransformedOnceAndCopied(TransformedOnce):
    def __getitem__(self, index):
        return super().__getitem__(index).clone()


@wrong(
    "SignalWindows",
    N_("You transform the whole signal and cut it then. The transform is to be given one window, alone."),
)
class WholeSignalTransformed(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        whole = self.signal.clone()
        if self.transform is not None:
            whole = self.transform(whole)
        return whole[index * self.size : (index + 1) * self.size]


@wrong("SignalWindows", N_("You never call the transform."))
class TransformForgotten(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        return self.window(index)


@wrong(
    "SignalWindows",
    N_("You call the transform and throw away what it returns. It may give something other than the window itself."),
)
class ReturnThrownAway(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        window = self.window(index)
        if self.transform is not None:
            self.transform(window)
        return window


@wrong(
    "SignalWindows",
    N_("You call the transform without asking whether there is one. `None` cannot be called."),
)
class TransformAlwaysCalled(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        return self.transform(self.window(index))


@wrong(
    "SignalWindows",
    N_("Your windows overlap: each begins one element after the one before. Where does window 1 begin?"),
)
class Overlapping(_Windows):
    def window(self, index):
        return self.signal[index : index + self.size].clone()


@wrong(
    "SignalWindows",
    N_("You hand out the rest at the end as a shorter window. It belongs to none: only full windows count."),
)
class RestAsWindow(_Windows):
    def __len__(self):
        return -(-len(self.signal) // self.size)


@wrong(
    "SignalWindows",
    N_("Your `len` counts the elements of the signal. It is to tell how many windows there are."),
)
class LengthInElements(_Windows):
    def __len__(self):
        return len(self.signal)


@wrong(
    "SignalWindows",
    N_("You raise another exception past the end. A `for` loop over a data set stops at IndexError only."),
)
class AnotherException(_Windows):
    def __getitem__(self, index):
        if index >= len(self):
            raise ValueError(index)
        return super().__getitem__(index)


@wrong(
    "SignalWindows",
    N_("You let one window too many through: with `n` windows the last one has the number `n - 1`."),
)
class OneTooMany(_Windows):
    def __getitem__(self, index):
        if index > len(self):
            raise IndexError(index)
        window = self.window(index)
        return window if self.transform is None else self.transform(window)


# --- balanced_batches ---


@right("balanced_batches")
def class_then_row(X, labels, batch_size, seed):
    return DataLoader(TensorDataset(X, labels), batch_sampler=_ClassThenRow(labels, batch_size, seed))


class _ClassThenRow:
    def __init__(self, labels, batch_size, seed):
        self.labels, self.batch_size = labels, batch_size
        self.random = random.Random(seed)

    def __iter__(self):
        classes = [(self.labels == label).nonzero().flatten().tolist() for label in self.labels.unique()]
        for _ in range(len(self.labels) // self.batch_size):
            yield [self.random.choice(self.random.choice(classes)) for _ in range(self.batch_size)]


@right("balanced_batches")
def weights_by_unique(X, labels, batch_size, seed):
    _, places, counts = labels.unique(return_inverse=True, return_counts=True)
    own = torch.Generator()
    own.manual_seed(seed)
    sampler = WeightedRandomSampler((1.0 / counts)[places], num_samples=X.shape[0], replacement=True, generator=own)
    pairs = list(zip(X, labels, strict=True))
    return DataLoader(pairs, batch_size, sampler=sampler, drop_last=True, num_workers=0)


def _balanced(X, labels, batch_size, seed, weights=None, generator=True, drop_last=True, **options):
    if weights is None:
        weights = 1 / labels.bincount()[labels].double()
    own = torch.Generator().manual_seed(seed) if generator else None
    sampler = WeightedRandomSampler(weights.tolist(), options.pop("count", len(labels)), generator=own, **options)
    return DataLoader(TensorDataset(X, labels), batch_size, sampler=sampler, drop_last=drop_last)


@wrong(
    "balanced_batches",
    N_(
        "You gave the sampler one weight for each class. It wants one for each row, and takes the first weights "
        "for those of the first rows: no other row is ever drawn."
    ),
)
def weight_of_each_class(X, labels, batch_size, seed):
    counts = labels.bincount().double()
    return _balanced(X, labels, batch_size, seed, weights=1 / counts.clamp(min=1))


@wrong(
    "balanced_batches",
    N_("You weighed each row by the size of its class, so that common classes get even more common. Take one over it."),
)
def weighed_by_the_count(X, labels, batch_size, seed):
    return _balanced(X, labels, batch_size, seed, weights=labels.bincount()[labels].double())


@wrong(
    "balanced_batches",
    N_("You only shuffle. Each row then comes once in a pass, and a rare class stays as rare as it is."),
)
def only_shuffled(X, labels, batch_size, seed):
    own = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(X, labels), batch_size, shuffle=True, drop_last=True, generator=own)


@wrong(
    "balanced_batches",
    N_("You draw without repetition. As many rows as there are come up then, each once: the classes stay as they are."),
)
def without_repetition(X, labels, batch_size, seed):
    return _balanced(X, labels, batch_size, seed, replacement=False)


@wrong(
    "balanced_batches",
    N_("You kept the last batch although it is smaller. The text asks for full batches only."),
)
def small_batch_kept(X, labels, batch_size, seed):
    return _balanced(X, labels, batch_size, seed, drop_last=False)


@wrong(
    "balanced_batches",
    N_(
        "The seed decides nothing in your loader. It is the sampler that draws: "
        "the generator must be given to it, and not only to the loader."
    ),
)
def generator_for_the_loader(X, labels, batch_size, seed):
    weights = (1 / labels.bincount()[labels].double()).tolist()
    sampler = WeightedRandomSampler(weights, len(labels))
    own = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(X, labels), batch_size, sampler=sampler, drop_last=True, generator=own)


@wrong(
    "balanced_batches",
    N_(
        "You seeded the generator that everybody shares. Others then draw other numbers than they asked for, and what "
        "they draw changes your rows: give the sampler a generator of its own."
    ),
)
def seeded_the_world(X, labels, batch_size, seed):
    torch.manual_seed(seed)
    return _balanced(X, labels, batch_size, seed, generator=False)


@wrong(
    "balanced_batches",
    N_(
        "Each pass over your loader is the same. Either the rows are drawn once, before the loader is made, or a "
        "generator begins at its seed again in each pass: let the sampler draw, from a generator that is seeded once."
    ),
)
def drawn_once(X, labels, batch_size, seed):
    weights = 1 / labels.bincount()[labels].double()
    own = torch.Generator().manual_seed(seed)
    rows = torch.multinomial(weights, len(labels), replacement=True, generator=own)
    return DataLoader(TensorDataset(X[rows], labels[rows]), batch_size, drop_last=True)


@wrong(
    "balanced_batches",
    N_(
        "You draw as often as there are rows in the largest class, or another number of times. "
        "In a pass as many rows are drawn as `X` has."
    ),
)
def another_number_of_draws(X, labels, batch_size, seed):
    return _balanced(X, labels, batch_size, seed, count=int(labels.bincount().max()))


@wrong(
    "balanced_batches",
    N_("You always draw with one and the same seed. Another `seed` must give other rows."),
)
def seed_of_balance_ignored(X, labels, batch_size, seed):
    return _balanced(X, labels, batch_size, 0)


# --- start_worker ---


@right("start_worker")
def far_apart(worker_id, generators):
    for place, generator in enumerate(generators):
        generator.manual_seed(torch.initial_seed() + 1000 * place)


@right("start_worker")
def by_a_seed_sequence(worker_id, generators):
    seeds = np.random.SeedSequence([torch.initial_seed(), worker_id]).generate_state(len(generators))
    for generator, seed in zip(generators, seeds, strict=True):
        generator.manual_seed(int(seed))


@right("start_worker")
def drawn_by_python(worker_id, generators):
    own = random.Random(torch.initial_seed())
    for generator in generators:
        generator.manual_seed(own.getrandbits(60))


@wrong(
    "start_worker",
    N_(
        "All generators of a process draw the same. They have one seed, or seeds that differ in their upper bits only, "
        "at which a generator on the CPU does not look: each needs another one."
    ),
)
def one_seed_for_all(worker_id, generators):
    for generator in generators:
        generator.manual_seed(torch.initial_seed())


@wrong(
    "start_worker",
    N_(
        "You added the place of a generator to the seed of its process. But the next process has the next seed: its "
        "first generator draws what your second one draws. Put the seeds further apart."
    ),
)
def place_added(worker_id, generators):
    for place, generator in enumerate(generators):
        generator.manual_seed(torch.initial_seed() + place)


@wrong(
    "start_worker",
    N_("You made the seeds of `worker_id` alone. It is the same in each pass, and `torch.initial_seed()` is not."),
)
def only_the_number(worker_id, generators):
    for place, generator in enumerate(generators):
        generator.manual_seed(1000 * worker_id + place)


@wrong(
    "start_worker",
    N_("You made the seeds of the generators' places alone, so that each process draws the same as any other."),
)
def only_the_place(worker_id, generators):
    for place, generator in enumerate(generators):
        generator.manual_seed(place)


@wrong(
    "start_worker",
    N_(
        "You seeded the generator that the process shares. It has a seed of its own already: "
        "the generators in the list are those that you are to seed."
    ),
)
def seeded_the_process(worker_id, generators):
    torch.manual_seed(torch.initial_seed() + worker_id)


@wrong(
    "start_worker",
    N_(
        "You drew the seeds from the generator that everybody in the process shares. What others draw then changes, "
        "and your seeds depend on what was drawn before: make a generator of your own."
    ),
)
def drawn_from_the_shared(worker_id, generators):
    for generator in generators:
        generator.manual_seed(int(torch.randint(2**62, ())))


@wrong(
    "start_worker",
    N_(
        "Your product gets larger than any seed may be: `torch.initial_seed()` may be a number of 63 bits. "
        "Take the rest of a division before you seed with it."
    ),
)
def product_too_large(worker_id, generators):
    for place, generator in enumerate(generators):
        generator.manual_seed(torch.initial_seed() * 1000 + place)


# --- train_on_schedule ---


@right("train_on_schedule")
def rates_of_the_scheduler(model, loader, loss_fn, optimizer, scheduler, epochs):
    found = []
    for _ in range(epochs):
        (rate,) = scheduler.get_last_lr()
        found.append(float(rate))
        _epoch(model, loader, loss_fn, optimizer)
        scheduler.step()
    return found


@right("train_on_schedule")
def rate_read_in_the_first_batch(model, loader, loss_fn, optimizer, scheduler, epochs):
    found = {}
    for epoch in range(epochs):
        for X, y in loader:
            model.train()
            optimizer.zero_grad(set_to_none=False)
            loss_fn(model(X), y).backward()
            found.setdefault(epoch, optimizer.param_groups[0]["lr"])
            optimizer.step()
        scheduler.step()
    return list(found.values())


def _rate(optimizer):
    return optimizer.param_groups[0]["lr"]


@wrong(
    "train_on_schedule",
    N_(
        "You call `scheduler.step()` after each batch. This schedule counts epochs: with many batches the rate falls "
        "to nearly nothing in the first one."
    ),
)
def once_a_batch(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(_rate(optimizer))
        for batch in loader:
            _epoch(model, [batch], loss_fn, optimizer)
            scheduler.step()
    return rates


@wrong(
    "train_on_schedule",
    N_(
        "You call `scheduler.step()` before the updates of the epoch, so the first rate is never used and each epoch "
        "has the rate of the next. The optimizer comes first."
    ),
)
def schedule_first(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        scheduler.step()
        rates.append(_rate(optimizer))
        _epoch(model, loader, loss_fn, optimizer)
    return rates


@wrong(
    "train_on_schedule",
    N_("You noted the rate before and stepped the schedule before the updates: they were made with another rate."),
)
def noted_and_stepped_first(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(_rate(optimizer))
        scheduler.step()
        _epoch(model, loader, loss_fn, optimizer)
    return rates


@wrong(
    "train_on_schedule",
    N_("You read the rate after `scheduler.step()`. That is the rate of the next epoch, not of the one that ends."),
)
def rate_of_the_next_epoch(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        _epoch(model, loader, loss_fn, optimizer)
        scheduler.step()
        rates.append(_rate(optimizer))
    return rates


@wrong(
    "train_on_schedule",
    N_("You never call `scheduler.step()`. A scheduler that is not called changes nothing: the rate stays as it was."),
)
def schedule_never_steps(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(_rate(optimizer))
        _epoch(model, loader, loss_fn, optimizer)
    return rates


@wrong(
    "train_on_schedule",
    N_("You leave out the schedule's step after the last epoch. Whoever goes on training would use an old rate."),
)
def last_step_left_out(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for epoch in range(epochs):
        if epoch:
            scheduler.step()
        rates.append(_rate(optimizer))
        _epoch(model, loader, loss_fn, optimizer)
    return rates


@wrong(
    "train_on_schedule",
    N_("You return a list for each epoch, as `get_last_lr()` gives it. The text asks for the number in it."),
)
def lists_of_rates(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(scheduler.get_last_lr())
        _epoch(model, loader, loss_fn, optimizer)
        scheduler.step()
    return rates


@wrong(
    "train_on_schedule",
    N_("You noted the rate once for each batch. The list has one number for each epoch."),
)
def rate_of_each_batch(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        for batch in loader:
            rates.append(_rate(optimizer))
            _epoch(model, [batch], loss_fn, optimizer)
        scheduler.step()
    return rates


@wrong(
    "train_on_schedule",
    N_("Your list holds the losses. The text asks for the learning rates."),
)
def losses_for_rates(model, loader, loss_fn, optimizer, scheduler, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(_epoch(model, loader, loss_fn, optimizer)[-1][0])
        scheduler.step()
    return losses


@wrong(
    "train_on_schedule",
    N_("You never clear the gradients: from the second batch on, those of all batches add up."),
)
def schedule_without_clearing(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(_rate(optimizer))
        model.train()
        for X, y in loader:
            loss_fn(model(X), y).backward()
            optimizer.step()
        scheduler.step()
    return rates


@wrong(
    "train_on_schedule",
    N_("You never put the model into training mode. It may come from an evaluation."),
)
def schedule_in_the_mode_found(model, loader, loss_fn, optimizer, scheduler, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(_rate(optimizer))
        for X, y in loader:
            optimizer.zero_grad()
            loss_fn(model(X), y).backward()
            optimizer.step()
        scheduler.step()
    return rates


# --- freeze_body ---


@right("freeze_body")
def one_by_one(model, lr):
    for parameter in model.body.parameters():
        parameter.requires_grad = False
    model.train()
    model.body.train(False)
    return torch.optim.SGD([parameter for parameter in model.parameters() if parameter.requires_grad], lr=lr)


@right("freeze_body")
def part_by_part(model, lr):
    for part in model.body.modules():
        part.training = False
        for parameter in part.parameters(recurse=False):
            parameter.requires_grad_(False)
    for part in model.head.modules():
        part.training = True
    return torch.optim.SGD(list(model.head.parameters()), lr)


@wrong(
    "freeze_body",
    N_(
        "The body's parameters still need gradients, which are found in each step and never used. To leave them out "
        "of the optimizer is not enough, and `requires_grad` of the module is an attribute that nobody reads: "
        "the parameters have it."
    ),
)
def only_the_optimizer(model, lr):
    model.body.eval()
    model.head.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_(
        "You froze the parameters only. While the body is in training mode, its dropout draws and its batch norm goes "
        "on counting: what the head gets changes all the same."
    ),
)
def only_the_parameters(model, lr):
    model.body.requires_grad_(False)
    model.head.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You froze the parameters and set no modes. Body and head need different ones, whichever the model came in."),
)
def no_modes(model, lr):
    model.body.requires_grad_(False)
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You put the whole model into training mode at the end, and woke the body again: a mode reaches all parts."),
)
def woken_again(model, lr):
    model.body.requires_grad_(False)
    model.body.eval()
    model.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You put the head into evaluation mode too. It is to be trained, so it belongs into training mode."),
)
def head_in_evaluation(model, lr):
    model.body.requires_grad_(False)
    model.eval()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You put the body into evaluation mode and left the head in the mode that it came in. It needs training mode."),
)
def mode_of_the_head_forgotten(model, lr):
    model.body.requires_grad_(False)
    model.body.eval()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You froze the head as well. Then nothing is left that could learn: which part is to be trained?"),
)
def head_frozen_too(model, lr):
    model.requires_grad_(False)
    model.body.eval()
    model.head.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You gave the optimizer all parameters. The text asks for those of the head and no others."),
)
def optimizer_of_everything(model, lr):
    model.body.requires_grad_(False)
    model.body.eval()
    model.head.train()
    return torch.optim.SGD(model.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You froze the head and train the body: the two are the other way round."),
)
def parts_the_other_way_round(model, lr):
    model.head.requires_grad_(False)
    model.head.eval()
    model.body.train()
    return torch.optim.SGD(model.body.parameters(), lr=lr)


@wrong(
    "freeze_body",
    N_("You froze the weights and forgot the biases. All parameters of the body stay as they are."),
)
def only_the_weights(model, lr):
    for name, parameter in model.body.named_parameters():
        if name.endswith("weight"):
            parameter.requires_grad_(False)
    model.body.eval()
    model.head.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


@wrong("freeze_body", N_("You made Adam, which takes other steps than the optimizer that the text asks for."))
def adam_for_the_head(model, lr):
    model.body.requires_grad_(False)
    model.body.eval()
    model.head.train()
    return torch.optim.Adam(model.head.parameters(), lr=lr)


@wrong("freeze_body", N_("You return nothing, or not the optimizer. Whoever is to train the head needs it."))
def model_for_the_optimizer(model, lr):
    model.body.requires_grad_(False)
    model.body.eval()
    model.head.train()


# --- train_head ---


@right("train_head")
def everything_but_the_body(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.train()
        model.body.eval()
        losses.append(_head_step(model, X, y, loss_fn, optimizer))
    return losses


@right("train_head")
def body_used_once(model, X, y, loss_fn, optimizer, epochs):
    if epochs == 0:
        return []
    model.head.train(True)
    with torch.no_grad():
        features = model.body.train(False)(X)
    losses = []
    for _ in range(epochs):
        loss = loss_fn(model.head(features), y)
        model.head.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses


def _head_step(model, X, y, loss_fn, optimizer):
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _asleep(model):
    model.body.eval()
    model.head.train()


@wrong(
    "train_head",
    N_("You took `model.train()` away, and now a model that comes from an evaluation trains its head in that mode."),
)
def mode_left_as_found(model, X, y, loss_fn, optimizer, epochs):
    return [_head_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]


@wrong(
    "train_head",
    N_("You put the whole model into evaluation mode. The head is being trained: it belongs into training mode."),
)
def whole_model_asleep(model, X, y, loss_fn, optimizer, epochs):
    model.eval()
    return [_head_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]


_WOKEN_BY_THE_MODEL = N_(
    "The body works in training mode: `model.train()` reaches all parts of the model. Put the body into evaluation "
    "mode after that. (To switch gradients off for it does not do so.)"
)


@wrong("train_head", _WOKEN_BY_THE_MODEL)
def woken_by_the_model(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.body.eval()
        model.train()
        losses.append(_head_step(model, X, y, loss_fn, optimizer))
    return losses


@wrong("train_head", _WOKEN_BY_THE_MODEL)
def woken_in_the_loop(model, X, y, loss_fn, optimizer, epochs):
    model.body.eval()
    losses = []
    for _ in range(epochs):
        model.train()
        losses.append(_head_step(model, X, y, loss_fn, optimizer))
    return losses


@wrong(
    "train_head",
    N_(
        "You put the body into evaluation mode and left the head in the mode that it came in. The head is being "
        "trained: put it into training mode."
    ),
)
def only_the_body_asleep(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        model.body.eval()
        losses.append(_head_step(model, X, y, loss_fn, optimizer))
    return losses


@wrong(
    "train_head",
    N_(
        "The body is in evaluation mode in the first epoch only: something in your loop puts it back into training "
        "mode. Set its mode in each epoch, after everything else."
    ),
)
def asleep_in_the_first_epoch(model, X, y, loss_fn, optimizer, epochs):
    model.body.eval()
    losses = []
    for epoch in range(epochs):
        if epoch:
            model.train()
        else:
            model.head.train()
        losses.append(_head_step(model, X, y, loss_fn, optimizer))
    return losses


@wrong(
    "train_head",
    N_(
        "You put the body into evaluation mode when the loop is over. By then its batch norm has counted "
        "and its dropout has drawn."
    ),
)
def asleep_too_late(model, X, y, loss_fn, optimizer, epochs):
    model.train()
    losses = [_head_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]
    model.body.eval()
    return losses


@wrong(
    "train_head",
    N_(
        "You put the body's own flag or its first layers into evaluation mode, not all of its parts. "
        "`eval()` of the body reaches them all."
    ),
)
def only_the_flag(model, X, y, loss_fn, optimizer, epochs):
    model.train()
    model.body.training = False
    return [_head_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]


@wrong(
    "train_head",
    N_(
        "You put the body's buffers back at the end. Its numbers are right again, but the head has learned from what "
        "the body gave in training mode."
    ),
)
def buffers_put_back(model, X, y, loss_fn, optimizer, epochs):
    state = {name: tensor.clone() for name, tensor in model.body.state_dict().items()}
    model.train()
    losses = [_head_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]
    model.body.load_state_dict(state)
    if epochs:
        model.body.eval()
    return losses


@wrong(
    "train_head",
    N_("You lost `zero_grad()` while mending the mode: the gradients of all epochs add up."),
)
def head_without_clearing(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        _asleep(model)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(
    "train_head",
    N_("Your list holds tensors with their graphs. The text asks for Python floats."),
)
def head_losses_as_tensors(model, X, y, loss_fn, optimizer, epochs):
    losses = []
    for _ in range(epochs):
        _asleep(model)
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


# --- mutants that nobody could tell from the solution ---

equivalent(
    "shuffled_split",
    "results share memory",
    "both parts may be views of one shuffled tensor: no text asks for memory of their own",
)
equivalent(
    "l1_and_mse",
    "in place: return (error.abs().mean(), (error ** 2).mean()) -> return (error.abs_().mean(), (error ** 2).mean())",
    "the error is a tensor of the function's own, and a square does not mind a sign",
)
equivalent(
    "l1_and_mse",
    "operands swapped: error = prediction - target -> error = target - prediction",
    "neither a size nor a square minds a sign",
)
equivalent(
    "one_training_step",
    "statements swapped: optimizer.zero_grad() -> moved",
    "gradients may be cleared anywhere before backward",
)
equivalent(
    "trained_line",
    "in place: (model(X) - y).square().mean().backward() -> (model(X) - y).square_().mean().backward()",
    "the error is a tensor that nobody else sees, and its gradient stays the same",
)
equivalent(
    "trained_line",
    "operands swapped: (model(X) - y).square().mean().backward() -> (y - model(X)).square().mean().backward()",
    "a square does not mind a sign",
)
equivalent(
    "trained_line",
    "statements swapped: optimizer = torch.optim.SGD(model.parameters(), lr=lr) -> moved",
    "the optimizer holds the parameters, whatever they hold",
)
equivalent(
    "fit_line",
    "statements swapped: history: dict[str, list[float]] = {'epoch': [], 'train': [], 'test': []} -> moved",
    "an empty history and a new optimizer know nothing of each other",
)
equivalent(
    "points_figure",
    "statements swapped: axes.scatter(X_test, y_test, label='test') -> moved",
    "the text names no order of drawing",
)
equivalent(
    "points_figure",
    "statements swapped: axes.scatter(X_test, y_test, label='test') -> moved #2",
    "the text names no order of drawing",
)
equivalent(
    "points_figure",
    "statements swapped: axes.set(xlabel='X', ylabel='y') -> moved",
    "axes may be labelled before or after drawing",
)
equivalent(
    "points_figure", "statements swapped: axes.legend() -> moved", "legend and labels know nothing of each other"
)
equivalent(
    "loss_figure",
    "item dropped: for name in ('train', 'test'): -> for name in ('test', 'train'):",
    "the text names no order of drawing",
)
equivalent(
    "loss_figure",
    "statements swapped: axes.set(xlabel='epoch', ylabel='loss') -> moved",
    "axes may be labelled before or after drawing",
)
equivalent("loss_figure", "statements swapped: axes.legend() -> moved", "legend and labels know nothing of each other")
equivalent(
    "fit_anywhere",
    "statements swapped: optimizer = torch.optim.SGD(model.parameters(), lr=lr) -> moved",
    "making an optimizer and moving the data know nothing of each other",
)
equivalent(
    "epoch_in_batches",
    "statements swapped: rows += len(X_batch) -> moved",
    "counting the rows and adding up losses know nothing of each other",
)
equivalent(
    "ColumnScaler",
    "statements swapped: self.register_buffer('deviation', X.std(dim=0)) -> moved",
    "two buffers may be registered in any order: a state is read by names",
)
equivalent("SignalWindows", "statements swapped: self._size = size -> moved", "what is stored is stored in any order")
equivalent(
    "SignalWindows", "statements swapped: self._transform = transform -> moved", "what is stored is stored in any order"
)
equivalent(
    "SignalWindows",
    "statements swapped: start = index * self._size -> moved",
    "a number may be calculated before it is known that nobody needs it",
)
equivalent(
    "balanced_batches",
    "constant: weights = 1 / labels.bincount()[labels] -> weights = 2 / labels.bincount()[labels]",
    "only the ratios of the weights count",
)
equivalent(
    "balanced_batches",
    "statements swapped: generator = torch.Generator().manual_seed(seed) -> moved",
    "the weights are not drawn",
)
equivalent(
    "start_worker",
    "constant: generator.manual_seed(int(torch.randint(2 ** 63 - 1, (), generator=own))) -> "
    "generator.manual_seed(int(torch.randint(2 ** 62 - 1, (), generator=own)))",
    "any range of seeds will do that is wide enough",
)
equivalent(
    "start_worker",
    "constant: generator.manual_seed(int(torch.randint(2 ** 63 - 1, (), generator=own))) -> "
    "generator.manual_seed(int(torch.randint(2 ** 63 - 2, (), generator=own)))",
    "any range of seeds will do that is wide enough",
)
equivalent(
    "train_on_schedule",
    "constant: rates.append(optimizer.param_groups[0]['lr']) -> rates.append(optimizer.param_groups[-1]['lr'])",
    "the text says that there is one group",
)
equivalent(
    "train_on_schedule",
    "statements swapped: epoch_in_batches(model, loader, loss_fn, optimizer) -> moved",
    "the updates leave the rate as it is",
)
equivalent(
    "freeze_body",
    "attribute dropped: model.body.eval() -> model.eval()",
    "the head is put into training mode afterwards, and the mode of the model itself is free",
)
equivalent(
    "freeze_body", "statements swapped: model.body.eval() -> moved", "modes and gradients know nothing of each other"
)
equivalent("freeze_body", "statements swapped: model.head.train() -> moved", "body and head share no part")
equivalent(
    "train_head",
    "attribute dropped: model.body.eval() -> model.eval()",
    "the head is put into training mode afterwards, and the mode of the model itself is free",
)
equivalent("train_head", "statements swapped: model.head.train() -> moved", "body and head share no part")
equivalent(
    "train_head",
    "statements swapped: optimizer.zero_grad() -> moved",
    "gradients may be cleared anywhere before backward",
)
equivalent(
    "train_head",
    "statements swapped: losses.append(loss.item()) -> moved",
    "the loss is a number of before the update, whenever it is read",
)
equivalent(
    "line_data",
    "one number expanded",
    "two tensors that are one number repeated share no memory; room for each element is not asked for",
)
equivalent(
    "shuffled_split",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "one_training_step",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "fit_line",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "logged_losses",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "fit_anywhere",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "epoch_in_batches",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "train_head",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "fit_line",
    "model left in evaluation mode",
    "the text leaves open in which mode the model is left",
)
equivalent(
    "shuffled_split",
    "result detached",
    "the text has no data that need a gradient",
)
equivalent(
    "shuffled_split",
    "computed without gradients",
    "the text has no data that need a gradient",
)
equivalent(
    "fit_anywhere",
    "result detached",
    "the text says that the predictions do not need a gradient",
)
equivalent(
    "fit_anywhere",
    "calculated on the CPU",
    "the data are on the CPU, as the text says",
)
equivalent(
    "fit_anywhere",
    "result on the CPU",
    "the text asks for predictions on the CPU",
)
equivalent(
    "LinearRegression",
    "argument made to want a gradient",
    "the text says nothing of `x` afterwards",
)
equivalent(
    "LinearRegression",
    "gradient of an argument cleared",
    "the text says nothing of `x` afterwards",
)
equivalent(
    "LinearRegression",
    "result wants a gradient",
    "the parameters need a gradient, and so does what they make",
)
equivalent(
    "l1_and_mse",
    "gradient of an argument cleared",
    "the text says nothing of gradients that the arguments have already",
)
equivalent(
    "freeze_body",
    "gradient of an argument cleared",
    "the text says that the parameters hold no gradients",
)
equivalent(
    "ColumnScaler",
    "argument written to",
    "`X` and `x` hold the same numbers before and after",
)
equivalent(
    "one_training_step",
    "argument written to",
    "`X` and `y` hold the same numbers before and after",
)
equivalent(
    "held_out_loss",
    "argument written to",
    "`X` and `y` hold the same numbers before and after",
)
equivalent(
    "fit_line",
    "argument written to",
    "the data hold the same numbers before and after",
)
equivalent(
    "logged_losses",
    "argument written to",
    "`X` and `y` hold the same numbers before and after",
)
equivalent(
    "line_predictions",
    "argument written to",
    "the elements of `X` hold the same numbers before and after",
)
equivalent(
    "points_figure",
    "argument written to",
    "all tensors hold the same numbers before and after",
)
equivalent(
    "fit_anywhere",
    "argument written to",
    "`X` and `y` hold the same numbers before and after",
)
equivalent(
    "balanced_batches",
    "argument written to",
    "`X` and `labels` hold the same numbers before and after",
)
equivalent(
    "train_head",
    "argument written to",
    "`X` and `y` hold the same numbers before and after",
)
equivalent(
    "l1_and_mse",
    "result squeezed",
    "the losses have no axes that could be squeezed",
)
equivalent(
    "loss_of_labels",
    "result squeezed",
    "the loss has no axes that could be squeezed",
)
