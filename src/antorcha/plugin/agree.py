"""What a test says: `agree(...)`, `student.name(...)`, and the judgements behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from antorcha.compare.agreement import Finding, UncomparableError, compare, raised
from antorcha.compare.policy import Policy, changed
from antorcha.course.model import Course
from antorcha.messages import explain
from antorcha.plugin.check import Check, CourseError, Disagreement
from antorcha.plugin.forall import Found, Hunt, Inputs, seed_of, with_smallest
from antorcha.plugin.oracle import Oracle
from antorcha.plugin.recognise import EXPLAINABLE, Asked, NoWitness, Witness, explained, recognise
from antorcha.results import Diagnosis, Verdict
from antorcha.student.runner import Runner
from antorcha.worker.codec import TooLargeError, decode, encode, live
from antorcha.worker.facts import Observation, OpaqueFact, Tree
from antorcha.worker.runtime import CallOptions

# Of one check's answers, to be explained later by known mistakes. A tree takes some ten times its bytes.
MOST_REMEMBERED = 4 << 20
BY_DEFAULT = Policy()


@dataclass(frozen=True)
class Bench:
    """What a check works with: the hand-in, the expected answers, and the words to speak in."""

    course: Course
    runner: Runner
    oracle: Oracle
    check: Check
    language: str
    course_text: Callable[[str], str]
    untouched: frozenset[str] = frozenset()
    witness: Witness = field(default_factory=NoWitness)
    options: CallOptions = field(default_factory=CallOptions)

    def fail(self, finding: Finding) -> None:
        """End the check with a finding, explained by a known mistake where the answers behave like one."""
        __tracebackhide__ = True
        if finding.verdict in EXPLAINABLE:
            for variant in recognise(self.check.trace, self.check.exercise, self.witness, self.course)[:1]:
                finding = replace(finding, diagnosis=explained(finding.diagnosis, variant, self.course_text))
        self.check.finding = finding
        raise Disagreement(finding, explain(finding.diagnosis, self.language, full=True))

    def ask(self, payload: bytes, call: Callable[[Runner], Observation], policy: Policy = BY_DEFAULT) -> Observation:
        """Put one call to the hand-in, and remember it."""
        answer = call(self.runner)
        self.check.trace.append(Asked(self.next_key(), payload, call, self._remembered(answer), policy))
        return answer

    def _remembered(self, answer: Observation) -> Observation:
        """The answer, or only that there was one: what a check remembers must fit into memory."""
        if self.check.remembered + answer.size > MOST_REMEMBERED:
            return Observation(fault=Verdict.RESULT_LIMIT)
        self.check.remembered += answer.size
        return answer

    def next_key(self, later: int = 0) -> str:
        """The name of the next call of this check (or a later one): its test and number, the same in every run."""
        return f"{self.check.key}#{len(self.check.trace) + 1 + later}"

    def refuse_quiz(self) -> None:
        """A letter is read only where it comes back alone: each student may have seen the options in another order."""
        topics = self.course.topics
        if any(self.check.exercise in topic.quizzes for topic in topics):
            raise CourseError(f'{self.check.exercise} is a quiz: ask it with agree("{self.check.exercise}")')

    def require_started(self) -> None:
        __tracebackhide__ = True
        if self.check.exercise in self.untouched:
            self.fail(Finding(Verdict.NOT_STARTED, Diagnosis("not_started")))


class Agree:
    """`agree("name", *args, **kwargs)`: the student's function must do what the reference's does.

    Each side gets its own copies of the arguments. Compared are value, shape, dtype, device, gradients, exceptions,
    what became of the arguments and of process-wide settings; `agree.using(...)` says otherwise for one check
    (`antorcha.compare.policy.Policy`).
    """

    def __init__(self, bench: Bench, policy: Policy | None = None) -> None:
        self._bench = bench
        self._policy = policy or Policy()

    def using(self, **settings: Any) -> Agree:
        """The same, with some settings of `Policy` changed."""
        try:
            return Agree(self._bench, changed(self._policy, settings))
        except ValueError as error:
            raise CourseError(f"agree.using(): {error}") from None

    def __call__(self, name: str, /, *args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        bench = self._bench
        bench.require_started()
        payload, inputs = _travelling(args, kwargs)
        options = self._options()
        expected = bench.oracle.call(bench.next_key(), name, payload, options)
        actual = bench.ask(payload, _calling(name, payload, options), self._policy)
        self._judge(expected, actual, inputs)

    def forall(self, name: str, /, *inputs: Any, examples: int = 40, **keywords: Any) -> None:
        """`agree(name, ...)` for edge cases and `examples` more inputs, drawn from strategies; shrinks what fails.

        `inputs`, `keywords`: strategies (`antorcha.strategies`, or Hypothesis's own) and plain values. Every student
        gets the same inputs. One on which the reference itself raises is no input.
        """
        __tracebackhide__ = True
        bench = self._bench
        bench.require_started()
        seed = seed_of(bench.next_key(), bench.course.seed)
        asked = Inputs(inputs, keywords, examples, seed, lambda args, kwargs: _travelling(args, kwargs)[0])
        key, options = bench.next_key(), self._options()
        payloads = bench.oracle.examples(key, name, options, asked.examples)
        for number, payload in enumerate(payloads):
            expected = bench.oracle.call(bench.next_key(), name, payload, options)
            actual = bench.ask(payload, _calling(name, payload, options), self._policy)
            finding = self._finding(expected, actual, decode(payload))
            if finding is not None:
                rest = {bench.next_key(later): one for later, one in enumerate(payloads[number + 1 :])}
                bench.fail(self._smallest(key, name, asked, Found(payload, finding), rest))
            bench.check.comparisons += 1

    def scenario(self, function: Callable[..., Any], /, *args: Any) -> None:
        """`function(module, *args)` runs once on the student's module and once on the reference; both must agree.

        It returns evidence (data), never a verdict: what a student's process says of itself proves nothing.
        """
        __tracebackhide__ = True
        bench = self._bench
        bench.refuse_quiz()
        bench.require_started()
        payload, _ = _travelling(args, {})
        options = replace(bench.options, operations=self._policy.counts_operations)
        expected = bench.oracle.scenario(bench.next_key(), function, payload, options)
        actual = bench.ask(payload, lambda runner: runner.scenario(function, payload, options), self._policy)
        self._judge(expected, actual, None)

    def evidence(self, function: Callable[..., Any], /, *args: Any) -> Any:
        """What `function(module, *args)` returns on the student's module, as plain data for `agree.that` to judge.

        For what the reference's values do not decide, such as two random draws that must differ. Like `scenario` it
        returns data and no verdict.
        """
        __tracebackhide__ = True
        bench = self._bench
        bench.refuse_quiz()
        payload, _ = _travelling(args, {})
        return _plain_answer(bench, payload, lambda runner: runner.scenario(function, payload, bench.options))

    def that(self, condition: Any, message: str) -> None:
        """Judge something about an answer of `student`; `message` says to the student what does not hold."""
        __tracebackhide__ = True
        if not bool(condition):
            sentence = self._bench.course_text(message)
            self._bench.fail(Finding(Verdict.WRONG, Diagnosis("said", {"message": sentence})))
        self._bench.check.comparisons += 1

    def _judge(self, expected: Observation, actual: Observation, inputs: Tree) -> None:
        __tracebackhide__ = True
        finding = self._finding(expected, actual, inputs)
        if finding is not None:
            if inputs is None and finding.diagnosis.kind == "raised_nowhere":  # the scenario's own line raised
                finding = replace(finding, diagnosis=replace(finding.diagnosis, kind="unusable"))
            self._bench.fail(finding)
        self._bench.check.comparisons += 1

    def _finding(self, expected: Observation, actual: Observation, inputs: Tree) -> Finding | None:
        try:
            return compare(expected, actual, inputs, self._policy, self._bench.course)
        except UncomparableError as error:
            raise CourseError(str(error)) from None

    def _options(self) -> CallOptions:
        policy = self._policy
        return replace(self._bench.options, gradients=policy.gradients == "same", operations=policy.counts_operations)

    def _smallest(self, key: str, name: str, asked: Inputs, found: Found, rest: dict[str, bytes]) -> Finding:
        """The finding for the smallest input that can be found to fail alike."""
        oracle, runner, options = self._bench.oracle, self._bench.runner, self._options()

        def judge(payload: bytes, key: str = key) -> Finding | None:
            expected = oracle.call(key, name, payload, options)
            if expected.error is not None:
                return None
            return self._finding(expected, runner.call(name, payload, options), decode(payload))

        hunt = Hunt(found)
        if oracle.answers_anything:
            hunt.search(asked, judge)
        else:
            hunt.look_through(rest, judge)
        if hunt.found.finding.verdict is Verdict.ERROR:
            runner.call(name, hunt.found.payload, options)  # whose exception the terminal shows
        return with_smallest(hunt.found, name)


def _calling(name: str, payload: bytes, options: CallOptions) -> Callable[[Runner], Observation]:
    return lambda runner: runner.call(name, payload, options)


class Student:
    """`student.name(*args)`: the student's answer as plain data, for a test that judges it with `agree.that`."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return self._call(name, args, kwargs)

        return call

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        payload, _ = _travelling(args, kwargs)
        options = replace(self._bench.options, gradients=False)
        return _plain_answer(self._bench, payload, _calling(name, payload, options))


def _plain_answer(bench: Bench, payload: bytes, call: Callable[[Runner], Observation]) -> Any:
    """What a call answers, as data of our own; ends the check where it does not answer."""
    __tracebackhide__ = True
    bench.require_started()
    actual = bench.ask(payload, call)
    if actual.fault is not None:
        finding = compare(Observation(), actual, None, Policy(), bench.course)
        bench.fail(finding or Finding(Verdict.CRASHED, Diagnosis("crashed")))
    if actual.error is not None:
        bench.fail(raised(actual.error))
    bench.check.comparisons += 1
    return live(actual.value)


def _travelling(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bytes, Tree]:
    """The arguments as bytes that every side unpacks for itself, and as facts for comparing them afterwards."""
    try:
        payload = encode([list(args), kwargs])
    except TooLargeError as error:
        raise CourseError(f"the arguments of this test cannot travel to a worker: {error}") from None
    inputs = decode(payload)
    stuck = next((one for part in (inputs[0], inputs[1].values()) for one in part if isinstance(one, OpaqueFact)), None)
    if stuck is not None:
        raise CourseError(f"an argument of type {stuck.type_name} cannot travel to a worker; use agree.scenario")
    return payload, inputs
