"""The description of live objects as plain trees, before they are encoded: a module, an optimiser or a figure as data.

A description is a `RecordFact` whose `type_name` is one of `facts.KINDS`. It is bounded: long streams are cut, and
what cannot be described becomes its type's name. Iterators and loaders are read here, so code of the student's runs,
and what it raises is the call's own exception.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch

from antorcha.worker import facts
from antorcha.worker.facts import OpaqueFact, RecordFact

MOST_ITEMS = 1000  # of a stream, a dataset, the state of a module, the parts of a figure
MOST_BATCHES = 256  # of a loader
# Half of what a message may hold. What lies beyond stays as it is, and the encoder judges it by its own bounds.
_MOST_NODES = 100_000
_MAX_DEPTH = 32
_PLAIN = (str, bytes, int, float, complex, torch.Tensor, np.ndarray, np.generic, torch.dtype, torch.device, torch.Size)


def describe(value: Any, reseed: Callable[[], None] = lambda: None) -> Any:
    """Return `value` with everything in it that has a description described; the same object where nothing has.

    `reseed` starts torch's generator afresh: the order in which a loader shuffles must not depend on how many random
    numbers were drawn before. Raises: what the student's iterators raise.
    """
    return _Describer(reseed).tree(value, 0)


class _Describer:
    """The walk through one value. Each method returns the value itself where nothing in it has a description."""

    def __init__(self, reseed: Callable[[], None]) -> None:
        self.reseed = reseed
        self.nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        """Describe a value and all that is in it."""
        self.nodes += 1
        if value is None or isinstance(value, _PLAIN) or depth > _MAX_DEPTH or self.nodes > _MOST_NODES:
            return value
        if isinstance(value, dict):
            return self.mapping(value, depth)
        if isinstance(value, list | tuple):
            return self.sequence(value, depth)
        for kind, describer in (*_KINDS, *_drawings()):
            if isinstance(value, kind):
                return self.known(value, describer, depth)
        if is_dataclass(value) and not isinstance(value, type):
            pairs = [(field.name, getattr(value, field.name, None)) for field in fields(value)]
            return self.record(value, pairs, depth, is_tuple=False)
        return value

    def known(self, value: Any, describer: Callable[[_Describer, Any, int], Any], depth: int) -> Any:
        """Describe a value of one of `_KINDS`, or name its type where that fails."""
        if describer in _RUNNING:
            return describer(self, value, depth)
        try:
            return describer(self, value, depth)
        except Exception:  # whatever it is, it is not what it looks like
            return OpaqueFact(type(value).__qualname__)

    def mapping(self, value: dict[Any, Any], depth: int) -> Any:
        """Describe the values of a dict; its keys stay."""
        # `dict.items`, and `__iter__` of list and tuple below: a subclass of the student's may have its own.
        described = {key: self.tree(item, depth + 1) for key, item in dict.items(value)}
        return described if any(described[key] is not item for key, item in dict.items(value)) else value

    def sequence(self, value: Any, depth: int) -> Any:
        """Describe the items of a list, a tuple or a named tuple."""
        names = getattr(type(value), "_fields", None)
        if isinstance(value, tuple) and isinstance(names, tuple):
            return self.record(value, list(zip(map(str, names), value, strict=False)), depth, is_tuple=True)
        kind = list if isinstance(value, list) else tuple
        described = [self.tree(item, depth + 1) for item in kind.__iter__(value)]
        same = all(new is old for new, old in zip(described, kind.__iter__(value), strict=True))
        return value if same else kind(described)

    def record(self, value: Any, pairs: list[tuple[str, Any]], depth: int, *, is_tuple: bool) -> Any:
        """Describe the fields of a named tuple or a dataclass, given as (name, value)."""
        described = tuple((name, self.tree(item, depth + 1)) for name, item in pairs)
        if all(new is old for (_, new), (_, old) in zip(described, pairs, strict=True)):
            return value
        return RecordFact(type(value).__qualname__, described, is_tuple)

    def items(self, source: Iterable[Any], most: int, depth: int) -> list[Any]:
        """Read and describe the first `most` items of what may have no end."""
        return [self.tree(item, depth + 1) for item in islice(source, most)]


# ------------------------------------------------------------------------------------------- what runs to be read


def _stream(describer: _Describer, value: Iterator[Any], depth: int) -> RecordFact:
    items = describer.items(value, MOST_ITEMS, depth)
    more = len(items) == MOST_ITEMS and next(value, _stream) is not _stream  # an object that no stream holds
    return RecordFact(facts.STREAM, (("items", items), ("more", more)), False)


def _loader(describer: _Describer, value: Any, depth: int) -> RecordFact:
    describer.reseed()
    batches = describer.items(value, MOST_BATCHES, depth)
    return RecordFact(facts.LOADER, (("batches", batches),), False)


def _dataset(describer: _Describer, value: Any, depth: int) -> RecordFact:
    if isinstance(value, torch.utils.data.IterableDataset):
        return RecordFact(facts.DATASET, (("items", describer.items(value, MOST_ITEMS, depth)),), False)
    length = len(value)
    items = describer.items((value[number] for number in range(length)), MOST_ITEMS, depth)
    return RecordFact(facts.DATASET, (("length", length), ("items", items)), False)


# ------------------------------------------------------------------------------------------ modules and optimisers


def _module(_: _Describer, value: torch.nn.Module, __: int) -> RecordFact:
    """Return parameters and buffers by name, and for each part that has any whether it is in training mode."""
    # torch's own method, not that of a class that may have overridden it.
    state = torch.nn.Module.state_dict(value, keep_vars=True)
    if len(state) > MOST_ITEMS:
        return RecordFact(facts.MODULE, (("parameters", len(state)),), False)
    tensors = {name: item for name, item in state.items() if isinstance(item, torch.Tensor)}
    parameters = {name: item for name, item in tensors.items() if isinstance(item, torch.nn.Parameter)}
    buffers = {name: item for name, item in tensors.items() if name not in parameters}
    owners = {name.rpartition(".")[0] for name in tensors}
    parts = {name: part for name, part in torch.nn.Module.named_modules(value) if name in owners}
    training = {name: bool(part.training) for name, part in parts.items() if name}
    held = (("parameters", parameters), ("buffers", buffers), ("training", bool(value.training)), ("parts", training))
    return RecordFact(facts.MODULE, held, False)


# What a group has beside the settings of its parameters.
_OF_A_GROUP = ("params", "param_names", "initial_lr")


def _optimizer(describer: _Describer, value: torch.optim.Optimizer, depth: int) -> RecordFact:
    """Return what an optimiser does: torch's own class that it is, and for each parameter settings and memory.

    Neither the name of a class of the student's own nor the groups in which the parameters come changes any of this.
    """
    updated = [(parameter, group) for group in value.param_groups for parameter in group["params"]][:MOST_ITEMS]
    updated.sort(key=lambda pair: tuple(pair[0].shape))  # groups may come in any order
    parameters = [
        {
            **{str(key): describer.tree(item, depth + 1) for key, item in group.items() if key not in _OF_A_GROUP},
            "shape": tuple(parameter.shape),
        }
        for parameter, group in updated
    ]
    state = [{str(key): item for key, item in value.state.get(parameter, {}).items()} for parameter, _ in updated]
    own = [kind for kind in type(value).__mro__ if kind.__module__.startswith("torch.optim")]
    name = own[0].__name__ if own and own[0] is not torch.optim.Optimizer else type(value).__name__
    held = (("name", name), ("parameters", parameters), ("state", state))
    return RecordFact(facts.OPTIMIZER, held, False)


# --------------------------------------------------------------------------------------------------------- figures


def _drawings() -> tuple[tuple[Any, Callable[[_Describer, Any, int], Any]], ...]:
    """Return Matplotlib's kinds, if anybody has imported it; importing it here would cost every call."""
    figure, axes = sys.modules.get("matplotlib.figure"), sys.modules.get("matplotlib.axes")
    kinds = (getattr(figure, "FigureBase", None), _figure), (getattr(axes, "Axes", None), _axes)
    return tuple((kind, describer) for kind, describer in kinds if isinstance(kind, type))


