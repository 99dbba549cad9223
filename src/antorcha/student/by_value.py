"""A scenario as bytes for a worker, which has none of the course's files: whatever lies there travels along."""

from __future__ import annotations

import io
import types
from collections.abc import Callable
from typing import Any

import cloudpickle

from antorcha.errors import CourseError
from antorcha.student.course_modules import modules_beside
from antorcha.student.reach import pickled_before, reach, remember


def by_value(function: Callable[..., Any]) -> bytes:
    """Return a scenario pickled with all of the course's own code that it uses, in the test's file and in helpers.

    Only what it uses travels: a table of expected values beside it stays here.
    Raises: `CourseError` when something that it uses cannot travel.
    """
    if (known := pickled_before(function)) is not None:
        return known
    modules = modules_beside(function)
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        file, reached = io.BytesIO(), reach(function, modules)
        _Pickler(file, modules, reached.names).dump(function)
        return remember(function, file.getvalue(), reached)
    except Exception as error:
        name = getattr(function, "__qualname__", repr(function))
        raise CourseError(f"the scenario {name} cannot travel to a worker: {type(error).__name__}: {error}") from None
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """A pickler that leaves here what a scenario does not need: docstrings, and unused parts of helper modules."""

    def __init__(self, file: io.BytesIO, modules: list[types.ModuleType], names: set[str]) -> None:
        super().__init__(file)
        self._modules = {id(module) for module in modules}
        self._module_names = {module.__name__ for module in modules}
        self._names = names

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, types.ModuleType) and id(value) in self._modules:
            # A plain holder of what is used: `helpers.norm` works there as it does here, and the module is not needed.
            return types.SimpleNamespace, (), {name: part for name, part in vars(value).items() if name in self._names}
        if isinstance(value, types.FunctionType) and value.__module__ in self._module_names:
            value = _without_docstring(value)
        return super().reducer_override(value)


def _without_docstring(function: types.FunctionType) -> types.FunctionType:
    """Return the same function without a text that may say what the hidden test is after."""
    code, text = function.__code__, function.__doc__
    # CPython keeps a docstring as the code's first constant.
    if not text or not code.co_consts or code.co_consts[0] != text:
        return function
    silent = code.replace(co_consts=(None, *code.co_consts[1:]))
    copy = types.FunctionType(silent, function.__globals__, closure=function.__closure__)
    for name in ("__name__", "__qualname__", "__module__", "__defaults__", "__kwdefaults__", "__dict__"):
        setattr(copy, name, getattr(function, name))
    return copy
