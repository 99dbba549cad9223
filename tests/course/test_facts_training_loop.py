"""What the course's notes print of training a line. If one of these fails, PyTorch has changed: mend lesson and stubs.

The table of losses is reproduced to its last printed digit, on a CPU; docs/training_table.md shows both side by side.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT
from torch import nn
from torch.utils.data import DataLoader, Dataset

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


def test_parameters_buffers_and_attributes_as_the_lesson_tables_them() -> None:
    module = nn.Module()
    module.a = nn.Parameter(torch.ones(()))
    module.register_buffer("b", torch.ones(()))
    module.c = torch.ones(())
    module.double()
    assert [name for name, _ in module.named_parameters()] == ["a"]
    assert list(module.state_dict()) == ["a", "b"]
    assert [getattr(module, name).dtype for name in "abc"] == [torch.float64, torch.float64, torch.float32], CHANGED


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (torch.tensor([0.0, 1.0]), r"^expected target dtype to be Long or Byte, but got Float$"),
        (torch.tensor([0, 1], dtype=torch.int32), r"^expected target dtype to be Long or Byte, but got Int$"),
        (torch.tensor([[0], [1]]), r"^0D or 1D target tensor expected, multi-target not supported$"),
    ],
)
def test_labels_are_refused_in_these_words(reference: ModuleType, labels: torch.Tensor, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        reference._stub_loss_of_labels(torch.ones(2, 3), labels)


# The calls of the cases of `has_a_gradient`: x and turns, and whether `backward` follows.
CALLS = {
    "a": [(1.0, 0, True)],
    "b": [(1.0, 1, True)],
    "c": [(1.0, 3, True)],
    "d": [(6.0, 0, True)],
    "e": [(-3.0, 2, True)],
    "f": [(0.0, 1, True)],
    "g": [(1.0, 0, True), (6.0, 0, True)],
    "h": [(1.0, 3, False), (1.0, 0, True)],
}


@pytest.mark.parametrize("case", CALLS)
def test_what_has_a_gradient_is_what_torch_says(reference: ModuleType, case: str) -> None:
    a, b, c, d, e = numbers = [torch.tensor(2.0, requires_grad=True) for _ in range(5)]

    def forward(x: float, turns: int) -> torch.Tensor:
        y = a * x
        for _ in range(turns):
            y = b * y
        return y - c if y > 5 * e else d * y

    for x, turns, backward in CALLS[case]:
        result = forward(x, turns)
        if backward:
            result.backward()
    held = "".join(name for name, number in zip("abcde", numbers, strict=True) if number.grad is not None)
    assert reference.has_a_gradient(case) == held


RATES = dict(zip("abcdefghijkl", (0.001, 0.1, 0.5, 0.9, 1.0, 1.1, 0.3, 0.001, 0.03, 0.25, 0.3, 1.5), strict=True))


@pytest.mark.parametrize("case", RATES)
def test_what_a_rate_does_is_what_torch_does(reference: ModuleType, case: str) -> None:
    w = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=RATES[case])
    path = [w.item()]
    for _ in range(100):
        optimizer.zero_grad()
        loss = w.abs() if case in "hijkl" else (5 if case == "g" else 1) * w**2
        loss.backward()
        optimizer.step()
        path.append(w.item())
    if abs(path[-1]) < 0.001:
        fate = "arrives"
    elif abs(path[-1]) > 1 + 1e-9:
        fate = "runs away"
    elif path[-1] * path[-2] < 0 and path[-1] == pytest.approx(path[-3]):
        fate = "swings"
    else:
        assert all(abs(after) < abs(before) for before, after in itertools.pairwise(path))
        fate = "on its way"
    assert reference.after_a_hundred_steps(case) == fate


def test_the_factors_in_the_lesson() -> None:
    assert [round(1 - 2 * lr, 2) for lr in (0.01, 0.3, 0.7, 1.0, 1.5)] == [0.98, 0.4, -0.4, -1.0, -2.0]
    assert round(0.98**100, 2) == 0.13


@pytest.mark.parametrize("drop_last", [True, False])
def test_steps_and_rows_are_those_of_a_loader(reference: ModuleType, drop_last: bool) -> None:
    for rows in range(1, 12):
        for batch_size in range(1, 13):
            loader = DataLoader(torch.arange(rows), batch_size=batch_size, drop_last=drop_last)
            seen = [len(batch) for _ in range(3) for batch in loader]
            assert reference.updates_and_rows(rows, batch_size, 3, drop_last) == (len(seen), sum(seen))
            assert len(loader) * 3 == len(seen)


def test_workers_have_the_seeds_that_the_lesson_says() -> None:
    """Look into the processes of a real loader: their seeds follow one another, and copies of a generator are equal."""

    class Seeds(Dataset[torch.Tensor]):
        def __init__(self) -> None:
            self.own = torch.Generator().manual_seed(1)

        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: int) -> torch.Tensor:
            return torch.tensor([torch.initial_seed(), int(torch.randint(1000, (), generator=self.own))])

    first, second = DataLoader(Seeds(), batch_size=None, num_workers=2)
    assert second[0] - first[0] == 1, CHANGED
    assert second[1] == first[1], CHANGED


def test_a_generator_looks_at_32_bits_of_its_seed() -> None:
    drawn = [torch.rand(4, generator=torch.Generator().manual_seed(seed)) for seed in (5, 5 + 2**32, 6)]
    assert torch.equal(drawn[0], drawn[1]), CHANGED
    assert not torch.equal(drawn[0], drawn[2])


def test_a_schedule_that_steps_before_the_optimizer_is_warned_of() -> None:
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0)
    with pytest.warns(UserWarning, match=r"`lr_scheduler.step\(\)` before `optimizer.step\(\)`"):
        torch.optim.lr_scheduler.StepLR(optimizer, 1).step()


def test_a_frozen_batch_norm_goes_on_counting(reference: ModuleType) -> None:
    def body_after(function: str) -> torch.Tensor:
        torch.manual_seed(0)
        model = nn.Sequential()
        model.body, model.head = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), nn.Linear(3, 1)
        model.body.requires_grad_(False)
        optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
        getattr(reference, function)(model, torch.ones(4, 2), torch.ones(4, 1), nn.MSELoss(), optimizer, 2)
        mean: torch.Tensor = model.body[1].running_mean
        return mean

    assert body_after("_stub_train_head").abs().sum() > 0
    assert torch.equal(body_after("train_head"), torch.zeros(3))
