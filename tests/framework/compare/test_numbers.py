"""Which numbers are taken for each other: what counts has no rounding, and no kind of number stands for another."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from antorcha.compare.agreement import compare
from antorcha.compare.policy import Policy
from antorcha.course.model import Course
from antorcha.explain import explain
from antorcha.worker.observation import Observation
from antorcha.worker.wire import decode, encode

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of torch: quantised and nested tensors may go

COURSE = Course("numbers", ())
NAN, INF = math.nan, math.inf
X = torch.arange(6.0)


def kind(expected: Any, got: Any, **settings: Any) -> str:
    """Return the kind of the difference between two answers that travelled, or "agrees"."""
    policy = Policy(**settings)
    finding = compare(*(Observation(value=decode(encode(value))) for value in (expected, got)), None, policy, COURSE)
    return finding.diagnosis.kind if finding else "agrees"


NUMBERS: dict[str, tuple[Any, Any, str]] = {
    "a count by a float beside it": (200001, 200000.0, "number"),
    "a count by a fraction": (100000, 100000.9, "number"),
    "a fraction cut to a count": (100000.9, 100000, "number"),
    "a whole float by a count beside it": (200000.0, 200001, "number"),
    "a count by the same float": (3, 3.0, "agrees"),
    "a float by the same count": (3.0, 3, "agrees"),
    "float32's rounding by a count": (2.9999998, 3, "agrees"),
    "a count nearly": (3, 2.9999998, "number"),
    "beyond 2**53": (2**53 + 1, float(2**53), "number"),
    "beyond 2**53, whole": (2**53, float(2**53), "agrees"),
    "beyond any float": (10**400, INF, "number"),
    "an infinity by a huge count": (INF, 10**400, "number"),
    "a count by NaN": (3, NAN, "number"),
    "NaN by a count": (NAN, 3, "number"),
    "an infinity": (INF, INF, "agrees"),
    "the other infinity": (INF, -INF, "number"),
    "zero of the other sign": (0.0, -0.0, "agrees"),
    "complex for an int": (3, 3 + 0j, "type"),
    "complex for a float": (3.0, 3 + 0j, "type"),
    "a real number for a complex one": (3 + 0j, 3, "type"),
    "complex numbers": (1 + 2j, 1 + 2.0000001j, "agrees"),
    "complex numbers apart": (1 + 2j, 1 - 2j, "number"),
    "a complex NaN elsewhere": (complex(NAN, 1), complex(NAN, 2), "number"),
    "a complex NaN in place": (complex(NAN, 1), complex(NAN, 1), "agrees"),
    "a truth value for a count": (1, True, "type"),
    "a count for a truth value": (True, 1, "type"),
    "a float for a truth value": (False, 0.0, "type"),
    "the other truth value": (True, False, "truth_value"),
    "NumPy's truth value": (True, np.bool_(True), "agrees"),
    "NumPy's truth value for a count": (1, np.bool_(True), "type"),
    "a NumPy int beside it": (200001, np.float64(200000.0), "number"),
    "a count for a NumPy int": (np.int64(5), 5, "agrees"),
    "a float for a NumPy int": (np.int64(200001), 200000.0, "number"),
    "a large NumPy int": (np.uint64(2**64 - 1), 2**64 - 1, "agrees"),
    "a large NumPy int by a float": (np.uint64(2**64 - 1), float(2**64), "number"),
    "a Decimal": (3, Decimal(3), "type"),
    "a Fraction": (0.5, Fraction(1, 2), "type"),
    "a tensor of no axes": (3, torch.tensor(3), "type"),
    "a number for a tensor of no axes": (torch.tensor(3), 3, "type"),
    "inside a list": ([1, 200001], [1, 200000.0], "number"),
    "a truth value inside a list": ([1, 2], [True, 2], "type"),
    "inside a size": (torch.Size([2, 3]), (2, 3.0), "agrees"),
    "text of a number": (3, "3", "type"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), NUMBERS.values(), ids=NUMBERS)
def test_numbers(expected: Any, got: Any, wanted: str) -> None:
    assert kind(expected, got) == wanted


SENDABLE = [number for pair in NUMBERS.values() for number in pair[:2] if not isinstance(number, Decimal | Fraction)]


@pytest.mark.parametrize("number", SENDABLE, ids=repr)
def test_a_number_agrees_with_itself(number: Any) -> None:
    assert kind(number, number) == "agrees"


def test_a_tolerance_of_the_test_s_own_holds_for_a_count_in_place_of_a_float() -> None:
    assert kind(100.4, 100, atol=1.0) == "agrees"
    assert kind(100.4, 102, atol=1.0) == "number"


KEYS: dict[str, tuple[Any, Any, str]] = {
    "a truth value for a count": ({1: "a"}, {True: "a"}, "key_missing"),
    "a count for a truth value": ({True: "a"}, {1: "a"}, "key_missing"),
    "a float of equal value": ({1: "a"}, {1.0: "a"}, "agrees"),
    "a complex number": ({1: "a"}, {1 + 0j: "a"}, "key_missing"),
    "NumPy's numbers": ({1: "a", 2: "b"}, {np.int64(1): "a", np.int64(2): "b"}, "agrees"),
    "NumPy's numbers are wanted": ({np.int64(1): "a"}, {1: "a"}, "agrees"),
    "NaN": ({NAN: 1}, {NAN: 1}, "agrees"),
    "inside a tuple": ({(1, 2): "a"}, {(True, 2): "a"}, "key_missing"),
    "beside it": ({200001: "a"}, {200000.0: "a"}, "key_missing"),
    "one too many": ({1: "a"}, {1: "a", True + 1: "b"}, "key_extra"),
    "text": ({"1": "a"}, {1: "a"}, "key_missing"),
    "items of a set": ({1, 2}, {True, 2}, "other"),
    "items of a set as floats": ({1, 2}, {1.0, 2}, "agrees"),
    "a set of NumPy's numbers": ({1, 2}, {np.int64(1), np.int64(2)}, "agrees"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), KEYS.values(), ids=KEYS)
def test_keys(expected: Any, got: Any, wanted: str) -> None:
    assert kind(expected, got) == wanted


def test_strict_numbers_are_strict_in_keys_too() -> None:
    assert kind({1: "a"}, {1.0: "a"}, numbers="strict") == "key_missing"
    assert kind({1, 2}, {1.0, 2}, numbers="strict") == "other"
    assert kind({1: "a"}, {1: "a"}, numbers="strict") == "agrees"


def big(*values: int, dtype: torch.dtype = torch.int64) -> torch.Tensor:
    return torch.tensor(values, dtype=dtype)


TENSORS: dict[str, tuple[Any, Any, str]] = {
    "quantised for float32": (X, torch.quantize_per_tensor(X, 1.0, 0, torch.qint32), "dtype"),
    "float32 for quantised": (torch.quantize_per_tensor(X, 1.0, 0, torch.quint8), X, "dtype"),
    "quantised alike": (
        torch.quantize_per_tensor(X, 1.0, 0, torch.qint8),
        torch.quantize_per_tensor(X, 1.0, 0, torch.qint8),
        "agrees",
    ),
    "quantised per channel": (
        X.reshape(2, 3),
        torch.quantize_per_channel(X.reshape(2, 3), torch.ones(2), torch.zeros(2), 0, torch.qint8),
        "dtype",
    ),
    "rows of their own lengths": (torch.ones(2, 3), torch.nested.nested_tensor([torch.ones(3), torch.ones(3)]), "type"),
    "uint64": (big(2**64 - 1, dtype=torch.uint64), big(2**64 - 1, dtype=torch.uint64), "agrees"),
    "uint64 apart": (big(2**64 - 1, dtype=torch.uint64), big(2**64 - 2, dtype=torch.uint64), "value"),
    "int64 beyond 2**53": (big(2**53 + 1), big(2**53), "value"),
    "a complex NaN elsewhere": (torch.tensor([complex(NAN, 1)]), torch.tensor([complex(NAN, 2)]), "value"),
    "a complex infinity": (torch.tensor([complex(INF, 1)]), torch.tensor([complex(INF, 1)]), "agrees"),
    "no gradient": (torch.ones(2, requires_grad=True), torch.ones(2), "gradient_missing"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), TENSORS.values(), ids=TENSORS)
def test_tensors(expected: Any, got: Any, wanted: str) -> None:
    assert kind(expected, got) == wanted


ANY_DTYPE: dict[str, tuple[Any, Any, str]] = {
    "whole numbers by floats": (big(1, 2), torch.tensor([1.0, 2.0]), "agrees"),
    "whole numbers by floats nearly": (big(200001), torch.tensor([200000.99], dtype=torch.float64), "value"),
    "beyond 2**53": (big(2**53 + 1), torch.tensor([2.0**53], dtype=torch.float64), "value"),
    "by NaN": (big(0), torch.tensor([NAN]), "value"),
    "by an infinity": (big(2**63 - 1), torch.tensor([INF]), "value"),
    "by complex": (big(3), torch.tensor([3 + 0j]), "agrees"),
    "by complex beside": (big(3), torch.tensor([3 + 1j]), "value"),
    "the top bit": (big(2**63, dtype=torch.uint64), big(-(2**63)), "value"),
    "the top bit as a float": (big(2**63, dtype=torch.uint64), torch.tensor([2.0**63], dtype=torch.float64), "agrees"),
    "floats by whole numbers": (torch.tensor([1.0]), big(1), "agrees"),
    "truth values": (torch.tensor([True]), big(1), "agrees"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), ANY_DTYPE.values(), ids=ANY_DTYPE)
def test_tensors_where_the_dtype_does_not_matter(expected: Any, got: Any, wanted: str) -> None:
    assert kind(expected, got, dtype="ignore") == wanted


@pytest.mark.parametrize(
    ("expected", "got", "largest"),
    [
        ([-INF, 1.0], [-INF, 1.5], "0.5"),
        ([-INF, 1.0], [0.0, 1.5], "inf"),
        ([INF, 1.0], [-INF, 1.0], "inf"),
        ([NAN, 1.0], [0.0, 3.0], "2"),
        ([NAN, 1.0], [0.0, 1.0], None),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_largest_difference_is_a_number_or_is_not_told(
    expected: list[float], got: list[float], largest: str | None, language: str
) -> None:
    sides = (Observation(value=decode(encode(torch.tensor(values)))) for values in (expected, got))
    finding = compare(*sides, None, Policy(), COURSE)
    assert finding is not None
    assert finding.diagnosis.private.get("largest") == largest
    sentence = explain(finding.diagnosis, language, full=True)
    assert ("largest difference" in sentence or "mayor diferencia" in sentence) == (largest is not None)
    assert "es nan" not in sentence


def test_a_fraction_is_shown_beside_a_count() -> None:
    sides = (Observation(value=decode(encode(value))) for value in (100001, 100000.9))
    finding = compare(*sides, None, Policy(), COURSE)
    assert finding is not None
    assert explain(finding.diagnosis, "en", full=True) == "You returned 100000.9; it should be 100001."
