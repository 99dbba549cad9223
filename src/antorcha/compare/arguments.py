"""The differences in what became of the arguments: their content, their modes, and whether the answer shares memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from antorcha.compare.answer import answer_differences
from antorcha.compare.gradients import same_gradient
from antorcha.compare.keys import exact_key
from antorcha.compare.policy import Policy, Rules
from antorcha.compare.values import identical
from antorcha.results import Diagnosis
from antorcha.worker.facts import ArrayFact, RecordFact, TensorFact, Tree
from antorcha.worker.observation import Observation
from antorcha.worker.trees import tensors_and_arrays
from antorcha.worker.watching import GRADIENT, MODE, REQUIRES_GRAD


def argument_differences(expected: Observation, actual: Observation, inputs: Tree, rules: Rules) -> Iterator[Diagnosis]:
    """Yield the arguments that do not end as the reference leaves them.

    `inputs`: `[positional, keyword]` before the call.
    """
    wanted = list(_named_arguments(expected.arguments))
    got = list(_named_arguments(actual.arguments))
    before = list(_named_arguments(inputs))
    if len(wanted) != len(got):
        yield Diagnosis("argument_changed")
        return
    for (name, target), (_, after), (_, start) in zip(wanted, got, before, strict=False):
        # Left alone by the reference, an argument is compared exactly, since there was nothing to compute. One that
        # it changes may end within rounding of what it makes of it.
        if same_tree(target, after):
            continue
        if same_tree(target, start):
            flag_alone = name.isdecimal() and same_tree(start, after, flags=False)
            yield _about_argument("handed_requires_grad" if flag_alone else "argument_changed", name)
        elif not _ends_alike(target, after, rules):
            flag_alone = name.isdecimal() and _flags(start) == _flags(target) != _flags(after)
            yield _about_argument("handed_requires_grad" if flag_alone else "argument_not_changed", name)
    # Torch counts how often a tensor was written to, also with what it held before: the values alone do not tell.
    if set(actual.touched) - set(expected.touched):
        yield Diagnosis("argument_touched", {})


def handed_differences(expected: Observation, actual: Observation, policy: Policy) -> Iterator[Diagnosis]:
    """Yield what a scenario handed to the student's functions and only the reference left as it was.

    What the reference changes too, the scenario returns where it matters: a model that was trained may keep its last
    gradients or not.
    """
    for change in actual.handed:
        _, position, aspect = change
        ignored = (policy.mode == "ignore" and aspect == MODE) or (
            policy.gradients == "ignore" and aspect in (GRADIENT, REQUIRES_GRAD)
        )
        if change not in expected.handed and not ignored:
            yield Diagnosis(f"handed_{aspect}", {"argument": str(position + 1)})


def memory_differences(actual: Observation, wanted: Literal["own", "shared"]) -> Iterator[Diagnosis]:
    """Yield the tensors and arrays of the answer whose memory is an argument's and should not be, or the other way."""
    of_arguments = {leaf.memory for leaf in tensors_and_arrays(actual.arguments) if leaf.memory >= 0}
    for leaf in tensors_and_arrays(actual.value):
        if leaf.memory < 0:  # empty, so it has no memory that it could share
            continue
        shares = leaf.memory in of_arguments
        if shares and wanted == "own":
            yield Diagnosis("memory_shared", {})
        if not shares and wanted == "shared":
            yield Diagnosis("memory_not_shared", {})


def same_tree(left: Tree, right: Tree, *, flags: bool = True) -> bool:
    """Return whether two trees are the same in every number, flag, stride and gradient.

    For arguments before and after a call: no tolerance, and no container taken for another. `flags`: `requires_grad`
    counts.
    """
    if isinstance(left, TensorFact) and isinstance(right, TensorFact):
        same_flags = not flags or left.requires_grad == right.requires_grad
        same_kind = same_flags and left.data.stride() == right.data.stride() and left.dtype_name == right.dtype_name
        return same_kind and identical(left.data, right.data) and same_tree(left.grad, right.grad)
    if isinstance(left, ArrayFact) and isinstance(right, ArrayFact):
        return left.data.dtype == right.data.dtype and np.array_equal(
            left.data, right.data, equal_nan=left.data.dtype.kind in "fc"
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        same_keys = [exact_key(key) for key in left] == [exact_key(key) for key in right]
        return same_keys and same_tree(list(left.values()), list(right.values()), flags=flags)
    if isinstance(left, RecordFact):
        return same_tree([value for _, value in left.fields], [value for _, value in right.fields], flags=flags)
    if isinstance(left, list | tuple):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(same_tree(one, other, flags=flags) for one, other in pairs)
    return exact_key(left) == exact_key(right)


def _about_argument(kind: str, name: str) -> Diagnosis:
    """Return a diagnosis that names an argument: its position is in the stub, and its name should be."""
    if name.isdecimal():
        return Diagnosis(kind, {"argument": name})
    return Diagnosis(kind, {}, {"argument": name, "argument_words": [name]})


def _ends_alike(expected: Tree, got: Tree, rules: Rules) -> bool:
    """Return whether an argument that is to be changed holds the same numbers and gradients in the end."""
    if next(answer_differences(expected, got, rules), None) is not None:
        return False
    pairs = zip(_gradients(expected), _gradients(got), strict=True)
    return all(
        (left is None) == (right is None) and (left is None or right is None or same_gradient(left, right, rules))
        for left, right in pairs
    )


def _gradients(tree: Tree) -> list[TensorFact | None]:
    """Return the `.grad` of each tensor, in the order of the walk."""
    return [leaf.grad for leaf in tensors_and_arrays(tree) if isinstance(leaf, TensorFact)]


def _flags(tree: Tree) -> list[bool]:
    """Return of each tensor whether it wants gradients, in the order of the walk."""
    return [leaf.requires_grad for leaf in tensors_and_arrays(tree) if isinstance(leaf, TensorFact)]


def _named_arguments(arguments: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield the name or position (from 1) and the content of each argument of `[positional, keyword]`."""
    if not isinstance(arguments, list) or len(arguments) != 2:
        return
    positional, keyword = arguments
    for number, value in enumerate(positional, start=1):
        yield str(number), value
    for name, value in keyword.items():
        yield str(name), value
