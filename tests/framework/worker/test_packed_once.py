"""The arguments of a call are packed once, on the way to the reference and to the worker alike."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from support.agree_desk import Desk

from antorcha.worker.wire import encoding

LARGE = torch.arange(1 << 20, dtype=torch.float32)  # 4 MB
CODE = "def exercise(x):\n    return float(x.sum())\n"


@pytest.mark.parametrize(
    ("test", "times"),
    [
        # The reference runs in this process: what becomes of its argument is evidence, and packed as such.
        (lambda agree: agree("exercise", LARGE), 2),
        (lambda agree: agree.scenario(lambda module, x: module.exercise(x), LARGE), 1),
        (lambda agree: agree.evidence(lambda module, x: module.exercise(x), LARGE), 1),
    ],
    ids=["call", "scenario", "evidence"],
)
def test_a_large_tensor_is_packed_once(test: Any, times: int, zygote: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[int] = []
    plain = encoding._Encoder.tensor

    def counted(self: Any, value: torch.Tensor, **settings: Any) -> Any:
        packed.append(value.numel())
        return plain(self, value, **settings)

    with Desk(CODE, CODE, zygote=zygote) as desk:
        assert desk.ask(lambda agree: agree("exercise", torch.ones(2))) is None  # loads both sides
        monkeypatch.setattr(encoding._Encoder, "tensor", counted)
        assert desk.ask(test) is None
    assert packed == [LARGE.numel()] * times
