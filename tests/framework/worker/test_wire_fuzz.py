"""Whatever a worker sends, the trusted side gets evidence that it can judge, or refuses it as forged."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.paths import ROOT

from antorcha.compare.agreement import compare
from antorcha.compare.policy import Policy
from antorcha.compare.show import show_tree
from antorcha.course.model import Course, Exercise, Topic
from antorcha.results import Verdict
from antorcha.sources.untouched import untouched
from antorcha.worker.facts import ErrorFact
from antorcha.worker.observation import Observation, observation_from
from antorcha.worker.runtime import Report
from antorcha.worker.wire import TooLargeError, WireError, decode, encode, live
from antorcha.worker.wire.format import MAX_HEX

SCRIPT = ROOT / "benchmarks" / "fuzz_codec.py"
COURSE = Course("c", (Topic("t", (Exercise("f"),)),))


def _fuzzer() -> Any:
    spec = importlib.util.spec_from_file_location("fuzz_codec", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_codec"] = module
    spec.loader.exec_module(module)
    return module


fuzzer = _fuzzer()
SEEDS, REFERENCES = fuzzer.seeds(), fuzzer.references()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS), st.sampled_from(REFERENCES), st.integers(0, 2**32))
def test_mutated_answers_are_judged_or_refused(message: bytes, other: bytes, known: Any, seed: int) -> None:
    fuzzer.attempt(fuzzer.mutated(message, other, random.Random(seed)), [known])


@given(st.binary(max_size=300))
def test_bytes_are_judged_or_refused(data: bytes) -> None:
    fuzzer.attempt(data, REFERENCES[:1])


def message(**changed: Any) -> dict[str, Any]:
    return {**Report(value=1, arguments=[[], {}]).as_message(()), **changed}


def travelled(tree: Any) -> Observation:
    return observation_from(decode(encode(tree)))


@pytest.mark.parametrize(
    "changed",
    [
        {"fault": ["missing"]},
        {"fault": "grader_error"},
        {"arguments": [7, {}]},
        {"arguments": [[], [], {}]},
        {"arguments": {"positional": []}},
        {"gradients": [1]},
        {"global_state": ["the hidden input was 7"]},
        {"global_state": [torch.zeros(2)]},
        {"operations": {"aten::add": -1}},
        {"seconds": "long"},
        {"error": {"type": "ValueError"}},
    ],
)
def test_answers_of_another_form_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        travelled(message(**changed))


def test_a_gradient_left_out_is_a_gradient_that_is_missing() -> None:
    ones = torch.ones(2)
    expected = travelled(message(gradients=[ones, ones]))
    for gradients, kind in (
        ([], "gradient_missing"),
        ([ones], "gradient_missing_argument"),
        (None, "gradient_missing"),
    ):
        finding = compare(expected, travelled(message(gradients=gradients)), [[], {}], Policy(), COURSE)
        assert finding is not None
        assert finding.diagnosis.kind == kind
    assert compare(expected, travelled(message(gradients=[ones, ones])), [[], {}], Policy(), COURSE) is None


@pytest.mark.parametrize(
    ("bases", "right"),
    [
        (("ValueError", "Exception"), True),
        (("Mine", "ValueError", "Exception"), True),
        (("UnicodeDecodeError", "UnicodeError", "ValueError", "Exception"), True),
        (("Everything", "ArithmeticError", "LookupError", "TypeError", "ValueError", "Exception"), False),
        (("TypeError", "Exception"), False),
    ],
)
def test_an_exception_is_of_one_of_pythons_types(bases: tuple[str, ...], right: bool) -> None:
    expected = Observation(error=ErrorFact("ValueError", ("ValueError", "Exception"), ""))
    finding = compare(expected, Observation(error=ErrorFact(bases[0], bases, "")), None, Policy(), COURSE)
    assert (finding is None) == right
    assert finding is None or finding.verdict is Verdict.WRONG


def forged(node: Any) -> bytes:
    header = json.dumps({"v": node, "b": []}).encode()
    return len(header).to_bytes(4, "little") + header


EMPTY = {"sc": False, "mm": -1, "bf": -1, "os": 0, "st": [1, 1], "dt": "float32"}


def test_an_empty_array_of_gigantic_axes_is_too_large() -> None:
    with pytest.raises(WireError):
        decode(forged(["A", {**EMPTY, "sh": [10**9, 0]}]))
    with pytest.raises(TooLargeError):
        encode(torch.zeros(1 << 30, 0))
    assert live(decode(encode(torch.zeros(0, 3, 224)))).shape == (0, 3, 224)


def test_showing_an_empty_array_is_short() -> None:
    assert show_tree(decode(encode(np.zeros((1_000_000, 0), dtype=np.int8)))) == "array of shape (1000000, 0)"


def test_a_scalar_has_no_axes() -> None:
    with pytest.raises(WireError):
        decode(forged(["A", {**EMPTY, "sc": True, "sh": [0, 3]}]))


def test_a_device_that_holds_no_numbers_is_not_made() -> None:
    assert live(decode(encode(torch.empty(3, device="meta")))).device.type == "cpu"


def test_code_too_deep_to_walk_is_no_untouched_stub() -> None:
    assert untouched("def f(x):\n    return x" + " + 1" * 900, {"f": "digest"}) == frozenset()


def test_an_int_that_arrives_can_be_written_down() -> None:
    largest = 1 << 4 * (MAX_HEX - 4)
    assert len(json.dumps(decode(encode(largest)))) > 4000
    with pytest.raises(TooLargeError):
        encode(largest << 64)
    with pytest.raises(WireError):
        decode(forged(["i", "0x" + "f" * MAX_HEX]))
