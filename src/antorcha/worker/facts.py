"""The evidence of a call as plain data on the trusted side: nothing in it is an object of a student's.

A *tree* is Python's own containers (list, tuple, dict, set), `None`, `bool`, `int`, `float`, `complex`, `str`,
`bytes`, `torch.dtype`, `torch.Size`, `torch.layout`, `numpy.dtype` and the leaves below.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

Tree = Any


@dataclass(frozen=True, eq=False)
class TensorFact:
    """A tensor as it was in the worker. `data` is a plain CPU tensor of its dtype, shape and strides, in our memory.

    `memory` numbers the memory that it lived in, within one message: two leaves with the same number overlapped
    (-1: it has no memory, being empty). `quantised`: its dtype ("qint32") where it held numbers of a quantised dtype,
    which arrive as the floating numbers that they stand for.
    """

    data: torch.Tensor
    device: str = "cpu"
    requires_grad: bool = False
    leaf: bool = True
    grad_fn: str | None = None
    layout: str = "strided"
    type_name: str = "Tensor"
    memory: int = -1
    grad: TensorFact | None = None
    quantised: str | None = None

    @property
    def dtype_name(self) -> str:
        """Return the name that the dtype had in the worker, such as "float32" or "qint8"."""
        return self.quantised or str(self.data.dtype).removeprefix("torch.")


@dataclass(frozen=True, eq=False)
class ArrayFact:
    """A NumPy array (`scalar`: a NumPy scalar such as `numpy.float32(1)`)."""

    data: np.ndarray[Any, Any]
    scalar: bool = False
    memory: int = -1


@dataclass(frozen=True)
class DeviceFact:
    """A `torch.device`, by its text: this side need not have such a device."""

    text: str


@dataclass(frozen=True)
class RecordFact:
    """A named tuple or a dataclass: its type's name and its fields in order; or what `describe` made (`KINDS`)."""

    type_name: str
    fields: tuple[tuple[str, Tree], ...]
    is_tuple: bool


@dataclass(frozen=True)
class OpaqueFact:
    """A value that does not travel; only the name of its type does."""

    type_name: str


@dataclass(frozen=True)
class Frame:
    """One line of the student's own code in a traceback. `function`: its qualified name, such as "Model.forward"."""

    file: str
    line: int
    function: str
    text: str


@dataclass(frozen=True)
class ErrorFact:
    """An exception that the student's code let out. `bases` holds the names of its type and all its bases."""

    type_name: str
    bases: tuple[str, ...]
    message: str
    frames: tuple[Frame, ...] = ()
    innermost_is_student: bool = False


NESTED_TENSOR = "nested tensor"  # its rows have no common shape, so only its name travels

# The names of what `describe` makes records of; no class of a student's goes by these names by accident.
STREAM = "iterator"
MODULE = "torch.nn.Module"
OPTIMIZER = "torch.optim.Optimizer"
LOADER = "torch.utils.data.DataLoader"
DATASET = "torch.utils.data.Dataset"
FIGURE = "matplotlib.figure.Figure"
AXES = "matplotlib.axes.Axes"
LINE = "matplotlib.lines.Line2D"
POINTS = "matplotlib.collections.PathCollection"
DRAWN_KINDS = frozenset((FIGURE, AXES, LINE, POINTS))
KINDS = DRAWN_KINDS | {STREAM, MODULE, OPTIMIZER, LOADER, DATASET}


def is_public_error(name: str) -> bool:
    """Return whether a built-in exception has this name; others are the student's to choose."""
    return isinstance(kind := getattr(builtins, name, None), type) and issubclass(kind, BaseException)
