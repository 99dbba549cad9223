"""The watch over what a scenario hands to a student's functions, and whether each call leaves it as it was.

A test compares what its scenario returns. That a call left a model in evaluation mode, or cleared a gradient, would
show only where somebody thought of returning it; so every call of a function of the module is watched.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

CONTENT, MODE, REQUIRES_GRAD, GRADIENT = "content", "mode", "requires_grad", "gradient"
ASPECTS = (CONTENT, MODE, REQUIRES_GRAD, GRADIENT)
MOST_CHANGES = 100  # of one scenario, as a message tells of them: it comes from a worker, and is bounded

_MOST_CALLS = 200  # of one scenario; one that trains in a thousand steps shows what it does in the first
# Of one argument, which is not compared beyond these bounds: to keep more would cost seconds.
_MOST_LEAVES = 500
_MOST_ELEMENTS = 1 << 20
_DEEPEST = 6

Change = tuple[int, int, str]  # the call's number, the argument's position, and what of it changed
_State = dict[str, list[Any]]


class Watch:
    """A record of what the calls of a module's functions changed of their arguments."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._calls = 0

    def module(self, namespace: types.ModuleType) -> types.ModuleType:
        """Return the module as a scenario gets it."""
        return _WatchedModule(namespace, self)

    def function(self, function: types.FunctionType) -> Callable[..., Any]:
        """Return a function that does what the given one does, watched."""

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            number = self._calls
            self._calls += 1
            if number >= _MOST_CALLS:
                return function(*args, **kwargs)
            given = [*args, *kwargs.values()]
            before = [_state_of(argument) for argument in given]
            value = function(*args, **kwargs)
            for position, (state, argument) in enumerate(zip(before, given, strict=True)):
                self.changes += [(number, position, aspect) for aspect in _changed(state, _state_of(argument))]
            del self.changes[MOST_CHANGES:]
            return value

        return watched


class _WatchedModule(types.ModuleType):
    """A module whose functions are watched. Classes are as they are: tests inherit from them and ask for them."""

    def __init__(self, namespace: types.ModuleType, watch: Watch) -> None:
        super().__init__(namespace.__name__)
        # Past our own `__setattr__`, which sets names of the student's module.
        object.__setattr__(self, "_antorcha_watched", (namespace, watch))

    def __getattr__(self, name: str) -> Any:
        namespace, watch = object.__getattribute__(self, "_antorcha_watched")
        value = getattr(namespace, name)
        return watch.function(value) if isinstance(value, types.FunctionType) else value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "_antorcha_watched")[0], name, value)

    def __dir__(self) -> list[str]:
        return dir(object.__getattribute__(self, "_antorcha_watched")[0])


def _changed(before: _State | None, after: _State | None) -> Iterator[str]:
    """Yield the aspects that differ; none where one of the states could not be kept."""
    if before is not None and after is not None:
        yield from (aspect for aspect in ASPECTS if not _same(before[aspect], after[aspect]))


def _state_of(argument: Any) -> _State | None:
    """Return a copy of all that is watched of an argument; `None` where it cannot be kept."""
    state: _State = {aspect: [] for aspect in ASPECTS}
    try:
        with _unseen():
            for leaf in _leaves(argument, [_MOST_LEAVES, _MOST_ELEMENTS], _DEEPEST):
                _keep(leaf, state)
    except Exception:  # an object of the student's, a tensor inside a transform: there is nothing to compare
        return None
    return state


@contextmanager
def _unseen() -> Iterator[None]:
    """Keep what is done here out of counts of operations, graphs and whatever else a test looks at."""
    from torch.utils._python_dispatch import _disable_current_modes

    with torch.no_grad(), torch._C.DisableTorchFunction(), _disable_current_modes():
        yield


def _leaves(value: Any, left: list[int], levels: int) -> Iterator[Any]:
    """Yield an argument and what it is made of. `left`: how many leaves and elements may still come.

    Raises: `OverflowError` when there are more, or more than `levels` one in another.
    """
    left[0] -= 1
    if left[0] < 0 or left[1] < 0 or levels < 0:
        raise OverflowError
    if isinstance(value, torch.Tensor | np.ndarray):
        left[1] -= value.numel() if isinstance(value, torch.Tensor) else value.size
    yield value
    if isinstance(value, torch.nn.Module):
        for tensor in (*value.parameters(), *value.buffers()):
            yield from _leaves(tensor, left, levels - 1)
    elif isinstance(value, dict):
        for item in list(dict.values(value)):
            yield from _leaves(item, left, levels - 1)
    elif isinstance(value, list | tuple) and not isinstance(value, torch.Size):
        for item in list(value):
            yield from _leaves(item, left, levels - 1)


def _keep(leaf: Any, state: _State) -> None:
    """Add a copy of what is watched of a leaf; of a container its size or its keys, as its items come by themselves."""
    if isinstance(leaf, torch.Tensor):
        state[CONTENT].append(leaf.detach().clone())
        state[REQUIRES_GRAD].append(leaf.requires_grad)
        state[GRADIENT].append(leaf.grad.detach().clone() if leaf.is_leaf and leaf.grad is not None else None)
    elif isinstance(leaf, np.ndarray):
        state[CONTENT].append(leaf.copy())
    elif isinstance(leaf, torch.nn.Module):
        state[MODE].append([module.training for module in leaf.modules()])
    elif isinstance(leaf, dict):
        state[CONTENT].append(list(map(repr, leaf)) if len(leaf) <= _MOST_LEAVES else len(leaf))
    elif isinstance(leaf, list | tuple):
        state[CONTENT].append(len(leaf))
    elif leaf is None or isinstance(leaf, bool | int | float | complex | str):
        state[CONTENT].append(leaf)


def _same(left: Any, right: Any) -> bool:
    """Return whether two kept values are equal, a nan being equal to itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, torch.Tensor):
        return _same_tensor(left, right)
    if isinstance(left, np.ndarray):
        return bool(left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes())
    return bool(left == right) or left != left


def _same_tensor(left: torch.Tensor, right: torch.Tensor) -> bool:
    if left.dtype != right.dtype or left.shape != right.shape or left.device != right.device:
        return False
    if left.is_meta:  # no numbers; comparing them all the same makes torch import torch._dynamo, for a second
        return True
    try:
        with _unseen():
            return bool(((left == right) | ((left != left) & (right != right))).all())
    except Exception:  # no values to compare, as in a quantised one
        return True
