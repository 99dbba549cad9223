"""Dtypes and devices.

Every tensor has a dtype and lives on a device: on the CPU or on an accelerator, such as a GPU. Most
of the errors that stop a first program come from two tensors that do not agree in one of the two;
worse are the ones that stop nothing and give wrong numbers.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bugs and mend them. In one marked "Predict", work the answer out in your head and
write it down; do not run the code.

The tensors that your functions are given may live on **any device**, whatever its make, unless the
text says where they are. You need no accelerator to find out whether your code bears that:

    pytest exercises/test_dtype_device.py --device=all

runs the tests on the CPU and on an accelerator, a simulated one if your machine has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn


def mixed_dtype(case: str) -> torch.dtype:
    """Predict: which dtype comes out when two dtypes meet?

    These tensors are there:

        whole = torch.tensor([1, 2])                            # int64
        byte = torch.tensor([1, 2], dtype=torch.uint8)
        small = torch.tensor([1, 2], dtype=torch.int8)
        flags = torch.tensor([True, False])
        half = torch.tensor([0.5, 1.5], dtype=torch.float16)
        single = torch.tensor([0.5, 1.5])                       # float32
        double = torch.tensor([0.5, 1.5], dtype=torch.float64)

    Return the dtype, such as `torch.int64`, of the expression named by `case`, one of the letters
    "a" to "n":

        a: single + whole
        b: half + whole
        c: single + double
        d: half + single
        e: byte + whole
        f: byte + small
        g: byte * 2
        h: whole + 0.5
        i: half + 0.5
        j: whole / whole
        k: whole + flags
        l: flags.sum()
        m: single > double
        n: single * torch.tensor(2.0, dtype=torch.float64)

    >>> mixed_dtype("a")
    torch.float32
    """
    answers = {
        "a": torch.float32,
        "b": torch.float16,
        "c": torch.float64,
        "d": torch.float32,
        "e": torch.int64,
        "f": torch.int16,
        "g": torch.uint8,
        "h": torch.float32,
        "i": torch.float16,
        "j": torch.float32,
        "k": torch.int64,
        "l": torch.int64,
        "m": torch.bool,
        "n": torch.float32,
    }
    return answers[case]


def held_after_cast(case: str) -> list[float]:
    """Predict: which numbers does a tensor hold once its dtype has changed?

    Return a list of numbers: what the result of the expression named by `case` holds. Infinity is
    `float("inf")`. `case` is one of the letters "a" to "k":

        a: torch.tensor([2.7, -2.7]).to(torch.int64)
        b: torch.tensor([2.7, -2.7]).round().int()
        c: torch.tensor([0.9, -0.9]).type(torch.int8)
        d: torch.tensor([127, 128, 200]).to(torch.int8)
        e: torch.tensor([255, 256, -1]).to(torch.uint8)
        f: torch.tensor([60000.0, 70000.0]).half()
        g: torch.tensor([2048.0, 2049.0]).half()
        h: torch.tensor([16777216, 16777217]).float()
        i: torch.tensor([1.0, 1e-9]).half()
        j: torch.tensor([0.0, 0.5, -3.0]).bool().int()
        k: torch.tensor([3, 5], dtype=torch.uint8) - torch.tensor([5, 3], dtype=torch.uint8)

    A hint: an int8 goes from -128 to 127 and a uint8 from 0 to 255; beyond the end, integers start
    again at the other end. A float16 stores 11 binary digits and goes up to 65504, a float32 stores
    24; 2048 is 2 to the power of 11, 16777216 is 2 to the power of 24. The smallest float16 above 0
    is about 0.00000006.

    >>> held_after_cast("a")
    [2, -2]
    """
    answers: dict[str, list[float]] = {
        "a": [2, -2],
        "b": [3, -3],
        "c": [0, 0],
        "d": [127, -128, -56],
        "e": [255, 0, 255],
        "f": [60000, float("inf")],
        "g": [2048, 2048],
        "h": [16777216, 16777216],
        "i": [1, 0],
        "j": [0, 1, 1],
        "k": [254, 2],
    }
    return answers[case]


def half_and_whole(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Convert floating point numbers in three ways.

    Return three tensors with the shape of `x`, on the device of `x`:

    1. its values in float16;
    2. its values without what stands after the decimal point, in int64: 2.7 gives 2, and -2.7
       gives -2;
    3. its values rounded to the nearest whole number, in int64: 2.7 gives 3, and -2.7 gives -3. What
       lies exactly between two whole numbers goes to the even one of them, as `torch.round` does
       it: 0.5 gives 0, 1.5 and 2.5 give 2.

    `x` is float32 or float64, has any shape and needs no gradient. It holds no number beyond 60000 or
    -60000. The second and the third result are made from `x` itself, with all of its digits. `x` does
    not change.

    >>> half_and_whole(torch.tensor([2.7, -2.7, 0.5]))
    (tensor([ 2.6992, -2.6992,  0.5000], dtype=torch.float16), tensor([ 2, -2,  0]), tensor([ 3, -3,  0]))
    """
    return x.half(), x.to(torch.int64), x.round().to(torch.int64)


