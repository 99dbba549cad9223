"""The findings of an audit, from its outcomes: which mutants count, which died, which variants are told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from antorcha.audit.first_sentence import told
from antorcha.audit.model import Fate, Judged, Messages, TopicAudit, Tried
from antorcha.audit.mutants import Mutant
from antorcha.audit.outcome import Failure, Outcome
from antorcha.audit.tasks import TOLD_AT_HOME, Kind, Plan, Task
from antorcha.audit.wrappers import DEVICE, could_show, does_nothing
from antorcha.course.device_kinds import CPU
from antorcha.plugin.recognise import EXPLAINABLE
from antorcha.variants import Equivalent

Outcomes = Mapping[Task, Outcome]


def needs_no_run(task: Task, original: Outcome | None) -> bool:
    """Return whether a mutant cannot differ from the solution. `original`: the outcome of that, if it is known."""
    wrapper = task.mutant.wrapper if task.mutant else None
    return wrapper is not None and original is not None and does_nothing(wrapper, frozenset(original.shown))


def judge(plan: Plan, outcomes: Outcomes, reused: int = 0) -> TopicAudit:
    """Return the findings on a topic.

    `outcomes`: one for each task that needs a run; `reused`: how many of them are the cache's.
    """
    by_kind = {kind: [task for task in plan.tasks if task.kind is kind] for kind in Kind}
    originals = {task.exercise: outcomes[task] for task in by_kind[Kind.ORIGINAL]}
    marks = {(mark.exercise, mark.mutant) for mark in plan.marks}
    mutants = tuple(
        _judged(task.mutant, outcomes.get(task), originals[task.exercise], marks)
        for task in by_kind[Kind.MUTANT]
        if task.mutant is not None
    )
    siblings = _siblings(by_kind[Kind.WRONG])
    told_at_home = {exercise.name for exercise in plan.topic.exercises if exercise.kind in TOLD_AT_HOME}
    solved = [solution for task in by_kind[Kind.SOLUTION] for solution in _solutions(outcomes[task])]
    return TopicAudit(
        topic=plan.topic.name,
        exercises=tuple(exercise.name for exercise in plan.topic.exercises),
        right=(*solved, *(_right(task, outcomes[task]) for task in by_kind[Kind.RIGHT])),
        wrong=tuple(
            _wrong(task, _own_name(task, outcomes[task], siblings), told_at_home) for task in by_kind[Kind.WRONG]
        ),
        at_home=tuple(_at_home(task, _own_name(task, outcomes[task], siblings)) for task in by_kind[Kind.AT_HOME]),
        mutants=mutants,
        faults=(
            *(fault for task in by_kind[Kind.STUB] for fault in _stub_faults(outcomes[task])),
            *(fault for task in by_kind[Kind.FOREIGN] for fault in _accusations(task, outcomes[task])),
        ),
        foreign=len(by_kind[Kind.FOREIGN]),
        stale=tuple(_stale(plan.marks, mutants)),
        devices=tuple(sorted({device for outcome in outcomes.values() for device in outcome.devices})),
        reused=reused,
        claims={check: words for outcome in originals.values() for check, words in outcome.claims.items()},
    )


def _judged(mutant: Mutant, outcome: Outcome | None, solution: Outcome, marks: set[tuple[str, str]]) -> Judged:
    if outcome is None:
        return Judged(mutant, Fate.NOT_APPLICABLE)
    if not outcome.judged:
        return Judged(mutant, Fate.UNJUDGED)
    wrapper = mutant.wrapper
    if outcome.failures:
        first = outcome.failures[0]
        return Judged(mutant, Fate.KILLED, first.check, told(wrapper, first.kind) if wrapper else None, first.kind)
    marked = (mutant.exercise, mutant.id) in marks
    if wrapper is not None and outcome.digest == solution.digest:
        if not could_show(wrapper, frozenset(solution.shown)):
            return Judged(mutant, Fate.NOT_APPLICABLE)
        if wrapper.silent == DEVICE and set(solution.devices) <= {"cpu"}:
            return Judged(mutant, Fate.NOT_TESTED)
        return Judged(mutant, Fate.ACCEPTED if marked else Fate.UNSEEN)
    return Judged(mutant, Fate.EQUIVALENT if marked else Fate.SURVIVED)


def _solutions(outcome: Outcome) -> Iterable[Tried]:
    """Yield the finding on the solution, exercise by exercise."""
    for exercise, points in outcome.points.items():
        why = _why(outcome, exercise)
        yield Tried(exercise, "the solution", refused=points < outcome.max_points[exercise] or bool(why), why=why)


def _right(task: Task, outcome: Outcome) -> Tried:
    return Tried(task.exercise, task.name, refused=not outcome.passed, why=_why(outcome, task.exercise))


def _siblings(wrong: Iterable[Task]) -> dict[tuple[str, str], set[str]]:
    """Return, for each exercise and message, the names of the variants that have it: ways to write one mistake."""
    found: dict[tuple[str, str], set[str]] = {}
    for task in wrong:
        if task.variant is not None:
            found.setdefault((task.exercise, task.variant.message), set()).add(task.name)
    return found


def _own_name(task: Task, outcome: Outcome, siblings: dict[tuple[str, str], set[str]]) -> Outcome:
    """Return a wrong variant's outcome with its own name in the place of those of others with the same message."""
    alike = siblings[task.exercise, task.variant.message] if task.variant is not None else set()
    named = [
        replace(failure, variant=task.name) if failure.variant in alike else failure for failure in outcome.failures
    ]
    return replace(outcome, failures=tuple(named))


