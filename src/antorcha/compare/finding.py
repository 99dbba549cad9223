"""The ends of a comparison other than agreement."""

from __future__ import annotations

from dataclasses import dataclass

from antorcha.results import Diagnosis
from antorcha.verdicts import Verdict


@dataclass(frozen=True)
class Finding:
    """The reason why an answer does not pass."""

    verdict: Verdict
    diagnosis: Diagnosis


class UncomparableError(Exception):
    """A mistake in the course: the reference itself gives nothing that an answer could be compared with."""
