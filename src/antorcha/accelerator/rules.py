"""The rules for tensors that meet in one operation: all on one device, with the exceptions that torch documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from antorcha.accelerator.names import SIMULATED_DEVICE, SIMULATED_KIND

# Their indices are brought to the device of the tensor that they index.
_INDEXING = frozenset({"index", "_unsafe_index", "index_put", "index_put_", "_index_put_impl_"})
# Not elementwise in torch's own list, and yet they take one number from a CPU tensor without axes.
_TAKE_A_NUMBER = frozenset({"masked_fill", "masked_fill_", "index_fill", "index_fill_", "fill", "fill_"})
# They exist to carry values between devices, or take lengths that live on the CPU.
_FREE = frozenset({"copy_", "_copy_from", "_copy_from_and_resize", "_to_copy", "_ctc_loss", "_ctc_loss_backward"})


@dataclass(frozen=True)
class Signature:
    """The part of an operator's schema that decides about devices."""

    name: str
    takes_cpu_numbers: bool
    written: frozenset[int | str]  # positions and names of the arguments that it writes into
    outputs: frozenset[str]  # of these, the ones given as `out=`
    tensors: tuple[bool, ...]  # which positions are for one tensor


@cache
def signature(op: Any) -> Signature:
    """Return the signature of an operator, whose schema is read once."""
    name = op._schema.name.removeprefix("aten::")
    arguments = list(enumerate(op._schema.arguments))
    written = {
        key
        for place, argument in arguments
        if argument.alias_info is not None and argument.alias_info.is_write
        for key in (place, argument.name)
    }
    outputs = frozenset(argument.name for _, argument in arguments if argument.is_out)
    elementwise = torch.Tag.pointwise in op.tags
    tensors = tuple(str(argument.type) == "Tensor" for _, argument in arguments)
    return Signature(name, elementwise or name in _TAKE_A_NUMBER, frozenset(written), outputs, tensors)


def check_same_device(op: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Refuse tensors of two devices in one operation. Raises: `RuntimeError` in torch's own words.

    A CPU tensor without axes counts as a number for elementwise operators, but not where they would write into it.
    """
    own = signature(op)
    if own.name in _FREE:
        return
    if own.name in _INDEXING:
        _check_indexing(*args[:3])
        return
    on_device = on_cpu = False
    for key, value in (*enumerate(args), *kwargs.items()):
        for tensor in tensors_in(value):
            if tensor.device.type == SIMULATED_KIND:
                on_device = True
            elif tensor.dim() or not own.takes_cpu_numbers or key in own.written:
                on_cpu = True
    if on_device and on_cpu:
        raise two_devices()


def two_devices() -> RuntimeError:
    """Return the error with torch's own text, word for word: `errors` goes by it."""
    message = (
        f"Expected all tensors to be on the same device, but found at least two devices, {SIMULATED_DEVICE} and cpu!"
    )
    return RuntimeError(message)


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors of one argument: itself, or those in its list."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)


def _check_indexing(tensor: torch.Tensor, indices: Sequence[torch.Tensor | None], values: Any = None) -> None:
    if tensor.device.type == "cpu" and any(
        index is not None and index.device.type == SIMULATED_KIND for index in indices
    ):
        raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
    if isinstance(values, torch.Tensor) and values.device != tensor.device and values.dim():
        raise two_devices()
