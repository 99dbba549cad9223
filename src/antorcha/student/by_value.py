"""A scenario as bytes for a worker, which has none of the course's files: whatever lies there travels along."""

from __future__ import annotations

import functools
import io
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle

from antorcha.errors import CourseError
from antorcha.student.reach import inside, pickled_before, reach, remember
from antorcha.surroundings import is_installed

_COURSE_FILE = "grading.toml"
_NEVER_TRAVELS = "reference"  # no worker may hold a solution
# By a course's folder: modules that are not of it. torch brings two thousand, and every scenario would ask them anew.
_ELSEWHERE: dict[str, dict[str, types.ModuleType]] = {}


def by_value(function: Callable[..., Any]) -> bytes:
    """Return a scenario pickled with all of the course's own code that it uses, in the test's file and in helpers.

    Only what it uses travels: a table of expected values beside it stays here.
    Raises: `CourseError` when something that it uses cannot travel.
    """
    if (known := pickled_before(function)) is not None:
        return known
    modules = list(_modules_beside(function))
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


def _modules_beside(function: Callable[..., Any]) -> Iterator[types.ModuleType]:
    """Yield every loaded module of the scenario's course but the reference's."""
    file = _own_file(function)
    if file is None:
        return
    # The course, or the file's own folder where there is none.
    root = next((folder for folder in Path(file).parents if (folder / _COURSE_FILE).is_file()), Path(file).parent)
    inside, never = f"{root}{os.sep}", f"{root / _NEVER_TRAVELS}{os.sep}"
    elsewhere = _ELSEWHERE.setdefault(inside, {})
    # A copy, since asking a lazy module for its attributes may import others.
    for name, module in list(sys.modules.items()):
        if elsewhere.get(name) is module:
            continue
        path = str(getattr(module, "__file__", None) or "")
        of_the_course = path.startswith(inside) and not path.startswith(never) and not is_installed(path)
        # One that goes by another name than its own cannot be registered, and would not be found by it either.
        if of_the_course and isinstance(module, types.ModuleType) and module.__name__ == name:
            yield module
        else:
            elsewhere[name] = module


def _own_file(function: Callable[..., Any]) -> str | None:
    """Return a file of the course that a scenario is from; a partial is from wherever its parts are."""
    waiting: list[Any] = [function]
    for part in waiting:
        if isinstance(part, functools.partial):
            waiting += inside(part)
            continue
        file = getattr(sys.modules.get(getattr(part, "__module__", None) or ""), "__file__", None)
        if file is not None and not is_installed(file):
            return str(file)
    return None
