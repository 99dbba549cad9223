"""Known mistakes in a released folder: how each wrong variant answers the visible tests, as data and not as code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from antorcha.plugin.oracle import for_this_machine, payload_digest, read_answers, write_answers
from antorcha.plugin.recognise import Asked, LiveWitness
from antorcha.student.local import LocalRunner
from antorcha.variants import Variant
from antorcha.worker.codec import decode
from antorcha.worker.facts import Observation
from antorcha.worker.observation import observation_from

FOLDER = "mistakes"
_LARGEST = 16_384


def recorded(
    witness: LiveWitness, exercise: str, trace: Sequence[Asked], kept: Callable[[bytes], bytes]
) -> dict[str, dict[str, dict[str, Any]]]:
    """What each wrong variant of `exercise` answers to the calls of one check: by variant, then by call.

    `kept` takes from a message what students may have.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for variant in witness.wrong(exercise):
        runner = witness.runner(variant)
        for asked in trace:
            message = _settled(asked, runner, kept)
            # A large wrong answer would weigh more than the whole folder, and a smaller check shows the same mistake.
            if message is not None and len(message) <= _LARGEST:
                entry = {"digest": payload_digest(asked.payload), "message": message}
                found.setdefault(variant.name, {})[asked.key] = entry
    return found


def _settled(asked: Asked, runner: LocalRunner, kept: Callable[[bytes], bytes]) -> bytes | None:
    """What a variant answers, unless it is not the same each time: memory that it never filled tells nothing."""
    answers = []
    for fill in (False, True):
        torch.use_deterministic_algorithms(fill, warn_only=True)  # with it torch fills new memory with nan
        try:
            if asked.ask(runner).fault is not None:
                return None
        finally:
            torch.use_deterministic_algorithms(False)
        answers.append(kept(runner.message))
    return answers[0] if answers[0] == answers[1] else None


def write_mistakes(
    path: Path, variants: Iterable[Variant], answers: dict[str, Any], messages: dict[str, dict[str, str]]
) -> None:
    """`messages`: for each variant what it says, by language."""
    rows = [
        {"exercise": one.exercise, "name": one.name, "messages": messages[one.name], "answers": answers[one.name]}
        for one in variants
        if answers.get(one.name)
    ]
    write_answers(path, {"variants": rows})


@dataclass
class FrozenWitness:
    """Knows the wrong variants of a topic by what `antorcha release` recorded of them.

    Errors: `CourseError` when the file is damaged; a folder without one knows no mistakes.
    """

    path: Path
    language: str
    _rows: list[dict[str, Any]] | None = None

    def wrong(self, exercise: str) -> list[Variant]:
        return [
            Variant(exercise, row["name"], row["messages"].get(self.language) or row["messages"]["en"])
            for row in self._read()
            if row["exercise"] == exercise
        ]

    def answer(self, variant: Variant, asked: Asked) -> Observation | None:
        row = next((one for one in self._read() if one["name"] == variant.name), None)
        entry = row["answers"].get(asked.key) if row else None
        if entry is None or entry["digest"] != payload_digest(asked.payload):
            return None
        return observation_from(decode(for_this_machine(entry["message"], asked.key)))

    def _read(self) -> list[dict[str, Any]]:
        if self._rows is None:
            self._rows = read_answers(self.path)["variants"] if self.path.is_file() else []
        return self._rows
