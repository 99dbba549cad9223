"""The walk through a tree of facts, and the making of another of the same form: the one place that knows its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from antorcha.worker.facts import ArrayFact, RecordFact, TensorFact, Tree

# The wire carries no deeper tree; a live object that holds itself would never end.
_DEEPEST = 64


def parts(tree: Tree) -> list[Tree]:
    """Return what a dict, a list, a tuple or a record holds, in order; nothing for any other.

    A dict's keys belong to the dict, and a set is a leaf: its order would differ from one process to the next.
    """
    if isinstance(tree, dict):
        return list(dict.values(tree))
    if isinstance(tree, list | tuple) and not isinstance(tree, torch.Size):
        return list(tree)
    return [value for _, value in tree.fields] if type(tree) is RecordFact else []


def walk(tree: Tree, deepest: int = _DEEPEST) -> Iterator[Tree]:
    """Yield a tree and all that is in it, each before its parts, down to `deepest` levels."""
    waiting = [(tree, deepest)]
    while waiting:
        node, levels = waiting.pop()
        yield node
        if levels:
            waiting += [(part, levels - 1) for part in reversed(parts(node))]


def tensors_and_arrays(tree: Tree) -> list[TensorFact | ArrayFact]:
    """Return the tensors and arrays of a tree, in the order of `walk`."""
    return [node for node in walk(tree) if isinstance(node, TensorFact | ArrayFact)]


def map_leaves(change: Callable[[Tree], Any], tree: Tree) -> Any:
    """Return the tree with `change` made to each leaf, keys of dicts and items of sets included.

    A record counts as a leaf too, once its fields have been changed, so that it can become something else.
    """
    if isinstance(tree, dict):
        return {map_leaves(change, key): map_leaves(change, value) for key, value in tree.items()}
    if isinstance(tree, list | tuple | set) and not isinstance(tree, torch.Size):
        return type(tree)(map_leaves(change, item) for item in tree)
    if isinstance(tree, RecordFact):
        fields = tuple((name, map_leaves(change, value)) for name, value in tree.fields)
        return change(RecordFact(tree.type_name, fields, tree.is_tuple))
    return change(tree)
