"""The operators of the simulated device: each runs on the CPU, over the same memory, once devices are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from antorcha.accelerator.facade import is_ours
from antorcha.accelerator.memory import to_device, to_host
from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.accelerator.operators import operator
from antorcha.accelerator.rules import check_same_device, signature

Kernel = Callable[..., Any]

# These only describe memory anew. The CPU's own kernels do that for any device, and keep storage and views as they are.
_DESCRIBING = (
    *("as_strided", "_reshape_alias", "view", "view_as_real", "view_as_complex", "unfold"),
    *("set_.source_Storage", "set_.source_Storage_storage_offset", "set_.source_Tensor"),
)
# For a device that it does not know torch would choose no kernel here.
_AS_ON_CPU = ("copy_", "_to_copy", "convolution", "convolution_backward", "_convolution")
_COMPOSITE = ("CompositeImplicitAutograd", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")


def register(implement: Callable[[str, Kernel, str], None]) -> None:
    """Give the operators of `aten` that need more than the fallback their kernels.

    `implement`: registers (operator, kernel, dispatch key).
    """
    for name in _DESCRIBING:
        implement(name, _described(name), "PrivateUse1")
    for name in (*_AS_ON_CPU, *_with_two_ways()):
        implement(name, _as_on_cpu(name), "PrivateUse1")
    implement("resize_", _resize, "PrivateUse1")
    implement("_efficientzerotensor", torch.zeros, "PrivateUse1")


def _with_two_ways() -> list[str]:
    """Return the operators that the CPU computes in its own way and other devices in a general one.

    The general way rounds otherwise, and the device's numbers are to be the CPU's.
    """
    registered: Callable[[str], list[str]] = torch._C._dispatch_get_registrations_for_dispatch_key
    general = {name for key in _COMPOSITE for name in registered(key)}
    both = [name.removeprefix("aten::") for name in registered("CPU") if name in general and name.startswith("aten::")]
    return [name for name in both if name not in _AS_ON_CPU and name not in _DESCRIBING]


def run(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run `op` on the CPU over the arguments' memory; the results belong to the simulated device."""
    check_same_device(op, args, kwargs)
    call = _Call(op)
    host_args = [call.to_host(value) for value in args]
    host_kwargs = {name: call.keyword(name, value) for name, value in kwargs.items()}
    result = _for_numbers(op, args)(*host_args, **host_kwargs)
    call.write_back()
    return call.back(result)


def _for_numbers(op: Any, args: tuple[Any, ...]) -> Any:
    """Return the operator to call with `args`: `op`, or all its overloads where a number stands in a tensor's place.

    Torch hands the 3 of `x % 3` over as a tensor, which arrives here as a number: another overload takes it.
    """
    for wants_tensor, value in zip(signature(op).tensors, args, strict=False):
        if wants_tensor and isinstance(value, int | float | complex):
            return op.overloadpacket
    return op


class _Call:
    """One operator's arguments on their way to the CPU and its results on their way back."""

    def __init__(self, op: Any) -> None:
        self._outputs = signature(op).outputs
        self._known: list[tuple[torch.Tensor, torch.Tensor]] = []  # what the CPU saw, and whose memory it is
        self._fresh: list[tuple[torch.Tensor, torch.Tensor]] = []  # copies for `out=`, and what they are written to
        self._stays = False  # a result for another device than this one

    def to_host(self, value: Any) -> Any:
        """Return an argument as the CPU takes it. Raises: `RuntimeError` for a generator of the CPU, as on a GPU."""
        if isinstance(value, torch.Tensor):
            host = to_host(value) if value.device.type == SIMULATED_KIND else value
            self._known.append((host, value))
            return host
        if isinstance(value, list | tuple):
            return [self.to_host(item) for item in value]
        if isinstance(value, torch.Generator) and not is_ours(value):
            raise RuntimeError(f"Expected a '{SIMULATED_KIND}' device type for generator but found 'cpu'")
        return value

    def keyword(self, name: str, value: Any) -> Any:
        """Return a keyword argument as the CPU takes it. Raises: `RuntimeError` for pinned memory, as on a GPU."""
        if name in self._outputs and isinstance(value, torch.Tensor) and value.device.type == SIMULATED_KIND:
            # A tensor of its own: the operator may give it another size, which borrowed memory cannot have.
            host = torch.empty_like(to_host(value)).copy_(to_host(value))
            self._known.append((host, value))
            self._fresh.append((host, value))
            return host
        if name == "device" and value is not None:
            self._stays = torch.device(value).type != SIMULATED_KIND
            return value if self._stays else torch.device("cpu")
        if name == "pin_memory" and value:
            raise RuntimeError(f"Cannot pin 'torch.{SIMULATED_KIND}.FloatTensor' only dense CPU tensors can be pinned")
        return self.to_host(value)

    def write_back(self) -> None:
        """Write what the CPU gave for `out=` into the caller's own tensors, which may have to take another shape."""
        for host, output in self._fresh:
            if host.shape != output.shape:
                reach = sum((size - 1) * step for size, step in zip(host.shape, host.stride(), strict=True)) + 1
                output.resize_(reach if host.numel() else 0)
                output.as_strided_(host.shape, host.stride())
            to_host(output).copy_(host)

    def back(self, value: Any) -> Any:
        """Return a result as the caller gets it: an argument itself where the operator answers with one."""
        if isinstance(value, torch.Tensor):
            for host, original in self._known:
                if value is host:
                    return original
            if self._stays:
                return value
            if value.layout is not torch.strided:
                raise NotImplementedError("the simulated device has dense tensors only; a GPU has sparse ones too")
            return to_device(value)
        if isinstance(value, list | tuple):
            return type(value)(self.back(item) for item in value)
        return value


def _described(name: str) -> Kernel:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        return operator(name)._op_dk(torch._C.DispatchKey.CPU, *args, **kwargs)

    return kernel


def _as_on_cpu(name: str) -> Kernel:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        return run(operator(name), *args, **kwargs)

    return kernel


def _resize(tensor: torch.Tensor, size: list[int], memory_format: torch.memory_format | None = None) -> torch.Tensor:
    """Resize in place as on the CPU, except that memory that has to grow moves: older views keep the old memory.

    Memory that torch took over through DLPack cannot be made longer where it lies.
    """
    strides = torch.empty(size, device="meta", memory_format=memory_format or torch.contiguous_format).stride()
    numel = 1
    for length in size:
        numel *= length
    storage = tensor.untyped_storage()
    needed = (tensor.storage_offset() + numel) * tensor.element_size()
    if numel and needed > storage.nbytes():
        bytes_now = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage)
        grown = torch.empty(needed, dtype=torch.uint8)
        grown[: storage.nbytes()] = to_host(bytes_now)
        storage = to_device(grown).untyped_storage()
    operator("set_.source_Storage_storage_offset")(tensor, storage, tensor.storage_offset(), size, strides)
    return tensor