def bytes_at(x: torch.Tensor, dtypes: Sequence[torch.dtype]) -> list[int]:
    """How many bytes would the elements of `x` take in each of these dtypes?

    Return a list with one int for each dtype in `dtypes`, in their order: the number of bytes that
    as many elements as `x` has take in that dtype. The dtype that `x` has now does not matter. `x`
    may be part of a larger tensor: only its own elements count. It may hold none, and `dtypes` may
    be empty. `x` does not change.

    A byte has 8 bits: one float32 takes 4 bytes. A bool takes a whole byte.

    >>> bytes_at(torch.zeros(2, 3), [torch.float32, torch.float64])
    [24, 48]
    """
    return [x.numel() * dtype.itemsize for dtype in dtypes]


def total_of_halves(x: torch.Tensor) -> torch.Tensor:
    """Debug: add up many numbers of a short dtype without losing any of them.

    `x` is a float16 or bfloat16 tensor of any shape, perhaps without elements, on any device. Return the
    sum of all its elements, a float32 tensor with no axes on the device of `x`. The sum is the one that
    float32 gives: what float16 or bfloat16 has no room for may be lost neither on the way nor at the
    end. If `x` needs a gradient, one must be able to flow back to it. `x` does not change.

    The code below raises nothing. But for 3000 ones in float16 it gives 2048, since 2048 + 1 is 2048
    again in float16, and for 70 numbers of 1000.0 it gives inf.

    >>> total_of_halves(torch.ones(3000, dtype=torch.float16))
    tensor(3000.)
    >>> total_of_halves(torch.full((7, 10), 1000.0, dtype=torch.float16))
    tensor(70000.)
    """
    return x.sum(dtype=torch.float32)


def _stub_total_of_halves(x: torch.Tensor) -> torch.Tensor:
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for number in x.flatten():
        total = total + number
    return total


def training_bytes(model: nn.Module, states: int) -> dict[str, int]:
    """How many bytes does a model take while it is trained?

    While a model is trained, memory holds more than its weights. Return a dict with four ints:

    - "weights": the bytes of all parameters;
    - "gradients": those of the gradients. Each parameter that is trained gets one, with its shape and
      dtype. One that is frozen, whose `requires_grad` is False, gets none;
    - "optimizer": those of what the optimizer remembers: for each number that is trained it keeps
      `states` numbers of the same dtype. Plain SGD keeps none, SGD with momentum 1, Adam 2;
    - "buffers": those of the buffers, such as the running means of a batch norm, and also of those that
      were registered with `persistent=False`, which are not saved.

    A parameter or a buffer that several parts of the model share is there once, and counts once. The
    sizes are those that the dtypes say, whether there are gradients already or not. `model` may be
    on any device and does not change: after the call it has the gradients that it had before.

    >>> training_bytes(nn.Linear(3, 2), states=2)
    {'weights': 32, 'gradients': 32, 'optimizer': 64, 'buffers': 0}
    """

    def size(tensors: Iterable[torch.Tensor]) -> int:
        return sum(t.numel() * t.element_size() for t in tensors)

    gradients = size(p for p in model.parameters() if p.requires_grad)
    return {
        "weights": size(model.parameters()),
        "gradients": gradients,
        "optimizer": states * gradients,
        "buffers": size(model.buffers()),
    }


def layer_on_array(layer: nn.Linear, array: np.ndarray) -> torch.Tensor:
    """Debug: send the rows of a NumPy array through a linear layer.

    `layer` is an `nn.Linear` with float32 weights, and lives on any device. `array` has the shape
    `(rows, layer.in_features)` and holds float64, float32 or int64, one row after the other in
    memory and in the byte order of this computer, as NumPy makes it. Return what the layer makes of
    it: a float32 tensor of shape `(rows, layer.out_features)`, on the device of the layer, through
    which gradients flow back to the layer's weights.

    The layer is the caller's: it stays float32, and stays where it is. `array` does not change.

    With an array such as NumPy makes them, the code below stops with this error (in PyTorch, Double
    is float64 and Float is float32):

        RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float

    That is not all: what happens next, if the layer is on a GPU?

    >>> layer = nn.Linear(2, 1)
    >>> layer_on_array(layer, np.ones((3, 2))).dtype
    torch.float32
    """
    rows = torch.tensor(array, dtype=torch.float32, device=layer.weight.device)
    return layer(rows)


