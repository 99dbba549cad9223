"""What happened when a hand-in was loaded, as diagnoses. The same for a module in this process and in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from antorcha.compare.show import is_public_error
from antorcha.results import Diagnosis, Verdict
from antorcha.worker.facts import ErrorFact, Observation


@dataclass(frozen=True)
class Loaded:
    """The end of loading: `unreadable` when nothing at all can be called, `stopped` when a part can."""

    verdict: Verdict = Verdict.PASSED
    unreadable: Diagnosis | None = None
    stopped: Diagnosis | None = None

    @property
    def note(self) -> Diagnosis | None:
        return self.unreadable or self.stopped

    def answer(self) -> Observation | None:
        """The answer to every call on a file that cannot be read."""
        if self.unreadable is None:
            return None
        return Observation(fault=self.verdict, fault_details={"loading": self.unreadable})

    def missing(self, observation: Observation) -> Observation:
        """Say of a missing function that it is missing because the file stops above it."""
        if self.stopped is None or "type" in observation.fault_details:
            return observation
        details = {**self.stopped.details, **observation.fault_details, "after": True}
        return Observation(fault=observation.fault, fault_details=details)


def loaded(error: ErrorFact | None) -> Loaded:
    """`error`: what stopped the file while it was run from top to bottom."""
    if error is None:
        return Loaded()
    frame = error.frames[-1] if error.frames else None
    line = frame.line if frame else 0
    if "SyntaxError" in error.bases and not error.innermost_is_student:
        details = {"line": line}
        private = {"text": frame.text if frame else "", "message": error.message}
        return Loaded(Verdict.UNREADABLE, unreadable=Diagnosis("syntax", details, private))
    name = next((one for one in error.bases if is_public_error(one)), "Exception")
    return Loaded(stopped=Diagnosis("stopped", {"line": line, "type": name}, {"message": error.message}))


def unreadable(problem: Diagnosis) -> Loaded:
    """A file that intake could not read."""
    return Loaded(Verdict.UNREADABLE, unreadable=problem)


def broken(verdict: Verdict, details: dict[str, Any]) -> Loaded:
    """A file whose loading hit a limit, left the process or crashed."""
    kind = "process_exited" if verdict is Verdict.EXITED else verdict.value
    return Loaded(verdict, unreadable=Diagnosis(kind, details))
