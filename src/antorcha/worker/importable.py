"""A submission's own other modules (`utils.py` beside the file), importable by name without any file."""

from __future__ import annotations

import importlib.abc
import importlib.util
import linecache
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

from antorcha.worker.statements import lines_of


class _Companions(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """A finder and loader of the modules that were offered; asked after all others, so none takes a package's place."""

    def __init__(self) -> None:
        self.code: dict[str, str] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an offered module: a package where modules inside of it were offered too."""
        if fullname not in self.code:
            return None
        is_package = any(name.startswith(f"{fullname}.") for name in self.code)
        origin = f"{fullname.replace('.', '/')}.py"
        return importlib.util.spec_from_loader(fullname, self, origin=origin, is_package=is_package)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module's code. Tracebacks find its lines in `linecache`, as there is no file to read them from."""
        name, code = f"{module.__name__.replace('.', '/')}.py", self.code[module.__name__]
        linecache.cache[name] = (len(code), None, lines_of(code), name)
        exec(compile(code, name, "exec", dont_inherit=True), module.__dict__)


_companions = _Companions()


def offer(name: str, code: str) -> None:
    """Let `import name` run `code` from now on, where nothing else has that name."""
    if _companions not in sys.meta_path:
        sys.meta_path.append(_companions)
    if name in _companions.code:  # of a submission that this process loaded before
        sys.modules.pop(name, None)
    _companions.code[name] = code
