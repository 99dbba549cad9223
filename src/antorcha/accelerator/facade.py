"""`torch.sim`: the module that torch expects of a device, and the few places where torch knows only its own devices."""

from __future__ import annotations

import importlib
import re
import weakref
from types import TracebackType
from typing import Any

import torch

from antorcha.accelerator.memory import to_device
from antorcha.accelerator.names import FIRST, NAME

_PlainGenerator = torch.Generator


class DeviceModule:
    """What `torch.cuda` is to a GPU, as far as programs for one device need it; no streams, no memory of its own."""

    @staticmethod
    def is_available() -> bool:
        return True

    @staticmethod
    def is_initialized() -> bool:
        return True

    @staticmethod
    def device_count() -> int:
        return 1

    @staticmethod
    def current_device() -> int:
        return 0

    @staticmethod
    def set_device(device: Any) -> None:
        """There is one device only."""

    @staticmethod
    def get_device_name(device: Any = None) -> str:
        return "simulated accelerator"

    @staticmethod
    def synchronize(device: Any = None) -> None:
        """Everything is done when a call returns."""

    @staticmethod
    def empty_cache() -> None:
        """There is no cache."""

    @staticmethod
    def manual_seed(seed: int) -> None:
        torch.default_generator.manual_seed(seed)

    @staticmethod
    def manual_seed_all(seed: int) -> None:
        torch.default_generator.manual_seed(seed)

    @staticmethod
    def get_rng_state(device: Any = None) -> torch.Tensor:
        return torch.get_rng_state()

    @staticmethod
    def set_rng_state(state: torch.Tensor, device: Any = None) -> None:
        torch.set_rng_state(state)

    @staticmethod
    def get_amp_supported_dtype() -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]

    @staticmethod
    def _is_in_bad_fork() -> bool:
        return False

    class device:  # noqa: N801 - as in torch.cuda
        """`with torch.sim.device(0):` changes nothing, as there is one device only."""

        def __init__(self, device: Any) -> None:
            self.idx = 0

        def __enter__(self) -> None:
            return None

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
        ) -> None:
            return None


_ours: set[int] = set()  # torch makes a new Python object of a generator now and then; its address stays


def _address(generator: Any) -> int:
    return int(generator._cdata)


class DeviceGenerator(_PlainGenerator):
    """A generator that says it belongs to the simulated device and draws the CPU's numbers."""

    def __init__(self) -> None:
        _ours.add(_address(self))
        weakref.finalize(self, _ours.discard, _address(self))

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return torch.device(FIRST)


class _AnyGenerator(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _PlainGenerator)


class Generator(metaclass=_AnyGenerator):
    """`torch.Generator`, which torch itself makes for its own devices only."""

    def __new__(cls, device: Any = "cpu") -> Any:
        return DeviceGenerator() if torch.device(device).type == NAME else _PlainGenerator(device)


def is_ours(generator: torch.Generator) -> bool:
    """Was it made for the simulated device?"""
    return _address(generator) in _ours


def patch() -> None:
    """Teach torch the rest: generators, and storages, which it allocates by itself for its own devices only."""
    torch._C._accelerator_synchronizeDevice = lambda device_index: None
    torch._C._accelerator_isAllocatorInitialized = lambda: False  # so nobody asks for its statistics
    _many_tensors_at_once_as_on_cpu()
    torch.Tensor.pin_memory = _pin_memory  # type: ignore[method-assign, assignment]
    torch.Generator = Generator  # type: ignore[misc]
    torch.serialization.register_package(15, _location_of, _restored)
    for name, method in (("clone", _clone), ("to", _to(torch.UntypedStorage.to)), ("__deepcopy__", _deepcopy)):
        setattr(torch.UntypedStorage, name, method)


def _many_tensors_at_once_as_on_cpu() -> None:
    """Optimizers go parameter by parameter there and clipping takes all at once: the other way rounds otherwise."""
    utils: Any
    optimizer: Any
    clipping: Any
    utils, optimizer, clipping = (
        importlib.import_module(name)
        for name in ("torch.utils._foreach_utils", "torch.optim.optimizer", "torch.nn.utils.clip_grad")
    )
    knows = utils._device_has_foreach_support

    def has_support(device: torch.device) -> bool:
        return device.type == NAME or bool(knows(device))

    for module in (utils, optimizer):
        module._get_foreach_kernels_supported_devices = lambda: ["cuda"]
    for module in (utils, clipping):
        module._device_has_foreach_support = has_support


def _pin_memory(self: torch.Tensor, device: Any = None) -> torch.Tensor:
    if self.device.type == NAME:
        raise RuntimeError(f"cannot pin '{self.type()}' only dense CPU tensors can be pinned")
    return self.clone()


def _storage_like(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """The bytes of a storage, copied into memory of the simulated device."""
    content = torch.empty(0, dtype=torch.uint8, device=storage.device).set_(storage)
    return to_device(content.cpu().clone()).untyped_storage()


def _location_of(storage: Any) -> str | None:
    return FIRST if storage.device.type == NAME else None


def _restored(storage: Any, location: str) -> Any:
    return _storage_like(storage) if re.fullmatch(rf"{NAME}(:0)?", location) else None


_plain_clone: Any = torch.UntypedStorage.clone
_plain_deepcopy: Any = torch.UntypedStorage.__deepcopy__


def _clone(self: torch.UntypedStorage) -> Any:
    return _storage_like(self) if self.device.type == NAME else _plain_clone(self)


def _deepcopy(self: torch.UntypedStorage, memo: dict[Any, Any]) -> Any:
    if self.device.type != NAME:
        return _plain_deepcopy(self, memo)
    known = memo.setdefault("torch", {})
    if self._cdata not in known:
        known[self._cdata] = _storage_like(self)
    return known[self._cdata]


def _to(plain: Any) -> Any:
    def to(self: torch.UntypedStorage, *args: Any, **kwargs: Any) -> Any:
        device = kwargs.get("device", args[0] if args else None)
        if device is not None and torch.device(device).type == NAME:
            return self if self.device.type == NAME else _storage_like(self)
        return plain(self, *args, **kwargs)

    return to
