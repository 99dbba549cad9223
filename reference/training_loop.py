"""Training a model: linear regression from the data to the loss curves.

A straight line has two numbers, a weight and a bias. Here a model finds them from examples: you
make the data, split them, write the model and its loss, take one step of training and then many,
and look at what came out. Larger models are trained with the very same loop.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and fix it. In one marked "Quiz", return the letter of the option that is right.
In one marked "Predict", work the answer out in your head and write it down; do not run the case.

The two lists below are the rows of the course's split: `TRAIN_ROWS` are the 28 to learn from,
`TEST_ROWS` the 12 to test on. They are there for you to play with; no function needs them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, WeightedRandomSampler

TRAIN_ROWS = [13, 31, 34, 8, 17, 24, 0, 33, 5, 11, 1, 29, 21, 2, 30, 36, 3, 35, 23, 32, 10, 22, 18, 20, 7, 14, 28, 38]
TEST_ROWS = [19, 16, 15, 26, 4, 12, 37, 27, 39, 6, 25, 9]


def line_data(weight: float, bias: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Make 40 points on a straight line.

    Return two tensors, `X` and `y`, both columns of shape `(40, 1)` and dtype float32. `X` holds 0,
    0.025, 0.05 and so on in steps of 0.025, up to 0.975. Each row of `y` is `weight` times that row
    of `X`, plus `bias`. `X` and `y` do not share memory.

    >>> X, y = line_data(weight=0.8, bias=0.2)
    >>> X.shape, y.shape
    (torch.Size([40, 1]), torch.Size([40, 1]))
    >>> y[:3]
    tensor([[0.2000],
            [0.2200],
            [0.2400]])
    """
    X = torch.arange(0, 1, 0.025)[:, None]
    return X, weight * X + bias


def shuffled_split(
    X: torch.Tensor, y: torch.Tensor, test_share: float = 0.3, seed: int = 42
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Split the rows at random into those to learn from and those to test on.

    `X` and `y` have the same number of rows, `n`, and row `i` of `y` belongs to row `i` of `X`.
    Return four tensors in this order: `X_train, X_test, y_train, y_test`. The test part has
    `test_share * n` rows, rounded to the nearest whole number (it never lies half way between two),
    and the train part all the others.
    Each row is in one of the two parts, once, and still has its own `y` beside it.

    Which rows are tested on, and the order of the rows within both parts, are drawn at random. The
    `seed` decides the draw: the same seed gives the same split, whatever has been drawn before, and
    another seed another one. How you get there is up to you, so your split for seed 42 need not be
    that of any library. But leave the random generators that everybody shares as you find them: a
    call of `torch.manual_seed` would change what is drawn in all of the program.

    `X` and `y` do not change. All four keep the dtype of what they were taken from.

    >>> parts = shuffled_split(*line_data(0.8, 0.2))
    >>> [len(part) for part in parts]
    [28, 12, 28, 12]
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(X), generator=generator)
    test, train = order.tensor_split([round(test_share * len(X))])
    return X[train], X[test], y[train], y[test]


class LinearRegression(nn.Module):
    """A model of a straight line: `weight * x + bias`.

    It has exactly two parameters, called `weight` and `bias`. Both have shape `(1,)` and dtype
    float32, can be trained, and appear in `state_dict()` under these names.

    >>> _ = torch.manual_seed(42)
    >>> dict(LinearRegression().state_dict())
    {'weight': tensor([0.3367]), 'bias': tensor([0.1288])}
    """

    def __init__(self) -> None:
        """Draw both parameters from the bell curve of `torch.randn`: first `weight`, then `bias`.

        Each model draws its own numbers. Do not set the seed here: whoever makes the model does.
        """
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The prediction for each element of `x`, which has one or more axes: a tensor of its shape.

        A gradient can flow back from it into both parameters, and into `x` if it needs one.
        """
        return self.weight * x + self.bias


class ColumnScaler(nn.Module):
    """Numbers that belong to a model and are not trained: the mean and the spread of each column.

    `ColumnScaler(X)` looks at the rows that a model learns from, once, and brings every row that comes
    later to the same scale. `X` is a float32 or float64 tensor of shape `(n, columns)`, with at least
    two rows; no column of it is constant, and it needs no gradient. `X` does not change.

    The scaler has no parameters, so no optimizer ever changes it. It holds two tensors of shape
    `(columns,)` and of the dtype of `X`, called `mean` and `deviation`. Both appear in `state_dict()`
    under these names, they can be loaded from another scaler's, and when the scaler is moved to
    another device or another dtype, both move along.

    >>> scaler = ColumnScaler(torch.tensor([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0]]))
    >>> dict(scaler.state_dict())
    {'mean': tensor([ 3., 30.]), 'deviation': tensor([ 2., 20.])}
    >>> scaler(torch.tensor([[5.0, 10.0]]))
    tensor([[ 1., -1.]])
    """

    def __init__(self, X: torch.Tensor) -> None:
        """Compute the mean of each column of `X`, and its standard deviation as `torch.std` does by default."""
        super().__init__()
        self.register_buffer("mean", X.mean(dim=0))
        self.register_buffer("deviation", X.std(dim=0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From each column of `x`, shape `(m, columns)`, take its mean away, and divide by its deviation.

        Mean and deviation are those that the scaler holds, whatever rows `x` has. `x` has at least one
        row and the dtype and the device of the scaler; it does not change. A gradient can flow back
        into `x`.
        """
        return (x - self.mean) / self.deviation


