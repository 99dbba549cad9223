"""A class of hundreds asks the same questions: the reference answers each once, as long as there is room."""

from __future__ import annotations

from typing import Any

import torch
from support.agree_desk import Desk

from antorcha.plugin.oracle import ReferenceOracle
from antorcha.plugin.remembered import Remembered
from antorcha.student.local import LocalRunner
from antorcha.worker.observation import Observation

REFERENCE = """
import torch

calls = []


def grown(x):
    calls.append(float(x))
    return torch.full((1 << 18,), float(x))
"""


def test_answers_are_remembered_until_newer_ones_need_their_room() -> None:
    runner = LocalRunner("reference_topic", [(REFERENCE, "reference.py")])
    oracle = ReferenceOracle(runner)
    calls: list[float] = runner.module.namespace.calls

    def ask(*numbers: int) -> None:
        def test(agree: Any) -> None:
            for number in numbers:
                agree("grown", torch.tensor(float(number)))

        with Desk(REFERENCE, REFERENCE, oracle=oracle) as desk:
            assert desk.ask(test) is None

    ask(1)
    ask(1)
    assert calls == [1.0], "one question of two submissions"
    ask(*range(1, 41))  # 40 MB of answers
    assert len(calls) == 40
    ask(1)
    assert len(calls) == 41, "forgotten, asked again, and answered as before"


def test_large_answers_do_not_push_out_the_others() -> None:
    room = 160
    remembered: Remembered[str] = Remembered(most_bytes=room)
    small = Observation(value=1)
    remembered.put("small", small, 10)
    remembered.put("large", Observation(value=2), room - 1)
    assert remembered.get("small") is small
    assert remembered.get("large") is None
