"""The course as typed, immutable data: what `grading.toml` says, and what a released folder's manifest says.

Only standard-library dataclasses live here, so that the student's install can read a course without the
instructor's validator. `antorcha.course.load` has pydantic check a `grading.toml` against these same classes: a field's
`description` is what an editor shows beside the key.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from antorcha.course.device_kinds import ROLES
from antorcha.course.rules import (
    NOT_EMPTY,
    Count,
    Identifier,
    Language,
    ModuleName,
    NotNegative,
    OneOf,
    Positive,
    Requirement,
    Seed,
    Share,
    Text,
)

Kind = Literal["write", "debug", "predict", "quiz", "essay"]
Feedback = Literal["nothing", "difference", "smallest", "everything"]  # of a hidden check, from least to most

Device = Annotated[str, OneOf(ROLES)]
DType = Annotated[
    str,
    OneOf(
        (
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "complex32",
            "complex64",
            "complex128",
            "float8_e4m3fn",
            "float8_e5m2",
        )
    ),
]


def _described(description: str) -> dict[str, Any]:
    return {"description": description}


@dataclass(frozen=True)
class Tolerance:
    """The distance that two values may have: |actual - expected| <= atol + rtol * |expected|."""

    rtol: NotNegative
    atol: NotNegative


def _limit(description: str = "", *, exercise_may_set: bool = True) -> dict[str, Any]:
    return {**({"description": description} if description else {}), "exercise_may_set": exercise_may_set}


# The folders of a course that hold its tests.
HIDDEN_TESTS, VISIBLE_TESTS = "graders", "exercises"

# A submission ends after this many times what it may compute and wait, whatever kept it: who gives its turn away again
# and again (`sched_yield`) uses next to no CPU time while others compute, and does not wait for anything either.
SUBMISSION_BACKSTOP = 6


@dataclass(frozen=True)
class Limits:
    """The limits of one submission. CPU seconds are for what computes, wall seconds for what sleeps or waits."""

    call_cpu_seconds: Positive = field(default=5.0, metadata=_limit())
    call_wall_seconds: Positive = field(default=5.0, metadata=_limit("What one call may sleep or wait, in seconds."))
    submission_cpu_seconds: Positive = field(default=60.0, metadata=_limit(exercise_may_set=False))
    submission_wall_seconds: Positive = field(default=30.0, metadata=_limit(exercise_may_set=False))
    memory_mib: Count = field(default=2048, metadata=_limit("Memory of one worker, in MiB."))
    threads: Count = field(default=64, metadata=_limit("Threads of one worker."))
    # 1, 32 and 64 MiB
    output_bytes: Count = field(default=1_048_576, metadata=_limit("What a submission may print, in bytes."))
    result_bytes: Count = field(default=33_554_432, metadata=_limit("What one call may return, in bytes."))
    file_bytes: Count = field(default=67_108_864, metadata=_limit("What a scratch folder may hold, in bytes."))


def _with_the_limits_that_an_exercise_may_set(kind: type[Any]) -> type[Any]:
    """Give `kind` an optional field for each such limit, so that a new limit is declared in `Limits` alone."""
    for limit in fields(Limits):
        if limit.metadata["exercise_may_set"]:
            # A text, as all annotations here are (`from __future__ import annotations`), which `dataclass` reads later.
            kind.__annotations__[limit.name] = f"{limit.type} | None"
            setattr(kind, limit.name, None)
    return kind


@dataclass(frozen=True)
@_with_the_limits_that_an_exercise_may_set  # applied first: `dataclass` has to see the fields
class ExerciseLimits:
    """The limits of one exercise's calls, each instead of the course's limit of that name."""

    def over(self, limits: Limits) -> Limits:
        """Return the course's `limits` with those that are set here in their place."""
        own = {name: value for name, value in vars(self).items() if value is not None}
        return replace(limits, **own) if own else limits


@dataclass(frozen=True)
class RubricRow:
    """A row of an essay's rubric."""

    name: Identifier = field(metadata=_described("The row's name, by which `antorcha mark` is told its points."))
    points: Positive
    title: str = field(default="", metadata=_described("What students read, in English; catalogs translate it."))