def l1_and_mse(prediction: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute two losses: the mean absolute error (L1), and the mean squared error (MSE).

    The error of an element is `prediction` minus `target`. Return two tensors without axes: first
    the mean of the sizes of the errors, without their signs, then the mean of their squares. Both
    have the dtype of the arguments, which is float32 or float64. Gradients can flow back from them
    into `prediction`, and into `target` if that needs one.

    `prediction` and `target` have at least one element and any number of axes. If they do not have
    the same shape, raise ValueError, even where PyTorch could broadcast one to the other.

    >>> l1_and_mse(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 4.0, 2.0]))
    (tensor(1.), tensor(1.6667))
    """
    if prediction.shape != target.shape:
        raise ValueError
    error = prediction - target
    return error.abs().mean(), (error**2).mean()


def loss_in_the_notes() -> str:
    """Quiz: which loss is it?

    A text about training says: "As our loss we use the mean squared error (MAE), with
    `torch.nn.L1Loss`." Three names for one thing: one of them does not fit. Return the letter, "a",
    "b", "c" or "d", of the sentence that is right:

    - a) All three fit: `L1Loss` squares the errors and takes their mean.
    - b) "Mean squared error" does not fit: `L1Loss` is the MAE, the mean of the absolute errors.
    - c) "MAE" does not fit: `L1Loss` is the mean squared error, whose short name is MSE.
    - d) "Mean" does not fit: `L1Loss` adds up the absolute errors and does not divide.

    >>> loss_in_the_notes() in ("a", "b", "c", "d")
    True
    """
    return "b"


def loss_of_labels(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Debug: the cross-entropy of labels that come from a table.

    `scores` has shape `(n, classes)`, with at least one row and two classes, and dtype float32 or
    float64; it holds finite numbers of any size. `labels` says for each row which class is the right
    one: a whole number from 0 to `classes - 1`. But as it was read from a file, it may have any
    integer dtype, or float32 or float64, and it may be a vector of shape `(n,)` or a column of shape
    `(n, 1)`. It is on the same device as `scores`.

    Return the cross-entropy, the mean over the rows, as a tensor without axes, with the dtype of
    `scores`. A gradient can flow back into `scores`. Neither `scores` nor `labels` changes.

    The code below works for a vector of int64 only. A vector of float32 stops it with the first of
    these errors, and a column of any dtype with the second:

        RuntimeError: expected target dtype to be Long or Byte, but got Float
        RuntimeError: 0D or 1D target tensor expected, multi-target not supported

    >>> scores = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    >>> loss_of_labels(scores, torch.tensor([0, 2]))
    tensor(0.2395)
    >>> loss_of_labels(scores, torch.tensor([[0.0], [1.0]]))
    tensor(1.2395)
    """
    return nn.functional.cross_entropy(scores, labels.flatten().long())


