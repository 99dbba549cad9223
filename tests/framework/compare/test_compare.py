"""Every kind of finding, for a module in this process and for one in a locked worker: both give the same."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antorcha.compare.agreement import Finding, UncomparableError, compare
from antorcha.compare.policy import Policy, changed
from antorcha.course.model import Course, Limits
from antorcha.explain import explain
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.messages import DIFFERENCES, MESSAGES, NO_ANSWER
from antorcha.results import Diagnosis, Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import decode, encode

COURSE = Course("test", ())
LIMITS = Limits(call_cpu_seconds=2, call_wall_seconds=20, memory_mib=4096, output_bytes=100_000, result_bytes=1_000_000)
HEAD = """\
import os, sys
from collections import namedtuple
from dataclasses import dataclass
import numpy as np
import torch
"""


class Sides:
    """Makes runners for the student's side: in this process, in a worker, or both one after the other."""

    def __init__(self, zygote: Any) -> None:
        self.zygote = zygote

    def local(self, code: str) -> LocalRunner:
        return LocalRunner("student", [(HEAD + textwrap.dedent(code), "student.py")])

    def remote(self, code: str) -> Runner:
        from antorcha.student.remote import RemoteRunner

        source = SubmittedFile("student", "student.py", (Cell(HEAD + textwrap.dedent(code), "student.py"),))
        return RemoteRunner(self.zygote, source, LIMITS, ("f",))

    def observe(self, code: str, args: tuple[Any, ...], options: CallOptions, **kwargs: Any) -> Iterator[Observation]:
        payload = encode([list(args), kwargs])
        for make in (self.local, self.remote):
            runner = make(code)
            try:
                yield runner.call("f", payload, options)
            finally:
                runner.close()

    def scenario(self, function: Any, code: str) -> Iterator[Observation]:
        for make in (self.local, self.remote):
            runner = make(code)
            try:
                yield runner.scenario(function, encode([[], {}]), CallOptions(seed=7))
            finally:
                runner.close()

    def find(self, reference: str, student: str, *args: Any, policy: Policy | None = None) -> Finding | None:
        """The finding, the same on both sides; times are left out, since no machine repeats them."""
        rules = policy or Policy()
        options = CallOptions(seed=7, gradients=rules.gradients == "same")
        payload = encode([list(args), {}])
        expected = self.local(reference).call("f", payload, options)
        assert expected.fault is None
        found = [
            compare(expected, seen, decode(payload), rules, COURSE) for seen in self.observe(student, args, options)
        ]
        assert found[0] == found[1]
        return found[0]


@pytest.fixture(scope="module")
def sides(zygote: Any) -> Sides:
    return Sides(zygote)


def kind(finding: Finding | None) -> str:
    return finding.diagnosis.kind if finding else "agrees"


def returns(expression: str, arguments: str = "*a") -> str:
    return f"def f({arguments}):\n    return {expression}\n"


