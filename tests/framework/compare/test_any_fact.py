"""Any fact that can come over the wire gets a verdict, a sentence and a picture or none: nothing here can end a grader.

Facts are made as the decoder makes them: all dtypes, layouts, shapes and odd values, records that claim to be ours.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antorcha.compare.agreement import compare
from antorcha.compare.drawing import drawing_of
from antorcha.compare.finding import UncomparableError
from antorcha.compare.policy import Policy
from antorcha.compare.show import show_tree
from antorcha.course.model import Course
from antorcha.explain import explain
from antorcha.report.picture import picture
from antorcha.worker.facts import (
    AXES,
    FIGURE,
    KINDS,
    ArrayFact,
    DeviceFact,
    ErrorFact,
    OpaqueFact,
    RecordFact,
    TensorFact,
)
from antorcha.worker.observation import Observation
from antorcha.worker.trees import walk
from antorcha.worker.wire.format import LAYOUTS, NUMPY_DTYPES, QUANTISED_DTYPES, TORCH_DTYPES

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of torch: half complex numbers are experimental

COURSE = Course("any", ())
SHAPES = [(), (0,), (1,), (3,), (2, 3), (10**9, 0), (1, 1, 1, 2), (1,) * 20]
ODD_NUMBERS = [
    0,
    1,
    -1,
    0.0,
    -0.0,
    0.5,
    1e308,
    1e400,
    -1e400,
    math.nan,
    5e-324,
    2**53 + 1,
    2**63,
    10**400,
    True,
    3 + 4j,
]
POLICIES = [
    Policy(),
    Policy(dtype="ignore", device="ignore", layout="same", memory="own"),
    Policy(numbers="strict", containers="strict", memory="shared", rtol=0.5),
    Policy(max_operations=1, forbid=("aten::sort",)),
]


def tensor(dtype: str, shape: tuple[int, ...], fill: float) -> torch.Tensor:
    data = torch.empty(shape, dtype=torch.uint8).to(TORCH_DTYPES[dtype])
    return data if not data.numel() else torch.full((data.numel(),), fill).to(data.dtype).reshape(shape)


def tensors(gradient: bool = True) -> st.SearchStrategy[TensorFact]:
    return st.builds(
        TensorFact,
        data=st.builds(
            tensor,
            st.sampled_from(sorted(TORCH_DTYPES)),
            st.sampled_from(SHAPES),
            st.sampled_from([0.0, 1.0, math.nan]),
        ),
        device=st.sampled_from(["cpu", "cuda", "cuda:1", "meta", "", "a\nb"]),
        requires_grad=st.booleans(),
        layout=st.sampled_from([*LAYOUTS, "other"]),
        memory=st.integers(-1, 2),
        grad=st.none() | tensors(gradient=False) if gradient else st.none(),
        quantised=st.none() | st.sampled_from(QUANTISED_DTYPES),
    )


def array(dtype: str, shape: tuple[int, ...], fill: float, scalar: bool) -> ArrayFact:
    with np.errstate(all="ignore"):
        data = np.full(() if scalar else shape, fill).astype(NUMPY_DTYPES[dtype])
    return ArrayFact(data, scalar)


ARRAYS = st.builds(
    array,
    st.sampled_from(sorted(NUMPY_DTYPES)),
    st.sampled_from(SHAPES),
    st.sampled_from([0.0, 1.0, math.nan]),
    st.booleans(),
)
TEXTS = st.text(max_size=6) | st.sampled_from(["", "{path}", "%s", "training", "name", "?"])
LEAVES = st.one_of(
    st.none(),
    st.sampled_from(ODD_NUMBERS),
    TEXTS,
    st.binary(max_size=4),
    st.sampled_from([torch.float32, torch.Size([2, 3]), torch.strided, np.dtype("float32"), DeviceFact("cuda")]),
    st.builds(OpaqueFact, TEXTS),
    tensors(),
    ARRAYS,
)
KEYS = st.one_of(st.sampled_from(ODD_NUMBERS), TEXTS, st.tuples(TEXTS), ARRAYS, st.builds(OpaqueFact, TEXTS))
FIELDS = [
    "training",
    "name",
    "axes",
    "lines",
    "points",
    "bars",
    "x",
    "y",
    "offsets",
    "label",
    "legend",
    "title",
    "xscale",
]


def containers(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.lists(st.tuples(st.sampled_from(FIELDS) | TEXTS, parts), max_size=4, unique_by=lambda field: field[0])
    return st.one_of(
        st.lists(parts, max_size=3),
        st.lists(parts, max_size=3).map(tuple),
        st.dictionaries(KEYS, parts, max_size=3),
        st.sets(KEYS, max_size=3),
        st.builds(RecordFact, st.sampled_from(sorted(KINDS)) | TEXTS, named.map(tuple), st.booleans()),
    )


TREES = st.recursive(LEAVES, containers, max_leaves=8)
ERRORS = st.builds(
    ErrorFact,
    type_name=TEXTS | st.just("ValueError"),
    bases=st.lists(TEXTS | st.just("ValueError"), max_size=2).map(tuple),
    message=TEXTS,
)
OBSERVATIONS = st.builds(
    Observation,
    value=TREES,
    error=st.none() | st.none() | ERRORS,
    arguments=st.none() | st.tuples(st.lists(TREES, max_size=2), st.dictionaries(TEXTS, TREES, max_size=1)).map(list),
    touched=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    gradients=st.none() | st.lists(st.none() | tensors(), max_size=2).map(tuple),
    operations=st.none() | st.dictionaries(st.sampled_from(["aten::sort", "aten::add"]), st.integers(0, 5)),
)
MANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def judged(expected: Observation, actual: Observation, policy: Policy) -> None:
    """Compare and say what was found, as a check does: only the course's own mistake may be raised."""
    try:
        finding = compare(expected, actual, expected.arguments, policy, COURSE)
    except UncomparableError:
        return
    for language in ("en", "es") if finding else ():
        assert finding is not None
        assert explain(finding.diagnosis, language)
        assert explain(finding.diagnosis, language, full=True)


