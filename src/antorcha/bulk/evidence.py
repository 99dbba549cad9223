"""What a hand-in showed in its checks, as one digest: two hand-ins with the same one are the same to these tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
import torch

from antorcha.plugin.keys import CHECK
from antorcha.worker.facts import ArrayFact, Observation, TensorFact, Tree


def evidence_in(items: Sequence[pytest.Item]) -> str:
    """The digest of what the last run of these tests saw."""
    digest = hashlib.sha256()
    for item in items:
        for asked in item.stash[CHECK].trace:
            digest.update(repr([asked.key, _plain_observation(asked.answer)]).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _plain_observation(seen: Observation) -> list[Any]:
    """All that a call showed but the time that it took. Memory is numbered in the order in which it is met."""
    memory: dict[int, int] = {}
    error = None if seen.error is None else [seen.error.type_name, seen.error.message]
    gradients = None if seen.gradients is None else list(seen.gradients)
    return [
        _plain(seen.value, memory),
        [error, seen.fault, seen.touched, sorted(seen.world)],
        _plain(seen.arguments, memory),
        _plain(gradients, {}),
    ]


def _plain(tree: Tree, memory: dict[int, int]) -> Any:
    if isinstance(tree, TensorFact):
        flags = [tree.device, tree.requires_grad, tree.leaf, tree.layout, tree.type_name]
        form = [str(tree.data.dtype), tuple(tree.data.shape), tree.data.stride() if tree.layout == "strided" else ()]
        return ["tensor", form, flags, _place(tree.memory, memory), _bytes(tree.data), _plain(tree.grad, {})]
    if isinstance(tree, ArrayFact):
        content = hashlib.sha256(np.ascontiguousarray(tree.data).tobytes()).hexdigest()
        form = [tree.data.dtype.str, tree.data.shape, tree.data.strides]
        return ["array", tree.scalar, form, _place(tree.memory, memory), content]
    if is_dataclass(tree) and not isinstance(tree, type):
        return [type(tree).__name__, [_plain(getattr(tree, one.name), memory) for one in fields(tree)]]
    if isinstance(tree, dict):
        return ["dict", [[repr(key), _plain(value, memory)] for key, value in tree.items()]]
    if isinstance(tree, set | frozenset):
        return [type(tree).__name__, sorted(map(repr, tree))]
    if isinstance(tree, list | tuple) and not isinstance(tree, torch.Size):
        return [type(tree).__name__, [_plain(item, memory) for item in tree]]
    return [type(tree).__name__, repr(tree)]


def _place(number: int, memory: dict[int, int]) -> int:
    return -1 if number < 0 else memory.setdefault(number, len(memory))


def _bytes(data: torch.Tensor) -> str:
    dense = data.to_dense() if data.layout != torch.strided else data
    plain = dense.detach().resolve_conj().resolve_neg()
    # `contiguous()` would not do: it leaves a single element with whatever stride it has, and `view` wants 1.
    flat = plain.clone(memory_format=torch.contiguous_format).reshape(-1)
    return hashlib.sha256(flat.view(torch.uint8).numpy().tobytes()).hexdigest()
