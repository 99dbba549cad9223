"""Kinds of inputs for `agree.forall`: tensors, arrays and numbers of many shapes, edge cases first.

    from antorcha.strategies.inputs import tensors
    agree.forall("center_columns", tensors(shape=((1, 5), (1, 5))))

A *size* in a shape is a number, a range `(low, high)` with both ends, or a name that stands for the same size
wherever one call uses it: `"n"` (0 to 5) or `("n", low, high)`. `shape=None` is any shape of up to three dimensions.

Hypothesis draws from these and shrinks what fails; this module works without it, since students do not install it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from antorcha.strategies.choices import Choices

Size = int | str | tuple[int, int] | tuple[str, int, int]
Elements = tuple[float, float] | list[Any] | None
Dtypes = torch.dtype | Sequence[torch.dtype]

_MAX_DIMS = 3  # of shapes, and below of their sides, where a test says nothing of them
_MAX_SIDE = 5
_PARTS = 8  # floats are multiples of 1/8: exact in every dtype, short to read, never almost equal
_FILL = 99  # what lies in memory between the elements of a view, so that reading it is seen
_OFFSET = 101  # elements before a view that starts late in its memory


class Strategy:
    """A kind of input, which builds a value out of the choices that it is given."""

    def build(self, choices: Choices) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class _Shapes(Strategy):
    """A shape of any number of dimensions in a range."""

    dims: tuple[int, int]
    sides: tuple[int, int]

    def build(self, choices: Choices) -> tuple[int, ...]:
        count = choices.rank(*self.dims)
        return tuple(choices.side(*self.sides, number, count) for number in range(count))


@dataclass(frozen=True)
class _FixedRank(Strategy):
    """A shape whose number of dimensions is given."""

    sizes: tuple[Size, ...]

    def build(self, choices: Choices) -> tuple[int, ...]:
        return tuple(_side(size, number, len(self.sizes), choices) for number, size in enumerate(self.sizes))


@dataclass(frozen=True)
class _Numbers(Strategy):
    """One number out of a range or a list."""

    kind: type
    elements: tuple[float, float] | list[Any]

    def build(self, choices: Choices) -> Any:
        return _number(choices, self.elements, self.kind)


@dataclass(frozen=True)
class _Sampled(Strategy):
    """One of a few given values."""

    options: tuple[Any, ...]

    def build(self, choices: Choices) -> Any:
        return choices.pick(self.options)


@dataclass(frozen=True)
class _Filled(Strategy):
    """A tensor or an array: shape, dtype, layout and elements, chosen in this order."""

    shape: Strategy
    dtypes: tuple[Any, ...]
    elements: Elements
    layouts: tuple[str, ...]

    def parts(self, choices: Choices) -> tuple[tuple[int, ...], Any, str, list[Any]]:
        """Return a shape, a dtype, the name of a layout, and one element for each place, the last axis fastest."""
        shape = tuple(self.shape.build(choices))
        dtype = choices.pick(self.dtypes)
        layout = choices.layout([name for name in self.layouts if _possible(name, shape)] or ["contiguous"])
        kind, default = _kind_of(dtype)
        numel = int(np.prod(shape))
        return shape, dtype, layout, [_number(choices, self.elements or default, kind) for _ in range(numel)]


@dataclass(frozen=True)
class _Tensors(_Filled):
    requires_grad: bool = False
    device: torch.device | str = "cpu"

    def build(self, choices: Choices) -> torch.Tensor:
        shape, dtype, layout, values = self.parts(choices)
        dense = torch.tensor(values, dtype=dtype, device=self.device).reshape(shape)
        lying: torch.Tensor = _TENSOR_LAYOUTS[layout](dense)
        return lying.requires_grad_(self.requires_grad)


@dataclass(frozen=True)
class _Arrays(_Filled):
    def build(self, choices: Choices) -> np.ndarray[Any, Any]:
        shape, dtype, layout, values = self.parts(choices)
        lying: np.ndarray[Any, Any] = _ARRAY_LAYOUTS[layout](np.array(values, dtype=dtype).reshape(shape))
        return lying


def tensors(
    shape: Strategy | Sequence[Size] | None = None,
    dtype: Dtypes = torch.float32,
    elements: Elements = None,
    requires_grad: bool = False,
    layouts: Sequence[str] | None = None,
    device: torch.device | str = "cpu",
) -> Strategy:
    """Return a strategy for tensors.

    `shape`: as the module's docstring says, or `shapes(...)`. `dtype`: one or a list of them. `elements`: a range
    `(low, high)` or a list; else -10 to 10 (0 to 20 for unsigned integers). `layouts`: some of contiguous, transposed,
    strided, offset, expanded; else all. Floats are multiples of 1/8. Raises: `ValueError` for what is none of these.
    """
    dtypes = (dtype,) if isinstance(dtype, torch.dtype) else tuple(dtype)
    _check_elements(elements)
    return _Tensors(_shape(shape), dtypes, elements, _layouts(layouts, _TENSOR_LAYOUTS), requires_grad, device)


def arrays(
    shape: Strategy | Sequence[Size] | None = None,
    dtype: Any = np.float64,
    elements: Elements = None,
    layouts: Sequence[str] | None = None,
) -> Strategy:
    """Return a strategy for NumPy arrays, with the arguments of `tensors`.

    `layouts`: some of contiguous, transposed, strided, offset, reversed; else all. Raises: `ValueError`.
    """
    dtypes = tuple(np.dtype(kind) for kind in (dtype if isinstance(dtype, list | tuple) else [dtype]))
    _check_elements(elements)
    return _Arrays(_shape(shape), dtypes, elements, _layouts(layouts, _ARRAY_LAYOUTS))


def shapes(min_dims: int = 0, max_dims: int = _MAX_DIMS, min_side: int = 0, max_side: int = _MAX_SIDE) -> Strategy:
    """Return a strategy for tuples of sizes: a shape for `tensors`, or an argument of its own. Raises: `ValueError`."""
    if not (0 <= min_dims <= max_dims and 0 <= min_side <= max_side):
        raise ValueError(f"shapes: {min_dims} to {max_dims} dimensions of {min_side} to {max_side} is no range")
    return _Shapes((min_dims, max_dims), (min_side, max_side))


def integers(low: int = -10, high: int = 10) -> Strategy:
    """Return a strategy for Python integers from `low` to `high`, both included. Raises: `ValueError`."""
    return _Numbers(int, _range(low, high))


def floats(low: float = -10.0, high: float = 10.0) -> Strategy:
    """Return a strategy for Python floats from `low` to `high`, multiples of 1/8. Raises: `ValueError`."""
    return _Numbers(float, _range(low, high))


def booleans() -> Strategy:
    """Return a strategy for `True` and `False`."""
    return _Sampled((False, True))


def sampled(*options: Any) -> Strategy:
    """Return a strategy for one of `options`; put the simplest first. Raises: `ValueError`."""
    if not options:
        raise ValueError("sampled() needs something to choose from")
    return _Sampled(options)


def build(value: Any, choices: Choices) -> Any:
    """Return an argument: a strategy's value, or any other thing as it is. Lists and tuples may hold strategies."""
    if isinstance(value, Strategy):
        return value.build(choices)
    if type(value) in (list, tuple):
        return type(value)(build(item, choices) for item in value)
    if hasattr(value, "do_draw") and hasattr(value, "filter"):  # one of Hypothesis's own
        return choices.foreign(value)
    return value