# (what the reference returns, what the student returns, the kind of finding)
ANSWERS: dict[str, tuple[str, str, str]] = {
    "nothing": ("torch.ones(2)", "None", "nothing_returned"),
    "None is right": ("None", "None", "agrees"),
    "None is wanted": ("None", "3", "type"),
    "a None inside": ("[torch.ones(2), 1]", "[torch.ones(2), None]", "nothing_inside"),
    "shape": ("torch.ones(2, 3)", "torch.ones(3, 2)", "shape"),
    "ndim": ("torch.ones(2)", "torch.ones(1, 2)", "ndim"),
    "ndim of a scalar": ("torch.tensor(1.0)", "torch.tensor([1.0])", "ndim"),
    "dtype": ("torch.ones(2)", "torch.ones(2, dtype=torch.float64)", "dtype"),
    "device": ("torch.ones(2)", "torch.ones(2, device='meta')", "device"),
    "value": ("torch.ones(2, 2)", "torch.tensor([[1.0, 1.0], [1.5, 1.0]])", "value"),
    "value of a scalar": ("torch.tensor(1)", "torch.tensor(2)", "value_0d"),
    "close enough": ("torch.tensor([0.1, 1e6])", "torch.tensor([0.1 + 1e-8, 1e6 + 0.5])", "agrees"),
    "not close enough": ("torch.tensor([1.0])", "torch.tensor([1.0001])", "value"),
    "whole numbers are exact": ("torch.tensor([10**9])", "torch.tensor([10**9 + 1])", "value"),
    "NaN in its place": ("torch.tensor([float('nan'), 1])", "torch.tensor([float('nan'), 1])", "agrees"),
    "NaN elsewhere": ("torch.tensor([float('nan'), 1])", "torch.tensor([1, float('nan')])", "value"),
    "inf of the other sign": ("torch.tensor([float('inf')])", "torch.tensor([-float('inf')])", "value"),
    "bfloat16 is coarse": ("torch.tensor([1.0]).bfloat16()", "torch.tensor([1.01]).bfloat16()", "agrees"),
    "complex": ("torch.tensor([1 + 1j])", "torch.tensor([1 - 1j])", "value"),
    "booleans": ("torch.tensor([True, False])", "torch.tensor([True, True])", "value"),
    "empty": ("torch.empty(0, 3)", "torch.empty(0, 3)", "agrees"),
    "empty of another shape": ("torch.empty(0, 3)", "torch.empty(3, 0)", "shape"),
    "sparse and dense": ("torch.eye(2)", "torch.eye(2).to_sparse()", "agrees"),
    "a list for a tensor": ("torch.ones(2)", "[1.0, 1.0]", "type"),
    "a tensor for a number": ("3.0", "torch.tensor(3.0)", "type"),
    "an object for a tensor": ("torch.ones(2)", "object()", "type"),
    "a method for a number": ("3", "torch.ones(3).numel", "not_called"),
    "a lambda in a dict": ("{'n': 3}", "{'n': lambda: 3}", "not_called"),
    "int for float": ("3.0", "3", "agrees"),
    "a NumPy scalar for a float": ("3.0", "np.float32(3)", "agrees"),
    "a float for a NumPy scalar": ("np.float64(3)", "3.0", "agrees"),
    "float32's digits": ("0.1", "torch.tensor(0.1).item()", "agrees"),
    "another number": ("3", "4", "number"),
    "a whole number that a float cannot hold": ("2**53 + 1", "2**53", "number"),
    "a boolean is no number": ("1", "True", "type"),
    "a number is no boolean": ("True", "1", "type"),
    "NaN as a number": ("float('nan')", "float('nan')", "agrees"),
    "huge": ("10**400", "1e308", "number"),
    "text": ("'vector'", "'scalar'", "other"),
    "text and a number": ("'3'", "3", "type"),
    "dtypes": ("torch.float32", "torch.float64", "other"),
    "devices": ("torch.device('cpu')", "torch.device('cuda')", "other"),
    "the same device": ("torch.device('cuda')", "torch.device('cuda:0')", "agrees"),
    "sizes": ("torch.Size([2, 3])", "(2, 3)", "agrees"),
    "other sizes": ("torch.Size([2, 3])", "[2, 4]", "number"),
    "tuple for list": ("[1, 2]", "(1, 2)", "agrees"),
    "length": ("[1, 2]", "[1, 2, 3]", "length"),
    "inside": ("[1, [2, 3]]", "[1, [2, 4]]", "number"),
    "a set for a list": ("[1, 2]", "{1, 2}", "type"),
    "sets": ("{1, 2}", "{2, 1}", "agrees"),
    "other sets": ("{1, 2}", "{1, 3}", "other"),
    "key missing": ("{'a': 1, 'b': 2}", "{'a': 1}", "key_missing"),
    "key too many": ("{'a': 1}", "{'a': 1, 'b': 2}", "key_extra"),
    "another value in a dict": ("{'a': torch.ones(2)}", "{'a': torch.zeros(2)}", "value"),
    "order of keys": ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", "agrees"),
    "arrays": ("np.ones(2)", "np.ones(2) + 1", "value"),
    "an array's dtype": ("np.ones(2)", "np.ones(2, np.float32)", "dtype"),
    "an array's shape": ("np.ones(2)", "np.ones(3)", "shape"),
    "an array for a tensor": ("torch.ones(2)", "np.ones(2, np.float32)", "type"),
    "records": ("namedtuple('P', 'a b')(1, 2)", "namedtuple('Q', 'a b')(1, 2)", "agrees"),
    "a tuple for a record": ("namedtuple('P', 'a b')(1, 2)", "(1, 2)", "agrees"),
    "another field": ("namedtuple('P', 'a b')(1, 2)", "namedtuple('P', 'a b')(1, 3)", "number"),
    "a record without a field": ("namedtuple('P', 'a b')(1, 2)", "namedtuple('P', 'a c')(1, 2)", "key_missing"),
    "what torch returns": ("torch.tensor([3, 1]).sort()", "torch.tensor([1, 3]).sort()", "value"),
    "wants a gradient": ("torch.ones(2)", "torch.ones(2, requires_grad=True)", "gradient_unwanted"),
    "wants none": ("torch.ones(2, requires_grad=True)", "torch.ones(2)", "gradient_missing"),
    "random numbers from the same seed": ("torch.rand(3)", "torch.rand(3)", "agrees"),
    "NumPy's random numbers": ("np.random.rand(3)", "np.random.rand(3)", "agrees"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), ANSWERS.values(), ids=ANSWERS)
def test_answers(sides: Sides, expected: str, got: str, wanted: str) -> None:
    finding = sides.find(returns(expected), returns(got))
    assert kind(finding) == wanted
    assert finding is None or finding.verdict is Verdict.WRONG