def _stub_layer_on_array(layer: nn.Linear, array: np.ndarray) -> torch.Tensor:
    rows = torch.from_numpy(array)
    return layer(rows)


def pick_device() -> tuple[torch.device, int]:
    """Find out which device to work on, and how many accelerators of that kind there are.

    Return a pair:

    - the device: CUDA if this machine has a GPU for it, MPS on a Mac that has that, and the CPU
      otherwise. Return it as a `torch.device` or as text; with a number ("cuda:0") or without
      ("cuda"), as you like. No machine has both CUDA and MPS, and none has anything else;
    - how many there are, as an int: the number of CUDA GPUs; 1 for MPS; 0 if there is only the CPU.

    What counts is what is there and can be used now, not what your PyTorch was built for.

    The tests play machines that you do not have: while they call your function, those functions of
    PyTorch that tell what is there answer as they would on such a machine. So ask them by their full
    names (`torch.cuda.is_available()` and the like, in `torch.cuda`, `torch.mps`,
    `torch.backends.mps` or `torch.accelerator`) each time that your function is called. Do not find
    out by making a tensor: on a machine that is only played, there is no room for one.

    On a computer with one CUDA GPU the answer is `(device(type='cuda'), 1)`, and on any:

    >>> device, count = pick_device()
    >>> torch.device(device).type in ("cuda", "mps", "cpu")
    True
    """
    if torch.cuda.is_available():
        return torch.device("cuda"), torch.cuda.device_count()
    if torch.backends.mps.is_available():
        return torch.device("mps"), 1
    return torch.device("cpu"), 0


def lives_where(case: str) -> str:
    """Predict: where does the result live, or is there an error?

    The computer has an accelerator, here a CUDA GPU, and before each case these lines run:

        accel = torch.device("cuda")
        t = torch.ones(2)
        layer = nn.Linear(2, 1)

    Then comes the code named by `case`, one of the letters "a" to "n". Return "cpu" or "accelerator":
    where the value of the last expression lives. Return "error" if the code stops with an error.

        a: t.to(accel)
        b: t.to(accel); t
        c: layer.to(accel); layer.weight
        d: torch.zeros_like(t.to(accel))
        e: t.to(accel) + torch.ones(2)
        f: t.to(accel) + 1
        g: t.to(accel) * torch.tensor(3.0)
        h: t * torch.tensor([3.0], device=accel)
        i: t.to(accel).cpu() + t
        j: t.to(accel)[torch.tensor([1, 0])]
        k: layer.to(accel)(t)
        l: t.to(accel).numpy()
        m: layer(t).to(accel)
        n: torch.cat([t, t.to(accel)])

    >>> lives_where("a")
    'accelerator'
    """
    answers = {
        "a": "accelerator",
        "b": "cpu",
        "c": "accelerator",
        "d": "accelerator",
        "e": "error",
        "f": "accelerator",
        "g": "accelerator",
        "h": "error",
        "i": "cpu",
        "j": "accelerator",
        "k": "error",
        "l": "error",
        "m": "accelerator",
        "n": "error",
    }
    return answers[case]


def move_batch(batch: Any, device: torch.device | str) -> Any:
    """Move all the tensors of a batch to a device, however deep they are.

    `batch` is a tensor, or a list, a tuple or a dict; these may hold tensors, further lists, tuples
    and dicts, to any depth, and other things: numbers, text, None. The containers are plain ones: no
    named tuples, for instance. Return the same structure with each tensor on `device`. A list stays
    a list, a tuple a tuple, a dict a dict with the same keys, in the same order. The tensors keep
    their dtypes and values, and what is no tensor stays what it is. A container may be empty.

    `device` is a `torch.device` or text such as "cpu". The tensors of a batch are on any device, not
    all on the same one perhaps, and need no gradient. `batch` does not change, nor does anything in
    it. A tensor that is on `device` already may be handed on or copied.

    >>> batch = {"image": torch.ones(2), "sizes": (torch.tensor(3), 4), "names": ["a", None]}
    >>> move_batch(batch, "cpu")
    {'image': tensor([1., 1.]), 'sizes': (tensor(3), 4), 'names': ['a', None]}
    """
    if isinstance(batch, torch.Tensor):
        moved = batch.to(device)
    elif isinstance(batch, dict):
        moved = {key: move_batch(value, device) for key, value in batch.items()}
    elif isinstance(batch, list | tuple):
        moved = type(batch)(move_batch(item, device) for item in batch)
    else:
        moved = batch
    return moved


