"""What intake hands on: one source per topic and student, already plain text, already bounded in size."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from antorcha.results import Diagnosis


@dataclass(frozen=True)
class Cell:
    """A piece of source that runs on its own: a whole module, or one code cell of a notebook."""

    code: str
    name: str  # what a traceback calls it: "tensors.py", "tensors.ipynb, cell 4"


@dataclass(frozen=True)
class Source:
    """One topic's hand-in. `cells` is empty when `problem` says why the file could not be read."""

    topic: str
    filename: str
    cells: tuple[Cell, ...] = ()
    problem: Diagnosis | None = None
    notes: tuple[Diagnosis, ...] = ()  # "this magic line was set aside", "the name was guessed"

    def digest(self) -> str:
        """What the cache keys on: the code that would run, nothing else of the file."""
        payload: list[object] = [[cell.name, cell.code] for cell in self.cells] or [
            self.problem.kind if self.problem else ""
        ]
        return hashlib.sha256(json.dumps(payload).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Submission:
    """One student's hand-in: a source for each topic that was found, by topic name."""

    student: str
    sources: dict[str, Source] = field(default_factory=dict)
    notes: tuple[Diagnosis, ...] = ()
