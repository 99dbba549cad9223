"""A check, which is a test function on a submission, while it runs: its comparisons and its finding."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType
from typing import TYPE_CHECKING, Any

import pytest

from antorcha.accelerator.errors import is_broken
from antorcha.accelerator.lease import DeviceGoneError
from antorcha.accelerator.names import ON_ACCELERATOR
from antorcha.course.model import Course, Topic
from antorcha.errors import CourseError
from antorcha.plugin.unusable import kind_of_unusable
from antorcha.results import Diagnosis, Verdict

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.compare.finding import Finding
    from antorcha.plugin.recognise import Asked


class Disagreement(AssertionError):  # noqa: N818 - what a test reports, not a fault of ours
    """An answer that does not pass, with its finding."""

    def __init__(self, finding: Finding, sentence: str) -> None:
        super().__init__(sentence)
        self.finding = finding


# Under these a report carries its check's result, since xdist passes properties on, and an item its check.
RESULT_PROPERTY = "antorcha"
CHECK: pytest.StashKey[Check] = pytest.StashKey()


@dataclass
class Check:
    """The state of one check. `comparisons` counts the evidence that the trusted side has seen agree.

    `name` and `test` (the node id) are the same on every device; `role` is the device's in `grading.toml`.
    """

    name: str
    exercise: str
    weight: float = 1.0
    test: str = ""
    role: str = "cpu"
    device: str = "cpu"
    leased: bool = False  # it runs on a real GPU that is lent to this process
    comparisons: int = 0
    finding: Finding | None = None
    trace: list[Asked] = field(default_factory=list)
    remembered: int = 0  # bytes of the answers in `trace`, as they travelled

    @property
    def key(self) -> str:
        """Return the check's name in recorded answers, where all accelerators are one."""
        return self.name if self.role == "cpu" else self.name + ON_ACCELERATOR

    def afresh(self) -> Check:
        """Return the same check as it is before its next run."""
        return Check(self.name, self.exercise, self.weight, self.test, self.role)


def exercise_of(item: pytest.Item, course: Course, topic: Topic) -> str:
    """Return the exercise that a test belongs to: its mark, or the one exercise whose name its code uses.

    Raises: `CourseError` when there is no such exercise or more than one.
    """
    names = {exercise.name for exercise in topic.exercises}
    mark = item.get_closest_marker("exercise")
    if mark is not None:
        name = str(mark.args[0]) if mark.args else ""
        if name not in names:
            raise CourseError(f"{item.nodeid}: the mark exercise({name!r}) names no exercise of {topic.name!r}")
        return name
    # An item that is no function, such as a doctest, uses no exercise, as this very function uses none.
    function = inspect.unwrap(getattr(item, "function", exercise_of))
    used = sorted(names & set(_names_and_strings(function.__code__)))
    if len(used) == 1:
        return used[0]
    named = "no exercise" if not used else "several exercises (" + ", ".join(used) + ")"
    raise CourseError(
        f"{item.nodeid}: this test uses {named} of {topic.name!r}; say which one it grades with "
        '@pytest.mark.exercise("name")'
    )


def weight_of(item: pytest.Item) -> float:
    """Return the check's weight within its exercise: `@pytest.mark.points(2)`, else 1. Raises: `CourseError`."""
    mark = item.get_closest_marker("points")
    if mark is None:
        return 1.0
    value = mark.args[0] if mark.args else 0
    if not isinstance(value, int | float) or value <= 0:
        raise CourseError(f"{item.nodeid}: points({value!r}) must be a positive number")
    return float(value)


def _names_and_strings(code: CodeType) -> Iterator[str]:
    """Yield the names and strings in a function's code, and in the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _names_and_strings(constant)


def require_started(check: Check, untouched: frozenset[str], language: str) -> None:
    """End a check of an exercise that nobody has worked on. `untouched`: all such exercises of its topic."""
    if check.exercise not in untouched:
        return
    from antorcha.compare.finding import Finding
    from antorcha.explain import explain

    check.finding = Finding(Verdict.NOT_STARTED, Diagnosis("not_started"))
    raise Disagreement(check.finding, explain(check.finding.diagnosis, language, full=True))


def lost(why: str, device: str = "cuda", *, here: bool = False) -> Finding:
    """Return the finding of a GPU that cannot be used. `here`: on this side, where an answer may have broken it."""
    from antorcha.compare.finding import Finding

    return Finding(Verdict.NOT_TESTED, Diagnosis("device_lost", {"device": device}, {"why": why, "here": here}))


def finding_of(error: BaseException, check: Check) -> Finding:
    """Return what an exception that came out of a test means for the answer."""
    from antorcha.compare.finding import Finding

    if isinstance(error, DeviceGoneError):
        return lost(str(error), check.role)
    # CUDA reports a fault with any later call, also with one that our own comparison makes.
    if check.leased and isinstance(error, RuntimeError) and is_broken(type(error).__name__, str(error)):
        return lost(_short(error), check.role, here=True)
    if isinstance(error, Disagreement):
        return error.finding
    if isinstance(error, CourseError):
        return Finding(Verdict.GRADER_ERROR, Diagnosis("grader_error", {}, {"message": str(error)}))
    if isinstance(error, AssertionError):
        return Finding(Verdict.WRONG, Diagnosis("assertion", {}, {"message": _short(error)}))
    # The reference passed this test, so what differs is the answer that the test tried to use.
    text = f"{type(error).__name__}: {_short(error)}"
    return Finding(Verdict.WRONG, Diagnosis(kind_of_unusable(text), {}, {"message": text}))


def _short(error: Any) -> str:
    """Return the first line of an exception's text, 300 characters of it at most: a tensor may be printed in it."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else ""
