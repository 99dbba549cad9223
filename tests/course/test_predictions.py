"""The answers of every predict exercise are what torch does with the code that its text shows.

The cases are read from the docstrings, `a: some code`, and run. One that fails after an update means that this torch
release behaves otherwise: mend the exercise, its known mistakes and its lesson.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from support.paths import ROOT

from antorcha.course.load import load_course

COURSE = load_course(ROOT)
PREDICT = {
    exercise.name: topic.name for topic in COURSE.topics for exercise in topic.exercises if exercise.kind == "predict"
}
ERRORS = (RuntimeError, IndexError, ValueError, TypeError, AttributeError)
RANKS = ("scalar", "vector", "matrix", "tensor")
A_CASE = re.compile(r"^ {8}([a-z]): (.+)$", re.MULTILINE)


@cache
def _module(topic: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"predictions_of_{topic}", ROOT / "reference" / f"{topic}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases(exercise: str) -> dict[str, str]:
    return dict(A_CASE.findall(getattr(_module(PREDICT[exercise]), exercise).__doc__ or ""))


@dataclass
class Asked:
    """How one finds the answer to a case: the lines that come before it, and what of the outcome is asked for.

    `look` gets the value of the case's last expression (`None` if it is a statement) and the names afterwards. With
    `errors` an exception is the answer "error".
    """

    look: Callable[[Any, dict[str, Any]], object]
    before: str = ""
    errors: bool = False
    names: dict[str, Any] = field(default_factory=dict)

    def answer(self, code: str) -> object:
        names = {"torch": torch, "np": np, **self.names}
        exec(self.before, names)
        try:
            return self.look(_run(code, names), names)
        except ERRORS:
            if not self.errors:
                raise
            return "error"


def _run(code: str, names: dict[str, Any]) -> object:
    """Run the statements of a case, and return the value of the last one if it is an expression."""
    first, _, last = code.rpartition("; ") if not code.startswith("with ") else ("", "", code)
    exec(first, names)
    try:
        expression = compile(last, "<case>", "eval")
    except SyntaxError:
        exec(last, names)
        return None
    value: object = eval(expression, names)
    return value


def _number(value: object) -> object:
    return value.item() if isinstance(value, torch.Tensor) else value


def _shape(value: Any, _: dict[str, Any]) -> object:
    return tuple(value.shape)


def _linked(result: Any, names: dict[str, Any]) -> bool:
    result[0, 0] = 9
    return bool((names["array"] == 9).any()) or bool((names["t"] == 9).any())


def _leaf_and_grad(value: Any, names: dict[str, Any]) -> tuple[bool, bool]:
    t = names.get("t", value)
    return t.is_leaf, t.requires_grad


def _functions(shapes: Any, _: dict[str, Any]) -> list[str]:
    """Names of the functions that multiply tensors of these two shapes."""
    able = []
    for name in ("dot", "mm", "bmm", "matmul"):
        try:
            getattr(torch, name)(*(torch.ones(shape) for shape in shapes))
        except ERRORS:
            continue
        able.append(name)
    return able


DTYPES = """
whole = torch.tensor([1, 2])
byte = torch.tensor([1, 2], dtype=torch.uint8)
small = torch.tensor([1, 2], dtype=torch.int8)
flags = torch.tensor([True, False])
half = torch.tensor([0.5, 1.5], dtype=torch.float16)
single = torch.tensor([0.5, 1.5])
double = torch.tensor([0.5, 1.5], dtype=torch.float64)
"""
TWO_NAMES = """
x = torch.tensor([1.0, 2.0, 3.0])
y = x

def f(t):
    t = t * 3

def g(t):
    t *= 3
"""
AN_OPTIMIZER = """
x = torch.tensor(3.0, requires_grad=True)
opt = torch.optim.SGD([x], lr=0.1)
"""

ASKED = {
    "inferred_dtype": Asked(lambda value, _: value.dtype),
    "rank_name": Asked(lambda value, _: RANKS[min(value.ndim, 3)]),
    "comes_back": Asked(lambda value, _: value),
    "held_afterwards": Asked(lambda _, names: names["y"].tolist(), TWO_NAMES),
    "broadcast_outcome": Asked(_shape, errors=True),
    "product_shape": Asked(_shape, errors=True),
    "product_functions": Asked(_functions),
    "changed_shape": Asked(_shape, "x = torch.arange(24).reshape(2, 3, 4)", errors=True),
    "after_the_write": Asked(lambda _, names: names["x"].flatten().tolist(), "x = torch.arange(6).reshape(2, 3)"),
    "indexed_shape": Asked(_shape, "x = torch.arange(24).reshape(2, 3, 4)", errors=True),
    "stays_linked": Asked(_linked, "array = np.ones((2, 3)); t = torch.ones(2, 3)"),
    "what_they_hold": Asked(
        lambda _, names: (names["array"].tolist(), names["tensor"].tolist()),
        "array = np.array([1.0, 2.0, 3.0]); tensor = torch.from_numpy(array)",
    ),
    "mixed_dtype": Asked(lambda value, _: value.dtype, DTYPES),
    "held_after_cast": Asked(lambda value, _: value.tolist()),
    "after_backward": Asked(
        lambda _, names: _number(names["y"]), "x = torch.tensor(3.0, requires_grad=True)", errors=True
    ),
    "gradient_after": Asked(lambda _, names: _number(names["x"].grad), AN_OPTIMIZER, errors=True),
    "leaf_and_grad": Asked(
        _leaf_and_grad,
        "w = torch.ones(2, requires_grad=True)",
    ),
}


@pytest.mark.parametrize("exercise", ASKED)
def test_answers_are_what_torch_does(exercise: str) -> None:
    asked, cases = ASKED[exercise], _cases(exercise)
    predicted = getattr(_module(PREDICT[exercise]), exercise)
    assert "".join(cases) == "abcdefghijklmnopqrstuvwxyz"[: len(cases)]
    assert len(cases) >= 8
    wrong = {
        f"{case}: {code}": (asked.answer(code), predicted(case))
        for case, code in cases.items()
        if asked.answer(code) != predicted(case)
    }
    assert wrong == {}, "torch does something else than the exercise says: (torch, exercise)"


@pytest.mark.parametrize("exercise", sorted(PREDICT))
def test_every_predict_exercise_is_checked_against_torch(exercise: str) -> None:
    """Here, or in the facts of its topic, where its answers take more than to run a line."""
    facts = ROOT / "tests" / "course" / f"test_facts_{PREDICT[exercise]}.py"
    assert exercise in ASKED or f".{exercise}(" in facts.read_text("utf-8")


def test_a_wrong_answer_is_found() -> None:
    """The check above can fail."""
    assert ASKED["product_shape"].answer("torch.ones(2, 3) @ torch.ones(3, 2)") == (2, 2)
    assert ASKED["product_shape"].answer("torch.ones(2, 3) @ torch.ones(2, 3)") == "error"
    assert ASKED["gradient_after"].answer("(x**2).backward(); (x**2).backward()") == 12.0
