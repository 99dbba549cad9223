"""What one result depends on, as one digest: the same key gives the same mark."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from antorcha.intake.model import Source


def unit_key(source: Source | None, course_key: str, isolation: str = "required", reader: str = "") -> str:
    """The cache key of one student's hand-in for one topic: the code that runs, the graders with all that
    they rest on (`course_key`), and how the code is locked up. `None` is a missing file.

    `reader`: the student in whose order the options of quizzes stood, "" for the course's own order."""
    problem = asdict(source.problem) if source and source.problem else None
    code = source.digest() if source else None
    payload = json.dumps([code, problem, course_key, isolation, reader], sort_keys=True, default=str)
    return hashlib.sha256(payload.encode()).hexdigest()
