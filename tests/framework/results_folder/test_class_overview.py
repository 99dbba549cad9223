"""What the class page says after several weeks in one results folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fake_grader import FakeGrader
from support.fake_grader import grader as grader
from support.tiny_class import HALF, RIGHT, grade, hand_in
from support.tiny_class import home as home


def test_who_falls_behind_is_seen_in_the_order_of_the_weeks(
    home: Path, grader: FakeGrader, capsys: pytest.CaptureFixture[str]
) -> None:
    for student, code in (("ana", RIGHT), ("bea", RIGHT), ("carla", HALF)):
        hand_in(home, student, "03-01 20:15", "def triple(x): return 3 * x\n", topic="two", folder="week1")
        hand_in(home, student, "03-06 20:15", code, topic="one", folder="week2")
    grade(folder="week1", capsys=capsys)
    grade(folder="week2", capsys=capsys)
    page = (home / "results/index.html").read_text(encoding="utf-8")
    assert (
        "carla</a>: Falls behind: 100 % in the first topics, 40 % in the last ones, where the class has 100 %." in page
    )
    assert page.count("Falls behind") == 1
