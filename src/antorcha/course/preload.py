"""The modules that the process has imported of which a submission's workers are forked, beside torch."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from antorcha.course.model import Course

# Making any optimiser imports it, and so does compiling: 800 modules, a second of CPU for a worker that has to do so
# itself. But it is a third of the memory whose pages each fork accounts for, and most topics have no use for it.
_DYNAMO = "torch._dynamo"
_USES_DYNAMO = re.compile(r"\b(optim|compile)\b")


def modules_to_preload(course: Course, topics: Collection[str] = ()) -> tuple[str, ...]:
    """Return the modules to import for answers to these topics, of all of the course where none is named.

    A guess for what takes time costs no mark where it is wrong: a worker imports what it finds missing.
    """
    names = topics or [topic.name for topic in course.topics]
    uses_dynamo = any(_USES_DYNAMO.search(_text(path)) for name in names for path in _files_of(course, name))
    return (*course.preload, *([_DYNAMO] if uses_dynamo else []))


def _files_of(course: Course, topic: str) -> tuple[Path, ...]:
    return course.reference_dir / f"{topic}.py", course.graders_dir / f"test_{topic}.py"


def _text(path: Path) -> str:
    with suppress(OSError):  # a course that is released has no reference, and what is missing is told elsewhere
        return path.read_text("utf-8", errors="replace")
    return ""
