"""Known mistakes in a released folder: the answers of wrong variants to the visible tests, as data and not as code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from antorcha.plugin.oracle import for_this_machine, question_digest, read_answers, write_answers
from antorcha.plugin.recognise import Asked, KnownAnswer, ReferenceMistakes, known_answer
from antorcha.student.local import LocalRunner
from antorcha.variants import Variant
from antorcha.worker.observation import observation_from
from antorcha.worker.wire import decode

MISTAKES_FOLDER = "mistakes"  # of a released folder, beside its answers
_MOST_BYTES = 16_384  # of one recorded answer


def recorded(
    known_mistakes: ReferenceMistakes, exercise: str, trace: Sequence[Asked], kept: Callable[[bytes], bytes]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the answers of each wrong variant of `exercise` to the calls of one check: by variant, then by call.

    An answer is the `digest` of its question, the `message` that the call gave, and the signature of its `error`.
    `kept` takes from a message what students may have.
    """
    answers: dict[str, dict[str, dict[str, Any]]] = {}
    for variant in known_mistakes.wrong(exercise):
        runner = known_mistakes.runner(variant)
        runner.fresh_folder()
        for call in trace:
            message, signature = _settled(call, runner, kept)
            # A large wrong answer would weigh more than the whole folder, and a smaller check shows the same mistake.
            if message is not None and len(message) <= _MOST_BYTES:
                entry = {
                    "digest": question_digest(call.payload, call.content),
                    "message": message,
                    "error": signature,
                }
                answers.setdefault(variant.name, {})[call.key] = entry
    return answers


def _settled(asked: Asked, runner: LocalRunner, kept: Callable[[bytes], bytes]) -> tuple[bytes | None, str]:
    """Return the message of a variant's answer, and the signature of its exception.

    `None` where the answer is not the same each time: memory that it never filled tells nothing.
    """
    answers = []
    for fill in (False, True):
        torch.use_deterministic_algorithms(fill, warn_only=True)  # with it torch fills new memory with nan
        try:
            answer = known_answer(asked.ask(runner))
        finally:
            torch.use_deterministic_algorithms(False)
        if answer.observation.fault is not None:
            return None, ""
        answers.append((kept(runner.message), answer.error_signature))
    return answers[0] if answers[0] == answers[1] else (None, "")


def write_mistakes(
    path: Path, variants: Iterable[Variant], answers: dict[str, Any], messages: dict[str, dict[str, str]]
) -> None:
    """Write the answers of variants. `messages`: for each variant its message in each language."""
    rows = [
        {
            "exercise": variant.exercise,
            "name": variant.name,
            "messages": messages[variant.name],
            "answers": answers[variant.name],
        }
        for variant in variants
        if answers.get(variant.name)
    ]
    write_answers(path, {"variants": rows})


@dataclass
class RecordedMistakes:
    """The wrong variants of a topic as `antorcha release` recorded them.

    Raises: `CourseError` when the file is damaged; a folder without one knows no mistakes.
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

    def begin(self, variant: Variant) -> None:
        """Prepare nothing: what is recorded stays as it is."""

    def answer(self, variant: Variant, asked: Asked) -> KnownAnswer | None:
        row = next((row for row in self._read() if row["name"] == variant.name), None)
        entry = row["answers"].get(asked.key) if row else None
        if entry is None or entry["digest"] != question_digest(asked.payload, asked.content):
            return None
        observation = observation_from(decode(for_this_machine(entry["message"], asked.key)))
        return KnownAnswer(observation, entry["error"])

    def _read(self) -> list[dict[str, Any]]:
        if self._rows is None:
            self._rows = read_answers(self.path)["variants"] if self.path.is_file() else []
        return self._rows
