"""Shape errors and reshaping.

Most errors in deep learning are two shapes that do not fit. Here you read such messages, mend what
they complain of, and change the shape of a tensor in the ways that a model needs, so that every
number still stands where it belongs.

Replace each `raise NotImplementedError` with your answer. A function marked "Debug" already has
code: find its bug and mend it. In one marked "Predict", work the answer out in your head and write
it down; do not run the expression.
"""

from __future__ import annotations

import torch


def basket_costs(baskets: torch.Tensor, prices: torch.Tensor) -> torch.Tensor:
    """Debug: what each customer would pay in each shop.

    `baskets` has the shape `(customers, goods)`: how many pieces of each good a customer buys.
    `prices` has the shape `(shops, goods)`: what one piece of each good costs in a shop. Both have
    the same floating point dtype, and every size is at least 1.

    Return a new tensor of shape `(customers, shops)` and that dtype. At `[i, j]` stands what customer i
    pays in shop j: of each good, the number of pieces times the price in that shop, all added up.
    Neither argument changes, and gradients flow to both.

    For the 3 customers, 3 shops and 2 goods of the example, the code below stops with

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x2)

    With as many shops as goods there is no error, only wrong numbers.

    >>> baskets = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> prices = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])
    >>> basket_costs(baskets, prices)
    tensor([[ 27.,  30.,  33.],
            [ 61.,  68.,  75.],
            [ 95., 106., 117.]])
    """
    return baskets @ prices.T


def _stub_basket_costs(baskets: torch.Tensor, prices: torch.Tensor) -> torch.Tensor:
    return baskets @ prices


def layer_that_fits(x: torch.Tensor, outputs: int) -> torch.nn.Linear:
    """Debug: make a linear layer for the data that it will be given.

    `x` is a float32 matrix of shape `(examples, features)`, with one example in each row; both
    sizes are at least 1. Return a new `torch.nn.Linear` with a bias, float32 as usual, that takes
    such rows and gives `outputs` numbers for each: `layer(x)` has the shape `(examples, outputs)`.
    Return the layer itself. Leave its weights and its bias as PyTorch makes them, at random, and do
    not set the seed. `x` does not change.

    If `x` has the shape `(3, 2)` and `outputs` is 6, the code below makes a layer without
    complaint, but `layer(x)` stops with

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x6)

    Here the data are right and the layer is wrong, so mend the layer. It must fit any `x`, not only
    one with two features. (In the next exercise it is the other way round.)

    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> layer = layer_that_fits(x, 6)
    >>> layer(x).shape
    torch.Size([3, 6])
    """
    return torch.nn.Linear(x.shape[1], outputs)


def _stub_layer_that_fits(x: torch.Tensor, outputs: int) -> torch.nn.Linear:
    return torch.nn.Linear(3, outputs)


def examples_in_columns(layer: torch.nn.Linear, x: torch.Tensor) -> torch.Tensor:
    """Debug: send data through a layer when the examples stand in the columns.

    `x` has the shape `(features, examples)`: column j holds the numbers of example j. `layer` is a
    `torch.nn.Linear` that takes `features` numbers and gives `outputs` numbers, and its weights have
    the dtype of `x`. Every size is at least 1.

    Return a tensor of shape `(examples, outputs)` whose row j is what the layer gives for example j.
    Neither `layer` nor `x` changes. Gradients flow to `x` and to the weights.

    With a layer made by `torch.nn.Linear(3, 6)` and an `x` of shape `(3, 2)`, two examples of three
    features, the code below stops with

        RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x2 and 3x6)

    This is the message of the previous exercise, but now the layer is right, and trained already:
    mend what it is fed with. With as many examples as features there is no error, only wrong
    numbers.

    >>> layer = torch.nn.Linear(3, 6)
    >>> x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> examples_in_columns(layer, x).shape
    torch.Size([2, 6])
    """
    return layer(x.T)


def _stub_examples_in_columns(layer: torch.nn.Linear, x: torch.Tensor) -> torch.Tensor:
    return layer(x)


