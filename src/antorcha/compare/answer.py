"""The differences between a student's answer and the reference's, of every kind of value that can arrive."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from antorcha.compare.finding import UncomparableError
from antorcha.compare.keys import device_name, exact_key, lenient_key
from antorcha.compare.numbers import as_number, same_kind, same_number
from antorcha.compare.place import WHOLE_ANSWER, Place
from antorcha.compare.policy import Rules
from antorcha.compare.show import show_apart, show_number, show_tree, type_word
from antorcha.compare.values import mismatch
from antorcha.course.model import Tolerance
from antorcha.results import Diagnosis
from antorcha.worker.facts import (
    DRAWN_KINDS,
    KINDS,
    MODULE,
    OPTIMIZER,
    ArrayFact,
    OpaqueFact,
    RecordFact,
    TensorFact,
    Tree,
)


def answer_differences(expected: Tree, got: Tree, rules: Rules) -> Iterator[Diagnosis]:
    """Yield the differences of an answer, the one to be told first.

    Raises: `UncomparableError` when `expected` cannot be compared.
    """
    return _Answers(rules).differences(expected, got, WHOLE_ANSWER)


# `x.numel` in place of `x.numel()`, a function of one's own, a lambda.
_UNCALLED = frozenset(("builtin_function_or_method", "method", "method-wrapper", "function"))


@dataclass(frozen=True)
class _Answers:
    """The walk through two answers side by side, led by the form of the expected one.

    A caller takes the first difference. So a wrong shape comes before wrong values, of which it is the cause, and a
    difference that the policy forgives is not yielded, but those behind it are.
    """

    rules: Rules

    def differences(self, expected: Tree, got: Tree, place: Place) -> Iterator[Diagnosis]:
        """Yield the differences of the values at `place`."""
        if isinstance(expected, OpaqueFact):
            raise UncomparableError(f"the reference returns a {expected.type_name}, which cannot be compared")
        # Of all wrong types None has a sentence of its own, which asks for the return that was forgotten.
        if got is None and expected is not None:
            kind = "nothing_returned" if place is WHOLE_ANSWER else "nothing_inside"
            yield place.diagnosis(kind, {"expected": type_word(expected)})
        elif isinstance(expected, TensorFact):
            yield from self.of_tensors(expected, got, place)
        elif isinstance(expected, ArrayFact):
            yield from self.of_arrays(expected, got, place)
        elif isinstance(expected, dict):
            yield from self.of_dicts(expected, got, place)
        elif isinstance(expected, RecordFact):
            yield from self.of_records(expected, got, place)
        elif isinstance(expected, list | tuple):
            yield from self.of_sequences(expected, got, place)
        elif isinstance(expected, bool | int | float | complex):
            yield from self.of_numbers(expected, got, place)
        else:
            yield from self.of_others(expected, got, place)

    def of_tensors(self, expected: TensorFact, got: Tree, place: Place) -> Iterator[Diagnosis]:
        policy = self.rules.policy
        if not isinstance(got, TensorFact):
            yield _wrong_type(expected, got, place)
            return
        yield from _shape_difference(tuple(expected.data.shape), tuple(got.data.shape), place)
        if policy.dtype == "same" and expected.dtype_name != got.dtype_name:
            yield _dtype_difference(f"torch.{expected.dtype_name}", f"torch.{got.dtype_name}", place)
        if policy.device == "same" and device_name(expected.device) != device_name(got.device):
            yield place.diagnosis("device", {"expected": expected.device}, {"got": got.device})
        if policy.layout == "same":
            yield from _layout_difference(expected, got, place)
        if expected.data.shape == got.data.shape:
            tolerance = self.rules.tolerance(expected.dtype_name, expected.device)
            yield from _value_difference(expected.data, got.data, tolerance, place)
        if policy.gradients == "same" and expected.requires_grad != got.requires_grad:
            yield place.diagnosis("gradient_missing" if expected.requires_grad else "gradient_unwanted")

    def of_arrays(self, expected: ArrayFact, got: Tree, place: Place) -> Iterator[Diagnosis]:
        # `np.float64(2)` is a number like `2.0` to whoever wrote it; a real array is never taken for a number.
        if expected.scalar and not isinstance(got, ArrayFact) and self.rules.policy.numbers == "lenient":
            yield from self.of_numbers(expected.data.item(), got, place)
            return
        if not isinstance(got, ArrayFact) or expected.scalar != got.scalar:
            yield _wrong_type(expected, got, place)
            return
        yield from _shape_difference(expected.data.shape, got.data.shape, place)
        if self.rules.policy.dtype == "same" and expected.data.dtype != got.data.dtype:
            yield _dtype_difference(expected.data.dtype.name, got.data.dtype.name, place)
        if expected.data.shape == got.data.shape:
            tolerance = self.rules.tolerance(expected.data.dtype.name)
            yield from _value_difference(_as_tensor(expected.data), _as_tensor(got.data), tolerance, place)

    def of_numbers(self, expected: Any, got: Tree, place: Place) -> Iterator[Diagnosis]:
        got = as_number(got, self.rules)
        if not same_kind(expected, got, self.rules):
            yield _wrong_type(expected, got, place)
        elif not same_number(expected, got, self.rules):
            kind = "truth_value" if isinstance(expected, bool) else "number"
            yield place.diagnosis(kind, {}, dict(show_apart(expected, got)))

    def of_sequences(self, expected: list[Tree] | tuple[Tree, ...], got: Tree, place: Place) -> Iterator[Diagnosis]:
        if isinstance(got, RecordFact) and got.is_tuple:  # a named tuple is a tuple
            got = tuple(value for _, value in got.fields)
        strict = self.rules.policy.containers == "strict"
        if not isinstance(got, list | tuple) or (strict and isinstance(got, list) != isinstance(expected, list)):
            yield _wrong_type(expected, got, place)
            return
        if len(expected) != len(got):
            yield place.diagnosis("length", {}, {"expected": str(len(expected)), "got": str(len(got))})
            return
        for number, (left, right) in enumerate(zip(expected, got, strict=True)):
            yield from self.differences(left, right, place.item(number))

    def of_dicts(self, expected: dict[Any, Tree], got: Tree, place: Place) -> Iterator[Diagnosis]:
        if not isinstance(got, dict):
            yield _wrong_type(expected, got, place)
            return
        # By stand-ins, for Python takes the keys True and 1 for one, and a NumPy scalar for what it is equal to.
        key_of = self.key_of
        given = {key_of(key): value for key, value in got.items()}
        wanted = {key_of(key): key for key in expected}
        missing = [key for canonical, key in wanted.items() if canonical not in given]
        if missing:
            yield place.diagnosis("key_missing", {}, {"key": show_tree(missing[0])}, asked_for=missing[0])
        # Counted in `got` itself: two of its keys may have one stand-in, and so one place in `given`.
        if len(got) > len(expected) - len(missing):
            extra = next((key for key in got if key_of(key) not in wanted), None)
            yield place.diagnosis("key_extra", {}, {"key": show_tree(extra)})
        for canonical, key in wanted.items():
            if canonical in given:
                yield from self.differences(expected[key], given[canonical], place.key(key))

    def key_of(self, key: Tree) -> Hashable:
        """Return the stand-in of a key, by which keys are the same where the policy takes them for the same."""
        return lenient_key(key) if self.rules.policy.numbers == "lenient" else exact_key(key)

    def of_records(self, expected: RecordFact, got: Tree, place: Place) -> Iterator[Diagnosis]:
        if expected.is_tuple and isinstance(got, list | tuple) and self.rules.policy.containers == "lenient":
            yield from self.of_sequences(tuple(value for _, value in expected.fields), got, place)
            return
        if not isinstance(got, RecordFact) or not _same_kind_of_record(expected.type_name, got.type_name):
            yield _wrong_type(expected, got, place)
            return
        fields = dict(got.fields)
        yield from _described_difference(expected, fields, place)
        for name, value in expected.fields:
            if expected.type_name in DRAWN_KINDS and (value is None or value == ""):
                continue  # nobody asked for a title, and one does no harm
            if name not in fields:
                yield place.diagnosis("key_missing", {}, {"key": name}, asked_for=name)
            else:
                yield from self.differences(value, fields[name], place.field(name))

    def of_others(self, expected: Tree, got: Tree, place: Place) -> Iterator[Diagnosis]:
        if type(expected) is not type(got):
            yield _wrong_type(expected, got, place)
        elif self.key_of(expected) != self.key_of(got):
            yield place.diagnosis("other", {}, {"expected": show_tree(expected), "got": show_tree(got)})


def _wrong_type(expected: Tree, got: Tree, place: Place) -> Diagnosis:
    kind = "not_called" if isinstance(got, OpaqueFact) and got.type_name in _UNCALLED else "type"
    return place.diagnosis(kind, {"expected": type_word(expected), "got": type_word(got)})


def _shape_difference(expected: tuple[int, ...], got: tuple[int, ...], place: Place) -> Iterator[Diagnosis]:
    if expected != got:
        kind = "shape" if len(expected) == len(got) else "ndim"
        yield place.diagnosis(kind, {}, {"expected": str(expected), "got": str(got)})


def _dtype_difference(expected: str, got: str, place: Place) -> Diagnosis:
    return place.diagnosis("dtype", {"expected": expected, "got": got})


def _layout_difference(expected: TensorFact, got: TensorFact, place: Place) -> Iterator[Diagnosis]:
    if expected.layout != got.layout:
        yield place.diagnosis("layout", {"expected": expected.layout, "got": got.layout})
    elif expected.data.stride() != got.data.stride():
        yield place.diagnosis("strides", {}, {"expected": str(expected.data.stride()), "got": str(got.data.stride())})


def _value_difference(
    expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance, place: Place
) -> Iterator[Diagnosis]:
    difference = mismatch(expected, got, tolerance)
    if difference is None:
        return
    private = {
        "count": difference.count,
        "total": difference.total,
        "where": list(difference.where),
        **show_apart(difference.expected, difference.got),
    }
    if difference.largest == difference.largest:  # of a misplaced NaN there is no difference to tell
        private["largest"] = show_number(difference.largest)
    yield place.diagnosis("value" if difference.where else "value_0d", {}, private)


def _same_kind_of_record(expected: str, got: str) -> bool:
    """Return whether records of two type names may be compared.

    A student may give a class of his own any name; the names in `KINDS` are given by `describe` and mean what they say.
    """
    return expected == got or not {expected, got} & KINDS


def _described_difference(expected: RecordFact, got: dict[str, Tree], place: Place) -> Iterator[Diagnosis]:
    """Yield differences that have a sentence of their own, before the field that they stand in is told of."""
    wanted = dict(expected.fields)
    if expected.type_name == MODULE and got.get("training") != wanted.get("training"):
        yield place.diagnosis("training_mode")
    if expected.type_name == OPTIMIZER and got.get("name") != wanted.get("name"):
        name = got.get("name")
        private = {
            "expected": str(wanted.get("name")),
            "got": (name if isinstance(name, str) else show_tree(name))[:80],  # the submission's own word, however long
        }
        yield place.diagnosis("optimizer", {}, private)


def _as_tensor(array: np.ndarray[Any, Any]) -> torch.Tensor:
    """Return a copy of an array as a tensor of the same shape and dtype."""
    # `from_numpy` refuses negative strides, and warns of memory that is read-only; `ascontiguousarray` makes one axis
    # out of none.
    return torch.from_numpy(np.ascontiguousarray(array).reshape(array.shape).copy())
