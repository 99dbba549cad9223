"""The way back from facts to live objects of our own, with which a test or a worker works."""

from __future__ import annotations

import contextlib
from collections import Counter, namedtuple
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import torch

from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.course.device_kinds import CPU, REAL_KINDS
from antorcha.worker.facts import STREAM, ArrayFact, DeviceFact, RecordFact, TensorFact, Tree
from antorcha.worker.trees import map_leaves, walk
from antorcha.worker.wire.format import LAYOUTS

# What numbers live on. A tensor of the meta device, say, comes as one of the CPU.
_DEVICE_TYPES = (CPU, *REAL_KINDS, SIMULATED_KIND)
_REBUILT = ("sparse_coo", "sparse_csr", "sparse_csc")  # the others need the sizes of their blocks


@dataclass(frozen=True)
class _Moved:
    """The memories of one tree: how many tensors lie in each, and their copies on other devices."""

    tensors: Counter[int]
    copies: dict[tuple[int, torch.device], torch.Tensor] = field(default_factory=dict)


class LiveRecord(SimpleNamespace):
    """The fields of what was an object of a dataclass on the other side."""


def live(tree: Tree) -> Any:
    """Return the objects that a tree describes, rebuilt from our own data: fresh tensors, arrays and containers.

    Tensors that shared memory share it again; `requires_grad` and a leaf's `.grad` are set; the device is the CPU
    unless this process has the one named. A record is an object with the same fields. An `OpaqueFact` stays one.
    """
    tensors = [node for node in walk(tree) if isinstance(node, TensorFact)]
    tensors += [tensor.grad for tensor in tensors if tensor.grad is not None]
    strided = [tensor.data for tensor in tensors if tensor.layout == "strided"]
    moved = _Moved(Counter(data.untyped_storage().data_ptr() for data in strided))
    return map_leaves(lambda leaf: _live_leaf(leaf, moved), tree)


def _live_leaf(leaf: Tree, moved: _Moved) -> Any:
    """Return the object for a leaf: no container, or a record whose fields are live already."""
    if isinstance(leaf, TensorFact):
        return _live_tensor(leaf, moved)
    if isinstance(leaf, ArrayFact):
        return leaf.data[()] if leaf.scalar else leaf.data
    if isinstance(leaf, DeviceFact):
        return _live_device(leaf.text) or leaf
    if not isinstance(leaf, RecordFact):
        return leaf
    if leaf.type_name == STREAM:
        items = dict(leaf.fields).get("items")
        return items if isinstance(items, list) else leaf
    if leaf.is_tuple:
        return _record_type(tuple(name for name, _ in leaf.fields))(*(value for _, value in leaf.fields))
    return LiveRecord(**dict(leaf.fields))


def _live_tensor(fact: TensorFact, moved: _Moved) -> torch.Tensor:
    """Return a tensor on its device, in its layout and of its class, with its gradient. `moved`: of the whole tree."""
    alone = fact.layout == "strided" and moved.tensors[fact.data.untyped_storage().data_ptr()] == 1
    tensor = fact.data
    device = None if fact.device == "cpu" else _live_device(fact.device)
    if device is not None:
        tensor = _on_device(tensor, device, moved)
    if alone:
        tensor = _no_view(tensor)
    if fact.layout in _REBUILT:
        with contextlib.suppress(RuntimeError, IndexError):  # not every shape can have every layout
            tensor = tensor.to_sparse(layout=LAYOUTS[fact.layout])
    if fact.type_name == "Parameter":
        tensor = torch.nn.Parameter(tensor, requires_grad=fact.requires_grad)
    elif fact.requires_grad:
        tensor = tensor.detach().requires_grad_(True)
    if fact.grad is not None and fact.grad.data.shape == tensor.shape and fact.grad.data.dtype == tensor.dtype:
        tensor.grad = _live_tensor(fact.grad, moved)
    return tensor


def _no_view(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor that fills its memory as `torch.tensor` makes it: autograd lets nobody detach a view in place."""
    storage = tensor.untyped_storage()
    fills_it = tensor.is_contiguous() and storage.nbytes() == tensor.numel() * tensor.element_size() > 0
    if not fills_it or not tensor._is_view() or tensor.is_quantized or tensor.is_conj() or tensor.is_neg():
        return tensor
    return torch.empty(0, dtype=tensor.dtype, device=tensor.device).set_(storage, 0, tensor.shape, tensor.stride())


def _on_device(tensor: torch.Tensor, device: torch.device, moved: _Moved) -> torch.Tensor:
    """Move a tensor. Its whole memory goes over, once, so that tensors that shared it share it there."""
    storage = tensor.untyped_storage()
    if not storage.nbytes():
        return tensor.to(device)
    place = (storage.data_ptr(), device)
    if place not in moved.copies:
        moved.copies[place] = torch.empty(0, dtype=torch.uint8).set_(storage).to(device)
    flat = moved.copies[place]
    whole = flat[: len(flat) - len(flat) % tensor.element_size()].view(tensor.dtype)
    return whole.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())


def _live_device(text: str) -> torch.device | None:
    """Return the device of that name, if this process has it and it is one that numbers live on."""
    if text.partition(":")[0] not in _DEVICE_TYPES:
        return None
    try:
        torch.empty(0, device=text)
    except (RuntimeError, AssertionError):
        return None
    return torch.device(text)


@lru_cache(maxsize=256)  # `namedtuple` compiles code for each new type
def _record_type(names: tuple[str, ...]) -> type[Any]:
    return namedtuple("Record", names, rename=True)