def normalise_channels(images: torch.Tensor) -> torch.Tensor:
    """Debug: from each channel subtract its mean, then divide by its spread.

    `images` has the shape `(batch, 3, height, width)`, is float16, float32 or float64, and lives on
    any device. The means of the three channels are 0.5, 0.25 and 0.75, and the spreads 0.25, 0.5 and
    0.125: constants, not computed from `images`. Return a new tensor with the shape, the dtype and
    the device of `images`, calculated with all the digits of that dtype; gradients flow back through
    it. `images` does not change.

    The code below was tried with float32 on the CPU only. With a GPU it stops:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    and float16 images become float32 without a word.

    >>> normalise_channels(torch.ones(1, 3, 1, 2))
    tensor([[[[2.0000, 2.0000]],
    <BLANKLINE>
             [[1.5000, 1.5000]],
    <BLANKLINE>
             [[2.0000, 2.0000]]]])
    """
    mean = torch.tensor([0.5, 0.25, 0.75], dtype=images.dtype, device=images.device)
    spread = torch.tensor([0.25, 0.5, 0.125], dtype=images.dtype, device=images.device)
    return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1)


def _stub_normalise_channels(images: torch.Tensor) -> torch.Tensor:
    mean = torch.tensor([0.5, 0.25, 0.75])
    spread = torch.tensor([0.25, 0.5, 0.125])
    return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1)


def hide_future(scores: torch.Tensor) -> torch.Tensor:
    """Debug: hide from each step of a sequence what comes after it.

    `scores` has the shape `(n, n)` or `(batch, n, n)`: in row i, column j stands how much step i
    looks at step j. Where j is larger than i, the result holds minus infinity, so that a softmax
    over the columns makes it 0; everywhere else it holds the score as it is.

    `scores` is float16, float32 or float64, holds finite numbers, and lives on any device. Return a
    new tensor with its shape, dtype and device; gradients flow back to the scores that are not
    hidden. `scores` does not change.

    The code below works for float32 on the CPU. On a GPU it stops:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    and scores in float16 become float32.

    >>> hide_future(torch.ones(3, 3))
    tensor([[1., -inf, -inf],
            [1., 1., -inf],
            [1., 1., 1.]])
    """
    hidden = torch.ones_like(scores, dtype=torch.bool).triu(diagonal=1)
    return scores.masked_fill(hidden, float("-inf"))


def _stub_hide_future(scores: torch.Tensor) -> torch.Tensor:
    n = scores.shape[-1]
    mask = torch.full((n, n), float("-inf")).triu(diagonal=1)
    return scores + mask


def expected_place(probabilities: torch.Tensor) -> torch.Tensor:
    """Debug: the place at which to expect something, given the probability of each place.

    The last axis of `probabilities` has the probabilities of the places 0, 1, 2, ..., n - 1. Return
    the sum of place times probability along that axis: with 0.25 for place 1 and 0.75 for place 3
    it is 0.25 * 1 + 0.75 * 3 = 2.5. The result has one axis fewer than `probabilities`: of `(batch,
    n)` remains `(batch,)`, of `(n,)` remains `()`.

    `probabilities` has one or two axes, is float32 or float64 and lives on any device. The result has
    the same dtype and device, and is calculated with all the digits of that dtype; gradients flow
    back through it. `probabilities` does not change.

    The code below works for float32 on the CPU. With float64 it stops with this error (Double is
    float64, Float is float32):

        RuntimeError: addmv input tensors must have the same dtype, but got Float, Double, and Float

    and on a GPU, with another one:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    >>> expected_place(torch.tensor([[0.0, 0.25, 0.0, 0.75], [1.0, 0.0, 0.0, 0.0]]))
    tensor([2.5000, 0.0000])
    """
    places = torch.arange(probabilities.shape[-1], dtype=probabilities.dtype, device=probabilities.device)
    return probabilities @ places


def _stub_expected_place(probabilities: torch.Tensor) -> torch.Tensor:
    places = torch.arange(probabilities.shape[-1], dtype=torch.float32)
    return probabilities @ places


