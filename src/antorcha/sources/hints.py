"""The hints of a topic, `reference/hints/<topic>.md`: three steps for each exercise, from a question to the idea.

## grid

1. The question to ask oneself.
2. The place in the lesson, by its heading in **bold**.
3. The idea, in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.sources.blocks import Translate, split

_EXERCISE = re.compile(r"## +`?(\w+)`?\s*$")
_NUMBER = re.compile(r"(\d+)[.)] +$")


@dataclass(frozen=True)
class HintStep:
    """One step of an exercise's hints, and its line in the file."""

    text: str
    line: int


Hints = dict[str, list[HintStep]]  # by exercise, in the file's order


def hints_path(course: Course, topic: str) -> Path:
    """Return the path of a topic's hints, which need not exist."""
    return course.reference_dir / "hints" / f"{topic}.md"


def read_hints(course: Course, topic: str, translate: Translate) -> Hints:
    """Return the hints of a topic, each step translated; none where the topic has no such file.

    Raises: `UserError` where the file cannot be read, or holds something else than exercises with numbered steps.
    """
    path = hints_path(course, topic)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None
    known_topic = course.topic(topic)
    names = [exercise.name for exercise in known_topic.exercises] if known_topic else []
    hints: Hints = {}
    steps: list[HintStep] | None = None
    for unit in split(text):
        where, raw = f"{path}:{unit.line}", unit.raw or unit.first + unit.message
        if not raw.strip():
            continue
        if heading := _EXERCISE.match(raw):
            name = heading.group(1)
            if name not in names or name in hints:
                problem = "has hints already" if name in hints else f"is no exercise of {topic}"
                raise UserError(f'{where}: "{name}" {problem}')
            steps = hints[name] = []
        elif steps is not None and (number := _NUMBER.match(unit.first)) and int(number.group(1)) == len(steps) + 1:
            steps.append(HintStep(translate(unit.message, unit.line), unit.line))
        else:
            raise UserError(
                f"{where}: neither `## exercise` nor the next numbered step", "a step is one list item: 1. ..., 2. ..."
            )
    return hints
