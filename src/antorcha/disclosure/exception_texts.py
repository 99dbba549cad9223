"""The part of an exception's text that cannot carry a hidden input: fixed phrases of Python and torch.

In a phrase, `{name}` stands for an identifier, `{type}` for a type and `{numbers}` for numbers and shapes. Numbers are
always masked, and so is a name that the student could not know: code that is being graded sees hidden inputs and
chooses what it raises.
"""

from __future__ import annotations

import re
from functools import cache

from antorcha.compare.show import public_type
from antorcha.disclosure.known_words import KnownWords
from antorcha.worker.wire.format import TORCH_DTYPES

MASK = "…"
# A submission chooses how long an exception's text is, and each of the patterns below may be tried on it.
_SEARCHED_CHARACTERS = 1_000
_LONGEST_LITERAL = 200  # characters of a text that the student wrote behind `raise`

_OF_PYTHON = (
    "name '{name}' is not defined",
    "cannot access local variable '{name}' where it is not associated with a value",
    "cannot access free variable '{name}' where it is not associated with a value in enclosing scope",
    "local variable '{name}' referenced before assignment",
    "No module named '{name}'",
    "cannot import name '{name}' from '{name}'",
    "module '{name}' has no attribute '{name}'",
    "type object '{type}' has no attribute '{name}'",
    "'{type}' object has no attribute '{name}'",
    "'{type}' object is not callable",
    "'{type}' object is not iterable",
    "'{type}' object is not subscriptable",
    "'{type}' object is not an iterator",
    "'{type}' object does not support item assignment",
    "'{type}' object cannot be interpreted as an integer",
    "cannot unpack non-iterable {type} object",
    "not enough values to unpack (expected {numbers}, got {numbers})",
    "too many values to unpack (expected {numbers})",
    "too many values to unpack (expected {numbers}, got {numbers})",
    "unsupported operand type(s) for {operator}: '{type}' and '{type}'",
    "'{operator}' not supported between instances of '{type}' and '{type}'",
    "bad operand type for unary {operator}: '{type}'",
    'can only concatenate {type} (not "{type}") to {type}',
    "must be real number, not {type}",
    "object of type '{type}' has no len()",
    "{name}() takes {numbers} positional argument but {numbers} were given",
    "{name}() takes {numbers} positional arguments but {numbers} was given",
    "{name}() takes {numbers} positional arguments but {numbers} were given",
    "{name}() takes no arguments",
    "{name}() missing {numbers} required positional argument: '{name}'",
    "{name}() missing {numbers} required positional arguments: '{name}' and '{name}'",
    "{name}() missing {numbers} required keyword-only argument: '{name}'",
    "{name}() got an unexpected keyword argument '{name}'",
    "{name}() got multiple values for argument '{name}'",
    "list index out of range",
    "tuple index out of range",
    "string index out of range",
    "list assignment index out of range",
    "list indices must be integers or slices, not {type}",
    "tuple indices must be integers or slices, not {type}",
    "string indices must be integers, not '{type}'",
    "unhashable type: '{type}'",
    "pop from empty list",
    "pop from an empty deque",
    "division by zero",
    "float division by zero",
    "integer division or modulo by zero",
    "integer modulo by zero",
    "math domain error",
    "maximum recursion depth exceeded",
    "maximum recursion depth exceeded in comparison",
    "max() arg is an empty sequence",
    "min() arg is an empty sequence",
    "max() iterable argument is empty",
    "min() iterable argument is empty",
    "dictionary changed size during iteration",
    "list.remove(x): x not in list",
    "'{name}'",  # of a KeyError
    "{name}() takes exactly one argument ({numbers} given)",
    "{name}() takes exactly {numbers} arguments ({numbers} given)",
    "{name}() takes at most {numbers} arguments ({numbers} given)",
    "{name}() takes at least {numbers} arguments ({numbers} given)",
    "{name} expected {numbers} arguments, got {numbers}",
    "{name} expected {numbers} argument, got {numbers}",
    "{name} expected at least {numbers} argument, got {numbers}",
    "isinstance() arg 2 must be a type, a tuple of types, or a union",
    "{name} expected at most {numbers} arguments, got {numbers}",
    "bad operand type for abs(): '{type}'",
    "type {type} doesn't define __round__ method",
    "slice indices must be integers or None or have an __index__ method",
    "zip() argument {numbers} is longer than argument {numbers}",
    "zip() argument {numbers} is shorter than argument {numbers}",
    "{numbers} is not in list",
)
_OF_TORCH = (
    "mat1 and mat2 shapes cannot be multiplied ({numbers} and {numbers})",
    "mat1 and mat2 must have the same dtype, but got {dtype} and {dtype}",
    "The size of tensor a ({numbers}) must match the size of tensor b ({numbers}) at non-singleton dimension {numbers}",
    "shape '{numbers}' is invalid for input of size {numbers}",
    "size mismatch, got input ({numbers}), mat ({numbers}), vec ({numbers})",
    (
        "inconsistent tensor size, expected tensor {numbers} and src {numbers} to have the same number of elements, "
        "but got {numbers} and {numbers} elements respectively"
    ),
    "Expected size for first two dimensions of batch2 tensor to be: {numbers} but got: {numbers}.",
    "batch1 and batch2 must have same number of batches, got {numbers} and {numbers}",
    (
        "Sizes of tensors must match except in dimension {numbers}. Expected size {numbers} but got size {numbers} for "
        "tensor number {numbers} in the list."
    ),
    (
        "Sizes of tensors must match except in dimension {numbers}. Expected {numbers} in dimension {numbers} but got "
        "{numbers} for tensor number {numbers} in the list"
    ),
    "stack expects each tensor to be equal size, but got {numbers} at entry {numbers} and {numbers} at entry {numbers}",
    "stack expects a non-empty TensorList",
    "torch.cat(): expected a non-empty list of Tensors",
    "Tensors must have same number of dimensions: got {numbers} and {numbers}",
    "Dimension out of range (expected to be in range of {numbers}, but got {numbers})",
    "index {numbers} is out of bounds for dimension {numbers} with size {numbers}",
    "index out of range in self",
    "too many indices for tensor of dimension {numbers}",
    "tensors used as indices must be long, int, byte or bool tensors",
    (
        "The shape of the mask {numbers} at index {numbers} does not match the shape of the indexed tensor {numbers} "
        "at index {numbers}"
    ),
    "shape mismatch: indexing tensors could not be broadcast together with shapes {numbers}",
    "shape mismatch: value tensor of shape {numbers} cannot be broadcast to indexing result of shape {numbers}",
    (
        "The expanded size of the tensor ({numbers}) must match the existing size ({numbers}) at non-singleton "
        "dimension {numbers}. Target sizes: {numbers}. Tensor sizes: {numbers}"
    ),
    "output with shape {numbers} doesn't match the broadcast shape {numbers}",
    "a Tensor with {numbers} elements cannot be converted to Scalar",
    "only one element tensors can be converted to Python scalars",
    "only integer tensors of a single element can be converted to an index",
    "Boolean value of Tensor with more than one value is ambiguous",
    "Boolean value of Tensor with no values is ambiguous",
    "element {numbers} of tensors does not require grad and does not have a grad_fn",
    "grad can be implicitly created only for scalar outputs",
    "a leaf Variable that requires grad is being used in an in-place operation.",
    "a view of a leaf Variable that requires grad is being used in an in-place operation.",
    "Only Tensors of floating point and complex dtype can require gradients",
    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    "can't convert cuda:{numbers} device type tensor to numpy.",
    "result type {dtype} can't be cast to the desired output type {dtype}",
    "expected scalar type {dtype} but found {dtype}",
    "expected m1 and m2 to have the same dtype, but got: {dtype} != {dtype}",
    "Found dtype {dtype} but expected {dtype}",
    "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {dtype}",
    "Input type ({dtype}) and bias type ({dtype}) should be the same",
    (
        "Given groups={numbers}, weight of size {numbers}, expected input{numbers} to have {numbers} channels, but got "
        "{numbers} channels instead"
    ),
    "Target {numbers} is out of bounds.",
    "Expected input batch_size ({numbers}) to match target batch_size ({numbers}).",
    "one_hot is only applicable to index tensor of type LongTensor.",
    "Class values must be smaller than num_classes.",
    "\"{name}\" not implemented for '{dtype}'",
    (
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
        "contiguous subspaces). Use .reshape(...) instead."
    ),
    "both arguments to matmul need to be at least 1D, but they are {numbers}D and {numbers}D",
    "both arguments to linear need to be at least 1D, but they are {numbers}D and {numbers}D",
    "1D tensors expected, but got {numbers}D and {numbers}D tensors",
    "vector and matrix expected, got {numbers}D, {numbers}D",
    "self must be a matrix",
    "t() expects a tensor with <= 2 dimensions, but self is {numbers}D",
    "{name}() received an invalid combination of arguments",
    '{name}() missing {numbers} required positional arguments: "{name}"',
    '{name}() missing {numbers} required positional arguments: "{name}", "{name}"',
    "{name}(): argument '{name}' (position {numbers}) must be tuple of ints, not {type}",
    "{name}(): argument '{name}' (position {numbers}) must be tuple of Tensors, not {type}",
    "{name}(): argument '{name}' (position {numbers}) must be {type}, not {type}",
    "{name}(): argument '{name}' must be tuple of ints, not {type}",
    "{name}(): argument '{name}' must be {type}, not {type}",
    (
        "{name}(): argument '{name}' (position {numbers}) must be tuple of ints, but found element of type {type} at "
        "pos {numbers}"
    ),
    "expected Tensor as element {numbers} in argument {numbers}, but got {type}",
    "expected np.ndarray (got {type})",
    "expected sequence of length {numbers} at dim {numbers} (got {numbers})",
    "too many dimensions '{type}'",
    "Could not infer dtype of {type}",
    "upper bound and lower bound inconsistent with step sign",
    "upper bound and larger bound inconsistent with step sign",
    "random_ expects 'from' to be less than 'to', but got from={numbers} >= to={numbers}",
    "Trying to create tensor with negative dimension {numbers}: {numbers}",
    "iteration over a 0-d tensor",
    "len() of a 0-d tensor",
    ("only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got {type})"),
    "permute(): duplicate dims are not allowed.",
    (
        "cannot reshape tensor of {numbers} elements into shape {numbers} because the unspecified dimension size -1 "
        "can be any value and is ambiguous"
    ),
    "start ({numbers}) + length ({numbers}) exceeds dimension size ({numbers}).",
    "split_with_sizes expects split_sizes to sum exactly to {numbers}",
    "selected index k out of range",
    "only Tensors of floating point dtype can require gradients",
    "Integers to negative integer powers are not allowed.",
    "Index tensor must have the same number of dimensions as input tensor",
    "masked_fill_ only supports boolean masks, but got mask with dtype {dtype}",
    "mat2 must be a matrix",
    "vector + matrix @ vector expected, got {numbers}",
    "{name}: Expected 1-D argument {name}, but got {numbers}-D",
    "einsum(): fewer operands were provided than specified in the equation",
    "einsum(): more operands were provided than specified in the equation",
    (
        "einsum(): subscript {name} has size {numbers} for operand {numbers} which does not broadcast with previously "
        "seen size {numbers}"
    ),
    "{name}: Expected input to be {numbers}D or {numbers}D, got {numbers}D instead",
    "expected target dtype to be Long or Byte, but got {dtype}",
    "Expected floating point type for target with class probabilities, got {dtype}",
    "optimizer got an empty parameter list",
    "optimizer can only optimize Tensors, but one of the params is {type}",
    "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    "received an empty list of sequences",
    "bincount only supports 1-d non-negative integral inputs.",
    "std and var only support floating point and complex dtypes",
    "{type} is not a Module subclass",
    'Module [{type}] is missing the required "forward" function',
    # NumPy
    "operands could not be broadcast together with shapes {numbers} {numbers}",
    "cannot reshape array of size {numbers} into shape {numbers}",
    "need at least one array to concatenate",
)
# Longer texts of torch of which only the beginning is fixed.
_BEGINNINGS = (
    "Trying to backward through the graph a second time",
    "one of the variables needed for gradient computation has been modified by an inplace operation",
    "Error(s) in loading state_dict",
    "Expected all tensors to be on the same device",
    "[Errno 2] No such file or directory",
    "invalid literal for int()",
    "could not convert string to float",
    "invalid index of a 0-dim tensor.",
    "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True.",
    (
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
        "ordering of dimensions"
    ),
    "params argument given to the optimizer should be an iterable of Tensors or dicts",
    "Subtraction, the `-` operator, with two bool tensors is not supported.",
    "Negation, the `-` operator, on a bool tensor is not supported.",
)

