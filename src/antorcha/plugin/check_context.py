"""The context in which a check asks a submission."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from antorcha.compare.finding import Finding
from antorcha.compare.place import with_labels
from antorcha.compare.policy import Policy
from antorcha.course.model import Course
from antorcha.errors import CourseError
from antorcha.explain import explain
from antorcha.plugin.check import Check, Disagreement
from antorcha.plugin.content import NO_CONTENT, Content
from antorcha.plugin.oracle import Oracle
from antorcha.plugin.recognise import EXPLAINABLE, Asked, KnownMistakes, NoKnownMistakes, explained, recognise
from antorcha.results import Diagnosis, Verdict
from antorcha.student.runner import Runner
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions

# Of one check's answers, to be explained later by known mistakes. A tree takes some ten times its bytes.
MOST_REMEMBERED_BYTES = 4 << 20
DEFAULT_POLICY = Policy()


@dataclass(frozen=True)
class CheckContext:
    """All that a check works with: the submission, the expected answers, and the language to explain in."""

    course: Course
    runner: Runner
    oracle: Oracle
    check: Check
    language: str
    course_text: Callable[[str], str]
    smallest_input: bool = True  # worth looking for, where an input of `agree.forall` fails
    known_mistakes: KnownMistakes = field(default_factory=NoKnownMistakes)
    options: CallOptions = field(default_factory=CallOptions)

    def fail(self, finding: Finding) -> None:
        """End the check with a finding, explained by a known mistake where the answers behave like one."""
        __tracebackhide__ = True
        finding = self._of_an_unanswered_exercise(finding)
        finding = replace(finding, diagnosis=with_labels(finding.diagnosis, self.course_text))
        if finding.verdict in EXPLAINABLE:
            variant = recognise(self.check.trace, self.check.exercise, self.known_mistakes, self.course)
            if variant is not None:
                finding = replace(finding, diagnosis=explained(finding.diagnosis, variant, self.course_text))
        self.check.finding = finding
        raise Disagreement(finding, explain(finding.diagnosis, self.language, full=True))

    def _of_an_unanswered_exercise(self, finding: Finding) -> Finding:
        """Return a finding that says so where an answer called another exercise of its topic, which is not started."""
        *callers, called = finding.diagnosis.private.get("functions") or [""]
        own = self.check.exercise
        topic = next((topic for topic in self.course.topics if topic.exercise(own)), None)
        others = {exercise.name for exercise in topic.exercises} - {own} if topic else set()
        # What the test itself calls is not called by the answer.
        if finding.verdict is not Verdict.NOT_STARTED or called not in others or set(callers) <= {called}:
            return finding
        place = {name: value for name, value in finding.diagnosis.details.items() if name in ("file", "line")}
        return Finding(Verdict.ERROR, Diagnosis("calls_unanswered", {"function": called, **place}))

    def ask(
        self,
        payload: bytes,
        call: Callable[[Runner], Observation],
        policy: Policy = DEFAULT_POLICY,
        content: Content = NO_CONTENT,
        *,
        another_start: bool = False,
    ) -> Observation:
        """Put one call to the submission, and remember it."""
        answer = remembered = call(self.runner)
        if self.check.remembered + answer.size > MOST_REMEMBERED_BYTES:
            # Only that there was an answer: what a check remembers must fit into memory.
            remembered = Observation(fault=Verdict.RESULT_LIMIT)
        else:
            self.check.remembered += answer.size
        self.check.trace.append(Asked(self.next_key(), payload, call, remembered, policy, content, another_start))
        return answer

    @contextmanager
    def charged(self) -> Iterator[None]:
        """Charge the submission for the CPU seconds that this process spends on its answer in here."""
        started = time.process_time()  # no wall clock: waiting for a core is nobody's doing
        try:
            yield
        finally:
            self.runner.charge(time.process_time() - started)

    def next_key(self, later: int = 0) -> str:
        """Return the name of the next call of this check, or of a later one: the same in every run.

        It counts the calls in the trace, so it is to be taken before `ask`, which adds to them.
        """
        return f"{self.check.key}#{len(self.check.trace) + 1 + later}"

    def note_without_nan(self, key: str, payload: bytes, content: Content) -> None:
        """Record, where a release is being made, that an answer of the reference has no NaN. Of a quiz nothing is."""
        if not self._is_quiz:
            self.oracle.note_without_nan(key, payload, content)

    @property
    def _is_quiz(self) -> bool:
        return any(self.check.exercise in topic.quizzes for topic in self.course.topics)

    def refuse_quiz(self) -> None:
        """Refuse a quiz in a scenario: a letter is read only where it comes back alone.

        Each student may have seen the options in another order. Raises: `CourseError`.
        """
        if self._is_quiz:
            raise CourseError(f'{self.check.exercise} is a quiz: ask it with agree("{self.check.exercise}")')
