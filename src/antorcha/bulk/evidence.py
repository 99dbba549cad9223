"""A digest of what a submission showed in its checks: two submissions of one digest are the same to these tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from antorcha.bulk.protocol import MutantEvidence
from antorcha.plugin.check import CHECK, Check
from antorcha.worker.facts import ArrayFact, RecordFact, TensorFact, Tree
from antorcha.worker.observation import COUNTED_EVIDENCE, Observation
from antorcha.worker.trees import parts, walk

# What a worker says of itself, and a hostile one could make up; a value that is compared is no such thing.
SCENARIO, OPERATIONS, MEMORY, DEVICE = "scenario", "operation count", "memory", "device"
CLAIMS = (SCENARIO, OPERATIONS, MEMORY, DEVICE)


def evidence_in(items: Sequence[pytest.Item]) -> MutantEvidence:
    """Return what the last run of these tests saw."""
    digest = hashlib.sha256()
    claims: dict[str, tuple[str, ...]] = {}
    for item in items:
        check = item.stash[CHECK]
        for call in check.trace:
            digest.update(repr([call.key, _plain_observation(call.answer)]).encode("utf-8", "backslashreplace"))
        # A check on several devices is several tests: all that any of them believes is the check's.
        believed = {*claims.get(check.name, ()), *_claims_of(check)}
        claims[check.name] = tuple(claim for claim in CLAIMS if claim in believed)
    return MutantEvidence(digest.hexdigest(), {name: words for name, words in claims.items() if words})


def _claims_of(check: Check) -> Iterator[str]:
    if check.role != "cpu":
        yield DEVICE
    for call in check.trace:
        if call.measured:
            yield SCENARIO
        if call.policy.counts_operations:
            yield OPERATIONS
        if call.policy.memory != "ignore":
            yield MEMORY


def _plain_observation(observation: Observation) -> list[Any]:
    """Return all that counts of what a call showed, as lists of plain values, the same in every process.

    Memory is numbered in the order in which it is met: addresses differ from run to run.
    """
    memory: dict[int, int] = {}
    # One comment more moves the lines of a traceback, and changes nothing that a test could see.
    error = None if observation.error is None else replace(observation.error, frames=())
    counted = {name: getattr(observation, name) for name in COUNTED_EVIDENCE} | {"error": error}
    # Which gradients share memory is nobody's choice, and no test compares it.
    return [[name, _plain(value, {} if name == "gradients" else memory)] for name, value in counted.items()]


def _plain(tree: Tree, memory: dict[int, int]) -> list[Any]:
    """Write down a tree node by node; a container tells how many nodes after it are its own."""
    return [_plain_node(node, memory) for node in walk(tree)]


def _plain_node(node: Tree, memory: dict[int, int]) -> Any:
    if isinstance(node, TensorFact):
        flags = [node.device, node.requires_grad, node.leaf, node.layout, node.type_name]
        form = [str(node.data.dtype), tuple(node.data.shape), node.data.stride() if node.layout == "strided" else ()]
        return ["tensor", form, flags, _place(node.memory, memory), _bytes(node.data), _plain(node.grad, {})]
    if isinstance(node, ArrayFact):
        content = hashlib.sha256(np.ascontiguousarray(node.data).tobytes()).hexdigest()
        form = [node.data.dtype.str, node.data.shape, node.data.strides]
        return ["array", node.scalar, form, _place(node.memory, memory), content]
    if isinstance(node, RecordFact):
        return ["record", node.type_name, node.is_tuple, [name for name, _ in node.fields]]
    if isinstance(node, dict):
        return ["dict", [repr(key) for key in node]]
    if isinstance(node, set | frozenset):
        return [type(node).__name__, sorted(map(repr, node))]
    held = parts(node)
    return [type(node).__name__, len(held) if held else repr(node)]


def _place(number: int, memory: dict[int, int]) -> int:
    return -1 if number < 0 else memory.setdefault(number, len(memory))


def _bytes(data: torch.Tensor) -> str:
    # Bytes and not values: a NaN is then equal to itself, and -0.0 is not 0.0.
    dense = data.to_dense() if data.layout != torch.strided else data
    plain = dense.detach().resolve_conj().resolve_neg()
    # `contiguous()` would not do: it leaves a single element with whatever stride it has, and `view` wants 1.
    flat = plain.clone(memory_format=torch.contiguous_format).reshape(-1)
    return hashlib.sha256(flat.view(torch.uint8).numpy().tobytes()).hexdigest()
