"""Reproducibility: random numbers that come out the same twice.

The random numbers of a computer are calculated, and the seed says where the calculation starts.
Here you draw the same numbers again on purpose, shuffle so that anybody can repeat it, and leave
the random numbers of whoever calls your code as you found them.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy  # solution only
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset


def equal_draws(shape: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Debug: two random tensors that hold the same numbers.

    `shape` is a tuple with at least one size. Both tensors have that shape and dtype float32, and
    both hold exactly what `torch.rand(shape)` draws right after `torch.manual_seed(seed)`. Each has
    memory of its own: writing into one does not change the other.

    You may seed PyTorch's global generator here, and it does not matter in which state you leave it.

    The code below raises no error. But with the seed 42 the first tensor begins with 0.8823, 0.9150,
    0.3829, 0.9593, and the second with 0.8694, 0.5677, 0.7411, 0.4294.

    >>> first, second = equal_draws((3, 4), seed=42)
    >>> second[0]
    tensor([0.8823, 0.9150, 0.3829, 0.9593])
    >>> torch.equal(first, second)
    True
    """
    torch.manual_seed(seed)
    first = torch.rand(shape)
    torch.manual_seed(seed)
    second = torch.rand(shape)
    return first, second


def _stub_equal_draws(shape: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    first = torch.rand(shape)
    second = torch.rand(shape)
    return first, second


def draws_alike(case: str) -> bool:
    """Predict: which draws hold the same numbers?

    These lines run one after the other, from top to bottom:

        torch.manual_seed(1729)
        t1 = torch.rand(2, 3)
        t2 = torch.rand(2, 3)

        torch.manual_seed(1729)
        t3 = torch.rand(2, 3)
        t4 = torch.rand(2, 3)

        torch.manual_seed(42)
        t5 = torch.rand(2, 3)

        torch.manual_seed(1729)
        t6 = torch.rand(6)
        t7 = torch.rand(6)

        torch.manual_seed(1729)
        order = torch.randperm(10)
        t8 = torch.rand(2, 3)

        own = torch.Generator().manual_seed(1729)
        torch.manual_seed(1729)
        t9 = torch.rand(2, 3, generator=own)
        t10 = torch.rand(2, 3)
        t11 = torch.rand(2, 3, generator=own)

        random.seed(1729)
        t12 = torch.rand(2, 3)

    Return True or False for the expression named by `case`, one of the letters "a" to "l":

        a: torch.equal(t1, t2)
        b: torch.equal(t1, t3)
        c: torch.equal(t2, t4)
        d: torch.equal(t1, t5)
        e: torch.equal(t1, t6.reshape(2, 3))
        f: torch.equal(t2, t7.reshape(2, 3))
        g: torch.equal(t1, t8)
        h: torch.equal(t1, t9)
        i: torch.equal(t1, t10)
        j: torch.equal(t9, t11)
        k: torch.equal(t2, t11)
        l: torch.equal(t1, t12)

    `random` is Python's own module.

    >>> draws_alike("b")
    True
    """
    answers = {
        "a": False,
        "b": True,
        "c": True,
        "d": False,
        "e": True,
        "f": True,
        "g": False,
        "h": True,
        "i": True,
        "j": False,
        "k": True,
        "l": False,
    }
    return answers[case]


def noisy_copy(x: torch.Tensor, scale: float, seed: int) -> torch.Tensor:
    """Add random noise to a tensor so that it can be repeated and disturbs nobody.

    Return a new tensor: each element of `x` plus a number of its own, drawn evenly from the interval
    from `-scale` to `scale`. `x` is a floating point tensor (float16, float32 or float64) of any
    shape, even `()`, and `scale` is a positive number. The result has the shape and the dtype of
    `x`; as that dtype rounds, an element may end up a little outside of the interval. It has memory
    of its own. `x` does not change. If `x` needs a gradient, it flows back through the result.

    The same arguments give the same result every time, whatever was drawn before the call. Another
    `seed` almost always gives other noise; which numbers they are is up to you. Seeds are whole
    numbers from 0 to 1000000.

    Whoever calls you has random numbers too: those that they draw after the call must be the ones
    that they would have drawn without it. So the global generators of PyTorch, NumPy and Python end
    as they were before: not seeded, and with no number used up.

    >>> noisy = noisy_copy(torch.tensor([10.0, 20.0, 30.0]), scale=0.5, seed=7)
    >>> torch.equal(noisy, noisy_copy(torch.tensor([10.0, 20.0, 30.0]), scale=0.5, seed=7))
    True
    >>> bool((noisy - torch.tensor([10.0, 20.0, 30.0])).abs().max() <= 0.5)
    True
    """
    own = torch.Generator().manual_seed(seed)
    noise = torch.empty(x.shape, dtype=x.dtype).uniform_(-scale, scale, generator=own)
    return x + noise


class Dice:
    """A die with random numbers of its own.

    `Dice(seed)` makes one; `seed` is a whole number from 0 to 1000000. Two dice with the same seed
    that are rolled in the same way give the same results, whatever is drawn or rolled in between,
    also with another die. Other seeds generally give other results (a few rolls may be equal by
    chance); which ones is up to you.

    The global generators of PyTorch, NumPy and Python are left alone: neither making a die nor
    rolling it nor starting it again seeds them or uses their numbers up.

    >>> one, other = Dice(seed=3), Dice(seed=3)
    >>> first, second = one.roll(100), one.roll(100)
    >>> torch.equal(first, other.roll(100)), torch.equal(second, other.roll(100))
    (True, True)
    >>> torch.equal(first, second)
    False
    >>> one.restart()
    >>> torch.equal(first, one.roll(100))
    True
    """

    def __init__(self, seed: int) -> None:
        """Make a die that has not been rolled."""
        self._generator = torch.Generator().manual_seed(seed)

    def roll(self, count: int) -> torch.Tensor:
        """Roll `count` times, at least once.

        Return an int64 vector of shape `(count,)`. Each element is a whole number from 1 to 6, and
        all six are equally likely. Each roll goes on where the one before stopped, so that long
        rolls one after the other almost always differ, as with a real die.
        """
        return torch.randint(1, 7, (count,), generator=self._generator)

    def restart(self) -> None:
        """Go back to the beginning: from here on the die rolls what it rolled when it was new."""
        self._generator.manual_seed(self._generator.initial_seed())


def shuffled_rows(x: torch.Tensor, seed: int) -> torch.Tensor:
    """Debug: a copy of `x` with its rows in a random order that can be repeated.

    `x` has at least one axis, any dtype and at least one row. Its rows are `x[0]`, `x[1]` and so on:
    the elements of a vector, the rows of a matrix. The result has the shape and the dtype of `x`. It
    holds each row of `x` as often as `x` does, and within a row nothing moves. `x` does not change,
    and the result shares no memory with it. If `x` needs a gradient, it flows back through the result.

    The same `x` and `seed` give the same order every time, whatever was drawn before the call. Other
    seeds generally give other orders, and any order can come up; which one belongs to a seed is up
    to you. Seeds are whole numbers from 0 to 1000000.

    The global generators of PyTorch, NumPy and Python end as they were before the call: not seeded,
    and with no number used up.

    The code below raises no error. But for `torch.tensor([1, 2, 3, 4])` and the seed 1 it returns
    this:

        tensor([1, 1, 3, 2])

    The 4 is gone and the 1 is there twice. The list `[1, 2, 3, 4]` in place of the tensor would have
    been shuffled well.

    >>> x = torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]])
    >>> rows = shuffled_rows(x, seed=1)
    >>> sorted(rows.tolist())
    [[1, 10], [2, 20], [3, 30], [4, 40]]
    >>> torch.equal(rows, shuffled_rows(x, seed=1))
    True
    """
    own = torch.Generator().manual_seed(seed)
    return x[torch.randperm(len(x), generator=own)]


def _stub_shuffled_rows(x: torch.Tensor, seed: int) -> torch.Tensor:
    rows = x.clone()
    random.Random(seed).shuffle(rows)
    return rows


def replayable_loader(
    features: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int
) -> Iterable[Sequence[torch.Tensor]]:
    """Debug: a loader that shuffles, and brings the same batches in every pass.

    `features` has the shape `(n, columns)` and `labels` the shape `(n,)`, with `n` at least 1; row
    `i` of one belongs to element `i` of the other. Return a `DataLoader`, or anything else that can
    be looped over again and again. Each pass brings every example exactly once, in batches of
    `batch_size`; the last batch is shorter if they do not come out even. A batch is a list or tuple
    of two tensors, rows of `features` and their labels, with the dtypes of `features` and `labels`.

    The examples come in a random order. It is the same in every pass, also if the pass before was
    broken off in the middle, and in every loader made with the same arguments, whatever is drawn
    before or in between. Other seeds generally give other orders, and any order can come up; which
    one belongs to a seed is up to you. Seeds are whole numbers from 0 to 1000000.

    `features` and `labels` do not change. Leave the global generators of PyTorch, NumPy and Python
    alone: do not seed them and do not put them back to an earlier place, neither when the loader is
    made nor during or after a pass. Using up some of their numbers is allowed here, for PyTorch's
    own loader does that.

    The code below raises no error, and two loaders with the same seed begin alike. But the second
    pass of a loader is another one. With six examples that have the labels 0 to 5, batches of 3 and
    the seed 0, the labels of its first two passes are these:

        [5, 1, 0], [3, 2, 4]
        [4, 2, 1], [3, 0, 5]

    >>> features, labels = torch.arange(12.0).reshape(6, 2), torch.arange(6)
    >>> loader = replayable_loader(features, labels, batch_size=4, seed=0)
    >>> [len(batch[1]) for batch in loader]
    [4, 2]
    >>> first = [batch[1].tolist() for batch in loader]
    >>> first == [batch[1].tolist() for batch in loader]
    True
    """
    own = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(features), generator=own)
    return DataLoader(TensorDataset(features[order], labels[order]), batch_size=batch_size)


