"""A digest of all that a scenario is made of: its code, what it closes over, and all that it names, helpers included.

Two scenarios of one digest ask the same of a module. A call is remembered, recorded and found again by it: `a` in
`agree.scenario(lambda module: module.g(a))` may be the answer of one student, and no other's.
"""

from __future__ import annotations

import hashlib
import sys
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import torch

from antorcha.plugin.function_source import globals_in, names_in, text_of
from antorcha.surroundings import is_installed
from antorcha.worker.wire import TooLargeError, encode
from antorcha.worker.wire.device_names import with_accelerator

# Values whose `repr` says all and is the same everywhere.
_PLAIN = (type(None), bool, int, float, complex, bytes)
_NUMBERS = frozenset((bool, int, float, complex))
_PLAIN_OF_LIBRARIES = (torch.dtype, torch.layout, torch.memory_format, torch.Size, np.dtype)


@dataclass(frozen=True)
class Content:
    """The digest of a scenario. It is not `whole` where something in it cannot be read, such as an open file."""

    digest: str
    whole: bool = True


NO_CONTENT = Content("")  # of a plain call, of which its name and its arguments say all


def content_of(function: Callable[..., Any]) -> Content:
    """Return the digest of `function`: the same in every process, on every machine, in every version of Python."""
    code = getattr(function, "__code__", None)
    reader = _Reader(str(Path(code.co_filename).parent) if isinstance(code, types.CodeType) else "")
    reader.read(function)
    return Content(reader.digest.hexdigest()[:32], reader.whole)  # 128 bits


