"""The packing of a call's arguments: a test's own, and a submission's answers that a test hands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antorcha.compare.finding import Finding
from antorcha.compare.show import public_type
from antorcha.errors import CourseError
from antorcha.plugin.check_context import CheckContext
from antorcha.results import Diagnosis, Verdict
from antorcha.worker.facts import OpaqueFact, Tree
from antorcha.worker.trees import walk
from antorcha.worker.wire import TooLargeError, decode, encode
from antorcha.worker.wire.live_objects import LiveRecord


def travelling(context: CheckContext, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bytes, Tree]:
    """Return the arguments as bytes that every side unpacks for itself, and as facts to compare with afterwards.

    An answer of the submission's may be among them. What cannot travel in it is the submission's fault.
    """
    __tracebackhide__ = True
    for node in _within([args, kwargs]):
        if isinstance(node, OpaqueFact):  # only an answer holds such a thing: a test's own objects are live
            details = {"type": public_type(node.type_name)}
            context.fail(Finding(Verdict.WRONG, Diagnosis("cannot_be_passed_on", details)))
    try:
        return _packed(args, kwargs)
    except TooLargeError as error:
        if context.check.trace:  # else no answer of the submission's can be among them
            context.fail(Finding(Verdict.WRONG, Diagnosis("too_large_to_pass_on")))
        raise CourseError(f"the arguments of this test cannot travel to a worker: {error}") from None


def payload_of_a_test(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    """Pack arguments that are the test's own. Raises: `CourseError` where they cannot travel."""
    try:
        return _packed(args, kwargs)[0]
    except TooLargeError as error:
        raise CourseError(f"the arguments of this test cannot travel to a worker: {error}") from None


def _packed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bytes, Tree]:
    """Return arguments as bytes and as facts. Raises: `TooLargeError`, or `CourseError` where one cannot travel."""
    payload = encode([list(args), kwargs])
    inputs = decode(payload)
    stuck = next((node for node in _within(inputs) if isinstance(node, OpaqueFact)), None)
    if stuck is not None:
        raise CourseError(f"an argument of type {stuck.type_name} cannot travel to a worker; use agree.scenario")
    return payload, inputs


def _within(tree: Tree) -> Iterator[Tree]:
    """Yield all nodes of a tree, keys of dicts and items of sets among them."""
    for node in walk(tree):
        yield node
        if isinstance(node, dict | set | frozenset):
            yield from node
        if isinstance(node, LiveRecord):
            yield from _within(list(vars(node).values()))
