"""What a scenario hands to a student's functions is watched, whether the scenario returns it or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from support.agree_desk import Desk

from antorcha.compare.finding import Finding
from antorcha.explain import explain

REFERENCE = """
import torch
def exercise(x, *others):
    return x.sum().item() if isinstance(x, torch.Tensor) else len(others)
"""


def handed(*arguments: object):
    """A scenario that returns nothing of what it hands over."""
    return lambda module: module.exercise(*[argument() if callable(argument) else argument for argument in arguments])


def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.BatchNorm1d(1))


def with_gradient() -> torch.Tensor:
    x = torch.ones(2, requires_grad=True)
    x.grad = torch.tensor([5.0, 6.0])
    return x


CHANGES = {
    "a value": (lambda: torch.ones(2), "x.data.mul_(2) if False else x.data.__setitem__(0, 1.5)", "content"),
    "an array": (lambda: torch.ones(2), "others[0].__setitem__(0, 9)", "content"),
    "a list": (lambda: torch.ones(2), "others[1].append(3)", "content"),
    "a list emptied": (lambda: torch.ones(2), "others[1].clear()", "content"),
    "evaluation mode": (lambda: torch.ones(2), "others[2].eval()", "mode"),
    "mode of a part": (lambda: torch.ones(2), "others[2][1].eval()", "mode"),
    "frozen": (lambda: torch.ones(2), "others[2].requires_grad_(False)", "requires_grad"),
    "weights": (lambda: torch.ones(2), "others[2][0].weight.data.zero_()", "content"),
    "a gradient cleared": (with_gradient, "setattr(x, 'grad', None)", "gradient"),
    "a gradient filled": (lambda: torch.ones(2, requires_grad=True), "x.sum().backward()", "gradient"),
    "made to want one": (lambda: torch.ones(2), "x.requires_grad_()", "requires_grad"),
}


def found(student: str, *arguments: object) -> Finding | None:
    with Desk(REFERENCE, student) as desk:
        return desk.ask(lambda agree: agree.scenario(handed(*arguments)))


def changing(change: str) -> str:
    return REFERENCE.replace(
        "    return",
        f"    answer = _answer(x, others)\n    {change}\n    return answer\n\n\ndef _answer(x, others):\n    return",
    )


@pytest.mark.parametrize(("first", "change", "aspect"), CHANGES.values(), ids=CHANGES)
def test_a_change_that_the_scenario_does_not_return_is_found(first, change: str, aspect: str) -> None:
    arguments = (first, lambda: np.arange(3.0), lambda: [1, 2], model)
    finding = found(changing(change), *arguments)
    assert finding is not None
    assert finding.diagnosis.kind == f"handed_{aspect}"
    assert "argument" in explain(finding.diagnosis, "en", full=True)
    assert found(changing("pass"), *arguments) is None


def test_what_the_reference_changes_too_may_be_changed_otherwise() -> None:
    training = "def exercise(model):\n    model.train({mode})\n    return 1\n"
    with Desk(training.format(mode="False"), training.format(mode="False") + "    pass\n") as desk:
        assert desk.ask(lambda agree: agree.scenario(lambda module: module.exercise(model()))) is None


def test_a_model_may_be_left_in_any_mode_where_a_check_says_so() -> None:
    with Desk(REFERENCE, changing("others[0].eval()")) as desk:
        scenario = handed(torch.ones(2), model)
        assert desk.ask(lambda agree: agree.using(mode="ignore").scenario(scenario)) is None
        assert desk.ask(lambda agree: agree.scenario(scenario)) is not None


def test_nothing_is_said_of_changes_where_a_check_allows_them() -> None:
    with Desk(REFERENCE, changing("x.data.zero_()")) as desk:
        assert desk.ask(lambda agree: agree.using(mutation="ignore").scenario(handed(torch.ones(2)))) is None


def test_a_watched_module_counts_no_operations_of_ours() -> None:
    def counted(module):
        from torch.utils._python_dispatch import TorchDispatchMode

        made = []

        class Counting(TorchDispatchMode):
            def __torch_dispatch__(self, func, types, args=(), kwargs=None):
                made.append(func)
                return func(*args, **(kwargs or {}))

        with Counting():
            module.exercise(torch.ones(3))
        return len(made)

    with Desk(REFERENCE, REFERENCE) as desk:
        answer = desk.agree.evidence(counted)
    assert answer == 3  # `ones`, `sum`, `item`


def test_a_watched_module_is_the_module_to_a_scenario(tmp_path: Path) -> None:
    student = "class Model:\n    pass\nNUMBER = 3\ndef exercise():\n    return helper()\ndef helper():\n    return 1\n"

    def scenario(module):
        class Special(module.Model):
            pass

        module.helper = lambda: 2
        return isinstance(Special(), module.Model), module.NUMBER, module.exercise(), "exercise" in dir(module)

    with Desk(student, student) as desk:
        assert desk.agree.evidence(scenario) == (True, 3, 2, True)
    with Desk(student, "class Model:\n    pass\n") as desk:
        finding = desk.ask(lambda agree: agree.scenario(lambda module: module.exercise()))
    assert finding is not None
    assert finding.diagnosis.kind == "missing"
