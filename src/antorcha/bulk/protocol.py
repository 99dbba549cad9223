"""What passes between the one who hands out jobs and a warm grader: JSON, a line each. Both sides are trusted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from antorcha.intake.model import Cell, Source
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class Scope:
    """What of a topic's tests a job runs: all of them, as for a student, unless the audit asks for less."""

    only: tuple[str, ...] = ()  # the checks of these exercises; of all where there is none
    # For a mutant: stop at the first failed check, explain nothing, take the exercises for worked on whatever they
    # look like, and where nothing failed, send a digest of all that was seen.
    probe: bool = False


def ready() -> dict[str, Any]:
    """The grader has collected its tests and waits for jobs."""
    return {"ready": True}


def waiting() -> dict[str, Any]:
    """The grader waits for a GPU that another one uses: it is well."""
    return {"waiting": True}


def refusal(message: str) -> dict[str, Any]:
    """The grader cannot grade this topic for anybody: the course has to be mended first."""
    return {"refused": message}


def job_to_json(source: Source, scope: Scope, reader: str = "") -> dict[str, Any]:
    """`reader`: the student in whose order the options of quizzes stood, "" for the course's own order."""
    return {"source": source_to_json(source), "scope": asdict(scope), "reader": reader}


def scope_from_json(data: dict[str, Any]) -> Scope:
    return Scope(only=tuple(data["only"]), probe=data["probe"])


def source_to_json(source: Source) -> dict[str, Any]:
    return asdict(source)


def source_from_json(data: dict[str, Any]) -> Source:
    problem = data["problem"]
    return Source(
        topic=data["topic"],
        filename=data["filename"],
        cells=tuple(Cell(**cell) for cell in data["cells"]),
        problem=None if problem is None else Diagnosis(**problem),
        notes=tuple(Diagnosis(**note) for note in data["notes"]),
    )
