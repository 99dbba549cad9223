"""What the course says that random generators print. If one of these fails, PyTorch has changed: mend the topic."""

from __future__ import annotations

import importlib.util
import random
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT
from torch.utils.data import DataLoader, TensorDataset

REFERENCE = ROOT / "reference" / "reproducibility.py"

CHANGED = "this torch release answers otherwise than the lesson and the stubs of `reproducibility` say"

SEED_42 = [
    [0.8823, 0.9150, 0.3829, 0.9593],
    [0.3904, 0.6009, 0.2566, 0.7936],
    [0.9408, 0.1332, 0.9346, 0.5936],
]
SEED_42_GOES_ON = [
    [0.8694, 0.5677, 0.7411, 0.4294],
    [0.8854, 0.5739, 0.2666, 0.6274],
    [0.2696, 0.4414, 0.2969, 0.8317],
]
SEED_1729 = [[0.3126, 0.3791, 0.3087], [0.0736, 0.4216, 0.0691]]
SEED_1729_GOES_ON = [[0.2332, 0.4047, 0.2162], [0.9927, 0.4128, 0.5938]]


def prints(values: torch.Tensor, printed: list[list[float]]) -> bool:
    """True if these are the numbers with the four digits after the point that PyTorch prints."""
    return torch.allclose(values, torch.tensor(printed), rtol=0, atol=0.51e-4)


@pytest.fixture
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_of_reproducibility", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_seed_42_as_the_notes_print_it(reference: ModuleType) -> None:
    first, second = reference.equal_draws((3, 4), 42)
    assert prints(first, SEED_42), CHANGED
    assert torch.equal(first, second)


def test_without_a_second_seed_the_draw_goes_on(reference: ModuleType) -> None:
    first, second = reference._stub_equal_draws((3, 4), 42)
    assert prints(first, SEED_42), CHANGED
    assert prints(second, SEED_42_GOES_ON), CHANGED


def test_seed_1729_as_the_notes_print_it() -> None:
    draws = []
    for _ in range(2):
        torch.manual_seed(1729)
        draws += [torch.rand(2, 3), torch.rand(2, 3)]
    for draw, printed in zip(draws, [SEED_1729, SEED_1729_GOES_ON] * 2, strict=True):
        assert prints(draw, printed), CHANGED


def test_draws_alike_is_what_its_lines_do(reference: ModuleType) -> None:
    """The lines and the expressions of the docstring, run."""
    blocks = [line.strip() for line in reference.draws_alike.__doc__.splitlines() if line.startswith("        ")]
    lines = [line for line in blocks if line[1:3] != ": "]
    expressions = {line[0]: line[3:] for line in blocks if line[1:3] == ": "}
    names = {"torch": torch, "random": random}
    exec("\n".join(lines), names)
    assert len(expressions) == 12
    for case, expression in expressions.items():
        assert eval(expression, names) is reference.draws_alike(case), f"{CHANGED}: {expression}"


def test_shuffling_a_tensor_loses_elements(reference: ModuleType) -> None:
    assert reference._stub_shuffled_rows(torch.tensor([1, 2, 3, 4]), 1).tolist() == [1, 1, 3, 2], CHANGED
    assert sorted(reference.shuffled_rows(torch.tensor([1, 2, 3, 4]), 1).tolist()) == [1, 2, 3, 4]


def test_shuffling_an_array_of_two_axes_loses_rows() -> None:
    array = np.arange(8).reshape(4, 2)
    random.Random(1).shuffle(array)  # type: ignore[arg-type]
    assert len(np.unique(array[:, 0])) < 4


def test_the_second_pass_of_a_loader_is_another(reference: ModuleType) -> None:
    loader = reference._stub_replayable_loader(torch.arange(12.0).reshape(6, 2), torch.arange(6), 3, 0)
    passes = [[labels.tolist() for _, labels in loader] for _ in range(2)]
    assert passes == [[[5, 1, 0], [3, 2, 4]], [[4, 2, 1], [3, 0, 5]]], CHANGED


@pytest.mark.parametrize("own", [True, False])
def test_a_loader_that_does_not_shuffle_draws_one_number(*, own: bool) -> None:
    generator = torch.Generator().manual_seed(1) if own else None
    loader = DataLoader(TensorDataset(torch.arange(4)), generator=generator)
    before = torch.get_rng_state()
    list(loader)
    assert torch.equal(before, torch.get_rng_state()) is own, CHANGED


def test_seeding_with_the_first_seed_goes_back_to_the_beginning(reference: ModuleType) -> None:
    torch.manual_seed(42)
    torch.rand(4)
    assert prints(reference._stub_peek_ahead(2)[None], [[0.3904, 0.6009]]), CHANGED
    assert prints(torch.rand(2)[None], [[0.8823, 0.9150]]), CHANGED


def test_a_look_ahead_uses_nothing_up(reference: ModuleType) -> None:
    torch.manual_seed(42)
    torch.rand(4)
    assert prints(reference.peek_ahead(2)[None], [[0.3904, 0.6009]]), CHANGED
    assert prints(torch.rand(2)[None], [[0.3904, 0.6009]]), CHANGED


def test_seeded_call_draws_the_numbers_of_the_notes(reference: ModuleType) -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert prints(reference.seeded_call(lambda: torch.rand(3, 4), 42), SEED_42), CHANGED
    assert torch.equal(torch.get_rng_state(), before)
