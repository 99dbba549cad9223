"""The messages between a run and its warm graders: JSON, a line each. Both sides are trusted."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from antorcha.bulk.proofs import Proof
from antorcha.intake.model import SubmittedFile
from antorcha.plain import to_plain
from antorcha.results import Diagnosis, TopicResult


@dataclass(frozen=True)
class Scope:
    """The part of a topic's tests that a job runs: all of them, as for a student, unless the audit asks for less."""

    only: tuple[str, ...] = ()  # the checks of these exercises; of all where there is none
    # For a mutant: stop at the first failed check, explain nothing, take the exercises for worked on whatever they
    # look like, and where nothing failed, send a digest of all that was seen.
    mutant: bool = False
    # Look for the smallest input on which `agree.forall` fails: seconds a check, and the audit shows it to nobody.
    smallest_input: bool = True
    # The visible tests on the CPU alone, which is all that a student's own pytest runs.
    at_home: bool = False
    # Send what an instructor may see of the checks that failed (`Explanation`): nothing of it is for a student.
    explain: bool = False
    # The course's own code, of which this process runs the reference and the known mistakes anyway: where it fails
    # here, by what it answers, no locked worker is asked. Never for what a student handed in.
    own_code: bool = False


@dataclass(frozen=True)
class CallDetails:
    """The last call of a check that failed.

    `code`: the call, to be pasted; of a scenario its arguments alone, since the test's own code is what runs.
    `expected`, `got`: as code, or the last line of a traceback, or the verdict of a call without an answer.
    `places`: the first elements that differ (index, expected, got). `frames`: lines of the submission in a traceback.
    """

    code: str
    is_scenario: bool
    expected: str
    got: str
    places: tuple[tuple[str, ...], ...] = ()
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckDetails:
    """A check that failed: its test's code from line `line` on, its parameters, and the call that decided.

    `agreed`: how many calls before that one were asked too.
    """

    check: str
    exercise: str
    source: str
    line: int
    parameters: dict[str, str]
    agreed: int
    calls: tuple[CallDetails, ...]


@dataclass(frozen=True)
class MistakeDetails:
    """A known mistake that was considered: whether it is taken for the cause, and `why` or why not."""

    name: str
    message: str
    matched: bool
    why: Diagnosis


@dataclass(frozen=True)
class Explanation:
    """All that an instructor may see beside a result."""

    checks: tuple[CheckDetails, ...] = ()
    mistakes: tuple[MistakeDetails, ...] = ()


@dataclass(frozen=True)
class MutantEvidence:
    """The evidence of a mutant that passed, for the audit.

    `digest`: of all that its checks saw. `claims`: by check, for those that believe what a worker says of itself, what
    it is believed about (`antorcha.bulk.evidence.CLAIMS`).
    """

    digest: str = ""
    claims: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class JudgedJob:
    """A result, with what the job's scope asked for beside it."""

    result: TopicResult
    evidence: MutantEvidence = field(default_factory=MutantEvidence)
    explanation: Explanation = field(default_factory=Explanation)


@dataclass(frozen=True)
class GraderJob:
    """One submission for one topic, as a grader gets it.

    `option_order`: the student in whose order the options of quizzes stood, "" for the course's own order. `proof`: of
    the topic's tests, where it was made elsewhere and this grader has not been told of it.
    """

    file: SubmittedFile
    scope: Scope = field(default_factory=Scope)
    option_order: str = ""
    proof: Proof | None = None


def ready() -> dict[str, Any]:
    """Return the message that the grader waits for jobs; it comes with a descriptor and the number of its process."""
    return {"ready": os.getpid()}


def waiting() -> dict[str, Any]:
    """Return the sign of life of a grader that waits for a GPU which another one uses."""
    return {"waiting": True}


def refusal(message: str) -> dict[str, Any]:
    """Return the message that a topic can be graded for nobody: the course has to be mended first."""
    return {"refused": message}


def fault(message: str) -> dict[str, Any]:
    """Return the message that the grader itself failed on a submission. It leaves: its state may be half changed."""
    return {"fault": message, "leaving": True}


def proven(proof: Proof) -> dict[str, Any]:
    """Return the message that the tests of the present job's topic are proven: others may rely on it."""
    return {"proof": to_plain(proof)}


def answer(judged: JudgedJob) -> dict[str, Any]:
    """Return the message with a result."""
    message = {"result": to_plain(judged.result), "evidence": to_plain(judged.evidence)}
    if judged.explanation != Explanation():
        message["explanation"] = to_plain(judged.explanation)
    return message
