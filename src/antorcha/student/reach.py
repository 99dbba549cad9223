"""All that a scenario may reach, and the bytes of those that were pickled before and still reach the same.

A class asks the same scenarios of each student, and pickling takes a tenth of what a grader computes.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

_PLAIN = (int, float, complex, str, bytes)  # an answer that a scenario closes over may hold a million of them
_LONGEST = 1000  # parts of a list or dict that are compared with what they were
# What has no state of its own; the attributes of the course's own classes are among a scenario's `names`.
_FIXED = (
    *_PLAIN,
    types.NoneType,
    types.CodeType,
    types.BuiltinFunctionType,
    types.ModuleType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    type,
    staticmethod,
    classmethod,
    property,
    tuple,
    frozenset,
    torch.dtype,
    torch.device,
    torch.layout,
)
_ABSENT = object()


@dataclass(frozen=True)
class Reach:
    """All that a scenario may reach: more than it uses, never less.

    `names`: those in its code. `values`: of whatever kind. `bound`: what the course's own modules and classes call by
    which name.
    """

    names: set[str]
    values: list[Any]
    bound: list[tuple[Mapping[str, Any], str, Any]]


@dataclass(frozen=True)
class _Pickled:
    """The bytes of a scenario, and all that must be as it was for them to hold."""

    data: bytes
    namespace: dict[str, Any]  # kept, since the scenario is known by where this lies in memory
    bound: list[tuple[Mapping[str, Any], str, Any]]
    states: list[tuple[Any, tuple[Any, ...]]]

    def holds(self) -> bool:
        return all(names.get(name, _ABSENT) is value for names, name, value in self.bound) and all(
            _alike(_state(value), state) for value, state in self.states
        )


# By the code and what it was defined with: a test that defines a scenario makes a new function of it for each student.
# Nothing is thrown away, since a course has so many scenarios and no more.
_PICKLED: dict[tuple[Any, ...], _Pickled] = {}


def pickled_before(function: Callable[..., Any]) -> bytes | None:
    """Return a scenario's bytes where the same one was remembered, and nothing that it may reach has changed since."""
    known = _PICKLED.get(_definition(function))
    return known.data if known is not None and known.holds() else None


def remember(function: Callable[..., Any], data: bytes, reached: Reach) -> bytes:
    """Return the bytes of a scenario, and remember them where a change of what it may reach would be noticed."""
    states = [(value, _state(value)) for value in reached.values]
    if (definition := _definition(function)) and all(state is not None for _, state in states):
        changeable = [(value, state) for value, state in states if state]
        _PICKLED[definition] = _Pickled(data, function.__globals__, reached.bound, changeable)
    return data


def _definition(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return what tells a function from others of the same course; empty where it holds more than its code says."""
    if type(function) is not types.FunctionType or function.__closure__ or function.__kwdefaults__ or vars(function):
        return ()
    defaults = function.__defaults__ or ()
    if not all(isinstance(value, (*_PLAIN, types.NoneType)) for value in defaults):
        return ()
    return (function.__code__, function.__qualname__, id(function.__globals__), repr(defaults))


def _state(value: Any) -> tuple[Any, ...] | None:
    """Return what is another once a value was changed in place; `None` of a kind that nothing is known about."""
    if isinstance(value, _FIXED):
        return ()
    if isinstance(value, types.FunctionType):
        return tuple(_contents(cell) for cell in value.__closure__ or ())
    if type(value) in (list, dict, set):
        parts = (*value, *value.values()) if isinstance(value, dict) else tuple(value)
        return parts if len(parts) <= _LONGEST else None
    if type(value) is torch.Tensor and value.layout is torch.strided and not value.is_inference():
        return (value._version, value.data_ptr(), value.requires_grad, value.grad if value.is_leaf else None)
    return None


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return _ABSENT


def _alike(state: tuple[Any, ...] | None, before: tuple[Any, ...]) -> bool:
    """Return whether two states hold the same objects, and equal ones where they are numbers of our own."""
    return (
        state is not None
        and len(state) == len(before)
        and all(
            new is old or (type(new) is type(old) is int and new == old) for new, old in zip(state, before, strict=True)
        )
    )


def reach(function: Callable[..., Any], modules: list[types.ModuleType]) -> Reach:
    """Return what a scenario may reach in the course's own `modules`."""
    own = {module.__name__ for module in modules}
    names: set[str] = set()
    bound: list[tuple[Mapping[str, Any], str, Any]] = []
    met: dict[int, Any] = {}  # with what was met, since the id of what is gone may come again
    waiting: list[Any] = [function]
    while waiting:
        value = waiting.pop()
        if id(value) in met:
            continue
        met[id(value)] = value
        waiting += inside(value)
        if isinstance(value, types.CodeType):
            new = set(value.co_names) - names  # attributes are among them, such as those of a helper module
            names |= new
            spaces = [vars(module) for module in modules]
            reached = [(space, name, space[name]) for space in spaces for name in new if name in space]
            bound += reached
            waiting += [part for _, _, part in reached]
        elif getattr(type(value), "__module__", None) in own:
            waiting += [type(value), *getattr(value, "__dict__", {}).values()]
        elif isinstance(value, type) and value.__module__ in own:
            bound += [(vars(value), name, part) for name, part in vars(value).items()]
            waiting += [*value.__bases__, *vars(value).values()]
    return Reach(names, list(met.values()), bound)


def inside(value: Any) -> list[Any]:
    """Return the parts of a function, of code, or of a plain container, in which there may be more code."""
    if isinstance(value, types.CodeType):
        return list(value.co_consts)
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if cell != types.CellType()]
        defaults = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
        return [value.__code__, getattr(value, "__wrapped__", None), *cells, *defaults]
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, staticmethod | classmethod):
        return [value.__func__]
    if isinstance(value, property):
        return [value.fget, value.fset]
    if isinstance(value, dict):
        return [part for part in (*value, *value.values()) if not isinstance(part, _PLAIN)]
    if isinstance(value, list | tuple | set | frozenset):
        return [part for part in value if not isinstance(part, _PLAIN)]
    return []
