"""The form of a `grading.toml`, for pydantic and for an editor; the rest of the house sees `model.Course`.

The form is apart from the model because a student's install reads the model without pydantic. A test keeps
the two in step.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from antorcha.course.model import Audit, Course, Exercise, Feedback, Kind, Limits

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
Text = Annotated[str, Field(min_length=1)]
Requirement = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?([<>=!~]=?[^ #]*)?$")]
ModuleName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0)]

Device = Literal["cpu", "accelerator", "cuda", "mps", "xpu"]
DType = Literal[
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex32",
    "complex64",
    "complex128",
    "float8_e4m3fn",
    "float8_e5m2",
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ToleranceForm(_Form):
    """How close two values must be: |actual - expected| <= atol + rtol * |expected|."""

    rtol: NotNegative
    atol: NotNegative


class LimitsForm(_Form):
    """What one hand-in may use. CPU seconds decide; wall seconds are the backstop on a loaded machine."""

    call_cpu_seconds: Positive = Limits.call_cpu_seconds
    call_wall_seconds: Positive = Limits.call_wall_seconds
    submission_cpu_seconds: Positive = Limits.submission_cpu_seconds
    submission_wall_seconds: Positive = Limits.submission_wall_seconds
    memory_mib: Count = Field(default=Limits.memory_mib, description="Memory of one worker, in MiB.")
    threads: Count = Field(default=Limits.threads, description="Threads of one worker.")
    output_bytes: Count = Field(default=Limits.output_bytes, description="What a hand-in may print, in bytes.")
    result_bytes: Count = Field(default=Limits.result_bytes, description="What one call may return, in bytes.")
    file_bytes: Count = Field(default=Limits.file_bytes, description="What a scratch folder may hold, in bytes.")


class ExerciseLimitsForm(_Form):
    """What the calls of one exercise may use, each instead of the course's limit of that name."""

    call_cpu_seconds: Positive | None = None
    call_wall_seconds: Positive | None = None
    memory_mib: Count | None = None
    threads: Count | None = None
    output_bytes: Count | None = None
    result_bytes: Count | None = None
    file_bytes: Count | None = None


class AuditForm(_Form):
    """What `antorcha audit` demands of the hidden tests: shares from 0 to 1."""

    min_killed: Share = Field(default=Audit.min_killed, description="Mutants that must die, of those that differ.")
    min_silent: Share = Field(default=Audit.min_silent, description="The same for mutants with a silent bug.")


class ExerciseForm(_Form):
    """One function or class that a student hands in."""

    name: Identifier = Field(description="The function's or class's name; unique in the course.")
    points: Positive = 1.0
    kind: Kind = "write"
    feedback: Feedback | None = Field(default=None, description="Instead of the course's feedback.")
    limits: ExerciseLimitsForm = Field(default=ExerciseLimitsForm(), description="Instead of the course's limits.")
    figure: bool = Field(default=Exercise.figure, description="Show what it draws in the feedback.")
    scratch: bool = Field(default=Exercise.scratch, description="Grant its calls a private folder to write to.")


class TopicForm(_Form):
    """One module: exercises/<name>.py, graders/test_<name>.py, reference/<name>.py."""

    name: Identifier = Field(description="The module's name; unique in the course.")
    title: str = Field(default="", description="What students read, in English; catalogs translate it.")
    devices: tuple[Device, ...] = Field(default=(), description="Instead of the course's devices.")
    exercises: Annotated[tuple[ExerciseForm, ...], Field(min_length=1)]


class GradingForm(_Form):
    """A whole grading.toml."""

    title: Text = Field(description="The course's name, in English; catalogs translate it.")
    language: Language = Field(default=Course.language, description="What students read unless they choose another.")
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = Course.languages
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(
        default=Course.seed, description="Every check starts from it, for the whole class."
    )
    devices: Annotated[tuple[Device, ...], Field(min_length=1)] = Field(
        default=("cpu",), description='Where checks run; "accelerator" is whichever the machine has.'
    )
    limits: LimitsForm = LimitsForm()
    tolerances: dict[DType, ToleranceForm] = Field(default={}, description="By dtype, over the defaults.")
    device_tolerances: dict[Device, dict[DType, ToleranceForm]] = Field(
        default={}, description="By device, then dtype; over [tolerances]."
    )
    audit: AuditForm = AuditForm()
    feedback: Feedback = Field(
        default=Course.feedback,
        description="What students are told of a hidden check that did not pass: no more than the verdict, the kind of "
        "difference, the smallest failing input too, or everything that was found.",
    )
    requirements: tuple[Requirement, ...] = Field(
        default=(), description='What exercises need besides torch and numpy, as pip takes it: "matplotlib>=3.8".'
    )
    preload: tuple[ModuleName, ...] = Field(
        default=(), description='Modules to import once, before any hand-in: "matplotlib.figure".'
    )
    shuffle_quizzes: bool = Field(
        default=Course.shuffle_quizzes,
        description="Show the options of quizzes to each student in an order of their own; release the course with "
        "`antorcha release student --student NAME` or `--students FILE`.",
    )
    topics: Annotated[tuple[TopicForm, ...], Field(min_length=1)] = Field(
        description="In the order in which they are taught."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a `grading.toml`, for an editor's TOML plug-in."""
    schema = GradingForm.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Antorcha grading.toml",
    }