STRICT: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "numbers": ({"numbers": "strict"}, "3.0", "3", "type"),
    "NumPy numbers": ({"numbers": "strict"}, "3.0", "np.float64(3)", "type"),
    "containers": ({"containers": "strict"}, "[1, 2]", "(1, 2)", "type"),
    "layout": ({"layout": "same"}, "torch.eye(2).to_sparse()", "torch.eye(2)", "layout"),
    "strides": ({"layout": "same"}, "torch.ones(2, 3)", "torch.ones(3, 2).t()", "strides"),
    "dtype ignored": ({"dtype": "ignore"}, "torch.ones(2)", "torch.ones(2, dtype=torch.int64)", "agrees"),
    "dtype ignored, not the value": (
        {"dtype": "ignore"},
        "torch.ones(2)",
        "torch.zeros(2, dtype=torch.int64)",
        "value",
    ),
    "device ignored": ({"device": "ignore"}, "torch.zeros(2)", "torch.zeros(2, device='meta')", "agrees"),
    "tolerance": ({"rtol": 0.5}, "torch.tensor([1.0])", "torch.tensor([1.4])", "agrees"),
    "no tolerance": ({"rtol": 0.0, "atol": 0.0}, "torch.tensor([1.0])", "torch.tensor([1.0 + 1.2e-7])", "value"),
    "gradients ignored": ({"gradients": "ignore"}, "torch.ones(1)", "torch.ones(1, requires_grad=True)", "agrees"),
}


@pytest.mark.parametrize(("changes", "expected", "got", "wanted"), STRICT.values(), ids=STRICT)
def test_what_a_test_may_ask_for(sides: Sides, changes: dict[str, Any], expected: str, got: str, wanted: str) -> None:
    assert kind(sides.find(returns(expected), returns(got), policy=Policy(**changes))) == wanted


def test_where_and_how_much(sides: Sides) -> None:
    finding = sides.find(returns("torch.zeros(2, 3)"), returns("torch.tensor([[0.0, 0, 0], [0, -2, 5]])"))
    assert finding is not None
    private = finding.diagnosis.private
    assert (private["count"], private["total"], private["where"]) == (2, 6, [1, 1])
    assert (private["expected"], private["got"], private["largest"]) == ("0", "-2", "5")
    assert "[1, 1]" in explain(finding.diagnosis, "en", full=True)
    assert "[1, 1]" not in explain(finding.diagnosis, "en")


def test_the_path_to_what_differs(sides: Sides) -> None:
    finding = sides.find(returns("{'w': [torch.ones(1), torch.ones(2)]}"), returns("{'w': [torch.ones(1)] * 2}"))
    assert finding is not None
    assert finding.diagnosis.private["path"] == "['w'][1]"
    assert finding.diagnosis.private["path_words"] == ["w", "1"]
    assert "['w'][1]" in explain(finding.diagnosis, "en", full=True)
    assert "['w'][1]" not in explain(finding.diagnosis, "en")


def test_a_place_in_a_scenario_is_not_said_to_be_in_the_answer(sides: Sides) -> None:
    expected, got = (Observation(value={"w": [value]}) for value in (1, 2))
    finding = compare(expected, got, None, Policy(), COURSE)
    assert finding is not None
    said = explain(finding.diagnosis, "en", full=True)
    assert said == "In item ['w'][0] of what this test looks at: you returned 2; it should be 1."


def test_a_number_in_a_scenarios_list_is_told_only_to_who_may_read_the_test(sides: Sides) -> None:
    expected, got = (Observation(value=[[value]]) for value in (1, 2))
    finding = compare(expected, got, None, Policy(), COURSE)
    assert finding is not None
    told = replace(finding.diagnosis, details={**finding.diagnosis.details, "path": "[0][0]"})
    assert explain(told, "en") == "In what this test looks at: the number that you returned is wrong."
    assert explain(told, "en", full=True).startswith("In item [0][0] of what this test looks at: you returned 2")


def test_a_place_in_a_scenario_that_stays_private_is_not_taken_for_the_answer(sides: Sides) -> None:
    expected, got = (Observation(value={"gradient of `x`": value}) for value in (1, 2))
    finding = compare(expected, got, None, Policy(), COURSE)
    assert finding is not None
    assert explain(finding.diagnosis, "en") == "In what this test looks at: the number that you returned is wrong."


@pytest.mark.parametrize("value", [{"w": 1}, 1])
def test_a_none_in_a_scenario_is_not_said_to_be_returned(value: Any) -> None:
    got = {"w": None} if isinstance(value, dict) else None
    finding = compare(Observation(value=value), Observation(value=got), None, Policy(), COURSE)
    assert kind(finding) == "nothing_there"


