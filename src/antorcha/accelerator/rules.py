"""Which tensors may meet in one operation, as on a GPU: all on one device, with the exceptions that torch documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from antorcha.accelerator.names import FIRST, NAME

# Their indices are brought to the device of the tensor that they index.
_INDEXING = frozenset({"index", "_unsafe_index", "index_put", "index_put_", "_index_put_impl_"})
# Not elementwise in torch's own list, and yet they take one number from a CPU tensor without axes.
_TAKE_A_NUMBER = frozenset({"masked_fill", "masked_fill_", "index_fill", "index_fill_", "fill", "fill_"})
# They exist to carry values between devices, or take lengths that live on the CPU.
_FREE = frozenset({"copy_", "_copy_from", "_copy_from_and_resize", "_to_copy", "_ctc_loss", "_ctc_loss_backward"})


@dataclass(frozen=True)
class Signature:
    """What an operator's schema says that matters here."""

    name: str
    takes_cpu_numbers: bool
    written: frozenset[int | str]  # positions and names of the arguments that it writes into
    outputs: frozenset[str]  # of these, the ones given as `out=`
    tensors: tuple[bool, ...]  # which positions are for one tensor


@cache
def signature(op: Any) -> Signature:
    name = op._schema.name.removeprefix("aten::")
    arguments = list(enumerate(op._schema.arguments))
    written = {key for place, one in arguments if _is_written(one) for key in (place, one.name)}
    outputs = frozenset(one.name for _, one in arguments if one.is_out)
    elementwise = torch.Tag.pointwise in op.tags
    tensors = tuple(str(one.type) == "Tensor" for _, one in arguments)
    return Signature(name, elementwise or name in _TAKE_A_NUMBER, frozenset(written), outputs, tensors)


def check_same_device(op: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Errors: `RuntimeError` in torch's own words when tensors of two devices meet in `op`."""
    known = signature(op)
    if known.name in _FREE:
        return
    if known.name in _INDEXING:
        _check_indexing(*args[:3])
        return
    here = there = False
    for key, value in (*enumerate(args), *kwargs.items()):
        for tensor in tensors_in(value):
            if tensor.device.type == NAME:
                here = True
            elif tensor.dim() or not known.takes_cpu_numbers or key in known.written:
                there = True
    if here and there:
        raise two_devices()


def two_devices() -> RuntimeError:
    message = f"Expected all tensors to be on the same device, but found at least two devices, {FIRST} and cpu!"
    return RuntimeError(message)


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors of one argument: itself, or those in its list."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from tensors_in(one)


def _check_indexing(tensor: torch.Tensor, indices: Sequence[torch.Tensor | None], values: Any = None) -> None:
    if tensor.device.type == "cpu" and any(one is not None and one.device.type == NAME for one in indices):
        raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
    if isinstance(values, torch.Tensor) and values.device != tensor.device and values.dim():
        raise two_devices()


def _is_written(argument: Any) -> bool:
    return argument.alias_info is not None and bool(argument.alias_info.is_write)
