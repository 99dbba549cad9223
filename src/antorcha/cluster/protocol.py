"""The messages between a run and the Dask workers that grade for it: plain data, so that both read what they know."""

from __future__ import annotations

from dataclasses import dataclass, field

from antorcha.bulk.proofs import Proof
from antorcha.bulk.protocol import GraderJob, MutantEvidence
from antorcha.results import TopicResult


@dataclass(frozen=True)
class BundledJob:
    """One submission for one topic, for a worker.

    `tries`: how many graders it was given to; `alone`: nothing else is graded on that machine while it is.
    """

    job: GraderJob
    tries: int = 0
    alone: bool = False


@dataclass(frozen=True)
class JobOutcome:
    """The outcome of a task: its result, or, without one, that it has to be tried again alone."""

    result: TopicResult | None = None
    evidence: MutantEvidence = field(default_factory=MutantEvidence)
    tries: int = 0


@dataclass(frozen=True)
class BundleAnswer:
    """The answer of a worker to a bundle of tasks. `bundle`: the bundle's name; `worker`: the worker's address.

    `outcomes`: one a task, in their order; `proofs`: of their topics' tests, by topic. Without any: `refused`, why the
    course's tests can grade nobody; `unable`, why this worker cannot grade; `unknown`, that it does not have the
    package; `fault`, what failed on this bundle.
    """

    outcomes: tuple[JobOutcome, ...] = ()
    proofs: dict[str, Proof] = field(default_factory=dict)
    refused: str = ""
    unable: str = ""
    unknown: bool = False
    fault: str = ""
    bundle: str = ""
    worker: str = ""
