"""A module in this process: the student's own `pytest`, and the reference on the trusted side."""

from __future__ import annotations

from bdb import BdbQuit
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from antorcha.results import Diagnosis, Verdict
from antorcha.student.loading import Loaded, loaded, unreadable
from antorcha.worker.codec import TooLargeError, decode, encode, live
from antorcha.worker.facts import Observation
from antorcha.worker.observation import observation_from
from antorcha.worker.runtime import CallOptions, Module, Report, describe_error


class LocalRunner:
    """Runs a hand-in beside the test. What it shows goes through the codec all the same: one path, one verdict."""

    def __init__(self, name: str, cells: Sequence[tuple[str, str]], *, one_file: bool = True) -> None:
        self.module = Module(name)
        self.exception: BaseException | None = None  # what the last call raised, for the debugger
        self.message = b""  # the last call's evidence as it would travel, for freezing
        self.module.load(cells, one_file=one_file)
        stopped = self.module.stopped
        _let_through(stopped)
        fact = None
        if stopped is not None:
            message = {**_EMPTY, "error": describe_error(stopped, self.module.files)}
            fact = observation_from(decode(encode(message))).error
        self._loaded = loaded(fact)

    @classmethod
    def from_file(cls, name: str, path: Path) -> LocalRunner:
        """Load `path` under its own full name, so that breakpoints and tracebacks find it."""
        try:
            code = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            runner = cls(name, ())
            kind = "no_file" if isinstance(error, FileNotFoundError) else "not_utf8"
            runner._loaded = unreadable(Diagnosis(kind, {"filename": path.name}))
            return runner
        return cls(name, [(code, str(path))])

    @classmethod
    def from_namespace(cls, name: str, namespace: dict[str, Any], files: Sequence[str] = ()) -> LocalRunner:
        """Use functions that exist already, as those of a running notebook do."""
        runner = cls(name, ())
        # Its dunder names are those of the module that it really is.
        mine = {name: value for name, value in namespace.items() if not (name.startswith("__") and name.endswith("__"))}
        runner.module.namespace.__dict__.update(mine)
        runner.module.files = list(files)
        return runner

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        args, kwargs = live(decode(payload))
        return self._observed(lambda: self.module.call(name, args, kwargs, options))

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        args, _ = live(decode(payload))
        return self._observed(lambda: self.module.scenario(function, args, options))

    def whole_file(self) -> Diagnosis | None:
        return self._loaded.note

    def close(self) -> None:
        """Nothing to let go of: the module lives as long as this process."""

    def _observed(self, run: Callable[[], Report]) -> Observation:
        self.exception = None
        answer = self._loaded.answer()
        if answer is not None:
            return answer
        report = run()
        self.exception = report.exception
        _let_through(report.exception)
        try:
            message = encode(report.as_message(self.module.files))
        except TooLargeError:
            return Observation(fault=Verdict.RESULT_LIMIT, fault_details={"limit": ""})
        self.message = message
        observation = observation_from(decode(message))
        return self._loaded.missing(observation) if observation.fault == Verdict.MISSING else observation


def _let_through(exception: BaseException | None) -> None:
    """Ctrl-C and the end of a debugger's session are meant for the whole run, not for the student's function."""
    by_pytest = type(exception).__module__ == "_pytest.outcomes"
    if exception is not None and (by_pytest or isinstance(exception, KeyboardInterrupt | BdbQuit)):
        raise exception


_EMPTY: dict[str, Any] = Report().as_message(())

__all__ = ["Loaded", "LocalRunner"]
