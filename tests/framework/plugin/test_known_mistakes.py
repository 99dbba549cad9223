"""A wrong answer that behaves like a known mistake is explained by it, wherever in the answer the mistake shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from support.agree_desk import Desk

from antorcha.plugin.recognise import ReferenceMistakes, refine
from antorcha.variants import Variant

REFERENCE = """
from collections import namedtuple
Summary = namedtuple("Summary", "mean count")
def exercise(x):
    return {answer}
"""
VARIANT = """
from collections import namedtuple
from antorcha.variants import wrong
Summary = namedtuple("Summary", "mean count")
@wrong("exercise", "You named the method and did not call it.")
def uncalled(x):
    return {answer}
"""
HOLDERS = {
    "alone": ("x.mean()", "x.mean"),
    "in a list": ("[x.mean(), 3]", "[x.mean, 3]"),
    "in a dict": ("{'mean': x.mean()}", "{'mean': x.mean}"),
    "in a named tuple": ("Summary(x.mean(), 3)", "Summary(x.mean, 3)"),
    "in a named tuple in a list": ("[Summary(x.mean(), 3)]", "[Summary(x.mean, 3)]"),
}


@pytest.mark.parametrize(("right", "mistaken"), HOLDERS.values(), ids=HOLDERS)
def test_a_method_that_was_not_called_is_recognised(right: str, mistaken: str) -> None:
    mistakes = ReferenceMistakes(VARIANT.replace("{answer}", mistaken), Path("variants.py"))
    assert [variant.name for variant in mistakes.wrong("exercise")] == [Variant("exercise", "uncalled").name]
    with Desk(REFERENCE.replace("{answer}", right), REFERENCE.replace("{answer}", mistaken)) as desk:
        desk.agree._context = replace(desk.agree._context, known_mistakes=mistakes)
        finding = desk.ask(lambda agree: agree("exercise", torch.arange(3.0)))
    assert finding is not None
    assert finding.diagnosis.details["variant"] == "uncalled"


DRAWN = """
from matplotlib.figure import Figure
from antorcha.variants import wrong

def drawn(legend):
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 1], label="first")
    if legend == "early":
        axes.legend()
    axes.plot([0, 1], [1, 0], label="second")
    if legend == "all":
        axes.legend()
    return axes.figure

@wrong("exercise", "Your figure has no legend.")
def no_legend(x):
    return drawn("none")

def exercise(x):
    return drawn("{legend}")
"""


@pytest.mark.parametrize(("legend", "kind"), [("none", "variant"), ("early", "length")])
def test_what_a_mistake_leaves_out_is_not_what_an_answer_has(legend: str, kind: str) -> None:
    pytest.importorskip("matplotlib")
    mistakes = ReferenceMistakes(DRAWN, Path("variants.py"))
    with Desk(DRAWN.replace("{legend}", "all"), DRAWN.replace("{legend}", legend)) as desk:
        desk.agree._context = replace(desk.agree._context, known_mistakes=mistakes)
        finding = desk.ask(lambda agree: agree("exercise", torch.arange(3.0)))
    assert finding is not None
    assert finding.diagnosis.kind == kind


ALIKE = """
from antorcha.variants import wrong

@wrong("exercise", "You took the sum.")
def by_a_method(x):
    return x.sum()

@wrong("exercise", "{message}")
def by_a_function(x):
    return sum(x)
"""


@pytest.mark.parametrize(("message", "kind"), [("You took the sum.", "variant"), ("You wrote a loop.", "value_0d")])
def test_two_mistakes_that_answer_alike_are_named_where_they_say_the_same(message: str, kind: str) -> None:
    mistakes = ReferenceMistakes(ALIKE.replace("{message}", message), Path("variants.py"))
    with Desk("def exercise(x):\n    return x.mean()\n", "def exercise(x):\n    return x.sum()\n") as desk:
        desk.agree._context = replace(desk.agree._context, known_mistakes=mistakes)
        finding = desk.ask(lambda agree: agree("exercise", torch.arange(3.0)))
    assert finding is not None
    assert finding.diagnosis.kind == kind


# ------------------------------------------------------------------------------------------- what is evidence of one

RAISING = """
import torch
from antorcha.variants import wrong

