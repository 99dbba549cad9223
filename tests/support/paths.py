"""Where things lie that several tests use."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent  # of the repository, which is the shipped course's too
DATA = TESTS / "data"
MINI_COURSE = DATA / "mini_course"
MINI_CLASS = DATA / "mini_class"
HOSTILE = TESTS / "hostile"
