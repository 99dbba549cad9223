"""What the course's notes print of training a line. If one of these fails, PyTorch has changed: mend lesson and stubs.

The table of losses is reproduced to its last printed digit, on a CPU; docs/training_table.md shows both side by side.
"""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT
from torch import nn

CHANGED = "this torch release computes otherwise than the notes, the lesson and docs/training_table.md say"

# Epoch, training loss and test loss, as the notes print them.
PRINTED = [
    (0, 0.29664039611816406, 0.28563693165779114),
    (10, 0.17860610783100128, 0.16613411903381348),
    (20, 0.11701875925064087, 0.10174953937530518),
    (30, 0.09006500989198685, 0.07594708353281021),
    (40, 0.07644685357809067, 0.06794114410877228),
    (50, 0.0689956396818161, 0.06417617946863174),
    (60, 0.06370030343532562, 0.05965892970561981),
    (70, 0.058579545468091965, 0.054845139384269714),
    (80, 0.0534588024020195, 0.050031352788209915),
    (90, 0.04834337159991264, 0.045158278197050095),
]

# What the untrained model predicts for the test part, in the order of its rows.
PREDICTED = [0.2887, 0.2635, 0.2551, 0.3477, 0.1625, 0.2298, 0.4402, 0.3561, 0.4571, 0.1793, 0.3392, 0.2046]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_of_training_loop", ROOT / "reference" / "training_loop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parts(reference: ModuleType) -> tuple[torch.Tensor, ...]:
    across, up = reference.line_data(0.8, 0.2)
    train, test = reference.TRAIN_ROWS, reference.TEST_ROWS
    return across[train], across[test], up[train], up[test]


def untrained(reference: ModuleType) -> nn.Module:
    torch.manual_seed(42)
    model: nn.Module = reference.LinearRegression()
    return model


def reproduced(reference: ModuleType) -> list[tuple[int, float, float]]:
    history = reference.fit_line(untrained(reference), *parts(reference))
    return list(zip(history["epoch"], history["train"], history["test"], strict=True))


def test_the_data(reference: ModuleType) -> None:
    across, up = reference.line_data(0.8, 0.2)
    assert across.shape == up.shape == (40, 1)
    assert [f"{number:.4f}" for number in up[:10, 0].tolist()] == [f"{0.2 + 0.02 * i:.4f}" for i in range(10)], CHANGED


def test_the_split(reference: ModuleType) -> None:
    """scikit-learn's `train_test_split(test_size=0.3, random_state=42)` takes these rows of NumPy's old generator."""
    drawn = np.random.RandomState(42).permutation(40).tolist()
    assert [drawn[:12], drawn[12:]] == [reference.TEST_ROWS, reference.TRAIN_ROWS], "this NumPy release draws otherwise"
    assert [len(part) for part in parts(reference)] == [28, 12, 28, 12]


def test_the_parameters(reference: ModuleType) -> None:
    state = untrained(reference).state_dict()
    printed = {name: [round(number, 4) for number in tensor.tolist()] for name, tensor in state.items()}
    assert printed == {"weight": [0.3367], "bias": [0.1288]}, CHANGED


def test_the_first_predictions(reference: ModuleType) -> None:
    answer = reference.line_predictions(untrained(reference), parts(reference)[1])
    assert [round(number, 4) for number in answer[:, 0].tolist()] == PREDICTED, CHANGED


def test_the_table_to_the_last_digit(reference: ModuleType) -> None:
    assert reproduced(reference) == PRINTED, CHANGED


def test_the_page_shows_what_is_printed_and_what_is_reproduced(reference: ModuleType) -> None:
    page = (ROOT / "docs" / "training_table.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)
    ours = {epoch: (train, test) for epoch, train, test in reproduced(reference)}
    shown = [(int(row[0]), float(row[1]), float(row[3]), float(row[2]), float(row[4])) for row in rows]
    assert shown == [(epoch, train, test, *ours[epoch]) for epoch, train, test in PRINTED], (
        "mend docs/training_table.md"
    )


def test_the_swinging_line_of_the_stub(reference: ModuleType) -> None:
    across = torch.tensor([[-1.0], [0.0], [1.0]])

    def trained(function: str, epochs: int) -> list[float]:
        return [round(number, 4) for number in getattr(reference, function)(across, 2 * across + 1, epochs, 0.1)]

    assert trained("_stub_trained_line", 2) == [0.7644, 0.56], CHANGED
    assert trained("trained_line", 2) == [0.4978, 0.36], CHANGED
    assert trained("_stub_trained_line", 10)[0] == 3.5372, CHANGED


def test_the_list_of_graphs_of_the_stub(reference: ModuleType) -> None:
    model = nn.Linear(1, 1)
    model.load_state_dict({"weight": torch.tensor([[1.0]]), "bias": torch.tensor([0.0])})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    across = torch.tensor([[-1.0], [1.0]])
    losses = reference._stub_logged_losses(model, across, across + 2, nn.MSELoss(), optimizer, 2)
    assert str(losses) == "[tensor(4., grad_fn=<MseLossBackward0>), tensor(1., grad_fn=<MseLossBackward0>)]", CHANGED
    with pytest.raises(RuntimeError, match=r"^Can't call numpy\(\) on Tensor that requires grad\."):
        losses[0].numpy()


def test_mixed_dtypes_are_refused_in_these_words(reference: ModuleType) -> None:
    across = torch.ones(2, 1)
    with pytest.raises(RuntimeError, match=r"^mat1 and mat2 must have the same dtype, but got Float and Double$"):
        reference._stub_fit_anywhere(nn.Linear(1, 1).double(), across, across, 1, 0.1)
