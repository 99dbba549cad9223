"""The sources of expected answers: the reference on the trusted side, or what a release recorded of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from antorcha.accelerator.devices import find
from antorcha.accelerator.names import ON_ACCELERATOR
from antorcha.errors import CourseError
from antorcha.plugin.content import NO_CONTENT, Content
from antorcha.plugin.nan import has_nan
from antorcha.plugin.remembered import Remembered
from antorcha.student.local import LocalRunner
from antorcha.worker.global_state import kept_generators
from antorcha.worker.observation import Observation, observation_from
from antorcha.worker.runtime import CallOptions, Report
from antorcha.worker.wire import WireError, decode, encode
from antorcha.worker.wire.device_names import ANY_ACCELERATOR, with_accelerator


class Oracle(Protocol):
    """A source of the observations that right answers show. `key` names a call: its test and number within it."""

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation: ...

    def scenario(
        self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions, content: Content
    ) -> Observation: ...

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        """Return the inputs of an `agree.forall(name, ...)` that begins with call `key`, each as a payload."""

    def lacks_nan(self, key: str, payload: bytes, content: Content, ask: Callable[[str], Observation]) -> bool:
        """Return whether a right answer is known to have no NaN. `ask` puts the same question to this oracle."""

    def note_without_nan(self, key: str, payload: bytes, content: Content) -> None:
        """Take note that the answer of the submission under test has no NaN; while recording, it is the reference."""

    def fresh_folder(self) -> None:
        """Give the reference an empty folder, where it has one to write to, as each check of a submission gets one."""

    @property
    def answers_anything(self) -> bool:
        """Return whether it can be asked what nobody has asked before."""


class ReferenceOracle:
    """The reference, asked once for each different call: a class of hundreds asks the same questions.

    `record`, where given, receives every answer as the bytes that a release freezes.
    """

    def __init__(
        self,
        runner: LocalRunner,
        record: Callable[[str, str, bytes], None] | None = None,
        quiz_asked: Callable[[], str] = lambda: "",
        *,
        remembers: bool = True,
    ) -> None:
        """Answer from `runner`.

        `quiz_asked`: the name of a quiz that was answered since it was last called, or ""; it must not be recorded.
        Without `remembers` every call is made: an answer may rest on the files that the calls before it wrote.
        """
        self.runner = runner
        self._record = record
        self._quiz_asked = quiz_asked
        self._remembers = remembers
        self._known: Remembered[tuple[str, str, str]] = Remembered()
        self._examples: dict[str, list[bytes]] = {}

    def fresh_folder(self) -> None:
        self.runner.fresh_folder()

    @property
    def answers_anything(self) -> bool:
        return True

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        if key not in self._examples:
            # Whether inputs are drawn or known, the check's next random number is the same.
            # What the reference refuses is no input: the text of an exercise says nothing of it.
            with kept_generators():
                drawn = draw()
            self._examples[key] = [
                payload for payload in drawn if self.runner.call(name, payload, options).error is None
            ]
        if not self._examples[key]:
            raise CourseError(f"{key}: the reference raises for every input that agree.forall({name!r}, ...) draws")
        if self._record is not None:
            payloads = [with_accelerator(payload) for payload in self._examples[key]]
            message = encode(Report(value=payloads).as_message(()))
            self._record(_examples_of(key), "", message)
        return self._examples[key]

    def lacks_nan(self, key: str, payload: bytes, content: Content, ask: Callable[[str], Observation]) -> bool:
        expected = ask(key)
        return expected.error is None and not has_nan(expected.value)

    def note_without_nan(self, key: str, payload: bytes, content: Content) -> None:
        if self._record is not None:
            message = encode(Report(value=None).as_message(()))
            self._record(_without_nan(key), question_digest(payload, content), message)

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation:
        return self._answer(key, payload, lambda: self.runner.call(name, payload, options))

    def scenario(
        self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions, content: Content
    ) -> Observation:
        return self._answer(key, payload, lambda: self.runner.scenario(function, payload, options), content)

    def _answer(
        self, key: str, payload: bytes, ask: Callable[[], Observation], content: Content = NO_CONTENT
    ) -> Observation:
        question = (key, hashlib.sha256(payload).hexdigest(), content.digest)
        # A scenario of which a part cannot be read may be another one next time, under the same digest.
        observation = self._known.get(question) if self._remembers and content.whole else None
        if observation is None:
            observation = ask()
            if observation.fault is not None:
                raise CourseError(f"the reference gives no answer in {key}: {observation.fault}")
            if name := self._quiz_asked():
                from antorcha.plugin.quizzes import given_away

                raise given_away(name)
            self._known.put(question, observation, len(self.runner.message))
            if self._record is not None:
                self._record(key, question_digest(payload, content), with_accelerator(self.runner.message))
        return observation


class FrozenOracle:
    """The answers that `antorcha release` recorded for the visible tests of one topic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Any] | None = None

    def call(self, key: str, name: str, payload: bytes, options: CallOptions) -> Observation:
        return self._frozen(key, question_digest(payload))

    def scenario(
        self, key: str, function: Callable[..., Any], payload: bytes, options: CallOptions, content: Content
    ) -> Observation:
        return self._frozen(key, question_digest(payload, content))

    def recorded(self, key: str, payload: bytes, content: Content) -> Observation:
        """Return the answer to a call that was made already. Raises: `CourseError` where none was recorded."""
        return self._frozen(key, question_digest(payload, content))

    def lacks_nan(self, key: str, payload: bytes, content: Content, ask: Callable[[str], Observation]) -> bool:
        noted = self._known().get(_without_nan(key))
        # Another question, such as one made of the student's own answers, is one that nobody has put to the reference.
        return noted is not None and noted["digest"] == question_digest(payload, content)

    def note_without_nan(self, key: str, payload: bytes, content: Content) -> None:
        """Do nothing: it is a student's answer."""

    def fresh_folder(self) -> None:
        """Do nothing: nothing runs here."""

    @property
    def answers_anything(self) -> bool:
        return False

    def examples(self, key: str, name: str, options: CallOptions, draw: Callable[[], list[bytes]]) -> list[bytes]:
        payloads: list[bytes] = self._frozen(_examples_of(key), None).value
        return [for_this_machine(payload, key) for payload in payloads]

    def _known(self) -> dict[str, Any]:
        if self._answers is None:
            self._answers = read_answers(self._path)
        return self._answers

    def _frozen(self, key: str, digest: str | None) -> Observation:
        answer = self._known().get(key)
        if answer is None or (digest is not None and answer["digest"] != digest):
            raise CourseError(
                f"{key}: no recorded answer for this call. Was the test changed? The tests that came with the course "
                "know their answers; a test of your own can compare with plain assert."
            )
        return observation_from(decode(for_this_machine(answer["message"], key)))