@dataclass(frozen=True)
class Exercise:
    """One function or class that a student hands in."""

    name: Identifier = field(metadata=_described("The function's or class's name; unique in the course."))
    points: Positive = 1.0
    kind: Kind = "write"
    feedback: Feedback | None = field(default=None, metadata=_described("Instead of the course's feedback."))
    limits: ExerciseLimits = field(default=ExerciseLimits(), metadata=_described("Instead of the course's limits."))
    figure: bool = field(default=False, metadata=_described("Show what it draws in the feedback."))
    scratch: bool = field(default=False, metadata=_described("Grant its calls a private folder to write to."))
    rubric: tuple[RubricRow, ...] = field(
        default=(), metadata=_described("Of an essay: what its points are given for; they add up to its points.")
    )

    @property
    def is_essay(self) -> bool:
        """Return whether a person gives its points, and no check."""
        return self.kind == "essay"


@dataclass(frozen=True)
class Topic:
    """One module: exercises/<name>.py, graders/test_<name>.py, reference/<name>.py."""

    name: Identifier = field(metadata=_described("The module's name; unique in the course."))
    exercises: Annotated[tuple[Exercise, ...], NOT_EMPTY]
    title: str = field(default="", metadata=_described("What students read, in English; catalogs translate it."))
    devices: tuple[Device, ...] = field(default=(), metadata=_described("Instead of the course's devices."))
    builds_on: tuple[Identifier, ...] = field(
        default=(), metadata=_described("Earlier topics that it needs; its lesson and the course's map name them.")
    )
    minutes: Count | None = field(
        default=None, metadata=_described("How long a student takes for lesson and exercises; the lesson says it.")
    )
    preload: tuple[ModuleName, ...] = field(
        default=(), metadata=_described("Modules to import beside the course's, for answers to this topic.")
    )

    @property
    def points(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def quizzes(self) -> tuple[str, ...]:
        return tuple(exercise.name for exercise in self.exercises if exercise.kind == "quiz")

    @property
    def essays(self) -> tuple[str, ...]:
        return tuple(exercise.name for exercise in self.exercises if exercise.is_essay)

    @property
    def checked(self) -> tuple[Exercise, ...]:
        """Return the exercises whose points the hidden tests give."""
        return tuple(exercise for exercise in self.exercises if not exercise.is_essay)

    def exercise(self, name: str) -> Exercise | None:
        return next((exercise for exercise in self.exercises if exercise.name == name), None)


@dataclass(frozen=True)
class Audit:
    """The demands of `antorcha audit` on the hidden tests: shares from 0 to 1."""

    min_killed: Share = field(default=0.99, metadata=_described("Mutants that must die, of those that differ."))
    min_silent: Share = field(default=1.0, metadata=_described("The same for mutants with a silent bug."))
    min_red_at_home: Share = field(
        default=0.0, metadata=_described("Wrong variants of write and debug exercises that a visible test must refuse.")
    )
    min_true_messages: Share = field(
        default=0.0, metadata=_described("Messages about wrong variants and mutants that must name the true mistake.")
    )
    max_false_messages: Share = field(
        default=1.0, metadata=_described("Messages about them that may name a mistake that was not made.")
    )
    hints: bool = field(default=False, metadata=_described("Every topic must have its hints, reference/hints/."))


# Forward error of float arithmetic in short chains, with room for another order of summation; the same
# starting points as torch.testing.assert_close.
DEFAULT_TOLERANCES: dict[str, Tolerance] = {
    "float16": Tolerance(1e-3, 1e-5),
    "bfloat16": Tolerance(1.6e-2, 1e-5),
    "float32": Tolerance(1e-5, 1e-6),
    "float64": Tolerance(1e-7, 1e-9),
    "complex64": Tolerance(1e-5, 1e-6),
    "complex128": Tolerance(1e-7, 1e-9),
}

# Told to editors: pydantic leaves out a default that a factory makes.
_EMPTY_BY_DEFAULT: dict[str, Any] = {"json_schema_extra": {"default": {}}}


@dataclass(frozen=True)
class CourseSettings:
    """All the settings of a `grading.toml`."""

    # pydantic's: a key that is not known is a mistake, and "1" is no number
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    title: Text = field(metadata=_described("The course's name, in English; catalogs translate it."))
    topics: Annotated[tuple[Topic, ...], NOT_EMPTY] = field(
        metadata=_described("In the order in which they are taught.")
    )
    language: Language = field(default="es", metadata=_described("What students read unless they choose another."))
    languages: Annotated[tuple[Language, ...], NOT_EMPTY] = ("es", "en")
    seed: Seed = field(default=1729, metadata=_described("Every check starts from it, for the whole class."))
    devices: Annotated[tuple[Device, ...], NOT_EMPTY] = field(
        default=("cpu",), metadata=_described('Where checks run; "accelerator" is whichever the machine has.')
    )
    limits: Limits = Limits()
    tolerances: dict[DType, Tolerance] = field(
        default_factory=lambda: dict(DEFAULT_TOLERANCES),
        metadata={**_described("By dtype, over the defaults."), **_EMPTY_BY_DEFAULT},
    )
    device_tolerances: dict[Device, dict[DType, Tolerance]] = field(
        default_factory=dict, metadata={**_described("By device, then dtype; over [tolerances]."), **_EMPTY_BY_DEFAULT}
    )
    audit: Audit = Audit()
    feedback: Feedback = field(
        default="difference",
        metadata=_described(
            "What students are told of a hidden check that did not pass: no more than the verdict, the kind of "
            "difference, the smallest failing input too, or everything that was found.",
        ),
    )
    class_share: bool = field(
        default=False,
        metadata=_described("Tell students on their pages how much of the class has all of an exercise right."),
    )
    requirements: tuple[Requirement, ...] = field(
        default=(),
        metadata=_described('What exercises need besides torch and numpy, as pip takes it: "matplotlib>=3.8".'),
    )
    preload: tuple[ModuleName, ...] = field(
        default=(), metadata=_described('Modules to import once, before any submission: "matplotlib.figure".')
    )
    shuffle_quizzes: bool = field(
        default=False,
        metadata=_described(
            "Show the options of quizzes to each student in an order of their own; release the course with "
            "`antorcha release student --student NAME` or `--students FILE`.",
        ),
    )


@dataclass(frozen=True)
class Course(CourseSettings):
    """A course: any folder with a `grading.toml` and the three folders beside it."""

    root: Path = field(default_factory=Path)

    @property
    def exercises_dir(self) -> Path:
        return self.root / VISIBLE_TESTS

    @property
    def graders_dir(self) -> Path:
        return self.root / HIDDEN_TESTS

    @property
    def reference_dir(self) -> Path:
        return self.root / "reference"

    @property
    def variants_dir(self) -> Path:
        return self.reference_dir / "variants"

    def topic(self, name: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.name == name), None)

    def devices_of(self, topic: Topic) -> tuple[str, ...]:
        """Return where the checks of a topic run: "cpu", "accelerator", "cuda", ..."""
        return topic.devices or self.devices

    def modules_for(self, topics: Collection[str]) -> tuple[str, ...]:
        """Return the modules to import before any submission for these topics, for all where none is named."""
        named = [topic.preload for topic in self.topics if not topics or topic.name in topics]
        return tuple(dict.fromkeys(chain(self.preload, *named)))

    def feedback_of(self, exercise: str) -> Feedback:
        """Return how much students are told of the hidden checks of an exercise. Of a quiz never what was expected."""
        known = self.exercise(exercise)
        level = (known.feedback if known else None) or self.feedback
        return "difference" if known and known.kind == "quiz" and level != "nothing" else level

    def limits_of(self, exercise: str) -> Limits:
        """Return the limits of an exercise's calls."""
        known = self.exercise(exercise)
        return known.limits.over(self.limits) if known else self.limits

    def has_scratch(self, exercise: str) -> bool:
        """Return whether the exercise is granted a folder to write to."""
        known = self.exercise(exercise)
        return known is not None and known.scratch

    def exercise(self, name: str) -> Exercise | None:
        return next((exercise for topic in self.topics if (exercise := topic.exercise(name))), None)

    def tolerance(self, dtype: str, device: str = "cpu") -> Tolerance:
        """Return the tolerance for `dtype` ("float32") on a device ("cuda"); exact where none is set."""
        tables = (self.device_tolerances.get(device, {}), self.tolerances)
        return next((table[dtype] for table in tables if dtype in table), Tolerance(0.0, 0.0))
