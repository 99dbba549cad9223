"""A submission on its way to a grader, and back with its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from antorcha.bulk.protocol import Explanation, MutantEvidence, Scope
from antorcha.intake.model import SubmittedFile
from antorcha.results import TopicResult


@dataclass(frozen=True)
class Graded:
    """One finished unit of work: one student's submission for one topic.

    `in_part`: the exercises that were graded, where the rest of the result is an earlier one's. `evidence`: of a mutant
    that passed; `explanation`: where it was asked for.
    """

    student: str
    result: TopicResult
    cached: bool = False
    in_part: tuple[str, ...] = ()
    evidence: MutantEvidence = field(default_factory=MutantEvidence)
    explanation: Explanation = field(default_factory=Explanation)


@dataclass
class Job:
    """One submission for one topic; `student` is whatever the caller knows it by.

    `option_order`: the student in whose order its quizzes' options stood, "" for the course's own order. `tries`: how
    many graders it was given to. `alone`: nothing else is graded while it is.
    """

    student: str
    file: SubmittedFile
    scope: Scope = field(default_factory=Scope)
    tries: int = 0
    option_order: str = ""
    alone: bool = False


Begun = Callable[[Job], None]