def _wrong(task: Task, outcome: Outcome, told_at_home: Collection[str]) -> Tried:
    """Judge a wrong variant by its failed checks: each must be explained by the variant's own message.

    A limit that it broke speaks for itself. `told_at_home`: the exercises whose visible tests may tell what is wrong.
    """
    refused = outcome.judged and bool(outcome.failures)
    answers = [failure for failure in outcome.failures if failure.verdict in EXPLAINABLE]
    others = [failure for failure in answers or outcome.failures if failure.variant != task.name]
    why = ", ".join(
        f"{failure.check.partition('::')[2]}: {failure.variant or failure.kind or failure.verdict}"
        for failure in others
    )
    most = outcome.max_points.get(task.exercise, 0.0)
    return Tried(
        task.exercise,
        task.name,
        refused,
        told_apart=refused and not others,
        why=why,
        red_at_home=_red_at_home(outcome.failures) if task.exercise in told_at_home else None,
        kept=outcome.points.get(task.exercise, 0.0) / most if most else 0.0,
        messages=_messages(task, outcome),
    )


def _at_home(task: Task, outcome: Outcome) -> Tried:
    """Judge what a student's own pytest says of a wrong variant; `why` has the mistakes that it did not make."""
    others = [failure for failure in outcome.failures if failure.variant not in ("", task.name)]
    why = ", ".join(f"{failure.check.partition('::')[2]}: {failure.variant}" for failure in others)
    return Tried(task.exercise, task.name, bool(outcome.failures), why=why, messages=_messages(task, outcome))


def _messages(task: Task, outcome: Outcome) -> Messages:
    """Count what the failed checks of a wrong variant say."""
    named = [failure.variant for failure in outcome.failures if failure.verdict in EXPLAINABLE]
    true, general = named.count(task.name), named.count("")
    return Messages(true, general, len(named) - true - general)


def _red_at_home(failures: Collection[Failure]) -> bool | None:
    """Return whether a visible test refuses a variant; `None` where it shows on another device than the CPU only.

    At home the visible tests run on the CPU, unless a student asks for a device.
    """
    if any(failure.at_home for failure in failures):
        return True
    return False if any(failure.devices == CPU for failure in failures) else None


def _why(outcome: Outcome, exercise: str) -> str:
    failed = [failure for failure in outcome.failures if failure.exercise == exercise]
    return ", ".join(f"{failure.check.partition('::')[2]}: {failure.kind or failure.verdict}" for failure in failed)


def _stub_faults(outcome: Outcome) -> Iterable[str]:
    for exercise, points in outcome.points.items():
        if points > 0:
            yield f"the untouched stub of {exercise} earns {points:g} of {outcome.max_points[exercise]:g} points"


def _accusations(task: Task, outcome: Outcome) -> Iterable[str]:
    """Yield a sentence for each known mistake that a submission is told of and did not make."""
    for variant in dict.fromkeys(failure.variant for failure in outcome.failures if failure.variant):
        yield f"accused falsely: {task.exercise} that ends with {task.name} is told {variant}"


def _stale(marks: Iterable[Equivalent], mutants: Iterable[Judged]) -> Iterable[Equivalent]:
    """Return the marks that excuse nothing: there is no such mutant, or the tests tell it apart."""
    # On this machine some mutants cannot be tested; another one may need their marks.
    excused = (Fate.EQUIVALENT, Fate.ACCEPTED, Fate.NOT_TESTED)
    in_use = {(judged.mutant.exercise, judged.mutant.id) for judged in mutants if judged.fate in excused}
    return [mark for mark in marks if (mark.exercise, mark.mutant) not in in_use]
