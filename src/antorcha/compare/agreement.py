"""The comparison of two calls: what the student's showed against what the reference's showed.

Everything here runs on the trusted side over plain facts. The first difference is the one reported, in the order in
which a person would want to hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from antorcha.compare.answer import answer_differences
from antorcha.compare.arguments import argument_differences, handed_differences, memory_differences
from antorcha.compare.exceptions import exception_finding, raised
from antorcha.compare.finding import Finding, UncomparableError
from antorcha.compare.gradients import gradient_differences
from antorcha.compare.policy import Policy, Rules
from antorcha.compare.show import public_type
from antorcha.course.model import Course
from antorcha.results import Diagnosis, Verdict
from antorcha.worker.facts import Tree
from antorcha.worker.observation import Observation


def compare(expected: Observation, actual: Observation, inputs: Tree, policy: Policy, course: Course) -> Finding | None:
    """Return `None` when the student's call agrees with the reference's, else the first difference.

    `inputs`: the arguments before the call, `[positional, keyword]`; `None` for a scenario. Raises:
    `UncomparableError` when the reference's own answer cannot be compared.
    """
    # A fault left neither an answer nor an exception behind, so there is nothing else to compare.
    if actual.fault is not None:
        return _faulty(actual.fault, actual.fault_details)
    finding = exception_finding(expected.error, actual.error, policy)
    # Where the reference raises there is no answer of its own to hold the student's against.
    if finding is not None or expected.error is not None:
        return finding
    for diagnosis in _differences(expected, actual, inputs, Rules(policy, course)):
        # A scenario is the test's own code: a path into what it returns is no place in the student's answer.
        if inputs is None and "path" in diagnosis.private:
            diagnosis = replace(diagnosis, details={**diagnosis.details, "of_a_scenario": True})
        # Nor need a None in it be one that the student's function returned: it may be a gradient that is missing.
        if inputs is None and diagnosis.kind in ("nothing_returned", "nothing_inside"):
            diagnosis = replace(diagnosis, kind="nothing_there")
        return Finding(Verdict.WRONG, diagnosis)
    return None


def finding_without_answer(actual: Observation) -> Finding | None:
    """Return why a call that nobody compares gave no answer, `None` where it gave one."""
    if actual.fault is not None:
        return _faulty(actual.fault, actual.fault_details)
    return raised(actual.error) if actual.error is not None else None


def _faulty(fault: str, fault_details: dict[str, Any]) -> Finding:
    verdict = Verdict(fault)
    return Finding(verdict, _fault(verdict, fault_details))


def _fault(verdict: Verdict, fault_details: dict[str, Any]) -> Diagnosis:
    """Return the diagnosis of an end that is no answer: a limit, a crash, a function or a file that is missing."""
    details = dict(fault_details)
    loading = details.get("loading")
    if isinstance(loading, Diagnosis):  # loading has put it in its own words already
        return loading
    if verdict is not Verdict.MISSING:
        return Diagnosis(verdict.diagnosis_kind, details)
    kind = "not_callable" if "type" in details else "missing"
    if kind == "not_callable":
        details["type"] = public_type(str(details["type"]))
    name = str(details.pop("name"))  # a test may call what no stub speaks of
    return Diagnosis(kind, details, {"name": name, "name_words": [name]})


def _differences(expected: Observation, actual: Observation, inputs: Tree, rules: Rules) -> Iterator[Diagnosis]:
    """Yield all differences of two calls that returned: of the answers first, then of what the calls left behind.

    What a scenario handed out comes before what it returns, which it may have made of that afterwards.
    """
    policy = rules.policy
    if policy.mutation == "same":
        yield from handed_differences(expected, actual, policy)
    yield from answer_differences(expected.value, actual.value, rules)
    if policy.gradients == "same":
        yield from gradient_differences(expected, actual, inputs, rules)
    if policy.mutation == "same":
        yield from argument_differences(expected, actual, inputs, rules)
    if policy.memory != "ignore":
        yield from memory_differences(actual, policy.memory)
    if policy.global_state == "same":
        for setting in actual.global_state:
            if setting not in expected.global_state:
                yield Diagnosis("global_state", {"setting": setting})
    yield from _operation_differences(expected.operations or {}, actual.operations or {}, policy)


def _operation_differences(expected: dict[str, int], got: dict[str, int], policy: Policy) -> Iterator[Diagnosis]:
    """Yield the limits on tensor operations that a call broke. `expected`, `got`: how often each operation was used.

    Raises: `UncomparableError` when the reference breaks them too.
    """
    limit = policy.max_operations
    if limit is not None:
        if sum(expected.values()) > limit:
            raise UncomparableError(f"the reference itself uses {sum(expected.values())} operations, not {limit}")
        if sum(got.values()) > limit:
            yield Diagnosis("too_many_operations", {"limit": limit}, {"got": sum(got.values())})
    for name in policy.forbid:
        if name in expected:
            raise UncomparableError(f"the reference itself uses {name}")
        if name in got:
            yield Diagnosis("operation_forbidden", {"operation": name})