def _examples_of(key: str) -> str:
    """Return the name under which a release keeps the inputs of `agree.forall`, beside the answers to each."""
    return f"{key}/examples"


def _without_nan(key: str) -> str:
    """Return the name under which a release keeps that the answer to a call has no NaN."""
    return f"{key}/without_nan"


def for_this_machine(message: bytes, key: str) -> bytes:
    """Return a recorded message, with the accelerator that is here in the place of the one that was there."""
    return with_accelerator(message, find("accelerator").name or ANY_ACCELERATOR) if ON_ACCELERATOR in key else message


def question_digest(payload: bytes, content: Content = NO_CONTENT) -> str:
    """Return the digest of a question, which is the arguments, and of a scenario its content.

    It is the same on every accelerator.
    """
    return hashlib.sha256(with_accelerator(payload) + content.digest.encode("ascii")).hexdigest()[:32]


def write_answers(path: Path, answers: dict[str, Any]) -> None:
    """Write `answers`: for each key the `digest` of its question and the `message` that the reference's call gave."""
    path.write_bytes(zlib.compress(encode(answers), 9))


def read_answers(path: Path) -> dict[str, Any]:
    """Read what `write_answers` wrote. Raises: `CourseError` when the file is missing or damaged."""
    try:
        answers = decode(zlib.decompress(path.read_bytes()))
    except (OSError, zlib.error, WireError) as error:
        raise CourseError(f"{path}: the recorded answers cannot be read ({type(error).__name__})") from None
    if not isinstance(answers, dict):
        raise CourseError(f"{path}: the recorded answers are damaged")
    return answers
