"""The modules of the course that a scenario is from: the test's file and the helpers beside it."""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from antorcha.student.reach import inside
from antorcha.surroundings import is_installed

_COURSE_FILE = "grading.toml"
_NEVER_TRAVELS = "reference"  # no worker may hold a solution
# By a course's folder: how the loaded modules looked last, those of it, and those that are not. torch brings two
# thousand, and every scenario would ask them anew.
_LOOKED: dict[Path, tuple[tuple[int, str, Any], list[types.ModuleType]]] = {}
_ELSEWHERE: dict[Path, dict[str, types.ModuleType]] = {}


def modules_beside(function: Callable[..., Any]) -> list[types.ModuleType]:
    """Return every loaded module of the scenario's course but the reference's."""
    file = _own_file(function)
    if file is None:
        return []
    root = _root_of(file)
    last = next(reversed(sys.modules))
    looks = (len(sys.modules), last, sys.modules.get(last))  # the module too: it may be loaded anew under its name
    known = _LOOKED.get(root)
    if known is None or known[0] != looks:
        known = _LOOKED[root] = (looks, list(_modules_in(root)))
    return known[1]


@cache
def _root_of(file: str) -> Path:
    """Return the course that a file is from, or the file's own folder where there is none."""
    return next((folder for folder in Path(file).parents if (folder / _COURSE_FILE).is_file()), Path(file).parent)


def _modules_in(root: Path) -> Iterator[types.ModuleType]:
    inside, never = f"{root}{os.sep}", f"{root / _NEVER_TRAVELS}{os.sep}"
    elsewhere = _ELSEWHERE.setdefault(root, {})
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
