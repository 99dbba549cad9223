"""The known mistake that a wrong answer behaves like, named where the answers tell it from all others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from antorcha.compare.agreement import compare
from antorcha.compare.finding import UncomparableError
from antorcha.compare.policy import Policy
from antorcha.course.model import Course
from antorcha.plugin.content import NO_CONTENT, Content
from antorcha.plugin.error_signature import error_signature
from antorcha.plugin.remembered import Remembered
from antorcha.results import Diagnosis, Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.variants import Variant, variants_in
from antorcha.worker.facts import ErrorFact, OpaqueFact, Tree
from antorcha.worker.observation import Observation
from antorcha.worker.trees import map_leaves, tensors_and_arrays
from antorcha.worker.wire import decode

# What a student believed shows in an answer or in an exception; a limit or a crash has nothing to compare.
EXPLAINABLE = (Verdict.WRONG, Verdict.ERROR)


@dataclass(frozen=True)
class Asked:
    """One call that a check made, with all that it takes to ask others the same: its answer and its policy included."""

    key: str
    payload: bytes
    ask: Callable[[Runner], Observation]
    answer: Observation
    policy: Policy = field(default_factory=Policy)
    content: Content = NO_CONTENT  # of a scenario
    another_start: bool = False  # in a Python with other hashes, which known mistakes are never asked in

    @property
    def measured(self) -> bool:
        """Return whether the test's own code measured it beside the student's, which could rule that process."""
        return self.content != NO_CONTENT


@dataclass(frozen=True, eq=False)
class KnownAnswer:
    """The answer of a wrong variant to a call; `error_signature`: of its exception, where it raises."""

    observation: Observation
    error_signature: str = ""


class KnownMistakes(Protocol):
    """A source of the answers that each wrong variant of an exercise gives."""

    def wrong(self, exercise: str) -> list[Variant]: ...

    def begin(self, variant: Variant) -> None:
        """Prepare a variant for the calls of one check."""

    def answer(self, variant: Variant, asked: Asked) -> KnownAnswer | None:
        """Return the variant's answer to the same call; `None` when that is not known."""


class NoKnownMistakes:
    """The known mistakes of a topic without variants: none."""

    def wrong(self, exercise: str) -> list[Variant]:
        return []

    def begin(self, variant: Variant) -> None:
        """Prepare nothing."""

    def answer(self, variant: Variant, asked: Asked) -> KnownAnswer | None:
        return None


@dataclass
class ReferenceMistakes:
    """The variants of `reference/variants/<topic>.py`, which run on the trusted side only."""

    code: str
    path: Path
    has_scratch: Callable[[str], bool] = lambda _exercise: False  # true for an exercise with a folder to write to
    _runners: dict[str, LocalRunner] = field(default_factory=dict)
    _known: Remembered[tuple[str, str, bytes, str]] = field(default_factory=Remembered)

    def __post_init__(self) -> None:
        self._plain = self._module("")
        self._variants = variants_in(self._plain.module.namespace.__dict__)

    def problem(self) -> Diagnosis | None:
        """Return the reason for which the file of variants cannot be used, or `None`."""
        return self._plain.whole_file()

    def all(self) -> list[Variant]:
        """Return every variant, right and wrong, with its message as written."""
        return list(self._variants)

    def wrong(self, exercise: str) -> list[Variant]:
        return [variant for variant in self._variants if variant.is_wrong and variant.exercise == exercise]

    def begin(self, variant: Variant) -> None:
        if self.has_scratch(variant.exercise):
            self.runner(variant).fresh_folder()

    def answer(self, variant: Variant, asked: Asked) -> KnownAnswer | None:
        question = (variant.name, asked.key, hashlib.sha256(asked.payload).digest(), asked.content.digest)
        # With a folder to write to, an answer may rest on the files that the calls before it wrote.
        remembers = asked.content.whole and not self.has_scratch(variant.exercise)
        answer = self._known.get(question) if remembers else None
        if answer is None:
            runner = self.runner(variant)
            answer = asked.ask(runner)
            self._known.put(question, answer, len(runner.message))
        return known_answer(answer)

    def runner(self, variant: Variant) -> LocalRunner:
        """Return the runner of a module in which the exercise is the variant."""
        if variant.name not in self._runners:
            runner = self._module(variant.name, scratch=self.has_scratch(variant.exercise))
            namespace = runner.module.namespace.__dict__
            namespace[variant.exercise] = namespace[variant.name]
            self._runners[variant.name] = runner
        return self._runners[variant.name]

    def _module(self, name: str, *, scratch: bool = False) -> LocalRunner:
        cells = [(self.code, str(self.path))]
        return LocalRunner(f"variant_{self.path.stem}_{name}", cells, in_one_go=True, scratch=scratch)