def which_fault(case: str) -> str:
    """Predict: which of the three common faults does each operation have?

    When PyTorch refuses to calculate, it is mostly because of the shapes of the tensors, because of
    their dtypes, or because of the devices where they live. Return "shape", "dtype" or "device" for
    the operation named by `case`, one of the letters "a" to "n", or "none" if PyTorch calculates it
    without an error. No operation has two faults. Suppose that the computer has a GPU, on which
    `device="cuda"` works, and that a tensor made without `device=` is on the CPU.

        a: torch.ones(3, 2) @ torch.ones(3, 2)
        b: torch.ones(2, 3) + torch.ones(2, 3, device="cuda")
        c: torch.ones(2, 3) @ torch.ones(3, 2, dtype=torch.float64)
        d: torch.ones(2, 3) + torch.ones(2, 3, dtype=torch.int64)
        e: torch.ones(4, 3) + torch.ones(4)
        f: torch.ones(4, 3) * torch.ones(3)
        g: torch.nn.Linear(3, 6)(torch.ones(3, 2))
        h: torch.nn.Linear(3, 6)(torch.ones(2, 3, dtype=torch.float64))
        i: torch.nn.Linear(3, 6)(torch.ones(2, 3, device="cuda"))
        j: torch.ones(2, 2) @ torch.tensor([[1, 2], [3, 4]])
        k: torch.cat([torch.ones(2, 3), torch.ones(2, 4)])
        l: torch.ones(3, device="cuda") * 2.5
        m: torch.stack([torch.ones(2), torch.ones(3)])
        n: torch.ones(3, 2, dtype=torch.float16) @ torch.ones(2, 3)

    >>> which_fault("a")
    'shape'
    """
    answers = {
        "a": "shape",
        "b": "device",
        "c": "dtype",
        "d": "none",
        "e": "shape",
        "f": "none",
        "g": "shape",
        "h": "dtype",
        "i": "device",
        "j": "dtype",
        "k": "shape",
        "l": "none",
        "m": "shape",
        "n": "dtype",
    }
    return answers[case]


def shape_in_message(case: str) -> tuple[int, ...]:
    """Predict: which shape does `x` have, going by the error?

    Somebody else's program has stopped, and all that you have is the operation that failed, the message,
    and a little that is known of `x`. `case` is one of the letters "a" to "l". Return the shape of `x`,
    such as `(4, 2)`. No size in it is 1.

    In "d" and "f" `x` is a vector, in "l" it has three axes, and in all others it is a matrix. In "h" it
    has 4 rows, in "j" and "k" it has 3 rows, and in "l" its last axis has the size 7.

        a: torch.ones(2, 3) @ x
           mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)
        b: torch.nn.Linear(3, 6)(x)
           mat1 and mat2 shapes cannot be multiplied (4x2 and 3x6)
        c: torch.ones(8, 5) @ x.T
           mat1 and mat2 shapes cannot be multiplied (8x5 and 4x3)
        d: x @ torch.ones(3, 4)
           mat1 and mat2 shapes cannot be multiplied (1x5 and 3x4)
        e: x @ torch.ones(5)
           size mismatch, got input (3), mat (3x4), vec (5)
        f: x + torch.ones(4, 3)
           The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1
        g: torch.ones(4, 3) * x
           The size of tensor a (4) must match the size of tensor b (2) at non-singleton dimension 0
        h: torch.cat([torch.ones(2, 3), x])
           Sizes of tensors must match except in dimension 0. Expected size 3 but got size 5 for
           tensor number 1 in the list.
        i: torch.stack([torch.ones(2, 3), x])
           stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3, 2] at entry 1
        j: x.view(4, 5)
           shape '[4, 5]' is invalid for input of size 12
        k: x[2, 7]
           index 7 is out of bounds for dimension 1 with size 6
        l: torch.ones(4, 2, 3) @ x
           Expected size for first two dimensions of batch2 tensor to be: [4, 3] but got: [4, 5].

    >>> shape_in_message("a")
    (4, 5)
    """
    answers: dict[str, tuple[int, ...]] = {
        "a": (4, 5),
        "b": (4, 2),
        "c": (3, 4),
        "d": (5,),
        "e": (3, 4),
        "f": (2,),
        "g": (2, 3),
        "h": (4, 5),
        "i": (3, 2),
        "j": (3, 4),
        "k": (3, 6),
        "l": (4, 5, 7),
    }
    return answers[case]


