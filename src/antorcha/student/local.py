"""A module in this process: the student's own `pytest`, and the reference on the trusted side."""

from __future__ import annotations

import os
import tempfile
from bdb import BdbQuit
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from antorcha.course.model import Limits
from antorcha.intake.at_home import module_text, why_unreadable
from antorcha.intake.delivered import UnusableError
from antorcha.intake.model import SubmittedFile
from antorcha.results import Diagnosis, Verdict
from antorcha.student.loading import LeftOut, Loaded, loaded, unreadable
from antorcha.student.shared_data import shared_data_kept
from antorcha.worker.facts import ErrorFact
from antorcha.worker.global_state import kept_generators
from antorcha.worker.guards import CodeLimits, EndlessError, StoppedError, TooMuchMemoryError
from antorcha.worker.leftovers import folder_prefix
from antorcha.worker.observation import Observation, observation_from
from antorcha.worker.runtime import CallOptions, Module, Report, describe_error, student_frames
from antorcha.worker.wire import TooLargeError, decode, encode, live


class LocalRunner:
    """A runner in the test's own process. Answers go through the codec all the same: one path, one verdict."""

    def __init__(
        self,
        name: str,
        cells: Sequence[tuple[str, str]],
        *,
        one_file: bool = True,
        in_one_go: bool = False,
        scratch: bool = False,
        companions: Mapping[str, str] | None = None,
    ) -> None:
        """Load `cells` as the module `name`. `scratch`: with a folder to write to, as a worker of such an exercise has.

        `in_one_go` and `companions`: as `runtime.Module.load` has them; a file on disk needs no companions, its
        neighbours are importable.
        """
        companions = companions or {}
        self.module = Module(name)
        self._scratch = _scratch_folder() if scratch else None
        self.exception: BaseException | None = None  # what the last call raised, for the debugger
        self._exercise = ""  # whose calls are interrupted, if any are
        self.message = b""  # the last call's evidence as it would travel, for freezing
        # Code that draws or seeds while it is loaded must not move the inputs that the test draws afterwards.
        with kept_generators(), self._in_its_folder():
            self.module.load(
                cells,
                one_file=one_file,
                in_one_go=in_one_go,
                let_through=_let_through,
                limits=_OF_STATEMENTS,
                companions=companions,
            )
        if self.module.unreadable is not None:
            _let_through(self.module.unreadable)
        self._loaded = self._what_loaded(cells, one_file, companions)

    def _what_loaded(self, cells: Sequence[tuple[str, str]], one_file: bool, companions: Mapping[str, str]) -> Loaded:
        """Return how loading `cells` went, in the words in which a worker tells it."""
        left_out = [
            LeftOut(out.cell, out.statement, _VERDICTS.get(type(out.error)) or self._as_fact(out.error))
            for out in self.module.set_aside
        ]
        unreadable = None if self.module.unreadable is None else self._as_fact(self.module.unreadable)
        return loaded(cells, unreadable, left_out, one_file=one_file, modules=companions.values())

    def _as_fact(self, error: BaseException) -> ErrorFact:
        """Describe an exception as one that has travelled."""
        message = {**_EMPTY, "error": describe_error(error, self.module.files)}
        fact = observation_from(decode(encode(message))).error
        assert fact is not None
        return fact

    @classmethod
    def from_file(cls, name: str, path: Path, *, scratch: bool = False) -> LocalRunner:
        """Load `path` under its own full name, so that breakpoints and tracebacks find it."""
        try:
            code = module_text(path.read_bytes(), path.name)
        except (OSError, UnusableError) as error:
            runner = cls(name, ())
            runner._loaded = unreadable(why_unreadable(path, error))
            return runner
        return cls(name, [(code, str(path))], scratch=scratch)

    @classmethod
    def from_submission(cls, name: str, file: SubmittedFile, *, scratch: bool = False) -> LocalRunner:
        """Load what intake has read, cell by cell where it is a notebook."""
        cells = [(cell.code, cell.name) for cell in file.cells]
        one_file = not file.filename.endswith(".ipynb")
        runner = cls(name, cells, one_file=one_file, scratch=scratch, companions=file.importable)
        if file.problem is not None:
            runner._loaded = unreadable(file.problem)
        return runner

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
        with shared_data_kept(function):
            return self._observed(lambda: self.module.scenario(function, args, options))

    def interrupt_calls(self, exercise: str, limits: Limits) -> None:
        """Interrupt each call of an exercise, from now on, that goes beyond what grading lets it by far.

        `limits`: of the exercise in grading.
        """
        self._exercise = exercise
        self.module.call_limits = CodeLimits(_TIMES_AT_HOME * limits.call_cpu_seconds, limits.memory_mib)

    def charge(self, seconds: float) -> None:
        """Count nothing: at home judging an answer costs nobody anything."""

    def whole_file(self) -> Diagnosis | None:
        return self._loaded.note

    def close(self) -> None:
        """Let go of nothing: the module lives as long as this process."""

    def fresh_folder(self) -> None:
        """Empty the folder that the code may write to, if it has one."""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = _scratch_folder()

    @contextmanager
    def _in_its_folder(self) -> Iterator[None]:
        """Make the code's own folder, where it has one, the place for relative paths and temporary files."""
        if self._scratch is None:
            yield
            return
        # Both: `tempfile` reads TMPDIR once and remembers it, and other libraries read the variable themselves.
        here, temporary, variable = os.getcwd(), tempfile.tempdir, os.environ.get("TMPDIR")
        os.chdir(self._scratch.name)
        os.environ["TMPDIR"] = tempfile.tempdir = self._scratch.name
        try:
            yield
        finally:
            os.chdir(here)
            tempfile.tempdir = temporary
            if variable is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = variable

    def _observed(self, run: Callable[[], Report]) -> Observation:
        self.exception = None
        answer = self._loaded.answer()
        if answer is not None:
            return answer
        with kept_generators(), self._in_its_folder():
            report = run()
        if isinstance(report.exception, StoppedError):
            return self._interrupted(report.exception)
        self.exception = report.exception
        _let_through(report.exception)
        try:
            message = encode(report.as_message(self.module.files))
        except TooLargeError:
            return Observation(fault=Verdict.RESULT_LIMIT, fault_details={"limit": ""})
        self.message = message
        observation = observation_from(decode(message))
        return self._loaded.explained(observation)

    def _interrupted(self, error: StoppedError) -> Observation:
        """Return the end of a call that went beyond a limit, with the line where it was."""
        limits, verdict = self.module.call_limits, _VERDICTS[type(error)]
        assert limits is not None
        limit = limits.memory_mib if verdict is Verdict.MEMORY_LIMIT else limits.cpu_seconds
        details: dict[str, Any] = {"limit": limit}
        frames = student_frames(error, self.module.files)
        if frames:
            details |= {"exercise": self._exercise, "line": frames[-1].line, "text": frames[-1].text}
        return Observation(fault=verdict, fault_details=details)


