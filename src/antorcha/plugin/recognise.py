"""Does a wrong answer behave like a mistake that the course knows? Then its own message explains it best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from antorcha.compare.agreement import UncomparableError, compare, leaves
from antorcha.compare.policy import Policy
from antorcha.course.model import Course
from antorcha.results import Diagnosis, Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.variants import Variant, variants_in
from antorcha.worker.codec import decode
from antorcha.worker.facts import Observation, OpaqueFact, Tree

# What a student believed shows in an answer or in an exception; a limit or a crash has nothing to compare.
EXPLAINABLE = (Verdict.WRONG, Verdict.ERROR)


@dataclass(frozen=True)
class Asked:
    """One call that a check made: how to make it again, what the hand-in answered, and how strict the check was."""

    key: str
    payload: bytes
    ask: Callable[[Runner], Observation]
    answer: Observation
    policy: Policy = field(default_factory=Policy)


class Witness(Protocol):
    """Knows how each wrong variant of an exercise answers."""

    def wrong(self, exercise: str) -> list[Variant]: ...

    def answer(self, variant: Variant, asked: Asked) -> Observation | None:
        """What the variant answers to the same call; `None` when that is not known."""


class NoWitness:
    """For a topic without variants."""

    def wrong(self, exercise: str) -> list[Variant]:
        return []

    def answer(self, variant: Variant, asked: Asked) -> Observation | None:
        return None


@dataclass
class LiveWitness:
    """Runs the variants of `reference/variants/<topic>.py`; only ever on the trusted side."""

    code: str
    path: Path
    _runners: dict[str, LocalRunner] = field(default_factory=dict)
    _known: dict[tuple[str, str, bytes], Observation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._plain = self._module("")
        self._variants = variants_in(self._plain.module.namespace.__dict__)

    def problem(self) -> Diagnosis | None:
        """Why the file of variants cannot be used."""
        return self._plain.whole_file()

    def all(self) -> list[Variant]:
        """Every variant, right and wrong, with its message as written."""
        return list(self._variants)

    def wrong(self, exercise: str) -> list[Variant]:
        return [one for one in self._variants if one.is_wrong and one.exercise == exercise]

    def answer(self, variant: Variant, asked: Asked) -> Observation | None:
        place = (variant.name, asked.key, asked.payload)
        if place not in self._known:
            self._known[place] = asked.ask(self.runner(variant))
        return self._known[place]

    def runner(self, variant: Variant) -> LocalRunner:
        """A module in which the exercise is the variant."""
        if variant.name not in self._runners:
            runner = self._module(variant.name)
            namespace = runner.module.namespace.__dict__
            namespace[variant.exercise] = namespace[variant.name]
            self._runners[variant.name] = runner
        return self._runners[variant.name]

    def _module(self, name: str) -> LocalRunner:
        return LocalRunner(f"variant_{self.path.stem}_{name}", [(self.code, str(self.path))])


def recognise(trace: Sequence[Asked], exercise: str, witness: Witness, course: Course) -> list[Variant]:
    """The wrong variants that answered every call of a check as the hand-in did, in the course's order."""
    if not trace:
        return []
    return [one for one in witness.wrong(exercise) if _behaves_like(one, trace, witness, course)]


def refine(
    traces: dict[str, Sequence[Asked]], failed: Iterable[str], exercise: str, witness: Witness, course: Course
) -> dict[str, Variant]:
    """The variant that explains each failed check of an exercise, chosen with all of its checks in view.

    A variant that behaves like the hand-in in every check explains it better than one that only fails alike.
    """
    wanted = list(failed)
    matching = {check: recognise(trace, exercise, witness, course) for check, trace in traces.items()}
    found: dict[str, Variant] = {}
    for variant in sorted(witness.wrong(exercise), key=lambda one: -_agreements(one, matching)):
        for check in wanted:
            if check not in found and variant in matching.get(check, []):
                found[check] = variant
    return found


def explained(diagnosis: Diagnosis, variant: Variant, translate: Callable[[str], str]) -> Diagnosis:
    """The variant's message in front of what was found."""
    general = {"kind": diagnosis.kind, "details": diagnosis.details, "private": diagnosis.private}
    return Diagnosis(
        "variant",
        {"variant": variant.name, "message": translate(variant.message)},
        {**diagnosis.private, "general": general},
    )


def _agreements(variant: Variant, matching: dict[str, list[Variant]]) -> int:
    return sum(variant in found for found in matching.values())


def _behaves_like(variant: Variant, trace: Sequence[Asked], witness: Witness, course: Course) -> bool:
    for asked in trace:
        known = witness.answer(variant, asked)
        if known is None or not _alike(known, asked, course):
            return False
    return True


def _alike(known: Observation, asked: Asked, course: Course) -> bool:
    answer = asked.answer
    if known.fault is not None or answer.fault is not None:
        return known.fault == answer.fault
    try:
        finding = compare(_named(known), _named(answer), decode(asked.payload), _as_strict(asked.policy), course)
    except UncomparableError:
        return False
    same_world = set(known.world) == set(answer.world)
    return finding is None and same_world and _sharing(known) == _sharing(answer)


def _as_strict(policy: Policy) -> Policy:
    """What tells answers apart in the check tells mistakes apart: else one that passes the check could explain it.

    A wide tolerance is not taken over: of two random answers it would make one.
    """
    exact = 0.0 if policy.rtol == policy.atol == 0 else None
    return Policy(rtol=exact, atol=exact, numbers=policy.numbers, containers=policy.containers)


def _named(observation: Observation) -> Observation:
    """With the name of its type for each thing that does not travel, such as a method that was not called."""
    return replace(observation, value=_by_name(observation.value))


def _by_name(tree: Tree) -> Tree:
    if isinstance(tree, OpaqueFact):
        return f"<{tree.type_name}>"
    if isinstance(tree, dict):
        return {key: _by_name(item) for key, item in tree.items()}
    if type(tree) in (list, tuple):
        return type(tree)(map(_by_name, tree))
    return tree


def _sharing(observation: Observation) -> list[bool]:
    arguments = {leaf.memory for leaf in leaves(observation.arguments) if leaf.memory >= 0}
    return [leaf.memory in arguments for leaf in leaves(observation.value)]
