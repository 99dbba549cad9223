"""The hand-ins that an audit makes: the stub, the solution, every variant, every mutant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from antorcha.audit.mutants import Mutant, mutants_of, original, other_options, watched
from antorcha.bulk.protocol import Scope
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.intake.model import Cell, Source
from antorcha.plugin.check import CourseError
from antorcha.plugin.quizzes import keys_of, require_complete
from antorcha.plugin.workshop import live_witness
from antorcha.release.reference import read_reference
from antorcha.release.stubs import render_stub
from antorcha.variants import Equivalent, Variant, equivalents_in

# The worker reads nothing of the course, and need not be able to import our package from where it is installed.
_PREAMBLE = """\
import sys, types
_marks = types.ModuleType("antorcha.variants")
_marks.N_ = str
_marks.right = _marks.wrong = lambda *_: lambda definition: definition
_marks.equivalent = lambda *_: None
sys.modules["antorcha.variants"] = _marks
"""


class Kind(StrEnum):
    """What a hand-in is, and so what is expected of it."""

    STUB = "stub"
    SOLUTION = "solution"
    ORIGINAL = "original"  # the solution once more as a mutant without a change, for its evidence
    RIGHT = "right"
    WRONG = "wrong"
    MUTANT = "mutant"


@dataclass(frozen=True)
class Task:
    """One hand-in. `exercise` is "" where the whole topic is run; `name` is the variant's or the mutant's."""

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
        return Scope(only, probe=self.kind in (Kind.MUTANT, Kind.ORIGINAL))

    def source(self) -> Source:
        name = f"{self.topic}.py"
        cells = [Cell(code, name if number == 0 else f"cell {number}") for number, code in enumerate(self.cells)]
        return Source(self.topic, name, tuple(cells))

    def key(self, course_key: str) -> str:
        """What its outcome depends on."""
        parts = json.dumps([course_key, self.exercise, self.scope.probe, *self.cells])
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Plan:
    """All that is to be tried of one topic, and the mutants that its author marked as equivalent."""

    topic: Topic
    tasks: tuple[Task, ...]
    marks: tuple[Equivalent, ...]


def plan(course: Course, topic: Topic) -> Plan:
    """Errors: `UserError` where the reference or the variants cannot be read."""
    path = course.reference_dir / "variants" / f"{topic.name}.py"
    try:
        code = path.read_text(encoding="utf-8") if path.is_file() else ""
        marks = tuple(equivalents_in(code))
        witness = live_witness(course, topic.name)
    except (CourseError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: {error}", "mend the file of variants and run this again") from None
    variants = witness.all() if witness else []
    if topic.quizzes:
        require_complete(course, topic, witness)
    tasks = (*_wholes(course, topic), *_variants(topic, variants, code), *_mutants(course, topic))
    return Plan(topic, tasks, marks)


def _wholes(course: Course, topic: Topic) -> Iterator[Task]:
    stub = render_stub(course, topic.name, course.language)
    solution = original(read_reference(course.reference_dir / f"{topic.name}.py"))
    yield Task(Kind.STUB, topic.name, "", "stub", (stub,))
    yield Task(Kind.SOLUTION, topic.name, "", "solution", (solution,))


def _variants(topic: Topic, variants: list[Variant], code: str) -> Iterator[Task]:
    for one in variants:
        if topic.exercise(one.exercise) is None:
            raise UserError(
                f"the variant {one.name} is of {one.exercise!r}, which is no exercise of {topic.name}",
                f"it is in reference/variants/{topic.name}.py",
            )
        kind = Kind.WRONG if one.is_wrong else Kind.RIGHT
        cells = (_PREAMBLE, code, f"{one.exercise} = {one.name}\n")
        yield Task(kind, topic.name, one.exercise, one.name, cells, variant=one)


def _mutants(course: Course, topic: Topic) -> Iterator[Task]:
    reference = read_reference(course.reference_dir / f"{topic.name}.py")
    names = frozenset(one.name for one in topic.exercises)
    keys = {one.exercise: one for one in keys_of(course, topic)}
    for exercise in topic.exercises:
        cells = watched(reference, exercise.name)
        yield Task(Kind.ORIGINAL, topic.name, exercise.name, "solution", cells)
        key = keys.get(exercise.name)
        if key is None:
            mutants = mutants_of(reference, exercise.name, names)
        else:
            mutants = other_options(reference, exercise.name, key.wrong)
        for mutant in mutants:
            yield Task(Kind.MUTANT, topic.name, exercise.name, mutant.id, mutant.cells, mutant=mutant)