# ---------------------------------------------------------------------------------------------------- what is given


def _shape(shape: Any) -> Strategy:
    if shape is None:
        return shapes()
    if isinstance(shape, Strategy):
        return shape
    sizes = tuple(shape) if isinstance(shape, tuple | list) else None
    if sizes is None or not all(_is_size(size) for size in sizes):
        raise ValueError(f"shape={shape!r}: give None, shapes(...), or a tuple of numbers, (low, high) and names")
    return _FixedRank(sizes)


def _is_size(size: Any) -> bool:
    if isinstance(size, tuple):
        named = len(size) == 3 and isinstance(size[0], str)
        ends = size[1:] if named else size
        return len(ends) == 2 and all(isinstance(end, int) for end in ends) and 0 <= ends[0] <= ends[1]
    return isinstance(size, str) or (isinstance(size, int) and size >= 0)


def _side(size: Size, number: int, count: int, choices: Choices) -> int:
    if isinstance(size, int):
        return size
    if isinstance(size, str):
        size = (size, 0, _MAX_SIDE)
    if len(size) == 2:
        return choices.side(*size, number, count)
    name, low, high = size
    if name not in choices.named:
        choices.named[name] = choices.side(low, high, number, count)
    return choices.named[name]


def _range(low: float, high: float) -> tuple[float, float]:
    _check_elements((low, high))
    return low, high