@MANY
@given(OBSERVATIONS, OBSERVATIONS, st.sampled_from(POLICIES))
def test_two_answers_get_a_verdict(expected: Observation, actual: Observation, policy: Policy) -> None:
    judged(expected, actual, policy)
    judged(expected, expected, policy)


@MANY
@given(TREES, st.sampled_from([Policy(), Policy(numbers="strict", containers="strict", layout="same")]))
def test_an_answer_agrees_with_itself(tree: Any, policy: Policy) -> None:
    seen = Observation(value=tree)
    try:
        assert compare(seen, seen, None, policy, COURSE) is None
    except UncomparableError:
        assert any(isinstance(node, OpaqueFact) for node in walk(tree))


@pytest.mark.parametrize("dtype", sorted(TORCH_DTYPES))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_dtype_and_shape_meets_every_other_dtype(dtype: str, shape: tuple[int, ...]) -> None:
    expected = Observation(value=TensorFact(tensor(dtype, shape, 1.0)), gradients=(None,))
    for other in sorted(TORCH_DTYPES):
        fact = TensorFact(tensor(other, shape, 0.0), grad=TensorFact(tensor(other, shape, 1.0)))
        for policy in POLICIES[:2]:
            judged(expected, Observation(value=fact, gradients=(fact.grad,), arguments=[[fact], {}]), policy)


@MANY
@given(TREES)
def test_anything_can_be_shown_in_a_line(tree: Any) -> None:
    assert len(show_tree(tree)) <= 200


@settings(MANY, max_examples=20)
@given(TREES, st.lists(TREES, max_size=3))
def test_anything_can_be_drawn_or_not(tree: Any, bars: list[Any]) -> None:
    axes = RecordFact(AXES, (("lines", tree), ("bars", bars), ("title", tree)), False)
    for drawn in (tree, RecordFact(FIGURE, (("axes", [axes]),), False)):
        drawing = drawing_of(drawn)
        if drawing is not None:
            assert picture(drawing).startswith("data:image/svg+xml") or picture(drawing) == ""


def test_a_figure_with_every_bound_kept_is_small_in_all() -> None:
    numbers = ArrayFact(np.arange(600.0))
    label = "W" * 120
    line = RecordFact("line", (("label", label), ("x", numbers), ("y", numbers)), False)
    cloud = RecordFact("cloud", (("label", label), ("offsets", ArrayFact(np.ones((600, 2))))), False)
    fields = {"title": label, "xlabel": label, "legend": [label] * 20, "lines": [line] * 20, "points": [cloud] * 20}
    axes = RecordFact(AXES, (*fields.items(), ("bars", [[0.0, 0.0, 1.0, 10**400]] * 20)), False)
    drawing = drawing_of(RecordFact(FIGURE, (("title", label), ("axes", [axes] * 6)), False))
    assert drawing is not None
    assert len(picture(drawing)) < 1_000_000
    lines = [line for axes in drawing["axes"] for line in axes["lines"] + axes["points"]]
    assert sum(len(line["xy"][0]) for line in lines) <= 3_000
    assert drawing["axes"][0]["lines"][0]["xy"][0][:2] == [0.0, 1.0]
