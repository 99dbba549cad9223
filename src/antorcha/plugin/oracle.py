"""Where expected answers come from: the reference on the trusted side, or what a release recorded of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from antorcha.accelerator.devices import find
from antorcha.plugin.check import CourseError
from antorcha.plugin.keys import ON_ACCELERATOR
from antorcha.student.local import LocalRunner
from antorcha.worker.codec import WireError, decode, encode
from antorcha.worker.device_names import ANY, with_accelerator
from antorcha.worker.facts import Observation
from antorcha.worker.observation import observation_from
from antorcha.worker.runtime import CallOptions, Report


class Oracle(Protocol):
    """Gives the observation that a right answer shows. `key` names the call: test and number within it."""

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation: ...

    def scenario(self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation: ...

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        """The inputs of an `agree.forall(name, ...)` that begins with call `key`, each as a payload."""

    @property
    def answers_anything(self) -> bool:
        """Can it be asked what nobody has asked before?"""


class ReferenceOracle:
    """Asks the reference, once for each different call: a class of hundreds asks the same questions.

    `record`, where given, receives every answer as the bytes that a release freezes.
    """

    def __init__(
        self,
        runner: LocalRunner,
        record: Callable[[str, str, bytes], None] | None = None,
        quiz_asked: Callable[[], str] = lambda: "",
    ) -> None:
        """`quiz_asked`: which quiz's answer was used since it was last called, if one was; it must not be recorded."""
        self.runner = runner
        self._record = record
        self._quiz_asked = quiz_asked
        self._known: dict[tuple[str, str], Observation] = {}
        self._examples: dict[str, list[bytes]] = {}

    @property
    def answers_anything(self) -> bool:
        return True

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        if key not in self._examples:
            # What the reference refuses is no input: the text of an exercise says nothing of it.
            self._examples[key] = [one for one in draw() if self.runner.call(name, one, options).error is None]
        if not self._examples[key]:
            raise CourseError(f"{key}: the reference raises for every input that agree.forall({name!r}, ...) draws")
        if self._record is not None:
            payloads = [with_accelerator(one) for one in self._examples[key]]
            message = encode(Report(value=payloads).as_message(()))
            self._record(_examples_of(key), "", message)
        return self._examples[key]

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation:
        return self._answer(key, payload, lambda: self.runner.call(name, payload, options))

    def scenario(self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        return self._answer(key, payload, lambda: self.runner.scenario(function, payload, options))

    def _answer(self, key: str, payload: bytes, ask: Callable[[], Observation]) -> Observation:
        place = (key, hashlib.sha256(payload).hexdigest())
        if place not in self._known:
            observation = ask()
            if observation.fault is not None:
                raise CourseError(f"the reference gives no answer in {key}: {observation.fault}")
            if name := self._quiz_asked():
                from antorcha.plugin.quizzes import given_away

                raise given_away(name)
            self._known[place] = observation
            if self._record is not None:
                self._record(key, payload_digest(payload), with_accelerator(self.runner.message))
        return self._known[place]


class FrozenOracle:
    """Reads the answers that `antorcha release` recorded for the visible tests of one topic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Any] | None = None

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation:
        return self._frozen(key, payload)

    def scenario(self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        return self._frozen(key, payload)

    @property
    def answers_anything(self) -> bool:
        return False

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        payloads: list[bytes] = self._frozen(_examples_of(key), None).value
        return [for_this_machine(one, key) for one in payloads]

    def _frozen(self, key: str, payload: bytes | None) -> Observation:
        if self._answers is None:
            self._answers = read_answers(self._path)
        answer = self._answers.get(key)
        if answer is None or (payload is not None and answer["digest"] != payload_digest(payload)):
            raise CourseError(
                f"{key}: no recorded answer for this call. Was the test changed? The tests that came with the course "
                "know their answers; a test of your own can compare with plain assert."
            )
        return observation_from(decode(for_this_machine(answer["message"], key)))


def _examples_of(key: str) -> str:
    """The name under which a release keeps the inputs of `agree.forall`, beside the answers to each."""
    return f"{key}/examples"


def for_this_machine(message: bytes, key: str) -> bytes:
    """What was recorded, with the accelerator that is here in the place of the one that was there."""
    return with_accelerator(message, find("accelerator").name or ANY) if ON_ACCELERATOR in key else message


def payload_digest(payload: bytes) -> str:
    """The same on every accelerator."""
    return hashlib.sha256(with_accelerator(payload)).hexdigest()[:32]


def write_answers(path: Path, answers: dict[str, Any]) -> None:
    """`answers`: for each key the `digest` of its arguments and the `message` that the reference's call gave."""
    path.write_bytes(zlib.compress(encode(answers), 9))


def read_answers(path: Path) -> dict[str, Any]:
    """Errors: `CourseError` when the file is missing or damaged."""
    try:
        answers = decode(zlib.decompress(path.read_bytes()))
    except (OSError, zlib.error, WireError) as error:
        raise CourseError(f"{path}: the recorded answers cannot be read ({type(error).__name__})") from None
    if not isinstance(answers, dict):
        raise CourseError(f"{path}: the recorded answers are damaged")
    return answers
