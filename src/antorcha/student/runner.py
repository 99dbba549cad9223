"""The interface that tests call, the same for a student's code in this process and in a locked worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from antorcha.results import Diagnosis
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions


class Runner(Protocol):
    """One submission for one topic, ready to be called."""

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        """Call the student's `name`. `payload`: `encode([positional, keyword])`; each call gets fresh copies."""

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        """Run `function(module, *args)` beside the student's module. `payload`: `encode([args, {}])`."""

    def charge(self, seconds: float) -> None:
        """Count the CPU seconds that judging an answer took on our side: it may have been made to be dear."""

    def fresh_folder(self) -> None:
        """Give the code an empty folder, where it has one to write to: no check finds the files of another."""

    def whole_file(self) -> Diagnosis | None:
        """Return the diagnosis of the file as a whole: why it cannot be read, or where it stops; else `None`."""

    def close(self) -> None:
        """Let go of what the runner holds. Safe to call twice."""
