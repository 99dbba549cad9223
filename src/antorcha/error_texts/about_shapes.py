"""Errors about shapes: products, broadcasting, new shapes, joining and indexing."""

from __future__ import annotations

from antorcha.error_texts.phrase import Phrase
from antorcha.i18n import N_

_ONE_DTYPE = N_(
    "Both factors must have the same dtype: torch converts none by itself in a product. Usually the data are "
    "`float64` because they come from NumPy, or whole numbers; `.float()` on the data mends it."
)
_TWO_MATRICES = N_("`torch.mm` multiplies two matrices and nothing else. `@` also takes vectors and batches.")
_EMPTY_LIST = N_("The list of tensors is empty: the loop or the condition that fills it has put nothing in.")
_LEFT_AND_RIGHT = N_("Here the first one is {left} and the second one {right}.")

PHRASES = (
    # Products
    Phrase(
        "mat1 and mat2 shapes cannot be multiplied ({numbers:left} and {numbers:right})",
        N_(
            "A matrix product needs as many columns on the left as there are rows on the right. Usually a `.T` is "
            "missing, or the `in_features` of a layer are not the size of the last axis of its input."
        ),
        N_("Here the left matrix is {left} and the right one {right}: {left.last} columns meet {right.first} rows."),
    ),
    Phrase(
        "mat1 and mat2 must have the same dtype, but got {dtype:left} and {dtype:right}",
        _ONE_DTYPE,
        _LEFT_AND_RIGHT,
    ),
    Phrase(
        "expected m1 and m2 to have the same dtype, but got: {dtype:left} != {dtype:right}",
        _ONE_DTYPE,
        _LEFT_AND_RIGHT,
    ),
    Phrase(
        "expected scalar type {dtype:wanted} but found {dtype:found}",
        N_(
            "This operation wants all of its tensors in one dtype, or whole numbers for classes, and converts none "
            "by itself. Usually the data are `float64` because they come from NumPy (`.float()`), or class numbers "
            "are not whole ones (`.long()`)."
        ),
        N_("Here {wanted} was expected and {found} came."),
    ),
    Phrase(
        "size mismatch, got input ({numbers:rows}), mat ({numbers:matrix}), vec ({numbers:vector})",
        N_(
            "A matrix times a vector needs a vector as long as the matrix has columns. Usually the matrix needs a "
            "`.T`, or the two are in the wrong order."
        ),
        N_("Here the matrix is {matrix}, with {matrix.last} columns, and the vector has {vector} elements."),
    ),
    Phrase(
        (
            "inconsistent tensor size, expected tensor {numbers:left} and src {numbers:right} to have the same "
            "number of elements, but got {numbers:left_count} and {numbers:right_count} elements respectively"
        ),
        N_("The dot product of two vectors needs vectors of one length."),
        N_("Here the first one has {left_count} elements and the second one {right_count}."),
    ),
    Phrase(
        "1D tensors expected, but got {numbers:left}D and {numbers:right}D tensors",
        N_("`torch.dot` multiplies two vectors, which have one axis each. For matrices there is `@`."),
        N_("Here the first one has {left} axes and the second one {right}."),
    ),
    Phrase(
        ("Expected size for first two dimensions of batch2 tensor to be: {numbers:wanted} but got: {numbers:found}."),
        N_(
            "In a product of batches both have as many matrices, and in each pair the left one has as many columns "
            "as the right one has rows. Usually the last two axes of the second are swapped: `.transpose(-2, -1)`, "
            "or `.mT`."
        ),
        N_("Here the second one should begin with the sizes {wanted} and begins with {found}."),
    ),
    Phrase(
        "{name:operand} must be a 3D tensor",
        N_("This product works on batches of matrices, which have three axes. For two matrices there is `@`."),
        N_("Here `{operand}` has another number of axes."),
    ),
    Phrase(
        "mat2 must be a matrix",
        _TWO_MATRICES,
        N_("Here the second factor is no matrix."),
    ),
    Phrase(
        "self must be a matrix",
        _TWO_MATRICES,
        N_("Here the first factor is no matrix."),
    ),
    Phrase(
        "both arguments to matmul need to be at least 1D, but they are {numbers:left}D and {numbers:right}D",
        N_("`@` multiplies vectors and matrices; a tensor without axes is a number, and for that there is `*`."),
        N_("Here the left one has {left} axes and the right one {right}."),
    ),
    # Broadcasting
    Phrase(
        (
            "The size of tensor a ({numbers:a}) must match the size of tensor b ({numbers:b}) at non-singleton "
            "dimension {numbers:axis}"
        ),
        N_(
            "Two shapes are matched from the right: along each axis the sizes are equal, or one of them is 1. "
            "Usually an axis of size 1 is missing (`unsqueeze`, `keepdim=True`), or two axes are swapped."
        ),
        N_("Here the first one has {a} along axis {axis} and the second one {b}."),
    ),
    Phrase(
        "output with shape {numbers:own} doesn't match the broadcast shape {numbers:result}",
        N_(
            "An operation in place writes into its tensor, which cannot grow. Use the one without `_` (or `x = x + "
            "y` instead of `x += y`), which returns a new tensor."
        ),
        N_("Here the result has the shape {result} and the tensor {own}."),
    ),
    Phrase(
        (
            "The expanded size of the tensor ({numbers:wanted_size}) must match the existing size ({numbers:size}) "
            "at non-singleton dimension {numbers:axis}. Target sizes: {numbers:wanted}. Tensor sizes: {numbers:own}"
        ),
        N_(
            "Only an axis of size 1 can be stretched. Usually the value that is assigned has another shape than the "
            "place that it goes to, or an `unsqueeze` is missing."
        ),
        N_(
            "Here a tensor of shape {own} is to become {wanted}, and along axis {axis} it has the size {size}, not "
            "{wanted_size}."
        ),
    ),
    Phrase(
        (
            "shape mismatch: value tensor of shape {numbers:value} cannot be broadcast to indexing result of shape "
            "{numbers:place}"
        ),
        N_(
            "What is assigned must have the shape of the place that the index chooses, or one that can be stretched "
            "to it."
        ),
        N_("Here the value has the shape {value} and the place {place}."),
    ),
    Phrase(
        "shape mismatch: indexing tensors could not be broadcast together with shapes {numbers:shapes}",
        N_(
            "Several index tensors are paired, element by element. To choose whole rows and columns, index twice: "
            "`x[rows][:, columns]`."
        ),
        N_("Here the index tensors have the shapes {shapes}."),
    ),
    # Shapes
    Phrase(
        "shape '{numbers:wanted}' is invalid for input of size {numbers:count}",
        N_(
            "A new shape must hold exactly as many elements as there are: its sizes, multiplied, give that number. "
            "With a `-1` the other sizes must divide it."
        ),
        N_("Here there are {count} elements and the shape asked for is {wanted}."),
    ),
    Phrase(
        "only one dimension can be inferred",
        N_(
            "In a new shape `-1` stands for the one size that torch is to work out; with two of them there is more "
            "than one answer."
        ),
    ),
    Phrase(
        (
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across "
            "two contiguous subspaces). Use .reshape(...) instead."
        ),
        N_(
            "`view` never copies, and after `.T`, `transpose` or `permute` the elements no longer lie in memory in "
            "the order of the new shape. `reshape` copies where it must."
        ),
    ),
    Phrase(
        (
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            "ordering of dimensions"
        ),
        N_("`permute` wants every axis named exactly once, in the new order."),
        N_("Here the tensor has {axes} axes and {named} are named."),
        goes_on=True,
        detail=r"input\.dim\(\) = (?P<axes>\d+) is not equal to len\(dims\) = (?P<named>\d+)",
    ),
    Phrase(
        "t() expects a tensor with <= 2 dimensions, but self is {numbers:axes}D",
        N_("`t()` is for matrices. With more axes say which two change places: `transpose(-2, -1)`."),
        N_("Here the tensor has {axes} axes."),
    ),
    Phrase(
        "Dimension out of range (expected to be in range of {numbers:range}, but got {numbers:axis})",
        N_(
            "Axes are counted from 0, or backwards from -1. Usually the tensor has fewer axes than one thinks: print "
            "its `.shape` just before this line."
        ),
        N_("Here axis {axis} is asked for and there are those from {range.first} to {range.last}."),
    ),
    # Joining
    Phrase(
        (
            "Sizes of tensors must match except in dimension {numbers:axis}. Expected size {numbers:wanted} but got "
            "size {numbers:found} for tensor number {numbers:number} in the list."
        ),
        N_(
            "`cat` glues along one axis, and along all the others the sizes must be equal. Usually `dim=` names the "
            "wrong axis."
        ),
        N_(
            "Here they are glued along axis {axis}; along another one tensor {number} of the list (from 0) has "
            "{found}, and not {wanted}."
        ),
    ),
    Phrase(
        "Tensors must have same number of dimensions: got {numbers:left} and {numbers:right}",
        N_(
            "`cat` glues along an axis that all have already. For a new axis there is `stack`, and `unsqueeze` gives "
            "a tensor one more."
        ),
        N_("Here a tensor with {left} axes meets one with {right}."),
    ),
    Phrase(
        "torch.cat(): expected a non-empty list of Tensors",
        _EMPTY_LIST,
    ),
    Phrase(
        "stack expects a non-empty TensorList",
        _EMPTY_LIST,
    ),
    Phrase(
        (
            "stack expects each tensor to be equal size, but got {numbers:first} at entry {numbers:first_number} and "
            "{numbers:other} at entry {numbers:other_number}"
        ),
        N_(
            "`stack` puts tensors of one and the same shape side by side along a new axis. In a `DataLoader` it "
            "means that the samples of a batch differ in size: pad or cut them first."
        ),
        N_("Here tensor {first_number} (from 0) has the shape {first} and tensor {other_number} {other}."),
    ),
    Phrase(
        "zero-dimensional tensor (at position {numbers:number}) cannot be concatenated",
        N_("A tensor without axes has none to be glued along. `torch.stack` makes a vector of numbers."),
    ),
    Phrase(
        (
            "{name:function}(): argument '{name:argument}' (position {numbers:position}) must be tuple of Tensors, "
            "not {type:found}"
        ),
        N_("The tensors go into one list or tuple: `torch.cat([a, b])`, not `torch.cat(a, b)`."),
        N_("Here the argument `{argument}` is of type {found}."),
    ),
    # Indexing
    Phrase(
        "index {numbers:index} is out of bounds for dimension {numbers:axis} with size {numbers:size}",
        N_(
            "Indices are counted from 0: the last one is the size less one, or `-1`. Usually a loop goes a step too "
            "far, or the index belongs to another axis."
        ),
        N_("Here index {index} is asked for along axis {axis}, which has the size {size}."),
    ),
    Phrase(
        "index out of range in self",
        N_(
            "An index is not below the size of what it points into. With an `Embedding` it is a word's number that "
            "is not below `num_embeddings`: compare it with `indices.max()`."
        ),
    ),
    Phrase(
        "too many indices for tensor of dimension {numbers:axes}",
        N_(
            "There are more indices between the brackets than the tensor has axes. Usually it has lost one before, "
            "through an index or a sum: print its `.shape`."
        ),
        N_("Here the tensor has {axes} axes."),
    ),
    Phrase(
        "tensors used as indices must be long, int, byte or bool tensors",
        N_(
            "A tensor of floating point numbers is no index. Use `.long()` for positions; for a mask, a comparison "
            "such as `x > 0`."
        ),
    ),
    Phrase(
        (
            "The shape of the mask {numbers:mask} at index {numbers:mask_axis} does not match the shape of the "
            "indexed tensor {numbers:own} at index {numbers:axis}"
        ),
        N_("A mask says yes or no to each element, so it has the tensor's shape, or that of its first axes."),
        N_("Here the mask has the shape {mask} and the tensor {own}."),
    ),
    Phrase(
        (
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got "
            "{type:found})"
        ),
        N_("Positions are whole numbers: `//` divides into one, `/` does not."),
        N_("Here the index is of type {found}."),
    ),
    Phrase(
        "invalid index of a 0-dim tensor.",
        N_(
            "A tensor without axes is one number and has nothing to choose from; `.item()` makes it a number of "
            "Python's."
        ),
        goes_on=True,
    ),
    Phrase(
        "step must be greater than zero",
        N_(
            "A slice of a tensor cannot run backwards, as one of a list can. `torch.flip(x, dims=(0,))` turns an "
            "axis round."
        ),
    ),
    Phrase(
        "Index tensor must have the same number of dimensions as input tensor",
        N_(
            "`gather` and `scatter` want an index with as many axes as the tensor. `index.unsqueeze(1)` makes a "
            "column of a vector."
        ),
    ),
    Phrase(
        "masked_fill_ only supports boolean masks, but got mask with dtype {dtype:found}",
        N_("A mask holds True and False: it is made by a comparison, such as `x > 0`, or by `.bool()`."),
        N_("Here the mask is {found}."),
    ),
    Phrase(
        "where expected condition to be a boolean tensor, but got a tensor with dtype {dtype:found}",
        N_("The first argument of `torch.where` holds True and False, as a comparison gives them."),
        N_("Here it is {found}."),
    ),
    Phrase(
        "narrow(): length must be non-negative",
        N_(
            "`narrow` takes a start and a length, and here the length is below 0. Usually it is worked out from the "
            "size of an axis, and that is smaller than one thinks: print the tensor's `.shape` just before this line."
        ),
    ),
    Phrase(
        "{name:function}(): Expected reduction dim to be specified for input.numel() == 0",
        N_(
            "An empty tensor has no largest or smallest element. Ask `x.numel() > 0` first, or find a way that needs "
            "no such element."
        ),
        goes_on=True,
    ),
    Phrase(
        "selected index k out of range",
        N_("`topk` cannot find more elements than there are along the axis."),
    ),
    Phrase(
        "split_with_sizes expects split_sizes to sum exactly to {numbers:size}",
        N_("The sizes of the parts must add up to the size of the axis that is split."),
        N_("Here the axis has the size {size}."),
        goes_on=True,
    ),
)
