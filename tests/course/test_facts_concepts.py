"""What the course says that precision costs. If one of these fails, PyTorch has changed: mend lesson and stubs."""

from __future__ import annotations

import pytest
import torch

CHANGED = "this torch release answers otherwise than the lesson and the quizzes of `concepts` say"


@pytest.mark.parametrize(("dtype", "size"), [(torch.float64, 8), (torch.float32, 4), (torch.float16, 2)])
def test_bytes_of_a_number(dtype: torch.dtype, size: int) -> None:
    assert torch.zeros(1, dtype=dtype).element_size() == size, CHANGED


def test_float32_is_what_pytorch_takes() -> None:
    assert torch.tensor([1.0]).dtype == torch.float32, CHANGED


def test_fewer_bits_are_less_exact() -> None:
    third = [
        abs(float(torch.tensor(1 / 3, dtype=dtype)) - 1 / 3) for dtype in (torch.float64, torch.float32, torch.float16)
    ]
    assert third[0] < third[1] < third[2], CHANGED


def test_float16_has_no_number_between_2048_and_2050() -> None:
    assert float(torch.tensor(2048.0, dtype=torch.float16) + 1) == 2048, CHANGED
    assert float(torch.tensor(2048.0, dtype=torch.float16) + 2) == 2050, CHANGED