def _stub_replayable_loader(
    features: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int
) -> Iterable[Sequence[torch.Tensor]]:
    own = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, generator=own)


def peek_ahead(count: int) -> torch.Tensor:
    """Debug: look at the random numbers that come next, without using them up.

    Return a float32 vector with `count` elements, at least 1: what `torch.rand(count)` would draw if
    it was called now. After the call PyTorch's global generator is exactly where it was before, so
    that `torch.rand(count)` really draws those numbers then, and a second look shows them again.

    The code below raises no error, and what it shows is right. But try it after

        torch.manual_seed(42)
        torch.rand(4)

    It shows 0.3904, 0.6009. Then `torch.rand(2)` should draw these two, and it draws 0.8823, 0.9150:
    the first numbers after the seed, which had been used up long ago.

    >>> _ = torch.manual_seed(42)
    >>> _ = torch.rand(4)
    >>> peek_ahead(2)
    tensor([0.3904, 0.6009])
    >>> torch.rand(2)
    tensor([0.3904, 0.6009])
    """
    state = torch.get_rng_state()
    numbers = torch.rand(count)
    torch.set_rng_state(state)
    return numbers


def _stub_peek_ahead(count: int) -> torch.Tensor:
    seed = torch.initial_seed()
    numbers = torch.rand(count)
    torch.manual_seed(seed)
    return numbers


