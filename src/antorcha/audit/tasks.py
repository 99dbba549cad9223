"""The submissions that an audit makes: the stub, the solution, every variant, every mutant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from antorcha.audit.foreign import foreign_failures
from antorcha.audit.mutants import Mutant, mutants_of, observed, original, other_options
from antorcha.audit.variants_file import VariantsFile
from antorcha.bulk.protocol import Scope
from antorcha.course.model import Course, Topic
from antorcha.errors import CourseError, UserError
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plugin.answers import reference_mistakes
from antorcha.plugin.quizzes import keys_of, require_complete
from antorcha.sources.reference import read_reference
from antorcha.sources.stubs import render_stub
from antorcha.variants import Equivalent, Variant, equivalents_in

TOLD_AT_HOME = ("write", "debug")  # a visible test that refused a prediction or a letter would give it away


class Kind(StrEnum):
    """The kind of a submission, on which depends what is expected of it."""

    STUB = "stub"
    SOLUTION = "solution"
    ORIGINAL = "original"  # the solution once more as a mutant without a change, for its evidence
    RIGHT = "right"
    WRONG = "wrong"
    AT_HOME = "wrong, at home"  # a wrong variant once more, as a student's own pytest sees it
    MUTANT = "mutant"
    FOREIGN = "foreign"  # fails in a way that has nothing to do with the exercise

    @property
    def should_fail(self) -> bool:
        return self in (Kind.WRONG, Kind.AT_HOME, Kind.MUTANT, Kind.FOREIGN)


@dataclass(frozen=True)
class Task:
    """One submission. `exercise` is "" where the whole topic is run; `name` is the variant's or the mutant's."""

    kind: Kind
    topic: str
    exercise: str
    name: str
    cells: tuple[str, ...]
    variant: Variant | None = None
    mutant: Mutant | None = None

    @property
    def scope(self) -> Scope:
        only = (self.exercise,) if self.exercise else ()
        mutant = self.kind in (Kind.MUTANT, Kind.ORIGINAL)
        return Scope(only, mutant=mutant, smallest_input=False, at_home=self.kind is Kind.AT_HOME)

    def file(self) -> SubmittedFile:
        name = f"{self.topic}.py"
        cells = [Cell(code, name if number == 0 else f"cell {number}") for number, code in enumerate(self.cells)]
        return SubmittedFile(self.topic, name, tuple(cells))

    def key(self, course_key: str) -> str:
        """Return a digest of all that the outcome depends on."""
        parts = json.dumps([course_key, self.exercise, self.scope.mutant, self.scope.at_home, *self.cells])
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Plan:
    """All that is to be tried of one topic, and the mutants that its author marked as equivalent."""

    topic: Topic
    tasks: tuple[Task, ...]
    marks: tuple[Equivalent, ...]

    def without_mutants(self) -> Plan:
        """Return the plan of the rest; no mark is stale where there is no mutant."""
        kept = tuple(task for task in self.tasks if task.kind not in (Kind.MUTANT, Kind.ORIGINAL))
        return replace(self, tasks=kept, marks=())


def plan(course: Course, topic: Topic) -> Plan:
    """Return all tasks of a topic. Raises: `UserError` where the reference or the variants cannot be read."""
    topic = replace(topic, exercises=topic.checked)  # what a person grades has no tests to be audited
    path = course.variants_dir / f"{topic.name}.py"
    try:
        code = path.read_text(encoding="utf-8") if path.is_file() else ""
        marks = tuple(equivalents_in(code))
        known_mistakes = reference_mistakes(course, topic.name)
        file = VariantsFile.read(code)
    except (CourseError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: {error}", "mend the file of variants and run this again") from None
    variants = known_mistakes.all() if known_mistakes else []
    if topic.quizzes:
        require_complete(course, topic, known_mistakes)
    tasks = (
        *_wholes(course, topic),
        *_variants(topic, variants, file),
        *_mutants(course, topic),
        *_foreign(course, topic),
    )
    return Plan(topic, tasks, marks)


def _wholes(course: Course, topic: Topic) -> Iterator[Task]:
    stub = render_stub(course, topic.name, course.language)
    solution = original(read_reference(course.reference_dir / f"{topic.name}.py"))
    yield Task(Kind.STUB, topic.name, "", "stub", (stub,))
    yield Task(Kind.SOLUTION, topic.name, "", "solution", (solution,))


def _variants(topic: Topic, variants: list[Variant], file: VariantsFile) -> Iterator[Task]:
    for declared in variants:
        exercise = topic.exercise(declared.exercise)
        if exercise is None:
            raise UserError(
                f"the variant {declared.name} is of {declared.exercise!r}, which is no exercise of {topic.name}",
                f"it is in reference/variants/{topic.name}.py",
            )
        kind = Kind.WRONG if declared.is_wrong else Kind.RIGHT
        cells = (file.code_of(declared.name), f"{declared.exercise} = {declared.name}\n")
        yield Task(kind, topic.name, declared.exercise, declared.name, cells, variant=declared)
        if kind is Kind.WRONG and exercise.kind in TOLD_AT_HOME:
            yield Task(Kind.AT_HOME, topic.name, declared.exercise, declared.name, cells, variant=declared)


def _mutants(course: Course, topic: Topic) -> Iterator[Task]:
    reference = read_reference(course.reference_dir / f"{topic.name}.py")
    names = frozenset(exercise.name for exercise in topic.exercises)
    keys = {key.exercise: key for key in keys_of(course, topic)}
    for exercise in topic.exercises:
        cells = observed(reference, exercise.name)
        yield Task(Kind.ORIGINAL, topic.name, exercise.name, "solution", cells)
        key = keys.get(exercise.name)
        if key is None:
            mutants = mutants_of(reference, exercise.name, names)
        else:
            mutants = other_options(reference, exercise.name, key.wrong)
        for mutant in mutants:
            yield Task(Kind.MUTANT, topic.name, exercise.name, mutant.id, mutant.cells, mutant=mutant)


def _foreign(course: Course, topic: Topic) -> Iterator[Task]:
    reference = read_reference(course.reference_dir / f"{topic.name}.py")
    for exercise in topic.exercises:
        if exercise.name in topic.quizzes:  # a letter cannot fail in another way than to be wrong
            continue
        for name, cells in foreign_failures(reference, exercise.name).items():
            yield Task(Kind.FOREIGN, topic.name, exercise.name, name, cells)
