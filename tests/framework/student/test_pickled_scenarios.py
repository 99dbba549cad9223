"""The bytes of a scenario are remembered for as long as everything that it may reach is as it was."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from antorcha.student.by_value import by_value

HELPERS = """
import torch

RATE = 2
TABLE = [1, 2]
NAMED = {"inner": [5]}
X = torch.tensor([1.0])


class Counter:
    start = 10


def closed(n):
    def inner():
        return n

    def move(to):
        nonlocal n
        n = to

    return inner, move


inner, move = closed(3)


def scenario(module):
    return RATE, list(TABLE), NAMED["inner"][0], X.tolist(), Counter.start, inner()


def made(step=1):
    def scenario(module, step=step):
        return step

    return scenario
"""


@pytest.fixture
def helpers(tmp_path: Path) -> Iterator[ModuleType]:
    (tmp_path / "grading.toml").write_text("")
    (tmp_path / "some_helpers.py").write_text(HELPERS)
    spec = importlib.util.spec_from_file_location("some_helpers", tmp_path / "some_helpers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["some_helpers"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["some_helpers"]


def played(function: object) -> object:
    return pickle.loads(by_value(function))(None)  # type: ignore[arg-type]


def test_the_same_scenario_is_pickled_once(helpers: ModuleType) -> None:
    assert by_value(helpers.scenario) is by_value(helpers.scenario)
    assert by_value(helpers.made()) is by_value(helpers.made()), "each test run defines its scenarios anew"


@pytest.mark.parametrize(
    ("change", "place", "after"),
    [
        ("RATE = 7", 0, 7),
        ("TABLE[0] = 9", 1, [9, 2]),
        ("TABLE.append(3)", 1, [1, 2, 3]),
        ("NAMED['inner'][0] = 6", 2, 6),
        ("NAMED['inner'] = [8]", 2, 8),
        ("X += 1", 3, [2.0]),
        ("X = torch.tensor([4.0])", 3, [4.0]),
        ("Counter.start = 20", 4, 20),
        ("move(30)", 5, 30),
    ],
)
def test_a_change_of_what_it_reaches_travels(helpers: ModuleType, change: str, place: int, after: object) -> None:
    assert played(helpers.scenario) == (2, [1, 2], 5, [1.0], 10, 3)
    exec(change, vars(helpers))
    changed = played(helpers.scenario)
    assert isinstance(changed, tuple)
    assert changed[place] == after


def test_defaults_tell_scenarios_of_the_same_code_apart(helpers: ModuleType) -> None:
    assert [played(helpers.made(step)) for step in (1, 2, 1.0, True)] == [1, 2, 1.0, True]
    assert [type(played(helpers.made(step))) for step in (1, 1.0, True)] == [int, float, bool]
