"""The import of torch, as far as Antorcha is the first to ask for it."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_Decorator = Callable[..., Any]


def import_torch() -> None:
    """Import torch with Python's garbage collector at rest, and so that no optimiser makes it import `torch._dynamo`.

    Nothing that the import makes is garbage: the collector would go through all of it again and again, a sixth of the
    import's time, and once more at the end of every pytest, for a fifth of a second. What is there by then is out of
    its sight afterwards.
    """
    if "torch" in sys.modules:
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with _dynamo_only_to_compile():
            import torch  # noqa: F401
    finally:
        if was_enabled:
            gc.enable()
    gc.freeze()


@contextmanager
def _dynamo_only_to_compile() -> Iterator[None]:
    """Have the torch that is imported meanwhile import `torch._dynamo` where somebody compiles, and for nothing else.

    It does so too at the first step of any optimiser and at the first count of operations, to keep the compiler away
    from them: 800 modules, a second for every process. As long as nobody else has imported it, there is no compiler.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _compiler_is_there() -> bool:
    return "torch._dynamo" in sys.modules


def _not_compiled(disable: _Decorator) -> _Decorator:
    """Return torch's decorator of functions that are never compiled, which asks the compiler only where it is there."""

    @functools.wraps(disable)
    def decorator(function: Callable[..., Any] | None = None, recursive: bool = True) -> Any:
        if function is None:
            return functools.partial(decorator, recursive=recursive)
        disabled = disable(function, recursive)

        @functools.wraps(disabled)
        def call(*args: Any, **kwargs: Any) -> Any:
            return (disabled if _compiler_is_there() else function)(*args, **kwargs)

        return call

    return decorator


def _without_gradients(decorate: _Decorator) -> _Decorator:
    """Return torch's decorator of an optimiser's step, which tells the compiler of it only where it is there."""

    @functools.wraps(decorate)
    def decorator(function: Callable[..., Any]) -> Callable[..., Any]:
        told = decorate(function)

        @functools.wraps(told)
        def step(*args: Any, **kwargs: Any) -> Any:
            if _compiler_is_there():
                return told(*args, **kwargs)
            import torch

            with torch.set_grad_enabled(args[0].defaults["differentiable"]):
                return function(*args, **kwargs)

        return step

    return decorator


# What of torch imports `torch._dynamo` beside its work, by module: private, and left alone where a torch has it not.
_CHANGED: dict[str, tuple[str, Callable[[_Decorator], _Decorator]]] = {
    "torch._compile": ("_disable_dynamo", _not_compiled),
    "torch.optim.optimizer": ("_use_grad_for_differentiable", _without_gradients),
}


class _Finder(MetaPathFinder):
    """Finds the modules of `_CHANGED`, and changes each once it has run and before another module uses it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _CHANGED else None
        if spec is not None and spec.loader is not None:
            decorator, changed = _CHANGED[name]
            run = spec.loader.exec_module

            def run_and_change(module: ModuleType) -> None:
                run(module)
                if hasattr(module, decorator):
                    setattr(module, decorator, changed(getattr(module, decorator)))

            spec.loader.exec_module = run_and_change  # type: ignore[method-assign]
        return spec