def changed_shape(case: str) -> tuple[int, ...] | str:
    """Predict: which shape does each expression have?

    `x` is `torch.arange(24).reshape(2, 3, 4)`. Return the shape, such as `(6, 4)`, of the
    expression named by `case`, one of the letters "a" to "p". If the expression raises an error,
    return the text "error".

        a: x.reshape(6, 4)
        b: x.reshape(4, -1)
        c: x.reshape(5, -1)
        d: x.flatten()
        e: x.flatten(1)
        f: x.permute(2, 0, 1)
        g: x.permute(2, 0, 1).view(24)
        h: x.permute(2, 0, 1).reshape(24)
        i: x.unsqueeze(1)
        j: x.unsqueeze(-1)
        k: x.squeeze(0)
        l: x[:1].squeeze()
        m: torch.stack([x, x, x])
        n: torch.cat([x, x, x])
        o: torch.stack([x, x], dim=1)
        p: torch.cat([x, x], dim=1)

    >>> changed_shape("a")
    (6, 4)
    """
    answers: dict[str, tuple[int, ...] | str] = {
        "a": (6, 4),
        "b": (4, 6),
        "c": "error",
        "d": (24,),
        "e": (2, 12),
        "f": (4, 2, 3),
        "g": "error",
        "h": (24,),
        "i": (2, 1, 3, 4),
        "j": (2, 3, 4, 1),
        "k": (2, 3, 4),
        "l": (3, 4),
        "m": (3, 2, 3, 4),
        "n": (6, 3, 4),
        "o": (2, 2, 3, 4),
        "p": (2, 6, 4),
    }
    return answers[case]


