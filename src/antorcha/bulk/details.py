"""All that an instructor may see of a submission's failed checks: calls as code, both answers, mistakes considered."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from itertools import chain

import pytest
import torch

from antorcha.bulk.protocol import CallDetails, CheckDetails, MistakeDetails
from antorcha.bulk.topic_tests import TopicTests, traces_by_test
from antorcha.compare.as_code import arguments_as_code, as_code, call_as_code
from antorcha.compare.policy import Rules
from antorcha.compare.show import show_tree
from antorcha.compare.values import differing
from antorcha.plugin.answers import Answers
from antorcha.plugin.check import CHECK
from antorcha.plugin.content import NO_CONTENT
from antorcha.plugin.oracle import ReferenceOracle
from antorcha.plugin.recognise import EXPLAINABLE, Asked, Comparison, Likeness, considered, explains, say_the_same
from antorcha.results import CheckResult, Diagnosis
from antorcha.student.runner import Runner
from antorcha.variants import Variant
from antorcha.worker.facts import TensorFact, Tree
from antorcha.worker.global_state import kept_generators
from antorcha.worker.observation import Observation
from antorcha.worker.trees import parts, walk
from antorcha.worker.wire import decode

_MOST_PLACES = 8  # of elements that differ
_LONGEST_ANSWER = 20_000  # characters


def details_of(
    items: Sequence[pytest.Item], checks: Sequence[CheckResult], tests: TopicTests, answers: Answers
) -> list[CheckDetails]:
    """Return the details of those checks that did not pass, from the last run of their tests."""
    failed = {check.check: check for check in checks if not check.passed}
    details: dict[str, CheckDetails] = {}
    for item in items:
        check = item.stash[CHECK]
        # Of a test that ran on several devices, the run that failed.
        if check.test in failed and (check.finding is not None or check.test not in details):
            details[check.test] = _check_details(item, failed[check.test], tests, answers)
    return list(details.values())


def mistakes_considered(
    items: Sequence[pytest.Item], checks: Sequence[CheckResult], tests: TopicTests, answers: Answers
) -> list[MistakeDetails]:
    """Return every known mistake of the exercises that failed, with the reason why it is taken for the cause or not."""
    known = answers.known_mistakes(tests.origin)
    traces = {test: list(chain.from_iterable(devices)) for test, devices in traces_by_test(items).items()}
    found: list[MistakeDetails] = []
    for exercise in dict.fromkeys(check.exercise for check in checks if check.verdict in EXPLAINABLE):
        own = [check for check in checks if check.exercise == exercise]
        failed = [check.check for check in own if check.verdict in EXPLAINABLE]
        compared = considered({check.check: traces[check.check] for check in own}, exercise, known, tests.course)
        possible = [variant for variant, by_check in compared.items() if explains(by_check, failed)]
        text = tests.origin.folder.course_text
        found += [
            MistakeDetails(
                variant.name,
                text(variant.message),
                variant in possible and say_the_same(possible),
                _why(variant, by_check, failed, possible),
            )
            for variant, by_check in compared.items()
        ]
    return sorted(found, key=lambda mistake: not mistake.matched)


def _check_details(item: pytest.Item, result: CheckResult, tests: TopicTests, answers: Answers) -> CheckDetails:
    check = item.stash[CHECK]
    function = inspect.unwrap(getattr(item, "function", details_of))
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        lines, first = [], 0
    oracle = answers.oracle(tests.origin, check)
    reference = oracle.runner if isinstance(oracle, ReferenceOracle) else None
    calls = [_call_details(call, reference, tests) for call in check.trace[-1:]]
    given = getattr(item, "callspec", None)
    parameters = {name: repr(value)[:200] for name, value in given.params.items()} if given else {}
    return CheckDetails(
        result.check, result.exercise, "".join(lines), first, parameters, max(len(check.trace) - 1, 0), tuple(calls)
    )


def _call_details(call: Asked, reference: Runner | None, tests: TopicTests) -> CallDetails:
    """Return one call as code, with what it gave here and what the reference gives."""
    with kept_generators():
        expected = call.ask(reference) if reference is not None else None
    arguments = decode(call.payload)
    is_scenario = call.content != NO_CONTENT
    name = getattr(call.ask, "args", ("",))[0]
    code = arguments_as_code(arguments) if is_scenario else call_as_code(str(name), arguments)
    return CallDetails(
        code,
        is_scenario,
        _shown(expected) if expected is not None else "",
        _shown(call.answer),
        tuple(_places(expected.value, call.answer.value, Rules(call.policy, tests.course))) if expected else (),
        tuple(f"{frame.file}:{frame.line}: {frame.text}" for frame in call.answer.error.frames)
        if call.answer.error
        else (),
    )


def _shown(observation: Observation) -> str:
    """Return what a call gave: as code where it returned, as a traceback ends where it raised."""
    if observation.fault is not None:
        return observation.fault
    if observation.error is not None:
        return f"{observation.error.type_name}: {observation.error.message}"
    text = as_code(observation.value)
    return text if len(text) <= _LONGEST_ANSWER else show_tree(observation.value)


def _places(expected: Tree, got: Tree, rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Yield the first elements that differ: index, expected, got. Only tensors at the same place are compared."""
    if isinstance(expected, TensorFact) and isinstance(got, TensorFact):
        yield from _elements(expected, got, rules)
        return
    pairs = zip(walk(expected), walk(got), strict=False)
    number = 0
    for left, right in pairs:
        if bool(parts(left)) != bool(parts(right)):
            return
        if isinstance(left, TensorFact) and isinstance(right, TensorFact):
            for place, wanted, found in _elements(left, right, rules):
                yield f"tensor {number}, {place}", wanted, found
            number += 1


def _elements(expected: TensorFact, got: TensorFact, rules: Rules) -> Iterator[tuple[str, str, str]]:
    left, right = (fact.data.to_dense() if fact.data.layout != torch.strided else fact.data for fact in (expected, got))
    if left.shape != right.shape:
        return
    for index in differing(left, right, rules.tolerance(expected.dtype_name, expected.device), _MOST_PLACES):
        yield str(list(index)), repr(left[index].item()), repr(right[index].item())


def _why(
    variant: Variant, by_check: dict[str, Comparison], failed: Sequence[str], possible: Sequence[Variant]
) -> Diagnosis:
    """Return why a known mistake is or is not taken for what the submission does."""
    against = next((test for test, found in by_check.items() if found.likeness is Likeness.OTHER), None)
    if against is not None:
        return _difference(against, by_check[against])
    if variant not in possible:
        return Diagnosis("mistake_not_compared")
    others = [other.name for other in possible if other.message != variant.message]
    if others:
        return Diagnosis("mistake_not_alone", {"others": ", ".join(others)})
    return Diagnosis("mistake_matched", {"checks": len(by_check), "failed": len(failed)})


def _difference(test: str, comparison: Comparison) -> Diagnosis:
    """Return the call in which a known mistake answers otherwise than the submission."""
    assert comparison.call is not None  # for the type checker: what speaks against it is an answer
    assert comparison.known is not None
    theirs, mine = _shown(comparison.known.observation), _shown(comparison.call.answer)
    where = {"check": test.rpartition("::")[2], "call": comparison.call.key.rpartition("#")[2]}
    if theirs == mine:
        return Diagnosis("mistake_differs_otherwise", where)
    return Diagnosis("mistake_differs", {**where, "theirs": _cut(theirs), "mine": _cut(mine)})


def _cut(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}..."
