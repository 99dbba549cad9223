"""Errors about gradients and their graph."""

from __future__ import annotations

from antorcha.error_texts.phrase import Phrase
from antorcha.i18n import N_

_NO_OVERWRITING = N_(
    "A parameter cannot be overwritten while its operations are recorded. For a step of training write `with "
    "torch.no_grad():` around it."
)

PHRASES = (
    # Autograd
    Phrase(
        "element {numbers:number} of tensors does not require grad and does not have a grad_fn",
        N_(
            "Nothing leads from this result back to a tensor with `requires_grad=True`. Usually no parameter has it, "
            "the computation ran under `torch.no_grad()`, or `.detach()`, `.item()`, NumPy or `torch.tensor(...)` "
            "has cut the way."
        ),
    ),
    Phrase(
        "grad can be implicitly created only for scalar outputs",
        N_("`backward()` starts from one number, and this result has several. A loss ends in `.mean()` or `.sum()`."),
    ),
    Phrase(
        "Trying to backward through the graph a second time",
        N_(
            "The first `backward()` frees the graph. Usually the loss is computed once, before the loop, instead of "
            "anew in each step, or a value of the step before is carried along without `.detach()`; "
            "`retain_graph=True` is seldom the right answer."
        ),
        goes_on=True,
    ),
    Phrase(
        "one of the variables needed for gradient computation has been modified by an inplace operation",
        N_(
            "A value that the backward pass still needs was overwritten, by `+=`, by an index such as `x[0] = ...`, "
            "or by a function with `_`. Write the new value to a new tensor: `x = x + 1`."
        ),
        N_("Here it is the result of {operation}."),
        goes_on=True,
        detail=r"which is output \d+ of (?P<operation>[A-Za-z]{2,40}?)(?:Backward)?\d*,",
    ),
    Phrase(
        "a leaf Variable that requires grad is being used in an in-place operation.",
        _NO_OVERWRITING,
    ),
    Phrase(
        "a view of a leaf Variable that requires grad is being used in an in-place operation.",
        _NO_OVERWRITING,
    ),
    Phrase(
        "you can only change requires_grad flags of leaf variables.",
        N_(
            "This tensor is the result of a computation: whether it has a gradient follows from what it was computed "
            "from. `.detach()` gives one that has none."
        ),
        goes_on=True,
    ),
    Phrase(
        "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.",
        N_(
            "The result of a computation drags its graph along and cannot be copied so: `.detach().clone()` copies "
            "its values."
        ),
        goes_on=True,
    ),
    Phrase(
        "The differentiated Tensor at index {numbers:number} appears to not have been used in the graph.",
        N_(
            "The result does not depend on this tensor. Usually another one of the same name was used, or a copy "
            "such as `x.to(...)` or `x.float()` that was made after it."
        ),
        N_("Here it is tensor {number} of those asked for (from 0)."),
        goes_on=True,
    ),
    Phrase(
        "One of the differentiated Tensors does not require grad",
        N_(
            "A gradient is asked for with respect to a tensor that records none: make it with `requires_grad=True`, "
            "before the computation."
        ),
    ),
    Phrase(
        (
            "Mismatch in shape: grad_output[{numbers:number}] has a shape of {numbers:given} and "
            "output[{numbers:same}] has a shape of {numbers:own}."
        ),
        N_("What `backward(...)` is given must have the shape of the result: it says how much each element weighs."),
        N_("Here it has the shape {given} and the result {own}."),
    ),
    Phrase(
        "attempting to assign a gradient of size '{numbers:given}' to a tensor of size '{numbers:own}'.",
        N_("A gradient has exactly the shape of its tensor."),
        N_("Here the gradient is {given} and the tensor {own}."),
        goes_on=True,
    ),
    Phrase(
        "Inference tensors cannot be saved for backward.",
        N_(
            "A tensor made under `torch.inference_mode()` is lost to gradients for good. Use `torch.no_grad()` "
            "instead, or `.clone()` it outside."
        ),
        goes_on=True,
    ),
    Phrase(
        "can't retain_grad on Tensor that has requires_grad=False",
        N_(
            "This tensor records no gradient, so there is none to be kept. Make it, or what it is computed from, "
            "with `requires_grad=True`."
        ),
    ),
)
