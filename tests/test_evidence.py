"""The digest of what a hand-in showed: the bytes of any tensor, whatever its strides."""

from __future__ import annotations

import hashlib

import pytest
import torch

from antorcha.bulk.evidence import _bytes

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
