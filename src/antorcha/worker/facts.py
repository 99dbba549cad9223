"""What comes back from a call, as plain data on the trusted side: evidence, never a student's object.

A *tree* is Python's own containers (list, tuple, dict, set), `None`, `bool`, `int`, `float`, `complex`, `str`,
`bytes`, `torch.dtype`, `torch.Size`, `torch.layout`, `numpy.dtype` and the leaves below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

Tree = Any


@dataclass(frozen=True, eq=False)
class TensorFact:
    """A tensor as it was. `data` is a plain CPU tensor of the same dtype, shape and strides, in our memory.

    `memory` numbers the memory that it lived in, within one message: two leaves with the same number overlapped
    (-1: it has no memory, being empty).
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
    """Something that does not travel; only the name of its type does."""

    type_name: str


@dataclass(frozen=True)
class Frame:
    """One line of the student's own code in a traceback."""

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


@dataclass(frozen=True, eq=False)
class Observation:
    """All that one call showed. Exactly one of `error`, `fault` or a `value` counts, in this order.

    `fault` names a `antorcha.results.Verdict` that is not the code's answer (missing, a limit, a crash).
    `gradients` holds, for each tensor argument that requires a gradient, the gradient of the answer with respect to
    it (`None`: not connected), or is `None` where no gradient was asked for or none exists.
    """

    value: Tree = None
    error: ErrorFact | None = None
    fault: str | None = None
    fault_details: dict[str, Any] = field(default_factory=dict)
    arguments: Tree = None
    touched: tuple[int, ...] = ()
    gradients: tuple[TensorFact | None, ...] | None = None
    world: tuple[str, ...] = ()
    operations: dict[str, int] | None = None
    output: str = ""
    seconds: float = 0.0
    size: int = 0  # bytes of the message that it came in


# What `describe` makes records of; no class of a student's goes by these names by accident.
STREAM = "iterator"
MODULE = "torch.nn.Module"
OPTIMIZER = "torch.optim.Optimizer"
LOADER = "torch.utils.data.DataLoader"
DATASET = "torch.utils.data.Dataset"
FIGURE = "matplotlib.figure.Figure"
AXES = "matplotlib.axes.Axes"
LINE = "matplotlib.lines.Line2D"
POINTS = "matplotlib.collections.PathCollection"
DRAWN = frozenset((FIGURE, AXES, LINE, POINTS))
KINDS = DRAWN | {STREAM, MODULE, OPTIMIZER, LOADER, DATASET}
