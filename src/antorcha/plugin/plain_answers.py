"""A submission's answers as plain data, for a test that judges them itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from antorcha.compare.agreement import compare
from antorcha.compare.exceptions import raised
from antorcha.compare.finding import Finding
from antorcha.compare.policy import Policy
from antorcha.plugin.arguments import travelling
from antorcha.plugin.check_context import CheckContext
from antorcha.plugin.content import NO_CONTENT, Content
from antorcha.plugin.nan import has_nan
from antorcha.results import Diagnosis, Verdict
from antorcha.student.runner import Runner
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import live


def calling(name: str, payload: bytes, options: CallOptions) -> Callable[[Runner], Observation]:
    """Return a function that puts a call to a runner."""
    return partial(_call, name, payload, options)


def _call(name: str, payload: bytes, options: CallOptions, runner: Runner) -> Observation:
    return runner.call(name, payload, options)


def playing(function: Callable[..., Any], payload: bytes, options: CallOptions, runner: Runner) -> Observation:
    """Put a scenario to a runner."""
    return runner.scenario(function, payload, options)


class Student:
    """`student.name(*args)`: the student's answer as plain data, for a test that judges it with `agree.that`."""

    def __init__(self, context: CheckContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # asked by Python, pytest and `copy`, and never the name of an exercise
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return self._call(name, args, kwargs)

        return call

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        payload, _ = travelling(self._context, args, kwargs)
        options = replace(self._context.options, gradients=False)

        def expect(key: str) -> Observation:
            return self._context.oracle.call(key, name, payload, options)

        return plain_answer(self._context, payload, calling(name, payload, options), expect)


def plain_answer(
    context: CheckContext,
    payload: bytes,
    call: Callable[[Runner], Observation],
    expect: Callable[[str], Observation],
    content: Content = NO_CONTENT,
    *,
    another_start: bool = False,
) -> Any:
    """Return the answer to a call, as data of our own; end the check where there is none.

    NaN differs from itself: whatever test an author writes of an answer, such as that two draws differ, it may pass.
    So where the reference is known to have none, an answer with NaN is wrong before the author's test. `expect` asks
    the reference, under the key that it is given.
    """
    __tracebackhide__ = True
    key = context.next_key()
    actual = context.ask(payload, call, content=content, another_start=another_start)
    if actual.fault is not None:
        finding = compare(Observation(), actual, None, Policy(), context.course)
        context.fail(finding or Finding(Verdict.CRASHED, Diagnosis("crashed")))
    if actual.error is not None:
        context.fail(raised(actual.error))
    with context.charged():  # looking takes time by the size of the answer, which the submission chooses
        suspect = has_nan(actual.value)
    if not suspect:
        context.note_without_nan(key, payload, content)
    elif context.oracle.lacks_nan(key, payload, content, expect):
        context.fail(Finding(Verdict.WRONG, Diagnosis("has_nan")))
    context.check.comparisons += 1
    with context.charged():
        return live(actual.value)