def _check_elements(elements: Any) -> None:
    if isinstance(elements, tuple) and (len(elements) != 2 or elements[0] > elements[1]):
        raise ValueError(f"elements={elements!r}: a tuple is a range (low, high); a list is what to choose from")
    if elements is not None and (not isinstance(elements, tuple | list) or not elements):
        raise ValueError(f"elements={elements!r}: give a range (low, high) or a list")


def _layouts(names: Sequence[str] | None, known: dict[str, Any]) -> tuple[str, ...]:
    unknown = [name for name in names or () if name not in known]
    if unknown or (names is not None and not names):
        raise ValueError(f"layouts={names!r}: give some of {', '.join(known)}")
    return tuple(known) if names is None else tuple(names)


# ------------------------------------------------------------------------------------------------------- elements


def _kind_of(dtype: Any) -> tuple[type, Elements]:
    """Return Python's type for an element of `dtype`, and the elements to choose from where none are given."""
    name = str(dtype).removeprefix("torch.")
    if name == "bool":
        return bool, [False, True]
    if name.startswith("complex"):
        return complex, (-10, 10)
    if name.startswith(("float", "bfloat")):
        return float, (-10, 10)
    # As many values as from -10 to 10, and none below zero.
    return int, (0, 20) if name.startswith("uint") else (-10, 10)


def _number(choices: Choices, elements: Any, kind: type) -> Any:
    if isinstance(elements, list):
        return choices.pick(elements)
    low, high = elements
    if kind is complex:
        return complex(_number(choices, elements, float), _number(choices, elements, float))
    return kind(choices.number(low, high, _PARTS if kind is float else 1))


# -------------------------------------------------------------------------------------------------------- layouts


def _possible(layout: str, shape: tuple[int, ...]) -> bool:
    """Return whether this layout, in this shape, is another than that of a plain tensor."""
    if layout in ("contiguous", "offset"):
        return True
    if not shape or 0 in shape:
        return False
    if layout == "transposed":  # a row or a column lies the same either way
        return sum(size > 1 for size in shape) > 1
    return layout != "expanded" or shape[0] > 1


def _tensor_transposed(dense: torch.Tensor) -> torch.Tensor:
    backwards = list(range(dense.ndim))[::-1]
    return dense.permute(backwards).contiguous().permute(backwards)


def _tensor_strided(dense: torch.Tensor) -> torch.Tensor:
    wide = dense.new_full((*dense.shape[:-1], 2 * dense.shape[-1]), _FILL)
    wide[..., ::2] = dense
    return wide[..., ::2]


def _tensor_offset(dense: torch.Tensor) -> torch.Tensor:
    memory = dense.new_full((_OFFSET + dense.numel(),), _FILL)
    memory[_OFFSET:] = dense.flatten()
    return memory[_OFFSET:].view(dense.shape)


def _array_strided(dense: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    wide = np.full((*dense.shape[:-1], 2 * dense.shape[-1]), _FILL).astype(dense.dtype)
    wide[..., ::2] = dense
    return wide[..., ::2]


def _array_offset(dense: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    memory = np.full(_OFFSET + dense.size, _FILL).astype(dense.dtype)
    memory[_OFFSET:] = dense.ravel()
    return memory[_OFFSET:].reshape(dense.shape)


_TENSOR_LAYOUTS: dict[str, Any] = {
    "contiguous": lambda dense: dense,
    "transposed": _tensor_transposed,
    "strided": _tensor_strided,
    "offset": _tensor_offset,
    "expanded": lambda dense: dense[:1].expand(dense.shape),
}
_ARRAY_LAYOUTS: dict[str, Any] = {
    "contiguous": lambda dense: dense,
    "transposed": lambda dense: np.asfortranarray(dense),
    "strided": _array_strided,
    "offset": _array_offset,
    "reversed": lambda dense: np.ascontiguousarray(dense[::-1])[::-1],
}
