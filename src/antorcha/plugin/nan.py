"""The search for NaN in an answer."""

from __future__ import annotations

import numpy as np
import torch

from antorcha.worker.facts import ArrayFact, TensorFact, Tree
from antorcha.worker.trees import walk

_COMPRESSED = (torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc)


def has_nan(tree: Tree) -> bool:
    """Return whether a number in an answer is NaN: in a tensor or an array, as a key or in a set too."""
    return any(_is_nan(node) or (isinstance(node, dict | set) and any(map(has_nan, node))) for node in walk(tree))


def _is_nan(node: Tree) -> bool:
    if isinstance(node, float | complex):
        return node != node  # of all numbers only NaN differs from itself
    if isinstance(node, ArrayFact):
        return node.data.dtype.kind in "fc" and bool(np.isnan(node.data).any())
    if not isinstance(node, TensorFact):
        return False
    try:
        # The narrowest floats have no `isnan` of their own; a wide one has every value of theirs.
        return bool(torch.isnan(_stored(node.data).to(torch.complex128)).any())
    except RuntimeError:  # quantised numbers, and whatever kind torch cannot convert: none of them has NaN
        return False


def _stored(data: torch.Tensor) -> torch.Tensor:
    """Return the numbers that a tensor keeps; those that a sparse one leaves out are zeros."""
    if data.layout in _COMPRESSED:
        return data.values()
    return data.coalesce().values() if data.is_sparse else data
