"""What the course notes print of arithmetic and aggregation, kept as facts.

Lessons, stubs and messages quote these. One that fails means that this torch release behaves otherwise: look for the
fact in `reference/operations.py`, `reference/lessons/operations.md` and the known mistakes, and bring them up to date.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

REFERENCE = ROOT / "reference" / "operations.py"
CHANGED = f"torch {torch.__version__} has changed what the course says of it"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("operations_facts", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


course = _load()


def _same(actual: object, expected: torch.Tensor) -> None:
    torch.testing.assert_close(actual, expected, msg=lambda told: f"{CHANGED}:\n{told}")


def test_two_vectors() -> None:
    total, difference, product, quotient, square, root = course.elementwise(
        torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
    )
    _same(total, torch.tensor([5.0, 7.0, 9.0]))
    _same(difference, torch.tensor([-3.0, -3.0, -3.0]))
    _same(product, torch.tensor([4.0, 10.0, 18.0]))
    _same(quotient, torch.tensor([0.25, 0.4, 0.5]))
    _same(square, torch.tensor([1.0, 4.0, 9.0]))
    _same(root, torch.tensor([1.0, math.sqrt(2), math.sqrt(3)]))


def test_a_vector_and_ten_leave_the_vector_alone() -> None:
    x = torch.tensor([1.0, 2.0, 3.0])
    total, difference, product, *_ = course.elementwise(x, 10)
    _same(total, torch.tensor([11.0, 12.0, 13.0]))
    _same(difference, torch.tensor([-9.0, -8.0, -7.0]))
    _same(product, torch.tensor([10.0, 20.0, 30.0]))
    _same(x, torch.tensor([1.0, 2.0, 3.0]))


def test_dtypes_of_whole_numbers() -> None:
    dtypes = [t.dtype for t in course.elementwise(torch.tensor([1, 4]), 2)]
    assert dtypes == [torch.int64] * 3 + [torch.float32, torch.int64, torch.float32], CHANGED


def test_the_chain() -> None:
    chain = course.number_chain(2, 2)
    numbers = {"ones": 1.0, "twos": 2.0, "threes": 3.0, "fours": 4.0, "fives": 5.0, "roots": 2**0.5, "dozens": 12.0}
    for name, number in numbers.items():
        _same(chain[name], torch.full((2, 2), number))
    _same(chain["powers"], torch.tensor([[2.0, 4.0], [8.0, 16.0]]))


def test_aggregates_of_0_to_9() -> None:
    made = course.aggregates(torch.arange(start=0, end=10, dtype=torch.float32))
    assert {name: t.item() for name, t in made.items()} == {"max": 9.0, "min": 0.0, "mean": 4.5, "sum": 45.0}, CHANGED


def test_aggregates_of_1_2_3() -> None:
    made = course.aggregates(torch.tensor([1.0, 2.0, 3.0]))
    assert (made["sum"].item(), made["mean"].item()) == (6.0, 2.0), CHANGED


def test_positions_in_10_to_90() -> None:
    largest, smallest = course.extreme_positions(torch.arange(10, 100, 10))
    _same(largest, torch.tensor(8))
    _same(smallest, torch.tensor(0))


LINES = {
    "a": "x = x + 10",
    "b": "x += 10",
    "c": "x.mul(2)",
    "d": "x.mul_(2)",
    "e": "x = x.mul_(2)",
    "f": "x[0] = 7",
    "g": "x = x.clone(); x += 10",
    "h": "x = x - 10; x += 1",
    "i": "x **= 2",
    "j": "z = x[:2]; z += 10",
    "k": "f(x)",
    "l": "g(x)",
}


@pytest.mark.parametrize("case", LINES)
def test_what_y_holds_afterwards(case: str) -> None:
    """The answers of `held_afterwards` are what its lines do."""

    def f(t: torch.Tensor) -> None:
        t = t * 3

    def g(t: torch.Tensor) -> None:
        t *= 3

    x = torch.tensor([1.0, 2.0, 3.0])
    names = {"x": x, "y": x, "f": f, "g": g}
    exec(LINES[case], {}, names)
    assert names["y"].tolist() == course.held_afterwards(case), CHANGED
    assert f"        {case}: {LINES[case]}\n" in (course.held_afterwards.__doc__ or "")


MESSAGES: dict[str, tuple[type[Exception], str, Callable[[], object]]] = {
    "mean of whole numbers": (
        RuntimeError,
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long",
        lambda: torch.arange(10).mean(),
    ),
    "decimals into whole numbers": (
        RuntimeError,
        "result type Float can't be cast to the desired output type Long",
        lambda: course._stub_raise_marks(torch.tensor([5, 9]), 1.5),
    ),
    "the lost axis": (
        RuntimeError,
        "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1",
        lambda: course._stub_row_shares(torch.ones(2, 3)),
    ),
    "the slip in the name": (NameError, "name 'two' is not defined", lambda: course._stub_number_chain(2, 2)),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_that_the_course_quotes(name: str) -> None:
    kind, words, run = MESSAGES[name]
    with pytest.raises(kind) as raised:
        run()
    assert str(raised.value) == words, CHANGED
    assert words in REFERENCE.read_text("utf-8") + (REFERENCE.parent / "lessons" / "operations.md").read_text("utf-8")
