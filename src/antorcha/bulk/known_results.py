"""Results of earlier runs: those that hold, and those of which some exercises are graded again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from antorcha.packed import Kept
from antorcha.results import TopicResult, Verdict

# Of calls that end by themselves. Any other ends a worker that the exercises of a file share, or takes of the time that
# they share.
_SEPARATE = frozenset(
    (Verdict.PASSED, Verdict.WRONG, Verdict.ERROR, Verdict.NOT_STARTED, Verdict.MISSING, Verdict.TO_GRADE)
)


@dataclass(frozen=True)
class KnownResult:
    """A result of the same submission. `stale`: the exercises that the course of today judges otherwise, if any."""

    kept: Kept[TopicResult]
    stale: tuple[str, ...] = ()

    def with_stale(self, graded: TopicResult) -> TopicResult | None:
        """Return the whole result, with the stale exercises as they were graded now; `None` where both do not fit.

        Exercises that were never graded together are one result only where each can be told by itself.
        """
        if not separable(graded) or graded.judged_twice:
            return None
        earlier = self.kept.unpacked()
        new = {exercise.name: exercise for exercise in graded.exercises if exercise.name in self.stale}
        exercises = tuple(new.get(exercise.name, exercise) for exercise in earlier.exercises)
        return replace(graded, exercises=exercises, seconds=earlier.seconds)


def separable(result: TopicResult) -> bool:
    """Return whether no exercise of a result had a part in another's."""
    verdicts = {check.verdict for exercise in result.exercises for check in exercise.checks}
    return result.verdict is Verdict.PASSED and result.note is None and not result.output and verdicts <= _SEPARATE
