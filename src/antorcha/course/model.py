"""The course as typed, immutable data: what `grading.toml` says, and what a released folder's manifest says.

Only standard-library dataclasses live here, so that the student's install can read a course without the
instructor's validator. `antorcha.course.load` turns a `grading.toml` into these with every mistake explained.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

Kind = Literal["write", "debug", "predict", "quiz"]
Feedback = Literal["nothing", "difference", "smallest", "everything"]  # of a hidden check, from least to most


@dataclass(frozen=True)
class Tolerance:
    """How close two values must be: `|actual - expected| <= atol + rtol * |expected|`."""

    rtol: float
    atol: float


@dataclass(frozen=True)
class Limits:
    """What one submission may use. CPU seconds decide; wall seconds are the backstop on a loaded machine."""

    call_cpu_seconds: float = 5.0
    call_wall_seconds: float = 20.0
    submission_cpu_seconds: float = 60.0
    submission_wall_seconds: float = 240.0
    memory_mib: int = 2048
    threads: int = 64
    output_bytes: int = 1_048_576
    result_bytes: int = 33_554_432
    file_bytes: int = 67_108_864  # in an exercise's scratch folder, all files together


@dataclass(frozen=True)
class ExerciseLimits:
    """What the calls of one exercise may use, each instead of the course's limit of that name."""

    call_cpu_seconds: float | None = None
    call_wall_seconds: float | None = None
    memory_mib: int | None = None
    threads: int | None = None
    output_bytes: int | None = None
    result_bytes: int | None = None
    file_bytes: int | None = None


@dataclass(frozen=True)
class Exercise:
    """One function or class that a student hands in."""

    name: str
    points: float = 1.0
    kind: Kind = "write"
    feedback: Feedback | None = None  # the course's, where none is given
    limits: ExerciseLimits = ExerciseLimits()
    figure: bool = False  # what it draws for its visible tests is shown in the feedback, beside what is expected
    scratch: bool = False  # grants a private folder to write to, where a locked worker has none


@dataclass(frozen=True)
class Topic:
    """One module: `exercises/<name>.py`, `graders/test_<name>.py`, `reference/<name>.py`."""

    name: str
    exercises: tuple[Exercise, ...]
    title: str = ""
    devices: tuple[str, ...] = ()  # the course's, where none are given

    @property
    def points(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def quizzes(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.exercises if one.kind == "quiz")

    def exercise(self, name: str) -> Exercise | None:
        return next((one for one in self.exercises if one.name == name), None)


@dataclass(frozen=True)
class Audit:
    """What `antorcha audit` demands: the least share of mutants that must die, of all and of the silent classes."""

    min_killed: float = 0.99
    min_silent: float = 1.0


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


@dataclass(frozen=True)
class Course:
    """A course: any folder with a `grading.toml` and the three folders beside it."""

    title: str
    topics: tuple[Topic, ...]
    language: str = "es"
    languages: tuple[str, ...] = ("es", "en")
    seed: int = 1729
    devices: tuple[str, ...] = ("cpu",)
    limits: Limits = Limits()
    tolerances: dict[str, Tolerance] = field(default_factory=lambda: dict(DEFAULT_TOLERANCES))
    device_tolerances: dict[str, dict[str, Tolerance]] = field(default_factory=dict)
    audit: Audit = Audit()
    feedback: Feedback = "difference"
    requirements: tuple[str, ...] = ()  # packages that exercises use besides torch and numpy, as pip takes them
    preload: tuple[str, ...] = ()  # modules of theirs that are imported once, before any hand-in
    shuffle_quizzes: bool = False  # each student's options in an order of their own
    root: Path = field(default_factory=Path)

    @property
    def exercises_dir(self) -> Path:
        return self.root / "exercises"

    @property
    def graders_dir(self) -> Path:
        return self.root / "graders"

    @property
    def reference_dir(self) -> Path:
        return self.root / "reference"

    def topic(self, name: str) -> Topic | None:
        return next((one for one in self.topics if one.name == name), None)

    def devices_of(self, topic: Topic) -> tuple[str, ...]:
        """Where the checks of a topic run: "cpu", "accelerator", "cuda", ..."""
        return topic.devices or self.devices

    def feedback_of(self, exercise: str) -> Feedback:
        """How much students are told of the hidden checks of an exercise. Of a quiz never what was expected."""
        found = self._exercise(exercise)
        level = (found.feedback if found else None) or self.feedback
        return "difference" if found and found.kind == "quiz" and level != "nothing" else level

    def limits_of(self, exercise: str) -> Limits:
        """The limits of an exercise's calls."""
        found = self._exercise(exercise)
        own = asdict(found.limits) if found else {}
        return replace(self.limits, **{name: value for name, value in own.items() if value is not None})

    def has_scratch(self, exercise: str) -> bool:
        """Is the exercise granted a folder to write to?"""
        found = self._exercise(exercise)
        return found is not None and found.scratch

    def _exercise(self, name: str) -> Exercise | None:
        return next((one for topic in self.topics if (one := topic.exercise(name))), None)

    def tolerance(self, dtype: str, device: str = "cpu") -> Tolerance:
        """The tolerance for `dtype` ("float32") on a device ("cuda"); exact where none is set."""
        by_device = self.device_tolerances.get(device, {})
        return by_device.get(dtype) or self.tolerances.get(dtype) or Tolerance(0.0, 0.0)
