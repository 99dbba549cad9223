"""What the course notes show about broadcasting, and what the exercises say that PyTorch does, still holds.

If one of these fails, torch has changed: mend the lesson and the exercises of `broadcasting`, not the test alone.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

CHANGED = "torch does something else than the notes and the topic `broadcasting` say"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"facts_of_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = _load(ROOT / "reference" / "broadcasting.py")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ((2, 4), (1, 4), (2, 4)),
        ((4, 3, 2), (3, 2), (4, 3, 2)),
        ((4, 3, 2), (3, 1), (4, 3, 2)),
        ((4, 3, 2), (1, 2), (4, 3, 2)),
        ((4,), (3, 4), (3, 4)),
    ],
)
def test_shapes_of_the_notes(one: tuple[int, ...], other: tuple[int, ...], together: tuple[int, ...]) -> None:
    assert tuple((torch.ones(one) * torch.ones(other)).shape) == together, CHANGED
    assert REFERENCE.common_shape(one, other) == together


def test_a_vector_divided_by_a_table_of_ones_is_repeated() -> None:
    vector = torch.tensor([1.5882, -0.0746, 0.9659, 0.8113])
    printed = "[ 1.5882, -0.0746,  0.9659,  0.8113]"
    assert str(vector / torch.ones(3, 4)) == f"tensor([{printed},\n        {printed},\n        {printed}])", CHANGED
    assert torch.equal(REFERENCE.rescale_batch(torch.ones(3, 4), vector[None], torch.ones(4)), vector.expand(3, 4))


def test_the_wrong_numbers_and_the_error_that_takings_in_euros_begins_with() -> None:
    rates = torch.tensor([1.0, 0.5])
    shown = " ".join(REFERENCE.takings_in_euros.__doc__.split())
    of_two_days = REFERENCE._stub_takings_in_euros(torch.tensor([[100.0, 50.0], [200.0, 30.0]]), rates)
    assert " ".join(str(of_two_days).removeprefix("tensor(").removesuffix(")").split()) == "[[100., 25.], [200., 15.]]"
    assert "`[[100., 25.], [200., 15.]]`" in shown
    with pytest.raises(RuntimeError) as caught:
        REFERENCE._stub_takings_in_euros(torch.ones(2, 3), rates)
    assert f"RuntimeError: {caught.value}" in shown, CHANGED


def test_the_loss_that_mean_squared_loss_begins_with() -> None:
    column = torch.tensor([[1.0], [2.0], [3.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is said
        loss = REFERENCE._stub_mean_squared_loss(column, column.flatten())
    assert f"{loss:.4f}" in REFERENCE.mean_squared_loss.__doc__, CHANGED


def test_mse_loss_only_warns_of_unlike_shapes() -> None:
    column = torch.tensor([[1.0], [2.0], [3.0]])
    with pytest.warns(UserWarning, match="Using a target size .* that is different to the input size"):
        loss = torch.nn.functional.mse_loss(column, column.flatten())
    assert loss > 1, CHANGED