def _stub_loss_of_labels(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(scores, labels)


def one_training_step(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train a model once on all of the data.

    Put `model` into training mode, let it predict from `X`, compute `loss_fn(prediction, y)`, find
    the gradient of the loss, and let `optimizer`, which has all parameters of `model`, update them
    once. Only this loss may count: the parameters may still hold gradients from before the call.

    Return the loss as a Python float: the one computed in this step, so that of the model before
    the update. Afterwards the model is in training mode.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[0.5]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> one_training_step(model, torch.tensor([[2.0]]), torch.tensor([[3.0]]), nn.L1Loss(), optimizer)
    2.0
    >>> model.weight.item()
    1.0
    """
    model.train()
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def has_a_gradient(case: str) -> str:
    """Predict: which numbers have a gradient after this call?

    Five tensors can be trained: `a`, `b`, `c`, `d` and `e`. Each is made anew for each case with
    `torch.tensor(2.0, requires_grad=True)`. This function uses them:

        def forward(x, turns):
            y = a * x
            for _ in range(turns):
                y = b * y
            if y > 5 * e:
                y = y - c
            else:
                y = d * y
            return y

    Return the letters of those whose `grad` is not `None` when the case has run, as one text in the
    order of the alphabet, such as "ae". `case` is one of the letters "a" to "h":

        a: forward(1.0, 0).backward()
        b: forward(1.0, 1).backward()
        c: forward(1.0, 3).backward()
        d: forward(6.0, 0).backward()
        e: forward(-3.0, 2).backward()
        f: forward(0.0, 1).backward()
        g: forward(1.0, 0).backward(); forward(6.0, 0).backward()
        h: forward(1.0, 3); forward(1.0, 0).backward()

    >>> has_a_gradient("a")
    'ad'
    """
    answers = {"a": "ad", "b": "abd", "c": "abc", "d": "ac", "e": "abd", "f": "abd", "g": "acd", "h": "ad"}
    return answers[case]


def trained_line(X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> tuple[float, float]:
    """Debug: fit a straight line to the points, starting from nothing.

    `X` and `y` are columns of shape `(n, 1)` and dtype float32. The line is `weight * x + bias`, and
    both numbers start at 0. In each of the `epochs` (there may be none), all rows are used once: both
    numbers go down the gradient of the mean squared error, by `lr` times the gradient. Return weight
    and bias after the last epoch, as Python floats. `X` and `y` do not change.

    Nothing fails when the code below runs, but the line swings around the points instead of
    settling on them. The points of the example lie on 2 * x + 1. After one epoch the code below has
    the right answer, after two no longer: weight 0.7644 and bias 0.56, where 0.4978 and 0.36 are
    right. After ten it has gone far past the points, to a weight of 3.5372.

    >>> X = torch.tensor([[-1.0], [0.0], [1.0]])
    >>> [round(number, 4) for number in trained_line(X, 2 * X + 1, epochs=1, lr=0.1)]
    [0.2667, 0.2]
    >>> [round(number, 2) for number in trained_line(X, 2 * X + 1, epochs=30, lr=0.1)]
    [1.97, 1.0]
    """
    model = nn.Linear(1, 1)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        optimizer.zero_grad()
        (model(X) - y).square().mean().backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


def _stub_trained_line(X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> tuple[float, float]:
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = nn.functional.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()
    return model.weight.item(), model.bias.item()


def after_a_hundred_steps(case: str) -> str:
    """Predict: what does a larger or a smaller learning rate do?

    A single number `w` starts at 1. The optimizer is `torch.optim.SGD([w], lr=lr)`, and 100 times in
    a row the gradient is cleared and found anew, and a step is taken. The best `w` is 0, and
    nothing is drawn at random. Return what happens to `w`, one of these four texts:

    - "arrives": in the end `w` is less than 0.001 away from 0;
    - "on its way": each step brings `w` nearer to 0, but 100 are too few to arrive;
    - "swings": in the end `w` jumps to and fro between two numbers, one on each side of 0, and would
      do so for ever;
    - "runs away": in the end `w` is further away from 0 than when it started.

    Calculate with exact numbers, without rounding. Where `w` is exactly 0, PyTorch takes 0 for the
    gradient of `w.abs()`. `case` is one of the letters "a" to "l":

        a: loss = w**2, lr = 0.001
        b: loss = w**2, lr = 0.1
        c: loss = w**2, lr = 0.5
        d: loss = w**2, lr = 0.9
        e: loss = w**2, lr = 1.0
        f: loss = w**2, lr = 1.1
        g: loss = 5 * w**2, lr = 0.3
        h: loss = w.abs(), lr = 0.001
        i: loss = w.abs(), lr = 0.03
        j: loss = w.abs(), lr = 0.25
        k: loss = w.abs(), lr = 0.3
        l: loss = w.abs(), lr = 1.5

    >>> after_a_hundred_steps("b")
    'arrives'
    """
    answers = {
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
    return answers[case]


def held_out_loss(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
) -> float:
    """Test a model on data that it does not learn from.

    Put `model` into evaluation mode and, with gradients switched off while it runs, let it predict
    from `X`. Return `loss_fn(prediction, y)` as a Python float.

    Afterwards the model is again in the mode in which it was before: training if it was in training
    mode, evaluation if it was in evaluation mode. (All of its parts are in one mode.) Its
    parameters, and the gradients that they may hold, do not change, and nor do `X` and `y`.

    >>> model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(0))
    >>> held_out_loss(model, torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 4.0]), nn.L1Loss())
    0.5
    >>> model.training
    True
    """
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        loss = loss_fn(model(X), y).item()
    model.train(was_training)
    return loss


def fit_line(
    model: nn.Module,
    X_train: torch.Tensor,
    X_test: torch.Tensor,
    y_train: torch.Tensor,
    y_test: torch.Tensor,
    epochs: int = 100,
    lr: float = 0.01,
    every: int = 10,
) -> dict[str, list[float]]:
    """Train a model for some epochs, and note down how it does.

    The loss is the mean absolute error (`nn.L1Loss`), the optimizer `torch.optim.SGD` with the
    learning rate `lr`. The epochs are numbered from 0, and each has two halves:

    - with the model in training mode, one step of training on all of `X_train` and `y_train`, from
      fresh gradients;
    - with the model in evaluation mode and gradients switched off, its loss on all of `X_test` and
      `y_test`. Nothing is learned here.

    Return a dict with three lists of the same length: "epoch", the numbers of the epochs that are
    noted down, which are 0, `every`, 2 times `every` and so on, as ints; "train", the loss of the
    training step in each of them (computed before the update); and "test", the loss in the second
    half (so after the update). All losses are Python floats. With 0 epochs the lists are empty.
    In an epoch that is not noted down, you may leave the second half out.

    The model that you are given is the one that learns. The mode in which you leave it is up to you.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> X = torch.tensor([[1.0], [2.0]])
    >>> fit_line(model, X, X, X + 9, X + 9, epochs=3, lr=1.0, every=2)
    {'epoch': [0, 2], 'train': [9.0, 2.5], 'test': [5.75, 2.25]}
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history: dict[str, list[float]] = {"epoch": [], "train": [], "test": []}
    for epoch in range(epochs):
        now = {
            "epoch": epoch,
            "train": one_training_step(model, X_train, y_train, nn.L1Loss(), optimizer),
            "test": held_out_loss(model, X_test, y_test, nn.L1Loss()),
        }
        if epoch % every == 0:
            for name, value in now.items():
                history[name].append(value)
    return history


