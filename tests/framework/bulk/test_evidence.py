"""The digest of what a submission showed: all that counts of it, and the bytes of any tensor, whatever its strides."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Any

import pytest
import torch

from antorcha.bulk.evidence import _bytes, _plain_observation
from antorcha.worker.facts import ErrorFact, Frame, RecordFact, TensorFact
from antorcha.worker.observation import Evidence, Observation

STRIDED = {
    "one element, stride 2": torch.arange(4)[1::2][:1],
    "one row of a transposed matrix": torch.arange(6.0).reshape(2, 3).t()[:1, :1],
    "every second": torch.arange(6, dtype=torch.int16)[::2],
    "expanded": torch.ones(1).expand(3),
    "no axes": torch.tensor([1.0, 2.0])[1],
    "nothing": torch.zeros(0, 2),
    "conjugated": torch.tensor([1 + 2j]).conj(),
}


@pytest.mark.parametrize("tensor", STRIDED.values(), ids=STRIDED)
def test_strides_do_not_change_the_bytes(tensor: torch.Tensor) -> None:
    same = torch.tensor(tensor.tolist(), dtype=tensor.dtype).reshape(tensor.shape)
    assert _bytes(tensor) == _bytes(same) == hashlib.sha256(same.numpy().tobytes()).hexdigest()


SHOWN = {
    "value": [1, (), {"a": {2}}],
    "error": ErrorFact("ValueError", ("ValueError", "Exception"), "no"),
    "fault": "missing",
    "fault_details": {"name": "f"},
    "arguments": [[1], {}],
    "touched": (0,),
    "handed": [[1]],
    "gradients": (TensorFact(torch.ones(2)), None),
    "global_state": ("threads",),
    "operations": {"aten::add": 1},
}


def digest_of(**shown: Any) -> list[Any]:
    return _plain_observation(Observation(**shown))


def test_all_that_a_call_shows_is_covered_but_the_time_that_it_took() -> None:
    assert set(SHOWN) | {"seconds"} == {field.name for field in fields(Evidence)}
    digests = [repr(digest_of()), *(repr(digest_of(**{name: value})) for name, value in SHOWN.items())]
    assert len(set(digests)) == len(digests)
    assert digest_of(seconds=1.0) == digest_of(seconds=2.0)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"value": [[1], 2]}, {"value": [[1, 2]]}),
        ({"value": [[], 1]}, {"value": [[1]]}),
        ({"value": {"a": 1}}, {"value": {"b": 1}}),
        ({"value": RecordFact("R", (("a", 1),), True)}, {"value": RecordFact("R", (("b", 1),), True)}),
        ({"value": RecordFact("R", (("a", [1]),), True)}, {"value": RecordFact("R", (("a", [2]),), True)}),
        ({"value": torch.Size([1])}, {"value": (1,)}),
        ({"operations": {"aten::add": 1}}, {"operations": {"aten::add": 2}}),
        ({"error": ErrorFact("E", ("E", "ValueError"), "")}, {"error": ErrorFact("E", ("E", "TypeError"), "")}),
    ],
)
def test_what_differs_in_anything_has_another_digest(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert digest_of(**left) != digest_of(**right)


def test_a_line_more_in_the_file_is_the_same_evidence() -> None:
    first, second = (ErrorFact("E", ("E",), "no", (Frame("f.py", line, "f", "raise E"),)) for line in (1, 2))
    assert digest_of(error=first) == digest_of(error=second)
