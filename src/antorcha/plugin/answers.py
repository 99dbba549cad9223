"""A topic's expected answers, and those of its known mistakes: from the course's code, or as a release left them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course
from antorcha.errors import CourseError

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.plugin.check import Check
    from antorcha.plugin.oracle import Oracle
    from antorcha.plugin.recognise import KnownMistakes, ReferenceMistakes
    from antorcha.plugin.test_folder import Origin

Record = Callable[[str, str, bytes], None]


@dataclass
class Answers:
    """All that is known of right and wrong answers, made at first use and kept for the whole session.

    `record`, where given, receives every answer of the reference, as a release freezes it.
    """

    record: Record | None = None
    _oracles: dict[tuple[Path, str, bool, bool], Oracle] = field(default_factory=dict)
    _known_mistakes: dict[tuple[Path, str], KnownMistakes] = field(default_factory=dict)

    def oracle(self, origin: Origin, check: Check | None = None) -> Oracle:
        """Return the frozen answers of a released folder, else the reference.

        The reference is loaded once more for checks on accelerators, and for those with a folder to write to.
        """
        scratch = check is not None and origin.course.has_scratch(check.exercise)
        kind = (origin.folder.tests, origin.topic.name, check is not None and check.role != CPU, scratch)
        if kind not in self._oracles:
            self._oracles[kind] = self._make_oracle(origin, scratch=scratch)
        return self._oracles[kind]

    def known_mistakes(self, origin: Origin) -> KnownMistakes:
        """Return the wrong variants of a topic: themselves, or what a release recorded of them."""
        kind = (origin.folder.tests, origin.topic.name)
        if kind not in self._known_mistakes:
            from antorcha.plugin.mistakes import MISTAKES_FOLDER, RecordedMistakes
            from antorcha.plugin.recognise import NoKnownMistakes

            folder, topic = origin.folder, origin.topic.name
            if folder.released:
                recorded = RecordedMistakes(folder.recorded / MISTAKES_FOLDER / f"{topic}.bin", folder.language)
                self._known_mistakes[kind] = recorded
            else:
                self._known_mistakes[kind] = reference_mistakes(folder.course, topic) or NoKnownMistakes()
        return self._known_mistakes[kind]

    def reference(self, origin: Origin) -> Any:
        """Return the reference module. Raises: `CourseError` in a released folder."""
        from antorcha.plugin.oracle import ReferenceOracle

        oracle = self.oracle(origin)
        if not isinstance(oracle, ReferenceOracle):
            raise CourseError("the reference is not part of a released folder; a visible test cannot use it")
        return oracle.runner.module.namespace

    def _make_oracle(self, origin: Origin, *, scratch: bool) -> Oracle:
        from antorcha.plugin.oracle import FrozenOracle, ReferenceOracle
        from antorcha.student.local import LocalRunner

        topic = origin.topic
        if origin.folder.released:
            return FrozenOracle(origin.folder.recorded / "answers" / f"{topic.name}.bin")
        path = origin.course.reference_dir / f"{topic.name}.py"
        runner = LocalRunner.from_file(f"reference_{topic.name}", path, scratch=scratch)
        problem = runner.whole_file()
        if problem is not None:
            raise CourseError(f"{path}: the reference cannot be loaded ({problem.kind}: {problem.details})")
        if self.record is None or not (topic.quizzes or topic.essays):
            return ReferenceOracle(runner, self.record, remembers=not scratch)
        from antorcha.plugin.quizzes import watch

        return ReferenceOracle(runner, self.record, watch(runner, topic), remembers=not scratch)


def reference_mistakes(course: Course, topic: str) -> ReferenceMistakes | None:
    """Return the variants of a topic, if there are any. Raises: `CourseError` when their file cannot be loaded."""
    path = course.variants_dir / f"{topic}.py"
    try:
        code = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    from antorcha.plugin.recognise import ReferenceMistakes

    known_mistakes = ReferenceMistakes(code, path, course.has_scratch)
    problem = known_mistakes.problem()
    if problem is not None:
        raise CourseError(f"{path}: the variants cannot be loaded ({problem.kind}: {problem.details})")
    return known_mistakes
