"""The differences between the gradients of two answers with respect to the arguments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from antorcha.compare.policy import Rules
from antorcha.compare.values import all_zero, mismatch
from antorcha.course.model import Tolerance
from antorcha.results import Diagnosis
from antorcha.worker.facts import TensorFact, Tree
from antorcha.worker.observation import Observation
from antorcha.worker.trees import tensors_and_arrays

# A gradient goes through one more chain of operations than the value, whose tolerance the course sets.
_WIDER_THAN_OF_A_VALUE = 10


def gradient_differences(expected: Observation, actual: Observation, inputs: Tree, rules: Rules) -> Iterator[Diagnosis]:
    """Yield the differences between the gradients; nothing where the reference's answer has none.

    `inputs`: `[positional, keyword]` before the call, by whose tensors an argument is counted.
    """
    if expected.gradients is None:
        return
    # A gradient that the other side leaves out is one that is missing.
    got = (*(actual.gradients or ()), *(None for _ in expected.gradients))
    reached = any(gradient is not None for gradient in got)
    tensors = [fact for fact in tensors_and_arrays(inputs) if isinstance(fact, TensorFact)]
    wanting = [number for number, fact in enumerate(tensors, start=1) if fact.requires_grad]
    # Never fewer numbers than gradients, so that none goes unseen.
    numbers = chain(wanting, count(len(tensors) + 1))
    for number, left, right in zip(numbers, expected.gradients, got, strict=False):
        if left is None:
            if right is not None and not all_zero(right.data):  # one of zeros moves no parameter
                yield Diagnosis("gradient_unwanted")
        elif right is None and reached:
            yield Diagnosis("gradient_missing_argument", {"number": number})
        elif right is None or left.data.shape != right.data.shape:
            yield Diagnosis("gradient_missing")
        elif not same_gradient(left, right, rules):
            yield Diagnosis("gradient", {"number": number})


def same_gradient(expected: TensorFact, got: TensorFact, rules: Rules) -> bool:
    """Return whether two gradients of one shape agree within tolerance."""
    of_a_value = rules.tolerance(expected.dtype_name, expected.device)
    tolerance = Tolerance(_WIDER_THAN_OF_A_VALUE * of_a_value.rtol, _WIDER_THAN_OF_A_VALUE * of_a_value.atol)
    return mismatch(expected.data, got.data, tolerance) is None