def test_a_class_cannot_be_named_to_carry_a_message(sides: Sides) -> None:
    finding = sides.find(returns("torch.ones(2)"), returns("type('The input was ' + str(a[0]), (), {})()"), 42)
    assert finding is not None
    assert finding.diagnosis.details["got"] == "object"
    finding = sides.find(
        returns("1"), "class Hidden(Exception): pass\nHidden.__name__ = 'x42'\ndef f(*a): raise Hidden(4)"
    )
    assert finding is not None
    assert finding.diagnosis.details["type"] == "Exception"


def test_what_the_reference_may_not_return(sides: Sides) -> None:
    with pytest.raises(UncomparableError):
        sides.find(returns("[object()]"), returns("[object()]"))


# ------------------------------------------------------------------------------------------ arguments and memory


X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
ARGUMENTS: dict[str, tuple[str, str, str]] = {
    "changed": ("return x + 1", "x += 1; return x", "argument_changed"),
    "rightly changed": ("x += 1; return x", "return x.add_(1)", "agrees"),
    "not changed": ("x += 1; return x", "return x + 1", "argument_not_changed"),
    "changed otherwise": ("x += 1; return x.clone()", "y = x + 1; x += 2; return y", "argument_not_changed"),
    "changed and changed back": ("return x + 1", "x += 1; y = x.clone(); x -= 1; return y", "argument_touched"),
    "touched by .data": (
        "return x + 1",
        "x.data[0, 0] = 9.0; return torch.tensor([[2.0, 3.0], [4.0, 5.0]])",
        "argument_changed",
    ),
    "its flag": ("return x + 1", "x.requires_grad_(); return (x + 1).detach()", "handed_requires_grad"),
    "its flag and its numbers": ("return 1", "x += 1; x.requires_grad_(); return 1", "argument_changed"),
    "its shape": ("return x + 1", "x.t_(); return x.t() + 1", "argument_changed"),
}


