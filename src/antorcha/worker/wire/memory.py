"""The memory of tensors and arrays on their way out: what overlaps travels as one buffer, so that views stay views."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from antorcha.accelerator.memory import to_host
from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.worker.wire.format import touched_bytes


@dataclass
class OutgoingLeaf:
    """A tensor or array on its way out: where its bytes lie and which of them it touches."""

    node: dict[str, Any]
    keep: Any  # owns the memory until the bytes are copied
    low: int  # address of the first byte that it touches
    high: int  # one past the last
    home: tuple[int, int]  # the whole memory that it may share with others
    itemsize: int
    numel: int


def copy_out(leaves: list[OutgoingLeaf]) -> list[bytes]:
    """Copy out the memory of all leaves: one buffer for each group of leaves whose memory overlaps."""
    result: list[bytes] = []
    for number, group in enumerate(_overlapping(leaves)):
        span = max(leaf.high for leaf in group) - min(leaf.low for leaf in group)
        needed = sum(leaf.numel * leaf.itemsize for leaf in group)
        # A converted tensor (conjugated, moved, ...) lies outside of the memory that it belongs to.
        at_home = all(leaf.home[0] <= leaf.low and leaf.high <= leaf.home[1] for leaf in group)
        # As one span, gaps and all, unless the gaps are most of it: two numbers of a huge memory travel alone.
        together = at_home and span <= 4 * needed + 4096
        for leaf in group:
            leaf.node["mm"] = number
        result += _copy_span(group, len(result), span) if together else _copy_each(group, len(result))
    for leaf in leaves:
        if not leaf.numel:
            leaf.node |= {"mm": -1, "bf": -1, "os": 0}
    return result


def as_plain_tensor(value: torch.Tensor) -> torch.Tensor:
    """Return the same numbers as an ordinary strided CPU tensor, sharing memory where that is possible."""
    with torch._C.DisableTorchFunctionSubclass():
        plain = torch.Tensor.detach(value)
        if plain.is_meta:  # it has a shape and no numbers; the device says so
            return torch.zeros((), dtype=plain.dtype).expand(plain.shape)
        if plain.layout is not torch.strided:
            plain = plain.to_dense()
        if plain.is_quantized:
            plain = plain.dequantize()
        plain = plain.resolve_conj().resolve_neg()
        # The simulated device's memory is the CPU's: seen from there it is the same, so sharing can still be told.
        return to_host(plain) if plain.device.type == SIMULATED_KIND else plain.cpu()


def storage_span(value: torch.Tensor) -> tuple[int, int] | None:
    """Return the addresses between which a tensor's whole storage lies; `None` where it has none."""
    try:
        storage = value.untyped_storage()
        start = storage.data_ptr()
        return (start, start + storage.nbytes())
    except RuntimeError:  # sparse tensors and wrappers have no storage to point at
        return None


def memory_span(array: np.ndarray[Any, Any], low: int, high: int) -> tuple[int, int]:
    """Return the addresses between which the memory under an array lies, that of its base or of its tensor."""
    base: Any = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    if isinstance(base.base, torch.Tensor):
        return storage_span(base.base) or (low, high)
    # Not `nbytes`: an array made by `as_strided` may have more elements than memory.
    start, end = touched_bytes(address_of(base), base.shape, base.strides, 1)
    return (min(start, low), max(end + base.itemsize - 1, high))


def _overlapping(leaves: list[OutgoingLeaf]) -> list[list[OutgoingLeaf]]:
    """Return the leaves that have bytes, in groups whose whole memories overlap, in the order of `leaves`."""
    groups: list[list[OutgoingLeaf]] = []
    end = -1
    for leaf in sorted((leaf for leaf in leaves if leaf.numel), key=lambda leaf: leaf.home):
        if groups and leaf.home[0] < end:
            groups[-1].append(leaf)
        else:
            groups.append([leaf])
        end = max(end, leaf.home[1])
    # Addresses differ from one run to the next; the same value must give the same bytes, digests are taken of them.
    order = {id(leaf): number for number, leaf in enumerate(leaves)}
    groups = [sorted(group, key=lambda leaf: order[id(leaf)]) for group in groups]
    return sorted(groups, key=lambda group: order[id(group[0])])


def _copy_span(group: list[OutgoingLeaf], index: int, span: int) -> list[bytes]:
    """Copy what lies between the first and the last byte of a group, as buffer `index`."""
    start = min(leaf.low for leaf in group)
    # Where a view begins in its memory is part of it; what lies before it in that memory is nobody's business.
    before = start - min(leaf.home[0] for leaf in group)
    before = before if before <= 4 * span + 4096 else 0
    for leaf in group:
        address = address_of(leaf.keep)
        leaf.node |= {"bf": index, "os": before + address - start}
    return [bytes(before) + ctypes.string_at(start, span)]


def _copy_each(group: list[OutgoingLeaf], index: int) -> list[bytes]:
    """Copy leaves far apart in one large memory: each travels alone, dense, and `mm` still tells that they share it."""
    result: list[bytes] = []
    for leaf in group:
        dense = leaf.keep.contiguous() if isinstance(leaf.keep, torch.Tensor) else np.ascontiguousarray(leaf.keep)
        leaf.node |= {"bf": index + len(result), "os": 0, "st": _dense_strides(leaf.node["sh"])}
        result.append(ctypes.string_at(address_of(dense), leaf.numel * leaf.itemsize))
    return result


def address_of(value: Any) -> int:
    """Return the address of the first element of a tensor or array."""
    return int(value.data_ptr() if isinstance(value, torch.Tensor) else value.__array_interface__["data"][0])


def _dense_strides(shape: list[int]) -> list[int]:
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return strides[::-1]
