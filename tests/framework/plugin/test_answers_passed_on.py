"""An answer that a test hands on to the next call: what cannot travel in it is the submission's fault, never ours."""

from __future__ import annotations

import pytest
import torch
from support.agree_desk import Desk

from antorcha.errors import CourseError
from antorcha.plugin.agree import Agree
from antorcha.plugin.plain_answers import Student
from antorcha.results import Verdict

RIGHT = "def make():\n    return 1.0\ndef use(x):\n    return 2 * x\n"
CANNOT_TRAVEL = {
    "a function": "return use",
    "a lambda in a list": "return [lambda: 1]",
    "a method that was not called": "import torch; return {'mean': torch.ones(2).mean}",
    "a class as a key": "return {use: 1}",
    "a function in a set": "return {use}",
    "a function in a dataclass": (
        "import dataclasses; return dataclasses.make_dataclass('Pair', ['left', 'right'])(1, use)"
    ),
    "a generator's type": "return type(x for x in ())",
    "a module": "import math; return math",
    "a record of too many fields": (
        "import collections; return collections.namedtuple('R', [f'f{i}' for i in range(3000)])(*range(3000))"
    ),
}


def hand_on(agree: Agree) -> None:
    agree("use", Student(agree._context).make())


@pytest.mark.parametrize("line", CANNOT_TRAVEL.values(), ids=CANNOT_TRAVEL)
def test_what_cannot_travel_is_the_submissions_fault(line: str) -> None:
    with Desk(RIGHT, f"def make():\n    {line}\ndef use(x):\n    return x\n") as desk:
        finding = desk.ask(hand_on)
    assert finding is not None
    assert (finding.verdict, finding.diagnosis.kind) == (Verdict.WRONG, "cannot_be_passed_on")


def test_what_is_too_large_to_go_on_is_the_submissions_fault() -> None:
    with Desk(RIGHT, "def make():\n    return list(range(60_000))\ndef use(x):\n    return x\n") as desk:
        finding = desk.ask(lambda agree: agree("use", [Student(agree._context).make()] * 4))
    assert finding is not None
    assert (finding.verdict, finding.diagnosis.kind) == (Verdict.WRONG, "too_large_to_pass_on")


def test_a_dataclass_goes_on_with_its_fields() -> None:
    code = """
        import dataclasses
        @dataclasses.dataclass
        class Pair:
            left: int
            right: object
        def make():
            import torch
            return Pair(1, torch.ones(2))
        def use(pair):
            return pair.left + pair.right
        """
    code = "\n".join(line[8:] for line in code.splitlines())
    with Desk(code, code) as desk:
        assert desk.ask(hand_on) is None


def test_what_the_test_itself_cannot_send_is_the_tests_fault() -> None:
    with Desk(RIGHT, RIGHT) as desk:
        for argument in (torch.relu, [torch.relu], {"f": torch.relu}, {torch.relu: 1}):
            with pytest.raises(CourseError, match="cannot travel"):
                desk.ask(lambda agree, argument=argument: agree("use", argument))  # type: ignore[misc]
