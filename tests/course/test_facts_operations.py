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
    "the shape from the source": (
        RuntimeError,
        "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1",
        lambda: course._stub_same_shape_chain(torch.tensor([[1, 2], [3, 4]])),
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


def test_the_chain_of_the_notes_stops_where_its_shapes_meet() -> None:
    """As printed, with the slip of the name mended: `twos` has another shape than all the rest."""
    ones = torch.zeros(2, 2) + 1
    twos = torch.ones(2, 3) + 2
    threes = (torch.ones(2, 2) * 7 - 1) / 2
    fours = twos**2
    assert (threes == 3).all()
    assert (twos == 3).all()
    for stops in (
        lambda: twos ** torch.tensor([[1, 2], [3, 4]]),
        lambda: ones + fours,
        lambda: threes * fours,
        lambda: course._stub_same_shape_chain(torch.tensor([[1, 2], [3, 4]])),
    ):
        with pytest.raises(RuntimeError, match=r"^The size of tensor a \(\d\) must match the size of tensor b \(\d\)"):
            stops()
    mended = course.same_shape_chain(torch.tensor([[1, 2], [3, 4]]))
    _same(mended["powers"], torch.tensor([[2.0, 4.0], [8.0, 16.0]]))
    _same(mended["dozens"], torch.full((2, 2), 12.0))


def test_one_row_hides_the_wrong_shape() -> None:
    chain = course._stub_same_shape_chain(torch.tensor([[3, 0, 2]]))
    assert chain["ones"].shape == (1, 3)
    assert chain["powers"].shape == (2, 3), CHANGED