def last_steps(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Debug: from each sequence of a batch, pick the last step that counts.

    `x` has the shape `(batch, steps, features)`: a batch of sequences, filled up at the end to the
    same number of steps. `lengths`, of shape `(batch,)` and int64, says how many steps of each
    sequence count; each length is at least 1 and at most `steps`. Return a new tensor of shape
    `(batch, features)`: of sequence i, the step `lengths[i] - 1`.

    `x` has any floating point dtype and lives on any device; the result has the same dtype and
    device, and gradients flow back to `x`. `lengths` is always on the CPU. Neither of them changes.

    The code below works as long as `x` is on the CPU too. On a GPU it stops:

        RuntimeError: Expected all tensors to be on the same device, but ...

    >>> x = torch.arange(12.0).reshape(2, 3, 2)
    >>> last_steps(x, torch.tensor([3, 1]))
    tensor([[4., 5.],
            [6., 7.]])
    """
    return x[torch.arange(x.shape[0]), lengths - 1]  # indices in brackets may come from the CPU


def _stub_last_steps(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, x.shape[2])
    return x.gather(1, index).squeeze(1)


def fit_batches(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    device: torch.device | str,
    lr: float = 0.1,
) -> list[float]:
    """Debug: train a model on a device, one step for each batch.

    Each batch is a pair `(x, y)` of tensors on the CPU. For each of them, one after the other: the
    loss is the mean of the squared differences between `model(x)` and `y`, which have the same
    shape, and plain gradient descent with the learning rate `lr` (`torch.optim.SGD`) makes one step
    with the gradients of this loss alone. Return a list with the loss of each batch, as Python
    floats, each from before its step.

    Everything is computed on `device`, a `torch.device` or text, and that is where the parameters of
    `model` live afterwards. `model` itself is trained, not a copy of it. It may begin on any device;
    an optimizer has to be made after the model has moved, since on some devices the model has new
    parameters by then. The tensors in `batches` do not change, and stay on the CPU. The model comes in
    training mode and stays in it; it and the batches are float32 and stay so.

    On the CPU the code below does what it should. On a GPU it stops:

        RuntimeError: Expected all tensors to be on the same device, but found at least two devices,
        cuda:0 and cpu!

    There is more than one thing in it that is left behind.

    >>> model = nn.Linear(1, 1)
    >>> batch = (torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]]))
    >>> losses = fit_batches(model, [batch, batch], "cpu")
    >>> losses[1] < losses[0]
    True
    """
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _stub_fit_batches(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    device: torch.device | str,
    lr: float = 0.1,
) -> list[float]:
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for x, y in batches:
        x.to(device)
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def autocast_step(model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, labels: torch.Tensor) -> float:
    """Debug: one training step in which the products are calculated in bfloat16.

    `model` turns `x`, float32 of shape `(batch, features)`, into one score for each example, of shape
    `(batch, 1)`; `labels` is float32 of that shape too and holds 0 and 1. Model, data and `optimizer`,
    which has the parameters of `model`, are on one device, whichever it is. Make one step of training and
    return the loss from before the step, as a Python float: the mean that
    `nn.functional.binary_cross_entropy_with_logits` gives.

    Calculate the scores with `torch.autocast`, with `dtype=torch.bfloat16`, for the kind of device that
    `x` is on: layers then turn what they are given into bfloat16 by themselves. The loss is calculated
    from these scores in float32. Everything that lasts stays float32: the weights, their gradients, and
    what the optimizer remembers. The optimizer makes one step with the gradients of this loss alone. What
    is in the `grad` of the weights afterwards is up to you.

    The model comes in training mode and stays in it. `x` and `labels` do not change. Numbers are compared
    to three digits, as many as bfloat16 has.

    The code below raises nothing. It makes the whole model float16, weights and all, and leaves it so:
    1 - 0.0002 is 1 again in float16, and so small steps come to nothing.

    >>> model = nn.Linear(2, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> loss = autocast_step(model, optimizer, torch.ones(2, 2), torch.tensor([[1.0], [0.0]]))
    >>> model.weight.dtype
    torch.float32
    """
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _stub_autocast_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, labels: torch.Tensor
) -> float:
    model.half()
    loss = nn.functional.binary_cross_entropy_with_logits(model(x.half()), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def loss_curve(losses: list[torch.Tensor]) -> np.ndarray:
    """Turn the losses of a training run into an array, to be drawn or saved.

    Each tensor in `losses` holds one element, has the shape `()` or `(1,)` and any floating point
    dtype (bfloat16 too), may need a gradient, and lives on any device: not all on the same one
    perhaps. Return a NumPy array of shape `(len(losses),)` and dtype float64 with their values in
    order. Without any losses, the shape is `(0,)`.

    `losses` does not change, and the tensors in it stay in their graphs: `backward` can still be
    called on them.

    >>> loss_curve([torch.tensor(0.5, requires_grad=True), torch.tensor([0.25])])
    array([0.5 , 0.25])
    """
    return np.array([loss.item() for loss in losses], dtype=np.float64)