def known_answer(observation: Observation) -> KnownAnswer:
    """Return a variant's answer with the signature of its exception."""
    error = observation.error
    return KnownAnswer(observation, error_signature(error) if error is not None else "")


class Likeness(Enum):
    """The likeness of a submission's answers in one check to those of a wrong variant."""

    SAME = auto()  # all of them, the one that failed included
    POSSIBLE = auto()  # all that can be compared: the last one is a limit, too large, or the test's own exception
    OTHER = auto()  # an answer differs: whatever the submission does, it is not this mistake


@dataclass(frozen=True)
class Comparison:
    """The likeness of one check's answers to those of a wrong variant, with the call that decided it, if one did."""

    likeness: Likeness
    call: Asked | None = None
    known: KnownAnswer | None = None


def recognise(trace: Sequence[Asked], exercise: str, known_mistakes: KnownMistakes, course: Course) -> Variant | None:
    """Return the wrong variant that answers every call of a check as the submission did, if it is the only one.

    Where the inputs of the check do not tell two mistakes from one another, none is named, unless both say the same.
    """
    same = [
        variant
        for variant in known_mistakes.wrong(exercise)
        if trace and _compared(variant, trace, known_mistakes, course).likeness is Likeness.SAME
    ]
    return same[0] if say_the_same(same) else None


def refine(
    traces: dict[str, Sequence[Asked]],
    failed: Iterable[str],
    exercise: str,
    known_mistakes: KnownMistakes,
    course: Course,
) -> dict[str, Variant]:
    """Return the variant that explains each failed check of an exercise, chosen with all of its checks in view.

    A variant that answers otherwise in any check is not what the submission does. Of those that are left, one must be
    the only one that a failed check can be explained by: else nobody knows which of the two it is. Several with one
    message, ways to write the same mistake, count as one.
    """
    wanted = {check: traces[check] for check in failed if check in traces}
    others = [trace for check, trace in traces.items() if check not in wanted]

    def likeness(variant: Variant, trace: Sequence[Asked]) -> Likeness:
        return _compared(variant, trace, known_mistakes, course).likeness

    def may_explain(variant: Variant) -> bool:
        """Ask no further than to the first check that decides: most variants differ in the one that failed."""
        same = False
        for trace in wanted.values():
            found = likeness(variant, trace)
            if found is Likeness.OTHER:
                return False
            same = same or found is Likeness.SAME
        return same and all(likeness(variant, trace) is not Likeness.OTHER for trace in others)

    candidates = [variant for variant in known_mistakes.wrong(exercise) if may_explain(variant)]
    return dict.fromkeys(wanted, candidates[0]) if say_the_same(candidates) else {}


def say_the_same(variants: Sequence[Variant]) -> bool:
    """Return whether there is just one message for a student in all of these variants."""
    return len({variant.message for variant in variants}) == 1


def considered(
    traces: dict[str, Sequence[Asked]], exercise: str, known_mistakes: KnownMistakes, course: Course
) -> dict[Variant, dict[str, Comparison]]:
    """Return how each wrong variant of an exercise compares with a submission, check by check."""
    return {
        variant: {check: _compared(variant, trace, known_mistakes, course) for check, trace in traces.items()}
        for variant in known_mistakes.wrong(exercise)
    }


