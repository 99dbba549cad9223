"""Answers that are kept between two submissions."""

from __future__ import annotations

from antorcha.plugin.remembered import Remembered
from antorcha.worker.observation import Observation

ROOM = 160


def test_those_asked_for_last_stay() -> None:
    remembered: Remembered[str] = Remembered(most_bytes=ROOM)
    for number in range(17):
        remembered.put(f"question {number}", Observation(value=number), 10)
        remembered.get("question 0")
    assert [number for number in range(17) if remembered.get(f"question {number}") is None] == [1]


def test_a_large_answer_does_not_push_out_the_others() -> None:
    remembered: Remembered[str] = Remembered(most_bytes=ROOM)
    small = Observation(value=1)
    remembered.put("small", small, 10)
    remembered.put("large", Observation(value=2), ROOM - 1)
    assert remembered.get("small") is small
    assert remembered.get("large") is None