def _figure(describer: _Describer, value: Any, depth: int) -> RecordFact:
    title = value._suptitle.get_text() if value._suptitle is not None else ""
    axes = [_axes(describer, part, depth) for part in value.axes[:MOST_ITEMS]]
    return RecordFact(facts.FIGURE, (("title", title), ("axes", axes)), False)


def _axes(_: _Describer, value: Any, __: int) -> RecordFact:
    # One that belongs to the whole figure explains the lines of each of its axes just as well.
    legend = value.get_legend() or next(iter(value.figure.legends), None)
    held = (
        ("title", value.get_title()),
        ("xlabel", value.get_xlabel()),
        ("ylabel", value.get_ylabel()),
        ("xscale", value.get_xscale()),
        ("yscale", value.get_yscale()),
        ("legend", None if legend is None else [text.get_text() for text in legend.get_texts()]),
        ("lines", [_line(line) for line in value.lines[:MOST_ITEMS]]),
        ("points", [_points(dots) for dots in value.collections[:MOST_ITEMS] if hasattr(dots, "get_offsets")]),
        ("bars", [_box(patch) for patch in value.patches[:MOST_ITEMS] if hasattr(patch, "get_width")]),
        ("images", [_numbers(image.get_array()) for image in value.images[:MOST_ITEMS]]),
    )
    return RecordFact(facts.AXES, held, False)


def _line(line: Any) -> RecordFact:
    held = (
        ("label", _label(line)),
        ("x", _numbers(line.get_xdata(orig=False))),
        ("y", _numbers(line.get_ydata(orig=False))),
    )
    return RecordFact(facts.LINE, held, False)


def _points(points: Any) -> RecordFact:
    return RecordFact(facts.POINTS, (("label", _label(points)), ("offsets", _numbers(points.get_offsets()))), False)


def _box(box: Any) -> list[float]:
    return [float(number) for number in (box.get_x(), box.get_y(), box.get_width(), box.get_height())]


def _label(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else label  # such names Matplotlib gives to what nobody named


def _numbers(data: Any) -> np.ndarray[Any, Any]:
    """Return drawn numbers as float32: they have no dtype of their own, and that is finer than any screen."""
    return np.asarray(np.ma.filled(np.ma.asarray(data, dtype=np.float64), np.nan), dtype=np.float32)


_KINDS: tuple[tuple[Any, Callable[[_Describer, Any, int], Any]], ...] = (
    (torch.nn.Module, _module),
    (torch.optim.Optimizer, _optimizer),
    (torch.utils.data.DataLoader, _loader),
    (torch.utils.data.Dataset, _dataset),
    (Iterator, _stream),
)
# These run code of the student's, and what it raises is the call's own exception.
_RUNNING = (_stream, _loader, _dataset)