@pytest.mark.parametrize(("expected", "got", "wanted"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_what_becomes_of_an_argument(sides: Sides, expected: str, got: str, wanted: str) -> None:
    finding = sides.find(f"def f(x):\n    {expected}", f"def f(x):\n    {got}", X)
    assert kind(finding) == wanted


def test_which_argument(sides: Sides) -> None:
    finding = sides.find("def f(a, b): return 1", "def f(a, b):\n    b['k'].append(2)\n    return 1", [1], {"k": [1]})
    assert finding == Finding(Verdict.WRONG, Diagnosis("argument_changed", {"argument": "2"}))
    array = np.arange(3)
    assert kind(sides.find("def f(a): return 1", "def f(a):\n    a[0] = 5\n    return 1", array)) == "argument_changed"
    lax = Policy(mutation="ignore")
    assert sides.find("def f(a): return 1", "def f(a):\n    a[0] = 5\n    return 1", array, policy=lax) is None


MEMORY: dict[str, tuple[str, str, str]] = {
    "own": ("own", "x.clone()", "agrees"),
    "a view": ("own", "x[0:1].view(2)[:1]", "memory_shared"),
    "a view inside": ("own", "[x.clone(), x.t()]", "memory_shared"),
    "an array of the same memory": ("own", "x.numpy()", "memory_shared"),
    "a copy": ("shared", "x.clone()", "memory_not_shared"),
    "shared": ("shared", "x.view(4)", "agrees"),
}


@pytest.mark.parametrize(("memory", "got", "wanted"), MEMORY.values(), ids=MEMORY)
def test_memory(sides: Sides, memory: str, got: str, wanted: str) -> None:
    policy = Policy(memory=memory)  # type: ignore[arg-type]
    assert kind(sides.find(f"def f(x): return {got}", f"def f(x): return {got}", X, policy=policy)) == wanted


def test_the_memory_of_an_array(sides: Sides) -> None:
    share, copy = "def f(a): return torch.from_numpy(a)", "def f(a): return torch.tensor(a)"
    array = np.arange(4)
    assert kind(sides.find(share, copy, array, policy=Policy(memory="shared"))) == "memory_not_shared"
    assert kind(sides.find(copy, share, array, policy=Policy(memory="own"))) == "memory_shared"
    assert sides.find(share, share, array, policy=Policy(memory="shared")) is None


# ----------------------------------------------------------------------------------------------------- gradients


GRADIENTS: dict[str, tuple[str, str]] = {
    "x * x": ("agrees", "x ** 2"),
    "(x * x).detach()": ("gradient_missing", "x * x"),
    "torch.tensor((x * x).tolist(), requires_grad=True)": ("gradient_missing", "x * x"),
    "x.detach() * x": ("gradient", "x * x"),
    "x.detach() * 2": ("gradient_missing", "x * 2"),
    "x * 2": ("gradient_unwanted", "(x * 2).detach()"),
}


@pytest.mark.parametrize("got", GRADIENTS)
def test_gradients(sides: Sides, got: str) -> None:
    wanted, expected = GRADIENTS[got]
    x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    finding = sides.find(returns(expected, "x"), returns(got, "x"), x)
    assert kind(finding) == wanted


def test_the_argument_that_no_gradient_reaches_is_named_where_another_has_one(sides: Sides) -> None:
    x, plain, y = torch.ones(2, requires_grad=True), torch.ones(2), torch.ones(2, requires_grad=True)
    both = "def f(x, plain, y): return x * plain * y"
    finding = sides.find(both, "def f(x, plain, y): return x * plain * y.data", x, plain, y)
    assert kind(finding) == "gradient_missing_argument"
    assert finding.diagnosis.details == {"number": 3}
    finding = sides.find(both, "def f(x, plain, y): return x * plain * (2 * y - y.data)", x, plain, y)
    assert (kind(finding), finding.diagnosis.details) == ("gradient", {"number": 3})
    neither = "def f(x, plain, y): return x.data * plain * y.data"
    assert kind(sides.find(both, neither, x, plain, y)) == "gradient_missing"


def test_a_gradient_that_nobody_asked_for(sides: Sides) -> None:
    x, y = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    one_sided = "def f(x, y): return x * y.detach()"
    assert kind(sides.find(one_sided, "def f(x, y): return x * y", x, y)) == "gradient_unwanted"
    assert kind(sides.find(one_sided, "def f(x, y): return x * y.detach() + 0 * y", x, y)) == "agrees"


def test_an_argument_that_is_to_change_may_do_so_within_rounding(sides: Sides) -> None:
    x = torch.tensor([0.1, 0.7, 1e4])
    steps = "def f(x):\n    x *= 0.3\n    x /= 0.7"
    assert kind(sides.find(steps, "def f(x): x.copy_((x.double() * 0.3 / 0.7).float())", x)) == "agrees"
    assert kind(sides.find(steps, "def f(x): x.copy_(x * 0.429)", x)) == "argument_not_changed"
    w = torch.tensor([0.1, 0.7], requires_grad=True)
    backward = "def f(w): (w.sin() * w).sum().backward()"
    by_hand = (
        "import torch\ndef f(w): w.grad = (w.detach().double().cos() * w.detach() + w.detach().double().sin()).float()"
    )
    assert kind(sides.find(backward, by_hand, w)) == "agrees"
    assert kind(sides.find(backward, "def f(w): (w.sin() * w).mean().backward()", w)) == "argument_not_changed"
    assert kind(sides.find(backward, "def f(w): pass", w)) == "argument_not_changed"
    frozen = "def f(w): w.requires_grad_(False); w.sub_(1.0)"
    assert kind(sides.find("def f(w): w.data.sub_(1.0)", frozen, w)) == "handed_requires_grad"


def test_a_backward_that_raises_is_the_students(sides: Sides) -> None:
    student = """
        class Square(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * x
            @staticmethod
            def backward(ctx, gradient):
                raise ValueError("not yet")
        def f(x):
            return Square.apply(x)
        """
    finding = sides.find(returns("x * x", "x"), student, torch.tensor([2.0], requires_grad=True))
    assert finding is not None
    assert finding.verdict is Verdict.ERROR
    assert finding.diagnosis.details["type"] == "ValueError"


# --------------------------------------------------------------------------------------------------- exceptions


RAISED: dict[str, tuple[str, str, Verdict | None, str]] = {
    "raised": ("return 1", "return 1 / 0", Verdict.ERROR, "raised"),
    "not started": ("return 1", "raise NotImplementedError", Verdict.NOT_STARTED, "not_started"),
    "not started, with words": ("return 1", "raise NotImplementedError('todo')", Verdict.NOT_STARTED, "not_started"),
    "torch's NotImplementedError": (
        "return 1",
        "return torch.empty(2, device='meta').tolist()",
        Verdict.ERROR,
        "raised",
    ),
    "exit": ("return 1", "sys.exit(3)", Verdict.EXITED, "exited"),
    "quit": ("return 1", "raise SystemExit", Verdict.EXITED, "exited"),
    "memory": ("return 1", "raise MemoryError", Verdict.MEMORY_LIMIT, "memory_limit"),
    "torch's memory": ("return 1", "return torch.empty(2**50)", Verdict.MEMORY_LIMIT, "memory_limit"),
    "expected": ("raise ValueError", "raise ValueError('other words')", None, "agrees"),
    "a kind of the expected": ("raise LookupError", "return {}['a']", None, "agrees"),
    "expected, nothing raised": ("raise ValueError", "return 1", Verdict.WRONG, "error_expected"),
    "another": ("raise ValueError", "raise TypeError", Verdict.WRONG, "error_other"),
    "expected, exit": ("raise ValueError", "sys.exit()", Verdict.EXITED, "exited"),
    "a RuntimeError expected, not started": (
        "raise RuntimeError",
        "raise NotImplementedError",
        Verdict.NOT_STARTED,
        "not_started",
    ),
    "expected, not started": ("raise ValueError", "raise NotImplementedError", Verdict.NOT_STARTED, "not_started"),
    "assertion": ("return 1", "assert False", Verdict.ERROR, "raised"),
    "recursion": ("return 1", "return f()", Verdict.ERROR, "raised"),
    "a key": ("return 1", "return {}[3]", Verdict.ERROR, "raised"),
}


@pytest.mark.parametrize(("expected", "got", "verdict", "wanted"), RAISED.values(), ids=RAISED)
def test_exceptions(sides: Sides, expected: str, got: str, verdict: Verdict | None, wanted: str) -> None:
    finding = sides.find(f"def f(*a):\n    {expected}", f"def f(*a):\n    {got}")
    assert kind(finding) == wanted
    assert (finding and finding.verdict) == verdict
    if wanted == "raised":
        assert finding is not None
        assert finding.diagnosis.details["line"] == HEAD.count("\n") + 2
        assert finding.diagnosis.private["text"] == got


SAID: dict[str, tuple[str, str]] = {
    "says it": ("raise ValueError('row 3 has 2 columns')", "agrees"),
    "in other words": ("raise ValueError('3 is the row at fault')", "error_message"),
    "nothing": ("raise ValueError", "error_message"),
    "another type": ("raise TypeError('row 3')", "error_other"),
    "too late": ("raise ValueError('x' * 20_000 + 'row 3')", "error_message"),
}


@pytest.mark.parametrize(("got", "wanted"), SAID.values(), ids=SAID)
def test_what_an_exception_says(sides: Sides, got: str, wanted: str) -> None:
    policy = Policy(error=r"row \d")
    finding = sides.find("def f(*a):\n    raise ValueError('see row 3')", f"def f(*a):\n    {got}", policy=policy)
    assert kind(finding) == wanted
    if wanted == "error_message":
        assert finding is not None
        assert "see row 3" not in explain(finding.diagnosis, "en")
        assert "see row 3" in explain(finding.diagnosis, "en", full=True)


def test_a_pattern_for_an_exception_that_the_reference_does_not_raise_is_the_course_s_mistake(sides: Sides) -> None:
    with pytest.raises(UncomparableError, match="the reference raises nothing"):
        sides.find("def f(): return 1", "def f(): return 1", policy=Policy(error="row"))


@pytest.mark.parametrize("pattern", ["row (", 3])
def test_a_pattern_that_is_none(pattern: object) -> None:
    with pytest.raises(ValueError, match="is no regular expression"):
        changed(Policy(), {"error": pattern})


def test_a_wrong_signature(sides: Sides) -> None:
    finding = sides.find("def f(x): return x", "def f(): return 1", 3)
    assert finding is not None
    assert (finding.verdict, finding.diagnosis.kind) == (Verdict.ERROR, "raised_nowhere")
    assert finding.diagnosis.details["type"] == "TypeError"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("f = torch.stack", "TypeError"),
        ("def f(x): return torch.utils.data.DataLoader([object(), object()])", "TypeError"),
        ("f = int", "ValueError"),
    ],
)
def test_an_exception_that_is_nobodys_line_is_not_blamed_on_the_parameters(sides: Sides, code: str, said: str) -> None:
    finding = sides.find("def f(x): return 1", code, "seven")
    assert kind(finding) == "raised_outside"
    assert finding is not None
    assert finding.diagnosis.details["type"] == said


