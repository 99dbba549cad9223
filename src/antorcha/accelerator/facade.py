"""`torch.sim`, the module that torch expects of a device, and patches where torch knows only its own devices."""

from __future__ import annotations

import importlib
import re
import weakref
from types import TracebackType
from typing import Any

import torch

from antorcha.accelerator.memory import to_device
from antorcha.accelerator.names import SIMULATED_DEVICE, SIMULATED_KIND

_PlainGenerator = torch.Generator


class DeviceModule:
    """The counterpart of `torch.cuda`, as far as programs for one device need it; no streams, no memory of its own."""

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
        """Do nothing: there is one device only."""

    @staticmethod
    def get_device_name(device: Any = None) -> str:
        return "simulated accelerator"

    @staticmethod
    def synchronize(device: Any = None) -> None:
        """Do nothing: everything is done when a call returns."""

    @staticmethod
    def empty_cache() -> None:
        """Do nothing: there is no cache."""

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
        """The context of `with torch.sim.device(0):`, which changes nothing: there is one device only."""

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
        return torch.device(SIMULATED_DEVICE)


class _AnyGenerator(type):
    """The type of `Generator`, for which torch's own generators are instances too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _PlainGenerator)


class Generator(metaclass=_AnyGenerator):
    """The `torch.Generator` of a process with the simulated device: torch makes generators for its own devices only."""

    def __new__(cls, device: Any = "cpu") -> Any:
        return DeviceGenerator() if torch.device(device).type == SIMULATED_KIND else _PlainGenerator(device)


def is_ours(generator: torch.Generator) -> bool:
    """Return whether a generator was made for the simulated device."""
    return _address(generator) in _ours


def patch() -> None:
    """Teach torch generators and storages of the device: it makes and allocates them for its own devices only."""
    # `torch.accelerator` goes past the module above and asks torch's own C++ for these.
    torch._C._accelerator_synchronizeDevice = lambda device_index: None
    torch._C._accelerator_isAllocatorInitialized = lambda: False  # so nobody asks for its statistics
    _many_tensors_at_once_as_on_cpu()
    torch.Tensor.pin_memory = _pin_memory  # type: ignore[method-assign, assignment]
    torch.Tensor.data = property(_plain_data.__get__, _set_data)  # type: ignore[assignment]
    torch.Generator = Generator  # type: ignore[misc]
    # torch asks in the order of these numbers: after the CPU (10), before its own rule for such backends (23).
    torch.serialization.register_package(15, _location_of, _restored)
    for name, method in (("clone", _clone), ("to", _to(torch.UntypedStorage.to)), ("__deepcopy__", _deepcopy)):
        setattr(torch.UntypedStorage, name, method)


def _many_tensors_at_once_as_on_cpu() -> None:
    """Let optimizers step parameter by parameter and clipping take all gradients at once, as torch does on the CPU.

    Torch chooses by the kind of device, and chooses otherwise for one that it does not know.
    """
    # Each module has imported these functions by name, so that each holds a reference of its own to replace.
    utils: Any
    optimizer: Any
    clipping: Any
    utils, optimizer, clipping = (
        importlib.import_module(name)
        for name in ("torch.utils._foreach_utils", "torch.optim.optimizer", "torch.nn.utils.clip_grad")
    )
    torchs_own = utils._device_has_foreach_support

    def has_support(device: torch.device) -> bool:
        return device.type == SIMULATED_KIND or bool(torchs_own(device))

    for module in (utils, optimizer):
        module._get_foreach_kernels_supported_devices = lambda: ["cuda"]
    for module in (utils, clipping):
        module._device_has_foreach_support = has_support


def _pin_memory(self: torch.Tensor, device: Any = None) -> torch.Tensor:
    if self.device.type == SIMULATED_KIND:
        raise RuntimeError(f"cannot pin '{self.type()}' only dense CPU tensors can be pinned")
    return self.clone()


_plain_data: Any = torch._C.TensorBase.data


def _set_data(self: torch.Tensor, value: torch.Tensor) -> None:
    """Let `x.data = y` take a tensor of the other device, as tensors of the CPU and of a GPU do.

    Torch copies the fields of one tensor into the other, and does so for its own devices only. Here the two Python
    objects exchange their tensors. Gradients go along: torch keeps none beside a tensor of another device.
    """
    try:
        _plain_data.__set__(self, value)
    except RuntimeError:
        kinds = {self.device.type, value.device.type}
        if not self.is_leaf or kinds != {"cpu", SIMULATED_KIND}:
            raise
        moved = torch.Tensor._make_subclass(type(self), value.detach(), self.requires_grad)
        if self.grad is not None and self.grad.shape == moved.shape:
            moved.grad = self.grad.to(value.device)
        moved.__dict__.update(self.__dict__)
        torch.utils.swap_tensors(self, moved)  # type: ignore[no-untyped-call]


def _storage_like(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """Return a storage of the simulated device with a copy of the bytes of another, which may be the CPU's."""
    content = torch.empty(0, dtype=torch.uint8, device=storage.device).set_(storage)
    return to_device(content.cpu().clone()).untyped_storage()


def _location_of(storage: Any) -> str | None:
    return SIMULATED_DEVICE if storage.device.type == SIMULATED_KIND else None


def _restored(storage: Any, location: str) -> Any:
    return _storage_like(storage) if re.fullmatch(rf"{SIMULATED_KIND}(:0)?", location) else None


_plain_clone: Any = torch.UntypedStorage.clone
_plain_deepcopy: Any = torch.UntypedStorage.__deepcopy__


def _clone(self: torch.UntypedStorage) -> Any:
    return _storage_like(self) if self.device.type == SIMULATED_KIND else _plain_clone(self)


def _deepcopy(self: torch.UntypedStorage, memo: dict[Any, Any]) -> Any:
    if self.device.type != SIMULATED_KIND:
        return _plain_deepcopy(self, memo)
    copies = memo.setdefault("torch", {})  # as torch's own does it, so that tensors that share memory share the copy
    if self._cdata not in copies:
        copies[self._cdata] = _storage_like(self)
    return copies[self._cdata]


def _to(plain: Any) -> Any:
    """Return `UntypedStorage.to` with the simulated device as one more place to go to. `plain`: torch's own."""

    def to(self: torch.UntypedStorage, *args: Any, **kwargs: Any) -> Any:
        device = kwargs.get("device", args[0] if args else None)
        if device is not None and torch.device(device).type == SIMULATED_KIND:
            return self if self.device.type == SIMULATED_KIND else _storage_like(self)
        return plain(self, *args, **kwargs)

    return to
