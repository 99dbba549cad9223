"""The proofs of a course's hidden tests: made once, for all graders of a run and for later runs too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class ProvenCheck:
    """A check on a device, with the number of comparisons that it made on the reference."""

    check: str
    device: str
    comparisons: int


@dataclass(frozen=True)
class Proof:
    """The proof of a topic's tests: all of them pass the reference."""

    checks: tuple[ProvenCheck, ...]


class Proofs(Protocol):
    """The proofs that hold for a course as it is now."""

    def known(self, topic: str) -> Proof | None:
        """Return the proof of a topic's tests, or `None` where nobody has made it yet."""

    def keep(self, topic: str, proof: Proof) -> None:
        """Take note of a proof that was made."""


@dataclass
class ProofsOfOneRun:
    """Proofs that last as long as the run."""

    _known: dict[str, Proof] = field(default_factory=dict)

    def known(self, topic: str) -> Proof | None:
        return self._known.get(topic)

    def keep(self, topic: str, proof: Proof) -> None:
        self._known[topic] = proof