def test_what_the_lock_refuses_is_told_as_that(sides: Sides) -> None:
    finding = sides.find("def f(): return 1", "def f(): raise PermissionError(1, 'no')")
    assert kind(finding) == "not_permitted"


LOADING: dict[str, tuple[str, Verdict, str]] = {
    "missing": ("x = 1", Verdict.MISSING, "missing"),
    "no function": ("f = 3", Verdict.MISSING, "not_callable"),
    "lost with a decorator": ("@boom\ndef f(): return 1", Verdict.MISSING, "missing_set_aside"),
    "needs what is lost": ("x = boom\ndef f(): return x", Verdict.ERROR, "needs_set_aside"),
    "syntax": ("def f(:", Verdict.UNREADABLE, "syntax"),
    "a null byte": ("def f(): return '\0'", Verdict.UNREADABLE, "syntax"),
}


@pytest.mark.parametrize(("code", "verdict", "wanted"), LOADING.values(), ids=LOADING)
def test_files_that_lack_the_function(sides: Sides, code: str, verdict: Verdict, wanted: str) -> None:
    finding = sides.find("def f(): return 1", code)
    assert finding is not None
    assert (finding.verdict, finding.diagnosis.kind) == (verdict, wanted)
    explain(finding.diagnosis, "en", full=True)


def test_what_stands_above_and_below_a_line_that_raises_counts(sides: Sides) -> None:
    assert sides.find("def f(): return 1", "def f(): return 1\nboom") is None
    assert sides.find("def f(): return 1", "boom\ndef f(): return 1") is None
    for make in (sides.local, sides.remote):
        runner = make("def f(): return 1\nboom")
        note = runner.whole_file()
        runner.close()
        assert note is not None
        assert (note.kind, note.details["line"]) == ("set_aside", HEAD.count("\n") + 2)