def _let_through(exception: BaseException | None) -> None:
    """Raise again what is meant for the whole run and not for the student's function.

    That is Ctrl-C, the end of a debugger's session, and pytest's own `skip` or `fail`.
    """
    by_pytest = type(exception).__module__ == "_pytest.outcomes"
    if exception is not None and (by_pytest or isinstance(exception, KeyboardInterrupt | BdbQuit)):
        raise exception


# A student's computer may be slower than the grader's, and the first `torch.compile` alone computes for seconds.
_TIMES_AT_HOME = 4
# What a statement of a submission may take in grading too.
_OF_STATEMENTS = CodeLimits(Limits.call_cpu_seconds, Limits.memory_mib)
_VERDICTS: dict[type[BaseException], Verdict] = {
    EndlessError: Verdict.CPU_LIMIT,
    TooMuchMemoryError: Verdict.MEMORY_LIMIT,
}
# A report on nothing, to carry an exception through the codec.
_EMPTY: dict[str, Any] = Report().as_message(())

__all__ = ["Loaded", "LocalRunner"]


def _scratch_folder() -> TemporaryDirectory[str]:
    """Make a folder that goes with this process, and is cleared away with what its zygotes leave if it is killed.

    What code leaves there cannot always be removed, such as a file that is still open on Windows.
    """
    return TemporaryDirectory(prefix=folder_prefix(os.getpid()), ignore_cleanup_errors=True)
