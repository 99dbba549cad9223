"""`docs/architecture.md` shows every room, in the order that the linter holds."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise

from support.paths import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
ROOMS = [room for layer in CONTRACT["layers"] for room in layer.split(" | ")]


def test_the_contract_names_every_room() -> None:
    package = ROOT / "src" / "antorcha"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    assert set(ROOMS) == folders | modules


def test_the_page_has_a_row_for_each_room_from_top_to_bottom() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE.partition("## The way of a submission")[0], re.MULTILINE)
    assert [name for name, _ in rows] == ROOMS


def test_the_picture_draws_each_room_above_what_it_imports() -> None:
    picture = PAGE.partition("```\n")[2].partition("```")[0].splitlines()
    # Words from column 46 on tell what a group of rooms is for.
    height = {room: number for number, line in enumerate(picture) for room in re.findall(r"\w+", line[:46])}
    assert [room for room in ROOMS if room not in height] == []
    order = [height[room] for room in ROOMS]
    misplaced = [room for room, below in pairwise(ROOMS) if height[room] > height[below]]
    assert order == sorted(order), misplaced