WORLD = {
    "default_dtype": "torch.set_default_dtype(torch.float64)",
    "default_device": "torch.set_default_device('meta')",
    "grad_mode": "torch.set_grad_enabled(False)",
    "threads": "torch.set_num_threads(torch.get_num_threads() + 1)",
    "deterministic": "torch.use_deterministic_algorithms(True)",
}


@pytest.mark.parametrize("setting", WORLD)
def test_settings_of_the_process(sides: Sides, setting: str) -> None:
    code = f"def f():\n    {WORLD[setting]}\n    return 1"
    finding = sides.find("def f(): return 1", code)
    assert finding == Finding(Verdict.WRONG, Diagnosis("global_state", {"setting": setting}))
    assert sides.find("def f(): return 1", code, policy=Policy(global_state="ignore")) is None
    assert sides.find(code, code) is None
    assert torch.get_default_dtype() is torch.float32


def test_a_setting_does_not_reach_the_next_call(sides: Sides) -> None:
    code = "def f():\n    torch.set_default_dtype(torch.float64)\ndef g():\n    return torch.ones(1)"
    for make in (sides.local, sides.remote):
        runner = make(code)
        runner.call("f", encode([[], {}]), CallOptions())
        seen = runner.call("g", encode([[], {}]), CallOptions())
        runner.close()
        assert seen.value.data.dtype is torch.float32


# ----------------------------------------------------------------------------------------------------- scenarios


def test_scenarios(sides: Sides) -> None:
    def scenario(module: Any) -> Any:
        model = module.f(2)
        return {"again": model * SCALE, "names": sorted(SCALES)}

    code = "def f(n): return torch.arange(n)"
    expected = sides.local(code).scenario(scenario, encode([[], {}]), CallOptions(seed=7))
    for seen in sides.scenario(scenario, code):
        assert compare(expected, seen, None, Policy(), COURSE) is None
    for seen in sides.scenario(scenario, "def f(n): return torch.ones(n)"):
        assert kind(compare(expected, seen, None, Policy(), COURSE)) == "dtype"
    for seen in sides.scenario(scenario, "x = 1"):
        finding = compare(expected, seen, None, Policy(), COURSE)
        assert finding is not None
        assert (finding.verdict, finding.diagnosis.private["name"]) == (Verdict.MISSING, "f")


SCALE = 3
SCALES = {"b": 1, "a": 2}


# ------------------------------------------------------------------------------------- ends that are no answers


_WRITE_EVERYWHERE = """
def f():
    for n in range(3, 20):
        try:
            os.write(n, bytes([64, 0, 0, 0, 0, 0, 0, 0]) + bytes(64))
        except OSError:
            pass
"""
ENDS = {
    "def f():\n    while True: pass": Verdict.CPU_LIMIT,
    "def f(): os._exit(0)": Verdict.EXITED,
    "def f(): os._exit(99)": Verdict.EXITED,
    "def f(): os.abort()": Verdict.CRASHED,
    "def f(): print('x' * 200_000)": Verdict.OUTPUT_LIMIT,
    "def f(): return torch.zeros(10**6)": Verdict.RESULT_LIMIT,
    "def f(): return torch.zeros(1).expand(10**9)": Verdict.RESULT_LIMIT,
    "def f():\n    x = []\n    x.append(x)\n    return x": Verdict.RESULT_LIMIT,
    _WRITE_EVERYWHERE: Verdict.FORGED,
    "def f():\n    import antorcha.worker.serve as s\n    s.encode = lambda *a: b'junk'": Verdict.FORGED,
}


@pytest.mark.parametrize("code", ENDS, ids=lambda code: code[-40:])
def test_ends_that_are_no_answers(sides: Sides, code: str) -> None:
    """They cost their own check only: the next call gets a new worker."""
    runner = sides.remote(code + "\ndef g(): return 1")
    seen = runner.call("f", encode([[], {}]), CallOptions())
    again = runner.call("g", encode([[], {}]), CallOptions())
    runner.close()
    finding = compare(Observation(value=1), seen, None, Policy(), COURSE)
    assert finding is not None
    assert finding.verdict is ENDS[code]
    explain(finding.diagnosis, "en", full=True)
    assert again.value == 1


