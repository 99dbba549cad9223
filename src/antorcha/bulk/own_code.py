"""The runners of code that a course itself wrote, in a grader's own process and with no lock: variants and mutants."""

from __future__ import annotations

from antorcha.course.model import Course
from antorcha.intake.model import SubmittedFile
from antorcha.plugin.check import Check
from antorcha.plugin.submission import choose_among_loads
from antorcha.student.local import LocalRunner
from antorcha.worker.guards import CodeLimits

# Of a call. What takes more is tried once more in a locked worker, by the limits of grading.
_CALL_SECONDS = 1.0


class OwnCodeRunners:
    """One `LocalRunner` for each kind of worker that a check would need."""

    def __init__(self, file: SubmittedFile, course: Course) -> None:
        self._course = course
        self._cells = [(cell.code, cell.name) for cell in file.cells]
        self._name = file.topic
        self.plain = self._load(False)
        self._choose = choose_among_loads(self._load, course)

    def runner_for(self, check: Check) -> LocalRunner:
        """Return the runner for a check, with the limits of its calls."""
        runner = self._choose(check) or self.plain
        limits = self._course.limits_of(check.exercise)
        runner.module.call_limits = CodeLimits(min(_CALL_SECONDS, limits.call_cpu_seconds), limits.memory_mib)
        return runner

    def _load(self, scratch: bool) -> LocalRunner:
        return LocalRunner(self._name, self._cells, in_one_go=True, scratch=scratch)