def explains(by_check: dict[str, Comparison], failed: Iterable[str]) -> bool:
    """Return whether a variant may be what a submission does: no check speaks against it, and a failed one for it."""
    likenesses = {check: comparison.likeness for check, comparison in by_check.items()}
    against = Likeness.OTHER in likenesses.values()
    return not against and any(likenesses[check] is Likeness.SAME for check in failed)


def explained(diagnosis: Diagnosis, variant: Variant, translate: Callable[[str], str]) -> Diagnosis:
    """Return a diagnosis with the variant's message in front of the one that was found."""
    general = {"kind": diagnosis.kind, "details": diagnosis.details, "private": diagnosis.private}
    return Diagnosis(
        "variant",
        {"variant": variant.name, "message": translate(variant.message)},
        {**diagnosis.private, "general": general},
    )


def _compared(variant: Variant, trace: Sequence[Asked], known_mistakes: KnownMistakes, course: Course) -> Comparison:
    known_mistakes.begin(variant)
    comparable = [call for call in trace if not call.another_start]
    for call in comparable:
        if call.answer.fault is not None and call.answer.fault != Verdict.MISSING:
            return Comparison(Likeness.POSSIBLE, call)
        known = known_mistakes.answer(variant, call)
        if known is None:  # a release leaves out what is large or never the same
            return Comparison(Likeness.POSSIBLE, call)
        error = call.answer.error
        if error is not None and known.observation.error is not None:
            return Comparison(_likeness_of_errors(known, error), call, known)
        if not _alike(known.observation, call, course):
            return Comparison(Likeness.OTHER, call, known)
    return Comparison(Likeness.SAME if comparable else Likeness.POSSIBLE)


def _likeness_of_errors(known: KnownAnswer, error: ErrorFact) -> Likeness:
    signature = error_signature(error)
    if signature != known.error_signature:
        return Likeness.OTHER
    if signature:
        return Likeness.SAME
    # Both answered with something that the test's own code cannot use, which many a mistake does.
    assert known.observation.error is not None
    return Likeness.POSSIBLE if known.observation.error.type_name == error.type_name else Likeness.OTHER


def _alike(known: Observation, asked: Asked, course: Course) -> bool:
    """Return whether two answers are the same in all that `agree` compares, and in the memory that they share."""
    answer = asked.answer
    if known.fault is not None or answer.fault is not None:
        return known.fault == answer.fault
    # Both ways: what the expected answer leaves open, such as the legend that a figure lacks, the other may have.
    pairs = ((known, answer), (answer, known))
    payload, policy = decode(asked.payload), _as_strict(asked.policy)
    try:
        agree = all(compare(_named(left), _named(right), payload, policy, course) is None for left, right in pairs)
    except UncomparableError:  # an error of the course where the reference answers so; here no likeness
        return False
    same_state = set(known.global_state) == set(answer.global_state)
    same_state = same_state and set(known.handed) == set(answer.handed)
    return agree and same_state and _sharing(known) == _sharing(answer)


def _as_strict(policy: Policy) -> Policy:
    """Return the policy by which a variant's answer is compared with the submission's in a check of this policy.

    What tells answers apart in the check tells mistakes apart: else one that passes the check could explain it. A wide
    tolerance is not taken over: of two random answers it would make one.
    """
    exact = 0.0 if policy.rtol == policy.atol == 0 else None
    return Policy(rtol=exact, atol=exact, numbers=policy.numbers, containers=policy.containers)


def _named(observation: Observation) -> Observation:
    """Put the name of its type for each thing that does not travel, such as a method that was not called."""
    return replace(observation, value=map_leaves(_name_of_opaque, observation.value))


def _name_of_opaque(leaf: Tree) -> Tree:
    return f"<{leaf.type_name}>" if isinstance(leaf, OpaqueFact) else leaf


def _sharing(observation: Observation) -> list[bool]:
    """Return, for each tensor and array of an answer, whether it lies in an argument's memory (a number from 0 on)."""
    arguments = {leaf.memory for leaf in tensors_and_arrays(observation.arguments) if leaf.memory >= 0}
    return [leaf.memory in arguments for leaf in tensors_and_arrays(observation.value)]