def seeded_call(function: Callable[[], Any], seed: int) -> Any:
    """Call a function with a seed, and put the global generator back afterwards.

    `function` takes no arguments and may draw from PyTorch's global generator as often as it likes,
    and even seed it. Call it once, with PyTorch's global generator seeded with `seed`, as
    `torch.manual_seed(seed)` does, and return what it returns, whatever that is.

    Afterwards PyTorch's global generator is in the state in which you found it: what is drawn after
    the call is what would have been drawn without it. That is so too when `function` raises an
    exception of any kind (`KeyboardInterrupt` is one as well), which then goes on to whoever called
    you. One of these calls may happen inside another.

    Only PyTorch's generator is meant here: do not touch those of NumPy and Python.

    >>> seeded_call(lambda: torch.rand(4), seed=42)
    tensor([0.8823, 0.9150, 0.3829, 0.9593])
    >>> seeded_call(lambda: "no numbers at all", seed=42)
    'no numbers at all'
    """
    state = torch.get_rng_state()
    try:
        torch.manual_seed(seed)
        return function()
    finally:
        torch.set_rng_state(state)


def twin_layers(inputs: int, outputs: int, seed: int) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    """Make two linear layers that start out the same, and disturb nobody's random numbers.

    To compare two ways of training, both must begin with the same weights. Return two layers
    `nn.Linear(inputs, outputs)`. Both have the weights and the bias that such a layer gets when it is
    made right after `torch.manual_seed(seed)`. They are two separate layers: training one of them
    does not change the other.

    A layer draws its weights from PyTorch's global generator, and you cannot give it another one.
    But after the call that generator is in the state in which it was before: not seeded, and with no
    number used up.

    >>> first, second = twin_layers(2, 1, seed=42)
    >>> first.weight.tolist() == second.weight.tolist()
    True
    >>> first.weight is second.weight
    False
    >>> second.bias.detach()
    tensor([-0.1657])
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        first = torch.nn.Linear(inputs, outputs)
    return first, deepcopy(first)
