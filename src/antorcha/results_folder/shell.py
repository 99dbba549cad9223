"""Lines that an instructor types, run beside a submission in its locked worker."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from antorcha.bulk.grade import require_isolation
from antorcha.course.model import Course
from antorcha.intake.model import SubmittedFile
from antorcha.report.markup import clean
from antorcha.student.runners import Runners
from antorcha.worker.client import Zygote
from antorcha.worker.evaluate import evaluate
from antorcha.worker.lockdown import Settings
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode


class LockedShell:
    """A submission in a locked worker with the limits that it has in grading. Raises: `UserError`."""

    def __init__(self, course: Course, file: SubmittedFile, exercise: str) -> None:
        require_isolation("required")

        self._zygote = Zygote.start(Settings(use_gpu=False), [*course.modules_for([file.topic]), evaluate.__module__])
        self._runners = Runners(self._zygote, file, course)
        self._runner = self._runners.runner_for(_Check(exercise))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._runners.close()
        self._zygote.close()

    def answer(self, line: str) -> str:
        """Return what a line printed and gave, or how it ended; after a limit the names are as the file leaves them."""
        observation = self._runner.scenario(evaluate, encode([[line], {}]), CallOptions(gradients=False))
        if observation.fault is not None:
            return f"ended: {observation.fault}. The next line gets a fresh worker."
        if observation.error is not None:
            frames = [f"{frame.file}:{frame.line}: {frame.text}" for frame in observation.error.frames]
            return clean("\n".join([*frames, f"{observation.error.type_name}: {observation.error.message}"]))
        return clean(str(observation.value))


class _Check:
    """The check for which a worker is chosen: of the exercise, on the CPU."""

    role = "cpu"

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
