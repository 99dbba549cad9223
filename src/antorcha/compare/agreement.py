"""Evidence against evidence: what the student's call showed against what the reference's showed.

Everything here runs on the trusted side over plain facts. The first difference found is the one reported, in the
order in which a person would want to hear of it.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from antorcha.accelerator.messages import mistake_with_devices
from antorcha.compare.policy import Policy
from antorcha.compare.show import is_public_error, public_type, show_apart, show_number, show_tree, type_word
from antorcha.compare.values import identical, mismatch
from antorcha.course.model import Course, Tolerance
from antorcha.results import Diagnosis, Verdict
from antorcha.worker.facts import (
    DRAWN,
    KINDS,
    MODULE,
    OPTIMIZER,
    ArrayFact,
    DeviceFact,
    ErrorFact,
    Observation,
    OpaqueFact,
    RecordFact,
    TensorFact,
    Tree,
)

_SEARCHED = 10_000  # characters of an exception's message


@dataclass(frozen=True)
class Finding:
    """Why an answer does not pass."""

    verdict: Verdict
    diagnosis: Diagnosis


class UncomparableError(Exception):
    """The reference itself returned something that cannot be compared: a mistake in the course."""


def compare(expected: Observation, actual: Observation, inputs: Tree, policy: Policy, course: Course) -> Finding | None:
    """`None` when the student's call agrees with the reference's.

    `inputs`: the arguments before the call, `[positional, keyword]`. Errors: `UncomparableError`.
    """
    judge = _Judge(policy, course)
    if actual.fault is not None:
        return Finding(Verdict(actual.fault), _fault(actual))
    finding = judge.errors(expected.error, actual.error)
    if finding is not None or expected.error is not None:
        return finding
    for diagnosis in judge.differences(expected, actual, inputs):
        return Finding(Verdict.WRONG, diagnosis)
    return None


def _fault(actual: Observation) -> Diagnosis:
    """An end that is no answer, as a diagnosis."""
    details = dict(actual.fault_details)
    loading = details.get("loading")
    if isinstance(loading, Diagnosis):
        return loading
    if actual.fault == Verdict.MISSING:
        kind = "missing_after_stop" if "after" in details else "not_callable" if "type" in details else "missing"
        if kind == "not_callable":
            details["type"] = public_type(str(details["type"]))
        return Diagnosis(kind, details)
    return Diagnosis("process_exited" if actual.fault == Verdict.EXITED else str(actual.fault), details)


def raised(error: ErrorFact) -> Finding:
    """What to say of an exception that nobody asked for."""
    frame = error.frames[-1] if error.frames else None
    place = {"file": frame.file, "line": frame.line} if frame else {}
    private = {"message": error.message, "text": frame.text if frame else "", "type": error.type_name}
    # torch raises NotImplementedError too, with no frame of its own: the student's line must be what says it.
    says_so = frame is None or not frame.text or "NotImplementedError" in frame.text
    if error.type_name == "NotImplementedError" and error.innermost_is_student and says_so:
        return Finding(Verdict.NOT_STARTED, Diagnosis("not_started", place))
    if "SystemExit" in error.bases:
        return Finding(Verdict.EXITED, Diagnosis("exited", place, private))
    for verdict, base, words in _OF_A_LIMIT:
        if base in error.bases and words in error.message:
            return Finding(verdict, Diagnosis(verdict.value, place, private))
    kind = (mistake_with_devices(error.message) or "raised") if frame else "raised_nowhere"
    return Finding(Verdict.ERROR, Diagnosis(kind, {"type": _public_type(error), **place}, private))


# How Python and torch say that the kernel gave them no more. A program that raises these by itself only accuses itself.
_OF_A_LIMIT = (
    (Verdict.MEMORY_LIMIT, "MemoryError", ""),
    (Verdict.MEMORY_LIMIT, "RuntimeError", "can't allocate memory"),
    (Verdict.MEMORY_LIMIT, "OutOfMemoryError", ""),  # of a GPU
    (Verdict.THREAD_LIMIT, "RuntimeError", "can't start new thread"),
    (Verdict.FILE_LIMIT, "OSError", "[Errno 27]"),  # EFBIG
)


def _is_a(error: ErrorFact, wanted: str) -> bool:
    """Whether an exception is of the wanted type. Of Python's own types it has one: the first among its bases.

    A class of the student's own may inherit from all of them at once, and would be whatever is asked for.
    """
    if not is_public_error(wanted):
        return wanted in error.bases
    nearest = getattr(builtins, _public_type(error))
    return issubclass(nearest, getattr(builtins, wanted))


def _public_type(error: ErrorFact) -> str:
    return next((name for name in error.bases if is_public_error(name)), "Exception")


class _Judge:
    def __init__(self, policy: Policy, course: Course) -> None:
        self.policy = policy
        self.course = course

    def errors(self, expected: ErrorFact | None, actual: ErrorFact | None) -> Finding | None:
        if expected is None and self.policy.error is not None:
            raise UncomparableError(f"error={self.policy.error!r} is asked for, and the reference raises nothing here")
        if expected is None:
            return None if actual is None else raised(actual)
        if actual is None:
            return Finding(Verdict.WRONG, Diagnosis("error_expected", {"type": expected.type_name}))
        if _is_a(actual, expected.type_name):
            return self.error_message(expected, actual)
        unasked = raised(actual)
        if unasked.verdict is not Verdict.ERROR:
            return unasked
        details = {"type": expected.type_name, "got_type": _public_type(actual)}
        return Finding(Verdict.WRONG, Diagnosis("error_other", details, {"message": actual.message}))

    def error_message(self, expected: ErrorFact, actual: ErrorFact) -> Finding | None:
        """Only the start is searched: a pattern may take long over a text as long as a student likes."""
        if self.policy.error is None or re.search(self.policy.error, actual.message[:_SEARCHED]):
            return None
        private = {"message": actual.message, "expected": expected.message}
        return Finding(Verdict.WRONG, Diagnosis("error_message", {"type": expected.type_name}, private))

    def differences(self, expected: Observation, actual: Observation, inputs: Tree) -> Iterator[Diagnosis]:
        yield from self.tree(expected.value, actual.value, "")
        if self.policy.gradients == "same":
            yield from self.gradients(expected, actual)
        if self.policy.mutation == "same":
            yield from self.mutation(expected, actual, inputs)
        if self.policy.memory != "ignore":
            yield from self.memory(actual)
        if self.policy.world == "same":
            for setting in actual.world:
                if setting not in expected.world:
                    yield Diagnosis("world", {"setting": setting})
        yield from self.operations(expected.operations or {}, actual.operations or {})

    # ------------------------------------------------------------------------------------------------ values

    def tree(self, expected: Tree, got: Tree, path: str) -> Iterator[Diagnosis]:
        if isinstance(expected, OpaqueFact):
            raise UncomparableError(f"the reference returns a {expected.type_name}, which cannot be compared")
        if got is None and expected is not None:
            yield Diagnosis("nothing_returned" if not path else "nothing_inside", {"path": path})
        elif isinstance(expected, TensorFact):
            yield from self.tensor(expected, got, path)
        elif isinstance(expected, ArrayFact):
            yield from self.array(expected, got, path)
        elif isinstance(expected, dict):
            yield from self.mapping(expected, got, path)
        elif isinstance(expected, RecordFact):
            yield from self.record(expected, got, path)
        elif isinstance(expected, list | tuple):
            yield from self.sequence(expected, got, path)
        elif isinstance(expected, bool | int | float | complex):
            yield from self.number(expected, got, path)
        else:
            yield from self.other(expected, got, path)

    def wrong_type(self, expected: Tree, got: Tree, path: str) -> Diagnosis:
        return Diagnosis("type", {"expected": type_word(expected), "got": type_word(got), "path": path})

    def tensor(self, expected: TensorFact, got: Tree, path: str) -> Iterator[Diagnosis]:
        if not isinstance(got, TensorFact):
            yield self.wrong_type(expected, got, path)
            return
        yield from self.shape(tuple(expected.data.shape), tuple(got.data.shape), path)
        if self.policy.dtype == "same" and expected.data.dtype != got.data.dtype:
            yield _dtype_difference(str(expected.data.dtype), str(got.data.dtype), path)
        if self.policy.device == "same" and _device(expected.device) != _device(got.device):
            yield Diagnosis("device", {"expected": expected.device, "path": path}, {"got": got.device})
        if self.policy.layout == "same":
            yield from _layout_difference(expected, got, path)
        if expected.data.shape == got.data.shape:
            tolerance = self.tolerance(expected.data.dtype, expected.device)
            yield from _value_difference(expected.data, got.data, tolerance, path)
        if self.policy.gradients == "same" and expected.requires_grad != got.requires_grad:
            kind = "gradient_missing" if expected.requires_grad else "gradient_unwanted"
            yield Diagnosis(kind, {"path": path})

    def array(self, expected: ArrayFact, got: Tree, path: str) -> Iterator[Diagnosis]:
        if expected.scalar and self.policy.numbers == "lenient" and not isinstance(got, ArrayFact):
            yield from self.number(expected.data.item(), got, path)
            return
        if not isinstance(got, ArrayFact) or expected.scalar != got.scalar:
            yield self.wrong_type(expected, got, path)
            return
        yield from self.shape(expected.data.shape, got.data.shape, path)
        if self.policy.dtype == "same" and expected.data.dtype != got.data.dtype:
            yield _dtype_difference(expected.data.dtype.name, got.data.dtype.name, path)
        if expected.data.shape == got.data.shape:
            tolerance = self.tolerance_named(expected.data.dtype.name)
            yield from _value_difference(_as_tensor(expected.data), _as_tensor(got.data), tolerance, path)

    def shape(self, expected: tuple[int, ...], got: tuple[int, ...], path: str) -> Iterator[Diagnosis]:
        if expected != got:
            kind = "shape" if len(expected) == len(got) else "ndim"
            yield Diagnosis(kind, {"path": path}, {"expected": str(expected), "got": str(got)})

    def number(self, expected: Any, got: Tree, path: str) -> Iterator[Diagnosis]:
        lenient = self.policy.numbers == "lenient"
        if lenient and isinstance(got, ArrayFact) and got.scalar:
            got = got.data.item()
        same_kind = isinstance(got, bool) == isinstance(expected, bool) and isinstance(got, int | float | complex)
        if not same_kind or (not lenient and type(got) is not type(expected)):
            yield self.wrong_type(expected, got, path)
            return
        if not self.close(expected, got):
            yield Diagnosis("number", {"path": path}, dict(show_apart(expected, got)))

    def close(self, expected: Any, got: Any) -> bool:
        if isinstance(expected, int) and isinstance(got, int):
            return expected == got
        # A Python float usually left a float32 tensor through item(): it is no more exact than that.
        tolerance = self.tolerance(torch.float32)
        try:
            left, right = (torch.tensor(complex(one), dtype=torch.complex128) for one in (expected, got))
        except OverflowError:
            return False
        return mismatch(left, right, tolerance) is None

    def sequence(self, expected: Any, got: Tree, path: str) -> Iterator[Diagnosis]:
        if isinstance(got, RecordFact) and got.is_tuple:
            got = tuple(value for _, value in got.fields)
        strict = self.policy.containers == "strict"
        if not isinstance(got, list | tuple) or (strict and isinstance(got, list) != isinstance(expected, list)):
            yield self.wrong_type(expected, got, path)
            return
        if len(expected) != len(got):
            yield Diagnosis("length", {"path": path}, {"expected": str(len(expected)), "got": str(len(got))})
            return
        for number, (left, right) in enumerate(zip(expected, got, strict=True)):
            yield from self.tree(left, right, f"{path}[{number}]")

    def mapping(self, expected: dict[Any, Tree], got: Tree, path: str) -> Iterator[Diagnosis]:
        if not isinstance(got, dict):
            yield self.wrong_type(expected, got, path)
            return
        missing = [key for key in expected if key not in got]
        if missing:
            yield Diagnosis("key_missing", {"key": show_tree(missing[0]), "path": path})
        if len(got) > len(expected) - len(missing):
            extra = next((key for key in got if key not in expected), None)
            yield Diagnosis("key_extra", {"path": path}, {"key": show_tree(extra)})
        for key in expected:
            if key in got:
                yield from self.tree(expected[key], got[key], f"{path}[{show_tree(key)}]")

    def operations(self, expected: dict[str, int], got: dict[str, int]) -> Iterator[Diagnosis]:
        limit = self.policy.max_operations
        if limit is not None:
            if sum(expected.values()) > limit:
                raise UncomparableError(f"the reference itself uses {sum(expected.values())} operations, not {limit}")
            if sum(got.values()) > limit:
                yield Diagnosis("too_many_operations", {"limit": limit}, {"got": sum(got.values())})
        for name in self.policy.forbid:
            if name in expected:
                raise UncomparableError(f"the reference itself uses {name}")
            if name in got:
                yield Diagnosis("operation_forbidden", {"operation": name})

    def record(self, expected: RecordFact, got: Tree, path: str) -> Iterator[Diagnosis]:
        if expected.is_tuple and isinstance(got, list | tuple) and self.policy.containers == "lenient":
            yield from self.sequence(tuple(value for _, value in expected.fields), got, path)
            return
        if not isinstance(got, RecordFact) or not _same_kind(expected.type_name, got.type_name):
            yield self.wrong_type(expected, got, path)
            return
        fields = dict(got.fields)
        yield from _described_difference(expected, fields, path)
        for name, value in expected.fields:
            if expected.type_name in DRAWN and value in (None, ""):
                continue  # nobody asked for a title, and one does no harm
            if name not in fields:
                yield Diagnosis("key_missing", {"key": name, "path": path})
            else:
                yield from self.tree(value, fields[name], f"{path}.{name}")

    def other(self, expected: Tree, got: Tree, path: str) -> Iterator[Diagnosis]:
        if isinstance(expected, DeviceFact) and isinstance(got, DeviceFact):
            same = _device(expected.text) == _device(got.text)
        elif type(expected) is not type(got):
            yield self.wrong_type(expected, got, path)
            return
        else:
            same = bool(expected == got)
        if not same:
            yield Diagnosis("other", {"path": path}, {"expected": show_tree(expected), "got": show_tree(got)})

    def tolerance(self, dtype: torch.dtype, device: str = "cpu") -> Tolerance:
        return self.tolerance_named(str(dtype).removeprefix("torch."), device)

    def tolerance_named(self, dtype: str, device: str = "cpu") -> Tolerance:
        base = self.course.tolerance(dtype, device.partition(":")[0])
        rtol = base.rtol if self.policy.rtol is None else self.policy.rtol
        return Tolerance(rtol, base.atol if self.policy.atol is None else self.policy.atol)

    # ------------------------------------------------------------------------------- gradients, arguments, memory

    def gradients(self, expected: Observation, actual: Observation) -> Iterator[Diagnosis]:
        if expected.gradients is None:
            return
        # A gradient that the other side leaves out is one that is missing.
        got = (*(actual.gradients or ()), *(None for _ in expected.gradients))
        for number, (left, right) in enumerate(zip(expected.gradients, got, strict=False), start=1):
            if left is None:
                if right is not None and bool(right.data.count_nonzero()):  # one of zeros moves nobody
                    yield Diagnosis("gradient_unwanted", {"path": ""})
            elif right is None or left.data.shape != right.data.shape:
                yield Diagnosis("gradient_missing", {"path": ""})
            elif not self.same_gradient(left, right):
                yield Diagnosis("gradient", {"number": number})

    def same_gradient(self, expected: TensorFact, got: TensorFact) -> bool:
        # One more chain of operations than the value itself went through.
        base = self.tolerance(expected.data.dtype, expected.device)
        return mismatch(expected.data, got.data, Tolerance(10 * base.rtol, 10 * base.atol)) is None

    def mutation(self, expected: Observation, actual: Observation, inputs: Tree) -> Iterator[Diagnosis]:
        wanted = list(_named_arguments(expected.arguments))
        got = list(_named_arguments(actual.arguments))
        before = list(_named_arguments(inputs))
        if len(wanted) != len(got):
            yield Diagnosis("argument_changed", {"argument": "?"})
            return
        for (name, target), (_, after), (_, start) in zip(wanted, got, before, strict=False):
            if same_tree(target, after):
                continue
            if same_tree(target, start):
                yield Diagnosis("argument_changed", {"argument": name})
            elif not self.ends_alike(target, after):
                yield Diagnosis("argument_not_changed", {"argument": name})
        if set(actual.touched) - set(expected.touched):
            yield Diagnosis("argument_touched", {})

    def ends_alike(self, expected: Tree, got: Tree) -> bool:
        """Of an argument that is to be changed: does it hold the same numbers in the end, and the same gradients?"""
        if next(self.tree(expected, got, ""), None) is not None:
            return False
        gradients = [(left.grad, right.grad) for left, right in zip(_tensors(expected), _tensors(got), strict=True)]
        return all(
            (left is None) == (right is None) and (left is None or right is None or self.same_gradient(left, right))
            for left, right in gradients
        )

    def memory(self, actual: Observation) -> Iterator[Diagnosis]:
        arguments = {leaf.memory for leaf in leaves(actual.arguments) if leaf.memory >= 0}
        for leaf in leaves(actual.value):
            if leaf.memory < 0:
                continue
            shares = leaf.memory in arguments
            if shares and self.policy.memory == "own":
                yield Diagnosis("memory_shared", {})
            if not shares and self.policy.memory == "shared":
                yield Diagnosis("memory_not_shared", {})


def leaves(tree: Tree) -> Iterator[TensorFact | ArrayFact]:
    """All tensors and arrays of a tree."""
    if isinstance(tree, TensorFact | ArrayFact):
        yield tree
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from leaves(item)
    elif isinstance(tree, RecordFact):
        for _, item in tree.fields:
            yield from leaves(item)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item)


def _tensors(tree: Tree) -> list[TensorFact]:
    return [leaf for leaf in leaves(tree) if isinstance(leaf, TensorFact)]


def same_tree(left: Tree, right: Tree) -> bool:
    """Is nothing at all different? For arguments before and after a call."""
    if isinstance(left, TensorFact) and isinstance(right, TensorFact):
        same_flags = left.requires_grad == right.requires_grad and left.data.stride() == right.data.stride()
        return same_flags and identical(left.data, right.data) and same_tree(left.grad, right.grad)
    if isinstance(left, ArrayFact) and isinstance(right, ArrayFact):
        return left.data.dtype == right.data.dtype and np.array_equal(
            left.data, right.data, equal_nan=left.data.dtype.kind in "fc"
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same_tree(left[key], right[key]) for key in left)
    if isinstance(left, RecordFact):
        return same_tree([value for _, value in left.fields], [value for _, value in right.fields])
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same_tree, left, right))
    return bool(left == right) or (left != left and right != right)


def _named_arguments(arguments: Tree) -> Iterator[tuple[str, Tree]]:
    """Name or position (from 1) and content of each argument of `[positional, keyword]`."""
    if not isinstance(arguments, list) or len(arguments) != 2:
        return
    positional, keyword = arguments
    for number, value in enumerate(positional, start=1):
        yield str(number), value
    for name, value in keyword.items():
        yield str(name), value


def _same_kind(expected: str, got: str) -> bool:
    """Classes may have any name; what `describe` made is of one kind or of another."""
    return expected == got or not {expected, got} & KINDS


def _described_difference(expected: RecordFact, got: dict[str, Tree], path: str) -> Iterator[Diagnosis]:
    """Differences that have a better word than the field that they are found in."""
    wanted = dict(expected.fields)
    if expected.type_name == MODULE and got.get("training") != wanted["training"]:
        yield Diagnosis("training_mode", {"path": path})
    if expected.type_name == OPTIMIZER and got.get("name") != wanted["name"]:
        private = {"expected": str(wanted["name"]), "got": str(got.get("name"))[:80]}
        yield Diagnosis("optimizer", {"path": path}, private)


def _device(text: str) -> str:
    return text if ":" in text or text == "cpu" else f"{text}:0"


def _as_tensor(array: np.ndarray[Any, Any]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array).reshape(array.shape).copy())


def _dtype_difference(expected: str, got: str, path: str) -> Diagnosis:
    return Diagnosis("dtype", {"expected": expected, "got": got, "path": path})


def _layout_difference(expected: TensorFact, got: TensorFact, path: str) -> Iterator[Diagnosis]:
    if expected.layout != got.layout:
        yield Diagnosis("layout", {"expected": expected.layout, "got": got.layout, "path": path})
    elif expected.data.stride() != got.data.stride():
        private = {"expected": str(expected.data.stride()), "got": str(got.data.stride())}
        yield Diagnosis("strides", {"path": path}, private)


def _value_difference(
    expected: torch.Tensor, got: torch.Tensor, tolerance: Tolerance, path: str
) -> Iterator[Diagnosis]:
    found = mismatch(expected, got, tolerance)
    if found is None:
        return
    private = {
        "count": found.count,
        "total": found.total,
        "where": list(found.where),
        **show_apart(found.expected, found.got),
        "largest": show_number(found.largest),
    }
    yield Diagnosis("value" if found.where else "value_0d", {"path": path}, private)
