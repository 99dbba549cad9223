"""The data that a scenario shares with other tests, put back as it was after each run in this process.

A locked worker gets a copy of all that a scenario uses, each time anew. In this process an answer that writes to a
tensor at the top of a test's file would spoil it for every test after it: a student's own `pytest` would blame
exercises that are right, and a known mistake would change what the next submission is asked.
"""

from __future__ import annotations

import random
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np
import torch

from antorcha.student.course_modules import modules_beside
from antorcha.student.reach import inside, reach

_MOST_VALUES = 5_000  # of one scenario; what holds more is not shared by tests that were written by hand
_NO_DATA = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, torch.Tensor)


@contextmanager
def shared_data_kept(scenario: Callable[..., Any]) -> Iterator[None]:
    """Put back what a run of a scenario changes of the tensors, containers and models that it may reach."""
    reached = reach(scenario, modules_beside(scenario))
    putting_back: list[Callable[[], object]] = []
    for value in _data_in(reached.values):
        with suppress(Exception):  # a subclass of tensors, say, that cannot be copied
            putting_back += _kept(value)
    try:
        yield
    finally:
        for put_back in putting_back:
            with suppress(Exception):  # of a kind that nothing can be written to any more
                put_back()


def _data_in(values: list[Any]) -> Iterator[Any]:
    """Yield these values and all that they hold, as far as they may be changed in place."""
    met: dict[int, Any] = {}  # with what was met, since the id of what is gone may come again
    waiting = list(values)
    while waiting and len(met) < _MOST_VALUES:
        value = waiting.pop()
        if id(value) in met:
            continue
        met[id(value)] = value
        if isinstance(value, torch.Tensor):
            waiting += [value.grad] if value.is_leaf and value.grad is not None else []
        elif isinstance(value, dict | list | tuple | set | frozenset):
            waiting += inside(value)
        elif not isinstance(value, _NO_DATA) and isinstance(attributes := getattr(value, "__dict__", None), dict):
            waiting.append(attributes)  # of a model, an optimiser, or an object of the course's own
        yield value


def _kept(value: Any) -> Iterator[Callable[[], object]]:
    """Yield what puts a value back as it is now; nothing where nothing can change it, or its kind is not known."""
    if isinstance(value, torch.Tensor):
        if value.layout is torch.strided and not value.is_meta and not value.is_inference():
            grad = value.grad if value.is_leaf else None
            yield partial(_put_tensor_back, value, value.detach().clone(), value.requires_grad, value.is_leaf, grad)
    elif isinstance(value, np.ndarray):
        yield partial(_put_array_back, value, value.copy())
    elif isinstance(value, dict):
        yield partial(_put_dict_back, value, list(value.items()))
    elif isinstance(value, list):
        yield partial(value.__setitem__, slice(None), list(value))
    elif isinstance(value, set):
        yield partial(_put_set_back, value, set(value))
    elif isinstance(value, torch.Generator):
        yield partial(value.set_state, value.get_state())
    elif isinstance(value, random.Random):
        yield partial(value.setstate, value.getstate())
    elif isinstance(value, np.random.Generator):
        yield partial(setattr, value.bit_generator, "state", value.bit_generator.state)


def _put_tensor_back(
    value: torch.Tensor, data: torch.Tensor, requires_grad: bool, is_leaf: bool, grad: torch.Tensor | None
) -> None:
    if is_leaf and not value.is_leaf:  # something with a graph was written into it
        value.detach_()
    if value.shape != data.shape or value.dtype is not data.dtype or value.device != data.device:
        value.data = data
    elif not torch.equal(value.detach(), data):
        value.data.copy_(data)
    if is_leaf:
        value.requires_grad_(requires_grad)
        value.grad = grad


def _put_array_back(value: np.ndarray[Any, Any], data: np.ndarray[Any, Any]) -> None:
    if value.shape != data.shape:
        value.resize(data.shape, refcheck=False)
    value[...] = data


def _put_dict_back(value: dict[Any, Any], items: list[tuple[Any, Any]]) -> None:
    if len(value) != len(items) or any(
        new is not old for pair in zip(value.items(), items, strict=True) for new, old in zip(*pair, strict=True)
    ):
        value.clear()
        value.update(items)


def _put_set_back(value: set[Any], parts: set[Any]) -> None:
    value &= parts
    value |= parts
