"""The names that Jupyter gives to every notebook, with a meaning that does no harm where nobody looks at the output."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any


class _NoShell:
    """The answer of `get_ipython()` here: every method can be called, and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):  # Python and libraries ask for these to find out what an object is
            raise AttributeError(name)
        return _nothing


def _nothing(*_args: Any, **_options: Any) -> None:
    """Do nothing, as a shell that is not there."""


def display(*_objects: Any, **_options: Any) -> None:
    """Show nothing: in grading there is nobody to show it to."""


def get_ipython() -> _NoShell:
    """Return a shell that does nothing."""
    return _NoShell()


def our_notebook() -> types.ModuleType:
    """Return a stand-in for `antorcha.notebook`, which a worker may not read.

    Whoever merges an answer with the cell that checks it would lose what stands behind the import.
    """

    def anything(name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    module = types.ModuleType("antorcha.notebook")
    module.__dict__["__getattr__"] = anything  # a module's own, which `from ... import` asks
    return module


JUPYTER_NAMES: dict[str, Any] = {"display": display, "get_ipython": get_ipython}
