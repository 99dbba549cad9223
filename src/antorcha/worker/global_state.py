"""The state of the whole process that a call finds: put back after it, and named where the call left it changed."""

from __future__ import annotations

import contextlib
import locale
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
_GRADERS_SEED_BIT = 1 << 40
_INDUCTORS_LIMIT = 2000  # how deep torch._inductor.compile_fx lets Python recurse, from its first compilation on


@dataclass(frozen=True)
class _Setting:
    """A setting of the whole process: how it is read, and how it is put back."""

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
    """Return whether a new recursion limit is the one that torch sets when it first compiles something."""
    return after == max(before, _INDUCTORS_LIMIT) and "torch._inductor.compile_fx" in sys.modules


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # removed, or out of bounds
        return ""


def _set_directory(path: str) -> None:
    if path:
        os.chdir(path)


@dataclass
class _Environment:
    """The variables that are a caller's to change.

    Decoding each of them took half of what is done around a call, so they are decoded when one has changed.
    """

    _stored: dict[Any, Any] = field(default_factory=dict)
    _variables: dict[str, str] = field(default_factory=dict)

    def read(self) -> dict[str, str]:
        """Return them, by name; not to be changed."""
        # Where somebody has put a dict of his own in the place of `os.environ`, that is what counts.
        stored = dict(getattr(os.environ, "_data", os.environ))
        if stored != self._stored:
            self._stored = stored
            self._variables = {name: value for name, value in os.environ.items() if not name.startswith(_LIBRARIES_OWN)}
        return self._variables

    def write(self, wanted: dict[str, str]) -> None:
        """Let there be these variables and, of a caller's, no others."""
        for name in self.read().keys() - wanted.keys():
            del os.environ[name]
        os.environ.update(wanted)


_ENVIRONMENT = _Environment()


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
    _Setting("environment", _ENVIRONMENT.read, _ENVIRONMENT.write),
    _Setting("locale", lambda: locale.setlocale(locale.LC_ALL), lambda text: locale.setlocale(locale.LC_ALL, text)),
    _Setting("recursion_limit", sys.getrecursionlimit, sys.setrecursionlimit, _by_inductor),
)
RANDOM_SEED = "random_seed"
SETTINGS: tuple[str, ...] = (*(setting.name for setting in _SETTINGS), RANDOM_SEED)


def seed_everything(seed: int) -> None:
    """Start Python's, NumPy's and torch's global generators from `seed`."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # NumPy takes no more bits
    _seed_torch(_marked(seed))


@contextmanager
def kept_generators() -> Iterator[None]:
    """Put the global random generators of Python, NumPy and torch back where they were.

    A test's next random input must not depend on whether a reference's answer had to be asked for or was remembered.
    """
    python, legacy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    devices = [(device, device.get_rng_state()) for device in _started_devices()]
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
        torch.set_rng_state(cpu)
        for device, state in devices:
            device.set_rng_state(state)


def _started_devices() -> Iterator[Any]:
    """Yield torch's modules of real accelerators in use: asking one that is not would start it."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        yield torch.cuda
    if torch.backends.mps.is_available():
        yield torch.mps
    if torch.xpu.is_initialized():  # type: ignore[no-untyped-call]
        yield torch.xpu


def _seed_torch(seed: int) -> None:
    """Do as `torch.manual_seed`, without its cost for devices that this build of torch cannot have.

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
    return seed % 2**32 + _GRADERS_SEED_BIT


@dataclass
class GlobalState:
    """The state that one call found, and what is noted while it runs. `restore` must follow, whatever the call did."""

    seed: int
    before: dict[str, Any]
    _reseeded: set[str] = field(default_factory=set)
    _functions: list[tuple[Any, str, Any]] = field(default_factory=list)

    @classmethod
    def prepare(cls, seed: int) -> GlobalState:
        """Seed all generators, switch gradients on, and remember how everything is."""
        seed_everything(seed)
        torch.set_grad_enabled(True)
        global_state = cls(seed, {setting.name: setting.read() for setting in _SETTINGS})
        global_state._watch(random, "seed", lambda: global_state._reseeded.add("random"))
        global_state._watch(random, "setstate", lambda: global_state._reseeded.discard("random"))
        global_state._watch(np.random, "seed", lambda: global_state._reseeded.add("numpy"))
        global_state._watch(np.random, "set_state", lambda: global_state._reseeded.discard("numpy"))
        return global_state

    def reseed(self) -> None:
        """Start torch's generator afresh, remembering what has happened to it so far."""
        self._look_at_torch()
        _seed_torch(_marked(self.seed))

    def restore(self) -> tuple[str, ...]:
        """Put things back, and return the names (of `SETTINGS`) of what had been changed."""
        for module, name, function in self._functions:
            setattr(module, name, function)
        self._look_at_torch()
        changed = [setting.name for setting in _SETTINGS if self._put_back(setting)]
        return (*changed, RANDOM_SEED) if self._reseeded else tuple(changed)

    def _put_back(self, setting: _Setting) -> bool:
        """Put a setting back; return whether the caller had changed it."""
        before, after = self.before[setting.name], setting.read()
        if after == before:
            return False
        with contextlib.suppress(Exception):  # a folder that is gone: all that can be done is to tell
            setting.write(before)
        return not setting.by_torch(before, after)

    def _look_at_torch(self) -> None:
        """Note whether torch's generator has been seeded since: `_marked` tells our own seed from any other."""
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