def logged_losses(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    """Debug: train for some epochs and keep the loss of each.

    Each epoch is one step of training, in training mode and on all of the data, with
    `loss_fn(prediction, y)` and `optimizer`, which has all parameters of `model`. Gradients from
    before the call must not count.

    Return a list with one Python float for each epoch: its loss, computed before the update. With 0
    epochs the list is empty.

    The code below trains well. But its list looks like this, holds on to the graph of every epoch
    that there ever was, and whoever wants to draw it reads the error in the last line:

        [tensor(4., grad_fn=<MseLossBackward0>), tensor(1., grad_fn=<MseLossBackward0>)]
        RuntimeError: Can't call numpy() on Tensor that requires grad. Use
        tensor.detach().numpy() instead.

    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> X = torch.tensor([[-1.0], [1.0]])
    >>> logged_losses(model, X, X + 2, nn.MSELoss(), optimizer, epochs=3)
    [4.0, 1.0, 0.25]
    """
    return [one_training_step(model, X, y, loss_fn, optimizer) for _ in range(epochs)]


def _stub_logged_losses(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


def line_predictions(model: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """Use a trained model: predict from `X`.

    Return what `model` predicts in evaluation mode, with gradients switched off while it runs, so
    that the result does not need a gradient. Afterwards the model is again in the mode in which it
    was before, training or evaluation. (All of its parts are in one mode.) `X` and the parameters
    do not change. `X` may need a gradient, if the model computes a new tensor from it: no such `X`
    is given to a model that hands back `X` itself.

    >>> model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(0))
    >>> line_predictions(model, torch.tensor([[1.0], [3.0]]))
    tensor([1., 3.])
    >>> model.training
    True
    """
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        prediction = model(X)
    model.train(was_training)
    return prediction


def points_figure(
    X_train: torch.Tensor,
    y_train: torch.Tensor,
    X_test: torch.Tensor,
    y_test: torch.Tensor,
    predicted: torch.Tensor | None = None,
) -> Any:
    """Draw the data and what a model predicts for the test part.

    Return a `matplotlib.figure.Figure` with one set of axes and these points in it, each kind drawn
    with one call of `scatter` and with this label:

    - "train": `X_train` across and `y_train` up;
    - "test": `X_test` across and `y_test` up;
    - "predicted": `X_test` across and `predicted` up. Without `predicted` there are no such points.

    The axes are labelled "X" and "y", and a legend explains the points. Colours, sizes and titles
    are up to you.

    All tensors are columns of shape `(n, 1)` on the CPU and do not change. `predicted` may still
    need a gradient. Import what you need of Matplotlib inside the function: then the rest of this
    file works where it is not installed. `Figure()` draws without opening a window.

    >>> X, y = line_data(0.8, 0.2)
    >>> figure = points_figure(X[:28], y[:28], X[28:], y[28:])  # doctest: +SKIP
    >>> [points.get_label() for points in figure.axes[0].collections]  # doctest: +SKIP
    ['train', 'test']
    """
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    axes.scatter(X_train, y_train, label="train")
    axes.scatter(X_test, y_test, label="test")
    if predicted is not None:
        axes.scatter(X_test, predicted.detach(), label="predicted")
    axes.set(xlabel="X", ylabel="y")
    axes.legend()
    return axes.figure


def loss_figure(history: dict[str, list[float]]) -> Any:
    """Draw how the losses went down.

    `history` has three lists of the same length, "epoch", "train" and "test", as `fit_line` returns
    them. Return a `matplotlib.figure.Figure` with one set of axes and two lines in it, drawn with
    `plot`: one with the label "train" and one with the label "test". Across is the number of the
    epoch, and up the loss. The axes are labelled "epoch" and "loss", and a legend explains the
    lines. Colours, styles and titles are up to you. `history` does not change.

    >>> figure = loss_figure({"epoch": [0, 10], "train": [0.3, 0.2], "test": [0.4, 0.3]})  # doctest: +SKIP
    >>> [line.get_label() for line in figure.axes[0].lines]  # doctest: +SKIP
    ['train', 'test']
    """
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    for name in ("train", "test"):
        axes.plot(history["epoch"], history[name], label=name)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return axes.figure


def fit_anywhere(model: nn.Module, X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> torch.Tensor:
    """Debug: the same loop, wherever the model lives.

    Train `model` for `epochs` steps (there may be none) on all of the data, with the mean absolute
    error and `torch.optim.SGD` with the learning rate `lr`, and return what it then predicts from
    `X`: on the CPU, in the model's dtype, and without the need of a gradient.

    `X` and `y` are always on the CPU and float32. The model may live on the CPU or on an accelerator
    of any make, and all of its parameters are float32 or all are float64. It stays where it is and
    as it is: the data follow the model. It comes in training mode and stays in it, also while it
    predicts. `X` and `y` themselves do not change. To try it elsewhere than on the CPU, run the tests
    with `--device=all`.

    The code below works for a float32 model on the CPU only. It stops with the first of these
    errors for a float64 model, and with one like the second for a model on a GPU:

        RuntimeError: mat1 and mat2 must have the same dtype, but got Float and Double
        RuntimeError: Expected all tensors to be on the same device, but found at least two
        devices, cuda:0 and cpu!

    >>> model = nn.Linear(1, 1).double()
    >>> X = torch.tensor([[0.0], [1.0]])
    >>> fit_anywhere(model, X, X, epochs=5, lr=0.1).dtype
    torch.float64
    """
    parameter = next(model.parameters())
    X, y = X.to(parameter), y.to(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        one_training_step(model, X, y, nn.L1Loss(), optimizer)
    with torch.no_grad():
        return model(X).cpu()


def _stub_fit_anywhere(model: nn.Module, X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> torch.Tensor:
    loss_fn = nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(X)


def line_batches(X: torch.Tensor, y: torch.Tensor, batch_size: int, shuffle: bool = False) -> DataLoader[Any]:
    """Hand out the data in small portions: mini-batches.

    `X` and `y` have the same number of rows. Return a `DataLoader` in which each batch is a pair:
    some rows of `X`, and the rows of `y` that belong to them. A batch has `batch_size` rows; if the
    number of rows cannot be divided by that, the last batch is smaller, and no row is left out.

    With `shuffle=False` the rows come in their order. With `shuffle=True` they come in an order
    drawn anew each time that somebody loops over the loader, and each row still has its own `y`.
    The loader works in this process: it starts no others.

    >>> X = torch.tensor([[1.0], [2.0], [3.0]])
    >>> for X_batch, y_batch in line_batches(X, 10 * X, batch_size=2):
    ...     print(X_batch.tolist(), y_batch.tolist())
    [[1.0], [2.0]] [[10.0], [20.0]]
    [[3.0]] [[30.0]]
    """
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=shuffle)


def epoch_in_batches(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train a model for one epoch, in mini-batches.

    `loader` hands out pairs of tensors, `X_batch` and `y_batch`, each with at least one row. Put
    `model` into training mode and loop over the loader once. For each batch, in turn: predict,
    compute `loss_fn(prediction, y_batch)`, which gives the mean loss of the rows of the batch, and
    let `optimizer`, which has all parameters of `model`, update them from the gradient of this loss
    alone. Gradients from before the call must not count.

    Return the mean loss of a row, as a Python float: the mean over all rows of the epoch, where the
    loss of each row is the one computed in its batch. A small last batch must not count as much as
    a full one. `loader` has at least one batch. Afterwards the model is in training mode.

    >>> X = torch.tensor([[3.0], [5.0], [1.0]])
    >>> model = nn.Linear(1, 1)
    >>> _ = model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    >>> epoch_in_batches(model, line_batches(X, 0 * X, batch_size=2), nn.L1Loss(), optimizer)
    3.0
    """
    total = rows = 0.0
    for X_batch, y_batch in loader:
        total += one_training_step(model, X_batch, y_batch, loss_fn, optimizer) * len(X_batch)
        rows += len(X_batch)
    return total / rows


def updates_and_rows(rows: int, batch_size: int, epochs: int, drop_last: bool) -> tuple[int, int]:
    """Calculate how much work a training is, before it starts.

    A data set has `rows` rows, and a `DataLoader(data, batch_size=batch_size, drop_last=drop_last)`
    is looped over once in each of the `epochs`. With `drop_last=True` a last batch that is smaller
    than `batch_size` is left out; with `drop_last=False` it is used like the others. After each batch
    the optimizer takes one step.

    Return two ints: how many steps the optimizer takes in all of the training, and how many rows the
    model is trained on, where a row that is used in three epochs counts three times.

    `rows` and `batch_size` are at least 1; `batch_size` may be larger than `rows`; there may be no
    epochs. There may be a billion rows: calculate, and do not make or count the batches.

    >>> updates_and_rows(rows=10, batch_size=4, epochs=2, drop_last=False)
    (6, 20)
    >>> updates_and_rows(rows=10, batch_size=4, epochs=2, drop_last=True)
    (4, 16)
    """
    full, rest = divmod(rows, batch_size)
    if drop_last:
        return epochs * full, epochs * full * batch_size
    return epochs * (full + (rest > 0)), epochs * rows


class SignalWindows(Dataset[torch.Tensor]):
    """A data set of your own: a long signal, cut into windows, with a transform.

    `SignalWindows(signal, size)` or `SignalWindows(signal, size, transform)` makes one. `signal` is a
    vector of shape `(n,)` and any dtype, and `size` is at least 1. The first window is the first `size`
    elements, the next window is the `size` elements after them, and so on: windows do not overlap. What
    is left over at the end, too short for a window, belongs to none.

    `transform` is a function that takes a window and returns what is to be handed out in its place.
    It may write into the window that it is given. `signal` does not change all the same.

    >>> windows = SignalWindows(torch.arange(8), size=3)
    >>> len(windows), windows[1]
    (2, tensor([3, 4, 5]))
    >>> [window.tolist() for window in SignalWindows(torch.arange(8), 3, lambda window: window.mul_(10))]
    [[0, 10, 20], [30, 40, 50]]
    """

    def __init__(
        self, signal: torch.Tensor, size: int, transform: Callable[[torch.Tensor], torch.Tensor] | None = None
    ) -> None:
        """Store what is needed. Without `transform`, or with `None`, windows are handed out as they are."""
        self._signal = signal
        self._size = size
        self._transform = transform

    def __len__(self) -> int:
        """The number of windows, which may be 0."""
        return len(self._signal) // self._size

    def __getitem__(self, index: int) -> torch.Tensor:
        """The window with this number, counted from 0, as the transform returns it.

        The transform is called anew each time that a window is asked for, with that window alone: it may
        draw random numbers, and then gives something else each time. What is handed out shares no memory
        with `signal`.

        If there is no window with this number because `index` is too large, raise IndexError: a `for`
        loop over the data set asks for 0, 1, 2 and so on until that happens. `index` is never negative.
        """
        if index >= len(self):
            raise IndexError
        start = index * self._size
        window = self._signal[start : start + self._size].clone()
        return window if self._transform is None else self._transform(window)


def balanced_batches(X: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int) -> DataLoader[Any]:
    """Hand out rare classes as often as common ones.

    `X` has shape `(n, columns)`, and `labels` is an int64 vector of shape `(n,)`: the class of each
    row, a whole number that is not negative. Not every number up to the largest must occur. A model
    that hardly ever sees a class does not learn it.

    Return a `DataLoader` in which each batch is a pair: some rows of `X`, and the labels that belong
    to them. Each of these rows is drawn at random, by itself: each class that occurs has the same
    chance, and within a class each row has the same chance. So the same row may well come up several
    times in a pass, and another one not at all.

    In a pass over the loader `n` rows are drawn, and a last batch that would be smaller than
    `batch_size` is left out. `batch_size` is at most `n`. The loader works in this process.

    The `seed` decides what is drawn: two loaders with the same arguments hand out the same rows in
    their first passes, and the same in their second ones, whatever is drawn elsewhere. The second
    pass of a loader is another one than its first. Other seeds give other draws. Do not seed the
    random generators that everybody shares; using up some of their numbers is allowed, for
    PyTorch's loader does that.

    >>> X, labels = torch.arange(10.0)[:, None], torch.tensor([0] * 9 + [1])
    >>> for X_batch, labels_batch in balanced_batches(X, labels, batch_size=4, seed=0):
    ...     print(X_batch.shape, labels_batch.shape)
    torch.Size([4, 1]) torch.Size([4])
    torch.Size([4, 1]) torch.Size([4])
    """
    weights = 1 / labels.bincount()[labels]
    generator = torch.Generator().manual_seed(seed)
    sampler = WeightedRandomSampler(weights, len(labels), generator=generator)
    return DataLoader(TensorDataset(X, labels), batch_size=batch_size, sampler=sampler, drop_last=True)


def start_worker(worker_id: int, generators: list[torch.Generator]) -> None:
    """Give each process of a loader random numbers of its own: a `worker_init_fn`, called by hand.

    A `DataLoader` with several processes hands each of them a copy of the data set. If the data set has
    random generators of its own, all copies draw the same numbers, and the same noise comes again in
    each process. So a loader can be given a function that it calls in each process at its start. Here
    that function is yours, and the tests call it themselves, without any processes.

    `worker_id` is the number of the process: 0, 1, 2 and so on. `generators` are those of this process's
    copy of the data set, at least one. `torch.initial_seed()` is the seed that PyTorch has given
    this process: `b` in process 0, `b + 1` in process 1, `b + 2` in process 2 and so on, where `b` is
    drawn anew in each pass; any of them is a whole number from 0 to `2**63 - 1`.

    Seed each of the generators, so that all of these are true:

    - the same `torch.initial_seed()`, with the same `worker_id` and as many generators, gives the same
      numbers, wherever the generators stood before;
    - two generators of one process draw other numbers, and so do any two generators of two processes
      of one pass;
    - another `b` gives other numbers, in each generator, unless the two agree in their last 32 bits:
      then they may be the same.

    There are at most a hundred processes and a hundred generators in each. That numbers come out equal
    by pure chance may be forgotten. But mind that a generator on the CPU looks at the last 32 bits of
    its seed only: two seeds that differ by `2**32` are one and the same to it. Do not touch the
    generator that everybody in the process shares: neither seed it nor draw from it. Return nothing.

    >>> def drawn(seed, worker_id):
    ...     _ = torch.manual_seed(seed)
    ...     generators = [torch.Generator(), torch.Generator()]
    ...     start_worker(worker_id, generators)
    ...     return [torch.rand(1, generator=generator).item() for generator in generators]
    >>> drawn(100, worker_id=0) == drawn(100, worker_id=0)
    True
    >>> len(set(drawn(100, worker_id=0) + drawn(101, worker_id=1)))
    4
    """
    own = torch.Generator().manual_seed(torch.initial_seed())
    for generator in generators:
        generator.manual_seed(int(torch.randint(2**63 - 1, (), generator=own)))


def train_on_schedule(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    epochs: int,
) -> list[float]:
    """Train with a learning rate that changes from epoch to epoch.

    `loader` hands out pairs of tensors, `X_batch` and `y_batch`, and `optimizer` has all parameters of
    `model`, in one group. In each epoch, put `model` into training mode and loop over the loader
    once. For each batch, in turn: predict, compute `loss_fn(prediction, y_batch)`, and let the optimizer
    update the parameters from the gradient of this loss alone. Gradients from before the call must
    not count.

    `scheduler` was made for this optimizer. Call its `step()` once an epoch, at the end, after all
    updates of that epoch, the last epoch included.

    Return a list with one Python float for each epoch: the learning rate with which its updates were
    made. There may be no epochs: then the list is empty, and nothing changes but perhaps the mode.

    >>> X = torch.tensor([[1.0], [2.0], [3.0]])
    >>> model = nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> train_on_schedule(model, line_batches(X, 2 * X, 1), nn.L1Loss(), optimizer, scheduler, epochs=5)
    [0.5, 0.5, 0.25, 0.25, 0.125]
    >>> optimizer.param_groups[0]["lr"]
    0.125
    """
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        epoch_in_batches(model, loader, loss_fn, optimizer)
        scheduler.step()
    return rates


def freeze_body(model: nn.Module, lr: float) -> torch.optim.Optimizer:
    """Keep what a model has learned, and get its last part ready to learn something new.

    `model.body` and `model.head` are two modules that hold all parameters of `model`: the first has been
    trained on another task and is to stay as it is, the second is to be trained. All parameters need a
    gradient and hold none, and the whole model is in one mode, training or evaluation.

    Afterwards:

    - no parameter of the body needs a gradient, and all of the head's still do;
    - the body and all of its parts are in evaluation mode, so that its dropout is off and its batch
      norm counts nothing any more; the head and all of its parts are in training mode. In which mode
      `model` itself is, apart from these two, is up to you;
    - the numbers in the parameters and buffers are the same as before.

    Return a `torch.optim.SGD` with the learning rate `lr` and everything else as PyTorch has it by
    default. It has all parameters of the head, in one group, and no others.

    >>> model = nn.Module()
    >>> model.body = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))
    >>> model.head = nn.Linear(3, 1)
    >>> optimizer = freeze_body(model, lr=0.1)
    >>> [parameter.requires_grad for parameter in model.parameters()]
    [False, False, True, True]
    >>> model.body[1].training, model.head.training
    (False, True)
    >>> [tuple(parameter.shape) for parameter in optimizer.param_groups[0]["params"]]
    [(1, 3), (1,)]
    """
    model.body.requires_grad_(False)
    model.body.eval()
    model.head.train()
    return torch.optim.SGD(model.head.parameters(), lr=lr)


def train_head(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    """Debug: train the last part of a model, while the rest stays as it is.

    `model.body` and `model.head` hold all parameters of `model`, and `model(X)` is
    `model.head(model.body(X))`. The parameters of the body need no gradient, and `optimizer` has those
    of the head. The model may come in any mode.

    Each epoch is one step of training on all of the data, with `loss_fn(prediction, y)`. Gradients from
    before the call must not count. While it runs, the body and all of its parts work as in evaluation
    mode, and the head and all of its parts as in training mode. Return a list with the loss of each
    epoch, as Python floats, computed before the update. There may be no epochs: then the list is empty.

    Afterwards body and head are in these same modes if there was an epoch at all. In which mode `model`
    itself is, apart from these two, is up to you. Parameters and buffers of the body are exactly as
    before. `X` and `y` do not change.

    The code below trains the head, and the parameters of the body stay as they are. But with a body of
    `nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))` it does change something: the batch norm's
    `running_mean` moves with each epoch, and afterwards the body gives other numbers than before. With a
    dropout in the body the losses jump up and down.

    >>> model = nn.Sequential()
    >>> model.body, model.head = nn.Dropout(0.5), nn.Linear(1, 1, bias=False)
    >>> _ = model.load_state_dict({"head.weight": torch.tensor([[1.0]])})
    >>> optimizer = torch.optim.SGD(model.head.parameters(), lr=0.25)
    >>> X = torch.tensor([[-1.0], [1.0]])
    >>> train_head(model, X, 3 * X, nn.MSELoss(), optimizer, epochs=3)
    [4.0, 1.0, 0.25]
    """
    losses = []
    for _ in range(epochs):
        model.body.eval()
        model.head.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _stub_train_head(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> list[float]:
    losses = []
    for _ in range(epochs):
        model.train()
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