# What a placeholder may stand for. These only recognise a phrase: `_told` decides what of it is shown.
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_SHAPE = rf"(?:torch\.Size\()?[\[(]?{_NUMBER}(?:\s*[,x]\s*{_NUMBER})*,?[\])]?\)?|\[\]"
_SLOTS = {
    "name": r"[^\W\d]\w*(?:\.[^\W\d]\w*|\.<locals>)*",
    "type": r"[^\W\d][\w.]*",
    "numbers": rf"(?:from )?(?:{_SHAPE})(?:,? (?:to |and )?(?:{_SHAPE}))*",
    "operator": r"[-+*/%@&|^<>=~!]{1,3}(?: or pow\(\))?",
    "dtype": r"[A-Za-z0-9_.:]{1,30}(?: int)?",
}
# The names of dtypes in torch's texts; any other word in their place may have been chosen by the submission's code.
_SCALAR_TYPES = frozenset(
    (
        *("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"),
        *("ComplexFloat", "ComplexDouble", "float", "double", "long", "long int", "int", "bool"),
        *("c10::Half", "c10::BFloat16"),
        *TORCH_DTYPES,
    )
)


def safe_text(message: str, line: str, known: KnownWords) -> str | None:
    """Return what of an exception's message may be told, masked; `None` where its words are not of a fixed phrase.

    `line`: the student's line that raised it. A text that stands in that very line, as it is, tells no more than the
    line's number does.
    """
    first = message.strip().split("\n", 1)[0][:_SEARCHED_CHARACTERS].strip()
    for beginning in _BEGINNINGS:
        if first.startswith(beginning):
            return beginning
    plain = re.sub(r"\s+", " ", first)
    for phrase, pattern in _patterns():
        match = pattern.match(plain)
        if match is not None and (match.end() == len(plain) or _may_go_on(phrase, plain[match.end() :])):
            text = _masked(phrase, match, known)
            return text if any(map(str.isalpha, text)) else None
    return first if _is_literal_in(first, line) else None


