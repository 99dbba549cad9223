"""From outcomes to findings: which mutants count, which died, which variants are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from antorcha.audit.model import Fate, Judged, TopicAudit, Tried
from antorcha.audit.mutants import Mutant
from antorcha.audit.outcome import Outcome
from antorcha.audit.tasks import Kind, Plan, Task
from antorcha.audit.wrappers import DEVICE, could_show
from antorcha.plugin.recognise import EXPLAINABLE
from antorcha.variants import Equivalent

Outcomes = Mapping[Task, Outcome]


def judge(plan: Plan, outcomes: Outcomes, reused: int = 0) -> TopicAudit:
    """`outcomes` holds one for each task of the plan."""
    by_kind = {kind: [task for task in plan.tasks if task.kind is kind] for kind in Kind}
    originals = {task.exercise: outcomes[task] for task in by_kind[Kind.ORIGINAL]}
    marks = {(one.exercise, one.mutant) for one in plan.marks}
    mutants = tuple(
        _judged(task.mutant, outcomes[task], originals[task.exercise], marks)
        for task in by_kind[Kind.MUTANT]
        if task.mutant is not None
    )
    solved = [one for task in by_kind[Kind.SOLUTION] for one in _solutions(task, outcomes[task])]
    return TopicAudit(
        topic=plan.topic.name,
        exercises=tuple(one.name for one in plan.topic.exercises),
        right=(*solved, *(_right(task, outcomes[task]) for task in by_kind[Kind.RIGHT])),
        wrong=tuple(_wrong(task, outcomes[task]) for task in by_kind[Kind.WRONG]),
        mutants=mutants,
        faults=tuple(fault for task in by_kind[Kind.STUB] for fault in _stub_faults(outcomes[task])),
        stale=tuple(_stale(plan.marks, mutants)),
        devices=tuple(sorted({device for one in outcomes.values() for device in one.devices})),
        reused=reused,
    )


def _judged(mutant: Mutant, outcome: Outcome, solution: Outcome, marks: set[tuple[str, str]]) -> Judged:
    if not outcome.judged:
        return Judged(mutant, Fate.UNJUDGED)
    if outcome.failures:
        return Judged(mutant, Fate.KILLED, outcome.failures[0].check)
    marked = (mutant.exercise, mutant.id) in marks
    wrapper = mutant.wrapper
    if wrapper is not None and outcome.digest == solution.digest:
        if not could_show(wrapper, frozenset(solution.shown)):
            return Judged(mutant, Fate.NOT_APPLICABLE)
        if wrapper.silent == DEVICE and set(solution.devices) <= {"cpu"}:
            return Judged(mutant, Fate.NOT_TESTED)
        return Judged(mutant, Fate.ACCEPTED if marked else Fate.UNSEEN)
    return Judged(mutant, Fate.EQUIVALENT if marked else Fate.SURVIVED)


def _solutions(task: Task, outcome: Outcome) -> Iterable[Tried]:
    """The solution, exercise by exercise."""
    for exercise, points in outcome.points.items():
        why = _why(outcome, exercise)
        yield Tried(exercise, "the solution", refused=points < outcome.max_points[exercise] or bool(why), why=why)


def _right(task: Task, outcome: Outcome) -> Tried:
    return Tried(task.exercise, task.name, refused=not outcome.passed, why=_why(outcome, task.exercise))


def _wrong(task: Task, outcome: Outcome) -> Tried:
    """Told apart: each wrong answer is explained by this variant's message. A limit that it broke speaks for itself."""
    refused = outcome.judged and bool(outcome.failures)
    answers = [one for one in outcome.failures if one.verdict in EXPLAINABLE]
    others = [one for one in answers or outcome.failures if one.variant != task.name]
    why = ", ".join(f"{one.check.partition('::')[2]}: {one.variant or one.kind or one.verdict}" for one in others)
    return Tried(task.exercise, task.name, refused, told_apart=refused and not others, why=why)


def _why(outcome: Outcome, exercise: str) -> str:
    failed = [one for one in outcome.failures if one.exercise == exercise]
    return ", ".join(f"{one.check.partition('::')[2]}: {one.kind or one.verdict}" for one in failed)


def _stub_faults(outcome: Outcome) -> Iterable[str]:
    for exercise, points in outcome.points.items():
        if points > 0:
            yield f"the untouched stub of {exercise} earns {points:g} of {outcome.max_points[exercise]:g} points"


def _stale(marks: Iterable[Equivalent], mutants: Iterable[Judged]) -> Iterable[Equivalent]:
    """Marks that excuse nothing: no such mutant, or one that the tests tell apart."""
    excused = (Fate.EQUIVALENT, Fate.ACCEPTED, Fate.NOT_TESTED)
    in_use = {(one.mutant.exercise, one.mutant.id) for one in mutants if one.fate in excused}
    return [one for one in marks if (one.exercise, one.mutant) not in in_use]