class _Reader:
    """One walk over a value, which writes all that it meets into a digest."""

    def __init__(self, folder: str) -> None:
        """Begin a digest. `folder`: of the test file, which for a student lies elsewhere and asks the same."""
        self.digest = hashlib.sha256()
        self.whole = True
        self._folder = folder
        self._met: dict[int, tuple[int, Any]] = {}  # with the object, so that its id stays its own

    def read(self, value: Any, words: frozenset[str] = frozenset()) -> None:
        """Write `value` and all that hangs on it. `words`: the names that whoever uses it may ask a module for."""
        if isinstance(value, PurePath):
            self._write("path", self._portable(str(value)))
        elif type(value) is str:
            self._write("str", value.replace(self._folder, "") if self._folder else value)
        elif type(value) in _PLAIN or isinstance(value, _PLAIN_OF_LIBRARIES):
            self._write(type(value).__name__, repr(value))
        elif isinstance(value, torch.device):  # what is the accelerator there may be another one here
            self._write("device", "cpu" if value.type == "cpu" else "accelerator")
        elif isinstance(value, torch.Tensor | np.ndarray | np.generic):
            self._read_array(value)
        elif type(value) is tuple:
            self._read_items("tuple", value)
        elif id(value) in self._met:  # by its number in the walk: a cycle ends, and shared is not the same as equal
            self._write("again", str(self._met[id(value)][0]))
        else:
            self._met[id(value)] = len(self._met), value
            self._read_object(value, words)

    def _read_array(self, value: Any) -> None:
        try:
            self.digest.update(with_accelerator(encode([value])))
        except TooLargeError:
            self._write("large")
            self.whole = False

    def _read_items(self, kind: str, items: Collection[Any]) -> None:
        if all(type(item) in _NUMBERS for item in items):  # long lists are of numbers
            self._write(kind, repr(items))
            return
        self._write(kind, str(len(items)))
        for item in items:
            self.read(item)

    def _read_object(self, value: Any, words: frozenset[str]) -> None:
        if isinstance(value, types.ModuleType):
            self._read_module(value, words)
        elif isinstance(value, types.MethodType):
            self._read_items("method", [value.__func__, value.__self__])
        elif isinstance(value, types.FunctionType):
            self._read_function(value)
        elif isinstance(value, type):
            self._read_class(value)
        elif type(value) is list:
            self._read_items("list", value)
        elif type(value) is dict:
            self._read_items("dict", list(value.items()))
        elif type(value) in (set, frozenset):
            self._write("set", *sorted(map(repr, value)))  # a set's own order differs from process to process
        elif isinstance(value, torch.nn.Module):
            self._read_network(value)
        else:
            self._read_by_its_parts(value)

    def _read_module(self, module: types.ModuleType, words: frozenset[str]) -> None:
        """Write a module's name, and of a helper of the course's own the parts that may be used."""
        self._write("module", module.__name__.rpartition(".")[2])
        if not _is_library(getattr(module, "__file__", None)):
            for name in sorted(words.intersection(vars(module))):
                self._write("part", name)
                self.read(vars(module)[name], words)

    def _read_network(self, network: torch.nn.Module) -> None:
        """Write a network by what every version of torch knows of it."""
        for name, part in network.named_modules():
            own = {key: value for key, value in vars(part).items() if not key.startswith("_")}
            self._write("part", name)
            self.read([type(part), dict(part.named_parameters(recurse=False)), dict(part.named_buffers(recurse=False))])
            self.read(own)

    def _read_function(self, function: types.FunctionType) -> None:
        code = function.__code__
        self._write("function", function.__name__)
        if _is_library(code.co_filename):
            self._write(str(function.__module__))
            return
        self._write(text_of(code))
        self.read(function.__defaults__)
        self.read(function.__kwdefaults__)
        words = names_in(code)
        for name, cell in sorted(zip(code.co_freevars, function.__closure__ or (), strict=True), key=itemgetter(0)):
            self._write("closure", name)
            try:
                self.read(cell.cell_contents, words)
            except ValueError:  # a name that is not bound yet
                self._write("unbound")
        for name in globals_in(code):
            if name in function.__globals__:
                self._write("global", name)
                self.read(function.__globals__[name], words)

    def _read_class(self, value: type) -> None:
        self._write("class", value.__name__)
        module = sys.modules.get(value.__module__)
        if _is_library(getattr(module, "__file__", None)):
            self._write(value.__module__)
            return
        self._read_items("bases", value.__bases__)
        for name, part in sorted(vars(value).items()):
            function = part.__func__ if isinstance(part, classmethod | staticmethod) else part
            # What Python, dataclasses and named tuples add by themselves differs from version to version.
            if _is_written(function) or not (name.startswith("__") and name.endswith("__")):
                self._write("attribute", name)
                self.read(function)

    def _read_by_its_parts(self, value: Any) -> None:
        """Write an object of some class as pickle would take it apart."""
        if isinstance(value, property):
            self._read_items("property", [value.fget, value.fset, value.fdel])
            return
        ours = type(value).__module__.partition(".")[0] in ("antorcha", "_pytest")
        try:
            wrapped = None if ours else getattr(value, "__wrapped__", None)
            # Protocol 4 by its number: which one is usual changes from version to version.
            parts = None if ours or callable(wrapped) else value.__reduce_ex__(4)
        except Exception:  # of any kind: a class raises what it likes when it refuses to be pickled
            parts, wrapped = None, None
        if callable(wrapped):  # as `functools.cache` leaves it
            self.read(wrapped)
        elif parts is None:
            self._write("opaque", type(value).__name__)
            self.whole = False
        elif isinstance(parts, str):
            self._write("named", parts)
        else:
            self._read_reduced(value, *parts)

    def _read_reduced(self, value: Any, made_by: Any, arguments: Any, state: Any = None, *items: Any) -> None:
        """Write what `__reduce_ex__` returned for `value`, in the order that pickle gives to it."""
        self._write("object", type(value).__name__, getattr(made_by, "__name__", ""))
        self._read_items("parts", [arguments, state])
        for iterator in items[:2]:  # the items of a subclass of list, and of dict
            self.read(None if iterator is None else list(iterator))

    def _portable(self, path: str) -> str:
        """Return a path as every machine has it: within the tests' folder, else by its last part."""
        inside = bool(self._folder) and path.startswith(self._folder)
        return PurePath(path.removeprefix(self._folder)).as_posix() if inside else PurePath(path).name

    def _write(self, *words: str) -> None:
        """Write words, each with its length before it: "ab" and "c" are not "a" and "bc"."""
        for word in words:
            data = word.encode("utf-8", "surrogatepass")
            self.digest.update(len(data).to_bytes(8, "little") + data)


def _is_library(filename: str | None) -> bool:
    """Return whether a file belongs to no course; what has no file is Python's own."""
    return not filename or is_installed(filename)


def _is_written(value: Any) -> bool:
    """Return whether somebody wrote a part of a class; what `exec` made has a name like `<string>` for its file."""
    return isinstance(value, property) or (
        isinstance(value, types.FunctionType) and not value.__code__.co_filename.startswith("<")
    )