def row_and_column(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Make a matrix with one row and a matrix with one column out of a vector, without copying it.

    `x` is a vector of `n` elements, of any dtype; `n` is at least 1. Return a tuple or a list with these two:

    1. a matrix of shape `(1, n)`, whose only row holds the elements of `x`;
    2. a matrix of shape `(n, 1)`, whose only column holds them.

    Both are views of `x`: they share its memory, so whoever writes 999 into `row[0, 0]` finds 999 in
    `x[0]` and in `column[0, 0]` too. Your function does not change `x`. If `x` needs a gradient, it
    must be able to flow back through both.

    >>> row, column = row_and_column(torch.tensor([1.0, 2.0, 3.0]))
    >>> row
    tensor([[1., 2., 3.]])
    >>> column
    tensor([[1.],
            [2.],
            [3.]])
    """
    return x.unsqueeze(0), x.unsqueeze(1)


def after_the_write(case: str) -> list[int]:
    """Predict: what does `x` hold after something was written into `z`?

    Each case begins anew with `x = torch.arange(6).reshape(2, 3)`: the rows of `x` are 0, 1, 2 and
    3, 4, 5. Then the two statements that `case` names are run; it is one of the letters "a" to "l".

        a: z = x.view(6); z[0] = 99
        b: z = x.view(3, 2); z[1, 0] = 99
        c: z = x.t(); z[1, 0] = 99
        d: z = x.reshape(6); z[4] = 99
        e: z = x.t().reshape(6); z[1] = 99
        f: z = x.clone().view(6); z[0] = 99
        g: z = x.unsqueeze(0); z[0, 1, 1] = 99
        h: z = torch.stack([x, x]); z[0, 0, 0] = 99
        i: z = x.view(6); z += 10
        j: z = x.view(6); z = z + 10
        k: z = x[1].view(3, 1); z[2, 0] = 99
        l: z = x.t().contiguous(); z[0, 0] = 99

    Return a list with the six numbers that `x` holds afterwards: those of its first row, and then
    those of its second row.

    >>> after_the_write("a")
    [99, 1, 2, 3, 4, 5]
    """
    answers = {
        "a": [99, 1, 2, 3, 4, 5],
        "b": [0, 1, 99, 3, 4, 5],
        "c": [0, 99, 2, 3, 4, 5],
        "d": [0, 1, 2, 3, 99, 5],
        "e": [0, 1, 2, 3, 4, 5],
        "f": [0, 1, 2, 3, 4, 5],
        "g": [0, 1, 2, 3, 99, 5],
        "h": [0, 1, 2, 3, 4, 5],
        "i": [10, 11, 12, 13, 14, 15],
        "j": [0, 1, 2, 3, 4, 5],
        "k": [0, 1, 2, 3, 4, 99],
        "l": [0, 1, 2, 3, 4, 5],
    }
    return answers[case]


def batch_rows(x: torch.Tensor) -> torch.Tensor:
    """Flatten each example of a batch into one row, as a linear layer wants it.

    The first axis of `x` counts the examples of the batch, and each has one axis or more: `x` may
    have the shape `(n, 28, 28)`, `(n, 3, 32, 32)`, or even `(n, 5)`. Every size is at least 1, and the
    dtype can be any. `x` may also come out of `permute`, so that its numbers do not lie in
    memory in their order.

    Return a matrix of shape `(n, features)`, also when `n` is 1. Row i holds all the numbers of
    `x[i]`, in the order of their positions: those of the last axis follow each other, as in
    `x[i].flatten()`. The dtype stays. The result may share memory with `x` or not, as you like. `x`
    does not change, and if it needs a gradient, it flows back.

    >>> batch_rows(torch.arange(12).reshape(2, 3, 2))
    tensor([[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]])
    """
    return x.flatten(1)


def pile_up(x: torch.Tensor, count: int) -> torch.Tensor:
    """Lay `count` copies of `x` one upon the other, along a new axis in front.

    `x` has any shape, `()` too, and any dtype; `count` is at least 1. Return a tensor of shape
    `(count, *x.shape)` and the same dtype: each `result[i]` is equal to `x`. So five copies of a
    vector of 7 elements give `(5, 7)`, and neither `(35,)` nor `(7, 5)`.

    Every copy has memory of its own: writing into `result[0]` changes neither `x` nor another copy.
    `x` does not change. If it needs a gradient, it flows back from all of the copies.

    >>> pile_up(torch.tensor([1.0, 2.0, 3.0]), 2)
    tensor([[1., 2., 3.],
            [1., 2., 3.]])
    """
    return torch.stack([x] * count)


def image_brightness(images: torch.Tensor) -> torch.Tensor:
    """Debug: the mean of the pixels of each image in a batch of greyscale images.

    `images` has the shape `(n, 1, height, width)`: `n` images with a single channel. It is floating
    point, float16 too, and every size is at least 1. Return a new vector of shape `(n,)` and the same
    dtype: one mean for each image, also for a batch of one. `images` does not change, and gradients
    flow back to it.

    The code below worked for days with 32 images at a time. Then the last batch of the data had
    only one image left, and it stopped with

        IndexError: Dimension out of range (expected to be in range of [-2, 1], but got 2)

    Which axes were there, and which ones are left after the first line?

    >>> image_brightness(torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 4.0], [6.0, 6.0]]]]))
    tensor([1.5000, 5.0000])
    >>> image_brightness(torch.ones(1, 1, 28, 28))
    tensor([1.])
    """
    grey = images.squeeze(1)
    return grey.mean(dim=(1, 2))


def _stub_image_brightness(images: torch.Tensor) -> torch.Tensor:
    grey = images.squeeze()
    return grey.mean(dim=(1, 2))


def channels_first(image: torch.Tensor) -> torch.Tensor:
    """Put the channels of an image in front, where PyTorch's layers want them.

    `image` has the shape `(height, width, channels)` and any dtype; every size is at least 1, and
    there need not be three channels. Return a tensor of shape `(channels, height, width)` with the
    same picture: at `[k, i, j]` stands what is at `[i, j, k]` in `image`.

    The result is a view: it shares memory with `image`. `image` does not change. If it needs a
    gradient, it must be able to flow back through the view.

    >>> image = torch.tensor([[[1, 10], [2, 20], [3, 30]]])
    >>> image.shape
    torch.Size([1, 3, 2])
    >>> channels_first(image)
    tensor([[[ 1,  2,  3]],
    <BLANKLINE>
            [[10, 20, 30]]])
    """
    return image.permute(2, 0, 1)


def sequence_rows(x: torch.Tensor) -> torch.Tensor:
    """Debug: write each sequence of a batch as one row.

    `x` has the shape `(steps, batch, features)`, as some layers for sequences want it: `x[t, j]`
    holds the numbers of sequence j at step t. It has any dtype, every size is at least 1, and it may
    have been transposed before: its numbers lie in memory in any order.

    Return a matrix of shape `(batch, steps * features)`. Row j holds all the numbers of sequence j:
    those of step 0, then those of step 1, and so on, the features of each step in their order.

    The dtype stays. The result may share memory with `x` or not. `x` does not change, and if it
    needs a gradient, it flows back.

    For an `x` of shape `(5, 4, 3)`, the code below stops with

        RuntimeError: view size is not compatible with input tensor's size and stride (at least one
        dimension spans across two contiguous subspaces). Use .reshape(...) instead.

    Take care: more than one change makes the error go away, and some of them mix the sequences.

    >>> x = torch.tensor([[[1, 2], [10, 20]], [[3, 4], [30, 40]], [[5, 6], [50, 60]]])
    >>> x.shape
    torch.Size([3, 2, 2])
    >>> sequence_rows(x)
    tensor([[ 1,  2,  3,  4,  5,  6],
            [10, 20, 30, 40, 50, 60]])
    """
    return x.permute(1, 0, 2).flatten(1)


def _stub_sequence_rows(x: torch.Tensor) -> torch.Tensor:
    batch = x.shape[1]
    return x.permute(1, 0, 2).view(batch, -1)