def _may_go_on(phrase: str, rest: str) -> bool:
    """Return whether what follows a phrase is one of Python's additions, which are left away."""
    return (rest.startswith((" (", " - got (", ". Did you mean", "; ")) and "{" in phrase) or rest == "."


def _is_literal_in(message: str, line: str) -> bool:
    if not message or len(message) > _LONGEST_LITERAL or any(letter.isdigit() for letter in message):
        return False
    # Right behind the call's bracket: `raise ValueError("two rows")`, and not the text that a condition compares with.
    return re.search(rf"raise\s+[\w.]+\(\s*(['\"]){re.escape(message)}\1\s*\)", line) is not None


def _masked(phrase: str, match: re.Match[str], known: KnownWords) -> str:
    values = iter(match.groups())
    return re.sub(r"\{(\w+)\}", lambda slot: _told(slot[1], next(values), known), phrase)


def _told(slot: str, value: str, known: KnownWords) -> str:
    if slot == "numbers":
        return MASK
    if slot == "name":
        return value if known.knows_name(value.replace(".<locals>", "")) else MASK
    if slot == "type":
        return value if public_type(value) == value or known.knows_name(value) else MASK
    if slot == "dtype":
        return value if value.removeprefix("torch.") in _SCALAR_TYPES else MASK
    return value  # an operator


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(_pattern(phrase))) for phrase in (*_OF_PYTHON, *_OF_TORCH))


def _pattern(phrase: str) -> str:
    parts = re.split(r"\{(\w+)\}", phrase)  # fixed text and names of slots in turn
    return "".join(f"({_SLOTS[part]})" if number % 2 else re.escape(part) for number, part in enumerate(parts))
