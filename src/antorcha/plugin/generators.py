"""Random generators that a course's tests share: every check finds them as it would if it were run alone.

A generator at the top of a test file, or in a fixture of a whole module, goes on where the last check left it. In
grading that check may have been another student's.
"""

from __future__ import annotations

import copy
import random
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch


@dataclass
class SharedGenerators:
    """The generators that outlive a check, each with the state that it is put back to before the next one."""

    # By id. The generator itself is kept beside it, so that no other object gets that id.
    _known: dict[int, tuple[Any, Callable[[], Any]]] = field(default_factory=dict)

    def take_in(self, values: Iterable[Any]) -> None:
        """Remember those of `values` that are generators, as they are now; one that is known stays as it was."""
        for value in values:
            restore = _restorer(value)
            if restore is not None:
                self._known.setdefault(id(value), (value, restore))

    def take_in_module(self, module: types.ModuleType) -> None:
        """Remember the generators that a test file, or a helper beside it, defines at its top."""
        self.take_in(list(vars(module).values()))

    def put_back(self) -> None:
        """Let every generator start again from what was remembered."""
        for _, restore in self._known.values():
            restore()


def _restorer(value: Any) -> Callable[[], Any] | None:
    """Return a call that puts a generator back to its present state; `None` for what is no generator."""
    if isinstance(value, torch.Generator):
        state = value.get_state()
        return lambda: value.set_state(state)
    if isinstance(value, np.random.Generator):
        bits, numbers = value.bit_generator, copy.deepcopy(value.bit_generator.state)
        return lambda: setattr(bits, "state", numbers)
    if isinstance(value, np.random.RandomState):
        legacy = value.get_state()
        return lambda: value.set_state(legacy)
    if type(value) is random.Random:  # not a subclass: `random.SystemRandom` has no state
        python = value.getstate()
        return lambda: value.setstate(python)
    return None
