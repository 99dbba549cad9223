"""What a test calls: the same door whether the student's code runs in this process or in a locked worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from antorcha.results import Diagnosis
from antorcha.worker.facts import Observation
from antorcha.worker.runtime import CallOptions


class Runner(Protocol):
    """One hand-in for one topic, ready to be called."""

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        """Call the student's `name`. `payload`: `encode([positional, keyword])`; each call gets fresh copies."""

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        """Run `function(module, *args)` beside the student's module. `payload`: `encode([args, {}])`."""

    def whole_file(self) -> Diagnosis | None:
        """What there is to say of the file as a whole: why it cannot be read, or where it stops."""

    def close(self) -> None:
        """Let go of what the runner holds. Safe to call twice."""
