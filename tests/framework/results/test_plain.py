"""Records as plain data and back: what was written is read again, and what was not is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from antorcha.audit.outcome import Outcome
from antorcha.course.model import Course
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plain import PlainDataError, from_plain, to_plain
from antorcha.results import CheckResult, Diagnosis, Picture, TopicResult, Verdict, score_exercise

# A row of results.db as it was written before `pictures` and `parity` were recorded.
OLD_ROW = """{"topic": "tensors", "exercises": [{"name": "center", "points": 1, "max_points": 2.0, "verdict": "wrong",
"checks": [{"check": "test_tensors.py::test_a", "exercise": "center", "verdict": "wrong", "weight": 1.0,
"comparisons": 2, "seconds": 0.25, "device": "cpu", "diagnosis": {"kind": "shape", "details": {"path": ""},
"private": {"expected": "(2, 3)"}}}]}], "verdict": "passed", "note": null, "output": "", "seconds": 0.5}"""


@dataclass(frozen=True)
class Leaf:
    number: float
    word: Literal["a", "b"] = "a"


@dataclass(frozen=True)
class Node:
    leaves: tuple[Leaf, ...]
    verdict: Verdict = Verdict.PASSED
    maybe: Leaf | None = None
    table: dict[str, tuple[int, ...]] = field(default_factory=dict)
    anything: Any = None
    child: Node | None = None


def through_json(record: Any) -> Any:
    return from_plain(type(record), json.loads(json.dumps(to_plain(record))))


def test_a_record_survives_json() -> None:
    node = Node((Leaf(1.5), Leaf(2)), Verdict.CPU_LIMIT, Leaf(0.0, "b"), {"x": (1, 2)}, [None, "z"], Node(()))
    assert through_json(node) == node


def test_the_four_records_that_are_kept_survive_json() -> None:
    check = CheckResult("a.py::b", "f", Verdict.WRONG, 2.0, 3, 0.1, "cpu+sim", Diagnosis("shape", {"path": ""}), 0.5)
    exercise = score_exercise("f", 2.0, (check,))
    picture = Picture("a.py::b", {"axes": []}, None)
    topic = TopicResult("t", (type(exercise)("f", 0.0, 2.0, Verdict.WRONG, (check,), (picture,)),), seconds=1.0)
    file = SubmittedFile("t", "t.py", (Cell("x = 1", "t.py"),), Diagnosis("syntax"), (Diagnosis("name_guessed"),))
    outcome = Outcome({"f": 0.0}, {"f": 1.0}, (), ("cpu",), "abc", ("result tensor",))
    for record in (topic, file, outcome):
        assert through_json(record) == record


def test_a_row_of_an_older_store_is_read() -> None:
    result = from_plain(TopicResult, json.loads(OLD_ROW))
    (check,) = result.exercises[0].checks
    assert (result.points, result.exercises[0].pictures, check.parity) == (1, (), None)
    assert check.verdict is Verdict.WRONG
    assert check.diagnosis == Diagnosis("shape", {"path": ""}, {"expected": "(2, 3)"})


def test_what_a_newer_version_added_is_passed_over() -> None:
    assert from_plain(Leaf, {"number": 1.0, "colour": "red"}) == Leaf(1.0)


@pytest.mark.parametrize(
    ("record_class", "data", "sentence"),
    [
        (Leaf, {}, "Leaf: number is missing"),
        (Leaf, [], "Leaf: [] is not an object"),
        (Leaf, {"number": "1"}, "Leaf.number: '1' is not float"),
        (Leaf, {"number": True}, "Leaf.number: True is not float"),
        (Leaf, {"number": 1, "word": "c"}, "Leaf.word: 'c' is not one of 'a', 'b'"),
        (Node, {"leaves": "ab"}, "Node.leaves: 'ab' is not a list"),
        (Node, {"leaves": [{"number": 1}, {}]}, "Node.leaves[1]: number is missing"),
        (Node, {"leaves": [], "verdict": "splendid"}, "Node.verdict: 'splendid' is no Verdict"),
        (Node, {"leaves": [], "maybe": 3}, "Node.maybe: 3 is not an object"),
        (Node, {"leaves": [], "table": {"x": [1.5]}}, "Node.table.x[0]: 1.5 is not int"),
        (Node, {"leaves": [], "child": {"leaves": None}}, "Node.child.leaves: None is not a list"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(record_class: type, data: Any, sentence: str) -> None:
    with pytest.raises(PlainDataError) as caught:
        from_plain(record_class, data)
    assert str(caught.value) == sentence


def test_a_course_is_read_without_its_folder() -> None:
    assert from_plain(Course, {"title": "A course", "topics": []}) == Course("A course", ())
