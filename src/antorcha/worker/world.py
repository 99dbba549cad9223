"""The state of the whole process that a call finds: put back after it, and named where the call left it changed."""

from __future__ import annotations

import contextlib
import locale
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

# Setting it again would leave a mode behind that every later call passes.
_NO_DEVICE = None
# Set by libraries for themselves when they are first imported, or first compile something.
_LIBRARIES_OWN = (
    "KMP_",
    "OMP_",
    "MKL_",
    "OPENBLAS_",
    "MPL",
    "TORCH",
    "_TORCH",
    "TRITON_",
    "CUDA_MODULE_LOADING",
    "PYTORCH_",
)
# torch's CPU generator takes 32 bits of a seed and remembers 64: with this bit set the numbers are those of the
# plain seed, and `torch.initial_seed` tells whether anybody has seeded since.
_MARK = 1 << 40
_INDUCTORS_LIMIT = 2000  # how deep torch._inductor.compile_fx lets Python recurse, from its first compilation on


@dataclass(frozen=True)
class _Setting:
    name: str
    read: Callable[[], Any]
    write: Callable[[Any], Any]
    by_torch: Callable[[Any, Any], bool] = lambda _before, _after: False  # a change that is none of the caller's doing


def _set_device(device: torch.device) -> None:
    torch.set_default_device(_NO_DEVICE)
    if torch.get_default_device() != device:
        torch.set_default_device(device)


def _deterministic() -> tuple[bool, bool]:
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()


def _print_options() -> dict[str, Any]:
    return {"torch": dict(vars(torch._tensor_str.PRINT_OPTS)), "numpy": dict(np.get_printoptions())}


def _set_print_options(options: dict[str, Any]) -> None:
    vars(torch._tensor_str.PRINT_OPTS).update(options["torch"])
    np.set_printoptions(**options["numpy"])


def _by_inductor(before: int, after: int) -> bool:
    return after == max(before, _INDUCTORS_LIMIT) and "torch._inductor.compile_fx" in sys.modules


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # removed, or out of bounds
        return ""


def _set_directory(path: str) -> None:
    if path:
        os.chdir(path)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_LIBRARIES_OWN)}


def _set_environment(wanted: dict[str, str]) -> None:
    for name in _environment().keys() - wanted.keys():
        del os.environ[name]
    os.environ.update(wanted)


_CPU_BUILD = not (torch.version.cuda or torch.version.hip or torch.backends.mps.is_built() or torch.xpu._is_compiled())

_SETTINGS = (
    _Setting("default_dtype", torch.get_default_dtype, torch.set_default_dtype),
    _Setting("default_device", torch.get_default_device, _set_device),
    _Setting("grad_mode", torch.is_grad_enabled, torch.set_grad_enabled),
    _Setting("threads", torch.get_num_threads, torch.set_num_threads),
    _Setting(
        "deterministic", _deterministic, lambda flags: torch.use_deterministic_algorithms(flags[0], warn_only=flags[1])
    ),
    _Setting("matmul_precision", torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    _Setting("anomaly_mode", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    _Setting("print_options", _print_options, _set_print_options),
    _Setting("working_directory", _directory, _set_directory),
    _Setting("environment", _environment, _set_environment),
    _Setting("locale", lambda: locale.setlocale(locale.LC_ALL), lambda text: locale.setlocale(locale.LC_ALL, text)),
    _Setting("recursion_limit", sys.getrecursionlimit, sys.setrecursionlimit, _by_inductor),
)
RANDOM_SEED = "random_seed"
SETTINGS: tuple[str, ...] = (*(one.name for one in _SETTINGS), RANDOM_SEED)


def seed_everything(seed: int) -> None:
    """Start Python's, NumPy's and torch's global generators from `seed`."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    _seed_torch(_marked(seed))


def _seed_torch(seed: int) -> None:
    """`torch.manual_seed`, without its cost for devices that this build of torch cannot have.

    For devices that are not there yet torch keeps a queue of calls, each with the text of a whole traceback: some
    milliseconds a time, and this is done before every call of every check.
    """
    if not _CPU_BUILD:
        torch.manual_seed(seed)
        return
    torch.default_generator.manual_seed(seed)
    if torch._C._get_privateuse1_backend_name() != "privateuseone":
        torch.random._seed_custom_device(seed)


def _marked(seed: int) -> int:
    return seed % 2**32 + _MARK


@dataclass
class World:
    """What one call found. `restore` must follow, whatever the call did."""

    seed: int
    before: dict[str, Any]
    _reseeded: set[str] = field(default_factory=set)
    _functions: list[tuple[Any, str, Any]] = field(default_factory=list)

    @classmethod
    def prepare(cls, seed: int) -> World:
        seed_everything(seed)
        torch.set_grad_enabled(True)
        world = cls(seed, {one.name: one.read() for one in _SETTINGS})
        world._watch(random, "seed", lambda: world._reseeded.add("random"))
        world._watch(random, "setstate", lambda: world._reseeded.discard("random"))
        world._watch(np.random, "seed", lambda: world._reseeded.add("numpy"))
        world._watch(np.random, "set_state", lambda: world._reseeded.discard("numpy"))
        return world

    def reseed(self) -> None:
        """Start torch's generator afresh, remembering what has happened to it so far."""
        self._look_at_torch()
        _seed_torch(_marked(self.seed))

    def restore(self) -> tuple[str, ...]:
        """Put things back and name what had been changed."""
        for module, name, function in self._functions:
            setattr(module, name, function)
        self._look_at_torch()
        changed = [one.name for one in _SETTINGS if self._put_back(one)]
        return (*changed, RANDOM_SEED) if self._reseeded else tuple(changed)

    def _put_back(self, setting: _Setting) -> bool:
        wanted, found = self.before[setting.name], setting.read()
        if found == wanted:
            return False
        with contextlib.suppress(Exception):  # a folder that is gone: all that can be done is to tell
            setting.write(wanted)
        return not setting.by_torch(wanted, found)

    def _look_at_torch(self) -> None:
        if torch.initial_seed() != _marked(self.seed):
            self._reseeded.add("torch")

    def _watch(self, module: Any, name: str, note: Callable[[], None]) -> None:
        """Let `module.name` tell that it was called: of these generators nobody can ask whether they were seeded."""
        function = getattr(module, name)
        self._functions.append((module, name, function))

        def watched(*args: Any, **kwargs: Any) -> Any:
            note()
            return function(*args, **kwargs)

        setattr(module, name, watched)