HOSTILE = {
    "a message in a fault": "{'fault': 'missing', 'fault_details': {'name': 'f', 'text': 'the input'}}",
    "a message in a setting": "{'global_state': ['the input']}",
    "an unknown fault": "{'fault': 'passed'}",
    "no list": "{'touched': 5}",
    "text for a gradient": "{'gradients': ['x']}",
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_reports_that_our_runtime_does_not_write(sides: Sides, changes: str) -> None:
    code = f"""
        import antorcha.worker.runtime as runtime
        honest = runtime.Report.as_message
        runtime.Report.as_message = lambda self, files: {{**honest(self, files), **{changes}}}
        def f():
            return 1
        """
    runner = sides.remote(code)
    seen = runner.call("f", encode([[], {}]), CallOptions())
    runner.close()
    assert seen.fault == Verdict.FORGED


def test_lines_and_names_cannot_carry_a_message(sides: Sides) -> None:
    code = """
        import antorcha.worker.runtime as runtime
        honest = runtime.Report.as_message
        error = {"type": "E", "bases": ["E"], "message": "", "frames": [["the input", 1, "f", ""],
                 ["student.py", 123456789, "f", ""]], "innermost": True}
        runtime.Report.as_message = lambda self, files: {**honest(self, files), "error": error}
        def f():
            return 1
        """
    runner = sides.remote(code)
    seen = runner.call("f", encode([[], {}]), CallOptions())
    runner.close()
    assert seen.error is not None
    assert seen.error.frames == ()


# ------------------------------------------------------------------------------------- local and remote, in general


_SNIPPETS = [
    *("x", "x + 1", "x.t()", "[x, x[0]]", "x.numpy()", "x.double()", "x.tolist()", "x.sum()", "x.requires_grad_()"),
    *("x.add_(1)", "(x, {'a': x})", "torch.rand(3)", "x.max()", "x.max(0)", "x.shape", "x.dtype", "None", "1 / 0"),
    *("x[5]", "x.missing", "iter(x)", "sys.exit(1)", "torch.empty(2**50)", "{1, 2}", "x.is_leaf", "'text'", "x > 1"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_SNIPPETS), min_size=1, max_size=3), st.booleans(), st.integers(0, 3))
def test_local_and_remote_observe_the_same(sides: Sides, parts: list[str], wants: bool, seed: int) -> None:
    code = "def f(x):\n    return [" + ", ".join(parts) + "]"
    x = X.clone().requires_grad_(wants)
    local, remote = sides.observe(code, (x,), CallOptions(seed=seed))
    assert _told(local) == _told(remote)


def _told(seen: Observation) -> str:
    timeless = replace(seen, seconds=0.0, size=0)
    return repr([_plain(getattr(timeless, name)) for name in Observation.__dataclass_fields__])


def _plain(tree: Any) -> Any:
    data = getattr(tree, "data", None)
    if isinstance(data, torch.Tensor | np.ndarray):
        facts = {name: getattr(tree, name) for name in type(tree).__dataclass_fields__ if name not in ("data", "grad")}
        strides = data.stride() if isinstance(data, torch.Tensor) else data.strides
        return [str(data.dtype), strides, data.tolist(), sorted(facts.items()), _plain(getattr(tree, "grad", None))]
    if isinstance(tree, dict):
        return [(key, _plain(value)) for key, value in tree.items()]
    if isinstance(tree, list | tuple):
        return [_plain(item) for item in tree]
    return tree


def test_every_sentence_of_this_room_can_be_said() -> None:
    for name in MESSAGES:
        if not name.endswith(".full"):
            for full in (False, True):
                assert explain(Diagnosis(name, {"message": "words", "path": ""}), "en", full=full)


def test_this_file_reaches_every_kind() -> None:
    text = Path(__file__).read_text("utf-8")
    elsewhere = {
        "said",
        "unusable",
        "unusable_none",
        "unusable_count",
        "assertion",
        "no_evidence",
        "grader_error",
        "variant",
    }  # said by the plugin
    elsewhere |= {"training_mode", "optimizer", "too_many_operations", "operation_forbidden"}  # test_agreement_extended
    elsewhere |= {"loading", "cannot_run", "no_file"}
    elsewhere |= {"set_aside_package", "set_aside_several", "defined_twice"}  # tests/framework/student
    elsewhere |= {"calls_unanswered"}  # tests/framework/plugin
    elsewhere |= {verdict.diagnosis_kind for verdict in Verdict}
    elsewhere |= {
        "truth_value",
        "has_nan",
        "cannot_be_passed_on",
        "too_large_to_pass_on",
    }  # beside this file, and plugin
    elsewhere |= {
        "handed_content",
        "handed_mode",
        "handed_requires_grad",
        "handed_gradient",
    }  # what a scenario hands on
    kinds = {name for name in DIFFERENCES | NO_ANSWER if "." not in name} - elsewhere
    assert [name for name in sorted(kinds) if f'"{name}"' not in text.replace("'", '"')] == []


def test_a_sentence_about_one_item_reads_on_after_its_colon() -> None:
    said = explain(Diagnosis("type", {"got": "bool", "expected": "None", "path": "[1]"}), "es")
    assert said == "En el elemento [1] de tu respuesta: tu respuesta es de tipo bool; debería ser None."
