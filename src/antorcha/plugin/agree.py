"""The fixture `agree`: the ways in which a test compares a submission with the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from antorcha.compare.agreement import compare
from antorcha.compare.finding import Finding, UncomparableError
from antorcha.compare.policy import Policy, changed
from antorcha.errors import CourseError
from antorcha.plugin.arguments import payload_of_a_test, travelling
from antorcha.plugin.check_context import CheckContext
from antorcha.plugin.content import content_of
from antorcha.plugin.plain_answers import calling, plain_answer, playing
from antorcha.plugin.unusable import kind_of_unusable
from antorcha.results import Diagnosis, Verdict
from antorcha.strategies.search import FailingInput, Hunt, Inputs, seed_of, with_smallest
from antorcha.worker.facts import Tree
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import decode


class Agree:
    """`agree("name", *args, **kwargs)`: the student's function must do what the reference's does.

    Each side gets its own copies of the arguments. Compared are value, shape, dtype, device, gradients, exceptions,
    what became of the arguments and of process-wide settings; `agree.using(...)` says otherwise for one check
    (`antorcha.compare.policy.Policy`).
    """

    def __init__(self, context: CheckContext, policy: Policy | None = None) -> None:
        self._context = context
        self._policy = policy or Policy()

    def using(self, **settings: Any) -> Agree:
        """Return this fixture with some settings of `Policy` changed. Raises: `CourseError` for an unknown one."""
        try:
            return Agree(self._context, changed(self._policy, settings))
        except ValueError as error:
            raise CourseError(f"agree.using(): {error}") from None

    def __call__(self, name: str, /, *args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        context = self._context
        payload, inputs = travelling(context, args, kwargs)
        options = self._options()
        expected = context.oracle.call(context.next_key(), name, payload, options)
        actual = context.ask(payload, calling(name, payload, options), self._policy)
        self._judge(expected, actual, inputs)

    def forall(self, name: str, /, *inputs: Any, examples: int = 40, **keywords: Any) -> None:
        """Ask `agree(name, ...)` for edge cases and `examples` more inputs; end the check with a small one that fails.

        `inputs`, `keywords`: strategies (`antorcha.strategies`, or Hypothesis's own) and plain values. Every student
        gets the same inputs. One on which the reference itself raises is no input.
        """
        __tracebackhide__ = True
        context = self._context
        seed = seed_of(context.next_key(), context.course.seed)
        strategies = Inputs(inputs, keywords, examples, seed, payload_of_a_test)
        key, options = context.next_key(), self._options()
        payloads = context.oracle.examples(key, name, options, strategies.examples)
        for number, payload in enumerate(payloads):
            expected = context.oracle.call(context.next_key(), name, payload, options)
            actual = context.ask(payload, calling(name, payload, options), self._policy)
            finding = self._finding(expected, actual, decode(payload))
            if finding is not None:
                if not context.smallest_input:
                    context.fail(with_smallest(FailingInput(payload, finding), name))
                # Recorded answers are found by the keys that these inputs would have had in a run without a failure.
                rest = {context.next_key(later): untried for later, untried in enumerate(payloads[number + 1 :])}
                context.fail(self._smallest(key, name, strategies, FailingInput(payload, finding), rest))
            context.check.comparisons += 1

    def scenario(self, function: Callable[..., Any], /, *args: Any) -> None:
        """Run `function(module, *args)` once on the student's module and once on the reference: both must agree.

        `function` returns evidence (data), never a verdict: what a student's process says of itself proves nothing.
        """
        __tracebackhide__ = True
        context = self._context
        context.refuse_quiz()
        payload, _ = travelling(context, args, {})
        options = replace(context.options, operations=self._policy.counts_operations)
        with context.charged():  # it may close over an answer of any size
            content = content_of(function)
        expected = context.oracle.scenario(context.next_key(), function, payload, options, content)
        actual = context.ask(payload, partial(playing, function, payload, options), self._policy, content)
        self._judge(expected, actual, None)

    def evidence(self, function: Callable[..., Any], /, *args: Any, another_start: bool = False) -> Any:
        """Return what `function(module, *args)` gives on the student's module, as plain data for `agree.that` to judge.

        For what the reference's values do not decide, such as two random draws that must differ. Like `scenario` it
        returns data and no verdict. With `another_start` a locked worker runs it in a Python with other hashes.
        """
        __tracebackhide__ = True
        context = self._context
        context.refuse_quiz()
        payload, _ = travelling(context, args, {})
        with context.charged():  # it may close over an answer of any size
            content = content_of(function)
        options = replace(context.options, another_start=another_start)

        def expect(key: str) -> Observation:
            return context.oracle.scenario(key, function, payload, context.options, content)

        play = partial(playing, function, payload, options)
        return plain_answer(context, payload, play, expect, content, another_start=another_start)

    def that(self, condition: Any, message: str) -> None:
        """Judge a condition on an answer of `student`; `message` says to the student what does not hold."""
        __tracebackhide__ = True
        if not bool(condition):
            sentence = self._context.course_text(message)
            self._context.fail(Finding(Verdict.WRONG, Diagnosis("said", {"message": sentence})))
        self._context.check.comparisons += 1

    def _judge(self, expected: Observation, actual: Observation, inputs: Tree) -> None:
        __tracebackhide__ = True
        finding = self._finding(expected, actual, inputs)
        if finding is not None:
            if inputs is None and finding.diagnosis.kind in ("raised_nowhere", "raised_outside"):
                # The scenario's own line raised.
                kind = kind_of_unusable(str(finding.diagnosis.private["message"]))
                finding = replace(finding, diagnosis=replace(finding.diagnosis, kind=kind))
            self._context.fail(finding)
        self._context.check.comparisons += 1

    def _finding(self, expected: Observation, actual: Observation, inputs: Tree) -> Finding | None:
        try:
            with self._context.charged():
                return compare(expected, actual, inputs, self._policy, self._context.course)
        except UncomparableError as error:
            raise CourseError(str(error)) from None

    def _options(self) -> CallOptions:
        policy = self._policy
        return replace(self._context.options, gradients=policy.gradients == "same", operations=policy.counts_operations)

    def _smallest(
        self, key: str, name: str, strategies: Inputs, found: FailingInput, rest: dict[str, bytes]
    ) -> Finding:
        """Return the finding for the smallest input that can be found to fail alike."""
        oracle, runner, options = self._context.oracle, self._context.runner, self._options()

        def judge(payload: bytes, key: str = key) -> Finding | None:
            expected = oracle.call(key, name, payload, options)
            if expected.error is not None:  # what the reference refuses is no input, here as among the examples
                return None
            # Not by `context.ask`: these calls explain a failure, and are no part of what the check asked.
            return self._finding(expected, runner.call(name, payload, options), decode(payload))

        hunt = Hunt(found)
        if oracle.answers_anything:
            hunt.search(strategies, judge)
        else:
            hunt.look_through(rest, judge)
        if hunt.found.finding.verdict is Verdict.ERROR:
            runner.call(name, hunt.found.payload, options)  # whose exception the terminal shows
        return with_smallest(hunt.found, name)
