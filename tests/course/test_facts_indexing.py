"""What the course says that indexing prints. If one of these fails, PyTorch has changed: mend lesson and stubs."""

from __future__ import annotations

import importlib.util

import pytest
import torch
from support.paths import ROOT

REFERENCE = ROOT / "reference" / "indexing.py"

CHANGED = "this torch release answers otherwise than the lesson and the stubs of `indexing` say"

BLOCK = torch.arange(1, 10).reshape(1, 3, 3)

PRINTED = {
    "x[0]": (BLOCK[0], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    "x[0][0]": (BLOCK[0][0], [1, 2, 3]),
    "x[0][0][0]": (BLOCK[0][0][0], 1),
    "x[:, 0]": (BLOCK[:, 0], [[1, 2, 3]]),
    "x[:, :, 1]": (BLOCK[:, :, 1], [[2, 5, 8]]),
    "x[:, 1, 1]": (BLOCK[:, 1, 1], [5]),
}


@pytest.mark.parametrize("expression", PRINTED)
def test_what_the_notes_print(expression: str) -> None:
    piece, printed = PRINTED[expression]
    assert piece.tolist() == printed, CHANGED
    assert piece.dtype == torch.int64, CHANGED


def test_the_reference_reads_the_same() -> None:
    spec = importlib.util.spec_from_file_location("facts_of_indexing", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = ["x[0]", "x[0][0]", "x[:, 0]", "x[:, :, 1]", "x[:, 1, 1]"]
    assert [piece.tolist() for piece in module.read_block(BLOCK)] == [PRINTED[name][1] for name in names]


def test_a_negative_step_is_refused_in_these_words() -> None:
    with pytest.raises(ValueError, match=r"^step must be greater than zero$"):
        torch.arange(4)[::-2]


def test_a_chain_of_comparisons_is_refused_in_these_words() -> None:
    x = torch.arange(4)
    with pytest.raises(RuntimeError, match=r"^Boolean value of Tensor with more than one value is ambiguous$"):
        0 < x < 3  # noqa: B015


def test_an_index_beyond_the_end_is_refused_in_these_words() -> None:
    with pytest.raises(IndexError, match=r"^index 1 is out of bounds for dimension 0 with size 1$"):
        BLOCK[1]


def test_all_rows_with_a_list_of_columns_make_a_table() -> None:
    scores = torch.arange(1.0, 10.0).reshape(3, 3)
    assert scores[:, torch.tensor([2, 0, 0])].tolist() == [[3, 1, 1], [6, 4, 4], [9, 7, 7]], CHANGED


def test_adding_to_the_same_position_counts_once() -> None:
    counts = torch.zeros(4, dtype=torch.int64)
    counts[torch.tensor([0, 2, 2, 0, 2])] += 1
    assert counts.tolist() == [1, 0, 1, 0], CHANGED


def test_a_mask_is_not_subtracted_in_these_words() -> None:
    with pytest.raises(RuntimeError) as raised:
        1 - torch.tensor([True, False])
    told = " ".join(REFERENCE.read_text("utf-8").split())
    assert f"RuntimeError: {raised.value}" in told, CHANGED


def test_turning_whole_numbers_round_makes_positions() -> None:
    taken = torch.tensor([1, 0, 0, 1])
    assert (~taken).tolist() == [-2, -1, -1, -2], CHANGED
    x = torch.tensor([10, 20, 30, 40])
    assert x[1 - taken].tolist() == [10, 20, 20, 10]
    assert x[~taken].tolist() == [30, 40, 40, 30]
    assert x[taken == 0].tolist() == [20, 30]