@wrong("exercise", "You forgot to transpose.")
def not_transposed(x):
    return x @ x

@wrong("exercise", "You asked the GPU.")
def on_the_gpu(x):
    raise AssertionError("Torch not compiled with CUDA enabled")

@wrong("exercise", "You took the sum.")
def summed(x):
    return x.sum()

@wrong("exercise", "You took the largest.")
def largest(x):
    return x.max()
"""
PRODUCT = """
def exercise(x):
    return x @ x.T if x.ndim == 2 else x + 0
"""


def named(code: str, *inputs: torch.Tensor, in_all: bool = False) -> str | None:
    """The known mistake that a wrong answer is told at home, or with all checks of the exercise in view."""
    mistakes = ReferenceMistakes(RAISING, Path("variants.py"))
    traces, failed = {}, []
    for number, x in enumerate(inputs):
        with Desk(PRODUCT, code) as desk:
            desk.agree._context = replace(desk.agree._context, known_mistakes=mistakes)
            finding = desk.ask(lambda agree, x=x: agree("exercise", x))
            traces[str(number)] = list(desk.agree._context.check.trace)
            course = desk.agree._context.course
        if finding is not None:
            failed.append(str(number))
            at_home = finding.diagnosis.details.get("variant")
    assert failed
    if not in_all:
        return at_home
    told = refine(traces, failed, "exercise", mistakes, course)
    return told[failed[0]].name if failed[0] in told else None


MATRIX = torch.ones(2, 3)
FOREIGN = {
    "division": "1 // 0",
    "shape error of a foreign line": "__import__('torch').ones(4, 5) @ __import__('torch').ones(4, 5)",
    "runtime error": "exec('raise RuntimeError(\\'hola\\')')",
    "assertion": "exec('assert x is None')",
    "misspelt function": "__import__('torch').flaot(x)",
    "nothing": "None",
    "text": "'hola'",
    "the input": "x",
}


@pytest.mark.parametrize("code", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("in_all", [False, True], ids=["at home", "on the page"])
def test_no_mistake_is_named_for_a_failure_that_has_nothing_to_do_with_it(code: str, in_all: bool) -> None:
    assert named(f"def exercise(x):\n    return {code}\n", MATRIX, in_all=in_all) is None


@pytest.mark.parametrize("code", ["x.mm(x)", "(x * 1) @ x", "__import__('torch').matmul(x, x)"])
@pytest.mark.parametrize("in_all", [False, True], ids=["at home", "on the page"])
def test_a_mistake_that_raises_is_known_by_its_message(code: str, in_all: bool) -> None:
    assert named(f"def exercise(x):\n    return {code}\n", MATRIX, in_all=in_all) == "not_transposed"


@pytest.mark.parametrize(
    "words",
    [
        "AssertionError('Torch not compiled with CUDA enabled')",
        "RuntimeError('Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU')",
        "RuntimeError('No CUDA GPUs are available')",
    ],
)
def test_that_there_is_no_cuda_is_one_mistake_whatever_the_build_says(words: str) -> None:
    assert named(f"def exercise(x):\n    raise {words}\n", MATRIX) == "on_the_gpu"


def test_of_two_mistakes_that_the_inputs_do_not_tell_apart_neither_is_named() -> None:
    one, many = torch.tensor([4.0, 0.0]), torch.tensor([4.0, 1.0])
    assert named("def exercise(x):\n    return x.sum()\n", one) is None
    assert named("def exercise(x):\n    return x.sum()\n", one, many, in_all=True) == "summed"
    assert named("def exercise(x):\n    return x.max()\n", many, one) is None


def test_a_mistake_that_another_check_contradicts_is_not_named() -> None:
    code = "def exercise(x):\n    return x.sum() if len(x) == 2 else x * 5\n"
    two, three = torch.tensor([4.0, 1.0]), torch.tensor([4.0, 1.0, 2.0])
    assert named(code, two) == "summed"
    assert named(code, two, three, in_all=True) is None
