"""Errors about what a tensor holds: numbers of Python and NumPy, making tensors, dtypes."""

from __future__ import annotations

from antorcha.error_texts.phrase import Phrase
from antorcha.i18n import N_

_ONE_ELEMENT = N_(
    "Only a tensor with a single element can become a number. Usually a `.mean()`, a `.sum()` or an index is "
    "missing; `.tolist()` gives all of its numbers."
)
_WHOLE_NUMBERS = N_(
    "Whole numbers have no mean, no deviation and no gradient here; `.float()` makes floating point numbers of them."
)
_FLOATING_GRADIENTS = N_(
    "Gradients are numbers with a fraction, so only a tensor of floating point numbers can have one. Write `1.` "
    "instead of `1`, say `dtype=torch.float32`, or use `.float()`."
)

PHRASES = (
    # To Python
    Phrase(
        "a Tensor with {numbers:count} elements cannot be converted to Scalar",
        _ONE_ELEMENT,
        N_("Here there are {count} elements."),
    ),
    Phrase(
        "only one element tensors can be converted to Python scalars",
        _ONE_ELEMENT,
    ),
    Phrase(
        "only integer tensors of a single element can be converted to an index",
        N_(
            "Where Python wants one whole number, a tensor with several elements, or of another dtype, will not do. "
            "Usually `.item()`, `.shape[0]` or an index is missing."
        ),
    ),
    Phrase(
        "Boolean value of Tensor with more than one value is ambiguous",
        N_(
            "`if`, `and`, `or`, `not` and `in` want one yes or no, and a comparison of tensors gives one for each "
            "element. Say `.all()` or `.any()`; between masks write `&`, `|` and `~`. A loss such as `nn.MSELoss(x, "
            "y)` lacks the parentheses that make it: `nn.MSELoss()(x, y)`."
        ),
    ),
    Phrase(
        "Boolean value of Tensor with no values is ambiguous",
        N_("An empty tensor is neither true nor false. `x.numel() > 0` asks whether there is anything in it."),
    ),
    Phrase(
        "iteration over a 0-d tensor",
        N_(
            "A tensor without axes is one number, and there is nothing to go through. Usually a sum or an index has "
            "taken the last axis away."
        ),
    ),
    Phrase(
        "len() of a 0-d tensor",
        N_("A tensor without axes is one number and has no length; `.numel()` counts the elements of any tensor."),
    ),
    Phrase(
        "'torch.Size' object is not callable",
        N_("`.shape` is no function: `x.shape[0]`, with brackets. `x.size()` is one."),
    ),
    Phrase(
        "'Tensor' object is not callable",
        N_(
            "A tensor has parentheses behind it as if it were a function. An index goes into brackets, and a name "
            "that was a function may have been given a tensor."
        ),
    ),
    # NumPy
    Phrase(
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
        N_(
            "NumPy knows nothing of the graph of gradients, so the tensor must leave it first: `.detach().numpy()`. "
            "For a plot or a metric that is right; inside of a loss it would cut the gradient."
        ),
    ),
    Phrase(
        "can't convert {device:device} device type tensor to numpy.",
        N_(
            "NumPy sees the CPU's memory only: `.cpu()` first, and `.detach()` before that where gradients are "
            "recorded."
        ),
        N_("Here the tensor is on {device}."),
        goes_on=True,
    ),
    Phrase(
        "At least one stride in the given numpy array is negative",
        N_(
            "An array that was turned round, as by `[::-1]`, is read backwards in memory, which a tensor cannot do. "
            "`array.copy()` lays it out anew."
        ),
        goes_on=True,
    ),
    Phrase(
        "can't convert np.ndarray of type numpy.{name:found}.",
        N_(
            "The array holds no plain numbers, but texts, objects or None. Usually a column of a table needs "
            "cleaning, or rows have different lengths."
        ),
        N_("Here its dtype is {found}."),
        goes_on=True,
    ),
    Phrase(
        "expected np.ndarray (got {type:found})",
        N_("`from_numpy` takes a NumPy array and nothing else. `torch.tensor` takes lists and numbers."),
        N_("Here a value of type {found} came."),
    ),
    # Making tensors
    Phrase(
        "expected sequence of length {numbers:wanted} at dim {numbers:axis} (got {numbers:found})",
        N_("The rows of a tensor all have the same length."),
        N_("Here, along axis {axis}, one list has {wanted} elements and another {found}."),
    ),
    Phrase(
        "too many dimensions '{type:found}'",
        N_(
            "A tensor holds numbers. Texts have to become numbers first, such as the positions of words in a "
            "vocabulary."
        ),
        N_("Here there are elements of type {found}."),
    ),
    Phrase(
        "Could not infer dtype of {type:found}",
        N_(
            "A tensor is made of numbers, or lists of numbers. Usually a function that should return some has no "
            "`return`, or a dict or an object got in."
        ),
        N_("Here there is a value of type {found}."),
    ),
    Phrase(
        (
            "{name:function}(): argument '{name:argument}' (position {numbers:position}) must be tuple of ints, not "
            "{type:found}"
        ),
        N_(
            "A shape is a tuple of whole numbers, such as `(2, 3)`, or `(3,)` for one axis. `//` gives a whole number, "
            "`/` does not, and `.item()` takes one out of a tensor."
        ),
        N_("Here the argument `{argument}` is of type {found}."),
    ),
    Phrase(
        (
            "{name:function}(): argument '{name:argument}' (position {numbers:position}) must be Tensor, not "
            "{type:found}"
        ),
        N_(
            "Functions of torch work on tensors: `torch.tensor(...)` makes one of numbers and lists, "
            "`torch.from_numpy(...)` of an array."
        ),
        N_("Here the argument `{argument}` of `{function}` is of type {found}."),
    ),
    Phrase(
        "{name:function}() received an invalid combination of arguments",
        N_(
            "No form of this function takes these arguments together: one has the wrong type, is missing, or goes by "
            "another name (an axis is a whole number, a size is made of whole numbers)."
        ),
        N_("Here `{function}` was given ({given})."),
        goes_on=True,
        detail=r"- got \((?P<given>[^()]{0,200})\)",
    ),
    # Dtype
    Phrase(
        (
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            "Got: {dtype:found}"
        ),
        _WHOLE_NUMBERS,
        N_("Here the tensor is {found}."),
    ),
    Phrase(
        "std and var only support floating point and complex dtypes",
        _WHOLE_NUMBERS,
    ),
    Phrase(
        "Only Tensors of floating point and complex dtype can require gradients",
        _FLOATING_GRADIENTS,
    ),
    Phrase(
        "only Tensors of floating point dtype can require gradients",
        _FLOATING_GRADIENTS,
    ),
    Phrase(
        "result type {dtype:result} can't be cast to the desired output type Bool",
        N_(
            "The result is made of numbers and is to be written into a tensor of True and False, as `mask += 1` or "
            "`mask.add_(1)` do. Make numbers of that tensor first, with `.int()` or `.float()`, or write True and "
            "False into it."
        ),
        N_("Here the result is {result} and the tensor that it goes into torch.bool."),
    ),
    Phrase(
        "result type {dtype:result} can't be cast to the desired output type {dtype:own}",
        N_(
            "The result has a fraction and is to be written into a tensor that holds none, as `x /= 2` or "
            "`x.add_(0.5)` do with whole numbers, or a loss with whole numbers as its target. Make that tensor "
            "`.float()` first."
        ),
        N_("Here the result is {result} and the tensor that it goes into {own}."),
    ),
    Phrase(
        "Found dtype {dtype:found} but expected {dtype:wanted}",
        N_(
            "The two sides of a loss must have the same dtype, and so must what flows back. Usually the target is "
            "whole numbers or `float64`: `.float()`."
        ),
        N_("Here {found} came and {wanted} was expected."),
    ),
    Phrase(
        "\"{name:kernel}\" not implemented for '{dtype:found}'",
        N_(
            "This operation does not exist for numbers of this dtype. Usually the data are whole numbers or True and "
            "False and need `.float()`; for `&` and `|` it is the other way round, and a comparison is missing."
        ),
        N_("Here the dtype is {found}."),
    ),
    Phrase(
        "{dtype:left} did not match {dtype:right}",
        N_("The two tensors that are compared must have the same dtype: convert one with `.to(other.dtype)`."),
        N_("Here the first one is {left} and the second one {right}."),
    ),
    Phrase(
        "Subtraction, the `-` operator, with two bool tensors is not supported.",
        N_("True and False cannot be subtracted. `^` says where two masks differ; `.int()` makes 1 and 0 of them."),
        goes_on=True,
    ),
    Phrase(
        "Negation, the `-` operator, on a bool tensor is not supported.",
        N_("A mask is turned round with `~`, not with `-`."),
        goes_on=True,
    ),
    Phrase(
        "Integers to negative integer powers are not allowed.",
        N_("2 to the power of -1 has a fraction, which whole numbers cannot hold: write `2.`, or use `.float()`."),
    ),
    # Others
    Phrase(
        (
            "einsum(): subscript {name:letter} has size {numbers:found} for operand {numbers:number} which does not "
            "broadcast with previously seen size {numbers:other}"
        ),
        N_("A letter of `einsum` stands for one size, wherever it occurs."),
        N_("Here {letter} is {found} in operand {number} (from 0) and {other} before."),
    ),
    Phrase(
        (
            "einsum(): the number of subscripts in the equation ({numbers:letters}) does not match the number of "
            "dimensions ({numbers:axes}) for operand {numbers:number} and no ellipsis was given"
        ),
        N_("In `einsum` each axis of an operand has a letter."),
        N_("Here operand {number} (from 0) has {axes} axes and {letters} letters."),
    ),
    Phrase(
        (
            "{name:function}: A must be batches of square matrices, but they are {numbers:rows} by {numbers:columns} "
            "matrices"
        ),
        N_("Only a matrix with as many rows as columns has an inverse or a determinant."),
        N_("Here there are {rows} rows and {columns} columns."),
    ),
    Phrase(
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
        N_("More are to be drawn than there are. `replacement=True` lets one be drawn several times."),
    ),
    Phrase(
        "probability tensor contains either `inf`, `nan` or element < 0",
        N_(
            "Probabilities are numbers from 0 up. Usually raw scores were given, which `softmax` makes probabilities "
            "of, or training has ended in nan."
        ),
    ),
)
